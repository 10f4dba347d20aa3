import { describe, expect, it, test } from 'vitest';
import { unionOf } from '../../src/lib/domain/exposure.ts';
import { stretchesOverlapping, timerStretch } from '../../src/lib/domain/stretch.ts';

const minute = 60_000;
/** Intervals in minutes; breaks of ten minutes. */
const union = (...pairs: [number, number][]) => unionOf(pairs.map(([start, end]) => ({ start: start * minute, end: end * minute })));
const inMinutes = ({ start, end, ms }: { start: number; end: number; ms: number }) => [start / minute, end / minute, ms / minute];
const stretches = (pairs: [number, number][], from: number, to: number) =>
	stretchesOverlapping(union(...pairs), 10, from * minute, to * minute).map(inMinutes);

describe('a stretch', () => {
	test.each<[string, [number, number][], number[][]]>([
		[
			'ends with a pause of the break length',
			[
				[0, 30],
				[40, 60]
			],
			[
				[0, 30, 30],
				[40, 60, 20]
			]
		],
		[
			'goes on over a shorter pause, which adds nothing',
			[
				[0, 30],
				[39.99, 60]
			],
			[[0, 60, 50.01]]
		],
		[
			'counts parallel sessions once',
			[
				[0, 30],
				[10, 35]
			],
			[[0, 35, 35]]
		]
	])('%s', (_, pairs, expected) => {
		const found = stretches(pairs, 0, 1000);
		expect(found.map((each) => each.map((number) => Math.round(number * 100) / 100))).toEqual(expected);
	});

	it('is given whole where it only reaches into the day', () => {
		expect(
			stretches(
				[
					[0, 30],
					[35, 70],
					[100, 110]
				],
				60,
				90
			)
		).toEqual([[0, 70, 65]]);
		expect(
			stretches(
				[
					[0, 60],
					[65, 70]
				],
				60,
				90
			)
		).toEqual([[0, 70, 65]]);
		expect(stretches([[0, 60]], 60, 90)).toEqual([]);
		expect(stretches([[90, 95]], 60, 90)).toEqual([]);
	});

	it("of Ines's timer continues what she logged just before, from its first moment on", () => {
		const before = union([0, 30], [35, 45]);
		expect(inMinutes(timerStretch(before, 10, 50 * minute, 50 * minute))).toEqual([0, 50, 40]);
		expect(inMinutes(timerStretch(before, 10, 50 * minute, 60 * minute))).toEqual([0, 60, 50]);
		expect(inMinutes(timerStretch(before, 10, 55 * minute, 60 * minute))).toEqual([55, 60, 5]);
	});

	it('of a timer counts what was logged meanwhile once', () => {
		expect(inMinutes(timerStretch(union([60, 70], [75, 80]), 10, 50 * minute, 90 * minute))).toEqual([50, 90, 40]);
		expect(inMinutes(timerStretch(union([40, 60]), 10, 50 * minute, 90 * minute))).toEqual([40, 90, 50]);
	});
});
