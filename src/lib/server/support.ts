import { and, count, desc, eq, inArray, isNull } from 'drizzle-orm';
import { mayStep } from '#lib/domain/alert.ts';
import type { Answer, Reason } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import { eventsOf, keepEvent, type EventRow } from './alert-events.ts';
import { namesOf } from './alerts.ts';
import { catchUpToRead, recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { alerts } from './db/schema/records.ts';
import { firstTime, withTx } from './db/tx.ts';
import { momentWords } from './moments.ts';
import { readersOf } from './readers.ts';
import type { AlertRow } from './recipients.ts';
import { notFound, Refusal } from './refusal.ts';
import { itemsIn, reasonWords, stateWords, stepWords } from './support-words.ts';
import type { Viewer } from './viewer.ts';

/** Something offered to the viewer that they can still answer. */
export interface OfferToMe {
	alertId: string;
	/** Who offered. */
	by: string;
	/** In words, such as "a talk" and "a change of rota". */
	items: string[];
	/** In person, after an offer that found no answer. */
	inPerson: boolean;
	when: string;
	/** Fresh, for the form that answers it. */
	formId: string;
}

/** One step in a sentence, as the person it is about reads it. */
export interface StepOfMine {
	when: string;
	words: string;
}

export interface AlertAboutMe {
	id: string;
	reason: string;
	state: string;
	open: boolean;
	/** Who can see it now, by name; of a closed one those who had opened it. */
	seenBy: string[];
	/** Whom the person chose, and who has opened it since they last asked. */
	contact: { to: string; today: boolean; seen: string[] } | null;
	mayWithdraw: boolean;
	/** Fresh, for the form that withdraws it. */
	formId: string;
	steps: StepOfMine[];
}

export const closedPerPage = 20;
const mostPages = 10_000;

/** Offers to the viewer that wait for an answer, newest first. */
export function offersFor(db: Db, viewer: Viewer, now: Instant): OfferToMe[] {
	const open = openAlerts(db, viewer).filter(({ state }) => state === 'offered' || state === 'unanswered');
	const events = eventsOf(db, open);
	return open.flatMap(({ id }) => {
		const offer = events.findLast(({ alertId, event }) => alertId === id && event === 'offered');
		if (!offer) return [];
		return [
			{
				alertId: id,
				by: offer.actor ?? 'Somebody',
				items: itemsIn(offer.detail),
				inPerson: offer.detail?.manner === 'in-person',
				when: momentWords(viewer.zone, offer.at, now),
				formId: crypto.randomUUID()
			}
		];
	});
}

/**
 * Every alert about the viewer with every step that anybody recorded: open ones first, then the closed ones of a page, newest first.
 * @param page 0 for the newest closed ones; anything else than a whole number from 0 counts as that
 */
export function myAlerts(db: Db, viewer: Viewer, now: Instant, page = 0): AlertAboutMe[] {
	const open = openAlerts(db, viewer);
	const closed = db
		.select()
		.from(alerts)
		.where(and(eq(alerts.personId, viewer.id), inArray(alerts.state, ['closed', 'corrected'])))
		.orderBy(desc(alerts.closedAt), desc(alerts.id))
		.limit(closedPerPage)
		.offset(pageOf(page) * closedPerPage)
		.all();
	const events = eventsOf(db, [...open, ...closed]);
	const chosen = [...open.map(({ toId }) => toId), ...closed.map(({ toId }) => toId), ...events.map(({ detail }) => detail?.toId ?? null)];
	const names = namesOf(
		db,
		chosen.filter((id) => id !== null)
	);
	const readers = readersOf(db, viewer.id, [...open, ...closed], now);
	return [...open, ...closed].map((alert) => {
		const own = events.filter(({ alertId }) => alertId === alert.id);
		return { ...about(viewer, alert, own, names, now), seenBy: readers(alert) };
	});
}

/** Which page of closed alerts it is, and whether there is an earlier one. */
export function pagesOfMine(db: Db, viewer: Viewer, page: number): { page: number; earlier: boolean } {
	const at = pageOf(page);
	const mine = and(eq(alerts.personId, viewer.id), inArray(alerts.state, ['closed', 'corrected']));
	const all = db.select({ n: count() }).from(alerts).where(mine).get()?.n ?? 0;
	return { page: at, earlier: all > (at + 1) * closedPerPage };
}

function pageOf(page: number): number {
	return Math.min(mostPages, Math.max(0, Math.trunc(page) || 0));
}

function openAlerts(db: Db, viewer: Viewer): AlertRow[] {
	return db
		.select()
		.from(alerts)
		.where(and(eq(alerts.personId, viewer.id), isNull(alerts.closedAt)))
		.orderBy(desc(alerts.raisedAt))
		.all();
}

function about(
	viewer: Viewer,
	alert: AlertRow,
	events: readonly EventRow[],
	names: ReadonlyMap<string, string>,
	now: Instant
): Omit<AlertAboutMe, 'seenBy'> {
	const open = alert.closedAt === null;
	const asked = events.findLastIndex(({ event }) => event === 'raised' || event === 'renewed');
	const seen = events.slice(asked).filter(({ event }) => event === 'seen');
	const first = seen.filter(({ actorId }, index) => seen.findIndex((other) => other.actorId === actorId) === index);
	return {
		id: alert.id,
		reason: reasonWords[alert.reason],
		state: stateWords[alert.state],
		open,
		contact:
			alert.reason === 'contact' && alert.toId
				? { to: names.get(alert.toId) ?? '', today: alert.today, seen: first.map((event) => seenWords(viewer, event, now)) }
				: null,
		mayWithdraw: allowed('withdraw', alert.reason, alert.state),
		formId: crypto.randomUUID(),
		steps: events.flatMap((event) => stepOf(viewer, alert, event, names, now))
	};
}

function seenWords(viewer: Viewer, { actor, at }: EventRow, now: Instant): string {
	return `${actor ?? 'somebody'}, ${momentWords(viewer.zone, at, now).replace(/^today, /, '')}`;
}

function stepOf(viewer: Viewer, { reason }: AlertRow, step: EventRow, names: ReadonlyMap<string, string>, now: Instant): StepOfMine[] {
	const by = step.actorId === viewer.id ? 'You' : step.actor;
	const to = step.detail?.toId ? (names.get(step.detail.toId) ?? null) : null;
	const words = stepWords({ reason, event: step.event, by, detail: step.detail, to });
	return words === null ? [] : [{ when: momentWords(viewer.zone, step.at, now), words }];
}

/**
 * The viewer's answer to an offer. No reason is asked and nothing follows from it; the same form sent twice answers once.
 * @throws Refusal `not-found` for an alert that is not about the viewer; `conflict` where nothing waits for an answer
 */
export function answerOffer(db: Db, viewer: Viewer, what: { id: string; alertId: string; answer: Answer }, now: Instant): void {
	const { id, alertId, answer } = what;
	const person = viewer.id;
	withTx(db, () => {
		const { reason, state, level } = ownAlert(db, viewer, alertId, now);
		if (!firstTime(db, `answer:${person}:${alertId}:${answer}:${id}`, person, now)) return;
		if (!allowed('response', reason, state))
			throw new Refusal('conflict', 'This offer was answered or withdrawn meanwhile, so nothing was changed.');
		recordFact(db, now, {
			personId: person,
			actorId: person,
			fact: (at) => ({ type: 'response', at, person, reason, answer }),
			write: (at) => keepEvent(db, { alertId, personId: person, at, event: 'answered', level, actorId: person, detail: { answer } })
		});
	});
}

/**
 * Takes back what the viewer asked for (contact) or shared (a concern): the prompt closes, its steps stay on record.
 * @throws Refusal `not-found` for an alert that is not about the viewer; `conflict` for one that is not theirs to withdraw, or closed
 */
export function withdrawRequest(db: Db, viewer: Viewer, what: { id: string; alertId: string }, now: Instant): void {
	const { id, alertId } = what;
	const person = viewer.id;
	withTx(db, () => {
		const { reason, state, level } = ownAlert(db, viewer, alertId, now);
		if (!firstTime(db, `withdraw:${person}:${alertId}:${id}`, person, now)) return;
		if (!allowed('withdraw', reason, state))
			throw new Refusal('conflict', 'This is closed already, or it is not something you asked for. Nothing was changed.');
		recordFact(db, now, {
			personId: person,
			actorId: person,
			fact: (at) => ({ type: 'withdraw', at, person, reason }),
			write: (at) => keepEvent(db, { alertId, personId: person, at, event: 'withdrawn', level, actorId: person })
		});
	});
}

function ownAlert(db: Db, viewer: Viewer, alertId: string, now: Instant): AlertRow {
	// What time made due comes first: it may have changed the state in which the viewer finds the alert.
	catchUpToRead(db, viewer.id, now);
	const alert = db
		.select()
		.from(alerts)
		.where(and(eq(alerts.id, alertId), eq(alerts.personId, viewer.id)))
		.get();
	if (!alert) throw notFound();
	return alert;
}

function allowed(step: 'response' | 'withdraw', reason: Reason, state: AlertRow['state']): boolean {
	return state !== 'closed' && state !== 'corrected' && mayStep(step, { reason, state });
}
