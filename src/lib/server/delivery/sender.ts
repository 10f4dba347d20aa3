import type { Instant } from '#lib/domain/time.ts';
import { errorCode, type Db } from '../db/connection.ts';
import type { Channel } from '../db/schema/delivery.ts';
import { grouped, groupedSoFar, withTx } from '../db/tx.ts';
import { watchForWriters } from '../db/writers.ts';
import { Refusal } from '../refusal.ts';
import { openOutbox } from './outbox.ts';
import { giveBack, leaseMs, markFailed, markSent, nextSendable, takeDue, type Batch } from './sending.ts';

/** What goes out. `id` is the same each time it is tried: whoever receives it can tell a second copy. */
export interface Letter {
	id: string;
	/** Address or chat name. */
	to: string;
	/** Whether it says "today". */
	urgent: boolean;
	/** An admin's own, to see whether anything arrives. */
	test?: true;
}

/** A way out of the house. Rejects with {@link CannotSend} where the other side did not take the letter. */
export type Post = (letter: Letter) => Promise<void>;
export type Posts = Partial<Record<Channel, Post>>;

/** The other side did not take a letter. */
export class CannotSend extends Error {
	/** A short code: nothing of what the other side answered. */
	readonly code: string;
	/** Whether trying again is of no use. */
	readonly forGood: boolean;
	constructor(code: string, forGood: boolean) {
		super(code);
		this.code = code;
		this.forGood = forGood;
	}
}

export interface Sender {
	/** Takes no more, and resolves when what is under way has ended. */
	stop(): Promise<void>;
}

const channels = ['email', 'webhook'] as const satisfies Channel[];
const longestSleepMs = 60_000;
const afterFaultMs = 30_000;
const glanceMs = 2_000;
/** So many forms of others since the last letter, which takes some hundredths of a second then, are a rush. */
const rush = 3;
/** Between two letters then: some twenty a second still go out. */
const courtesyMs = 25;
/** What was taken and not begun by then is given back, so that no other process sends it as well. */
const beginWithinMs = leaseMs / 3;

/**
 * Sends what stands in the outbox: sleeps until the next message is due, is told of those that this process queues, and sees those of another
 * with a glance, every two seconds, at whether anybody else has written at all. Two processes share the work: a message is leased by one of them. Each channel sends one letter after the other: killed at
 * any moment, at most one of each goes out twice. While requests keep the program busy, letters make way for them.
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

/** Says of a fault, such as a full disk, that it happened: what waits stays, and is met again. */
function guarded(done: string, work: () => void): boolean {
	try {
		work();
		return true;
	} catch (fault) {
		const code = fault instanceof Refusal ? fault.kind : errorCode(fault);
		console.error(`The outbox could not be ${done} (${code}); it is tried again.`);
		return false;
	}
}

/** Somebody waits for a page; nobody sits and waits for a letter. Returns how to wait between two letters. */
function givingWay(db: Db): () => Promise<void> {
	let seen = groupedSoFar(db);
	return async () => {
		const isRush = groupedSoFar(db) - seen > rush;
		await new Promise((resolve) => (isRush ? setTimeout(resolve, courtesyMs) : setImmediate(resolve)));
		seen = groupedSoFar(db);
	};
}

interface Lane extends Sender {
	sleepUntil(at: Instant): void;
	/** Reads when the next message is due: another process may have queued one. */
	glance(): void;
}

function startLane(db: Db, channel: Channel, { post, clock, random }: { post: Post; clock: () => number; random: () => number }): Lane {
	let timer: NodeJS.Timeout | undefined;
	let wakeAt = Infinity;
	let stopped = false;
	const makeWay = givingWay(db);
	let underWay: Promise<void> | null = null;
	/** How letters went that could not be noted, for want of room: noted before anything else is sent, so that nobody gets them twice. */
	let unnoted: (() => void)[] = [];

	function sleepUntil(at: Instant): void {
		if (stopped || at >= wakeAt) return;
		wakeAt = at;
		clearTimeout(timer);
		timer = setTimeout(wake, Math.min(longestSleepMs, Math.max(0, at - clock()))).unref();
	}

	function wake(): void {
		if (stopped || underWay) return;
		wakeAt = Infinity;
		underWay = sendAll().then((at) => {
			underWay = null;
			// What was queued meanwhile has set a timer that found this under way.
			const next = Math.min(at, wakeAt);
			wakeAt = Infinity;
			sleepUntil(next);
		});
	}

	/** Returns when to come back. */
	async function sendAll(): Promise<Instant> {
		let next: Instant | null = null;
		let batches: Batch[] = [];
		do {
			const worked = guarded('worked on', () => {
				noteAll();
				batches = stopped ? [] : takeDue(db, clock(), channel);
				// It goes through all that wait: only once nothing is due.
				if (batches.length === 0) next = nextSendable(db, channel);
			});
			if (!worked) return clock() + afterFaultMs;
			await sendEach(batches);
		} while (batches.length > 0 && unnoted.length === 0);
		return unnoted.length > 0 ? clock() + afterFaultMs : Math.min(next ?? Infinity, clock() + longestSleepMs);
	}

	function noteAll(): void {
		withTx(db, () => unnoted.forEach((note) => note()));
		unnoted = [];
	}

	async function sendEach(batches: readonly Batch[]): Promise<void> {
		const latest = clock() + beginWithinMs;
		for (const [n, batch] of batches.entries()) {
			if (stopped || unnoted.length > 0 || clock() > latest) return void guarded('given back', () => giveBack(db, batches.slice(n)));
			const note = await send(batch);
			try {
				await grouped(db, note);
			} catch {
				unnoted.push(note);
			}
			await makeWay();
		}
	}

	/** Returns what is to be noted of it. */
	async function send(batch: Batch): Promise<() => void> {
		try {
			await post({ id: batch.letterId, to: batch.to, urgent: batch.urgent });
		} catch (fault) {
			const failure = fault instanceof CannotSend ? fault : { code: errorCode(fault), forGood: false };
			const chance = random();
			return () => markFailed(db, batch, clock(), failure, chance);
		}
		return () => markSent(db, batch, clock());
	}

	return {
		sleepUntil,
		glance: () => sleepUntil(nextSendable(db, channel) ?? Infinity),
		async stop() {
			stopped = true;
			clearTimeout(timer);
			await underWay;
		}
	};
}
