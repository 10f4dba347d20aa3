import { dateOf, epochDay, MS_PER_DAY, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { offsetAt } from '#lib/domain/zone.ts';
import { clockWords } from './moments.ts';

/** The calendar date in `zone` at `instant`. */
export function localDate(zone: string, instant: Instant): LocalDate {
	return dateOf(Math.floor((instant + offsetAt(zone, instant)) / MS_PER_DAY));
}

const longDate = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
const longDateAndYear = new Intl.DateTimeFormat('en-GB', {
	weekday: 'long',
	day: 'numeric',
	month: 'long',
	year: 'numeric',
	timeZone: 'UTC'
});

/** `Tuesday 17 November`, with the year where it is another one than that of `today`. */
export function dateWords(date: LocalDate, today: LocalDate = date): string {
	const format = date.slice(0, 4) === today.slice(0, 4) ? longDate : longDateAndYear;
	return format.format(epochDay(date) * MS_PER_DAY).replace(',', '');
}

/** `09:10–10:00`; says "next day" where the end is on another date. */
export function spanWords(zone: string, start: Instant, end: Instant): string {
	const later = localDate(zone, end) === localDate(zone, start) ? '' : ' next day';
	return `${clockWords(zone, start)}–${clockWords(zone, end)}${later}`;
}
