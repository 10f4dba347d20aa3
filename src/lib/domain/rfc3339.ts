import { dayAt, digitsAt, MS_PER_DAY, MS_PER_MINUTE, type Instant } from './time.ts';

const SECONDS_END = 19;
const MOST_FRACTION_DIGITS = 3;

/** The years that have four digits in UTC, which is how instants are printed; without 0000, before which dates of the west would lie. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const END = Date.parse('+010000-01-01T00:00:00Z');

/** An RFC 3339 instant with `Z` or an offset and at most three fraction digits as UTC ms; null for anything else, and outside the years 0001 to 9999 (UTC). */
export function parseInstant(text: string): Instant | null {
	const day = dayAt(text);
	const minutes = minutesAt(text, 11);
	const seconds = digitsAt(text, 17, 2);
	if (day === null || minutes === null || !(seconds <= 59) || !isOneOf(text, 10, 'Tt') || !isOneOf(text, 16, ':')) return null;
	const fraction = fractionAt(text, SECONDS_END);
	const offset = fraction === null ? null : offsetMinutes(text, SECONDS_END + fraction.length);
	if (fraction === null || offset === null) return null;
	const instant = day * MS_PER_DAY + (minutes - offset) * MS_PER_MINUTE + seconds * 1000 + fraction.ms;
	return instant >= FIRST && instant < END ? instant : null;
}

const isOneOf = (text: string, at: number, characters: string) => at < text.length && characters.includes(text.charAt(at));

/** `HH:MM` as minutes; null where it is no time of a day. */
function minutesAt(text: string, at: number): number | null {
	const hours = digitsAt(text, at, 2);
	const minutes = digitsAt(text, at + 3, 2);
	return hours <= 23 && minutes <= 59 && isOneOf(text, at + 2, ':') ? hours * 60 + minutes : null;
}

const noFraction = { ms: 0, length: 0 };

/** The fraction of a second that begins with a point; `length` counts the point. */
function fractionAt(text: string, point: number): { ms: number; length: number } | null {
	if (!isOneOf(text, point, '.')) return noFraction;
	for (let digits = MOST_FRACTION_DIGITS; digits > 0; digits--) {
		const fraction = digitsAt(text, point + 1, digits);
		if (!Number.isNaN(fraction)) return { ms: fraction * 10 ** (3 - digits), length: 1 + digits };
	}
	return null;
}

/** `Z`, or an offset from UTC in minutes, that ends the text. */
function offsetMinutes(text: string, at: number): number | null {
	if (isOneOf(text, at, 'Zz')) return text.length === at + 1 ? 0 : null;
	const minutes = isOneOf(text, at, '+-') && text.length === at + 6 ? minutesAt(text, at + 1) : null;
	return minutes !== null && text.charAt(at) === '-' ? -minutes : minutes;
}
