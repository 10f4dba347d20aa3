import { undisturbed } from '#lib/domain/delivery.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { addresseeOf } from './choices.ts';
import { openChannels, queueMessage, wants } from './outbox.ts';

/** Holders of the role who have joined and are not disabled. */
const admins = `select role.person_id from roles as role join people as person on person.id = role.person_id
	where role = 'admin' and ended_at is null and confirmed_at is not null and joined_at is not null and disabled_at is null`;

/**
 * Queues a message about an alarm for every administrator by every channel that is set up and that they take: "please open Breakwater today", at
 * once but for their quiet hours. Where the alarm is that a channel fails, its own messages wait for it, and are dropped if it has ended by then.
 * Call it inside the transaction that raises the alarm.
 */
export function queueAlarm(db: Db, alarmId: string, at: Instant): void {
	const channels = openChannels(db);
	if (channels.size === 0) return;
	for (const recipientId of db.$client.prepare<[], string>(`select distinct person_id from (${admins})`).pluck().all()) {
		const { choice, zone } = addresseeOf(db, recipientId);
		const dueAt = undisturbed({ reason: 'concern', at, onCall: false }, choice, zone);
		for (const channel of channels) {
			if (!wants(choice, channel)) continue;
			queueMessage(db, { alarmId }, { recipientId, channel, urgent: true, dueAt, at });
		}
	}
}

/**
 * The same for every open alarm: somebody has become an administrator since, takes letters now, or a channel was set up. Whoever was told is told no
 * second time. Call it inside the transaction of the change.
 */
export function queueOpenAlarms(db: Db, at: Instant): void {
	const open = db.$client.prepare<[], string>('select id from alarms where ended_at is null and dismissed_at is null').pluck();
	for (const id of open.all()) queueAlarm(db, id, at);
}

/** Why a message about an alarm need not be sent any more; null where it must be. */
export function alarmSettled(db: Db, alarmId: string, recipientId: string): 'closed' | 'in-hand' | 'passed-over' | null {
	const alarm = db.$client
		.prepare<[string], { ended: 0 | 1; dismissed: 0 | 1 }>(
			'select ended_at is not null as ended, dismissed_at is not null as dismissed from alarms where id = ?'
		)
		.get(alarmId);
	if (!alarm || alarm.ended === 1) return 'closed';
	if (alarm.dismissed === 1) return 'in-hand';
	return db.$client.prepare<[string], number>(`${admins} and role.person_id = ?`).get(recipientId) === undefined ? 'passed-over' : null;
}
