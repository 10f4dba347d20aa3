import type { Instant } from './time.ts';

/** A half-open interval [start, end). */
export interface Interval {
	start: Instant;
	end: Instant;
}

/** A union of intervals: ascending, disjoint, not touching; two parallel lists, because this is walked for every fact. */
export interface Union {
	starts: Instant[];
	ends: Instant[];
}

/** The union of intervals in any order; empty ones vanish. */
export function unionOf(intervals: readonly Interval[]): Union {
	const union: Union = { starts: [], ends: [] };
	for (const { start, end } of intervals) addTo(union, start, end);
	return union;
}

/** The index of the first interval that ends at or after `instant`. */
export function firstEndingFrom(union: Union, instant: Instant): number {
	const { ends } = union;
	let high = ends.length;
	// Most questions are about the last days: steps from the end that double.
	let low = high - 1;
	for (let step = 1; low >= 0 && (ends[low] as number) >= instant; step *= 2) {
		high = low;
		low -= step;
	}
	low = Math.max(0, low);
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((ends[middle] as number) < instant) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** Adds [start, end) to the union in place. */
export function addTo(union: Union, start: Instant, end: Instant): void {
	if (end <= start) return;
	const first = firstEndingFrom(union, start);
	if (first === union.starts.length) {
		union.starts.push(start);
		union.ends.push(end);
		return;
	}
	let after = first;
	let from = start;
	let to = end;
	while (after < union.starts.length && (union.starts[after] as number) <= end) {
		from = Math.min(from, union.starts[after] as number);
		to = Math.max(to, union.ends[after] as number);
		after++;
	}
	union.starts.splice(first, after - first, from);
	union.ends.splice(first, after - first, to);
}

/**
 * Makes the union right again in place after [start, end) was taken out of its sessions; `sessions` are those that remain,
 * ascending by start.
 */
export function removeFrom(union: Union, sessions: readonly Interval[], start: Instant, end: Instant): void {
	const index = firstEndingFrom(union, end);
	const from = union.starts[index];
	const to = union.ends[index];
	if (from === undefined || to === undefined || from > start) return;
	union.starts.splice(index, 1);
	union.ends.splice(index, 1);
	for (let next = firstStartingFrom(sessions, from); next < sessions.length; next++) {
		const session = sessions[next] as Interval;
		if (session.start >= to) break;
		addTo(union, session.start, session.end);
	}
}

/** The index of the first session that starts at or after `instant`; `sessions` ascend by start. */
export function firstStartingFrom(sessions: readonly Interval[], instant: Instant): number {
	let low = 0;
	let high = sessions.length;
	// Most sessions are later than all before.
	if (high === 0 || (sessions[high - 1] as Interval).start < instant) return high;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sessions[middle] as Interval).start < instant) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** How many ms of [from, to) the union covers. */
export function coveredMs(union: Union, from: Instant, to: Instant): number {
	let sum = 0;
	for (let index = firstEndingFrom(union, from); index < union.starts.length; index++) {
		const start = union.starts[index] as number;
		if (start >= to) break;
		sum += Math.max(0, Math.min(union.ends[index] as number, to) - Math.max(start, from));
	}
	return sum;
}
