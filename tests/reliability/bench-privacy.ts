import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { homeTeams, people, personVersions } from '#lib/server/db/schema/people.ts';
import { appointments } from '#lib/server/db/schema/records.ts';
import { createPerson } from '#lib/server/people.ts';
import { giveRole } from '#lib/server/roles.ts';
import { system } from '#lib/server/viewer.ts';
import { root, run, serverFlags } from '../../src/cli/install.mjs';
import { send, startApp, temporaryFolder } from '../support/app.ts';
import { cast } from '../support/cast.ts';
import { signInAs, withDatabase, zone } from './desk.ts';

/**
 * `npm run bench:privacy`: a welfare officer's list of 500 people, each with one open appointment, on the built server, which notes for each of them
 * that it was read; next to the same sources built without `access-log.ts`, over a copy of the same data. Request by request in turn, so that the
 * machine's mood falls on both. Nothing on this list is sealed: the page without the log is the page without sealing as well. Not a test: it asserts
 * what was noted, and prints how long each page took.
 */

const setting = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const listed = setting('BENCH_PEOPLE', 500);
const pages = setting('BENCH_PAGES', 60);
/** So long has the officer opened the list every day before: the log is as large as it would be. */
const daysBefore = setting('BENCH_DAYS', 250);
const toReach = 1.3;
const minute = 60_000;
const day = 86_400_000;

/** What stands for `access-log.ts` in the build next to ours: it reads, and notes nothing. */
const unlogged = `export const reading = (_db, read) => read();\nexport const noteReading = () => {};\n`;

const [ours, theirs] = [temporaryFolder('bench'), temporaryFolder('bench')];
console.log(`Storing ${listed} people, an appointment each, and ${listed * daysBefore} looks at them.`);
const { cookie, officer } = withDatabase(ours, seed);
cpSync(ours, theirs, { recursive: true });
const app = await startApp({ dataDir: ours });
const bare = await startUnlogged(theirs);
const beside = openDatabase(ours, '', 'drizzle');

// Both look alike: else it is not the same page.
const [first, second] = [await page(app.url), await page(bare.url)];
if (first.lines !== second.lines || first.lines < listed) throw new Error(`${first.lines} lines next to ${second.lines}`);
for (let turn = 0; turn < 20; turn++) for (const { url } of [app, bare]) await page(url);

const rounds: readonly [name: string, before: (db: Db, now: number) => void, noted: number][] = [
	['again within a minute: nothing is written', () => undefined, 1],
	['after ten minutes: each entry counts one more', (db, now) => note(db, now - 11 * minute), 2],
	['the first look of a day: an entry each', forget, 1]
];
for (const [name, before, noted] of rounds) {
	const [logged, plain] = await inTurn(before);
	const counts = countsToday();
	if (counts.length !== listed || counts.some((count) => count !== noted))
		throw new Error(`${name}: ${JSON.stringify(counts.slice(0, 5))}`);
	const ratio = median(logged) / median(plain);
	if (ratio > toReach) process.exitCode = 1;
	console.log(
		`${name}: ${median(logged).toFixed(1)} ms with the log, ${median(plain).toFixed(1)} ms without; ratio ${ratio.toFixed(2)} (to reach: ${toReach})`
	);
}
await app.stop();
bare.stop();
beside.$client.close();
beside.keys.close();

/** One page of each in turn; milliseconds of each. */
async function inTurn(before: (db: Db, now: number) => void): Promise<[number[], number[]]> {
	const [logged, plain]: [number[], number[]] = [[], []];
	for (let turn = 0; turn < pages; turn++) {
		before(beside, Date.now());
		const measure = async (url: string, times: number[]) => void times.push((await page(url)).ms);
		// Who begins changes: whatever the one leaves behind meets the other as often.
		if (turn % 2 === 0) await measure(app.url, logged);
		await measure(bare.url, plain);
		if (turn % 2 === 1) await measure(app.url, logged);
	}
	return [logged, plain];
}

async function page(url: string): Promise<{ ms: number; lines: number }> {
	const from = performance.now();
	const { status, text } = await send(`${url}/appointments`, { headers: { cookie, accept: 'text/html' } });
	const ms = performance.now() - from;
	if (status !== 200) throw new Error(`answered ${status}`);
	return { ms, lines: text.match(/href="[^"]*\/appointments\/[0-9a-f-]{36}"/g)?.length ?? 0 };
}

function median(times: readonly number[]): number {
	return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

function today(now: number): string {
	return new Date(now).toISOString().slice(0, 10);
}

function countsToday(): number[] {
	const counts = beside.$client.prepare('select count from access_entries where viewer_id = ? and day = ?').pluck();
	return counts.all(officer, today(Date.now())) as number[];
}

/** As if nobody had looked today. */
function forget(db: Db, now: number): void {
	db.$client.prepare('delete from access_entries where viewer_id = ? and day = ?').run(officer, today(now));
}

/** As if the officer had looked once today, at `at`. */
function note(db: Db, at: number): void {
	forget(db, at);
	noteAll(db, officer, at);
}

function noteAll(db: Db, viewerId: string, at: number): void {
	db.$client
		.prepare(
			`insert into access_entries (id, person_id, viewer_id, kind, purpose, alert_id, day, first_at, last_at, count)
			select printf('%012x', @at) || '-' || lower(hex(randomblob(11))), person_id, @viewerId, 'appointments', 'duty', '', @day, @at, @at, 1
			from appointments where outcome is null`
		)
		.run({ at, viewerId, day: today(at) });
}

function seed(db: Db): { cookie: string; officer: string } {
	const now = Date.now();
	const began = now - (daysBefore + 10) * day;
	const c = cast(db, began);
	db.$client.exec('begin');
	for (let index = 0; index < listed; index++) listOne(db, c, index, now);
	// Of the same team, without appointments.
	db.update(people).set({ disabledAt: began }).where(eq(people.id, c.sol.id)).run();
	// The data here are made: looks of today are taken away and put back between the pages.
	db.$client.exec('drop trigger access_entries_no_delete');
	for (let before = daysBefore; before > 0; before--) noteAll(db, c.otto.id, now - before * day);
	db.update(personVersions).set({ zone }).run();
	db.update(people).set({ sharingAskedAt: now }).where(eq(people.id, c.otto.id)).run();
	db.$client.exec('commit');
	return { cookie: signInAs(db, c.otto.id, now), officer: c.otto.id };
}

/** Somebody in the care of Otto: their counselling is due within the next weeks, their assessment was half a year ago. */
function listOne(db: Db, c: ReturnType<typeof cast>, index: number, now: number): void {
	const began = now - (daysBefore + 9) * day;
	const account = { employerId: c.ownEmployer, zone, dayStart: '00:00', startDate: '2024-01-08' };
	const personId = createPerson(db, system, { ...account, name: `Somebody ${index}`, email: `somebody${index}@example.org` }, began);
	db.insert(homeTeams).values({ id: crypto.randomUUID(), personId, teamId: c.quay, recordedAt: began, recordedBy: null }).run();
	giveRole(db, system, { id: crypto.randomUUID(), personId, role: 'moderator', teamId: c.quay }, began);
	db.update(people).set({ joinedAt: began }).where(eq(people.id, personId)).run();
	const attended = { outcome: 'attended', outcomeAt: now - 180 * day, outcomeBy: personId } as const;
	const planned = { personId, recordedAt: began, recordedBy: c.otto.id };
	db.insert(appointments)
		.values([
			{ ...planned, id: crypto.randomUUID(), kind: 'counselling', due: today(now + ((index % 40) - 10) * day) },
			{ ...planned, ...attended, id: crypto.randomUUID(), kind: 'assessment', due: today(now - 181 * day) }
		])
		.run();
}

/** The same sources with {@link unlogged} for the log, built in a folder of its own, and started over `dataDir`. */
async function startUnlogged(dataDir: string): Promise<{ url: string; stop: () => void }> {
	const folder = temporaryFolder('unlogged');
	for (const name of ['package.json', 'tsconfig.json', 'vite.config.ts', 'src', 'static', 'drizzle'])
		cpSync(join(root, name), join(folder, name), { recursive: true });
	symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
	writeFileSync(join(folder, 'src', 'lib', 'server', 'access-log.ts'), unlogged);
	const env = { ...process.env, NODE_ENV: 'production' };
	const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
	if (
		(await run(process.execPath, [vite, 'build', '--logLevel', 'error'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] })) !==
		0
	)
		throw new Error('the build without the log failed');
	const server = spawn(process.execPath, [...serverFlags, join(folder, 'src', 'cli', 'serve.ts')], {
		cwd: folder,
		env: { ...env, DATA_DIR: dataDir, PORT: '0' },
		stdio: ['ignore', 'pipe', 'inherit']
	});
	process.on('exit', () => server.kill('SIGKILL'));
	for (let output = ''; ;) {
		const [chunk] = (await once(server.stdout, 'data')) as [Buffer];
		const port = /is ready: .*?(?:port |:)(\d+)\)?\n/.exec((output += chunk.toString()))?.[1];
		if (port) return { url: `http://localhost:${port}`, stop: () => void server.kill('SIGKILL') };
	}
}
