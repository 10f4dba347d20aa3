import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { nextBreak } from '#lib/server/breaks.ts';
import { catchUpSome } from '#lib/server/catching-up.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { alarms } from '#lib/server/db/schema/alarms.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { policies } from '#lib/server/db/schema/organisation.ts';
import { takeDue } from '#lib/server/delivery/sending.ts';
import { markFailed, markSent } from '#lib/server/delivery/sent.ts';
import { deliveriesFor } from '#lib/server/deliveries.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { dueNow } from '#lib/server/due-now.ts';
import { logSession } from '#lib/server/exposures.ts';
import { chooseReminders, type NewReminders } from '#lib/server/reminders.ts';
import { startTimer, stopTimer } from '#lib/server/timers.ts';
import { todayFor } from '#lib/server/today.ts';
import { DAY, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { workIds } from '../support/exposure.ts';

let db: Db;
let c: Cast;
let work: ReturnType<typeof workIds>;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	work = workIds(db);
	openOutbox(db, new Set(['email', 'webhook']), () => {});
});

const id = () => crypto.randomUUID();
/** Minutes after ten on Monday. */
const at = (minutes: number) => monday + minutes * MINUTE;
const starts = (minutes: number, workTypeId = work.images) => startTimer(db, c.ines, { id: id(), workTypeId }, at(minutes)).id;
const stops = (timer: string, minutes: number) => stopTimer(db, c.ines, { formId: id(), id: timer }, at(minutes));
const logs = (from: number, to: number) =>
	logSession(db, c.ines, { id: id(), start: at(from), end: at(to), workTypeId: work.images }, at(to));
const policy = (patch: object) =>
	db
		.insert(policies)
		.values({ id: id(), patch, reason: 'test', recordedAt: monday - DAY, authorId: c.ada.id })
		.run();

describe('the next break', () => {
	it.each<[string, () => void, number | null]>([
		['a timer alone', () => void starts(0), 50],
		['after a shorter pause than a break the stretch goes on', () => (logs(-30, -5), starts(0)), 25],
		['a pause as long as a break ends it', () => (logs(-40, -10), starts(0)), 50],
		['over many pauses', () => ([-60, -45, -30, -15].map((n) => logs(n, n + 10)), starts(0)), 10],
		['due already as the timer starts', () => (logs(-60, -5), starts(0)), -5],
		['what lies over the timer counts once', () => (starts(0), logs(-20, 10)), 30],
		['a stretch that began the day before yesterday', () => (manyShortPauses(), starts(0)), -2_250],
		['no timer', () => void logs(-60, 0), null],
		['a timer that does not count', () => void starts(0, work.none), null],
		['the rule is off', () => (policy({ rules: { 'break-due': { on: false } } }), starts(0)), null],
		['another length', () => (policy({ rules: { 'break-due': { minutes: 25 } } }), starts(0)), 25]
	])('%s: by the same measure as Today', (_, happens, due) => {
		happens();
		const now = at(12);
		expect(nextBreak(db, c.ines.id, now)?.at ?? null).toBe(due === null ? null : at(due));
		const { breaks } = todayFor(db, c.ines, now).figures;
		expect(breaks.due).toBe(due === null ? null : at(due));
		if (due !== null) expect(nextBreak(db, c.ines.id, now)?.since).toBe(breaks.since);
		expect(dueNow(db, c.ines, now)?.breakAt).toBe(due === null ? null : at(due));
	});

	/** Fifty sessions of 46 minutes, with five minutes between each of them and the next. */
	function manyShortPauses(): void {
		for (let n = 50; n > 0; n--)
			logSession(db, c.ines, { id: id(), start: at(-51 * n), end: at(-51 * n + 46), workTypeId: work.images }, at(-51 * n + 46));
	}

	it('is somebody’s own, and only of people who moderate', () => {
		starts(0);
		expect(dueNow(db, c.tomas, at(60))?.breakAt).toBeNull();
		expect(dueNow(db, c.edda, at(60))).toBeNull();
	});
});

describe('the weekly check-in', () => {
	it.each([
		['answered', [0, 1, 1, 0]],
		['skipped', 'skipped' as const]
	])('is due until it is %s', (_, answers) => {
		expect(dueNow(db, c.ines, monday)?.checkIn).toBe(true);
		recordCheckIn(db, c.ines, { id: id(), instrument: 'pulse', answers }, monday + HOUR);
		expect(dueNow(db, c.ines, monday + 2 * HOUR)?.checkIn).toBe(false);
		expect(dueNow(db, c.ines, monday + 7 * DAY)?.checkIn).toBe(true);
	});
});

describe('a letter that a break is due', () => {
	const asks = (more: Partial<NewReminders> = {}) =>
		chooseReminders(db, c.ines, { checkIn: false, breakDue: true, quietFrom: null, quietTo: null, ...more }, at(-HOUR / MINUTE));
	const letters = () => db.select().from(messages).where(eq(messages.recipientId, c.ines.id)).all();
	const take = (minutes: number) => takeDue(db, at(minutes));

	it('comes to nobody who did not ask', () => {
		starts(0);
		catchUp(db, c.ines.id, at(50));
		expect(letters()).toEqual([]);
	});

	it('comes as the break falls due, once for a stretch, by e-mail alone, and says what every urgent letter says', () => {
		asks();
		starts(0);
		catchUp(db, c.ines.id, at(49));
		expect(letters()).toEqual([]);
		catchUp(db, c.ines.id, at(50));
		expect(letters()).toMatchObject([{ channel: 'email', urgent: true, dueAt: at(50), breakOf: '2026-11-09T10:00:00.000Z' }]);
		const [letter] = take(50);
		expect(letter).toMatchObject({ to: 'ines@example.org', urgent: true });
		if (letter) markSent(db, letter, at(50));
		catchUp(db, c.ines.id, at(95));
		expect(take(95)).toEqual([]);
	});

	it.each<[string, (timer: string) => void, string]>([
		['the timer was stopped', (timer) => stops(timer, 51), 'closed'],
		['another stretch has begun since', (timer) => (stops(timer, 51), starts(65)), 'closed'],
		['it is not wanted any more', () => asks({ breakDue: false }), 'not-wanted'],
		['quiet hours were chosen meanwhile', () => asks({ quietFrom: '10:50', quietTo: '14:00' }), 'not-wanted']
	])('is not sent where %s', (_, happens, problem) => {
		asks();
		const timer = starts(0);
		catchUp(db, c.ines.id, at(50));
		happens(timer);
		expect(take(120)).toEqual([]);
		expect(letters()).toMatchObject([{ state: 'dropped', problem }]);
	});

	it.each([
		['10:50', '12:00', 0],
		['10:51', '12:00', 1],
		['09:00', '10:50', 1]
	])('in quiet hours from %s to %s: %i', (quietFrom, quietTo, expected) => {
		asks({ quietFrom, quietTo });
		starts(0);
		catchUp(db, c.ines.id, at(50));
		expect(letters()).toHaveLength(expected);
		const now = take(50);
		expect(now).toHaveLength(expected);
		for (const letter of now) markSent(db, letter, at(50));
		expect(take(130)).toEqual([]);
	});

	it.each([
		[59_999, 1],
		[60_000, 0]
	])('where the machine stood still for %i ms: %i', (late, expected) => {
		asks();
		starts(0);
		const now = at(50) + late;
		catchUpSome(db, { name: 'scheduler', holder: 'this process' }, now, new Map(), 1000);
		expect(letters()).toMatchObject([{ dueAt: at(50) }]);
		expect(takeDue(db, now)).toHaveLength(expected);
		if (expected === 0) expect(letters()).toMatchObject([{ state: 'dropped', problem: 'closed' }]);
	});

	it('was tried in time and not taken: it is tried on', () => {
		asks();
		starts(0);
		catchUp(db, c.ines.id, at(50));
		for (const batch of take(50)) markFailed(db, batch, at(50), { code: 'EMESSAGE-450', forGood: false }, 0.5);
		expect(take(55).map(({ to }) => to)).toContain('ines@example.org');
	});
});

it('a letter about a break that is given up shows no administrator when it was due', () => {
	chooseReminders(db, c.ines, { checkIn: false, breakDue: true, quietFrom: null, quietTo: null }, monday - HOUR);
	starts(0);
	catchUp(db, c.ines.id, at(50));
	const batches = takeDue(db, at(50)).filter(({ to }) => to === 'ines@example.org');
	expect(batches).toHaveLength(1);
	for (const batch of batches) markFailed(db, batch, at(50), { code: 'EENVELOPE-550', forGood: true }, 0);
	expect(deliveriesFor(db, c.ada, at(51)).dead).toEqual([]);
	const ofBreaks = db
		.select()
		.from(messages)
		.all()
		.filter(({ breakOf }) => breakOf !== null);
	expect(ofBreaks.map(({ state, problem }) => [state, problem])).toEqual([['dropped', 'EENVELOPE-550']]);
	expect(
		db
			.select()
			.from(alarms)
			.all()
			.map(({ kind }) => kind)
	).toEqual(['email']);
});
