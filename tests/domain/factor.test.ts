import { describe, expect, it, test } from 'vitest';
import { decimal, scaledMs } from '../../src/lib/domain/factor.ts';
import { minutesOf } from '../../src/lib/domain/window.ts';

describe('thresholds by factor', () => {
	test.each([
		[300, [0.5], 9_000_000],
		[300, [0.7], 12_600_000],
		[1500, [1, 1, 1, 1, 1, 1, 0.5], 83_571_429],
		[1, [0.000025], 2],
		[1, [0.0000249], 1],
		[1, [1e-7], 0],
		[1, [0.00000833, 0.00000834], 1]
	])('%d minutes × the mean of %j is %d ms', (minutes, factors, ms) => expect(scaledMs(minutes, factors)).toBe(ms));

	it('reads a number as it is written', () => {
		expect(decimal(1.15)).toEqual({ digits: 115n, places: 2 });
		expect(decimal(1e-7)).toEqual({ digits: 1n, places: 7 });
		expect(decimal(10)).toEqual({ digits: 10n, places: 0 });
	});
});

test.each([
	[0, 0],
	[1, 0],
	[29, 0],
	[30, 0.001],
	[60_000, 1],
	[9_300_001, 155],
	[90, 0.002],
	[83_571_430, 1392.857]
])('%d ms are %d minutes', (ms, minutes) => expect(minutesOf(ms)).toBe(minutes));
