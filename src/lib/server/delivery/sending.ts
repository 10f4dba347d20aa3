import { randomUUIDv7 } from 'node:crypto';
import { inArray } from 'drizzle-orm';
import { undisturbed } from '#lib/domain/delivery.ts';
import type { Reason } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import type { Channel } from '../db/schema/delivery.ts';
import { alerts } from '../db/schema/records.ts';
import { withTx } from '../db/tx.ts';
import { linesAmong, type AlertRow } from '../recipients.ts';
import { addresseeOf, paceBy } from './choices.ts';
import { openChannels, queueForNewcomers } from './outbox.ts';
import { onceThere } from './reminders.ts';
import { endMessage } from './sent.ts';
import { settled, type Queued } from './settled.ts';

/** Messages of one recipient that go out as one. */
export interface Batch {
	/** The rows. */
	ids: string[];
	/** Of the letter: given as its rows are taken first, and the same each time they are tried, so that the other side can tell a copy. */
	letterId: string;
	channel: Channel;
	/** Address or chat name. */
	to: string;
	/** Whether it says "today". */
	urgent: boolean;
	/** Until when it is leased: whoever took it over since leases it for longer. */
	until: Instant;
}

/** How long somebody who sends has (ms): after that they are taken to be gone, and another sends it again. */
export const leaseMs = 120_000;

/** Nobody tried for so long after it was due: this program stood still, and its day of trying begins anew. */
const restMs = 2 * 3_600_000;

interface Row extends Queued {
	urgent: 0 | 1;
}

/**
 * Takes messages of a channel that are due at `now`, for `leaseMs`; what is urgent first, and whatever else is due to the same recipients with it.
 * What was tried in one letter is tried in that one again, and nothing is added to it: it may have arrived, and a copy must be known as one.
 * What need not be sent any more (the alert is closed, the recipient is passed over by now, somebody has taken a step) is dropped, and whoever
 * stands in the place of somebody passed over gets theirs. What would come in quiet hours waits for their end.
 * @param most rows that are looked at, but for those that go out with them
 * @throws Refusal `full`
 */
export function takeDue(db: Db, now: Instant, channel: Channel = 'email', most = 20): Batch[] {
	return withTx(db, () => {
		const rows = dueRows(db, now, channel, most);
		const alertsById = alertsOf(db, rows);
		const lines = linesAmong(db, [...alertsById.values()], now);
		const batches = new Map<string, Batch>();
		const passedOver = new Set<string>();
		for (const row of rows) {
			const alert = alertsById.get(row.alertId ?? '');
			const problem = settled(db, row, { alert, lines, now });
			if (problem === 'passed-over' && alert) passedOver.add(alert.personId);
			if (problem !== null) endMessage(db, row.id, 'dropped', now, problem);
			// Only a request for contact that presses passes quiet hours: not what is left of one, nor an alarm.
			else {
				const onCall = alert !== undefined && lines.isOnCall(alert, row.recipientId);
				takeOrPutOff(db, batches, row, { channel, now, onCall, reason: alert && row.urgent === 1 ? alert.reason : 'routine' });
			}
		}
		for (const personId of passedOver) queueForNewcomers(db, now, personId);
		return [...batches.values()];
	});
}

function dueRows(db: Db, now: Instant, channel: Channel, most: number): Row[] {
	const { due, withThem } = queries(db);
	const urgent = due.all({ channel, urgent: 1, now, most });
	const first = urgent.length < most ? [...urgent, ...due.all({ channel, urgent: 0, now, most: most - urgent.length })] : urgent;
	if (first.length === 0) return [];
	const recipients = JSON.stringify([...new Set(first.map(({ recipientId }) => recipientId))]);
	const known = new Set(first.map(({ id }) => id));
	return [...first, ...withThem.all({ recipients, channel, now }).filter(({ id }) => !known.has(id))];
}

function alertsOf(db: Db, rows: readonly Row[]): Map<string, AlertRow> {
	if (rows.length === 0) return new Map();
	const ids = [...new Set(rows.flatMap(({ alertId }) => alertId ?? []))];
	const found = db.select().from(alerts).where(inArray(alerts.id, ids)).all();
	return new Map(found.filter(({ closedAt }) => closedAt === null).map((alert) => [alert.id, alert]));
}

function takeOrPutOff(
	db: Db,
	batches: Map<string, Batch>,
	row: Row,
	{ channel, now, reason, ...called }: { channel: Channel; now: Instant; reason: Reason; onCall: boolean }
): void {
	const { id, recipientId, letterId } = row;
	const { address, zone, choice, ...listed } = addresseeOf(db, recipientId);
	const onCall = called.onCall || listed.onCall;
	const isReminder = row.checkInOf !== null || row.breakOf !== null;
	// Whoever asked to be reminded takes that by e-mail, if nothing else.
	if (!isReminder && paceBy(channel, choice, openChannels(db)) === 'off') return endMessage(db, id, 'dropped', now, 'not-wanted');
	const at = undisturbed({ reason, at: row.checkInOf === null ? now : onceThere(db, recipientId, now), onCall }, choice, zone);
	if (at > now) return void queries(db).putOff.run(at, id);
	const to = channel === 'email' ? address : (choice.chatName ?? '');
	const batch = batches.get(letterId ?? recipientId) ?? {
		ids: [],
		letterId: letterId ?? randomUUIDv7(),
		channel,
		to,
		urgent: false,
		until: now + leaseMs
	};
	batches.set(letterId ?? recipientId, batch);
	batch.ids.push(id);
	batch.urgent ||= row.urgent === 1;
	queries(db).lease.run({ id, now, until: batch.until, letterId: batch.letterId });
}

/** When the next message of a channel can be sent, or taken over from somebody who is gone (UTC ms); null where none waits. */
export function nextSendable(db: Db, channel: Channel = 'email'): Instant | null {
	return queries(db).next.get(channel) ?? null;
}

const queries = perDatabase(prepare);

function prepare(db: Db) {
	const { $client } = db;
	const columns = `id, alert_id as alertId, alarm_id as alarmId, dispute_id as disputeId, check_in_of as checkInOf,
		break_of as breakOf, n, recipient_id as recipientId, letter_id as letterId, urgent, created_at as createdAt`;
	// Leased for longer than anybody leases it, the clock was put back since.
	const free = `(leased_until <= @now or leased_until > @now + ${leaseMs})`;
	return {
		due: $client.prepare<{ channel: Channel; urgent: 0 | 1; now: Instant; most: number }, Row>(
			`select ${columns} from messages
			where state = 'waiting' and channel = @channel and urgent = @urgent and due_at <= @now and ${free} order by due_at, id limit @most`
		),
		withThem: $client.prepare<{ recipients: string; channel: Channel; now: Instant }, Row>(
			`select ${columns} from messages where state = 'waiting' and recipient_id in (select value from json_each(@recipients))
				and channel = @channel and due_at <= @now and ${free} order by due_at, id`
		),
		// Its day of trying begins when it is tried first: not while it waited for a digest's hour, or for this program to be started again.
		lease: $client.prepare(
			`update messages set leased_until = @until, letter_id = @letterId, attempts = attempts + 1,
				tried_since = iif(attempts = 0 or max(due_at, leased_until) <= @now - ${restMs}, @now, tried_since) where id = @id`
		),
		// Others of its letter may go out now: whoever knows that letter would take this for a copy. It waits as if it had never been tried: nobody is late.
		putOff: $client.prepare(
			'update messages set due_at = ?, letter_id = null, problem = null, attempts = 0, leased_until = 0 where id = ?'
		),
		next: $client
			.prepare<[Channel], Instant | null>(`select min(max(due_at, leased_until)) from messages where state = 'waiting' and channel = ?`)
			.pluck()
	};
}
