import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { openDatabase } from '#lib/server/db/connection.ts';
import { startScheduler, type Scheduler } from '#lib/server/scheduler.ts';
import { temporaryFolder } from '../support/app.ts';
import { breakDueAt, crowd } from '../support/crowd.ts';
import { memoryDb } from '../support/database.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.parse('2026-11-17T10:00:00Z');

let said: ReturnType<typeof vi.spyOn>;
const running: Scheduler[] = [];
const connections: Db[] = [];

beforeEach(() => {
	// The machine's clock and its timers; whatever the program does with them is its own.
	vi.useFakeTimers({ now, toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
	said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
	for (const scheduler of running.splice(0)) scheduler.stop();
	for (const db of connections.splice(0)) {
		db.$client.close();
		db.keys.close();
	}
	vi.useRealTimers();
	vi.restoreAllMocks();
});

function start(db: Db): Scheduler {
	const scheduler = startScheduler(db);
	running.push(scheduler);
	return scheduler;
}

const pass = (ms: number) => void vi.advanceTimersByTime(ms);
const clockIsSetTo = (at: number) => void vi.setSystemTime(at);
const breaks = (db: Db) =>
	db.$client.prepare<[], [string, number]>(`select person_id, at from findings where rule = 'break-due' order by rowid`).raw().all();
const everything = (db: Db) => db.$client.prepare('select person_id, rule, period, at from findings order by rowid').all();
const leases = (db: Db) => db.$client.prepare('select * from leases').all();

describe('the scheduler', () => {
	let db: Db;
	let ines: string;
	let tomas: string;
	beforeEach(() => {
		db = memoryDb();
		[ines = '', tomas = ''] = crowd(db, 3, now - 2 * hour);
	});

	test('evaluates at start what fell due while it was down', () => {
		breakDueAt(db, ines, now - 10 * minute);
		start(db);
		pass(100);
		expect(breaks(db)).toEqual([[ines, now - 10 * minute]]);
	});

	test('sleeps until something is due, and not longer', () => {
		breakDueAt(db, ines, now + 3 * minute);
		start(db);
		pass(3 * minute - 1);
		expect(breaks(db)).toEqual([]);
		pass(1);
		expect(breaks(db)).toEqual([[ines, now + 3 * minute]]);
	});

	test('is woken by a fact that makes something due sooner than what it was waiting for', () => {
		start(db);
		pass(minute);
		breakDueAt(db, ines, now + minute + 500);
		pass(500);
		expect(breaks(db)).toEqual([[ines, now + minute + 500]]);
	});

	test('goes by the clock on the wall where that is put right by some minutes, either way', () => {
		breakDueAt(db, ines, now + 30 * minute);
		breakDueAt(db, tomas, now + 40 * minute);
		start(db);
		pass(minute);
		clockIsSetTo(now + 31 * minute);
		pass(2_000);
		expect(breaks(db)).toEqual([[ines, now + 30 * minute]]);
		clockIsSetTo(now - 20 * minute);
		pass(hour - minute);
		expect(breaks(db)).toHaveLength(1);
		pass(minute);
		expect(breaks(db).slice(1)).toEqual([[tomas, now + 40 * minute]]);
	});

	test('a clock that is put back by an hour makes nothing happen twice', () => {
		breakDueAt(db, ines, now + minute);
		start(db);
		pass(50 * minute);
		const before = everything(db);
		clockIsSetTo(now - 10 * minute);
		pass(hour);
		expect(everything(db)).toEqual(before);
		pass(hour);
		expect(everything(db).length).toBeGreaterThan(before.length);
		expect(new Set(everything(db).map((row) => JSON.stringify(row))).size).toBe(everything(db).length);
		expect(said).not.toHaveBeenCalled();
	});

	test('rests for an hour where the clock jumped ahead, and says so; what fell due meanwhile is evaluated after', () => {
		breakDueAt(db, ines, now + 10 * minute);
		breakDueAt(db, tomas, now + 3 * day);
		start(db);
		pass(minute);
		clockIsSetTo(now + 30 * day);
		pass(59 * minute);
		expect(breaks(db)).toEqual([]);
		expect(said.mock.calls).toEqual([[expect.stringMatching(/^The clock of this machine jumped ahead by 720 hours\./)]]);
		pass(2 * minute);
		expect(breaks(db)).toEqual([
			[ines, now + 10 * minute],
			[tomas, now + 3 * day]
		]);
		expect(said).toHaveBeenCalledTimes(1);
	});

	test('goes on at once where a clock that jumped ahead is put right', () => {
		breakDueAt(db, ines, now + 10 * minute);
		start(db);
		pass(minute);
		clockIsSetTo(now + 30 * day);
		pass(5 * minute);
		clockIsSetTo(now + 6 * minute);
		pass(4 * minute - 1);
		expect(everything(db)).toEqual([]);
		pass(2);
		expect(breaks(db)).toEqual([[ines, now + 10 * minute]]);
	});

	test('where it cannot write it says so, and tries again', () => {
		breakDueAt(db, ines, now);
		db.$client.pragma('query_only = on');
		start(db);
		pass(29_000);
		expect(said.mock.calls).toEqual([['The scheduler could not write (SQLITE_READONLY); it tries again in half a minute.']]);
		db.$client.pragma('query_only = off');
		pass(2_000);
		expect(breaks(db)).toEqual([[ines, now]]);
	});

	test('when it is stopped it leaves the rest to others', () => {
		breakDueAt(db, ines, now + minute);
		start(db).stop();
		pass(hour);
		expect(everything(db)).toEqual([]);
	});
});

describe('two processes on one database', () => {
	let dataDir: string;
	let one: Db;
	let two: Db;
	let people: string[];
	const open = () => {
		const db = openDatabase(dataDir, '', 'drizzle');
		connections.push(db);
		return db;
	};
	beforeEach(() => {
		dataDir = temporaryFolder('two');
		[one, two] = [open(), open()];
		people = crowd(one, 12, now - 2 * hour);
	});

	test('each thing is evaluated once, at its instant, whoever stored it', () => {
		for (const db of [one, two]) start(db);
		const dues = people.map((_, n) => now + 1000 + n * 700);
		for (const [n, due] of dues.entries()) breakDueAt(n % 2 === 0 ? one : two, people[n] ?? '', due);
		pass(1000 + 12 * 700);
		expect(breaks(one)).toEqual(dues.map((due, n) => [people[n], due]));
		expect(leases(one)).toEqual([]);
		expect(said).not.toHaveBeenCalled();
	});

	test('what one stored, and then was killed, the other evaluates within two seconds', () => {
		start(one);
		pass(minute);
		// No scheduler runs on this connection: its process is gone.
		breakDueAt(two, people[0] ?? '', now + minute + 100);
		pass(2_100);
		expect(breaks(one)).toEqual([[people[0], now + minute + 100]]);
	});

	test('what is due waits for one that was killed at it only until its lease ends', () => {
		one.$client.prepare('insert into leases values (?, ?, ?)').run('scheduler', 'one that was killed', now + 9_000);
		breakDueAt(one, people[0] ?? '', now - minute);
		start(two);
		pass(8_999);
		expect(breaks(two)).toEqual([]);
		pass(1);
		expect(breaks(two)).toHaveLength(1);
	});

	test('one that is stopped in the middle leaves the rest to the other at once', () => {
		let slow = 0;
		vi.spyOn(performance, 'now').mockImplementation(() => (slow += 30));
		for (const person of people) breakDueAt(one, person, now - minute);
		const [first] = [one, two].map((db) => startScheduler(db, Date.now, Date.now)).map((scheduler) => (running.push(scheduler), scheduler));
		pass(30);
		const before = breaks(one);
		expect(before.length).toBeGreaterThan(0);
		expect(before.length).toBeLessThan(people.length / 2);
		expect(leases(one)).toHaveLength(1);
		first?.stop();
		expect(leases(one)).toEqual([]);
		pass(2_500);
		expect(breaks(one)).toHaveLength(people.length);
		expect(leases(one)).toEqual([]);
	});
});
