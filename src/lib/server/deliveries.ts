import { MS_PER_DAY, MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import type { Channel } from './db/schema/delivery.ts';
import { firstTime, withTx } from './db/tx.ts';
import { tryOut } from './delivery/delivery.ts';
import { openChannels, tellSendable } from './delivery/outbox.ts';
import { momentWords } from './moments.ts';
import { findOrganisation } from './organisation.ts';
import { notFound, Refusal } from './refusal.ts';
import { requireAdmin, type Viewer } from './viewer.ts';

/**
 * Deliveries as an admin sees them: how many, to whom, by what, and what went wrong. Nothing of the alert, its reason or the person
 * concerned (domain.md §6).
 */

const shownDays = 7;
const lateMs = 15 * MS_PER_MINUTE;
const mostShown = 100;

/** How messages of one channel went. */
export interface Counted {
	channel: Channel;
	/** At this moment, and of them those that should have gone out more than a quarter of an hour ago. */
	waiting: number;
	late: number;
	/** Of the last seven days; `dropped`: not needed any more when they would have gone out. */
	sent: number;
	dropped: number;
	dead: number;
}

/** A message that is not tried any more. */
export interface Dead {
	id: string;
	recipient: string;
	channel: Channel;
	/** A short code of the last failure. */
	code: string;
	when: string;
}

export interface Deliveries {
	/** The sample organisation sends nothing, whatever is set up. */
	sample: boolean;
	channels: Record<Channel, boolean>;
	address: string;
	counts: Counted[];
	dead: Dead[];
}

/** @throws Refusal `not-allowed` for anybody but an admin */
export function deliveriesFor(db: Db, viewer: Viewer, now: Instant): Deliveries {
	requireAdmin(viewer);
	const open = openChannels(db);
	return {
		sample: findOrganisation(db)?.sample ?? false,
		channels: { email: open.has('email'), webhook: open.has('webhook') },
		address: addressOf(db, viewer),
		counts: queries(db).counts.all(now - lateMs, now - shownDays * MS_PER_DAY),
		dead: deadFor(db, viewer, now)
	};
}

function addressOf(db: Db, viewer: Viewer): string {
	return queries(db).address.get(viewer.id) ?? '';
}

function deadFor(db: Db, viewer: Viewer, now: Instant): Dead[] {
	return queries(db)
		.dead.all(mostShown)
		.map(({ at, ...message }) => ({ ...message, when: momentWords(viewer.zone, at, now) }));
}

/**
 * Has a dead message tried again, for another day; where it is not needed any more, it is dropped instead. One that was sent again meanwhile stays
 * as it is.
 * @throws Refusal `not-allowed`, `not-found`
 */
export function sendAgain(db: Db, actor: Viewer, messageId: string, now: Instant): void {
	requireAdmin(actor);
	withTx(db, () => {
		if (!queries(db).message.get(messageId)) throw notFound();
		const revived = revive(db, messageId, now);
		if (revived > 0) audit(db, actor, { action: 'delivery.sent-again', subject: { kind: 'message', id: messageId } }, now);
	});
}

/** As {@link sendAgain}, for every dead message: after the mail server was down for long. @throws Refusal `not-allowed` */
export function sendAllAgain(db: Db, actor: Viewer, now: Instant): void {
	requireAdmin(actor);
	withTx(db, () => {
		const revived = revive(db, null, now);
		if (revived > 0) audit(db, actor, { action: 'delivery.all-sent-again', detail: { revived } }, now);
	});
}

/** One of the dead, or all of them. Returns how many there were. */
function revive(db: Db, id: string | null, now: Instant): number {
	const { changes } = queries(db).revive.run({ id, now });
	if (changes > 0) tellSendable(db, now);
	return changes;
}

const names: Record<Channel, string> = { email: 'The mail server', webhook: 'The chat bridge' };

/**
 * Sends the viewer a test, past the outbox: to their own address, or to a name in the chat. Sent twice it goes out once.
 * @param to the name in the chat; of no meaning for e-mail
 * @throws Refusal `not-allowed`; `conflict` with a sentence where it was not taken, or the channel is not set up
 */
export async function sendTest(
	db: Db,
	actor: Viewer,
	{ formId, channel, to }: { formId: string; channel: Channel; to: string },
	now: Instant
): Promise<void> {
	requireAdmin(actor);
	if (!openChannels(db).has(channel)) throw new Refusal('conflict', 'This is not set up, so nothing was sent.');
	const taken = withTx(db, () => {
		if (!firstTime(db, formId, actor.id, now)) return false;
		audit(db, actor, { action: 'delivery.tested', detail: { channel } }, now);
		return true;
	});
	if (!taken) return;
	const code = await tryOut(db, channel, channel === 'email' ? addressOf(db, actor) : to);
	if (code !== null) throw new Refusal('conflict', `${names[channel]} did not take the test (${code}). Please check the settings.`);
}

const queries = perDatabase(prepare);

function prepare({ $client }: Db) {
	return {
		counts: $client.prepare<[Instant, Instant], Counted>(
			`select channel, sum(state = 'waiting') as waiting,
				sum(state = 'waiting' and min(due_at, iif(attempts > 0, tried_since, due_at)) <= ?) as late,
				sum(state = 'sent') as sent, sum(state = 'dropped') as dropped, sum(state = 'dead') as dead
			from messages where state = 'waiting' or ended_at > ? group by channel order by channel`
		),
		dead: $client.prepare<[number], Omit<Dead, 'when'> & { at: Instant }>(
			`select message.id, name as recipient, channel, coalesce(problem, 'unknown') as code, ended_at as at
			from messages as message join people as person on person.id = recipient_id
			where state = 'dead' order by ended_at desc, message.id limit ?`
		),
		address: $client.prepare<[string], string>('select email from people where id = ?').pluck(),
		message: $client.prepare<[string], unknown>('select 1 from messages where id = ?'),
		revive: $client.prepare<{ id: string | null; now: Instant }>(
			`update messages set state = 'waiting', due_at = @now, leased_until = 0, attempts = 0, letter_id = null, tried_since = @now, ended_at = null
			where state = 'dead' and id = coalesce(@id, id)`
		)
	};
}
