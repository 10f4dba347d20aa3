import { and, eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { wakeClock } from '#lib/server/clocks.ts';
import { clocks, exposures, findings } from '#lib/server/db/schema/records.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { catchUpSome, startScheduler, type Resting, type Scheduler } from '#lib/server/scheduler.ts';
import { startTimer } from '#lib/server/timers.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const minute = 60_000;
const now = Date.parse('2026-11-17T10:00:00Z');
let db: Db;
let all: Cast;
let scheduler: Scheduler | undefined;

beforeEach(() => {
	db = memoryDb();
	all = cast(db, now - 30 * minute);
});
afterEach(() => {
	scheduler?.stop();
	scheduler = undefined;
	vi.restoreAllMocks();
});

function timer(who: Viewer, at = now): void {
	const workTypeId = db.$client.prepare(`select id from work_types where counts = 'yes' order by position limit 1`).pluck().get() as string;
	startTimer(db, who, { id: crypto.randomUUID(), workTypeId }, at);
}

const found = (who: Viewer) =>
	db.select({ rule: findings.rule, at: findings.at }).from(findings).where(eq(findings.personId, who.id)).all();
const breakDue = (at: number) => ({ rule: 'break-due', at });

describe('catching up with what time made due', () => {
	test('does nothing before it is due, and says when to come back', () => {
		timer(all.ines);
		expect(catchUpSome(db, now + 50 * minute - 1, new Map())).toBe(now + 50 * minute);
		expect(found(all.ines)).toEqual([]);
	});

	test('evaluates at the instant, once, however late it wakes', () => {
		timer(all.ines);
		catchUpSome(db, now + 70 * minute, new Map());
		catchUpSome(db, now + 70 * minute, new Map());
		expect(found(all.ines)).toEqual([breakDue(now + 50 * minute)]);
	});

	test('after days of downtime everything is there in its order', () => {
		timer(all.ines);
		timer(all.tomas, now + minute);
		const resting: Resting = new Map();
		let back: number | null = 0;
		while (back !== null && back <= now + 3 * 1440 * minute) back = catchUpSome(db, now + 3 * 1440 * minute, resting);
		expect(found(all.ines).map(({ rule }) => rule)).toEqual(
			expect.arrayContaining(['break-due', 'break-missed', 'timer-forgotten', 'day-action'])
		);
		const instants = found(all.tomas).map(({ at }) => at);
		expect(instants).toEqual(instants.toSorted((a, b) => a - b));
	});

	test('somebody for whom it fails keeps nobody else waiting, and is tried again', () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
		timer(all.ines);
		timer(all.tomas, now + 1);
		db.$client.exec(
			`create temp trigger fault before insert on findings when new.person_id = '${all.ines.id}' begin select raise(abort, 'fault'); end`
		);
		const resting: Resting = new Map();
		catchUpSome(db, now + 51 * minute, resting);
		expect(found(all.ines)).toEqual([]);
		expect(found(all.tomas)).toEqual([breakDue(now + 1 + 50 * minute)]);
		expect([...resting.keys()]).toEqual([all.ines.id]);
		expect(said.mock.calls.join('\n')).not.toContain('Ines');
		db.$client.exec('drop trigger fault');
		expect(catchUpSome(db, now + 51 * minute + 1, resting)).toBe(now + 52 * minute);
		expect(found(all.ines)).toEqual([]);
		catchUpSome(db, now + 52 * minute, resting);
		expect(found(all.ines)).toEqual([breakDue(now + 50 * minute)]);
	});
});

describe('the scheduler', () => {
	test('evaluates at start what fell due while it was down', async () => {
		timer(all.ines);
		scheduler = startScheduler(db, () => now + 60 * minute);
		await vi.waitFor(() => expect(found(all.ines)).toEqual([breakDue(now + 50 * minute)]));
	});

	test('rests for an hour where the clock jumped ahead, and says so; what fell due meanwhile is evaluated after', async () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
		let [wall, passed] = [now, 0];
		scheduler = startScheduler(
			db,
			() => wall,
			() => passed
		);
		const wake = async () => {
			wakeClock(db, all.tomas.id, wall - 60 * 1440 * minute);
			await new Promise((resolve) => setTimeout(resolve, 20));
		};
		timer(all.ines);
		await wake();
		[wall, passed] = [now + 30 * 1440 * minute, minute];
		await wake();
		await wake();
		expect(said.mock.calls).toEqual([[expect.stringMatching(/^The clock of this machine jumped ahead by 720 hours\./)]]);
		expect(found(all.ines)).toEqual([]);
		[wall, passed] = [wall + 61 * minute, passed + 61 * minute];
		await wake();
		await vi.waitFor(() => expect(found(all.ines)).toContainEqual(breakDue(now + 50 * minute)));
		expect(said.mock.calls).toHaveLength(1);
	});

	test('is woken by a fact that makes something due sooner than what it was waiting for', async () => {
		let clock = now;
		scheduler = startScheduler(db, () => clock);
		await vi.waitFor(() => expect(db.select().from(clocks).where(eq(clocks.personId, all.ines.id)).get()?.nextDueAt).toBeGreaterThan(now));
		clock = now + 49.999 * minute;
		timer(all.ines, now);
		clock = now + 50 * minute;
		await vi.waitFor(() => expect(found(all.ines)).toEqual([breakDue(now + 50 * minute)]));
		expect(
			db
				.select()
				.from(exposures)
				.where(and(eq(exposures.personId, all.ines.id), eq(exposures.state, 'running')))
				.all()
		).toHaveLength(1);
	});
});
