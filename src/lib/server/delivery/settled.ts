import type { Instant, LocalDate } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import type { AlertRow, Lines } from '../recipients.ts';
import { alarmSettled } from './alarm-messages.ts';
import { askingOf, isInHand, isTakenSince } from './askings.ts';
import { breakSettled } from './break-letters.ts';
import { disputeSettled } from './dispute-messages.ts';
import { reminderSettled } from './reminders.ts';

/** A message that waits, about one of these. */
export interface Queued {
	id: string;
	alertId: string | null;
	alarmId: string | null;
	disputeId: string | null;
	checkInOf: LocalDate | null;
	breakOf: string | null;
	/** Of an alert: the how many-th asking it belongs to. */
	n: number;
	recipientId: string;
	/** Of the letter in which it was tried before. */
	letterId: string | null;
	createdAt: Instant;
}

interface Of {
	/** Where it is open. */
	alert: AlertRow | undefined;
	lines: Lines;
	now: Instant;
}

/** Why a message need not be sent any more; null where it must be. */
export function settled(db: Db, message: Queued, { alert, lines, now }: Of): string | null {
	const { alarmId, disputeId, checkInOf, breakOf, recipientId, letterId, n, createdAt } = message;
	if (alarmId !== null) return alarmSettled(db, alarmId, recipientId);
	if (disputeId !== null) return disputeSettled(db, disputeId, recipientId, now);
	if (checkInOf !== null) return reminderSettled(db, recipientId, checkInOf, now);
	if (breakOf !== null) return breakSettled(db, recipientId, breakOf, { wasTried: letterId !== null, now });
	if (!alert) return 'closed';
	if (isTakenSince(db, alert.id, n) || seenOf(db).get(alert.id, createdAt, recipientId) !== undefined) return 'in-hand';
	if (isInHand(askingOf(db, alert.id), (id) => lines.isThere(alert, id))) return 'in-hand-again';
	return lines.recipients(alert).some(({ id }) => id === recipientId) ? null : 'passed-over';
}

const seenOf = perDatabase((db) =>
	db.$client.prepare<[string, Instant, string], unknown>(
		`select 1 from alert_events where alert_id = ? and at > ? and event = 'seen' and actor_id = ? limit 1`
	)
);
