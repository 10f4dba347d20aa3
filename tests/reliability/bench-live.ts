import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import type { Db } from '#lib/server/db/connection.ts';
import { people, personVersions } from '#lib/server/db/schema/people.ts';
import { createPerson } from '#lib/server/people.ts';
import { giveRole } from '#lib/server/roles.ts';
import { system } from '#lib/server/viewer.ts';
import { startApp, temporaryFolder, visitor } from '../support/app.ts';
import { cast } from '../support/cast.ts';
import { exposureWork, logAction, logFields, signInAs, withDatabase, zone } from './desk.ts';

/**
 * `npm run bench:live`: how much memory the built server takes with and without 500 open pages, and how soon a page is told of what its
 * owner commits elsewhere. Not a test: it prints.
 */

const streams = Number(process.env.BENCH_STREAMS ?? 500);
const told = 200;
const day = 86_400_000;

const dataDir = temporaryFolder('bench');
const { cookies, work } = withDatabase(dataDir, seed);
const app = await startApp({ dataDir });

// What a server in use has loaded anyway: 500 pages, and as many sessions.
for (const [index, cookie] of cookies.entries()) {
	await visitor(app, cookie).get('/today');
	if (index % 5 === 0) await log(cookie);
}
const before = await settled();
const heard = new Map<string, () => void>();
const open = await Promise.all(cookies.map(listen));
const after = await settled();

const waits: number[] = [];
for (let turn = 0; turn < told; turn++) {
	const cookie = cookies[(turn * 37) % cookies.length] ?? '';
	const hears = new Promise<number>((resolve) => heard.set(cookie, () => resolve(performance.now())));
	const answered = log(cookie).then(() => performance.now());
	// From the answer, which comes after the commit: negative where the stream was first.
	waits.push((await hears) - (await answered));
}
waits.sort((a, b) => a - b);
const busy = await settled();

console.log(`Resident memory without open streams: ${mb(before)} MB; with ${open.length}: ${mb(after)} MB, ${mb(after - before)} MB more.`);
console.log(`After ${told} changes were told: ${mb(busy)} MB, ${mb(busy - before)} MB more than without.`);
console.log(
	`A page was told ${ms(waits[Math.floor(told / 2)])} ms after the answer of its own change (median); at most ${ms(waits.at(-1))} ms.`
);
for (const stream of open) stream.destroy();
await app.stop();
process.exit(0);

function seed(db: Db) {
	const now = Date.now();
	const c = cast(db, now - 30 * day);
	const account = { employerId: c.ownEmployer, zone: 'Europe/London', dayStart: '00:00', startDate: '2024-01-08' };
	const made = Array.from({ length: streams }, (_, index) => {
		const id = createPerson(db, system, { ...account, name: `Somebody ${index}`, email: `somebody${index}@example.org` }, now - 30 * day);
		giveRole(db, system, { id: crypto.randomUUID(), personId: id, role: 'moderator', teamId: c.quay }, now - 30 * day);
		db.update(people).set({ joinedAt: now, sharingAskedAt: now }).where(eq(people.id, id)).run();
		return signInAs(db, id, now);
	});
	db.update(personVersions).set({ zone }).run();
	return { cookies: made, work: exposureWork(db) };
}

function listen(cookie: string): Promise<ReturnType<typeof request>> {
	return new Promise((resolve, reject) => {
		const asked = request(`${app.url}/live`, { headers: { cookie, accept: 'text/event-stream' }, agent: false }, (response) => {
			if (response.statusCode !== 200) return reject(new Error(`answered ${response.statusCode}`));
			response.setEncoding('utf8').on('data', (text: string) => text.includes('event: changed') && heard.get(cookie)?.());
			response.once('data', () => resolve(asked));
		});
		asked.on('error', reject);
		asked.end();
	});
}

function log(cookie: string) {
	return visitor(app, cookie).post(logAction, logFields(work, (60 + Math.floor(Math.random() * 4_000)) * 60_000));
}

/** Resident memory of the server in bytes, once it has had time to tidy up. */
async function settled(): Promise<number> {
	await sleep(20_000);
	return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${app.pid}/status`, 'utf8'))?.[1]) * 1024;
}

function mb(bytes: number): string {
	return (bytes / 1024 / 1024).toFixed(1);
}

function ms(value = NaN): string {
	return value.toFixed(1);
}
