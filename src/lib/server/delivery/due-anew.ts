import { eq } from 'drizzle-orm';
import { sendableAt } from '#lib/domain/delivery.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import type { Channel } from '../db/schema/delivery.ts';
import { alerts } from '../db/schema/records.ts';
import { linesAmong } from '../recipients.ts';
import { waitingReason } from './askings.ts';
import { addresseeOf } from './choices.ts';
import { paceOf, tellSendable } from './outbox.ts';

interface Waiting {
	id: string;
	alertId: string | null;
	channel: Channel;
	urgent: 0 | 1;
	at: Instant;
}

/**
 * What waits for its first attempt is due as if it had been queued with the recipient's present choice, and as they are on call now; what is not
 * wanted any more is dropped when it is due. Call it inside the transaction of the change.
 */
export function setDueAnew(db: Db, personId: string, now: Instant): void {
	const waiting = db.$client
		.prepare<[string, Instant], Waiting>(
			`select id, alert_id as alertId, channel, urgent, created_at as at from messages
			where (alert_id is not null or dispute_id is not null) and recipient_id = ? and state = 'waiting' and attempts = 0 and leased_until <= ?`
		)
		.all(personId, now);
	const { choice, zone, onCall } = addresseeOf(db, personId);
	const put = db.$client.prepare('update messages set due_at = ? where id = ?');
	for (const { id, alertId, channel, urgent, at } of waiting) {
		const pace = paceOf(choice, channel);
		if (pace === 'off') continue;
		const alert = alertId === null ? undefined : db.select().from(alerts).where(eq(alerts.id, alertId)).get();
		const reason = alert ? waitingReason(db, alert, urgent === 1) : 'routine';
		const called = onCall || (alert !== undefined && linesAmong(db, [alert], now).isOnCall(alert, personId));
		const dueAt = sendableAt({ reason, at: Math.min(at, now), onCall: called }, pace, choice, zone);
		put.run(dueAt, id);
		tellSendable(db, dueAt);
	}
}

/**
 * Requests for contact that wait for the end of quiet hours, to somebody on an on-call list: whether they are on call may have changed, by whoever
 * took over or is there no more. Call it inside the transaction of the change.
 */
export function setCallsDueAnew(db: Db, now: Instant): void {
	const waiting = db.$client
		.prepare<[Instant], string>(
			`select distinct recipient_id from messages as message join alerts as alert on alert.id = message.alert_id
			where message.state = 'waiting' and message.urgent = 1 and message.due_at > ? and alert.reason = 'contact'
				and exists (select 1 from on_call as entry where entry.person_id = recipient_id and entry.ended_at is null)`
		)
		.pluck()
		.all(now);
	for (const personId of waiting) setDueAnew(db, personId, now);
}
