import { dateOf, epochDay, isoWeek, mondayOf, personDayOf, personDayStart, type Instant, type LocalDate } from '#lib/domain/time.ts';

/** Whose clock and calendar times are shown in. */
export interface Clockwise {
	readonly zone: string;
	readonly dayStart: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	const key = `${zone} ${JSON.stringify(options)}`;
	const known = formats.get(key);
	if (known) return known;
	if (formats.size >= 1_000) formats.clear();
	const made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone });
	formats.set(key, made);
	return made;
}

/** `09:12` by the clocks of `zone`. */
export function clockWords(zone: string, at: Instant): string {
	return format(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

function calendarDate(zone: string, at: Instant): LocalDate {
	return personDayOf(zone, '00:00', at);
}

/** `today`, `yesterday`, `tomorrow`, else `Tuesday 17 November`, with the year where it is not this one. */
export function dayWords(zone: string, at: Instant, now: Instant): string {
	const date = calendarDate(zone, at);
	const today = calendarDate(zone, now);
	const apart = epochDay(date) - epochDay(today);
	if (apart === 0) return 'today';
	if (apart === -1) return 'yesterday';
	if (apart === 1) return 'tomorrow';
	const year = date.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' as const };
	return format(zone, { weekday: 'long', day: 'numeric', month: 'long', ...year })
		.format(at)
		.replace(',', '');
}

/** `today, 09:12` or `Tuesday 17 November, 09:12`. */
export function momentWords(zone: string, at: Instant, now: Instant): string {
	return `${dayWords(zone, at, now)}, ${clockWords(zone, at)}`;
}

/** The ISO week (`2026-W47`) of the person-day in which `at` lies, and that week's first instant. */
export function weekOf({ zone, dayStart }: Clockwise, at: Instant): { week: string; from: Instant } {
	const week = isoWeek(personDayOf(zone, dayStart, at));
	return { week, from: personDayStart(zone, dayStart, dateOf(mondayOf(week))) };
}

/** `16 Nov`: the Monday of an ISO week. */
export function weekWords(week: string): string {
	return format('UTC', { day: 'numeric', month: 'short' }).format(new Date(`${dateOf(mondayOf(week))}T12:00:00Z`));
}
