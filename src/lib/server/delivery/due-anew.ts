import { eq } from 'drizzle-orm';
import type { Instant, LocalDate } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import type { Channel } from '../db/schema/delivery.ts';
import { alerts } from '../db/schema/records.ts';
import { linesAmong } from '../recipients.ts';
import { waitingReason } from './askings.ts';
import { alarmReason } from './alarm-messages.ts';
import { addresseeOf, dueBy, type Addressee } from './choices.ts';
import { openChannels, tellSendable } from './outbox.ts';
import { reminderDueAt } from './reminders.ts';

interface Waiting {
	id: string;
	alertId: string | null;
	alarmId: string | null;
	checkInOf: LocalDate | null;
	channel: Channel;
	urgent: 0 | 1;
	at: Instant;
}

/**
 * What waits for its first attempt is due as if it had been queued with the recipient's present choice, and as they are on call now; what is not
 * wanted any more is dropped when it is due. Call it inside the transaction of the change.
 */
export function setDueAnew(db: Db, personId: string, now: Instant): void {
	const waiting = queries(db).waiting.all(personId, now);
	if (waiting.length === 0) return;
	const addressee = addresseeOf(db, personId);
	for (const message of waiting) {
		const from = Math.min(message.at, now);
		const dueAt = message.checkInOf === null ? dueFrom(db, message, { personId, addressee, from, now }) : reminderDueAt(db, personId, from);
		if (dueAt === null) continue;
		queries(db).put.run(dueAt, message.id);
		tellSendable(db, dueAt);
	}
}

function dueFrom(
	db: Db,
	{ alertId, alarmId, channel, urgent }: Waiting,
	{ personId, addressee, from, now }: { personId: string; addressee: Addressee; from: Instant; now: Instant }
): Instant | null {
	const alert = alertId === null ? undefined : db.select().from(alerts).where(eq(alerts.id, alertId)).get();
	const otherwise = alarmId === null ? 'routine' : alarmReason;
	const reason = alert ? waitingReason(db, alert, urgent === 1) : otherwise;
	const onCall = alert !== undefined && linesAmong(db, [alert], now).isOnCall(alert, personId);
	return dueBy(channel, openChannels(db), { reason, at: from, onCall }, addressee);
}

/**
 * Requests for contact that wait for the end of quiet hours, to somebody on an on-call list: whether they are on call may have changed, by whoever
 * took over or is there no more. Call it inside the transaction of the change.
 */
export function setCallsDueAnew(db: Db, now: Instant): void {
	for (const personId of queries(db).called.all(now)) setDueAnew(db, personId, now);
}

const queries = perDatabase(prepare);

function prepare(db: Db) {
	return {
		waiting: db.$client.prepare<[string, Instant], Waiting>(
			`select id, alert_id as alertId, alarm_id as alarmId, check_in_of as checkInOf, channel, urgent, created_at as at from messages
			where break_of is null and recipient_id = ? and state = 'waiting' and attempts = 0 and leased_until <= ?`
		),
		put: db.$client.prepare<[Instant, string]>('update messages set due_at = ? where id = ?'),
		called: db.$client
			.prepare<[Instant], string>(
				`select distinct recipient_id from messages as message join alerts as alert on alert.id = message.alert_id
				where message.state = 'waiting' and message.urgent = 1 and message.due_at > ? and alert.reason = 'contact'
					and exists (select 1 from on_call as entry where entry.person_id = recipient_id and entry.ended_at is null)`
			)
			.pluck()
	};
}
