import { instantAt, instantsAt, offsetAt } from './zone.ts';

/** UTC milliseconds since 1970. */
export type Instant = number;
/** `YYYY-MM-DD`, years 0000 to 9999. */
export type LocalDate = string;
/** Days since 1970-01-01: how the rules count dates inside. */
export type EpochDay = number;

export const MS_PER_MINUTE = 60_000;
export const MS_PER_DAY = 86_400_000;
const MOST_REMEMBERED = 20_000;

/** By year, month and day as one number, 20260302. */
const dayNumbers = new Map<number, EpochDay>();
const dayNames = new Map<EpochDay, LocalDate>();
const weekNames = new Map<EpochDay, string>();
const instantNames = new Map<Instant, string>();

function remember<K, V>(known: Map<K, V>, key: K, value: V): V {
	if (known.size >= MOST_REMEMBERED) known.clear();
	known.set(key, value);
	return value;
}

/** The whole number whose `count` digits stand in `text` from `from` on; NaN where something else does. */
export function digitsAt(text: string, from: number, count: number): number {
	let number = 0;
	for (let at = from; at < from + count; at++) {
		const digit = text.charCodeAt(at) - 0x30;
		// Beyond the end it is NaN, and neither.
		if (!(digit >= 0 && digit <= 9)) return NaN;
		number = number * 10 + digit;
	}
	return number;
}

/** The day number of the `YYYY-MM-DD` with which `text` begins; null where that is no date of the calendar. */
export function dayAt(text: string): EpochDay | null {
	const year = digitsAt(text, 0, 4);
	const month = digitsAt(text, 5, 2);
	const day = digitsAt(text, 8, 2);
	if (Number.isNaN(year + month + day) || text[4] !== '-' || text[7] !== '-') return null;
	const key = (year * 100 + month) * 100 + day;
	const known = dayNumbers.get(key);
	if (known !== undefined) return known;
	// setUTCFullYear, because Date.UTC reads the years 0 to 99 as 1900 to 1999. A day that the month doesn't have becomes one of another.
	const date = new Date(new Date(0).setUTCFullYear(year, month - 1, day));
	if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
	return remember(dayNumbers, key, Math.round(date.getTime() / MS_PER_DAY));
}

/** Days since 1970-01-01 of a valid `YYYY-MM-DD`; garbage in, garbage out (use `isLocalDate` at the border). */
export function epochDay(date: LocalDate): EpochDay {
	// In the east the year 10000 begins while it is 9999 by UTC: `+010000-01-01`, as `dateOf` gives it.
	return dayAt(date) ?? Date.parse(date) / MS_PER_DAY;
}

/** `YYYY-MM-DD` of a day number. */
export function dateOf(day: EpochDay): LocalDate {
	return dayNames.get(day) ?? remember(dayNames, day, new Date(day * MS_PER_DAY).toISOString().slice(0, -14));
}

/** Whether `text` is a date of the calendar as `YYYY-MM-DD`. */
export function isLocalDate(text: string): boolean {
	return text.length === 10 && dayAt(text) !== null;
}

/** The date `days` after `date` (before it where negative). */
export function addDays(date: LocalDate, days: number): LocalDate {
	return dateOf(epochDay(date) + days);
}

/** Days from `from` to `to`: 1 for the next date, negative where `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
	return epochDay(to) - epochDay(from);
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOfDay(day: EpochDay): number {
	return (((day + 3) % 7) + 7) % 7;
}

/** 0 for Monday to 6 for Sunday. */
export function weekday(date: LocalDate): number {
	return weekdayOfDay(epochDay(date));
}

/** The ISO 8601 week of a day, `2026-W10`. */
export function isoWeekOfDay(day: EpochDay): string {
	const monday = day - weekdayOfDay(day);
	const known = weekNames.get(monday);
	if (known !== undefined) return known;
	// A week belongs to the year of its Thursday (ISO 8601).
	const year = dateOf(monday + 3).slice(0, -6);
	const week = Math.floor((monday + 3 - epochDay(`${year}-01-01`)) / 7) + 1;
	return remember(weekNames, monday, `${year}-W${String(week).padStart(2, '0')}`);
}

/** The ISO 8601 week of a date, `2026-W10`. */
export function isoWeek(date: LocalDate): string {
	return isoWeekOfDay(epochDay(date));
}

/** The Monday of an ISO week such as `2026-W10`. */
export function mondayOf(week: string): EpochDay {
	const fourth = epochDay(`${week.slice(0, -4)}-01-04`);
	return fourth - weekdayOfDay(fourth) + (Number(week.slice(-2)) - 1) * 7;
}

/** Minutes after midnight of `HH:MM` (`24:00` gives 1440). */
export function clockMinutes(clock: string): number {
	return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}

/** `2026-03-02T09:00:00.000Z`. */
export function formatInstant(instant: Instant): string {
	return instantNames.get(instant) ?? remember(instantNames, instant, new Date(instant).toISOString());
}

/** The instant at which `minutes` after midnight (0 to 1440) of `day` is shown by the zone's clocks, Temporal's "compatible". */
export function clockInstant(zone: string, day: EpochDay, minutes: number): Instant {
	return instantAt(zone, day * MS_PER_DAY + minutes * MS_PER_MINUTE);
}

/** The person-days of one zone and `dayStart`, counted by day number; shared by everybody who has both. */
export interface PersonDays {
	zone: string;
	/** Minutes after midnight. */
	dayStart: number;
	/** First instant of person-day `day`. */
	start(day: EpochDay): Instant;
	/** The person-day in which `instant` lies. */
	of(instant: Instant): EpochDay;
}

const personDaysKnown = new Map<string, PersonDays>();
const MOST_PERSON_DAYS = 500;

/** The person-days of a zone (IANA) and `dayStart` (`HH:MM`). Throws RangeError when first asked about an unknown zone. */
export function personDays(zone: string, dayStart: string): PersonDays {
	const key = `${zone} ${dayStart}`;
	const known = personDaysKnown.get(key);
	if (known !== undefined) return known;
	if (personDaysKnown.size >= MOST_PERSON_DAYS) personDaysKnown.clear();
	const made = makePersonDays(zone, clockMinutes(dayStart));
	personDaysKnown.set(key, made);
	return made;
}

function makePersonDays(zone: string, dayStart: number): PersonDays {
	const starts = new Map<EpochDay, Instant>();
	const start = (day: EpochDay) => starts.get(day) ?? remember(starts, day, clockInstant(zone, day, dayStart));
	// Facts come in order of time: mostly the day is the one that was asked for last.
	let last = { day: 0, from: Infinity, to: Infinity };
	const of = (instant: Instant) => {
		if (instant >= last.from && instant < last.to) return last.day;
		const local = instant + offsetAt(zone, instant) - dayStart * MS_PER_MINUTE;
		let day = Math.floor(local / MS_PER_DAY);
		// A skipped dayStart begins later than the clock says; a doubled one has begun at its first showing.
		while (instant < start(day)) day--;
		while (instant >= start(day + 1)) day++;
		last = { day, from: start(day), to: start(day + 1) };
		return day;
	};
	return { zone, dayStart, start, of };
}

/** First instant of the person-day `date` for a zone (IANA) and `dayStart` (`HH:MM`), Temporal's "compatible". */
export function personDayStart(zone: string, dayStart: string, date: LocalDate): Instant {
	return personDays(zone, dayStart).start(epochDay(date));
}

/** The person-day in which `instant` lies. */
export function personDayOf(zone: string, dayStart: string, instant: Instant): LocalDate {
	return dateOf(personDays(zone, dayStart).of(instant));
}

/** What a typed clock time can mean: one instant, none (`after`: moved later by the gap) or two. */
export type ClockTime =
	{ kind: 'ok'; instant: Instant } | { kind: 'skipped'; after: Instant } | { kind: 'doubled'; first: Instant; second: Instant };

/** Resolves a clock time (`HH:MM`) typed for calendar date `date` in `zone`. */
export function resolveClockTime(zone: string, date: LocalDate, clock: string): ClockTime {
	const local = epochDay(date) * MS_PER_DAY + clockMinutes(clock) * MS_PER_MINUTE;
	const [first, second] = instantsAt(zone, local);
	if (first === undefined) return { kind: 'skipped', after: instantAt(zone, local) };
	if (second === undefined) return { kind: 'ok', instant: first };
	return { kind: 'doubled', first, second };
}
