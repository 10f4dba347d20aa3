import { randomUUIDv7 } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import { isUrgent, type Asked } from '#lib/domain/delivery.ts';
import type { Reason } from '#lib/domain/facts.ts';
import type { Recipient } from '#lib/domain/lines.ts';
import type { Instant, LocalDate } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import type { Channel } from '../db/schema/delivery.ts';
import { alerts } from '../db/schema/records.ts';
import { linesAmong, type AlertRow, type Lines } from '../recipients.ts';
import { askingOf, isInHand, tellingReason, type Asking } from './askings.ts';
import { addresseeOf, dueBy } from './choices.ts';

/** The ways out of the house that are set up; messages are queued for these alone. */
export type Channels = ReadonlySet<Channel>;

const channelsOf = new WeakMap<Db, Channels>();
const queuedOf = new WeakMap<Db, (at: Instant) => void>();

/** Says which channels there are, and whom to tell of each newly queued message, so that nobody has to look for it. */
export function openOutbox(db: Db, channels: Channels, queued: (at: Instant) => void): void {
	channelsOf.set(db, channels);
	queuedOf.set(db, queued);
}

/** The channels that this process has set up. */
export function openChannels(db: Db): Channels {
	return channelsOf.get(db) ?? new Set();
}

/** Tells whoever sends that a message became sendable at `at` (UTC ms). Whoever queues one by {@link queueMessage} need not. */
export function tellSendable(db: Db, at: Instant): void {
	queuedOf.get(db)?.(at);
}

/** What happened to an alert that somebody must learn of. */
export type AskingEvent = 'raised' | 'renewed' | 'escalated' | 'unanswered';

const askings: readonly string[] = ['raised', 'renewed', 'escalated', 'unanswered'] satisfies AskingEvent[];

/** Whether an event of an alert asks somebody for something. */
export function isAsking(event: string): event is AskingEvent {
	return askings.includes(event);
}

/**
 * Queues a message for everybody whom an event of a person's open alert asks. Call it inside the transaction that stored the event and the alert
 * as it is now: if the event is kept, the message is there.
 * @param at when it was recorded (UTC ms)
 * @param now where it is earlier, the clock was put back: a letter does not wait until the clock has caught up
 */
export function queueFor(
	db: Db,
	{ person, reason }: { person: string; reason: Reason },
	event: AskingEvent,
	at: Instant,
	now: Instant
): void {
	if (openChannels(db).size === 0) return;
	const open = and(eq(alerts.personId, person), eq(alerts.reason, reason), isNull(alerts.closedAt));
	const alert = db.select().from(alerts).where(open).get();
	if (!alert) return;
	const asking = askingOf(db, alert.id);
	const from = Math.min(at, now);
	const lines = linesAmong(db, [alert], from);
	for (const { id } of asked(lines.recipients(alert), event)) queueTo(db, alert, asking, id, { at, from, lines });
	queueUntold(db, alert, asking, { at, from, lines });
}

/** Escalated: those whom this step adds, or its last one where the line is no longer. Else everybody who sees it. */
function asked(recipients: readonly Recipient[], event: AskingEvent): readonly Recipient[] {
	if (event !== 'escalated') return recipients;
	const last = Math.max(...recipients.map(({ step }) => step));
	return recipients.filter(({ step }) => step === last);
}

interface How {
	/** When it was recorded, and from when it may go out (UTC ms). */
	at: Instant;
	from: Instant;
	lines: Lines;
}

/** For everybody who sees an alert and was not told of its present asking, but for who took its newest step. */
function queueUntold(db: Db, alert: AlertRow, asking: Asking, how: How): void {
	const told = new Set(queries(db).told.all(alert.id, asking.n));
	for (const { id } of how.lines.recipients(alert)) {
		if (id === asking.takenBy) continue;
		const untold = [...openChannels(db)].filter((channel) => !told.has(`${id} ${channel}`));
		if (untold.length > 0) queueTo(db, alert, asking, id, how, untold);
	}
}

/**
 * Queues for whoever has come to see an open alert that nobody has in hand by something else than an event (somebody went away, came back, got or
 * lost a role, was excluded, chose other channels; with whoever had it in hand it was theirs until then): everybody who sees it and was not told of
 * its present asking. Call it inside the transaction of the change; and from time to time, because dates away begin by themselves.
 * @param about the person whose alerts alone could have changed hands; without, all are looked at
 */
export function queueForNewcomers(db: Db, at: Instant, about?: string): void {
	if (openChannels(db).size === 0) return;
	const theirs = about === undefined ? undefined : eq(alerts.personId, about);
	const open = db
		.select()
		.from(alerts)
		.where(and(isNull(alerts.closedAt), theirs))
		.all();
	const lines = linesAmong(db, open, at);
	for (const alert of open) {
		const asking = askingOf(db, alert.id);
		if (!isInHand(asking, (id) => lines.isThere(alert, id))) queueUntold(db, alert, asking, { at, from: at, lines });
	}
}

function queueTo(
	db: Db,
	alert: AlertRow,
	asking: Asking,
	recipientId: string,
	{ at, from, lines }: How,
	channels: Iterable<Channel> = openChannels(db)
): void {
	const about = { alertId: alert.id, level: alert.level, n: asking.n };
	const asked = { reason: tellingReason(asking, alert), at: from, onCall: lines.isOnCall(alert, recipientId) };
	queueAsChosen(db, about, { recipientId, asked, at }, channels);
}

/** What a message is about. */
export type About =
	| { alertId: string; level: number; n: number }
	| { alarmId: string }
	| { disputeId: string }
	/** The Monday of the week. */
	| { checkInOf: LocalDate }
	/** The beginning of the stretch, ISO 8601. */
	| { breakOf: string };

/**
 * Queues a message by every channel that is set up, or by each of `channels`, by which its recipient is told, for when they take it. As
 * {@link queueMessage}, inside the transaction of what causes it.
 * @param to `at`: when it was caused (UTC ms)
 */
export function queueAsChosen(
	db: Db,
	about: About,
	{ recipientId, asked, at }: { recipientId: string; asked: Asked; at: Instant },
	channels: Iterable<Channel> = openChannels(db)
): void {
	const addressee = addresseeOf(db, recipientId);
	for (const channel of channels) {
		const dueAt = dueBy(channel, openChannels(db), asked, addressee);
		if (dueAt !== null) queueMessage(db, about, { recipientId, channel, urgent: isUrgent(asked.reason), dueAt, at });
	}
}

/**
 * Queues a message, once: the same one that is there already stays as it is, unless it was dropped because its recipient was passed over, did not
 * want it, or the alert was in hand again. Call it inside the transaction of what causes it.
 * @param to `dueAt`: not sent before (UTC ms); `at`: when it was caused
 */
export function queueMessage(
	db: Db,
	about: About,
	to: { recipientId: string; channel: Channel; urgent: boolean; dueAt: Instant; at: Instant }
): void {
	const none = { alertId: null, alarmId: null, disputeId: null, checkInOf: null, breakOf: null, level: 0, n: 1 };
	const queued = queries(db).insert.run({ id: randomUUIDv7(), ...none, ...about, ...to, urgent: to.urgent ? 1 : 0 });
	if (queued.changes > 0) tellSendable(db, to.dueAt);
}

const queries = perDatabase(prepare);

/**
 * Dropped because the recipient was passed over, did not want it, or it was in hand again: not told. They may be in line again, want it by now, or
 * whoever had it in hand is gone once more.
 */
const untold = `state = 'dropped' and problem in ('passed-over', 'not-wanted', 'in-hand-again')`;

function prepare(db: Db) {
	return {
		told: db.$client
			.prepare<[string, number], string>(
				`select recipient_id || ' ' || channel from messages where alert_id = ? and n = ? and not (${untold})`
			)
			.pluck(),
		insert: db.$client.prepare(
			`insert into messages (id, alert_id, alarm_id, dispute_id, check_in_of, break_of, level, recipient_id, channel, n, urgent, state, due_at, created_at, tried_since)
			values (@id, @alertId, @alarmId, @disputeId, @checkInOf, @breakOf, @level, @recipientId, @channel, @n, @urgent, 'waiting', @dueAt, @at, @dueAt)
			on conflict do update set state = 'waiting', due_at = @dueAt, leased_until = 0,
				attempts = 0, letter_id = null, problem = null, created_at = @at, tried_since = @dueAt, ended_at = null
			where ${untold}`
		)
	};
}
