import type { Db } from '#lib/server/db/connection.ts';
import type { Channel } from '#lib/server/db/schema/delivery.ts';
import type { ChatBridge } from '../support/chat-bridge.ts';
import type { Mailbox } from '../support/smtp.ts';

/** What goes out of a house whose server is killed, and what is known of it. */
export interface Post {
	mailbox: Mailbox;
	bridge: ChatBridge;
	/** E-mails that had arrived at the last kill and were not noted as sent. */
	unnoted: ReadonlySet<string>;
}

/**
 * Every message noted as sent did arrive, by its channel; whatever arrived belongs to a message, under the one name that it ever had; and the last
 * kill left one e-mail at most that had arrived and was not noted: only that is seen twice. A post goes out twice as well, but a bridge that checks ids
 * shows a copy to nobody. Returns how many e-mails arrived twice. @throws Error where any of this is not so
 */
export function checkLetters(db: Db, post: Post, kills: number): number {
	const lost = db.$client
		.prepare<[], number>(`select count(*) from messages where alert_id is not null and state in ('dropped', 'dead')`)
		.pluck()
		.get();
	if (lost) throw new Error(`${lost} messages were given up`);
	if (post.bridge.refused() > 0) throw new Error(`${post.bridge.refused()} posts were not signed as they should be`);
	const emails = post.mailbox.letters.map(({ text }) => /^Message-ID: <([^@]+)@/im.exec(text)?.[1] ?? '');
	const { twice, unnoted } = checkChannel(db, 'email', emails);
	const left = [...unnoted].filter((id) => !post.unnoted.has(id));
	if (left.length > 1) throw new Error(`one kill left ${left.length} e-mails that had arrived and were not noted as sent`);
	post.unnoted = unnoted;
	if (twice > kills) throw new Error(`${twice} e-mails arrived twice after ${kills} kills`);
	const { twice: shownTwice } = checkChannel(db, 'webhook', post.bridge.shown);
	if (shownTwice > 0) throw new Error(`${shownTwice} posts were shown twice in the chat`);
	return twice;
}

/** Returns how many arrived for the second time, and which are not noted as sent. */
function checkChannel(db: Db, channel: Channel, arrivals: readonly string[]): { twice: number; unnoted: ReadonlySet<string> } {
	const letters = db.$client
		.prepare<[string], [string, 0 | 1]>(
			`select letter_id, min(state = 'sent') from messages where channel = ? and letter_id is not null group by letter_id`
		)
		.raw()
		.all(channel);
	const isNoted = new Map(letters);
	const arrived = new Set(arrivals);
	for (const [id, noted] of letters)
		if (noted === 1 && !arrived.has(id)) throw new Error(`noted as sent, and never arrived: ${channel} ${id}`);
	const unknown = [...arrived].filter((id) => !isNoted.has(id));
	if (unknown.length > 0) throw new Error(`${channel} ${unknown.join(' ')} arrived, and no message went out by that name`);
	return { twice: arrivals.length - arrived.size, unnoted: new Set([...arrived].filter((id) => isNoted.get(id) === 0)) };
}
