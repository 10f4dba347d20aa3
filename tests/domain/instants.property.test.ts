import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseInstant } from '../../src/lib/domain/rfc3339.ts';
import { runs } from './story.ts';

const shape = /^(\d{4}-\d{2}-\d{2})[Tt]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(\.\d{1,3})?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** The same by a regular expression, Temporal for the date and the engine's own `Date.parse`. */
function expected(text: string): number | null {
	const match = shape.exec(text);
	if (match === null) return null;
	const [, date, time, fraction = '', zone] = match as unknown as [string, string, string, string | undefined, string];
	try {
		Temporal.PlainDate.from(date);
	} catch {
		return null;
	}
	const instant = Date.parse(`${date}T${time}${fraction}${zone.toUpperCase()}`);
	return /^(?!0000)\d{4}-/.test(new Date(instant).toISOString()) ? instant : null;
}

const two = (most: number) => fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'));
const written = fc
	.tuple(
		fc.oneof(fc.integer({ min: 0, max: 9999 }), fc.constantFrom(0, 1, 9999)).map((year) => String(year).padStart(4, '0')),
		two(13),
		two(32),
		fc.constantFrom('T', 't', ' '),
		two(25),
		two(61),
		two(61),
		fc.constantFrom('', '.', '.5', '.05', '.123', '.1234'),
		fc.oneof(
			fc.constantFrom('Z', 'z', ''),
			fc.tuple(fc.constantFrom('+', '-'), two(25), two(61)).map(([sign, h, m]) => `${sign}${h}:${m}`)
		)
	)
	.map(([year, month, day, t, h, m, s, fraction, zone]) => `${year}-${month}-${day}${t}${h}:${m}:${s}${fraction}${zone}`);
/** Instants as written, some with one character replaced, put in or left out. */
const texts = fc
	.tuple(written, fc.nat(30), fc.constantFrom('', '0', '9', ':', '-', '.', 'Z', 'x', '٣'), fc.nat(2))
	.map(([text, at, character, cut]) => (cut === 2 ? text : text.slice(0, at) + character + text.slice(at + cut)));

it('an instant is read as RFC 3339 says, or not at all', () => {
	fc.assert(
		fc.property(texts, (text) => {
			expect(parseInstant(text)).toBe(expected(text));
		}),
		runs(5_000)
	);
});
