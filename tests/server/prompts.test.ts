import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertState } from '#lib/domain/alert.ts';
import { acknowledge, close, followUp, offer, type NewOffer } from '#lib/server/alert-steps.ts';
import { promptsFor } from '#lib/server/alerts.ts';
import { awayFor, deputiesFor, goAway } from '#lib/server/away.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { recordConversation, type NewConversation } from '#lib/server/conversations.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { accessEntries } from '#lib/server/db/schema/access.ts';
import { absences } from '#lib/server/db/schema/people.ts';
import { alertEvents, alerts, conversations } from '#lib/server/db/schema/records.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { answerOffer, withdrawRequest } from '#lib/server/support.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { alertOf, appointmentOverdue, askFor, DAY, exceed, HOUR, MINUTE, monday, shareConcern } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf } from '../support/exposure.ts';

let db: Db;
let c: Cast;
let alertId: string;
/** Ines is over a limit: Mara is prompted. */
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	exceed(db, c.ines, monday);
	alertId = alertOf(db, c.ines).id;
});

const id = () => crypto.randomUUID();
const form = () => ({ id: id(), alertId });
const makeOffer = (who: Viewer, now: number, what: Partial<NewOffer> = {}) =>
	offer(db, who, { ...form(), items: ['talk'], manner: null, ...what }, now);
const converse = (who: Viewer, now: number, what: Partial<NewConversation> = {}) =>
	recordConversation(db, who, { ...form(), served: [alertId], items: [], on: null, ...what }, now);
const answer = (said: 'accepted' | 'declined' | 'not-now', now: number) => answerOffer(db, c.ines, { ...form(), answer: said }, now);
const state = () => db.select().from(alerts).where(eq(alerts.id, alertId)).get()?.state;
const nameOf = (actorId: string) => [c.mara, c.jonas, c.ines].find((who) => who.id === actorId)?.name;
const steps = () =>
	db
		.select()
		.from(alertEvents)
		.where(eq(alertEvents.alertId, alertId))
		.all()
		.map(({ event, actorId }) => (actorId === null ? event : `${event} by ${nameOf(actorId)}`));

/** Brings the alert of Ines to a state, within a day. */
function reach(wanted: AlertState): number {
	const at = (step: number) => monday + step * MINUTE;
	if (wanted === 'acknowledged') acknowledge(db, c.mara, form(), at(1));
	if (['offered', 'accepted', 'declined', 'unanswered', 'followed-up'].includes(wanted)) makeOffer(c.mara, at(1));
	if (wanted === 'accepted' || wanted === 'followed-up') answer('accepted', at(2));
	if (wanted === 'declined') answer('not-now', at(2));
	if (wanted === 'followed-up') followUp(db, c.mara, form(), at(3));
	if (wanted === 'unanswered') catchUp(db, c.ines.id, monday + 7 * DAY + MINUTE);
	expect(state()).toBe(wanted);
	return wanted === 'unanswered' ? monday + 7 * DAY + HOUR : at(10);
}

describe('the way of a prompt', () => {
	it('acknowledge, offer, accepted, follow up, close: each a step with its actor', () => {
		acknowledge(db, c.mara, form(), monday + HOUR);
		makeOffer(c.mara, monday + 2 * HOUR, { items: ['talk', 'rota'] });
		answer('accepted', monday + 3 * HOUR);
		followUp(db, c.mara, form(), monday + DAY);
		close(db, c.mara, form(), monday + 2 * DAY);
		expect(steps()).toEqual([
			...['raised', 'acknowledged by Mara Voss', 'offered by Mara Voss', 'answered by Ines Calder'],
			...['followed-up by Mara Voss', 'closed by Mara Voss']
		]);
		expect(state()).toBe('closed');
	});

	it('an offer keeps what was ticked, in one order, and how it is meant', () => {
		makeOffer(c.mara, monday + HOUR, { items: ['rota', 'talk', 'rota'] });
		const detail = () => db.select().from(alertEvents).where(eq(alertEvents.event, 'offered')).all().at(-1)?.detail;
		expect(detail()).toEqual({ items: ['talk', 'rota'], manner: 'when-it-suits' });
		catchUp(db, c.ines.id, monday + 7 * DAY + MINUTE + HOUR);
		expect(openPrompt(db, c.mara, alertId, monday + 7 * DAY + 2 * HOUR)).toMatchObject({ inPerson: true, next: 'Speak in person' });
		makeOffer(c.mara, monday + 7 * DAY + 2 * HOUR);
		expect(detail()).toEqual({ items: ['talk'], manner: 'in-person' });
	});
});

describe('which step in which state', () => {
	const verbs = {
		acknowledge: (now: number) => acknowledge(db, c.mara, form(), now),
		offer: (now: number) => makeOffer(c.mara, now),
		conversation: (now: number) => converse(c.mara, now),
		'follow-up': (now: number) => followUp(db, c.mara, form(), now),
		close: (now: number) => close(db, c.mara, form(), now)
	} as const;
	const allowed: Record<AlertState, (keyof typeof verbs)[]> = {
		raised: ['acknowledge', 'offer', 'conversation'],
		acknowledged: ['offer', 'conversation'],
		offered: ['conversation'],
		accepted: ['conversation', 'follow-up', 'close'],
		declined: ['offer', 'conversation', 'close'],
		unanswered: ['offer', 'conversation', 'close'],
		'followed-up': ['conversation', 'close']
	};

	it.each(Object.keys(allowed) as AlertState[])('%s', (wanted) => {
		const now = reach(wanted);
		expect(openPrompt(db, c.mara, alertId, now).allowed).toEqual(allowed[wanted]);
	});

	it.each(
		(Object.keys(allowed) as AlertState[]).flatMap((from) =>
			(Object.keys(verbs) as (keyof typeof verbs)[]).map((step) => [from, step] as const)
		)
	)('%s: %s', (from, step) => {
		const now = reach(from);
		const before = steps();
		const mine = (from === 'acknowledged' && step === 'acknowledge') || (from === 'followed-up' && step === 'follow-up');
		if (allowed[from].includes(step)) {
			verbs[step](now);
			expect(steps().length).toBeGreaterThan(before.length);
		} else if (mine) {
			verbs[step](now);
			expect(steps()).toEqual(before);
		} else {
			const refusal = refusalOf(() => verbs[step](now));
			expect([refusal.kind, steps()]).toEqual(['conflict', before]);
			expect(refusal.message).toMatch(/nothing (more )?was saved/);
		}
	});
});

describe('what happened meanwhile', () => {
	const plain = 'This has changed meanwhile, so nothing more was saved. Please load the page again: it shows how things stand now.';

	it('is not said by the refusal, which notes no look: the page says it, and notes it', () => {
		acknowledge(db, c.mara, form(), monday + HOUR);
		catchUp(db, c.ines.id, monday + 4 * DAY);
		expect(refusalOf(() => acknowledge(db, c.jonas, form(), monday + 4 * DAY)).message).toBe(plain);
		expect(db.select().from(accessEntries).all()).toEqual([]);
	});

	it('a request that was withdrawn', () => {
		askFor(db, c.tomas, c.mara, 'lead');
		const contact = alertOf(db, c.tomas).id;
		openPrompt(db, c.mara, contact, monday + MINUTE);
		withdrawRequest(db, c.tomas, { id: id(), alertId: contact }, monday + HOUR);
		const refusal = refusalOf(() => acknowledge(db, c.mara, { id: id(), alertId: contact }, monday + 2 * HOUR));
		expect([refusal.kind, refusal.message]).toEqual(['conflict', plain]);
	});
});

describe('twice is once', () => {
	it.each(['acknowledge', 'offer', 'conversation', 'follow-up', 'close'] as const)('%s', (step) => {
		const now = step === 'follow-up' || step === 'close' ? reach('accepted') : monday + HOUR;
		const once = form();
		const send = () => {
			if (step === 'acknowledge') acknowledge(db, c.mara, once, now);
			if (step === 'offer') makeOffer(c.mara, now, once);
			if (step === 'conversation') converse(c.mara, now, once);
			if (step === 'follow-up') followUp(db, c.mara, once, now);
			if (step === 'close') close(db, c.mara, once, now);
		};
		send();
		const after = steps();
		send();
		expect(steps()).toEqual(after);
	});

	it('the same form with other ticks is no repetition', () => {
		const once = form();
		makeOffer(c.mara, monday + HOUR, once);
		expect(refusalOf(() => makeOffer(c.mara, monday + HOUR, { ...once, items: ['peer'] })).kind).toBe('conflict');
		const talk = form();
		converse(c.mara, monday + 2 * HOUR, talk);
		expect(refusalOf(() => converse(c.mara, monday + 2 * HOUR, { ...talk, items: ['peer'] })).kind).toBe('conflict');
		expect(db.select().from(conversations).all()).toHaveLength(1);
	});
});

describe('not theirs', () => {
	it('every verb of a stranger is "not found" and stores nothing', () => {
		const before = steps();
		for (const stranger of [c.jonas, c.nell, c.edda, c.otto, c.rui, c.hale, c.ada, c.tomas, c.ines]) {
			for (const verb of [acknowledge, followUp, close]) expect(refusalOf(() => verb(db, stranger, form(), monday)).kind).toBe('not-found');
			expect(refusalOf(() => makeOffer(stranger, monday)).kind).toBe('not-found');
			expect(refusalOf(() => converse(stranger, monday)).kind).toBe('not-found');
		}
		expect(steps()).toEqual(before);
	});

	it('an unknown alert', () => {
		expect(refusalOf(() => acknowledge(db, c.mara, { id: id(), alertId: 'nothing' }, monday)).kind).toBe('not-found');
	});

	it('nothing is stored where the event cannot be', () => {
		db.$client.exec(
			`create trigger none before insert on alert_events when new.event = 'acknowledged' begin select raise(abort, 'no'); end`
		);
		expect(() => acknowledge(db, c.mara, form(), monday + HOUR)).toThrow();
		expect([state(), steps()]).toEqual(['raised', ['raised']]);
	});
});

describe('an empty offer', () => {
	it('is refused beside the field', () => {
		expect(refusalOf(() => makeOffer(c.mara, monday, { items: [] })).fields).toEqual({
			items: 'Please tick at least one thing that you can offer.'
		});
		expect(state()).toBe('raised');
	});
});

describe('a conversation', () => {
	it('takes what it served on to "follow up", with the date chosen', () => {
		converse(c.mara, monday + HOUR, { items: ['rota'], on: '2026-11-20' });
		expect(state()).toBe('accepted');
		expect(promptsFor(db, c.mara, monday + 2 * HOUR)[0]).toMatchObject({ next: 'Follow up', due: { words: 'by 20 November' } });
		expect(db.select().from(conversations).all()).toMatchObject([{ reasons: ['exposure'], items: ['rota'], recordedBy: c.mara.id }]);
	});

	it('serves two alerts of one person at once, and closes a routine one', () => {
		catchUp(db, c.ines.id, monday + 45 * DAY);
		exceed(db, c.ines, monday + 45 * DAY);
		const open = promptsFor(db, c.mara, monday + 45 * DAY).filter(({ person }) => person === 'Ines Calder');
		expect(open.map(({ reason }) => reason).sort()).toEqual(['Exposure over a limit', 'Routine conversation']);
		const now = monday + 45 * DAY + HOUR;
		converse(c.mara, now, { served: open.map((each) => each.id) });
		expect(promptsFor(db, c.mara, now + HOUR).filter(({ person }) => person === 'Ines Calder')).toMatchObject([
			{ reason: 'Exposure over a limit', next: 'Follow up' }
		]);
		const routine = open.find(({ reason }) => reason.startsWith('Routine'))?.id ?? '';
		const last = db.select().from(alertEvents).where(eq(alertEvents.alertId, routine)).all().slice(-2);
		expect(last.map(({ event, actorId }) => [event, actorId])).toEqual([
			['conversation', c.mara.id],
			['closed', c.mara.id]
		]);
	});

	it('serves at least one, and only what the viewer sees of this person', () => {
		expect(refusalOf(() => converse(c.mara, monday, { served: [] })).fields.served).toBeDefined();
		shareConcern(db, c.ines, c.edda, monday + MINUTE);
		const concern = alertOf(db, c.ines).id;
		expect(concern).not.toBe(alertId);
		expect(refusalOf(() => converse(c.mara, monday + HOUR, { served: [concern] })).kind).toBe('not-found');
		exceed(db, c.tomas, monday);
		expect(refusalOf(() => converse(c.mara, monday + HOUR, { served: [alertOf(db, c.tomas).id] })).kind).toBe('not-found');
		expect(db.select().from(conversations).all()).toEqual([]);
	});

	it('a date to speak again: not past, not after the clock, and only where something stays open', () => {
		const on = (date: string) => refusalOf(() => converse(c.mara, monday + HOUR, { on: date })).fields.on;
		expect(on('2026-11-08')).toBe('This date has passed. Please choose today or a later day.');
		expect(on('2026-12-08')).toBe('Please choose 7 December or an earlier day.');
		converse(c.mara, monday + HOUR, { on: '2026-12-07' });
		followUp(db, c.mara, form(), monday + 2 * HOUR);
		expect(refusalOf(() => converse(c.mara, monday + 3 * HOUR, { on: '2026-11-20' })).fields.on).toMatch(/^Nothing stays open/);
	});

	it('can be recorded by an officer of a session, and by a peer of what was addressed to them', () => {
		appointmentOverdue(db, c.wen, monday);
		askFor(db, c.bea, c.rui, 'peer');
		for (const [viewer, person] of [
			[c.edda, c.wen],
			[c.rui, c.bea]
		] as const) {
			const theirs = alertOf(db, person).id;
			recordConversation(db, viewer, { id: id(), alertId: theirs, served: [theirs], items: [], on: null }, monday + DAY);
			expect(alertOf(db, person).state).toBe('accepted');
		}
	});
});

describe('away from today', () => {
	it('names a deputy, once, from the viewer’s own date', () => {
		const once = { id: id(), until: '2026-11-13', deputyId: c.jonas.id };
		goAway(db, c.mara, once, monday + HOUR);
		goAway(db, c.mara, once, monday + HOUR);
		expect(db.select().from(absences).all()).toMatchObject([
			{ personId: c.mara.id, from: '2026-11-09', to: '2026-11-13', deputyId: c.jonas.id, recordedBy: c.mara.id }
		]);
		expect(awayFor(db, c.mara, monday + 2 * HOUR).now).toEqual({ until: 'Friday', deputy: 'Jonas Pike' });
		expect(awayFor(db, c.mara, monday + 5 * DAY).now).toBeNull();
		expect(promptsFor(db, c.jonas, monday + 2 * HOUR)).toHaveLength(1);
		expect(promptsFor(db, c.mara, monday + 2 * HOUR)).toEqual([]);
	});

	it('the same form with another date is refused', () => {
		const once = { id: id(), until: '2026-11-13', deputyId: null };
		goAway(db, c.mara, once, monday);
		expect(refusalOf(() => goAway(db, c.mara, { ...once, until: '2026-11-14' }, monday)).kind).toBe('conflict');
		expect(refusalOf(() => goAway(db, c.jonas, once, monday)).kind).toBe('conflict');
	});

	it.each([
		['until', { until: '2026-11-08', deputyId: null }],
		['until', { until: '2028-01-01', deputyId: null }],
		['deputyId', { until: '2026-11-13', deputyId: 'nobody' }]
	])('bad %s', (field, what) => {
		expect(refusalOf(() => goAway(db, c.mara, { id: id(), ...what }, monday)).fields[field]).toBeDefined();
		expect(db.select().from(absences).all()).toEqual([]);
	});

	it('deputies are of the same kind, for the same people', () => {
		const names = (who: Viewer) => deputiesFor(db, who).map(({ name }) => name);
		expect(names(c.mara)).toEqual(['Jonas Pike']);
		expect(names(c.edda)).toEqual(['Otto Lind']);
		expect(names(c.pia)).toEqual([]);
		expect(names(c.rui)).toEqual([]);
		expect(names(c.ines)).toEqual([]);
		expect(
			refusalOf(() => goAway(db, c.mara, { id: id(), until: '2026-11-13', deputyId: c.edda.id }, monday)).fields.deputyId
		).toBeDefined();
	});
});
