import type { Db } from '../db/connection.ts';
import type { Channel } from '../db/schema/delivery.ts';
import { watchForWriters } from '../db/writers.ts';
import { guarded } from './guarded.ts';
import { startLane } from './lane.ts';
import { CannotSend, type Post, type Posts } from './letter.ts';
import { openOutbox } from './outbox.ts';

export interface Sender {
	/** Takes no more, and resolves when what is under way has ended. */
	stop(): Promise<void>;
}

const channels = ['email', 'webhook'] as const satisfies Channel[];
const glanceMs = 2_000;

/**
 * Sends what stands in the outbox: sleeps until the next message is due, is told of those that this process queues, and sees those of another
 * with a glance, every two seconds, at whether anybody else has written at all. Two processes share the work: a message is leased by one of them.
 * Each channel sends one letter after the other: killed at any moment, at most one of each goes out twice, and of those that the other side has not
 * answered for ten seconds, which are overtaken. While requests keep the program busy, letters make way for them.
 * @param clock UTC ms
 */
export function startSender(db: Db, posts: Posts, clock: () => number = Date.now, random: () => number = Math.random): Sender {
	const notSetUp: Post = () => Promise.reject(new CannotSend('not-set-up', false));
	const lanes = channels.map((channel) => startLane(db, channel, { post: posts[channel] ?? notSetUp, clock, random }));
	openOutbox(db, new Set(channels.filter((channel) => posts[channel])), (at) => {
		// Inside the transaction that queues it: its row can be read after that.
		for (const lane of lanes) lane.sleepUntil(at);
	});
	const othersWrote = watchForWriters(db);
	const glances = setInterval(
		() => void (othersWrote() && guarded('read', () => lanes.forEach((lane) => lane.glance()))),
		glanceMs
	).unref();
	for (const lane of lanes) lane.sleepUntil(clock());
	return {
		async stop() {
			clearInterval(glances);
			await Promise.all(lanes.map((lane) => lane.stop()));
		}
	};
}
