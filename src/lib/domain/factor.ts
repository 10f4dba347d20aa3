import type { Measures } from './measures.ts';
import type { NewStarterStep } from './policy.ts';
import { MS_PER_MINUTE, type EpochDay } from './time.ts';

interface Decimal {
	digits: bigint;
	places: number;
}

const decimals = new Map<number, Decimal>();
const MOST_DECIMALS = 1_000;

/** A number as written in decimals: digits / 10^places, so that thresholds come out exactly to the millisecond. */
export function decimal(value: number): Decimal {
	const known = decimals.get(value);
	if (known !== undefined) return known;
	if (decimals.size >= MOST_DECIMALS) decimals.clear();
	const read = readDecimal(value);
	decimals.set(value, read);
	return read;
}

function readDecimal(value: number): Decimal {
	// A very small factor is written as 2.5e-7; none is so large that it would have a positive exponent.
	const [mantissa, exponent = 0] = String(value).split('e') as [string, string?];
	const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
	return { digits: BigInt(whole + fraction), places: fraction.length - Number(exponent) };
}

/** The new-starter factor on a day `since` days after the start of exposure work (negative before it). */
function newStarterFactor(steps: readonly NewStarterStep[], since: number): number {
	if (since < 0) return steps[0]?.factor ?? 1;
	for (const step of steps) if (since < step.days) return step.factor;
	return 1;
}

/** A day's limit factor: the smallest of 1, the factors agreed for it and the new starter's. */
export function dayFactor(measures: Measures, newStarter: readonly NewStarterStep[], day: EpochDay): number {
	let smallest = Math.min(1, newStarterFactor(newStarter, day - measures.startDay));
	for (const { factor, from, to } of measures.factors) {
		if (from <= day && day <= to && factor < smallest) smallest = factor;
	}
	return smallest;
}

const MS_PER_MINUTE_EXACT = BigInt(MS_PER_MINUTE);

/** `minutes` × the mean of `factors` in ms, rounded half up. */
export function scaledMs(minutes: number, factors: readonly number[]): number {
	const exact = factors.map(decimal);
	const places = Math.max(...exact.map((each) => each.places));
	const sum = exact.reduce((total, each) => total + each.digits * 10n ** BigInt(places - each.places), 0n);
	const below = BigInt(factors.length) * 10n ** BigInt(places);
	return Number((2n * BigInt(minutes) * MS_PER_MINUTE_EXACT * sum + below) / (2n * below));
}

/** The threshold `minutes`, in ms, for the `length` days ending with `day`: multiplied by their mean factor, rounded half up. */
export function thresholdMs(
	measures: Measures,
	newStarter: readonly NewStarterStep[],
	minutes: number,
	day: EpochDay,
	length: number
): number {
	const first = day - length + 1;
	// Nearly everybody on nearly every day: no new starter, nothing agreed.
	if (measures.factors.length === 0 && first - measures.startDay >= (newStarter.at(-1)?.days ?? 0)) return minutes * MS_PER_MINUTE;
	const factors: number[] = [];
	let same = true;
	for (let each = first; each <= day; each++) {
		const factor = dayFactor(measures, newStarter, each);
		if (factor !== 1) same = false;
		factors.push(factor);
	}
	return same ? minutes * MS_PER_MINUTE : scaledMs(minutes, factors);
}
