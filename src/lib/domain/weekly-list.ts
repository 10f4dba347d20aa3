import type { Calendar } from './calendar.ts';
import { clockInstant, epochDay, isoWeekOfDay, mondayOf, weekdayOfDay, type EpochDay, type Instant } from './time.ts';
import { nextWorkingInstant } from './working-time.ts';

/**
 * A team's list of limits passed: made once a week, when its first working day begins, of the dates before that week that no list
 * has held yet. A list goes by the Monday of the week it is made in; a week without a working day has none.
 */

/** When the list of a Monday's week is made (UTC ms), see `madeIn`; null where there is none. For a past week it must not change any more. */
export type Making = (monday: EpochDay) => Instant | null;

/** When the list of a week is made (UTC ms): as its first working time begins by the calendar; null where it has none. */
export function madeIn(calendar: Calendar, monday: EpochDay): Instant | null {
	const at = nextWorkingInstant(calendar, [], clockInstant(calendar.zone, monday, 0));
	return at < clockInstant(calendar.zone, monday + 7, 0) ? at : null;
}

/** The Monday of the first list made in a week after that of `monday`. */
export function listAfter(making: Making, monday: EpochDay): EpochDay {
	let next = monday + 7;
	while (making(next) === null) next += 7;
	return next;
}

/** The Monday of the last list made in a week before that of `monday`. */
export function listBefore(making: Making, monday: EpochDay): EpochDay {
	let before = monday - 7;
	while (making(before) === null) before -= 7;
	return before;
}

/** The Monday of the list that was made last by `now`. */
export function newestList(making: Making, now: Instant): EpochDay {
	// A day on: it may be Monday already where the team is.
	const near = Math.floor(now / 86_400_000) + 1;
	let monday = near - weekdayOfDay(near);
	for (;;) {
		const made = making(monday);
		if (made !== null && made <= now) return monday;
		monday -= 7;
	}
}

/**
 * The Monday of the list on which a limit stands: the first one made after the week of its date; where that was made before the
 * limit was found passed (a late log, a correction), the newest one at that instant. So each stands on one list, and on none that is over.
 * @param period a date, or an ISO week such as `2026-W45`
 */
export function listOf(making: Making, period: string, at: Instant): EpochDay {
	return Math.max(listAfter(making, mondayOfPeriod(period)), newestList(making, at));
}

/** The Monday of the week in which a finding's period lies. */
export function mondayOfPeriod(period: string): EpochDay {
	return mondayOf(period.includes('W') ? period : isoWeekOfDay(epochDay(period)));
}
