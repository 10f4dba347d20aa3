import { coveredMs, firstEndingFrom, type Union } from './exposure.ts';
import { MS_PER_MINUTE, type Instant } from './time.ts';

/** A maximal run of exposure whose gaps are all shorter than the break length. */
export interface Stretch {
	/** Its first instant. */
	start: Instant;
	/** The end of its last interval so far. */
	end: Instant;
	/** The sum of its intervals; pauses add nothing. */
	ms: number;
}

/** The stretch that contains the union's interval `index`; `breakLength` in minutes. */
function around(union: Union, index: number, breakLength: number): { first: number; last: number } {
	const gap = breakLength * MS_PER_MINUTE;
	let first = index;
	let last = index;
	while (first > 0 && (union.starts[first] as number) - (union.ends[first - 1] as number) < gap) first--;
	while (last + 1 < union.starts.length && (union.starts[last + 1] as number) - (union.ends[last] as number) < gap) last++;
	return { first, last };
}

function sumOf(union: Union, first: number, last: number): number {
	let ms = 0;
	for (let index = first; index <= last; index++) ms += (union.ends[index] as number) - (union.starts[index] as number);
	return ms;
}

/** The stretches of the union that overlap [from, to), whole, ascending; `breakLength` in minutes. */
export function stretchesOverlapping(union: Union, breakLength: number, from: Instant, to: Instant): Stretch[] {
	const found: Stretch[] = [];
	let index = firstEndingFrom(union, from + 1);
	while (index < union.starts.length && (union.starts[index] as number) < to) {
		const { first, last } = around(union, index, breakLength);
		found.push({ start: union.starts[first] as number, end: union.ends[last] as number, ms: sumOf(union, first, last) });
		index = last + 1;
	}
	return found;
}

/**
 * The stretch of a timer that has run since `timerStart`, at `now`: nothing in the union ends later than `now`, so it is the last
 * one, and at its very start it continues the stretch before where the pause was shorter than a break.
 */
export function timerStretch(union: Union, breakLength: number, timerStart: Instant, now: Instant): Stretch {
	const gap = breakLength * MS_PER_MINUTE;
	let start = timerStart;
	let ms = now - timerStart - coveredMs(union, timerStart, now);
	for (let index = union.starts.length - 1; index >= 0 && start - (union.ends[index] as number) < gap; index--) {
		ms += (union.ends[index] as number) - (union.starts[index] as number);
		start = Math.min(start, union.starts[index] as number);
	}
	return { start, end: now, ms };
}
