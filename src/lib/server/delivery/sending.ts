import { inArray } from 'drizzle-orm';
import { pauseAfter, triedForMs, undisturbed } from '#lib/domain/delivery.ts';
import type { Reason } from '#lib/domain/facts.ts';
import type { Instant, LocalDate } from '#lib/domain/time.ts';
import { raiseAlarm } from '../alarms.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import type { Channel } from '../db/schema/delivery.ts';
import { alerts } from '../db/schema/records.ts';
import { withTx } from '../db/tx.ts';
import { linesAmong, type AlertRow, type Lines } from '../recipients.ts';
import { alarmSettled } from './alarm-messages.ts';
import { askingOf, isInHand, isTakenSince } from './askings.ts';
import { addresseeOf } from './choices.ts';
import { disputeSettled } from './dispute-messages.ts';
import { queueForNewcomers, wants } from './outbox.ts';
import { onceThere, reminderSettled } from './reminders.ts';

/** Messages of one recipient that go out as one. */
export interface Batch {
	/** The rows. The first one's id names the batch. */
	ids: string[];
	channel: Channel;
	/** Address or chat name. */
	to: string;
	/** Whether it says "today". */
	urgent: boolean;
}

/** How long somebody who sends has (ms): after that they are taken to be gone, and another sends it again. */
export const leaseMs = 120_000;

interface Row {
	id: string;
	/** About one of these. */
	alertId: string | null;
	alarmId: string | null;
	disputeId: string | null;
	checkInOf: LocalDate | null;
	/** Of an alert: the how many-th asking it belongs to. */
	n: number;
	recipientId: string;
	urgent: 0 | 1;
	createdAt: Instant;
}

/**
 * Takes messages of a channel that are due at `now`, for `leaseMs`; what is urgent first, and whatever else is due to the same recipients with it.
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
			if (problem !== null) end(db, row.id, 'dropped', now, problem);
			// An alarm comes when a concern would.
			else takeOrPutOff(db, batches, row, { channel, now, reason: alert?.reason ?? 'concern' });
		}
		for (const personId of passedOver) queueForNewcomers(db, now, personId);
		return [...batches.values()];
	});
}

function dueRows(db: Db, now: Instant, channel: Channel, most: number): Row[] {
	const { due, withThem } = queries(db);
	const urgent = due.all(channel, 1, now, now, most);
	const first = urgent.length < most ? [...urgent, ...due.all(channel, 0, now, now, most - urgent.length)] : urgent;
	if (first.length === 0) return [];
	const recipients = JSON.stringify([...new Set(first.map(({ recipientId }) => recipientId))]);
	const known = new Set(first.map(({ id }) => id));
	return [...first, ...withThem.all(recipients, channel, now, now).filter(({ id }) => !known.has(id))];
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
	{ channel, now, reason }: { channel: Channel; now: Instant; reason: Reason }
): void {
	const { id, recipientId } = row;
	const { address, zone, onCall, choice } = addresseeOf(db, recipientId);
	const isReminder = row.checkInOf !== null;
	// Whoever asked to be reminded takes that by e-mail, if nothing else.
	if (!isReminder && !wants(choice, channel)) return end(db, id, 'dropped', now, 'not-wanted');
	const at = undisturbed({ reason, at: isReminder ? onceThere(db, recipientId, now) : now, onCall }, choice, zone);
	if (at > now) return void queries(db).putOff.run(at, id);
	queries(db).lease.run({ id, now, until: now + leaseMs });
	const urgent = row.urgent === 1;
	const batch = batches.get(recipientId);
	if (!batch)
		return void batches.set(recipientId, { ids: [id], channel, to: channel === 'email' ? address : (choice.chatName ?? ''), urgent });
	batch.ids.push(id);
	batch.urgent ||= urgent;
}

/** Why a message need not be sent any more; null where it must be. */
function settled(db: Db, row: Row, { alert, lines, now }: { alert: AlertRow | undefined; lines: Lines; now: Instant }): string | null {
	const { alarmId, disputeId, checkInOf, recipientId } = row;
	if (alarmId !== null) return alarmSettled(db, alarmId, recipientId);
	if (disputeId !== null) return disputeSettled(db, disputeId, recipientId, now);
	if (checkInOf !== null) return reminderSettled(db, recipientId, checkInOf, now);
	if (!alert) return 'closed';
	if (isTakenSince(db, alert.id, row.n) || queries(db).seen.get(alert.id, row.createdAt, recipientId) !== undefined) return 'in-hand';
	if (isInHand(askingOf(db, alert.id), (id) => lines.isThere(alert, id))) return 'in-hand-again';
	return lines.recipients(alert).some(({ id }) => id === recipientId) ? null : 'passed-over';
}

/** Gives back what was taken and not begun. @throws Refusal `full`; then it is free when its lease ends */
export function giveBack(db: Db, batches: readonly Batch[]): void {
	withTx(db, () => {
		for (const { ids } of batches) for (const id of ids) queries(db).free.run(id);
	});
}

/** Notes that a batch was taken by the other side. @throws Refusal `full`; then it is sent again, which is better than never */
export function markSent(db: Db, { ids }: Batch, now: Instant): void {
	withTx(db, () => {
		for (const id of ids) end(db, id, 'sent', now, null);
	});
}

/** What went wrong, without a word of the other side's. */
export interface Failure {
	code: string;
	/** Whether trying again is of no use. */
	forGood: boolean;
}

/**
 * Notes that a batch could not be sent: it is tried again after a pause, for a day; refused for good, or after the day, it is dead, and an admin
 * sees it. Either raises an alarm.
 * @param random in [0, 1)
 */
export function markFailed(db: Db, { ids, channel }: Batch, now: Instant, { code, forGood }: Failure, random: number): void {
	withTx(db, () => {
		for (const id of ids) {
			const row = queries(db).tried.get(id);
			if (!row) continue;
			const at = now + pauseAfter(row.attempts, random);
			const isDead = forGood || at >= row.triedSince + triedForMs;
			if (isDead) end(db, id, 'dead', now, code);
			else queries(db).retry.run(at, code, id);
			raiseAlarm(db, isDead ? 'undelivered' : channel, now);
		}
	});
}

function end(db: Db, id: string, state: 'sent' | 'dropped' | 'dead', now: Instant, problem: string | null): void {
	queries(db).end.run(state, now, problem, id);
}

/** When the next message of a channel can be sent, or taken over from somebody who is gone (UTC ms); null where none waits. */
export function nextSendable(db: Db, channel: Channel = 'email'): Instant | null {
	return queries(db).next.get(channel) ?? null;
}

const queries = perDatabase(prepare);

function prepare(db: Db) {
	const { $client } = db;
	const columns = `id, alert_id as alertId, alarm_id as alarmId, dispute_id as disputeId, check_in_of as checkInOf,
		n, recipient_id as recipientId, urgent, created_at as createdAt`;
	return {
		due: $client.prepare<[Channel, 0 | 1, Instant, Instant, number], Row>(
			`select ${columns} from messages
			where state = 'waiting' and channel = ? and urgent = ? and due_at <= ? and leased_until <= ? order by due_at, id limit ?`
		),
		withThem: $client.prepare<[string, Channel, Instant, Instant], Row>(
			`select ${columns} from messages where state = 'waiting' and recipient_id in (select value from json_each(?))
				and channel = ? and due_at <= ? and leased_until <= ? order by due_at, id`
		),
		seen: $client.prepare<[string, Instant, string], unknown>(
			`select 1 from alert_events where alert_id = ? and at > ? and event = 'seen' and actor_id = ? limit 1`
		),
		// Its day of trying begins when it is tried first: not while it waited for a digest's hour, or for this program to be started again.
		lease: $client.prepare(
			`update messages set leased_until = @until, tried_since = iif(attempts = 0, @now, tried_since), attempts = attempts + 1 where id = @id`
		),
		free: $client.prepare(`update messages set leased_until = 0, attempts = attempts - 1 where id = ? and state = 'waiting'`),
		putOff: $client.prepare('update messages set due_at = ? where id = ?'),
		retry: $client.prepare('update messages set due_at = ?, leased_until = 0, problem = ? where id = ?'),
		tried: $client.prepare<[string], { attempts: number; triedSince: Instant }>(
			`select attempts, tried_since as triedSince from messages where id = ? and state = 'waiting'`
		),
		end: $client.prepare(`update messages set state = ?, ended_at = ?, leased_until = 0, problem = ? where id = ? and state = 'waiting'`),
		next: $client
			.prepare<[Channel], Instant | null>(`select min(max(due_at, leased_until)) from messages where state = 'waiting' and channel = ?`)
			.pluck()
	};
}
