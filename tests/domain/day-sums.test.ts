import fc from 'fast-check';
import { expect, it } from 'vitest';
import { setSum, sumOf, type DaySums } from '../../src/lib/domain/day-sums.ts';
import { epochDay } from '../../src/lib/domain/time.ts';

const [first, last] = [epochDay('0000-01-01'), epochDay('9999-12-31')];

it('keeps what was last set for each date, however far apart they lie', () => {
	const day = fc.oneof(fc.integer({ min: first, max: last }), fc.integer({ min: -40, max: 40 }));
	fc.assert(
		fc.property(fc.array(fc.tuple(day, fc.nat())), fc.array(day), (all, others) => {
			const sums: DaySums = new Map();
			for (const [each, ms] of all) setSum(sums, each, ms);
			const expected = new Map(all);
			for (const each of [...expected.keys(), ...others]) expect(sumOf(sums, each)).toBe(expected.get(each) ?? 0);
		})
	);
});
