import { vi } from 'vitest';
import { catchUpSome } from '#lib/server/catching-up.ts';
import { wrap, type Db } from '#lib/server/db/connection.ts';
import type { Random } from '#lib/server/sample/random.ts';
import { startScheduler, type Scheduler } from '#lib/server/scheduler.ts';
import { DAY, HOUR } from './alerting.ts';

/** Two processes on one database and the clock of their machine, which stands still but for {@link TwoProcesses.pass}. */
export interface TwoProcesses {
	now(): number;
	/** The database as either process sees it, with what that one remembers of it: whichever a request came to. */
	either(): Db;
	/** Whoever's scheduler runs wakes at the instants that it computed. */
	pass(ms: number): void;
	/** Time passes all the same, as timers have it. */
	putClockBack(ms: number): void;
	/** A scheduler stops while requests go on being answered, as it does where it rests; or one starts again. */
	stopOrStartOne(): void;
	/**
	 * Nobody does anything for hours to days; mostly a process is then killed in the middle of catching up, before both start.
	 * Returns whether it left its lease behind.
	 */
	beDown(): boolean;
	/** Both schedulers run until nothing is due any more, then stop. Returns the instant up to which everything was evaluated. */
	end(): number;
	/** The machine's own clock and timers again. */
	close(): void;
}

/**
 * The schedulers are the server's own. Their glances at what another process wrote are left out: each sleeps until what its own process
 * stored is due, and at most for an hour.
 */
export function twoProcesses(db: Db, random: Random, from: number): TwoProcesses {
	vi.useFakeTimers({ now: from, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
	let reading = 0;
	// A slice of work ends after three people: others come in between.
	const slow = vi.spyOn(performance, 'now').mockImplementation(() => (reading += 7));
	const processes = [db, wrap(db.$client, db.keys)].map((own) => ({ db: own, scheduler: null as Scheduler | null }));
	const start = (each: (typeof processes)[number]) => (each.scheduler ??= startScheduler(each.db, Date.now, Date.now));
	const stop = (each: (typeof processes)[number]) => {
		each.scheduler?.stop();
		each.scheduler = null;
	};
	const pass = (ms: number) => void vi.advanceTimersByTime(ms);
	processes.forEach(start);
	return {
		now: () => Date.now(),
		either: () => random.pick(processes).db,
		pass,
		putClockBack: (ms) => void vi.setSystemTime(Date.now() - ms),
		stopOrStartOne() {
			const one = random.pick(processes);
			if (one.scheduler === null) start(one);
			else if (random.chance(0.5)) stop(one);
		},
		beDown() {
			processes.forEach(stop);
			pass(random.chance(0.7) ? random.between(HOUR, DAY) : random.between(DAY, 3 * DAY));
			if (random.chance(0.8)) catchUpSome(db, { name: 'scheduler', holder: 'killed' }, Date.now(), new Map(), 0);
			const left = db.$client.prepare(`select 1 from leases where holder = 'killed'`).get() !== undefined;
			processes.forEach(start);
			return left;
		},
		end() {
			processes.forEach(start);
			pass(2 * HOUR);
			processes.forEach(stop);
			return Date.now();
		},
		close() {
			processes.forEach(stop);
			slow.mockRestore();
			vi.useRealTimers();
		}
	};
}
