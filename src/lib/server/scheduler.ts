import { forgetHeldForms } from './auth/held-forms.ts';
import { orLogged } from './catching-up.ts';
import { catchUp } from './consequences.ts';
import { firstDueClocks, onDueChanged } from './clocks.ts';
import { errorCode, type Db } from './db/connection.ts';
import { forgetSubmissions } from './db/tx.ts';

export interface Scheduler {
	stop(): void;
}

const longestSleepMs = 3_600_000;
const afterFaultMs = 30_000;
const peopleAtOnce = 50;
/** 26 hours: no zone and no change of clocks explains more. */
const mostAheadMs = 26 * 3_600_000;
const afterJumpMs = 3_600_000;

/**
 * Wakes for what time alone makes due: reads the next due instant from stored state, sleeps until then, evaluates, and again.
 * Nothing depends on it having been awake: what fell due while the program was down is evaluated at the next start, in order.
 *
 * Where the wall clock has jumped ahead since the last wake (see {@link jumpedMs}) it rests for an hour and says so: whoever looks after
 * the machine can put it right before anybody's facts are evaluated up to a time that is still to come. After that the clock is believed.
 * @param clock UTC ms; the wall clock, or a test's
 * @param passed ms that passed since some moment, whatever the wall clock does
 */
export function startScheduler(db: Db, clock: () => number = Date.now, passed: () => number = () => performance.now()): Scheduler {
	let seen = { wall: clock(), passed: passed() };
	let restsUntil = -Infinity;
	let timer: NodeJS.Timeout | undefined;
	let wakeAt = Infinity;
	let stopped = false;
	const resting: Resting = new Map();

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
		const now = { wall: clock(), passed: passed() };
		const jumped = jumpedMs(seen, now);
		seen = now;
		if (jumped > 0) {
			restsUntil = now.passed + afterJumpMs;
			console.error(
				`The clock of this machine jumped ahead by ${Math.round(jumped / 3_600_000)} hours. Nothing is evaluated for an hour: if it is wrong, put it right now.`
			);
		}
		if (now.passed < restsUntil) return sleepUntil(now.wall + restsUntil - now.passed);
		try {
			const rest = catchUpSome(db, clock(), resting);
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

interface Seen {
	wall: number;
	passed: number;
}

/** By how much (ms) the wall clock ran ahead of the time that passed; 0 where that is no more than a change of clocks and a zone could explain. */
function jumpedMs(before: Seen, now: Seen): number {
	const ahead = now.wall - before.wall - (now.passed - before.passed);
	return ahead > mostAheadMs ? ahead : 0;
}

/** People whose evaluation failed, and until when (UTC ms) they are left alone. */
export type Resting = Map<string, number>;

const restMs = 60_000;

/**
 * Evaluates up to a batch of people whose clock is due; returns when to come back (UTC ms), null for never. Somebody for whom it
 * fails rests for a minute: nobody else waits for them, and what is due stays due.
 * @throws Refusal `full`
 */
export function catchUpSome(db: Db, now: number, resting: Resting): number | null {
	for (const [personId, until] of resting) if (until <= now) resting.delete(personId);
	const most = peopleAtOnce + resting.size;
	const first = firstDueClocks(db, most);
	for (const { personId, at } of first) {
		if (resting.has(personId)) continue;
		if (at > now) return Math.min(at, ...resting.values());
		catchUpOrRest(db, personId, now, resting);
	}
	if (first.length === most) return now;
	return resting.size > 0 ? Math.min(...resting.values()) : null;
}

function catchUpOrRest(db: Db, personId: string, now: number, resting: Resting): void {
	if (orLogged(personId, () => catchUp(db, personId, now)) === undefined) resting.set(personId, now + restMs);
}
