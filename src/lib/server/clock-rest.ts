import type { Instant } from '#lib/domain/time.ts';
import { watchDrift } from './clock-drift.ts';
import type { Db } from './db/connection.ts';

interface Watched {
	/** How far (ms) the clock stands ahead of what is believed; 0 where it is believed itself. */
	aheadMs: () => number;
	believe: () => void;
}

const watched = new WeakMap<Db, Watched>();

/** 26 hours: no zone and no change of clocks explains more. */
const mostAheadMs = 26 * 3_600_000;
const afterJumpMs = 3_600_000;

/**
 * Watches the wall clock for whoever uses this database in this process. Where it ran ahead of the time that passed, since it was last looked at, by
 * more than a change of clocks and a zone could explain, it is not believed until it was put back, an administrator said that it is right, or an hour
 * has passed: a wrong clock can be put right before anybody's facts are evaluated up to a time that is still to come.
 * @param clock UTC ms; the wall clock, or a test's
 * @param passed ms that passed since some moment, whatever the wall clock does
 * @returns how to stop
 */
export function watchForJumps(db: Db, clock: () => Instant, passed: () => number): () => void {
	const drift = watchDrift(clock, passed);
	// Negative where it was put back: up to where it stood, going ahead again is no jump. So it is where it was wrong as Breakwater started.
	let ahead = Math.min(0, clock() - newest(db));
	let restsUntil = -Infinity;
	function aheadMs(): number {
		if (passed() >= restsUntil) ahead = Math.min(0, ahead);
		const drifted = drift();
		ahead += drifted;
		if (ahead <= mostAheadMs) restsUntil = -Infinity;
		else if (drifted > mostAheadMs) {
			restsUntil = passed() + afterJumpMs;
			console.error(
				`The clock of this machine jumped ahead by ${Math.round(drifted / 3_600_000)} hours. Nothing is evaluated for an hour: if it is wrong, put it right now.`
			);
		}
		return passed() < restsUntil ? ahead : 0;
	}
	const watch: Watched = { aheadMs, believe: () => void (restsUntil = -Infinity) };
	watched.set(db, watch);
	return () => {
		if (watched.get(db) === watch) watched.delete(db);
	};
}

/** The last instant at which anything is recorded or evaluated of anybody. */
function newest(db: Db): Instant {
	return db.$client.prepare<[], Instant>('select coalesce(max(max(last_fact_at, advanced_to)), 0) from clocks').pluck().get() ?? 0;
}

/** Whether nothing is evaluated for now, because the clock jumped ahead and may be wrong. It looks at the clock itself: no request comes before it. */
export function isResting(db: Db): boolean {
	return aheadOf(db) > 0;
}

/**
 * The time (UTC ms) that whatever is recorded or shown now gets: that of the wall clock, or while it is not believed what it would show if it had not
 * jumped. Sign-ins, leases and letters go by the wall clock itself: a machine that slept over a weekend must not keep anybody signed in.
 */
export function believedNow(db: Db, clock: () => Instant = Date.now): Instant {
	return clock() - aheadOf(db);
}

const aheadOf = (db: Db) => watched.get(db)?.aheadMs() ?? 0;

/** Somebody who can tell says that the clock is right: it is believed at once. */
export function believeClock(db: Db): void {
	watched.get(db)?.believe();
}
