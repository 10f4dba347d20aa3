import { clockOf, dueWithin, highestLevel, type Alert, type AlertState } from './alert.ts';
import { reasons, type Reason } from './facts.ts';
import type { AlertEventName, Evidence, Output } from './output.ts';
import type { Moment } from './rules/rule.ts';
import { MS_PER_DAY, type Instant } from './time.ts';

function tell({ state, now }: Moment, reason: Reason, event: AlertEventName, level: number, out: Output[], causes?: Evidence[]): void {
	out.push({ kind: 'alert', at: now, person: state.id, reason, event, level, ...(causes === undefined ? {} : { causes }) });
}

function startClock({ measures, policy, now }: Moment, alert: Alert): void {
	alert.clock = clockOf(alert, policy.alerts, now);
	measures.alertDue = null;
}

/** Takes an open alert to a state, whose clock starts now. */
export function enter(moment: Moment, alert: Alert, to: AlertState): void {
	alert.state = to;
	alert.enteredAt = moment.now;
	startClock(moment, alert);
}

/** A finding whose audience is an alert: raises one, renews it, adds evidence or, soon after an exposure alert closed, is quieted. */
export function raise(moment: Moment, reason: Reason, cause: Evidence, today: boolean, out: Output[]): void {
	const { state, policy, now } = moment;
	const open = state.alerts[reason];
	if (open !== undefined) {
		open.evidence.push(cause);
		const renews = reason === 'contact' || reason === 'concern';
		if (renews) {
			open.today ||= today;
			enter(moment, open, 'raised');
		}
		tell(moment, reason, renews ? 'renewed' : 'evidence', open.level, out, [cause]);
		return;
	}
	const quietUntil = (state.exposureClosedAt ?? -Infinity) + policy.alerts.quietDays * MS_PER_DAY;
	if (reason === 'exposure' && now < quietUntil) {
		tell(moment, reason, 'quieted', 0, out, [cause]);
		return;
	}
	const alert: Alert = {
		reason,
		state: 'raised',
		level: 0,
		raisedAt: now,
		enteredAt: now,
		clock: null,
		today,
		evidence: [cause]
	};
	enter(moment, alert, 'raised');
	state.alerts[reason] = alert;
	tell(moment, reason, 'raised', 0, out, [cause]);
}

function takeAway({ state, measures }: Moment, reason: Reason): void {
	const { [reason]: _closed, ...others } = state.alerts;
	state.alerts = others;
	measures.alertDue = null;
}

/** Closes an open alert: by a step, or by a conversation that served a routine one. */
export function closeAlert(moment: Moment, alert: Alert, out: Output[]): void {
	const { state, now } = moment;
	takeAway(moment, alert.reason);
	if (alert.reason === 'exposure') state.exposureClosedAt = now;
	if (alert.reason === 'routine') state.lastRoutineClosedAt = now;
	tell(moment, alert.reason, 'closed', alert.level, out);
}

/** An exposure alert none of whose findings holds any more: they may fire again, and no quiet time follows. */
export function correctAlert(moment: Moment, alert: Alert, out: Output[]): void {
	const { state } = moment;
	takeAway(moment, alert.reason);
	state.exposureClosedAt = null;
	for (const { rule, period } of alert.evidence) state.fired.delete(`${rule}|${period}`);
	tell(moment, alert.reason, 'corrected', alert.level, out, alert.evidence);
}

function dueOf({ measures, policy }: Moment, alert: Alert): Instant | null {
	return dueWithin(alert, policy.calendar, measures.absences);
}

function firstDue(moment: Moment): Instant | null {
	let first: Instant | null = null;
	for (const reason of reasons) {
		const alert = moment.state.alerts[reason];
		const due = alert === undefined ? null : dueOf(moment, alert);
		if (due !== null && (first === null || due < first)) first = due;
	}
	return first;
}

/** When the first clock of the person's open alerts runs out; null: none runs. */
export function nextAlertDue(moment: Moment): Instant | null {
	const { measures, policy } = moment;
	const known = measures.alertDue;
	if (known?.calendar === policy.calendar && known.absences === measures.absences) return known.at;
	const at = firstDue(moment);
	measures.alertDue = { calendar: policy.calendar, absences: measures.absences, at };
	return at;
}

/** Lets every clock that has run out by now take effect now. */
export function runOut(moment: Moment, out: Output[]): void {
	const next = nextAlertDue(moment);
	if (next === null || next > moment.now) return;
	for (const reason of reasons) {
		const alert = moment.state.alerts[reason];
		if (alert === undefined) continue;
		// Again and again, because a clock of no length runs out as it starts; ends at the highest level.
		for (let due = dueOf(moment, alert); due !== null && due <= moment.now; due = dueOf(moment, alert)) takeEffect(moment, alert, out);
	}
}

function takeEffect(moment: Moment, alert: Alert, out: Output[]): void {
	if (alert.state === 'offered') {
		enter(moment, alert, 'unanswered');
		tell(moment, alert.reason, 'unanswered', alert.level, out);
		return;
	}
	alert.level = Math.min(alert.level + 1, highestLevel(alert.reason));
	startClock(moment, alert);
	tell(moment, alert.reason, 'escalated', alert.level, out);
}
