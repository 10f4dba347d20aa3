import { addDays, daysBetween, type LocalDate } from '#lib/domain/time.ts';
import { dateWords, datesWords } from './local-time.ts';
import { invalid } from './refusal.ts';

/** Dates, both included. */
export interface Dates {
	from: LocalDate;
	to: LocalDate;
}

/** Days that an absence has at most, and how far ahead it may begin. */
export const mostDays = 366;
/** How many days ago an absence that is entered now may have begun. */
export const oldestDays = 92;
/** A longer absence is asked about: clocks wait all that time, and a mistyped year would pass somebody over for long. */
export const usualDays = 60;

/** A date in words that always has its year: what is asked about is often the year. */
const withYear = (date: LocalDate) => dateWords(date, '');

/**
 * Whether dates make sense for an absence.
 * @param today the person's own date
 * @param kept the dates as they were: what is left as it is needs no check
 * @throws Refusal `invalid` on `from`, `to`; on `sure` for a long absence that was not confirmed yet
 */
export function checkDates({ from, to, sure }: Dates & { sure: LocalDate | null }, today: LocalDate, kept?: Dates): void {
	if (from > addDays(today, mostDays)) throw invalid('from', 'This is more than a year ahead. Please check the year.');
	if (from !== kept?.from && from < addDays(today, -oldestDays)) {
		throw invalid('from', 'This is more than three months ago. Please check the date.');
	}
	if (to < from) throw invalid('to', 'The last day lies before the first. Please check both dates.');
	checkLength({ from, to }, sure);
}

/** The part of {@link checkDates} that is about how long somebody is away. @throws Refusal `invalid` on `to` or `sure` */
export function checkLength({ from, to }: Dates, sure: LocalDate | null): void {
	const days = daysBetween(from, to) + 1;
	if (days > mostDays) throw invalid('to', `That would be ${days} days, and an absence has at most a year. Please check the year.`);
	if (days > usualDays && sure !== to) throw invalid('sure', `That is ${days} days, until ${withYear(to)}. Is that right?`);
}

/**
 * Which dates it is that overlap is said to the person alone: a refusal notes no look, so it would tell a lead unseen of what their list does not show.
 * @param field beside which the sentence stands
 * @throws Refusal `invalid` on `field` where dates overlap an absence that stands: two entries for one day would be hard to put right
 */
export function checkFree(others: readonly Dates[], { from, to }: Dates, own: boolean, field: 'from' | 'until' = 'from'): void {
	const other = others.find((each) => each.from <= to && from <= each.to);
	if (!other) return;
	const away = own ? `You are away ${datesWords(other.from, other.to, from)} already.` : 'They are away on some of these dates already.';
	throw invalid(field, `${away} Please change that entry, or choose other dates.`);
}
