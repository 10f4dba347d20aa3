import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { acknowledge, close, followUp, offer } from '#lib/server/alert-steps.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { askForContact } from '#lib/server/contact.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { alertEvents, alerts } from '#lib/server/db/schema/records.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { exclude } from '#lib/server/sharing.ts';
import { answerOffer, closedPerPage, myAlerts, offersFor, pagesOfMine, withdrawRequest } from '#lib/server/support.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Monday 9 November 2026, 10:00 in London. */
const monday = Date.UTC(2026, 10, 9, 10);

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

const uuid = () => crypto.randomUUID();
const alertOf = (who: Viewer) => db.select().from(alerts).where(eq(alerts.personId, who.id)).get()!;

/** Ines asks Mara for contact at ten; the alert's id. */
function asked(who = c.ines, to = c.mara): string {
	askForContact(db, who, { id: uuid(), toId: to.id, toKind: 'lead', when: 'soon' }, monday);
	return alertOf(who).id;
}
function offered(items: ('talk' | 'rota')[] = ['talk', 'rota']): string {
	const alertId = asked();
	offer(db, c.mara, { id: uuid(), alertId, items, manner: null }, monday + HOUR);
	return alertId;
}
const answer = (who: Viewer, alertId: string, what: 'accepted' | 'declined' | 'not-now', now: number, id: string = uuid()) =>
	answerOffer(db, who, { id, alertId, answer: what }, now);

describe('what the person sees', () => {
	it('is every step that anybody recorded, with who and when', () => {
		const alertId = asked();
		openPrompt(db, c.mara, alertId, monday + 12 * MINUTE);
		acknowledge(db, c.mara, { id: uuid(), alertId }, monday + 20 * MINUTE);
		offer(db, c.mara, { id: uuid(), alertId, items: ['talk', 'rota'], manner: null }, monday + HOUR);
		answer(c.ines, alertId, 'accepted', monday + 2 * HOUR);
		followUp(db, c.mara, { id: uuid(), alertId }, monday + 3 * HOUR);
		close(db, c.mara, { id: uuid(), alertId }, monday + 4 * HOUR);
		const [alert] = myAlerts(db, c.ines, monday + 4 * HOUR);
		expect(alert).toMatchObject({
			reason: 'You asked for contact',
			state: 'closed',
			open: false,
			mayWithdraw: false,
			seenBy: ['Mara Voss']
		});
		expect(alert?.steps.map(({ when, words }) => `${when} ${words}`)).toEqual([
			'today, 10:00 You asked Mara Voss for contact.',
			'today, 10:12 Mara Voss opened it.',
			'today, 10:20 Mara Voss took it on.',
			'today, 11:00 Mara Voss offered: a talk, a change of rota.',
			'today, 12:00 You accepted.',
			'today, 13:00 Mara Voss noted asking how things are now.',
			'today, 14:00 Mara Voss closed it.'
		]);
	});

	it('says whom it reached and when they opened it, anew after asking again', () => {
		const alertId = asked();
		expect(myAlerts(db, c.ines, monday)[0]).toMatchObject({
			contact: { to: 'Mara Voss', today: false, seen: [] },
			seenBy: ['Mara Voss'],
			state: 'waiting for them'
		});
		openPrompt(db, c.mara, alertId, monday - 48 * MINUTE + HOUR);
		expect(myAlerts(db, c.ines, monday + HOUR)[0]?.contact?.seen).toEqual(['Mara Voss, 10:12']);
		askForContact(db, c.ines, { id: uuid(), toId: c.jonas.id, toKind: 'lead', when: 'soon' }, monday + 2 * HOUR);
		expect(myAlerts(db, c.ines, monday + 2 * HOUR)[0]).toMatchObject({ contact: { to: 'Jonas Pike', seen: [] } });
	});

	it('names who was told when nobody took the next step', () => {
		const alertId = asked();
		catchUp(db, c.ines.id, monday + 5 * HOUR);
		expect(myAlerts(db, c.ines, monday + 5 * HOUR)[0]).toMatchObject({ id: alertId, seenBy: ['Mara Voss', 'Jonas Pike'] });
		exclude(db, c.ines, { personId: c.jonas.id }, monday + 5 * HOUR);
		expect(myAlerts(db, c.ines, monday + 5 * HOUR)[0]?.seenBy).toEqual(['Mara Voss', 'Hale Brandt']);
	});

	it('is about oneself alone', () => {
		offered();
		for (const other of [c.tomas, c.mara, c.edda, c.ada]) {
			expect(myAlerts(db, other, monday + HOUR)).toEqual([]);
			expect(offersFor(db, other, monday + HOUR)).toEqual([]);
		}
	});
});

describe('an offer', () => {
	it('shows what is on the table and who put it there', () => {
		const alertId = offered();
		expect(offersFor(db, c.ines, monday + HOUR)).toMatchObject([
			{ alertId, by: 'Mara Voss', items: ['a talk', 'a change of rota'], inPerson: false, when: 'today, 11:00' }
		]);
	});

	it.each([
		['accepted', 'accepted', 'You accepted.'],
		['declined', 'declined', 'You declined. If you change your mind, ask for contact.'],
		['not-now', 'declined', 'You said: not now. Whenever it suits you, ask for contact.']
	] as const)('may be answered “%s”, without a reason', (what, state, words) => {
		const alertId = offered();
		answer(c.ines, alertId, what, monday + 2 * HOUR);
		expect(alertOf(c.ines).state).toBe(state);
		expect(offersFor(db, c.ines, monday + 2 * HOUR)).toEqual([]);
		expect(myAlerts(db, c.ines, monday + 2 * HOUR)[0]?.steps.at(-1)).toEqual({ when: 'today, 12:00', words });
		const event = db.select().from(alertEvents).all().at(-1);
		expect(event).toMatchObject({ event: 'answered', actorId: c.ines.id, detail: { answer: what } });
	});

	it('is answered by its person alone', () => {
		const alertId = offered();
		for (const other of [c.tomas, c.mara, c.edda, c.hale, c.ada])
			expect(() => answer(other, alertId, 'accepted', monday + 2 * HOUR), other.name).toThrow(/nothing here/);
		expect(() => answer(c.ines, uuid(), 'accepted', monday + 2 * HOUR)).toThrow(/nothing here/);
		expect(alertOf(c.ines).state).toBe('offered');
	});

	it('is answered once: the form sent twice stores once, another answer is refused with a sentence', () => {
		const alertId = offered();
		const id = uuid();
		answer(c.ines, alertId, 'accepted', monday + 2 * HOUR, id);
		answer(c.ines, alertId, 'accepted', monday + 2 * HOUR, id);
		expect(
			db
				.select()
				.from(alertEvents)
				.all()
				.filter(({ event }) => event === 'answered')
		).toHaveLength(1);
		expect(() => answer(c.ines, alertId, 'declined', monday + 3 * HOUR, id)).toThrow(/meanwhile/);
		expect(() => answer(c.ines, alertId, 'declined', monday + 3 * HOUR)).toThrow(/meanwhile/);
	});

	it('cannot be answered before it is made', () => {
		const alertId = asked();
		expect(() => answer(c.ines, alertId, 'accepted', monday + HOUR)).toThrow(/meanwhile/);
	});

	it('stays open to her when it found no answer', () => {
		const alertId = offered();
		// 40 working hours from Monday 11:00.
		catchUp(db, c.ines.id, monday + 7 * DAY + HOUR);
		expect(alertOf(c.ines).state).toBe('unanswered');
		expect(offersFor(db, c.ines, monday + 8 * DAY)).toHaveLength(1);
		answer(c.ines, alertId, 'accepted', monday + 8 * DAY);
		expect(alertOf(c.ines).state).toBe('accepted');
	});
});

describe('withdrawing', () => {
	it('closes her own request, keeps the steps, and lets her ask anew', () => {
		const alertId = asked();
		withdrawRequest(db, c.ines, { id: uuid(), alertId }, monday + HOUR);
		const [alert] = myAlerts(db, c.ines, monday + HOUR);
		expect(alert).toMatchObject({ open: false, state: 'closed', mayWithdraw: false });
		expect(alert?.steps.map(({ words }) => words)).toEqual(['You asked Mara Voss for contact.', 'You withdrew it.']);
		askForContact(db, c.ines, { id: uuid(), toId: c.mara.id, toKind: 'lead', when: 'soon' }, monday + 2 * HOUR);
		expect(myAlerts(db, c.ines, monday + 2 * HOUR).map(({ open }) => open)).toEqual([true, false]);
	});

	it('leaves every step to be read, page by page, however many there were', () => {
		for (let n = 0; n <= closedPerPage; n++) {
			const at = monday + n * HOUR;
			askForContact(db, c.ines, { id: uuid(), toId: c.mara.id, toKind: 'lead', when: 'soon' }, at);
			const [open] = myAlerts(db, c.ines, at);
			withdrawRequest(db, c.ines, { id: uuid(), alertId: String(open?.id) }, at + 60_000);
		}
		const now = monday + 30 * HOUR;
		const pages = [0, 1, 2].map((page) => myAlerts(db, c.ines, now, page).map(({ id }) => id));
		expect(pages.map(({ length }) => length)).toEqual([closedPerPage, 1, 0]);
		expect(new Set(pages.flat()).size).toBe(closedPerPage + 1);
		expect([0, 1].map((page) => pagesOfMine(db, c.ines, page).earlier)).toEqual([true, false]);
		expect(pagesOfMine(db, c.ines, -1)).toEqual(pagesOfMine(db, c.ines, NaN));
		expect(pagesOfMine(db, c.tomas, 0)).toEqual({ page: 0, earlier: false });
	});

	it('is hers alone, done once, and not for what she did not ask for', () => {
		const alertId = asked();
		for (const other of [c.tomas, c.mara, c.hale])
			expect(() => withdrawRequest(db, other, { id: uuid(), alertId }, monday), other.name).toThrow(/nothing here/);
		const id = uuid();
		withdrawRequest(db, c.ines, { id, alertId }, monday + HOUR);
		withdrawRequest(db, c.ines, { id, alertId }, monday + HOUR);
		expect(
			db
				.select()
				.from(alertEvents)
				.all()
				.filter(({ event }) => event === 'withdrawn')
		).toHaveLength(1);
		expect(() => withdrawRequest(db, c.ines, { id: uuid(), alertId }, monday + HOUR)).toThrow(/closed already/);
		// A routine prompt comes of itself.
		catchUp(db, c.wen.id, monday + 60 * DAY);
		const routine = alertOf(c.wen);
		expect(routine.reason).toBe('routine');
		expect(() => withdrawRequest(db, c.wen, { id: uuid(), alertId: routine.id }, monday + 60 * DAY)).toThrow(/not something you asked for/);
	});
});
