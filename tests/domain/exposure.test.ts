import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { addTo, coveredMs, removeFrom, unionOf, type Interval } from '../../src/lib/domain/exposure.ts';

const asPairs = (intervals: Interval[]) => {
	const { starts, ends } = unionOf(intervals);
	return starts.map((start, index) => [start, ends[index]]);
};
const of = (...pairs: [number, number][]) => pairs.map(([start, end]) => ({ start, end }));

describe('the union of sessions', () => {
	test.each<[string, [number, number][], [number, number][]]>([
		['nothing is nothing', [], []],
		['an empty interval vanishes', [[5, 5]], []],
		[
			'apart stays apart',
			[
				[0, 1],
				[2, 3]
			],
			[
				[0, 1],
				[2, 3]
			]
		],
		[
			'touching joins',
			[
				[0, 1],
				[1, 2]
			],
			[[0, 2]]
		],
		[
			'overlap counts once',
			[
				[0, 5],
				[3, 8]
			],
			[[0, 8]]
		],
		[
			'inside adds nothing',
			[
				[0, 9],
				[3, 4]
			],
			[[0, 9]]
		],
		[
			'one over two joins them',
			[
				[0, 2],
				[4, 6],
				[1, 5]
			],
			[[0, 6]]
		],
		[
			'order does not matter',
			[
				[7, 9],
				[0, 1],
				[3, 4]
			],
			[
				[0, 1],
				[3, 4],
				[7, 9]
			]
		]
	])('%s', (_, given, expected) => expect(asPairs(of(...given))).toEqual(expected));

	const intervals = fc.array(
		fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 12 })).map(([start, length]) => ({ start, end: start + length })),
		{ maxLength: 12 }
	);
	const counted = (list: Interval[], from: number, to: number) => {
		let count = 0;
		for (let ms = from; ms < to; ms++) if (list.some(({ start, end }) => start <= ms && ms < end)) count++;
		return count;
	};

	it('never counts a moment twice', () => {
		fc.assert(
			fc.property(intervals, fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 30 }), (list, from, length) => {
				expect(coveredMs(unionOf(list), from, from + length)).toBe(counted(list, from, from + length));
			})
		);
	});

	it('changes no minutes when a session is split, and when two are merged', () => {
		fc.assert(
			fc.property(intervals, fc.nat(11), fc.nat(12), (list, index, part) => {
				const session = list[index];
				fc.pre(session !== undefined);
				const cut = Math.min(session.start + part, session.end);
				const split = [
					...list.slice(0, index),
					{ start: session.start, end: cut },
					{ start: cut, end: session.end },
					...list.slice(index + 1)
				];
				expect(unionOf(split)).toEqual(unionOf(list));
			})
		);
	});

	it('is the same after a session was taken out as without it', () => {
		fc.assert(
			fc.property(intervals, fc.nat(11), (list, index) => {
				const sorted = [...list].sort((a, b) => a.start - b.start);
				const gone = sorted[index];
				fc.pre(gone !== undefined && gone.end > gone.start);
				const rest = sorted.filter((each) => each !== gone);
				const union = unionOf(sorted);
				removeFrom(union, rest, gone.start, gone.end);
				expect(union).toEqual(unionOf(rest));
			})
		);
	});

	it('grows in place like it would anew', () => {
		const union = unionOf(of([0, 2], [6, 8]));
		addTo(union, 2, 6);
		expect(union).toEqual({ starts: [0], ends: [8] });
	});
});
