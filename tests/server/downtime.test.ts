import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { addOnCall } from '#lib/server/on-call.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { changeDays } from '#lib/server/person-days.ts';
import { compareWithReplay, type Difference } from '#lib/server/replay/compare.ts';
import { startScheduler, type Scheduler } from '#lib/server/scheduler.ts';
import { system } from '#lib/server/viewer.ts';
import { askFor, DAY, exceed, HOUR, MINUTE, shareConcern } from '../support/alerting.ts';
import { cast, type Cast, type FirstName } from '../support/cast.ts';
import { breakDueAt } from '../support/crowd.ts';
import { memoryDb } from '../support/database.ts';

/** Where each of them lives: the clocks change within the three days, or at another time, by half an hour, or never. */
const zones: Partial<Record<FirstName, [zone: string, dayStart: string]>> = {
	ines: ['Europe/London', '00:00'],
	tomas: ['America/New_York', '02:30'],
	wen: ['Australia/Lord_Howe', '12:00'],
	bea: ['Pacific/Apia', '00:00'],
	kit: ['Asia/Kolkata', '01:30'],
	rui: ['Europe/London', '01:30']
};

let scheduler: Scheduler | undefined;
afterEach(() => {
	scheduler?.stop();
	vi.useRealTimers();
});

/** What is under way on the afternoon of a Friday: timers, prompts on every kind of clock. */
function afternoon(db: Db, friday: number): void {
	const all: Cast = cast(db, friday - 3 * DAY);
	for (const [name, [zone, dayStart]] of Object.entries(zones)) {
		const who = all[name as FirstName];
		changeDays(db, system, { personId: who.id, zone, dayStart, startDate: '2024-01-08' }, friday - 2 * DAY);
	}
	addOnCall(db, system, { id: crypto.randomUUID(), teamId: all.harbour, personId: all.jonas.id }, friday - 2 * DAY);
	exceed(db, all.wen, friday - 5 * HOUR);
	exceed(db, all.bea, friday - 4 * HOUR);
	askFor(db, all.kit, all.mara, 'lead', friday - 3 * HOUR, 'today');
	askFor(db, all.rui, all.edda, 'welfare', friday - 2 * HOUR, 'soon');
	shareConcern(db, all.sol, all.otto, friday - HOUR);
	for (const [n, who] of [all.ines, all.tomas, all.rui].entries()) breakDueAt(db, who.id, friday + (n + 1) * 7 * MINUTE);
}

const readings = (db: Db) => ({
	findings: db.$client
		.prepare<[], string>(
			`select name || ' ' || rule || ' ' || period || ' ' || at from findings join people on people.id = person_id order by at, 1`
		)
		.pluck()
		.all()
		// Periods of timers are their ids.
		.map((line) => line.replace(/[0-9a-f-]{36}/, '')),
	events: db.$client
		.prepare<[], string>(
			`select name || ' ' || event || ' ' || level || ' ' || at from alert_events join people on people.id = person_id order by at, 1`
		)
		.pluck()
		.all()
});

function expectToAgreeWithReplay(db: Db): void {
	const differences: Difference[] = [];
	const { findings, alertEvents } = compareWithReplay(db, (difference) => differences.push(difference));
	expect(differences).toEqual([]);
	expect(findings).toBeGreaterThan(15);
	expect(alertEvents).toBeGreaterThan(10);
}

function begin(friday: number): Db {
	vi.useFakeTimers({ now: friday, toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
	const db = memoryDb();
	openOutbox(db, new Set(['email']), () => {});
	afternoon(db, friday);
	return db;
}

/** Every message by whom and what it is about, whom it is for and when it is due. */
const messagesOf = (db: Db) =>
	db.$client
		.prepare<[], string>(
			`select about.name || ' ' || reason || ' ' || message.level || ' to ' || recipient.name || ' ' || n || ' ' || message.due_at || ' ' || message.created_at
			from messages as message join alerts on alerts.id = alert_id join people as about on about.id = alerts.person_id
			join people as recipient on recipient.id = recipient_id order by 1`
		)
		.pluck()
		.all();

/** Every event that asks somebody has messages queued at its own instant, and none is there twice; nobody is asked with no event. */
function expectEachAskedOnce(db: Db): void {
	const events = db.$client
		.prepare<[], { alertId: string; at: number; queued: number; seers: number }>(
			`select alert_id as alertId, at, (select count(*) from messages where messages.alert_id = event.alert_id and created_at = at) as queued
			from alert_events as event where event in ('raised', 'renewed', 'escalated', 'unanswered')`
		)
		.all();
	expect(events.length).toBeGreaterThan(8);
	expect(events.filter(({ queued }) => queued === 0)).toEqual([]);
	const once = db.$client.prepare<[], number>(
		`select count(*) from (select 1 from messages group by alert_id, recipient_id, channel, n having count(*) > 1)`
	);
	expect(once.pluck().get()).toBe(0);
	const asked = new Set(events.map(({ alertId, at }) => `${alertId} ${at}`));
	const queued = db.$client.prepare<[], string>(`select alert_id || ' ' || created_at from messages`).pluck().all();
	expect(queued.filter((each) => !asked.has(each))).toEqual([]);
}

describe.each([
	['when the clocks go forward in London', Date.UTC(2026, 2, 27, 15)],
	['when they go back', Date.UTC(2026, 9, 23, 15)],
	['when they go back in Lord Howe and Apia', Date.UTC(2026, 3, 3, 15)],
	['when they do not change', Date.UTC(2026, 5, 12, 15)]
])('three days of downtime, %s', (_, friday) => {
	test('end with everything there once, in its order, as if there had been none', () => {
		const down = begin(friday);
		const before = down.$client.prepare<[], number>('select max(id) from alert_events').pluck().get() ?? 0;
		vi.advanceTimersByTime(3 * DAY);
		scheduler = startScheduler(down);
		vi.advanceTimersByTime(1000);
		expectToAgreeWithReplay(down);
		const caughtUp = down.$client.prepare<[number], number>('select at from alert_events where id > ? order by id').pluck().all(before);
		expect(caughtUp.length).toBeGreaterThan(5);
		expect(caughtUp).toEqual(caughtUp.toSorted((a, b) => a - b));
		expect(down.$client.prepare('select count(*) from clocks where next_due_at <= ?').pluck().get(Date.now())).toBe(0);
		scheduler.stop();
		vi.useRealTimers();

		const awake = begin(friday);
		scheduler = startScheduler(awake);
		vi.advanceTimersByTime(3 * DAY + 1000);
		expectToAgreeWithReplay(awake);
		expect(readings(down)).toEqual(readings(awake));
		expectEachAskedOnce(down);
		expect(messagesOf(down)).toEqual(messagesOf(awake));
	});
});

test('a clock that is put back by an hour, and runs through it once more: nothing is lost, nothing comes twice', () => {
	const friday = Date.UTC(2026, 9, 23, 15);
	const back = begin(friday);
	scheduler = startScheduler(back);
	vi.advanceTimersByTime(DAY);
	const before = { ...readings(back), messages: messagesOf(back) };
	vi.setSystemTime(Date.now() - HOUR);
	vi.advanceTimersByTime(HOUR);
	expect({ ...readings(back), messages: messagesOf(back) }).toEqual(before);
	vi.advanceTimersByTime(2 * DAY + 1000);
	expectToAgreeWithReplay(back);
	expectEachAskedOnce(back);
	const [found, messages] = [readings(back), messagesOf(back)];
	scheduler.stop();
	vi.useRealTimers();

	const steady = begin(friday);
	scheduler = startScheduler(steady);
	vi.advanceTimersByTime(3 * DAY + 1000);
	expect(found).toEqual(readings(steady));
	expect(messages).toEqual(messagesOf(steady));
});
