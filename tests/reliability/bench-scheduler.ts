import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { createOrganisation } from '#lib/server/accounts.ts';
import { firstDue } from '#lib/server/clocks.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { startScheduler } from '#lib/server/scheduler.ts';
import { temporaryFolder } from '../support/app.ts';
import { exposureWork } from './desk.ts';

/**
 * How long the scheduler takes over many people: until it knows the next due instant, until it evaluates the first, and how much the
 * rest of the program notices while everybody is due at once. Part of `npm run bench:rules`; alone: `node tests/reliability/bench-scheduler.ts`.
 */

const setting = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const minute = 60_000;
const day = 86_400_000;

/** Prints the figures. Settings: BENCH_PEOPLE, BENCH_DAYS, and BENCH_CATCH_UP, for how many seconds everybody is evaluated. */
export async function benchScheduler(): Promise<void> {
	const people = setting('BENCH_PEOPLE', 100_000);
	const days = setting('BENCH_DAYS', 90);
	const seconds = setting('BENCH_CATCH_UP', 30);
	const dataDir = temporaryFolder('bench-scheduler');
	console.log(`Storing ${people} people with ${days} days each.`);
	const midnight = Math.ceil(Date.now() / day) * day;
	const seeding = performance.now();
	const sessions = inDatabase(dataDir, (db) => seed(db, people, days, midnight));
	const size = statSync(join(dataDir, 'breakwater.db')).size / 1e9;
	console.log(`${sessions} sessions, ${size.toFixed(2)} GB, in ${((performance.now() - seeding) / 1000).toFixed(0)} s.`);
	await measure(dataDir, midnight, people, seconds);
}

async function measure(dataDir: string, midnight: number, people: number, seconds: number): Promise<void> {
	const [opening, processor] = [performance.now(), processorMs()];
	const db = openDatabase(dataDir, '', 'drizzle');
	const opened = performance.now();
	const processorUsed = processorMs() - processor;
	const due = firstDue(db);
	const known = performance.now();
	if (due?.at !== midnight) throw new Error('nobody is due at midnight');
	console.log(
		`the database is opened, with the check of the whole file, in ${(opened - opening).toFixed(0)} ms (${processorUsed.toFixed(0)} ms of processor)`
	);
	console.log(`the next due instant is known ${(known - opened).toFixed(1)} ms after (to reach: under 2000)`);
	try {
		await catchUpWithEverybody(db, { at: midnight, people, seconds });
	} finally {
		db.$client.close();
		db.keys.close();
	}
}

/** Starts the scheduler half a second before everybody is due. */
async function catchUpWithEverybody(db: Db, { at, people, seconds }: { at: number; people: number; seconds: number }): Promise<void> {
	const began = performance.now() + 500;
	const clock = () => at + performance.now() - began;
	const read = db.$client.prepare<[number], number>('select count(*) from clocks where advanced_to >= ?').pluck();
	const scheduler = startScheduler(db, clock);
	const first = await whenFirst(db, at, clock);
	console.log(`the first of them is evaluated ${first.toFixed(0)} ms after it is due`);
	const [evaluatedBefore, processor] = [read.get(at) ?? 0, processorMs()];
	const pauses = await pausesFor(seconds * 1000, () => (firstDue(db)?.at ?? Infinity) > at);
	scheduler.stop();
	const took = performance.now() - began;
	const done = read.get(at) ?? 0;
	const each = took / done;
	const processorEach = (processorMs() - processor) / (done - evaluatedBefore);
	console.log(
		`everybody due at once: ${(1000 / each).toFixed(0)} people a second, all ${people} in ${((people * each) / 60_000).toFixed(1)} min; ${processorEach.toFixed(2)} ms of processor each`
	);
	console.log(`requests meanwhile wait ${spread(pauses.wall)} (to reach: under 100)`);
	console.log(`of which the processor is busy ${spread(pauses.processor)} (the rest is the disk, and other programs)`);
}

/** What this process has used: what counts where other programs keep the machine busy. */
function processorMs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

/** Milliseconds by which the first evaluation is late. */
async function whenFirst(db: Db, at: number, clock: () => number): Promise<number> {
	const first = db.$client
		.prepare<[], number>('select max(advanced_to) from clocks where person_id = (select min(person_id) from clocks)')
		.pluck();
	while ((first.get() ?? 0) < at) await sleep(1);
	return clock() - at;
}

/** How long the event loop stood still each time, until `done` or for so long: ms on the clock, and of processor. */
async function pausesFor(ms: number, done: () => boolean): Promise<{ wall: number[]; processor: number[] }> {
	const [wall, processor]: [number[], number[]] = [[], []];
	const until = performance.now() + ms;
	while (performance.now() < until && !done()) {
		const [from, used] = [performance.now(), processorMs()];
		await sleep(1);
		wall.push(performance.now() - from);
		processor.push(processorMs() - used);
	}
	return { wall, processor };
}

/** Median, 99 % and most. */
function spread(values: readonly number[]): string {
	const sorted = values.toSorted((a, b) => a - b);
	const part = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
	return `${part(0.5)} ms (median), ${part(0.99)} ms (p99), ${part(1)} ms at most`;
}

function inDatabase<T>(dataDir: string, work: (db: Db) => T): T {
	const db = openDatabase(dataDir, '', 'drizzle');
	try {
		return work(db);
	} finally {
		db.$client.close();
		db.keys.close();
	}
}

type Statement = Database.Statement<unknown[]>;
interface Statements {
	team: Statement;
	person: Statement;
	version: Statement;
	home: Statement;
	clock: Statement;
	sessions: Statement;
}

interface Span {
	/** When everybody's first day begins, and when their next one will (UTC ms). */
	began: number;
	midnight: number;
	days: number;
}

/** People in teams of twenty, each with a session of three hours on every working day. */
function seed(db: Db, people: number, days: number, midnight: number): number {
	const span = { began: midnight - (days + 2) * day, midnight, days };
	// It may be lost: it is thrown away afterwards.
	for (const pragma of ['synchronous = off', 'cache_size = -400000', 'wal_autocheckpoint = 40000']) db.$client.pragma(pragma);
	const employer = createOrganisation(db, { name: 'Bench', zone: 'UTC', sample: false }, span.began);
	const statements = prepare(db, employer, exposureWork(db), span);
	// In order, so that the indexes grow at their ends.
	const ids = Array.from({ length: people }, () => randomUUID()).sort();
	let sessions = 0;
	let team = '';
	for (const [n, id] of ids.entries()) {
		if (n % 1000 === 0) db.$client.exec(n === 0 ? 'begin immediate' : 'commit; begin immediate');
		if (n % 20 === 0) statements.team.run((team = randomUUID()), `Team ${n / 20}`);
		sessions += seedPerson(statements, { id, team, n }, span);
	}
	db.$client.exec('commit');
	db.$client.pragma('wal_checkpoint(truncate)');
	return sessions;
}

function prepare({ $client }: Db, employer: string, work: string, { began, midnight, days }: Span): Statements {
	$client.exec('create temp table working_days (n integer primary key, start integer)');
	const workingDay = $client.prepare('insert into working_days (start) values (?)');
	for (let date = midnight - (days + 1) * day; date < midnight - day; date += day) {
		if (![0, 6].includes(new Date(date).getUTCDay())) workingDay.run(date + 9 * 60 * minute);
	}
	return {
		team: $client.prepare(`insert into teams (id, name, zone, created_at) values (?, ?, 'UTC', ${began})`),
		person: $client.prepare(
			`insert into people (id, name, email, email_key, employer_id, created_at, joined_at) values (?, ?, ?, ?, '${employer}', ${began}, ${began})`
		),
		version: $client.prepare(
			`insert into person_versions (person_id, version, zone, day_start, start_date, recorded_at) values (?, 1, 'UTC', '00:00', '2024-01-08', ${began})`
		),
		home: $client.prepare(`insert into home_teams (id, person_id, team_id, recorded_at) values (?, ?, ?, ${began})`),
		clock: $client.prepare(
			`insert into clocks (person_id, first_fact_at, last_fact_at, advanced_to, next_due_at) values (?, ${began}, ?, ${midnight - day}, ${midnight})`
		),
		// As many bytes as are sealed of a session: nothing here opens them.
		sessions: $client.prepare(
			`insert into exposures (id, version, person_id, kind, state, start_at, end_at, counts, work_type_id, sealed, recorded_at, recorded_by)
			select substr(@id, 1, 33) || printf('%03d', n), 1, @id, 'session', 'ended', start + @later, start + @later + ${180 * minute}, 1, '${work}',
				zeroblob(157), start + @later + ${181 * minute}, @id from working_days`
		)
	};
}

function seedPerson(
	{ person, version, home, clock, sessions }: Statements,
	{ id, team, n }: { id: string; team: string; n: number },
	{ midnight }: Span
): number {
	const email = `person${n}@example.org`;
	person.run(id, `Person ${n}`, email, email);
	version.run(id);
	home.run(randomUUID(), id, team);
	clock.run(id, midnight - day);
	// Not everybody at the same minute.
	return sessions.run({ id, later: (n % 180) * minute }).changes;
}

if (import.meta.main) await benchScheduler();
