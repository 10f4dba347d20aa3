import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Instant } from '#lib/domain/time.ts';
import { isAnyQuestionStranded } from './access-questions.ts';
import { endAlarm, raiseAlarm } from './alarms.ts';
import { watchDrift } from './clock-drift.ts';
import { believedNow } from './clock-rest.ts';
import { errorCode, type Db } from './db/connection.ts';
import type { AlarmKind } from './db/schema/alarms.ts';
import { withTx } from './db/tx.ts';
import { takeBack } from './delivery/put-back.ts';
import { isAnyDisputeUntold } from './dispute-heads.ts';
import { isErasureLate } from './erasure-requests.ts';
import { isAnyDead, isFailing, lateMs, oldestStuckSince } from './punctuality.ts';
import { onChainsChanged } from './news.ts';
import { isAnyChainBroken } from './recipients.ts';
import { Refusal } from './refusal.ts';
import { watchTurns } from './turns.ts';
import { isAnyCallUnheard } from './unreached.ts';

export interface Watcher {
	/** Looks now; otherwise every half a minute. */
	look(): void;
	/** Whether the database could be written at the last look, clocks are on time now and no message is stuck. */
	isReady(): boolean;
	/** 99th percentile of the event loop's delay (ms) between the last two looks. */
	delayMs(): number;
	stop(): void;
}

const everyMs = 30_000;
const afterFaultMs = 5_000;
const lateAfterMs = 120_000;
const jumpMs = 5 * 60_000;
const chainsEveryMs = 3_600_000;
const soonMs = 1_000;
const resolutionMs = 20;

const watchers = new WeakMap<Db, Watcher>();

/** The watcher of this process. @throws Error before {@link startWatcher} */
export function watcherOf(db: Db): Watcher {
	const watcher = watchers.get(db);
	if (!watcher) throw new Error('nobody watches yet');
	return watcher;
}

/**
 * Looks after Breakwater itself, now and every half a minute: writes that it looked, raises alarms for what is wrong, and ends those whose reason is
 * gone. It also wakes when a supervisor's dates away begin or are over, which no verb tells of: prompts pass to others at that instant; and queues
 * the reminders of a week. Several processes may do so on one database.
 * @param rests whether the scheduler rests on purpose
 * @param clock UTC ms
 * @param passed ms that passed since some moment, whatever the wall clock does
 */
export function startWatcher(
	db: Db,
	rests: () => boolean,
	clock: () => number = Date.now,
	passed: () => number = () => performance.now()
): Watcher {
	const delay = monitorEventLoopDelay({ resolution: resolutionMs });
	delay.enable();
	const drift = watchDrift(clock, passed);
	const chains = watchChains(db, passed);
	const turns = watchTurns(db, passed);
	let delayMs = 0;
	let isFirst = true;
	let wasLate = false;
	let canWrite = false;
	let timer: NodeJS.Timeout | undefined;
	let lookAgainAt = Infinity;

	function look(): void {
		clearTimeout(timer);
		takeDelay();
		const could = canWrite;
		try {
			lookAt();
			canWrite = true;
		} catch (fault) {
			canWrite = false;
			if (could || isFirst) console.error(`Breakwater cannot look after itself (${codeOf(fault)}); it tries again every five seconds.`);
		}
		isFirst = false;
		lookIn(canWrite ? Math.min(everyMs, turns.waitMs(believedNow(db, clock))) : afterFaultMs);
	}

	function lookIn(ms: number): void {
		clearTimeout(timer);
		lookAgainAt = passed() + ms;
		timer = setTimeout(look, ms).unref();
	}

	/** Looks in a second, at every chain. */
	function lookAtChains(): void {
		chains.forget();
		if (lookAgainAt > passed() + soonMs) lookIn(soonMs);
	}

	function lookAt(): void {
		const drifted = drift();
		const now = believedNow(db, clock);
		const wasPutBack = drifted < -jumpMs || (isFirst && lookedAt(db) > now + jumpMs);
		const late = lateMs(db, now) > lateAfterMs && !rests();
		if (turns.look(now)) chains.forget();
		const chainBroken = chains.isBroken(now);
		withTx(db, () => {
			db.$client
				.prepare('insert into watches (id, looked_at) values (1, ?) on conflict (id) do update set looked_at = excluded.looked_at')
				.run(now);
			if (wasPutBack) takeBack(db, now);
			if (wasPutBack || drifted > jumpMs) raiseAlarm(db, 'clock', now);
			settle(db, 'stuck', oldestStuckSince(db, now) !== null, now);
			// What fell due while the machine stood still is made up for in seconds: late is what is late twice.
			if (!late || wasLate) settle(db, 'scheduler', late, now);
			settle(db, 'chain', chainBroken, now);
			settle(db, 'unreachable', isAnyCallUnheard(db, now), now);
			settle(db, 'dispute', isAnyDisputeUntold(db, now), now);
			settle(db, 'question', isAnyQuestionStranded(db, now), now);
			settle(db, 'erasure', isErasureLate(db, now), now);
			for (const channel of ['email', 'webhook'] as const) if (!isFailing(db, channel)) endAlarm(db, channel, now);
			if (!isAnyDead(db)) endAlarm(db, 'undelivered', now);
		});
		wasLate = late;
	}

	function takeDelay(): void {
		// It measures from one tick to the next: an idle loop shows the resolution.
		if (delay.count > 0) delayMs = Math.max(0, delay.percentile(99) / 1e6 - resolutionMs);
		delay.reset();
	}

	function isReady(): boolean {
		const now = clock();
		return canWrite && lateMs(db, now) <= lateAfterMs && oldestStuckSince(db, now) === null;
	}

	const watcher: Watcher = {
		...{ look, isReady, delayMs: () => delayMs },
		stop() {
			clearTimeout(timer);
			delay.disable();
			onChainsChanged(db, () => {});
		}
	};
	watchers.set(db, watcher);
	onChainsChanged(db, lookAtChains);
	look();
	return watcher;
}

function settle(db: Db, kind: AlarmKind, wrong: boolean, now: Instant): void {
	if (wrong) raiseAlarm(db, kind, now);
	else endAlarm(db, kind, now);
}

/**
 * Whether a chain is broken: all are looked at now and then, and once they were forgotten or one was broken; in between those of alerts to which
 * something happened.
 */
function watchChains(db: Db, passed: () => number): { isBroken(now: Instant): boolean; forget(): void } {
	const last = db.$client.prepare<[], number | null>('select max(id) from alert_events').pluck();
	let seen = 0;
	let lookedAt = -Infinity;
	let broken = false;
	return {
		isBroken(now) {
			const newest = last.get() ?? 0;
			const all = broken || passed() >= lookedAt + chainsEveryMs;
			if (all) lookedAt = passed();
			if (all || newest > seen) broken = isAnyChainBroken(db, now, all ? undefined : seen);
			seen = newest;
			return broken;
		},
		forget: () => void (lookedAt = -Infinity)
	};
}

function lookedAt(db: Db): Instant {
	return db.$client.prepare<[], Instant>('select looked_at from watches').pluck().get() ?? -Infinity;
}

function codeOf(fault: unknown): string {
	return fault instanceof Refusal ? fault.kind : errorCode(fault);
}
