import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellOf, FEWEST_PEOPLE, groupsShown, ROUNDED_TO } from '../../src/lib/domain/suppression.ts';
import { runs } from './story.ts';

const each = (people: number, times = 1) => Array.from({ length: people }, () => times);

describe('a cell', () => {
	test.each([
		['nobody', [], null],
		['nine people', each(9, 40), null],
		['nine people, and others to whom it did not happen', [...each(9, 4), ...each(20, 0)], null],
		['ten people', each(10), { count: 10, people: 10 }],
		['twelve people, rounded to the nearest 5', each(12), { count: 10, people: 10 }],
		['thirteen people: the count up, the people down', each(13), { count: 15, people: 10 }],
		['fourteen people', each(14, 2), { count: 30, people: 10 }],
		['half of it is one person’s', [...each(10), 10], { count: 20, people: 10 }],
		['more than half of it is one person’s', [...each(10), 11], null]
	])('%s', (_who, perPerson, cell) => expect(cellOf(perPerson)).toEqual(cell));

	test('says as much of ten people with two each as of ten with one and nine with one more', () => {
		expect(cellOf([...each(9, 2), 3])).toEqual(cellOf(each(10, 2)));
	});
});

describe('the groups that may be shown beside the whole', () => {
	const shown = (sizes: Record<string, number>) => [...groupsShown(new Map(Object.entries(sizes)))].sort();
	test.each([
		['all are large', { a: 14, b: 12 }, ['a', 'b']],
		['one is the whole', { a: 14 }, ['a']],
		['all are small', { a: 9, b: 9 }, []],
		['what is left could be worked out: the smallest large one goes with it', { a: 14, b: 12, c: 4 }, ['a']],
		['the small ones together are enough', { a: 14, b: 5, c: 5 }, ['a']],
		['the only large one would give the small one away', { a: 14, b: 4 }, []],
		['of two of one size the later name', { a: 10, b: 10, c: 1 }, ['a']],
		['a group of nobody gives nothing away', { a: 10, b: 0 }, ['a']]
	])('%s', (_what, sizes, groups) => expect(shown(sizes)).toEqual(groups));

	test('never leave fewer than ten people over, and none of them is smaller', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(25), { maxLength: 8 }), (list) => {
				const sizes = new Map(list.map((size, index) => [`t${index}`, size]));
				const groups = groupsShown(sizes);
				const rest = list.reduce((sum, size, index) => sum + (groups.has(`t${index}`) ? 0 : size), 0);
				for (const group of groups) expect(sizes.get(group)).toBeGreaterThanOrEqual(FEWEST_PEOPLE);
				expect(groups.size === 0 || rest === 0 || rest >= FEWEST_PEOPLE).toBe(true);
			}),
			runs(300)
		);
	});

	test('one person more or less moves a count by one step at most', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: ROUNDED_TO }), { minLength: 11, maxLength: 40 }), (perPerson) => {
				const [with_, without] = [cellOf(perPerson), cellOf(perPerson.slice(1))];
				expect(Math.abs((with_?.count ?? 0) - (without?.count ?? 0))).toBeLessThanOrEqual(ROUNDED_TO);
			}),
			runs(300)
		);
	});
});
