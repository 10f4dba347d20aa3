import { sumOf } from './day-sums.ts';
import { coveredMs } from './exposure.ts';
import type { Measures } from './measures.ts';
import type { Moment } from './rules/rule.ts';
import type { EpochDay } from './time.ts';

/** minutes(d) over U0, in ms: the union inside person-day `day` plus the day totals of that date. */
export function dayMs(measures: Measures, day: EpochDay): number {
	return sumOf(measures.dayMs, day);
}

/** W(d, N) over U0, in ms: the `length` days ending with `day`. */
export function windowMs(measures: Measures, day: EpochDay, length: number): number {
	let sum = 0;
	for (let each = day - length + 1; each <= day; each++) sum += dayMs(measures, each);
	return sum;
}

/** What a running timer adds to the union up to now inside the person-days `from` to `to`, in ms. */
function timerMs(moment: Moment, from: EpochDay, to: EpochDay): number {
	const { timer } = moment.state;
	if (timer === null) return 0;
	const { days, union } = moment.measures;
	const start = Math.max(timer.start, days.start(from));
	const end = Math.min(moment.now, days.start(to + 1));
	return end <= start ? 0 : end - start - coveredMs(union, start, end);
}

/** minutes(d) over U, in ms. */
export function dayMsNow(moment: Moment, day: EpochDay): number {
	return dayMs(moment.measures, day) + timerMs(moment, day, day);
}

/** W(d, N) over U, in ms. */
export function windowMsNow(moment: Moment, day: EpochDay, length: number): number {
	return windowMs(moment.measures, day, length) + timerMs(moment, day - length + 1, day);
}

/** The last date before `day` with exposure in U0 (day totals included); null: none. */
export function lastDateWithExposure(measures: Measures, day: EpochDay): EpochDay | null {
	const { days, union, totals } = measures;
	let last = -Infinity;
	for (const [date, ms] of totals) if (ms > 0 && date < day && date > last) last = date;
	const until = days.start(day);
	for (let index = union.starts.length - 1; index >= 0; index--) {
		if ((union.starts[index] as number) >= until) continue;
		last = Math.max(last, days.of(Math.min(union.ends[index] as number, until) - 1));
		break;
	}
	return Number.isFinite(last) ? last : null;
}

/** Dates with exposure in a row, counted back from `day`. */
export function daysInARow(measures: Measures, day: EpochDay): number {
	let count = 0;
	while (dayMs(measures, day - count) > 0) count++;
	return count;
}

/** Milliseconds as minutes with at most three decimals, half up. */
export function minutesOf(ms: number): number {
	return Math.floor((ms + 30) / 60) / 1000;
}
