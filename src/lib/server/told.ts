import { randomUUIDv7 } from 'node:crypto';
import type { DeliveryChoice, Pace } from '#lib/domain/delivery.ts';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { deliveryChoices } from './db/schema/delivery.ts';
import { firstTime, withTx } from './db/tx.ts';
import { queueOpenAlarms } from './delivery/alarm-messages.ts';
import { addresseeOf, deliveryChoiceOf, reachedBy } from './delivery/choices.ts';
import { queueDisputes } from './delivery/dispute-messages.ts';
import { setDueAnew } from './delivery/due-anew.ts';
import { openChannels, queueForNewcomers } from './delivery/outbox.ts';
import { ownCalls } from './hand-overs.ts';
import { invalid, notFound } from './refusal.ts';
import { hasRole, type Role, type Viewer } from './viewer.ts';

/** Who gets messages: supervisors about prompts, administrators about Breakwater itself. */
export const toldRoles = ['lead', 'welfare', 'peer', 'head_of_welfare', 'admin'] as const satisfies readonly Role[];

export interface Told extends DeliveryChoice {
	/** Address that e-mails go to. */
	address: string;
	/** Whether e-mail, and a chat, are set up here. */
	channels: { email: boolean; chat: boolean };
	/** Whether they are told by e-mail, and in the chat, as things are: one stands in for the other where they want that one and it is not set up. */
	reached: { email: boolean; chat: boolean };
	/** Quiet hours do not hold back a request for contact then. */
	onCall: boolean;
	/** Gets prompts, and not only word of Breakwater itself. */
	supervises: boolean;
}

/** How the viewer is told, for their form; null for somebody who gets no messages. */
export function toldOf(db: Db, viewer: Viewer, now: Instant): Told | null {
	if (!hasRole(viewer, ...toldRoles)) return null;
	const { address, choice } = addresseeOf(db, viewer.id);
	const isOnCall = ownCalls(db, viewer, now).some(({ onCall }) => onCall);
	const open = openChannels(db);
	const channels = { email: open.has('email'), chat: open.has('webhook') };
	const by = reachedBy(choice, open);
	const reached = { email: by.includes('email'), chat: by.includes('webhook') };
	const supervises = hasRole(viewer, 'lead', 'welfare', 'peer', 'head_of_welfare');
	return { ...choice, address, channels, reached, onCall: isOnCall, supervises };
}

/** Quiet hours as a form gives them: both empty for none. */
export interface NewQuiet {
	quietFrom: string | null;
	quietTo: string | null;
}

export interface NewChoice extends NewQuiet {
	formId: string;
	email: Pace;
	digestAt: string;
	/** When messages go to a chat, and the name there. They count only where one is set up: else, and without either, what was there stays. */
	chat: Pace | null;
	chatName: string | null;
}

/**
 * Chooses how the viewer is told: what waits for them is sent by that, and what they now take for the first time is queued. Without a change, or
 * sent twice, nothing is stored.
 * @throws Refusal `not-found` for somebody who gets no messages; `invalid` on `quietFrom` or `quietTo`, and on `chatName` where the chat is
 * wanted and they have no name there
 */
export function chooseHowTold(db: Db, viewer: Viewer, what: NewChoice, now: Instant): void {
	if (!hasRole(viewer, ...toldRoles)) throw notFound();
	const quiet = quietOf(what);
	const { formId, email, digestAt } = what;
	const chosen = openChannels(db).has('webhook') ? chatOf(what) : null;
	withTx(db, () => {
		if (!firstTime(db, formId, viewer.id, now)) return;
		const { chat, chatName } = chosen ?? deliveryChoiceOf(db, viewer.id);
		if (keepChoice(db, viewer, { email, chat, chatName, digestAt, quiet }, now))
			audit(db, viewer, { action: 'account.told-changed', subject: { kind: 'person', id: viewer.id } }, now);
	});
}

/** Null where nothing was said of it; with a name alone, once a day. @throws Refusal `invalid` on `chatName` */
function chatOf({ chat, chatName }: NewChoice): Pick<DeliveryChoice, 'chat' | 'chatName'> | null {
	if (chatName === null && chat !== null && chat !== 'off')
		throw invalid('chatName', 'Please fill in your name in the chat, or choose “Not at all”.');
	if (chatName === null && chat === null) return null;
	return { chat: chat ?? 'digest', chatName };
}

/** @throws Refusal `invalid` on `quietFrom` or `quietTo` */
export function quietOf({ quietFrom, quietTo }: NewQuiet): DeliveryChoice['quiet'] {
	if (quietFrom === null && quietTo === null) return null;
	if (quietFrom === null) throw invalid('quietFrom', 'Please say from when, or leave both empty.');
	if (quietTo === null) throw invalid('quietTo', 'Please say until when, or leave both empty.');
	if (quietFrom === quietTo) throw invalid('quietTo', 'Quiet hours that end when they begin would be none.');
	return { from: quietFrom, to: quietTo };
}

/** Keeps how the viewer is told, and what follows from it; false where that was so before. Call it inside a transaction. */
export function keepChoice(db: Db, viewer: Viewer, choice: DeliveryChoice, now: Instant): boolean {
	if (isSame(deliveryChoiceOf(db, viewer.id), choice)) return false;
	const { quiet, ...rest } = choice;
	const row = { id: randomUUIDv7(), personId: viewer.id, ...rest, quietFrom: quiet?.from ?? null, quietTo: quiet?.to ?? null };
	db.insert(deliveryChoices)
		.values({ ...row, recordedAt: now })
		.run();
	setDueAnew(db, viewer.id, now);
	queueForNewcomers(db, now);
	queueDisputes(db, now);
	queueOpenAlarms(db, now);
	return true;
}

function isSame(a: DeliveryChoice, b: DeliveryChoice): boolean {
	const parts = ({ email, chat, chatName, digestAt, quiet }: DeliveryChoice) => [email, chat, chatName, digestAt, quiet?.from, quiet?.to];
	return JSON.stringify(parts(a)) === JSON.stringify(parts(b));
}
