import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import { openChannels, queueAsChosen } from './outbox.ts';

/** By which reason it is decided when a message about an alarm goes out: at once, as what somebody said themself, but in their quiet hours. */
export const alarmReason = 'concern' as const;

/**
 * Queues a message about an alarm for every administrator by every channel that is set up and that they take: "please open Breakwater today", at
 * once but for their quiet hours. Where the alarm is that a channel fails, its own messages wait for it, and are dropped if it has ended by then.
 * Call it inside the transaction that raises the alarm.
 */
export function queueAlarm(db: Db, alarmId: string, at: Instant): void {
	if (openChannels(db).size === 0) return;
	const asked = { reason: alarmReason, at, onCall: false };
	for (const recipientId of queries(db).admins.all()) queueAsChosen(db, { alarmId }, { recipientId, asked, at });
}

/**
 * The same for every open alarm: somebody has become an administrator since, takes letters now, or a channel was set up. Whoever was told is told no
 * second time. Call it inside the transaction of the change.
 */
export function queueOpenAlarms(db: Db, at: Instant): void {
	for (const id of queries(db).open.all()) queueAlarm(db, id, at);
}

/** Why a message about an alarm need not be sent any more; null where it must be. */
export function alarmSettled(db: Db, alarmId: string, recipientId: string): 'closed' | 'in-hand' | 'passed-over' | null {
	const alarm = queries(db).alarm.get(alarmId);
	if (!alarm || alarm.ended === 1) return 'closed';
	if (alarm.dismissed === 1) return 'in-hand';
	return queries(db).isAdmin.get(recipientId) === undefined ? 'passed-over' : null;
}

const queries = perDatabase(prepare);

function prepare({ $client }: Db) {
	// Holders of the role who have joined and are not disabled.
	const admins = `select distinct role.person_id from roles as role join people as person on person.id = role.person_id
		where role = 'admin' and ended_at is null and confirmed_at is not null and joined_at is not null and disabled_at is null`;
	return {
		open: $client.prepare<[], string>('select id from alarms where ended_at is null and dismissed_at is null').pluck(),
		alarm: $client.prepare<[string], { ended: 0 | 1; dismissed: 0 | 1 }>(
			'select ended_at is not null as ended, dismissed_at is not null as dismissed from alarms where id = ?'
		),
		admins: $client.prepare<[], string>(admins).pluck(),
		isAdmin: $client.prepare<[string], unknown>(`${admins} and role.person_id = ?`)
	};
}
