import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { catchUpSome, type Resting } from '#lib/server/catching-up.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { leaseMs } from '#lib/server/leases.ts';
import { breakDueAt, crowd } from '../support/crowd.ts';
import { memoryDb } from '../support/database.ts';

const minute = 60_000;
const now = Date.parse('2026-11-17T10:00:00Z');
const lease = { name: 'scheduler', holder: 'this process' };
const other = { name: 'scheduler', holder: 'another process' };
let db: Db;
let ines: string;
let tomas: string;
let wen: string;

beforeEach(() => {
	db = memoryDb();
	[ines = '', tomas = '', wen = ''] = crowd(db, 3, now - 60 * minute).sort();
});
afterEach(() => void vi.restoreAllMocks());

const found = (who: string) =>
	db.$client.prepare<[string], { rule: string; at: number }>('select rule, at from findings where person_id = ? order by rowid').all(who);
const everybodysInOrder = () =>
	db.$client.prepare<[], [string, number]>('select person_id, at from findings order by rowid').raw().all() as [string, number][];
const breakDue = (at: number) => ({ rule: 'break-due', at });
const leases = () => db.$client.prepare('select * from leases').all();
const catchUpAt = (at: number, resting: Resting = new Map()) => catchUpSome(db, lease, at, resting);

describe('catching up with what time made due', () => {
	test('does nothing before it is due, and says when to come back', () => {
		breakDueAt(db, ines, now);
		expect(catchUpAt(now - 1)).toBe(now);
		expect(found(ines)).toEqual([]);
		expect(leases()).toEqual([]);
	});

	test('evaluates at the instant, once, however late it wakes', () => {
		breakDueAt(db, ines, now);
		catchUpAt(now + 20 * minute);
		catchUpAt(now + 20 * minute);
		expect(found(ines)).toEqual([breakDue(now)]);
	});

	test('the earliest instant comes first, whoever it is about; of equal ones the lesser id, as in a replay', () => {
		breakDueAt(db, wen, now);
		breakDueAt(db, tomas, now + minute);
		breakDueAt(db, ines, now + minute);
		let back: number | null = 0;
		while (back !== null && back <= now + 3 * 1440 * minute) back = catchUpAt(now + 3 * 1440 * minute);
		const all = everybodysInOrder();
		expect(all.length).toBeGreaterThan(9);
		expect(all).toEqual(all.toSorted(([, a], [, b]) => a - b));
		expect(all.slice(0, 3)).toEqual([
			[wen, now],
			[ines, now + minute],
			[tomas, now + minute]
		]);
		expect(found(ines).map(({ rule }) => rule)).toEqual(
			expect.arrayContaining(['break-due', 'break-missed', 'timer-forgotten', 'day-action'])
		);
	});

	test('somebody for whom it fails keeps nobody else waiting, and is tried again', () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
		breakDueAt(db, ines, now);
		breakDueAt(db, tomas, now + 1);
		db.$client.exec(
			`create temp trigger fault before insert on findings when new.person_id = '${ines}' begin select raise(abort, 'fault'); end`
		);
		const resting: Resting = new Map();
		catchUpAt(now + minute, resting);
		expect(found(ines)).toEqual([]);
		expect(found(tomas)).toEqual([breakDue(now + 1)]);
		expect([...resting.keys()]).toEqual([ines]);
		expect(said.mock.calls.join('\n')).not.toContain('Moderator');
		db.$client.exec('drop trigger fault');
		expect(catchUpAt(now + minute + 1, resting)).toBe(now + 2 * minute);
		expect(found(ines)).toEqual([]);
		catchUpAt(now + 2 * minute, resting);
		expect(found(ines)).toEqual([breakDue(now)]);
	});

	test('where it failed for a thousand nobody else is tried before the first of them: the fault is not theirs', () => {
		breakDueAt(db, ines, now);
		const resting: Resting = new Map(Array.from({ length: 1000 }, (_, n) => [`somebody ${n}`, now + 1000 + n]));
		expect(catchUpAt(now, resting)).toBe(now + 1000);
		expect(found(ines)).toEqual([]);
		expect(catchUpAt(now + 1000, resting)).toBeGreaterThan(now + 1000);
		expect(found(ines)).toEqual([breakDue(now)]);
	});

	test('where SQLite gives the transaction up nothing of the slice is stored, and all of it is still due', () => {
		vi.spyOn(console, 'error').mockImplementation(() => undefined);
		for (const who of [ines, tomas, wen]) breakDueAt(db, who, now);
		db.$client.exec(
			`create temp trigger fault before insert on findings when new.person_id = '${tomas}' begin select raise(rollback, 'fault'); end`
		);
		expect(() => catchUpAt(now)).toThrow('given up');
		expect(everybodysInOrder()).toEqual([]);
		expect(leases()).toEqual([]);
		db.$client.exec('drop trigger fault');
		catchUpAt(now);
		expect(everybodysInOrder()).toEqual([ines, tomas, wen].map((who) => [who, now]));
	});
});

describe('one process at a time', () => {
	const step = (who: typeof lease, at: number) => catchUpSome(db, who, at, new Map(), 0);
	beforeEach(() => {
		for (const who of [ines, tomas, wen]) breakDueAt(db, who, now);
	});

	test('is at it as long as there is work; then nobody holds the lease', () => {
		expect(step(lease, now)).toBe(now);
		expect(leases()).toEqual([{ ...lease, expires_at: now + leaseMs }]);
		expect(step(other, now + 1)).toBe(now + leaseMs);
		expect(everybodysInOrder()).toHaveLength(1);
		for (let more = 3; more > 0; more--) step(lease, now + 2);
		expect(everybodysInOrder()).toHaveLength(3);
		expect(leases()).toEqual([]);
	});

	test('the next one goes on where one was killed, when its lease has ended', () => {
		step(lease, now);
		expect(step(other, now + leaseMs - 1)).toBe(now + leaseMs);
		expect(step(other, now + leaseMs)).toBe(now + leaseMs);
		expect(everybodysInOrder().map(([who]) => who)).toEqual([ines, tomas]);
	});

	test('one that was held up, and lost its lease meanwhile, evaluates nothing more', () => {
		step(lease, now);
		step(other, now + leaseMs);
		const before = everybodysInOrder();
		expect(step(lease, now + leaseMs + 1)).toBe(now + 2 * leaseMs);
		expect(everybodysInOrder()).toEqual(before);
	});
});
