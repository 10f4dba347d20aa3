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

const dayOnly = new Intl.DateTimeFormat('en-GB', { day: 'numeric', timeZone: 'UTC' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
const dayMonthYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

const monthOnly = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' });
const monthAndYear = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `November`, with the year where it is another one than that of `today`. */
export function monthWords(date: LocalDate, today: LocalDate): string {
	return (date.slice(0, 4) === today.slice(0, 4) ? monthOnly : monthAndYear).format(epochDay(date) * MS_PER_DAY);
}

/** Dates, both included, in words: `Monday 3 May`, `3 to 10 May`, `28 April to 3 May`; with the year where one is of another than `today`. */
export function datesWords(from: LocalDate, to: LocalDate, today: LocalDate): string {
	if (from === to) return dateWords(from, today);
	const years = new Set([from, to, today].map((date) => date.slice(0, 4)));
	const last = (years.size === 1 ? dayAndMonth : dayMonthYear).format(epochDay(to) * MS_PER_DAY);
	const first = from.slice(0, 7) === to.slice(0, 7) ? dayOnly : from.slice(0, 4) === to.slice(0, 4) ? dayAndMonth : dayMonthYear;
	return `${first.format(epochDay(from) * MS_PER_DAY)} to ${last}`;
}

/** `09:10–10:00`; says "next day" where the end is on another date. */
export function spanWords(zone: string, start: Instant, end: Instant): string {
	const later = localDate(zone, end) === localDate(zone, start) ? '' : ' next day';
	return `${clockWords(zone, start)}–${clockWords(zone, end)}${later}`;
}
