import { durationWords } from '#lib/domain/duration.ts';
import { dateOf, MS_PER_MINUTE, personDays, weekdayOfDay, type EpochDay, type Instant } from '#lib/domain/time.ts';
import { exposureMs } from './day-list.ts';
import type { Db } from './db/connection.ts';
import { sessionsBetween, totalsBetween } from './exposure-rows.ts';
import { dateWords } from './local-time.ts';
import type { Rights } from './person-rights.ts';
import { findViewer, type Viewer } from './viewer.ts';

/** Hours of exposure as supervisors read them: the sum of each week, and nothing of what was done. */
export interface HoursSeen {
	part: 'hours';
	/** Newest first. */
	weeks: { week: string; hours: string }[];
}

const weeksShown = 8;

/**
 * The hours of one person in each of the last eight weeks, by their own days, up to the end of yesterday: nobody is watched while they work. The
 * caller has checked and noted that the viewer looks.
 */
export function hoursSeen(db: Db, _viewer: Viewer, { id }: Rights, now: Instant): HoursSeen {
	const person = findViewer(db, id);
	if (!person) throw new Error('nobody, or disabled');
	const days = personDays(person.zone, person.dayStart);
	const today = days.of(now);
	const thisMonday = today - weekdayOfDay(today);
	// On a Monday this week has no day yet that is over.
	const first = thisMonday < today ? thisMonday : thisMonday - 7;
	const mondays = Array.from({ length: weeksShown }, (_, index) => first - index * 7);
	const weeks = mondays.map((monday) => {
		const end = Math.min(monday + 7, today);
		return {
			week: `Week from ${dateWords(dateOf(monday), dateOf(today))}${end - monday < 7 ? ', up to yesterday' : ''}`,
			hours: durationWords(minutesBetween(db, id, monday, end, days.start))
		};
	});
	return { part: 'hours', weeks };
}

/** Minutes on the days from `first` on, before `end`. */
function minutesBetween(db: Db, personId: string, first: EpochDay, end: EpochDay, startOf: (day: EpochDay) => Instant): number {
	const [from, to] = [startOf(first), startOf(end)];
	const totals = totalsBetween(db, personId, dateOf(first), dateOf(end - 1));
	return Math.floor(exposureMs(sessionsBetween(db, personId, from, to), totals, from, to) / MS_PER_MINUTE);
}
