import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { withTx } from '#lib/server/db/tx.ts';
import { leaseMs } from '#lib/server/leases.ts';
import { compareWithReplay, type Difference } from '#lib/server/replay/compare.ts';
import { temporaryFolder } from '../support/app.ts';
import { breakDueAt, crowd } from '../support/crowd.ts';

/** Several processes evaluate what time makes due in one database; all of them are real, and so are the signals. */

const program = fileURLToPath(new URL('./scheduling.ts', import.meta.url));
const long = process.env.BREAKWATER_LONG === '1';
const hour = 3_600_000;

type Process = ChildProcessByStdio<Writable, Readable, Readable>;
const started: Process[] = [];
const opened: Db[] = [];
let complaints = '';

afterEach(async () => {
	const alive = started.splice(0).filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
	await Promise.all(alive.map((process) => end(process, 'SIGKILL')));
	for (const db of opened.splice(0)) {
		db.$client.close();
		db.keys.close();
	}
	complaints = '';
});

async function start(dataDir: string): Promise<Process> {
	const process_ = spawn(process.execPath, [program, dataDir], { stdio: ['pipe', 'pipe', 'pipe'] });
	started.push(process_);
	process_.stderr.on('data', (text) => (complaints += String(text)));
	await Promise.race([once(process_.stdout, 'data'), once(process_, 'close').then(() => Promise.reject(new Error(complaints)))]);
	return process_;
}

async function end(process: Process, signal: NodeJS.Signals): Promise<void> {
	const closed = once(process, 'close');
	process.kill(signal);
	await closed;
}

async function store(process: Process, personId: string, due: number): Promise<void> {
	process.stdin.write(`${personId} ${due}\n`);
	await once(process.stdout, 'data');
}

function database(): { dataDir: string; db: Db } {
	const dataDir = temporaryFolder('processes');
	const db = openDatabase(dataDir, '', 'drizzle');
	opened.push(db);
	return { dataDir, db };
}

/** `HH:MM` in UTC, six hours from now: nobody's day begins while the test runs. */
const laterToday = () => new Date(Date.now() + 6 * hour).toISOString().slice(11, 16);

const due = (db: Db) =>
	db.$client.prepare<[number], number>('select count(*) from clocks where next_due_at <= ?').pluck().get(Date.now()) ?? 0;
/** How far they have come: in order, whoever it is about. */
const earliest = (db: Db) => db.$client.prepare<[], number>('select min(next_due_at) from clocks').pluck().get() ?? 0;
const holder = (db: Db) => db.$client.prepare<[], string>(`select holder from leases where name = 'scheduler'`).pluck().get();

/** Which of the processes is at work. */
async function atWork(db: Db): Promise<Process> {
	return until(() => started.find(({ pid }) => holder(db)?.startsWith(`${pid}.`)), 10_000);
}

async function until<T>(look: () => T | undefined | false, withinMs: number): Promise<T> {
	const from = Date.now();
	for (;;) {
		const seen = look();
		if (seen !== undefined && seen !== false) return seen;
		if (Date.now() - from > withinMs) throw new Error(`not within ${withinMs} ms. ${complaints}`);
		await sleep(10);
	}
}

/** Nothing is there that replay has not, nor twice, and nothing is missing; and nobody had anything to complain of. */
function expectToAgreeWithReplay(db: Db, findings: number): void {
	const differences: Difference[] = [];
	expect(compareWithReplay(db, (difference) => differences.push(difference)).findings).toBeGreaterThanOrEqual(findings);
	expect(differences).toEqual([]);
	expect(complaints).toBe('');
	expect(holder(db)).toBeUndefined();
}

test('after days of downtime three of them catch up, one at a time; where one is stopped or killed in the middle another goes on', async () => {
	const { dataDir, db } = database();
	const longAgo = Date.now() - 3 * 24 * hour;
	const people = crowd(db, long ? 1500 : 400, longAgo, laterToday());
	withTx(db, () => people.forEach((person, n) => breakDueAt(db, person, longAgo + hour + n * 1000)));

	await Promise.all([start(dataDir), start(dataDir), start(dataDir)]);
	const first = await atWork(db);
	await end(first, 'SIGTERM');
	const left = earliest(db);
	expect(due(db)).toBeGreaterThan(0);
	const second = await atWork(db);
	expect(second).not.toBe(first);
	await until(() => earliest(db) > left, 10_000);

	await end(second, 'SIGKILL');
	const [third] = started.filter((process) => process !== first && process !== second);
	expect(due(db)).toBeGreaterThan(0);
	await until(() => holder(db)?.startsWith(`${third?.pid}.`), leaseMs + 10_000);
	await until(() => due(db) === 0 && holder(db) === undefined, 60_000);
	const appended = db.$client.prepare<[], number>('select at from findings order by rowid').pluck().all();
	expect(appended).toEqual(appended.toSorted((a, b) => a - b));
	expectToAgreeWithReplay(db, people.length * 3);
});

test('whichever process stored it, each thing is evaluated once and on time, also where that process is killed at once', async () => {
	const { dataDir, db } = database();
	const [last = '', ...people] = crowd(db, 40, Date.now() - 2 * hour, laterToday());
	const [one, two] = await Promise.all([start(dataDir), start(dataDir)]);
	const dues = new Map<string, number>();
	const begin = Date.now() + 1000;
	for (const [n, person] of people.entries()) {
		dues.set(person, begin + n * 100);
		await store(n % 2 === 0 ? one : two, person, begin + n * 100);
	}
	const lastDue = Date.now() + 1000;
	dues.set(last, lastDue);
	await store(two, last, lastDue);
	await end(two, 'SIGKILL');

	const found = db.$client
		.prepare<[string, number], number>(`select count(*) from findings where person_id = ? and rule = 'break-due' and at = ?`)
		.pluck();
	for (const [person, at] of dues) await until(() => found.get(person, at) === 1, at + 4_000 - Date.now());
	await end(one, 'SIGTERM');
	expectToAgreeWithReplay(db, dues.size);
});
