import { and, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { comeBack } from '#lib/server/absences.ts';
import { acknowledge, followUp, offer } from '#lib/server/alert-steps.ts';
import { goAway } from '#lib/server/away.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { recordConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { openOutbox, queueForNewcomers } from '#lib/server/delivery/outbox.ts';
import { nextSendable, takeDue } from '#lib/server/delivery/sending.ts';
import { markSent } from '#lib/server/delivery/sent.ts';
import { disablePerson, enablePerson } from '#lib/server/people.ts';
import { exclude } from '#lib/server/sharing.ts';
import { answerOffer } from '#lib/server/support.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, exceed, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	openOutbox(db, new Set(['email']), () => {});
});

const later = monday + HOUR;
const form = (about: Viewer) => ({ id: crypto.randomUUID(), alertId: alertOf(db, about).id });
const acknowledges = (who: Viewer, now = monday + MINUTE) => acknowledge(db, who, form(c.ines), now);
const offers = (who: Viewer, now = monday + 2 * MINUTE) => offer(db, who, { ...form(c.ines), items: ['talk'], manner: null }, now);
const answers = (answer: 'accepted' | 'not-now') => answerOffer(db, c.ines, { ...form(c.ines), answer }, monday + 3 * MINUTE);
const talks = (who: Viewer) =>
	recordConversation(db, who, { ...form(c.ines), served: [alertOf(db, c.ines).id], items: [], on: null }, monday + 4 * MINUTE);
const goes = (who: Viewer, now = later) => goAway(db, who, { id: crypto.randomUUID(), until: '2026-11-20', deputyId: null }, now);

/** The messages to somebody about the alert of Ines, oldest first. */
const to = (who: Viewer) =>
	db
		.select()
		.from(messages)
		.where(and(eq(messages.alertId, alertOf(db, c.ines).id), eq(messages.recipientId, who.id)))
		.orderBy(messages.n)
		.all();

/** Sends whatever waits, and says to how many letters that came. */
function sendAll(from: number): number {
	let letters = 0;
	for (let next = nextSendable(db); next !== null; next = nextSendable(db)) {
		const now = Math.max(from, next);
		for (const batch of takeDue(db, now)) {
			markSent(db, batch, now);
			letters++;
		}
	}
	return letters;
}

const fallsAway: [string, (now: number) => void][] = [
	['away', (now) => goes(c.edda, now)],
	['disabled', (now) => disablePerson(db, c.ada, c.edda.id, now)],
	['passed over by the person', (now) => exclude(db, c.ines, { personId: c.edda.id }, now)]
];

describe('a request that somebody had in hand reaches the next one when they are', () => {
	it.each(fallsAway)('%s', (_, happens) => {
		askFor(db, c.ines, c.edda, 'welfare');
		acknowledges(c.edda);
		sendAll(monday + MINUTE);
		expect(to(c.otto)).toEqual([]);
		happens(later);
		expect(to(c.otto)).toMatchObject([{ state: 'waiting', urgent: true, dueAt: later }]);
		expect(sendAll(later)).toBe(1);
	});

	it.each(fallsAway)('%s, also at the highest level, where no clock runs and everybody had been asked before', (_, happens) => {
		askFor(db, c.ines, c.edda, 'welfare');
		const thursday = monday + 3 * DAY;
		catchUp(db, c.ines.id, thursday);
		acknowledges(c.edda, thursday);
		expect(alertOf(db, c.ines)).toMatchObject({ state: 'acknowledged', level: 2, dueAt: null });
		sendAll(thursday);
		happens(thursday + HOUR);
		for (const who of [c.otto, c.hale]) expect(to(who).at(-1)).toMatchObject({ state: 'waiting', createdAt: thursday + HOUR, n: 2 });
		expect(sendAll(thursday + HOUR)).toBe(2);
		expect(to(c.edda)).toHaveLength(1);
	});

	it('and the one after that, where the next one falls away too; nobody is told twice of it', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		acknowledges(c.edda);
		goes(c.edda);
		expect(sendAll(later)).toBe(1);
		disablePerson(db, c.ada, c.otto.id, later + HOUR);
		expect(to(c.hale)).toMatchObject([{ state: 'waiting' }]);
		enablePerson(db, c.ada, c.otto.id, later + 2 * HOUR);
		comeBack(db, c.edda, later + 3 * HOUR);
		goes(c.edda, later + 4 * HOUR);
		expect(to(c.otto)).toHaveLength(1);
		expect(to(c.edda).filter(({ state }) => state === 'waiting')).toEqual([]);
	});
});

it('a head of welfare who goes away hands on as well', () => {
	askFor(db, c.ines, c.edda, 'welfare');
	const thursday = monday + 3 * DAY;
	catchUp(db, c.ines.id, thursday);
	acknowledges(c.hale, thursday);
	sendAll(thursday);
	goes(c.hale, thursday + HOUR);
	for (const who of [c.edda, c.otto]) expect(to(who).at(-1)).toMatchObject({ state: 'waiting', n: 2 });
});

describe('whatever step was the newest:', () => {
	it.each<[string, boolean, () => void]>([
		['an offer waits for its answer', true, () => {}],
		['a talk was accepted', true, () => answers('accepted')],
		['they said "not now"', false, () => answers('not-now')],
		['there was a talk, to be followed up', false, () => talks(c.edda)],
		[
			'only closing is left',
			false,
			() => {
				talks(c.edda);
				followUp(db, c.edda, form(c.ines), monday + 5 * MINUTE);
			}
		]
	])('%s; today: %s', (_, urgent, happens) => {
		askFor(db, c.ines, c.edda, 'welfare');
		offers(c.edda);
		happens();
		expect(to(c.otto)).toEqual([]);
		disablePerson(db, c.ada, c.edda.id, later);
		expect(to(c.otto)).toMatchObject([{ state: 'waiting', urgent, dueAt: urgent ? later : monday - HOUR + DAY }]);
	});

	it('a step of somebody who is away is nobody’s to rely on', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		acknowledges(c.edda, monday + 3 * MINUTE);
		goes(c.edda, monday + 4 * MINUTE);
		sendAll(monday + 4 * MINUTE);
		offers(c.edda, later);
		expect(to(c.otto).map(({ n, state }) => [n, state])).toEqual([
			[2, 'sent'],
			[3, 'waiting']
		]);
	});
});

describe('while who took the newest step is there, nobody else is written to', () => {
	it('when another one comes, goes, or comes back', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		acknowledges(c.edda);
		for (const who of [c.otto, c.pia, c.hale]) disablePerson(db, c.ada, who.id, later);
		enablePerson(db, c.ada, c.otto.id, later + MINUTE);
		queueForNewcomers(db, later + HOUR);
		expect(db.select().from(messages).all()).toHaveLength(1);
	});

	it('nor the first lead who is back, and whose deputy has it in hand', () => {
		goes(c.mara, monday - HOUR);
		exceed(db, c.ines, monday);
		acknowledges(c.jonas);
		comeBack(db, c.mara, later);
		expect(to(c.mara)).toEqual([]);
	});

	it('what was queued while they were away is dropped when they are back before it is due, and is there again when they are not', () => {
		exceed(db, c.ines, monday);
		acknowledges(c.mara);
		goes(c.mara);
		expect(to(c.jonas)).toMatchObject([{ state: 'waiting' }]);
		comeBack(db, c.mara, later + MINUTE);
		expect(sendAll(monday + DAY)).toBe(0);
		expect(to(c.jonas)).toMatchObject([{ state: 'dropped', problem: 'in-hand-again' }]);
		disablePerson(db, c.ada, c.mara.id, monday + DAY + HOUR);
		expect(to(c.jonas)).toMatchObject([{ state: 'waiting' }]);
	});
});

describe('escalated though somebody had it in hand', () => {
	it('everybody who sees it is written to, but for them: it goes on to more than the last step', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		catchUp(db, c.ines.id, monday + 6 * HOUR);
		acknowledges(c.otto, monday + 6 * HOUR);
		sendAll(monday + 6 * HOUR);
		catchUp(db, c.ines.id, monday + 2 * DAY);
		expect(alertOf(db, c.ines)).toMatchObject({ state: 'acknowledged', level: 2 });
		expect([c.edda, c.otto, c.hale].map((who) => to(who).filter(({ n }) => n === 2).length)).toEqual([1, 0, 1]);
	});

	it('who fell away is passed over, and who stood in their place hears of it once', () => {
		askFor(db, c.ines, c.edda, 'welfare');
		acknowledges(c.edda);
		disablePerson(db, c.ada, c.edda.id, later);
		sendAll(later);
		catchUp(db, c.ines.id, monday + DAY);
		expect(alertOf(db, c.ines).level).toBe(1);
		expect([to(c.otto).length, to(c.hale).length]).toEqual([1, 1]);
	});
});
