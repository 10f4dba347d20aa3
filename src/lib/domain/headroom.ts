import { thresholdMs } from './factor.ts';
import { momentOf } from './moment.ts';
import type { PersonState } from './person-state.ts';
import type { Policy } from './policy.ts';
import type { Minutes, Moment } from './rules/rule.ts';
import type { Instant } from './time.ts';
import { dayMs, windowMs } from './window.ts';

export type Room = 'room' | 'nearly' | 'none';

/** All a lead reads of somebody's exposure (unless the organisation shows totals). */
export interface Headroom {
	today: Room;
	week: Room;
}

/** Whether `ms` on the `length` days up to today have reached a rule's threshold; never where it is off. */
function reaches(moment: Moment, ms: number, rule: Minutes, length: 1 | 7): boolean {
	return rule.on && ms >= thresholdMs(moment.measures, moment.policy.newStarter, rule.minutes, moment.today, length);
}

/**
 * Whether more exposure fits the person's limits for today and for the seven days up to today: `none` from the limit on (there it is not
 * passed, but nothing more fits), `nearly` from the action threshold on, else `room` (also where the rules are off). Counts ended
 * sessions only: nothing reaches a supervisor from a timer that still runs.
 */
export function headroom(state: PersonState, policy: Policy, now: Instant): Headroom {
	const moment = momentOf(state, policy, now);
	const { measures, today } = moment;
	const room = (ms: number, length: 1 | 7, action: Minutes, limit: Minutes): Room => {
		if (reaches(moment, ms, limit, length)) return 'none';
		return reaches(moment, ms, action, length) ? 'nearly' : 'room';
	};
	const { rules } = policy;
	return {
		today: room(dayMs(measures, today), 1, rules['day-action'], rules['day-limit']),
		week: room(windowMs(measures, today, 7), 7, rules['week-action'], rules['week-limit'])
	};
}
