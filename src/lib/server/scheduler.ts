import { forgetHeldForms } from './auth/held-forms.ts';
import { catchUp } from './consequences.ts';
import { nextDueClock, onDueChanged } from './clocks.ts';
import { errorCode, type Db } from './db/connection.ts';
import { forgetSubmissions } from './db/tx.ts';

export interface Scheduler {
	stop(): void;
}

const longestSleepMs = 3_600_000;
const afterFaultMs = 30_000;
const peopleAtOnce = 50;

/**
 * Wakes for what time alone makes due: reads the next due instant from stored state, sleeps until then, evaluates, and again.
 * Nothing depends on it having been awake: what fell due while the program was down is evaluated at the next start, in order.
 * @param clock UTC ms; the wall clock, or a test's
 */
export function startScheduler(db: Db, clock: () => number = Date.now): Scheduler {
	let timer: NodeJS.Timeout | undefined;
	let wakeAt = Infinity;
	let stopped = false;

	function sleepUntil(at: number): void {
		if (stopped || at >= wakeAt) return;
		wakeAt = at;
		clearTimeout(timer);
		timer = setTimeout(wake, Math.min(longestSleepMs, Math.max(0, at - clock())));
		timer.unref();
	}

	function wake(): void {
		wakeAt = Infinity;
		if (stopped) return;
		try {
			const rest = catchUpSome(db, clock());
			forgetSubmissions(db, clock());
			forgetHeldForms(db, clock());
			sleepUntil(rest ?? clock() + longestSleepMs);
		} catch (fault) {
			// Such as a full disk: what is due stays due.
			console.error(`The scheduler could not write (${errorCode(fault)}); it tries again in half a minute.`);
			sleepUntil(clock() + afterFaultMs);
		}
	}

	onDueChanged(db, sleepUntil);
	sleepUntil(clock());
	return {
		stop() {
			stopped = true;
			clearTimeout(timer);
		}
	};
}

/** Evaluates up to a batch of people whose clock is due; returns when to come back, null for never. */
function catchUpSome(db: Db, now: number): number | null {
	for (let done = 0; done < peopleAtOnce; done++) {
		const next = nextDueClock(db);
		if (next === null || next.at > now) return next?.at ?? null;
		catchUp(db, next.personId, now);
	}
	return now;
}
