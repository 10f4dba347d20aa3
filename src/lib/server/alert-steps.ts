import { eq } from 'drizzle-orm';
import type { PlainStep } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import { eventsFor, keepEvent } from './alert-events.ts';
import { namesOf } from './alerts.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { alerts, type alertEvents, type AlertEventDetail, type SupportItem } from './db/schema/records.ts';
import { firstTime, withTx } from './db/tx.ts';
import { queueForNewcomers } from './delivery/outbox.ts';
import { localDate } from './local-time.ts';
import { allowedOn, currentRoute, type SupervisorStep } from './opened-prompt.ts';
import { promptStepWords, sinceWords } from './prompt-words.ts';
import type { AlertRow } from './recipients.ts';
import { invalid, Refusal } from './refusal.ts';
import type { Viewer } from './viewer.ts';

/** What an offer can put on the table, in the order of the form. */
export const supportItems = [
	'talk',
	'rota',
	'non-exposure',
	'peer',
	'counselling',
	'time-off-screen'
] as const satisfies readonly SupportItem[];

/** A step on an alert: `id` is the form's. */
export interface StepForm {
	id: string;
	alertId: string;
}

type StepEvent = (typeof alertEvents.$inferSelect)['event'];

/**
 * "I have seen this and take it on." Safe to call twice.
 * @throws Refusal `not-found` for an alert that is not the viewer's to see; `conflict` where its state does not allow the step, saying what happened meanwhile
 */
export function acknowledge(db: Db, viewer: Viewer, form: StepForm, now: Instant): void {
	takeStep(db, viewer, { ...form, step: 'acknowledge', event: 'acknowledged' }, now);
}

export interface NewOffer extends StepForm {
	items: readonly SupportItem[];
	/** Null: when it suits, or in person after an offer without an answer. */
	manner: 'when-it-suits' | 'in-person' | null;
}

/**
 * Puts something on the table; the person accepts, declines or says "not now".
 * @throws Refusal `invalid` for an empty offer; else as {@link acknowledge}
 */
export function offer(db: Db, viewer: Viewer, { items, manner, ...form }: NewOffer, now: Instant): void {
	const offered = supportItems.filter((item) => items.includes(item));
	if (offered.length === 0) throw invalid('items', 'Please tick at least one thing that you can offer.');
	const detail = ({ state }: AlertRow): AlertEventDetail => ({
		items: offered,
		manner: manner ?? (state === 'unanswered' ? 'in-person' : 'when-it-suits')
	});
	takeStep(db, viewer, { ...form, step: 'offer', event: 'offered', detail, content: `${offered.join('+')}/${manner ?? ''}` }, now);
}

/** "I asked how things are now", after something was accepted. @throws Refusal as {@link acknowledge} */
export function followUp(db: Db, viewer: Viewer, form: StepForm, now: Instant): void {
	takeStep(db, viewer, { ...form, step: 'follow-up', event: 'followed-up' }, now);
}

/** Closes an alert whose loop is closed. @throws Refusal as {@link acknowledge} */
export function close(db: Db, viewer: Viewer, form: StepForm, now: Instant): void {
	takeStep(db, viewer, { ...form, step: 'close', event: 'closed' }, now);
}

interface Taken extends StepForm {
	step: Exclude<SupervisorStep, 'conversation'> & PlainStep;
	event: StepEvent;
	detail?: (alert: AlertRow) => AlertEventDetail;
	/** What the form says beside the alert: the same form id with something else in it is no repetition. */
	content?: string;
}

function takeStep(db: Db, viewer: Viewer, { id, alertId, step, event, detail, content = '' }: Taken, now: Instant): void {
	withTx(db, () => {
		const { alert } = currentRoute(db, viewer, alertId, now);
		if (!firstTime(db, `${step}:${viewer.id}:${alertId}:${content}:${id}`, viewer.id, now)) return;
		if (!allowedOn(alert).includes(step)) {
			if (content === '' && isDoneBy(db, viewer, alert, event)) return;
			throw meanwhile(db, viewer, alert, now);
		}
		const { personId: person, reason, level } = alert;
		recordFact(db, now, {
			personId: person,
			actorId: viewer.id,
			fact: (at) => ({ type: step, at, person, reason }),
			write: (at) => {
				// `closed` is stored with what follows from the fact, under this actor.
				if (event === 'closed') return;
				keepEvent(db, { alertId, personId: person, at, event, level, actorId: viewer.id, detail: detail?.(alert) ?? null });
			}
		});
		// It may be somebody's who is away, and only looked in.
		queueForNewcomers(db, now, person);
	});
}

const steps: readonly StepEvent[] = [
	'acknowledged',
	'offered',
	'answered',
	'conversation',
	'followed-up',
	'withdrawn',
	'corrected',
	'closed',
	'unanswered'
];

/** The same step from another tab of theirs. */
function isDoneBy(db: Db, viewer: Viewer, alert: AlertRow, event: StepEvent): boolean {
	const last = eventsFor(db, viewer, [alert]).findLast((row) => steps.includes(row.event));
	return last?.event === event && last.actorId === viewer.id;
}

/** Why a step cannot be taken any more: who did what, and when. */
export function meanwhile(db: Db, viewer: Viewer, alert: AlertRow, now: Instant): Refusal {
	const row = db.select().from(alerts).where(eq(alerts.id, alert.id)).get();
	// Of a request that was withdrawn, that says more than that it closed.
	const last = eventsFor(db, viewer, [alert]).findLast(
		({ event, actorId, personId }) => steps.includes(event) && !(event === 'closed' && actorId === personId)
	);
	if (!row || !last) return new Refusal('conflict', 'This step does not come next. Please load the page again; nothing was saved.');
	const by = last.actorId === viewer.id ? 'You' : last.actor;
	const person = namesOf(db, [row.personId]).get(row.personId) ?? '';
	const words = promptStepWords({
		reason: row.reason,
		event: last.event,
		by,
		person,
		detail: last.detail,
		today: localDate(viewer.zone, now)
	});
	return new Refusal('conflict', `Meanwhile (${sinceWords(viewer.zone, last.at, now)}): ${words} So nothing more was saved.`);
}
