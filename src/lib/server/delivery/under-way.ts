import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { withTx } from '../db/tx.ts';
import { guarded } from './guarded.ts';
import { leaseMs, type Batch } from './sending.ts';
import { keepLeased } from './sent.ts';

/** The letters of a channel that the other side has not answered yet. */
export interface UnderWay {
	/** Whether there are so many that none is begun beside them. */
	isFull(): boolean;
	/** Resolves when there is room for another. */
	room(): Promise<void>;
	/**
	 * Its messages stay leased until the letter, which must not reject, has ended. Resolves with whether it has, after a moment at most: then others
	 * overtake it.
	 */
	begin(batch: Batch, letter: Promise<void>): Promise<boolean>;
	/** Leases all of it anew: time may have passed, or the clock been put back, without a turn of ours. @throws Refusal `full` */
	keep(): void;
	/** Resolves when all have ended. */
	ended(): Promise<void>;
}

/** Whoever does not answer one letter for long may answer none: no more than the lines to a mail server, but for one for a test letter. */
const most = 4;
/** Most answer within a second; some look through a letter for half a minute, or let an unknown sender wait for minutes. */
const overtakenAfterMs = 10_000;
const keepEveryMs = leaseMs / 3;

/** @param clock UTC ms */
export function lettersUnderWay(db: Db, clock: () => Instant): UnderWay {
	const letters = new Map<Batch, Promise<true>>();

	function keep(): void {
		if (letters.size > 0) withTx(db, () => [...letters.keys()].forEach((batch) => keepLeased(db, batch, clock() + leaseMs)));
	}

	return {
		isFull: () => letters.size >= most,
		async room() {
			while (letters.size >= most) await Promise.race(letters.values());
		},
		begin(batch, letter) {
			const { promise: overtaken, resolve } = Promise.withResolvers<false>();
			const overtaking = setTimeout(() => resolve(false), overtakenAfterMs).unref();
			const keeping = setInterval(() => guarded('kept', keep), keepEveryMs).unref();
			const ended = letter.then(() => {
				clearTimeout(overtaking);
				clearInterval(keeping);
				letters.delete(batch);
				return true as const;
			});
			letters.set(batch, ended);
			return Promise.race([ended, overtaken]);
		},
		keep,
		async ended() {
			await Promise.all(letters.values());
		}
	};
}
