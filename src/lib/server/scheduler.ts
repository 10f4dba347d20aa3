import { randomUUID } from 'node:crypto';
import { forgetHeldForms } from './auth/held-forms.ts';
import { catchUpSome, type Resting } from './catching-up.ts';
import { isResting, watchForJumps } from './clock-rest.ts';
import { onDueChanged } from './clocks.ts';
import { errorCode, type Db } from './db/connection.ts';
import { forgetSubmissions } from './db/tx.ts';
import { watchForWriters } from './db/writers.ts';
import { releaseLease } from './leases.ts';

export interface Scheduler {
	/** Whether it evaluates nothing for now, because the clock jumped. */
	isResting(): boolean;
	stop(): void;
}

const longestSleepMs = 3_600_000;
const afterFaultMs = 30_000;
/** Between two slices: for requests, and for the writers of another process. */
const breathMs = 10;
const glanceMs = 2_000;
const tidyMs = 3_600_000;

/**
 * Wakes for what time alone makes due: reads the next due instant from stored state, sleeps until then, evaluates, and again.
 * Nothing depends on it having been awake: what fell due while the program was down is evaluated at the next start, in order.
 *
 * Several processes may run it on one database: whichever is first when something is due takes the lease, for as long as there is work.
 * An earlier due instant that this process stores is told to it ({@link onDueChanged}); one that another stored it sees with a glance,
 * every two seconds, at whether anybody else has written at all.
 *
 * Where the wall clock has jumped ahead (see {@link watchForJumps}) it rests, and so does whatever else evaluates.
 * @param clock UTC ms; the wall clock, or a test's
 * @param passed ms that passed since some moment, whatever the wall clock does
 */
export function startScheduler(db: Db, clock: () => number = Date.now, passed: () => number = () => performance.now()): Scheduler {
	const lease = { name: 'scheduler', holder: `${process.pid}.${randomUUID()}` };
	const passedOver: Resting = new Map();
	const endWatch = watchForJumps(db, clock, passed);
	const othersWrote = watchForWriters(db);
	let wakeAt = Infinity;
	let tidiedAt = -Infinity;
	let stopped = false;
	let timer: NodeJS.Timeout | undefined;
	const glances = setInterval(() => void ((clock() >= wakeAt || othersWrote()) && wake()), glanceMs).unref();

	function sleepUntil(at: number): void {
		if (stopped || at >= wakeAt) return;
		wakeAt = at;
		clearTimeout(timer);
		timer = setTimeout(wake, Math.min(longestSleepMs, Math.max(breathMs, at - clock()))).unref();
	}

	function wake(): void {
		if (stopped) return;
		clearTimeout(timer);
		// What is evaluated now sets no timer; and while it rests every glance asks anew, because the clock may be put back.
		wakeAt = -Infinity;
		if (isResting(db)) return;
		const at = evaluate();
		wakeAt = Infinity;
		sleepUntil(at);
	}

	/** Returns when to come back. */
	function evaluate(): number {
		try {
			const at = catchUpSome(db, lease, clock(), passedOver);
			tidy();
			return at ?? clock() + longestSleepMs;
		} catch (fault) {
			// Such as a full disk: what is due stays due.
			console.error(`The scheduler could not write (${errorCode(fault)}); it tries again in half a minute.`);
			return clock() + afterFaultMs;
		}
	}

	function tidy(): void {
		if (passed() < tidiedAt + tidyMs) return;
		forgetSubmissions(db, clock());
		forgetHeldForms(db, clock());
		tidiedAt = passed();
	}

	function stop(): void {
		stopped = true;
		clearTimeout(timer);
		clearInterval(glances);
		endWatch();
		try {
			releaseLease(db, lease);
		} catch (fault) {
			console.error(`The scheduler could not give up its work (${errorCode(fault)}); another process takes it up in some seconds.`);
		}
	}

	onDueChanged(db, sleepUntil);
	sleepUntil(clock());
	return { isResting: () => isResting(db), stop };
}
