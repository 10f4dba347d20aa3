import { randomUUIDv7 } from 'node:crypto';
import { and, eq, inArray, isNull } from 'drizzle-orm';
import { isUrgent, sendableAt, type DeliveryChoice } from '#lib/domain/delivery.ts';
import type { Reason } from '#lib/domain/facts.ts';
import type { Recipient } from '#lib/domain/lines.ts';
import type { Instant, LocalDate } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import type { Channel } from '../db/schema/delivery.ts';
import { alerts } from '../db/schema/records.ts';
import { recipientsAmong, recipientsOf, type AlertRow } from '../recipients.ts';
import { addresseeOf } from './choices.ts';

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
export type Asking = 'raised' | 'renewed' | 'escalated' | 'unanswered';

const askings: readonly string[] = ['raised', 'renewed', 'escalated', 'unanswered'] satisfies Asking[];

/** Whether an event of an alert asks somebody for something. */
export function isAsking(event: string): event is Asking {
	return askings.includes(event);
}

/**
 * Queues a message for everybody whom an event of a person's open alert asks. Call it inside the transaction that stored the event and the alert
 * as it is now: if the event is kept, the message is there.
 * @param at when it was recorded (UTC ms)
 */
export function queueFor(db: Db, { person, reason }: { person: string; reason: Reason }, event: Asking, at: Instant): void {
	if (openChannels(db).size === 0) return;
	const open = and(eq(alerts.personId, person), eq(alerts.reason, reason), isNull(alerts.closedAt));
	const alert = db.select().from(alerts).where(open).get();
	if (!alert) return;
	const n = askingOf(db, alert.id);
	for (const { id } of asked(recipientsOf(db, alert, at), event)) queueTo(db, alert, n, id, at);
}

/** Escalated: those whom this step adds, or its last one where the line is no longer. Else everybody who sees it. */
function asked(recipients: readonly Recipient[], event: Asking): readonly Recipient[] {
	if (event !== 'escalated') return recipients;
	const last = Math.max(...recipients.map(({ step }) => step));
	return recipients.filter(({ step }) => step === last);
}

/**
 * Queues for whoever has come to see an open alert that nobody has in hand by something else than an event (somebody went away, came back, got or
 * lost a role, was excluded, chose other channels): everybody who sees it and was not told of its present asking. Call it inside the transaction
 * of the change; and from time to time, because dates away begin by themselves.
 * @param about the person whose alerts alone could have changed hands; without, all are looked at
 */
export function queueForNewcomers(db: Db, at: Instant, about?: string): void {
	const channels = openChannels(db);
	if (channels.size === 0) return;
	const waiting = and(isNull(alerts.closedAt), inArray(alerts.state, ['raised', 'unanswered']));
	const theirs = about === undefined ? undefined : eq(alerts.personId, about);
	const open = db.select().from(alerts).where(and(waiting, theirs)).all();
	const recipientsNow = recipientsAmong(db, open, at);
	for (const alert of open) {
		const n = askingOf(db, alert.id);
		const told = new Set(queries(db).told.all(alert.id, n));
		for (const { id } of recipientsNow(alert)) {
			const untold = [...channels].filter((channel) => !told.has(`${id} ${channel}`));
			if (untold.length > 0) queueTo(db, alert, n, id, at, untold);
		}
	}
}

function queueTo(
	db: Db,
	alert: AlertRow,
	n: number,
	recipientId: string,
	at: Instant,
	channels: Iterable<Channel> = openChannels(db)
): void {
	const { choice, zone, onCall } = addresseeOf(db, recipientId);
	const dueAt = sendableAt({ reason: alert.reason, at, onCall }, choice, zone);
	for (const channel of channels) {
		if (!wants(choice, channel)) continue;
		queueMessage(db, { alertId: alert.id, level: alert.level, n }, { recipientId, channel, urgent: isUrgent(alert.reason), dueAt, at });
	}
}

/** What a message is about. */
export type About =
	| { alertId: string; level: number; n: number }
	| { alarmId: string }
	| { disputeId: string }
	/** The Monday of the week. */
	| { checkInOf: LocalDate };

/**
 * Queues a message, once: the same one that is there already stays as it is, unless it was dropped because its recipient was passed over or did not
 * want it. Call it inside the transaction of what causes it.
 * @param to `dueAt`: not sent before (UTC ms); `at`: when it was caused
 */
export function queueMessage(
	db: Db,
	about: About,
	to: { recipientId: string; channel: Channel; urgent: boolean; dueAt: Instant; at: Instant }
): void {
	const none = { alertId: null, alarmId: null, disputeId: null, checkInOf: null, level: 0, n: 1 };
	const queued = queries(db).insert.run({ id: randomUUIDv7(), ...none, ...about, ...to, urgent: to.urgent ? 1 : 0 });
	if (queued.changes > 0) tellSendable(db, to.dueAt);
}

/** Whether somebody takes messages by this channel. */
export function wants({ email, chatName }: DeliveryChoice, channel: Channel): boolean {
	return channel === 'email' ? email !== 'off' : chatName !== null;
}

/** The how many-th asking of the alert this is, from 1: each renewal and each unanswered offer begins another one. */
function askingOf(db: Db, alertId: string): number {
	return queries(db).asking.get(alertId) ?? 0;
}

const prepared = new WeakMap<Db, ReturnType<typeof prepare>>();

function queries(db: Db) {
	let known = prepared.get(db);
	if (!known) prepared.set(db, (known = prepare(db)));
	return known;
}

/** Dropped because the recipient was passed over, or did not want it: not told. They may be in line again, and want it by now. */
const untold = `state = 'dropped' and problem in ('passed-over', 'not-wanted')`;

function prepare(db: Db) {
	return {
		asking: db.$client
			.prepare<[string], number>(`select count(*) from alert_events where alert_id = ? and event in ('raised', 'renewed', 'unanswered')`)
			.pluck(),
		told: db.$client
			.prepare<[string, number], string>(
				`select recipient_id || ' ' || channel from messages where alert_id = ? and n = ? and not (${untold})`
			)
			.pluck(),
		insert: db.$client.prepare(
			`insert into messages (id, alert_id, alarm_id, dispute_id, check_in_of, level, recipient_id, channel, n, urgent, state, due_at, created_at, tried_since)
			values (@id, @alertId, @alarmId, @disputeId, @checkInOf, @level, @recipientId, @channel, @n, @urgent, 'waiting', @dueAt, @at, @dueAt)
			on conflict do update set state = 'waiting', due_at = @dueAt, leased_until = 0,
				attempts = 0, problem = null, created_at = @at, tried_since = @dueAt, ended_at = null
			where ${untold}`
		)
	};
}
