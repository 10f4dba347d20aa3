import type { Reason } from '#lib/domain/facts.ts';
import { allRules } from '#lib/domain/rules/list.ts';
import { dateOf, epochDay, personDays, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { earliestOf, sessionsBetween, totalsBetween } from './exposure-rows.ts';
import type { Row } from './own-archive/cells.ts';
import { minutesOn } from './printed-record.ts';
import type { Viewer } from './viewer.ts';

/** A file of a copy that holds sums and dates alone: no session, no time of day. */
export interface SumsFile {
	/** Of `hours-by-day.csv` and `hours-by-day.json`. */
	name: string;
	about: string;
	headings: readonly string[];
	/** Some at a time, by date, never an empty list. */
	rows: (db: Db, person: Viewer, now: Instant) => Iterable<Row[]>;
}

/** Days that are read at a time: between two readings others get their turn. */
const atATime = 28;

/** Minutes of exposure (whole, rounded down) of each day of theirs with an entry, as it is in force, up to yesterday: nobody is watched while they work. */
export const hoursByDay: SumsFile = {
	name: 'hours-by-day',
	about:
		'Minutes of exposure on each day with an entry up to yesterday, by the person’s own days, as the log stands now. No single session.',
	headings: ['date', 'minutes'],
	*rows(db, person, now) {
		const days = personDays(person.zone, person.dayStart);
		const { end, date } = earliestOf(db, person.id);
		const today = days.of(now);
		// The earliest to end may have begun the day before; no session is longer than that.
		const first = Math.min(end === null ? Infinity : days.of(end) - 1, date === null ? Infinity : epochDay(date));
		for (let from = first; from < today; from += atATime) {
			const last = Math.min(from + atATime, today) - 1;
			const sessions = sessionsBetween(db, person.id, days.start(from), days.start(last + 1));
			const totals = totalsBetween(db, person.id, dateOf(from), dateOf(last)).filter(({ state }) => state === 'ended');
			const near = Array.from({ length: last - from + 1 }, (_, n) => from + n);
			const rows = near.flatMap((day) => {
				const minutes = minutesOn(person, day, sessions, totals);
				return minutes === null ? [] : [{ date: dateOf(day), minutes }];
			});
			if (rows.length > 0) yield rows;
		}
	}
};

/** Why somebody is prompted where no word of the person's own is in it: neither a request for contact nor a concern. */
export const seenByRole = ['exposure', 'session', 'routine'] as const satisfies readonly Reason[];

/** Rules that tell of nothing else either, by id. */
const rulesByRole = JSON.stringify(
	allRules.filter(({ reason }) => reason === null || seenByRole.some((each) => each === reason)).map(({ id }) => id)
);
const everyRule = JSON.stringify(allRules.map(({ id }) => id));

/**
 * Limits passed and what else prompted somebody: the date of each, never a time of day, which would say when a session began or ended. That the person
 * asked for contact or shared a concern is in it on a ground alone.
 */
export const limitsByDay = (onGround: boolean): SumsFile => ({
	name: 'limits',
	about: 'Limits for hours that were passed, and what else prompted somebody: on which date it was found, and for which date or week.',
	headings: ['found', 'rule', 'period', 'value'],
	*rows(db, { id, zone, dayStart }) {
		const days = personDays(zone, dayStart);
		const found = db.$client
			.prepare<[string, string], { at: Instant; rule: string; period: string; value: number | null }>(
				`select at, rule, period, value from findings
				where person_id = ? and withdrawn_at is null and audience in ('review', 'alert') and rule in (select value from json_each(?))
				order by at, key`
			)
			.all(id, onGround ? everyRule : rulesByRole);
		if (found.length === 0) return;
		yield found.map(({ at, rule, period, value }) => ({
			...{ found: dateOf(days.of(at)), rule, value },
			// Of a stretch or a timer it is an instant or the entry's id.
			period: /^\d{4}-(?:\d{2}-\d{2}|W\d{2})$/.test(period) ? period : null
		}));
	}
});
