import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { enterAbsence } from '#lib/server/absences.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { deliveryChoices, messages } from '#lib/server/db/schema/delivery.ts';
import { organisation } from '#lib/server/db/schema/organisation.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { queueReminders } from '#lib/server/delivery/reminders.ts';
import { takeDue } from '#lib/server/delivery/sending.ts';
import { markSent } from '#lib/server/delivery/sent.ts';
import { chooseReminders, remindersOf } from '#lib/server/reminders.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { DAY, HOUR, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	openOutbox(db, new Set(['email', 'webhook']), () => {});
});

/** Monday 9 November 2026, midnight in London; and nine o'clock, the hour of a digest. */
const midnight = monday - 10 * HOUR;
const nine = monday - HOUR;

const none = { checkIn: false, breakDue: false, quietFrom: null, quietTo: null };
const asks = (who = c.ines, at = midnight - HOUR) => chooseReminders(db, who, { ...none, checkIn: true }, at);
const pulse = (who: Viewer, at: number, answers: number[] | 'skipped' = [0, 1, 1, 0]) =>
	recordCheckIn(db, who, { id: crypto.randomUUID(), instrument: 'pulse', answers }, at);
const reminders = (who = c.ines) => db.select().from(messages).where(eq(messages.recipientId, who.id)).all();
const away = (from: string, to: string) =>
	enterAbsence(db, c.ines, { id: crypto.randomUUID(), personId: c.ines.id, from, to, sure: null }, midnight - 2 * HOUR);
/** Looks and sends at each of these instants; how many letters each brings. */
function lettersAt(...instants: number[]): number[] {
	return instants.map((at) => {
		queueReminders(db, at);
		const batches = takeDue(db, at);
		for (const batch of batches) markSent(db, batch, at);
		return batches.length;
	});
}

describe('a reminder of the check-in', () => {
	it('comes to nobody who did not ask', () => {
		expect(remindersOf(db, c.ines)).toEqual({
			checkIn: false,
			breakDue: false,
			address: 'ines@example.org',
			email: true,
			quiet: null
		});
		expect(lettersAt(midnight, nine, nine + DAY)).toEqual([0, 0, 0]);
	});

	it('comes once a week, in the morning, by e-mail alone, and says nothing but that there is something', () => {
		asks();
		asks();
		queueReminders(db, midnight);
		expect(reminders()).toMatchObject([
			{ checkInOf: '2026-11-09', state: 'waiting', channel: 'email', urgent: false, dueAt: nine, alertId: null }
		]);
		expect(takeDue(db, nine - 1)).toEqual([]);
		const [letter] = takeDue(db, nine);
		expect(letter).toMatchObject({ to: 'ines@example.org', urgent: false });
		if (letter) markSent(db, letter, nine);
		expect(lettersAt(nine + HOUR, nine + DAY, nine + 6 * DAY)).toEqual([0, 0, 0]);
		expect(lettersAt(midnight + 7 * DAY, nine + 7 * DAY)).toEqual([0, 1]);
	});

	it('asked for in the middle of a week comes the next morning, where the check-in is still due', () => {
		asks(c.ines, monday + 2 * DAY);
		expect(reminders()).toMatchObject([{ checkInOf: '2026-11-09', dueAt: nine + 3 * DAY }]);
		pulse(c.tomas, monday);
		asks(c.tomas, monday + 2 * DAY);
		expect(reminders(c.tomas)).toEqual([]);
	});

	it.each([
		['answered', [0, 0, 0, 0]],
		['skipped', 'skipped' as const]
	])('is dropped once it is %s', (_, answers) => {
		asks();
		queueReminders(db, midnight);
		pulse(c.ines, midnight + HOUR, answers);
		expect(lettersAt(nine)).toEqual([0]);
		expect(reminders()).toMatchObject([{ state: 'dropped', problem: 'in-hand' }]);
	});

	it('is dropped where it is not wanted any more, and comes after all where that is taken back', () => {
		asks();
		queueReminders(db, midnight);
		chooseReminders(db, c.ines, none, midnight + HOUR);
		chooseReminders(db, c.ines, none, midnight + HOUR);
		expect(lettersAt(nine)).toEqual([0]);
		expect(reminders()).toMatchObject([{ problem: 'not-wanted' }]);
		asks(c.ines, nine + HOUR);
		expect(lettersAt(nine + 2 * HOUR, nine + DAY)).toEqual([0, 1]);
	});

	it('does not come on a day away, but on the morning after; not at all in a week away', () => {
		away('2026-11-09', '2026-11-10');
		asks();
		expect(lettersAt(midnight, nine, nine + DAY, nine + 2 * DAY - 1, nine + 2 * DAY)).toEqual([0, 0, 0, 0, 1]);
		away('2026-11-16', '2026-11-22');
		expect(lettersAt(midnight + 7 * DAY, nine + 7 * DAY, nine + 13 * DAY, nine + 14 * DAY)).toEqual([0, 0, 0, 1]);
	});

	it('waits where somebody went away after it was queued', () => {
		asks();
		queueReminders(db, midnight);
		away('2026-11-09', '2026-11-09');
		expect(lettersAt(nine, nine + DAY)).toEqual([0, 1]);
	});

	it('waits for the end of quiet hours, and comes to somebody who takes no other e-mail', () => {
		const choice = { id: 'quiet', personId: c.mara.id, email: 'off', chat: 'off', digestAt: '07:00', recordedAt: 0 } as const;
		db.insert(deliveryChoices)
			.values({ ...choice, quietFrom: '20:00', quietTo: '09:30' })
			.run();
		asks(c.mara);
		queueReminders(db, midnight);
		expect(reminders(c.mara)).toMatchObject([{ channel: 'email', dueAt: nine + HOUR / 2 }]);
		expect(lettersAt(nine, nine + HOUR / 2)).toEqual([0, 1]);
	});

	it('waits for the end of the quiet hours of somebody who gets nothing else', () => {
		const quiet = { quietFrom: '20:00', quietTo: '10:30' };
		chooseReminders(db, c.ines, { ...none, checkIn: true, ...quiet }, midnight - HOUR);
		expect(remindersOf(db, c.ines)).toMatchObject({ checkIn: true, quiet: { from: '20:00', to: '10:30' } });
		expect(lettersAt(midnight, nine, nine + 1.5 * HOUR - 1, nine + 1.5 * HOUR)).toEqual([0, 0, 0, 1]);
		chooseReminders(db, c.ines, { ...none, checkIn: true }, nine + 2 * HOUR);
		expect(remindersOf(db, c.ines).quiet).toBeNull();
	});

	it('has the quiet hours that somebody who supervises chose for all messages', () => {
		asks(c.mara);
		chooseReminders(db, c.mara, { ...none, quietFrom: '20:00', quietTo: '10:30' }, midnight);
		expect(remindersOf(db, c.mara)).toMatchObject({ checkIn: false, quiet: null });
	});

	it('quiet hours have a beginning and an end', () => {
		const chooses = (more: object) => () => chooseReminders(db, c.ines, { ...none, checkIn: true, ...more }, midnight);
		expect(chooses({ quietFrom: '22:00' })).toThrow('until when');
		expect(chooses({ quietTo: '07:00' })).toThrow('from when');
		expect(chooses({ quietFrom: '07:00', quietTo: '07:00' })).toThrow('none');
		expect(remindersOf(db, c.ines).checkIn).toBe(false);
	});

	it('that a break is due is asked for on its own', () => {
		chooseReminders(db, c.ines, { ...none, breakDue: true }, midnight - HOUR);
		expect(remindersOf(db, c.ines)).toMatchObject({ checkIn: false, breakDue: true });
		expect(lettersAt(midnight, nine)).toEqual([0, 0]);
		asks();
		expect(remindersOf(db, c.ines)).toMatchObject({ checkIn: true, breakDue: false });
	});

	it('belongs to its week: the server was down until the next', () => {
		asks();
		queueReminders(db, midnight);
		expect(lettersAt(monday + 7 * DAY)).toEqual([0]);
		expect(reminders().map(({ problem }) => problem)).toContain('closed');
		expect(lettersAt(nine + 8 * DAY)).toEqual([1]);
	});

	it('does not come of a check-in that the organisation has turned off', () => {
		asks();
		db.update(organisation).set({ instruments: [] }).run();
		expect(lettersAt(midnight, nine)).toEqual([0, 0]);
	});
});
