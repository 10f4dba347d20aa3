import type { LocalDate } from './time.ts';
import { addDays, personDayStart, type Instant } from './time.ts';

/** A quarter of a year as `2026-Q3`. */
export type Quarter = string;

/** The quarter in which a date (`YYYY-MM-DD`) lies. */
export function quarterOf(date: LocalDate): Quarter {
	return `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
}

/** Whether `text` names a quarter, `0000-Q1` to `9998-Q4`. */
export function isQuarter(text: string): boolean {
	return /^\d{4}-Q[1-4]$/.test(text) && !text.startsWith('9999');
}

/** The first date of a quarter. */
export function firstDateOf(quarter: Quarter): LocalDate {
	return `${quarter.slice(0, 4)}-${String(Number(quarter.slice(-1)) * 3 - 2).padStart(2, '0')}-01`;
}

/** The quarter after; of the last of a year the first of the next. */
export function nextQuarter(quarter: Quarter): Quarter {
	const [year, part] = [Number(quarter.slice(0, 4)), Number(quarter.slice(-1))];
	return part < 4 ? `${quarter.slice(0, -1)}${part + 1}` : `${String(year + 1).padStart(4, '0')}-Q1`;
}

/** The quarter so many before. */
export function quartersBefore(quarter: Quarter, count: number): Quarter {
	const index = Number(quarter.slice(0, 4)) * 4 + Number(quarter.slice(-1)) - 1 - count;
	return `${String(Math.floor(index / 4)).padStart(4, '0')}-Q${(index % 4) + 1}`;
}

/** A quarter in one zone: dates with both ends, instants (UTC ms) half-open. */
export interface QuarterSpan {
	firstDate: LocalDate;
	lastDate: LocalDate;
	from: Instant;
	until: Instant;
}

/** From midnight to midnight in a zone (IANA). */
export function spanOf(quarter: Quarter, zone: string): QuarterSpan {
	const [firstDate, after] = [firstDateOf(quarter), firstDateOf(nextQuarter(quarter))];
	return {
		...{ firstDate, lastDate: addDays(after, -1) },
		...{ from: personDayStart(zone, '00:00', firstDate), until: personDayStart(zone, '00:00', after) }
	};
}
