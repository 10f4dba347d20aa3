import { isUrgent } from '#lib/domain/delivery.ts';
import type { Reason } from '#lib/domain/facts.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import type { AlertRow } from '../recipients.ts';

const asking = ['raised', 'renewed', 'unanswered'];
const takingOnEvents = ['acknowledged', 'offered', 'conversation', 'followed-up'];

/** Whether an event asks everybody who sees the alert, also those who were asked before. */
export function asksAnew(event: string): boolean {
	return asking.includes(event);
}

const listed = (events: readonly string[]) => `('${events.join("', '")}')`;
/** Steps by which a supervisor takes an alert on. */
const takingOn = listed(takingOnEvents);
const beginning = listed([...asking, ...takingOnEvents]);

/** Where an alert stands between those who are asked about it. */
export interface Asking {
	/**
	 * The how many-th asking it is, from 1: it was raised, renewed, an offer stayed unanswered, or somebody took a step. Were they no longer there, the others would
	 * be asked for the next step, which is something else than what they were asked before.
	 */
	n: number;
	/** The event with which it began. */
	event: string;
	/** Who took the newest step since somebody was last asked for one; null where nobody did. */
	takenBy: string | null;
	/** It went on to the next in line since: nobody has it in hand alone. */
	escalated: boolean;
}

/** The present asking of an open alert. */
export function askingOf(db: Db, alertId: string): Asking {
	const row = queries(db).asking.get({ alertId });
	return row ? { ...row, escalated: row.escalated === 1 } : { n: 0, event: '', takenBy: null, escalated: false };
}

/** Whether somebody has an alert in hand: who took its newest step is there, and it did not escalate since. */
export function isInHand({ takenBy, escalated }: Asking, isThere: (id: string) => boolean): boolean {
	return takenBy !== null && !escalated && isThere(takenBy);
}

/** Whether somebody waits for a next step. After a talk, or a "not now", what remains is to ask again some day and to close. */
export function isPressing({ event, escalated }: Asking, { state }: Pick<AlertRow, 'state'>): boolean {
	return escalated || (state !== 'declined' && event !== 'conversation' && event !== 'followed-up');
}

/** By which reason it is decided when a message of an asking goes out: what does not press waits for the digest, whatever the alert began with. */
export function tellingReason(asking: Asking, alert: Pick<AlertRow, 'state' | 'reason'>): Reason {
	return isPressing(asking, alert) ? alert.reason : 'routine';
}

/** As {@link tellingReason}, of a message that waits already: it stays as urgent as it was queued. */
export function waitingReason(db: Db, alert: Pick<AlertRow, 'id' | 'state' | 'reason'>, urgent: boolean): Reason {
	if (isUrgent(alert.reason)) return urgent ? alert.reason : 'routine';
	return tellingReason(askingOf(db, alert.id), alert);
}

/** Whether a step was taken after the `n`-th asking began: by order, because the clock may have been put back in between. */
export function isTakenSince(db: Db, alertId: string, n: number): boolean {
	return queries(db).taken.get({ alertId, n }) !== undefined;
}

const queries = perDatabase(prepare);

function prepare(db: Db) {
	return {
		asking: db.$client.prepare<{ alertId: string }, Omit<Asking, 'escalated'> & { escalated: 0 | 1 }>(
			`select n, event, iif(event in ${takingOn}, actor_id, null) as takenBy,
				exists (select 1 from alert_events as later where later.alert_id = @alertId and later.id > newest.id and later.event = 'escalated') as escalated
			from (select count(*) as n, max(id) as id from alert_events where alert_id = @alertId and event in ${beginning}) as counted
			join alert_events as newest on newest.id = counted.id`
		),
		taken: db.$client.prepare<{ alertId: string; n: number }, unknown>(
			`select 1 from alert_events as step where alert_id = @alertId and event in ${takingOn} and @n <
				(select count(*) from alert_events where alert_id = @alertId and id <= step.id and event in ${beginning}) limit 1`
		)
	};
}
