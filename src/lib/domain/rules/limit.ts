import { thresholdMs } from '../factor.ts';
import { isoWeekOfDay, dateOf, type EpochDay } from '../time.ts';
import { windowMs, windowMsNow } from '../window.ts';
import type { Moment, Reached } from './rule.ts';

/** A limit is passed at `>`: W(day, length) in ms where it is more than `minutes` × the mean factor, else null. */
export function overLimit(moment: Moment, minutes: number, day: EpochDay, length: number): number | null {
	const ms = windowMs(moment.measures, day, length);
	return ms > thresholdMs(moment.measures, moment.policy.newStarter, minutes, day, length) ? ms : null;
}

/** An action threshold is reached at `≥`: how far W(today, length) is from it. */
export function towardsAction(moment: Moment, minutes: number, length: 1 | 7): Reached {
	const { measures, policy, today } = moment;
	const ms = windowMsNow(moment, today, length);
	const missing = Math.max(0, thresholdMs(measures, policy.newStarter, minutes, today, length) - ms);
	return { period: length === 1 ? dateOf(today) : isoWeekOfDay(today), ms, missing };
}
