import { weekdays, type Calendar } from './calendar.ts';
import {
	clockInstant,
	clockMinutes,
	epochDay,
	MS_PER_MINUTE,
	personDays,
	weekdayOfDay,
	type EpochDay,
	type Instant,
	type LocalDate
} from './time.ts';

/** Dates as day numbers, both included. */
export interface DayRange {
	from: EpochDay;
	to: EpochDay;
}

interface ReadCalendar {
	holidays: Set<EpochDay>;
	/** Per weekday, Monday first: [from, to] in minutes after midnight. */
	periods: [number, number][][];
}

const readCalendars = new WeakMap<Calendar, ReadCalendar>();

function read(calendar: Calendar): ReadCalendar {
	const known = readCalendars.get(calendar);
	if (known !== undefined) return known;
	const made: ReadCalendar = {
		holidays: new Set(calendar.holidays.map(epochDay)),
		periods: weekdays.map((day) => calendar.hours[day].map(([from, to]) => [clockMinutes(from), clockMinutes(to)]))
	};
	readCalendars.set(calendar, made);
	return made;
}

/** The same dates as day numbers. */
export function dayRanges(dates: readonly { from: LocalDate; to: LocalDate }[]): DayRange[] {
	return dates.map(({ from, to }) => ({ from: epochDay(from), to: epochDay(to) }));
}

/** Whether the calendar has working hours on `day` and it is no holiday. */
export function isWorkingDay(calendar: Calendar, day: EpochDay): boolean {
	const { holidays, periods } = read(calendar);
	return (periods[weekdayOfDay(day)] as [number, number][]).length > 0 && !holidays.has(day);
}

/** The last day of absence in a run from `day` on; `day` - 1 where it is none. */
function lastAbsentFrom(absences: readonly DayRange[], day: EpochDay): EpochDay {
	let last = day - 1;
	for (const { from, to } of absences) if (from <= day && day <= to && to > last) last = to;
	return last;
}

/** Calls `visit` with each working interval after `from`, ascending and without overlap, until it returns true. */
function walk(calendar: Calendar, absences: readonly DayRange[], from: Instant, visit: (start: Instant, end: Instant) => boolean): void {
	const { holidays, periods } = read(calendar);
	const days = personDays(calendar.zone, '00:00');
	// A period that a DST change moved may overlap the next: what was visited counts once.
	let reached = from;
	for (let day = days.of(from) - 1; ; day++) {
		const absentTo = lastAbsentFrom(absences, day);
		if (absentTo >= day) {
			day = absentTo;
			continue;
		}
		if (holidays.has(day)) continue;
		for (const [opens, closes] of periods[weekdayOfDay(day)] as [number, number][]) {
			const end = clockInstant(calendar.zone, day, closes);
			const start = Math.max(clockInstant(calendar.zone, day, opens), reached);
			if (end <= start) continue;
			if (visit(start, end)) return;
			reached = end;
		}
	}
}

/**
 * The first instant at which `minutes` (more than 0) of working time have passed since `from`: the calendar's hours without its
 * holidays and without the absences (pass none for `contact`). The calendar needs at least one period a week (`checkCombined`).
 */
export function addWorkingMinutes(calendar: Calendar, absences: readonly DayRange[], from: Instant, minutes: number): Instant {
	let left = minutes * MS_PER_MINUTE;
	let due = from;
	walk(calendar, absences, from, (start, end) => {
		due = start + left;
		left -= end - start;
		return left <= 0;
	});
	return due;
}

/** The first instant from `from` on that lies in working time: when somebody "is next there". */
export function nextWorkingInstant(calendar: Calendar, absences: readonly DayRange[], from: Instant): Instant {
	let next = from;
	walk(calendar, absences, from, (start) => {
		next = start;
		return true;
	});
	return next;
}

/** How many whole minutes of working time lie between two instants: the reverse of {@link addWorkingMinutes}. */
export function workingMinutesBetween(calendar: Calendar, absences: readonly DayRange[], from: Instant, to: Instant): number {
	let sum = 0;
	walk(calendar, absences, from, (start, end) => {
		sum += Math.max(0, Math.min(end, to) - start);
		return end >= to;
	});
	return Math.floor(sum / MS_PER_MINUTE);
}
