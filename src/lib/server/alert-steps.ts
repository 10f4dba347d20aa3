import type { PlainStep } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import { eventsFor, keepEvent } from './alert-events.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import type { alertEvents, AlertEventDetail, SupportItem } from './db/schema/records.ts';
import { firstTime, withTx } from './db/tx.ts';
import { queueForNewcomers } from './delivery/outbox.ts';
import { allowedOn, currentRoute, type SupervisorStep } from './opened-prompt.ts';
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
 * @throws Refusal `not-found` for an alert that is not the viewer's to see; `conflict` where its state does not allow the step any more
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
			throw meanwhile();
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

/** A step cannot be taken any more. What happened is not said here: a refusal notes no look; the page, as it is loaded again, says it and notes it. */
export function meanwhile(): Refusal {
	return new Refusal(
		'conflict',
		'This has changed meanwhile, so nothing more was saved. Please load the page again: it shows how things stand now.'
	);
}
