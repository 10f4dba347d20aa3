import type { Calendar } from './calendar.ts';
import type { Answer, PlainStep, Reason } from './facts.ts';
import type { Evidence } from './output.ts';
import type { Absence } from './person-state.ts';
import type { AlertPolicy } from './policy.ts';
import { MS_PER_DAY, MS_PER_MINUTE, type Instant } from './time.ts';
import { addWorkingMinutes, dayRanges, type DayRange } from './working-time.ts';

export type AlertState = 'raised' | 'acknowledged' | 'offered' | 'accepted' | 'declined' | 'unanswered' | 'followed-up';

export type Step = PlainStep | 'response';

/** The one clock of an alert: its length is fixed when it starts. */
export type Clock = { kind: 'working'; minutes: number; startedAt: Instant } | { kind: 'elapsed'; ms: number; startedAt: Instant };

/** The open alert of a person and reason: a prompt to a supervisor to offer support. */
export interface Alert {
	reason: Reason;
	state: AlertState;
	/** 0, at most `highestLevel(reason)`. */
	level: number;
	raisedAt: Instant;
	/** When the present state was entered. */
	enteredAt: Instant;
	/** Runs from entering the state, or from the last escalation within it; null where the state has none. */
	clock: Clock | null;
	/** A contact alert that was ever asked for today stays so. */
	today: boolean;
	/** The findings that raised it, renewed it or added evidence, in order. */
	evidence: Evidence[];
}

interface Transition {
	from: readonly AlertState[];
	/** null: the alert is closed. */
	to: AlertState | null;
	/** Reasons it exists for; absent: all. */
	only?: readonly Reason[];
}

const anyState: readonly AlertState[] = ['raised', 'acknowledged', 'offered', 'accepted', 'declined', 'unanswered', 'followed-up'];

/** Which step leads whence and whither; a `response` leads to its answer's state (`declined` for not-now). */
export const transitions: Readonly<Record<Step, Transition>> = {
	acknowledge: { from: ['raised'], to: 'acknowledged' },
	offer: { from: ['raised', 'acknowledged', 'unanswered', 'declined'], to: 'offered' },
	response: { from: ['offered', 'unanswered'], to: 'accepted' },
	'follow-up': { from: ['accepted'], to: 'followed-up' },
	close: { from: ['accepted', 'declined', 'unanswered', 'followed-up'], to: null },
	withdraw: { from: anyState, to: null, only: ['contact', 'concern'] }
};

/** States from which a conversation that names the alert leads to accepted. */
export const conversationFrom: readonly AlertState[] = ['raised', 'acknowledged', 'offered', 'unanswered'];

/** Whether a step may be taken on an alert in this state and for this reason. */
export function mayStep(step: Step, alert: Pick<Alert, 'state' | 'reason'>): boolean {
	const { from, only } = transitions[step];
	return from.includes(alert.state) && (only === undefined || only.includes(alert.reason));
}

/** The steps that may be taken on an alert, in the table's order. */
export function stepsAllowed(alert: Pick<Alert, 'state' | 'reason'>): Step[] {
	return (Object.keys(transitions) as Step[]).filter((step) => mayStep(step, alert));
}

/** The state to which an allowed step leads; null: closed. */
export function stateAfter(step: Step, answer?: Answer): AlertState | null {
	if (step === 'response' && answer !== 'accepted') return 'declined';
	return transitions[step].to;
}

/** The level above which nothing escalates: 1 for exposure and routine, 2 for the rest. */
export function highestLevel(reason: Reason): number {
	return reason === 'exposure' || reason === 'routine' ? 1 : 2;
}

/** The clock that starts at `at` for an alert in `state`; null where the state has none. */
export function clockOf(alert: Pick<Alert, 'reason' | 'state' | 'today'>, policy: AlertPolicy, at: Instant): Clock | null {
	const working = (minutes: number): Clock => ({ kind: 'working', minutes, startedAt: at });
	const elapsed = (ms: number): Clock => ({ kind: 'elapsed', ms, startedAt: at });
	switch (alert.state) {
		case 'offered':
			return working(policy.responseMinutes);
		case 'accepted':
			return elapsed(policy.followUpDays * MS_PER_DAY);
		case 'declined':
		case 'followed-up':
			return null;
		default:
			if (alert.reason !== 'contact') {
				return working(alert.state === 'raised' ? policy.acknowledgeMinutes : policy.offerMinutes);
			}
			if (!alert.today) return working(policy.contactSoonMinutes);
			return elapsed((alert.state === 'raised' ? policy.contactTodayAcknowledgeMinutes : policy.contactTodayOfferMinutes) * MS_PER_MINUTE);
	}
}

/** `dueAt` with absences already as day ranges. */
export function dueWithin(alert: Alert, calendar: Calendar, absences: readonly DayRange[]): Instant | null {
	const { clock } = alert;
	if (clock === null) return null;
	// At its highest level nothing escalates any more; an offer still becomes unanswered.
	if (alert.state !== 'offered' && alert.level >= highestLevel(alert.reason)) return null;
	if (clock.kind === 'elapsed') return clock.startedAt + clock.ms;
	return addWorkingMinutes(calendar, alert.reason === 'contact' ? [] : absences, clock.startedAt, clock.minutes);
}

/**
 * When the alert's clock runs out with the calendar of the person's policy and the absences known now; may lie in the past where a
 * new fact made it so. Null: nothing will happen by itself.
 */
export function dueAt(alert: Alert, calendar: Calendar, absences: readonly Absence[]): Instant | null {
	return dueWithin(alert, calendar, dayRanges(absences));
}
