import { thresholdMs } from '../factor.ts';
import { isoWeekOfDay, dateOf } from '../time.ts';
import { windowMs, windowMsNow } from '../window.ts';
import type { DateRule, Minutes, TodayRule } from './rule.ts';

type OverHours = Pick<DateRule<string, Minutes>, 'unit' | 'length' | 'value'>;

/** A limit is passed at `>`: W(day, length) in ms where it is more than `minutes` × the mean factor, else null. */
export function overHours(length: number): OverHours {
	return {
		unit: 'ms',
		length,
		value: ({ measures, policy }, { minutes }, day) => {
			const ms = windowMs(measures, day, length);
			return ms > thresholdMs(measures, policy.newStarter, minutes, day, length) ? ms : null;
		}
	};
}

/** An action threshold is reached at `≥`: how far W(today, length) is from it. */
export function towardsHours(length: 1 | 7): Pick<TodayRule<string, Minutes>, 'length' | 'reached'> {
	return {
		length,
		reached: (moment, { minutes }) => {
			const { measures, policy, today } = moment;
			const ms = windowMsNow(moment, today, length);
			const missing = Math.max(0, thresholdMs(measures, policy.newStarter, minutes, today, length) - ms);
			return { period: length === 1 ? dateOf(today) : isoWeekOfDay(today), ms, missing };
		}
	};
}
