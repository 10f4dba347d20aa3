import { randomUUIDv7 } from 'node:crypto';
import type { Db } from '../db/connection.ts';
import type { Channel } from '../db/schema/delivery.ts';
import { findOrganisation } from '../organisation.ts';
import type { Settings } from '../settings.ts';
import { emailPost } from './email.ts';
import { CannotSend, type Letter, type Posts } from './letter.ts';
import { startSender } from './sender.ts';
import { webhookPost } from './webhook.ts';

export type DeliverySettings = Pick<Settings, 'SMTP_URL' | 'MAIL_FROM' | 'WEBHOOK_URL' | 'WEBHOOK_SECRET' | 'WEBHOOK_ALLOW_PRIVATE'> & {
	/** Address of this Breakwater, without a slash at its end. */
	origin: string;
};

const postsOf = new WeakMap<Db, Posts>();

/**
 * Starts to send what stands in the outbox, by the channels that are set up. The sample organisation sends nothing: its addresses are made up.
 * @returns `stop` waits for a letter that is under way
 */
export function startDelivery(db: Db, settings: DeliverySettings): { stop(): Promise<void> } {
	if (findOrganisation(db)?.sample) return { stop: () => Promise.resolve() };
	const { SMTP_URL, MAIL_FROM, WEBHOOK_URL, WEBHOOK_SECRET, WEBHOOK_ALLOW_PRIVATE, origin } = settings;
	const email = SMTP_URL === '' ? null : emailPost({ url: SMTP_URL, from: MAIL_FROM, origin });
	const webhook =
		WEBHOOK_URL === '' ? null : webhookPost({ url: WEBHOOK_URL, secret: WEBHOOK_SECRET, allowPrivate: WEBHOOK_ALLOW_PRIVATE });
	const sender = openPosts(db, { ...(email && { email: email.post }), ...(webhook && { webhook }) });
	return {
		async stop() {
			await sender.stop();
			email?.close();
		}
	};
}

/** As {@link startDelivery}, with ways out of the house that are made already. */
export function openPosts(db: Db, posts: Posts): { stop(): Promise<void> } {
	postsOf.set(db, posts);
	return startSender(db, posts);
}

/** Sends one letter past the outbox, to see whether it arrives. Returns a short code where it was not taken, null where it was. */
export async function tryOut(db: Db, channel: Channel, to: string): Promise<string | null> {
	const letter: Letter = { id: randomUUIDv7(), to, urgent: false, test: true };
	try {
		const post = postsOf.get(db)?.[channel];
		if (!post) return 'not-set-up';
		await post(letter);
		return null;
	} catch (fault) {
		return fault instanceof CannotSend ? fault.code : 'unknown';
	}
}
