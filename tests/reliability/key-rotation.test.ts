import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { openDatabase } from '#lib/server/db/connection.ts';
import { goOnRotating } from '#lib/server/key-rotation.ts';
import { root } from '../../src/cli/install.mjs';
import { startApp, startInVain, temporaryFolder, visitor, type App } from '../support/app.ts';
import { acknowledged, furnish, logAction, logFields, missing } from './desk.ts';

/** The keys are rotated while processes write; all of them are real, and so are the signals. */

const long = process.env.BREAKWATER_LONG === '1';
const program = fileURLToPath(new URL('./rotating.ts', import.meta.url));
const second = fileURLToPath(new URL('./joining.ts', import.meta.url));
const rotate = join(root, 'src', 'cli', 'keys-rotate.ts');

interface Running {
	process: ChildProcess;
	output: () => string;
	/** The exit status; null where it was killed. */
	ended: Promise<number | null>;
}

const started: Running[] = [];
afterEach(async () => {
	for (const { process } of started) if (process.exitCode === null) process.kill('SIGKILL');
	await Promise.all(started.splice(0).map(({ ended }) => ended));
});

function start(args: string[], env: Record<string, string> = {}): Running {
	const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
	const running = { process: child, output: () => output, ended: once(child, 'close').then(([status]) => status as number | null) };
	started.push(running);
	return running;
}

async function until(look: () => boolean, what: () => string): Promise<void> {
	const from = Date.now();
	while (!look()) {
		if (Date.now() - from > 60_000) throw new Error(`not within a minute: ${what()}`);
		await sleep(2);
	}
}

const storedBy = ({ output }: Running) => [...output().matchAll(/^stored (\d+)$/gm)].map(([, number]) => Number(number));

/** Rows and person keys that were told of; the database is whole, and what was cut off is gone on with. */
function expectAll(dataDir: string, rows: ReadonlySet<number>, keyOf: Map<number, string>): void {
	const db = openDatabase(dataDir, '', 'drizzle');
	try {
		expect(db.$client.pragma('integrity_check', { simple: true })).toBe('ok');
		const there = new Set(db.$client.prepare<[], string>('select id from employers').pluck().all());
		expect([...rows].filter((number) => !there.has(`row ${number}`))).toEqual([]);
		for (const number of [...rows, ...keyOf.keys()]) {
			const key = db.keys.personKey(`person ${number}`).toString('hex');
			expect(keyOf.get(number) ?? key, `person ${number}`).toBe(key);
			keyOf.set(number, key);
		}
		goOnRotating(db, dataDir, '', Date.now());
	} finally {
		db.$client.close();
		db.keys.close();
	}
}

/** The keys that a second server told of, by the person's number. */
function keysOf({ output }: Running): [number, string][] {
	return [...output().matchAll(/^joined (\d+) (\w{64})$/gm)].map(([, number, key]) => [Number(number), String(key)]);
}

/** So large that encrypting it takes some tenths of a second, in the long run half a second and more. */
function fill(dataDir: string): void {
	const db = openDatabase(dataDir, '', 'drizzle');
	db.$client.exec(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${long ? 20_000 : 2500})
		insert into employers (id, name, created_at) select 'filler ' || i, hex(randomblob(600)), 0 from n`);
	db.$client.close();
	db.keys.close();
}

test(
	'killed at any moment, it opens with one of the two keys, nothing that was acknowledged is lost, and the rotation ends',
	{ timeout: long ? 1_200_000 : 240_000 },
	async () => {
		const dataDir = temporaryFolder('rotating');
		fill(dataDir);
		const rows = new Set<number>();
		const keyOf = new Map<number, string>();
		const journal = join(dataDir, 'breakwater.db-journal');
		const isWorking = () => existsSync(journal) && statSync(journal).size > 0;
		let wholeMs = 0;
		const outcomes: Record<string, number> = {};
		const rounds = long ? 40 : 2;
		for (let round = 0; round <= rounds; round++) {
			const secretBefore = readFileSync(join(dataDir, 'database.key'), 'utf8');
			const writer = start([program, dataDir, String(round * 100_000)]);
			await until(() => storedBy(writer).length > 3, writer.output);
			const joining = start([second, dataDir, String(round * 100_000 + 50_000)]);
			await until(() => keysOf(joining).length > 0, joining.output);
			const asking = start([rotate], { DATA_DIR: dataDir, DATABASE_KEY: '' });
			const isDone = () => writer.output().includes('The keys were rotated');
			await until(
				() => isWorking() || isDone(),
				() => writer.output() + asking.output()
			);
			const from = performance.now();
			if (round === 0) {
				// Once without being killed: how long it takes.
				await until(isDone, writer.output);
				wholeMs = performance.now() - from;
				expect(await asking.ended, asking.output()).toBe(0);
				expect(writer.output()).toContain('The keys were rotated');
				const count = storedBy(writer).length;
				await until(() => storedBy(writer).length > count + 3, writer.output);
				const joined = keysOf(joining).length;
				await until(() => keysOf(joining).length > joined, joining.output);
			} else await sleep((wholeMs * 1.2 * (round - 1)) / rounds);
			if (round % 2 === 0) asking.process.kill('SIGKILL');
			for (const { process } of [writer, joining]) process.kill('SIGKILL');
			await Promise.all([writer.ended, joining.ended]);
			for (const number of storedBy(writer)) rows.add(number);
			for (const [number, key] of keysOf(joining)) keyOf.set(number, key);
			expect(joining.output()).not.toMatch(/refused|Error/);
			if (round % 2 === 1) expect(await asking.ended, asking.output()).toBe(0);
			else await asking.ended;
			const secretNow = readFileSync(join(dataDir, 'database.key'), 'utf8');
			const state = `${secretNow === secretBefore ? 'old' : 'new'} key file, ${
				readdirSync(dataDir)
					.filter((name) => /journal|rotation/.test(name))
					.join(' and ') || 'nothing left over'
			}`;
			outcomes[state] = (outcomes[state] ?? 0) + 1;
			expectAll(dataDir, rows, keyOf);
			expect(readdirSync(dataDir).filter((name) => name.includes('rotation'))).toEqual([]);
		}
		console.log(`rotation of ${megabytes(dataDir)} MB: ${Math.round(wholeMs)} ms; left by kills:`, outcomes);
		expect(Object.keys(outcomes).some((state) => state.startsWith('old key file'))).toBe(true);
	}
);

const megabytes = (dataDir: string) => Math.round(statSync(join(dataDir, 'breakwater.db')).size / 1e6);

/** Logs sessions one after the other until it is told to stop: every answer must be a good one. Returns for how long one waited at most, in ms. */
async function keepLogging(app: App, cookie: string, work: string, kept: string[], isOver: () => boolean): Promise<number> {
	const ines = visitor(app, cookie);
	let longest = 0;
	for (let n = 0; !isOver(); n++) {
		const fields = logFields(work, (n % 600) * 60_000 + 3_600_000);
		const from = performance.now();
		const answer = await ines.post(logAction, fields);
		longest = Math.max(longest, performance.now() - from);
		expect(acknowledged(answer), `${answer.status} ${answer.text.slice(0, 300)}`).toBe(true);
		kept.push(fields.id);
		expect((await ines.get('/today')).status).toBe(200);
	}
	return longest;
}

async function rotateUnderLoad(app: App, desk: ReturnType<typeof furnish>, args: string[], env: Record<string, string>): Promise<string[]> {
	const kept: string[] = [];
	let over = false;
	const logging = keepLogging(app, desk.ines, desk.work, kept, () => over);
	await until(() => kept.length > 3, app.output);
	const asking = start([rotate, ...args], { DATA_DIR: app.dataDir, ...env });
	expect(await asking.ended, asking.output()).toBe(0);
	const count = kept.length;
	await until(() => kept.length > count + 3, app.output);
	over = true;
	const longest = await logging;
	if (long) console.log(`rotation of ${megabytes(app.dataDir)} MB beside somebody who logs: they waited ${Math.round(longest)} ms at most`);
	expect(app.output()).toContain('The keys were rotated');
	return kept;
}

test('a running server goes on answering, and so does the next one with the new key; the old one opens nothing', async () => {
	const dataDir = temporaryFolder('rotated');
	const desk = furnish(dataDir);
	const app = await startApp({ dataDir });
	const before = readFileSync(join(dataDir, 'database.key'), 'utf8');
	const kept = await rotateUnderLoad(app, desk, [], { DATABASE_KEY: '' });
	const after = readFileSync(join(dataDir, 'database.key'), 'utf8');
	expect(after).not.toBe(before);
	for (const key of [before, after]) expect(app.output()).not.toContain(key.trim());
	await app.kill();
	await app.restart();
	expect((await visitor(app, desk.ines).get('/today')).status).toBe(200);
	expect(await app.stop()).toBe(0);
	expect(missing(dataDir, kept)).toEqual([]);
	const { status, stderr } = await startInVain({ dataDir, env: { DATABASE_KEY: before.trim() } });
	expect(stderr).toMatch(/wrong key/);
	expect(status).toBe(1);
});

// The same without servers is in tests/server/key-rotation.test.ts.
test.runIf(long)('with a key in the setting: the server starts with the old one until it was started with the new one', async () => {
	const dataDir = temporaryFolder('rotated-setting');
	const desk = furnish(dataDir);
	const old = readFileSync(join(dataDir, 'database.key'), 'utf8').trim();
	const elsewhere = temporaryFolder('secrets');
	mkdirSync(elsewhere, { recursive: true });
	const keyFile = join(elsewhere, 'next.key');
	const app = await startApp({ dataDir, env: { DATABASE_KEY: old } });
	await rotateUnderLoad(app, desk, ['--key-file', keyFile], { DATABASE_KEY: old });
	const fresh = readFileSync(keyFile, 'utf8').trim();
	await app.kill();
	await app.restart();
	expect(app.output()).toContain('The old DATABASE_KEY still opens everything: set the new one');
	expect((await visitor(app, desk.ines).get('/today')).status).toBe(200);
	await app.stop();

	const next = await startApp({ dataDir, env: { DATABASE_KEY: fresh } });
	expect(next.output()).toContain('the new key opens everything, the old one nothing any more');
	expect((await visitor(next, desk.ines).get('/today')).status).toBe(200);
	await next.stop();
	const { stderr } = await startInVain({ dataDir, env: { DATABASE_KEY: old } });
	expect(stderr).toMatch(/wrong key/);
});

test('with two servers on one folder it waits until one of them is stopped, and neither gives an error meanwhile', async () => {
	const dataDir = temporaryFolder('rotated-by-two');
	const desk = furnish(dataDir);
	const [one, two] = [await startApp({ dataDir }), await startApp({ dataDir })];
	const asking = start([rotate], { DATA_DIR: dataDir, DATABASE_KEY: '' });
	await until(() => asking.output().includes('Waiting'), asking.output);
	for (let n = 0; n < 3; n++) {
		for (const app of [one, two]) expect((await visitor(app, desk.ines).get('/today')).status).toBe(200);
		await sleep(300);
	}
	expect(asking.process.exitCode).toBeNull();
	await two.stop();
	expect(await asking.ended, asking.output()).toBe(0);
	expect((await visitor(one, desk.ines).get('/today')).status).toBe(200);
	await two.restart();
	for (const app of [one, two]) {
		expect((await visitor(app, desk.ines).get('/today')).status).toBe(200);
		await app.stop();
	}
});
