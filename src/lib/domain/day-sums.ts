import type { EpochDay } from './time.ts';

/** Milliseconds per date, in pages of 32 days: every fact makes the rules go through weeks of them, and dates may lie far apart. */
export type DaySums = Map<number, number[]>;

const PAGE_BITS = 5;
const PAGE_DAYS = 2 ** PAGE_BITS;

/** The sum of a date; 0 where none was set. */
export function sumOf(sums: DaySums, day: EpochDay): number {
	return sums.get(day >> PAGE_BITS)?.[day & (PAGE_DAYS - 1)] ?? 0;
}

/** Sets the sum of a date. */
export function setSum(sums: DaySums, day: EpochDay, ms: number): void {
	let page = sums.get(day >> PAGE_BITS);
	if (page === undefined) sums.set(day >> PAGE_BITS, (page = new Array<number>(PAGE_DAYS).fill(0)));
	page[day & (PAGE_DAYS - 1)] = ms;
}
