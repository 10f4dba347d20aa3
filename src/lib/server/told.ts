import { randomUUIDv7 } from 'node:crypto';
import { sendableAt, type DeliveryChoice } from '#lib/domain/delivery.ts';
import type { Reason } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { deliveryChoices } from './db/schema/delivery.ts';
import { firstTime, withTx } from './db/tx.ts';
import { addresseeOf, deliveryChoiceOf } from './delivery/choices.ts';
import { queueDisputes } from './delivery/dispute-messages.ts';
import { openChannels, queueForNewcomers, tellSendable } from './delivery/outbox.ts';
import { invalid, notFound } from './refusal.ts';
import { hasRole, type Role, type Viewer } from './viewer.ts';

/** Who gets messages: supervisors about prompts, administrators about Breakwater itself. */
export const toldRoles = ['lead', 'welfare', 'peer', 'head_of_welfare', 'admin'] as const satisfies readonly Role[];

export interface Told extends DeliveryChoice {
	/** Address that e-mails go to. */
	address: string;
	/** Whether e-mail, and a chat, are set up here. */
	channels: { email: boolean; chat: boolean };
	/** Quiet hours do not hold back a request for contact then. */
	onCall: boolean;
	/** Gets prompts, and not only word of Breakwater itself. */
	supervises: boolean;
}

/** How the viewer is told, for their form; null for somebody who gets no messages. */
export function toldOf(db: Db, viewer: Viewer): Told | null {
	if (!hasRole(viewer, ...toldRoles)) return null;
	const { address, onCall, choice } = addresseeOf(db, viewer.id);
	const open = openChannels(db);
	const channels = { email: open.has('email'), chat: open.has('webhook') };
	return { ...choice, address, channels, onCall, supervises: hasRole(viewer, 'lead', 'welfare', 'peer', 'head_of_welfare') };
}

export interface NewChoice {
	formId: string;
	email: DeliveryChoice['email'];
	digestAt: string;
	quietFrom: string | null;
	quietTo: string | null;
	/** Counts only where a chat is set up; else what was there stays. */
	chatName: string | null;
}

/**
 * Chooses how the viewer is told: what waits for them is sent by that, and what they now take for the first time is queued. Without a change, or
 * sent twice, nothing is stored.
 * @throws Refusal `not-found` for somebody who gets no messages; `invalid` on `quietFrom` or `quietTo`
 */
export function chooseHowTold(db: Db, viewer: Viewer, what: NewChoice, now: Instant): void {
	if (!hasRole(viewer, ...toldRoles)) throw notFound();
	const { formId, email, digestAt, quietFrom, quietTo } = what;
	if (quietFrom === null && quietTo !== null) throw invalid('quietFrom', 'Please say from when, or leave both empty.');
	if (quietTo === null && quietFrom !== null) throw invalid('quietTo', 'Please say until when, or leave both empty.');
	if (quietFrom !== null && quietFrom === quietTo) throw invalid('quietTo', 'Quiet hours that end when they begin would be none.');
	withTx(db, () => {
		if (!firstTime(db, formId, viewer.id, now)) return;
		const before = deliveryChoiceOf(db, viewer.id);
		const chatName = openChannels(db).has('webhook') ? what.chatName : before.chatName;
		const quiet = quietFrom !== null && quietTo !== null ? { from: quietFrom, to: quietTo } : null;
		if (isSame(before, { email, digestAt, quiet, chatName })) return;
		const row = { id: randomUUIDv7(), personId: viewer.id, email, digestAt, quietFrom, quietTo, chatName, recordedAt: now };
		db.insert(deliveryChoices).values(row).run();
		audit(db, viewer, { action: 'account.told-changed', subject: { kind: 'person', id: viewer.id } }, now);
		setDueAnew(db, viewer.id, now);
		queueForNewcomers(db, now);
		queueDisputes(db, now);
	});
}

function isSame(a: DeliveryChoice, b: DeliveryChoice): boolean {
	const parts = ({ email, digestAt, quiet, chatName }: DeliveryChoice) => [email, digestAt, quiet?.from, quiet?.to, chatName];
	return JSON.stringify(parts(a)) === JSON.stringify(parts(b));
}

/** What waits for its first attempt is due as if it had been queued with the present choice. */
function setDueAnew(db: Db, personId: string, now: Instant): void {
	const waiting = db.$client
		.prepare<[string, Instant], { id: string; reason: Reason; at: Instant }>(
			`select message.id, coalesce(alert.reason, 'routine') as reason, message.created_at as at
			from messages as message left join alerts as alert on alert.id = alert_id
			where (alert_id is not null or dispute_id is not null) and recipient_id = ? and message.state = 'waiting' and attempts = 0 and leased_until <= ?`
		)
		.all(personId, now);
	const { choice, zone, onCall } = addresseeOf(db, personId);
	const put = db.$client.prepare('update messages set due_at = ? where id = ?');
	for (const { id, reason, at } of waiting) {
		const dueAt = sendableAt({ reason, at: Math.min(at, now), onCall }, choice, zone);
		put.run(dueAt, id);
		tellSendable(db, dueAt);
	}
}
