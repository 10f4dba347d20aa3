import type { Instant } from '#lib/domain/time.ts';
import { errorCode, type Db } from '../db/connection.ts';
import type { Channel } from '../db/schema/delivery.ts';
import { grouped, groupedSoFar, withTx } from '../db/tx.ts';
import { guarded } from './guarded.ts';
import { CannotSend, type Post } from './letter.ts';
import { leaseMs, nextSendable, takeDue, type Batch } from './sending.ts';
import { giveBack, markFailed, markSent } from './sent.ts';
import { lettersUnderWay } from './under-way.ts';

/** One channel of the outbox. */
export interface Lane {
	/** Wakes at that instant at the latest (UTC ms). */
	sleepUntil(at: Instant): void;
	/** Reads when the next message is due: another process may have queued one. */
	glance(): void;
	/** Takes no more, and resolves when what is under way has ended. */
	stop(): Promise<void>;
}

const longestSleepMs = 60_000;
const afterFaultMs = 30_000;
/** So many forms of others since the last letter, which takes some hundredths of a second then, are a rush. */
const rush = 3;
/** Between two letters then: some twenty a second still go out. */
const courtesyMs = 25;
/** What was taken and not begun by then is given back, so that no other process sends it as well. */
const beginWithinMs = leaseMs / 3;

/** Somebody waits for a page; nobody sits and waits for a letter. Returns how to wait between two letters. */
function givingWay(db: Db): () => Promise<void> {
	let seen = groupedSoFar(db);
	return async () => {
		const isRush = groupedSoFar(db) - seen > rush;
		await new Promise((resolve) => (isRush ? setTimeout(resolve, courtesyMs) : setImmediate(resolve)));
		seen = groupedSoFar(db);
	};
}

/**
 * Sends what is due by a channel, one letter after the other; beside one that is not answered for long, others. It sleeps until it is told when to
 * wake.
 * @param how `clock` UTC ms; `random` in [0, 1)
 */
export function startLane(
	db: Db,
	channel: Channel,
	{ post, clock, random }: { post: Post; clock: () => number; random: () => number }
): Lane {
	let timer: NodeJS.Timeout | undefined;
	let wakeAt = Infinity;
	let stopped = false;
	const makeWay = givingWay(db);
	const underWay = lettersUnderWay(db, clock);
	let working: Promise<void> | null = null;
	/** How letters went that could not be noted, for want of room: noted before anything else is sent, so that nobody gets them twice. */
	let unnoted: (() => void)[] = [];

	function sleepUntil(at: Instant): void {
		if (stopped || at >= wakeAt) return;
		wakeAt = at;
		clearTimeout(timer);
		timer = setTimeout(wake, Math.min(longestSleepMs, Math.max(0, at - clock()))).unref();
	}

	function wake(): void {
		if (stopped || working) return;
		wakeAt = Infinity;
		working = sendAll().then((at) => {
			working = null;
			// What was queued meanwhile has set a timer that found this at work.
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
			await underWay.room();
			const worked = guarded('worked on', () => {
				noteAll();
				underWay.keep();
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
			const goesOn = !stopped && unnoted.length === 0 && clock() <= latest && !underWay.isFull();
			if (!goesOn) return void guarded('given back', () => giveBack(db, batches.slice(n)));
			const letter = sendAndNote(batch);
			// Overtaken, it may be due again before the next of the others is.
			if (!(await underWay.begin(batch, letter))) void letter.then(() => sleepUntil(clock()));
			await makeWay();
		}
	}

	async function sendAndNote(batch: Batch): Promise<void> {
		const note = await send(batch);
		try {
			await grouped(db, note);
		} catch {
			unnoted.push(note);
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
			await working;
			await underWay.ended();
		}
	};
}
