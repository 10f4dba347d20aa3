import { randomUUID } from 'node:crypto';
import type { Instant } from '#lib/domain/time.ts';
import { endAlarm, raiseAlarm } from './alarms.ts';
import { errorCode, type Db } from './db/connection.ts';
import { emptyLog } from './db/empty-log.ts';
import { closeLeftAccounts, nextDepartureAt } from './departures.ts';
import { destroyErasedKeys, eraseAgain } from './erasures.ts';
import { onRecordsChanged } from './news.ts';
import type { Tally } from './one-by-one.ts';
import { lastRunWentWell, nextRunAt, runSlices } from './retention-runs.ts';

export interface Keeper {
	stop(): void;
}

/** Another process may have said that somebody leaves. */
const longestSleepMs = 60_000;
const soonMs = 50;
/** Between two slices: for requests, and for the writers of another process. */
const breathMs = 10;

/**
 * Keeps records for as long as they are to be kept: closes the accounts of those whose date of leaving has come, destroys the keys of those who were
 * erased, erases them again where an older copy of the database was put back, does the daily run, and empties the log of changes, in which what was
 * deleted still stands. What was due while the program was down is done at its start, before the first request. What fails for one person is done for
 * everybody else, tried again, and said by an alarm that names nobody.
 * Several processes may do so on one database: the daily run is under a lease, and the rest can be done twice.
 * @param rests whether the clock is in doubt: then nothing is taken away
 * @param clock UTC ms
 */
export function startKeeper(db: Db, rests: () => boolean = () => false, clock: () => Instant = Date.now): Keeper {
	const lease = { name: 'records', holder: `${process.pid}.${randomUUID()}` };
	let run: Generator<void, number | null, void> | null = null;
	let keptUpAt = -Infinity;
	let timer: NodeJS.Timeout | undefined;
	let stopped = false;
	/** Whether something was deleted that may still stand in the log of changes. */
	let deleted = true;

	function wakeIn(ms: number): void {
		if (stopped) return;
		clearTimeout(timer);
		timer = setTimeout(wake, ms).unref();
	}

	function wake(): void {
		try {
			wakeIn(rests() ? longestSleepMs : look(clock()));
		} catch (fault) {
			// Such as a full disk: what is due stays due.
			run = null;
			console.error(`Records could not be kept up (${errorCode(fault)}); it is tried again in a minute.`);
			wakeIn(longestSleepMs);
		}
	}

	/** Returns how long to sleep (ms). */
	function look(now: Instant): number {
		if (run === null || now >= keptUpAt + longestSleepMs || now < keptUpAt) keepUp(now);
		const runAt = nextRunAt(db, now);
		if (run === null && runAt !== null && runAt <= now) run = runSlices(db, lease, now);
		if (run !== null) {
			const { done, value: failed } = run.next();
			if (!done) return breathMs;
			run = null;
			if (failed) raiseAlarm(db, 'records', now);
			deleted ||= failed !== null;
			return failed === null ? longestSleepMs : soonMs;
		}
		if (deleted) deleted = !emptyLog(db);
		const next = Math.min(runAt ?? Infinity, nextDepartureAt(db, now) ?? Infinity);
		return Math.min(longestSleepMs, Math.max(soonMs, next - now));
	}

	function keepUp(now: Instant): void {
		keptUpAt = now;
		const failed = [closeLeftAccounts, eraseAgain, destroyErasedKeys].reduce((sum, keep) => sum + failedOf(keep, now), 0);
		if (failed > 0) raiseAlarm(db, 'records', now);
		else if (lastRunWentWell(db)) endAlarm(db, 'records', now);
	}

	/** A fault of one of them, such as of the file of person keys, keeps none of the others from being done. */
	function failedOf(keep: (db: Db, now: Instant) => Tally, now: Instant): number {
		try {
			return keep(db, now).failed;
		} catch (fault) {
			console.error(`Records could not be kept up (${errorCode(fault)}); it is tried again in a minute.`);
			return 1;
		}
	}

	onRecordsChanged(db, () => {
		deleted = true;
		wakeIn(soonMs);
	});
	wake();
	return {
		stop() {
			stopped = true;
			clearTimeout(timer);
			onRecordsChanged(db, () => {});
		}
	};
}
