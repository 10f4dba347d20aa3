import { describe, expect, test } from 'vitest';
import { attributedMs } from '../../src/lib/domain/attributed.ts';
import { defaultPolicy } from '../../src/lib/domain/policy.ts';
import { firstDateOf, isQuarter, nextQuarter, quarterOf, quartersBefore, spanOf } from '../../src/lib/domain/quarter.ts';
import { bandsOf } from '../../src/lib/domain/report-bands.ts';
import { coarseShare, percentile, reportOf, type CountedTable, type Report } from '../../src/lib/domain/report.ts';
import { isEnough, rowsShown, steadyPeople, type Adds } from '../../src/lib/domain/suppression.ts';
import { waitsOf, type Step } from '../../src/lib/domain/waits.ts';
import { addWorkingMinutes, dayRanges, workingMinutesBetween } from '../../src/lib/domain/working-time.ts';
import { seeded } from '../support/random-quarters.ts';

const at = (text: string) => Date.parse(text);
/** So many people from `first` on, each with these measures. */
const crowd = (people: number, adds: readonly number[] = [1], first = 0): Adds =>
	new Map(Array.from({ length: people }, (_, each) => [`p${first + each}`, adds]));

describe('quarters', () => {
	test.each([
		['2026-01-01', '2026-Q1', '2026-01-01', '2026-Q2'],
		['2026-06-30', '2026-Q2', '2026-04-01', '2026-Q3'],
		['2026-09-30', '2026-Q3', '2026-07-01', '2026-Q4'],
		['2026-12-31', '2026-Q4', '2026-10-01', '2027-Q1']
	])('%s lies in %s, which begins on %s, before %s', (date, quarter, first, next) => {
		expect([quarterOf(date), firstDateOf(quarter), nextQuarter(quarter)]).toEqual([quarter, first, next]);
		expect(quartersBefore(next, 1)).toBe(quarter);
	});

	test('four back is the same one a year ago', () => expect(quartersBefore('2026-Q1', 4)).toBe('2025-Q1'));

	test('begin and end at midnight by the clocks of the organisation', () => {
		const span = { firstDate: '2026-10-01', lastDate: '2026-12-31', from: at('2026-09-30T23:00Z'), until: at('2027-01-01T00:00Z') };
		expect(spanOf('2026-Q4', 'Europe/London')).toEqual(span);
	});

	test('have a year of four digits, however early', () => {
		expect([nextQuarter('0009-Q4'), quartersBefore('0010-Q1', 1)]).toEqual(['0010-Q1', '0009-Q4']);
	});

	test.each(['0000-Q1', '2026-Q3', '9998-Q4'])('%s is one', (text) => expect(isQuarter(text)).toBe(true));

	test.each(['12026-Q1', '2026-Q0', '2026-Q5', '26-Q1', '2026Q1', '', '9999-Q4', '2026-Q1 '])('%j is none', (text) =>
		expect(isQuarter(text)).toBe(false)
	);
});

describe('rows of a table with a total', () => {
	const shown = (rows: Record<string, Adds>, fewest = 10) => [...rowsShown(new Map(Object.entries(rows)), fewest)].sort();
	test.each<[string, Record<string, Adds>, string[]]>([
		['are all shown where all are of enough', { a: crowd(12), b: crowd(11, [1], 50) }, ['a', 'b']],
		['go with a small one that could be worked out', { a: crowd(30), b: crowd(12, [1], 50), c: crowd(4, [1], 90) }, ['a']],
		['go with one of nobody too', { a: crowd(30), b: crowd(12, [1], 50), c: crowd(0) }, ['a']],
		['stay where the small ones are many together', { a: crowd(12), b: crowd(6, [1], 50), c: crowd(5, [1], 90) }, ['a']],
		['go where the small ones are the same few people', { a: crowd(12), b: crowd(6), c: crowd(5) }, []],
		['are not shown where more than half is one person’s', { a: new Map([...crowd(12), ['x', [13]]]), b: crowd(30) }, []],
		['are not shown where all together are few', { a: crowd(9), b: crowd(9) }, []],
		['are of enough in each measure', { a: new Map([...crowd(9, [1, 5]), ['x', [1, 0]]]), b: crowd(20, [1, 5], 50) }, []]
	])('%s', (_what, rows, keys) => expect(shown(rows)).toEqual(keys));

	test('are of enough from the number on that was chosen', () => {
		expect([isEnough([crowd(5)], 5), isEnough([crowd(4)], 5), isEnough([], 5), isEnough([new Map()], 5)]).toEqual([
			true,
			false,
			false,
			false
		]);
	});

	test('are of enough up to half of it one person’s', () => {
		const most = (times: number): Adds => new Map([...crowd(12), ['x', [times]]]);
		expect([isEnough([most(12)], 10), isEnough([most(13)], 10)]).toEqual([true, false]);
	});

	test('are the same ones in whichever order they come', () => {
		const [large, small, two, few] = [crowd(30), crowd(12, [1], 50), crowd(12, [1], 70), crowd(4, [1], 90)];
		expect(shown({ few, small, large })).toEqual(['large']);
		expect(shown({ b: two, a: small, few })).toEqual(['a']);
		expect(shown({ a: small, few, b: two })).toEqual(['a']);
	});
});

describe('a number of people', () => {
	test.each([
		['is rounded down at first', 14, null, 10],
		['stays while it moved by fewer than ten', 19, 10, 10],
		['also downwards', 11, 20, 20],
		['is given anew where it moved by ten', 20, 10, 20],
		['and downwards', 10, 20, 10]
	])('%s', (_what, people, before, said) => expect(steadyPeople(people, before, 10)).toBe(said));

	const table = (people: number): CountedTable => ({
		...{ id: 'hours', title: 'Hours', about: '', total: 'All' },
		columns: [{ title: 'Hours', kind: 'hours' }],
		rows: [{ key: 'a', label: 'A', adds: crowd(people, [90]) }]
	});
	const made = (people: number, before: Report | null) =>
		reportOf([table(people)], { quarter: '2026-Q3', fewest: 10, people, earlier: before ? [before] : [] });
	test('is kept from one report to the next, and figures are not', () => {
		const first = made(14, null);
		expect(first.tables[0]?.total?.cell).toEqual({ people: 10, figures: [20] });
		expect(made(18, first).tables[0]?.total?.cell).toEqual({ people: 10, figures: [25] });
		expect(made(24, first).tables[0]?.total?.cell).toEqual({ people: 20, figures: [35] });
		expect(made(9, first)).toMatchObject({ tooFew: true, tables: [] });
		expect(made(10, first).tooFew).toBe(false);
	});

	test('is kept also where it was left out in between, and where the floor was lowered', () => {
		const [first, none] = [made(14, null), made(9, null)];
		const later = (people: number, fewest: number, earlier: Report[]) =>
			reportOf([table(people)], { quarter: '2026-Q4', fewest, people, earlier }).tables[0]?.total?.cell?.people;
		expect(later(18, 10, [none, first])).toBe(10);
		expect(later(18, 5, [none, first])).toBe(10);
		expect(later(20, 5, [none, first])).toBe(20);
	});

	test('is kept for each row of each table by itself', () => {
		const rows = (id: string, a: number, b: number): CountedTable => ({
			...{ id, title: '', about: '', columns: [], total: null },
			rows: [
				{ key: 'a', label: 'A', adds: crowd(a) },
				{ key: 'b', label: 'B', adds: crowd(b) }
			]
		});
		const how = { quarter: '2026-Q3', fewest: 10, people: 90 };
		const first = reportOf([rows('one', 20, 30), rows('other', 40, 50)], { ...how, earlier: [] });
		const next = reportOf([rows('other', 49, 59), rows('new', 29, 39), rows('one', 29, 39)], { ...how, earlier: [first] });
		const people = next.tables.map(({ id, rows: each }) => [id, ...each.map(({ cell }) => cell?.people)]);
		expect(people).toEqual([
			['other', 40, 50],
			['new', 25, 35],
			['one', 20, 30]
		]);
	});
});

describe('figures', () => {
	test.each([
		[0, 20, 0],
		[9, 20, 0],
		[10, 20, 50],
		[14, 20, 50],
		[15, 20, 75],
		[20, 20, 75]
	])('%i of %i is said as %i per cent or more', (some, all, share) => expect(coarseShare(some, all)).toBe(share));

	test('median and 90th percentile are values that there are', () => {
		const values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
		expect([percentile(values, 0.5), percentile(values, 0.9), percentile([7], 0.9), percentile([], 0.5)]).toEqual([5, 9, 7, NaN]);
	});

	test.each([
		['pulse', [2, 2, 2, 2], { pulse: 'none' }],
		['pulse', [3, 0, 0, 2], { pulse: 'one' }],
		['pulse', [3, 0, 4, 2], { pulse: 'several' }],
		['pulse', [4, 4, 4, 4], { pulse: 'several' }],
		['who5', [1, 1, 1, 2, 2], { who5: 'very-low' }],
		['phq4', [3, 3, 0, 0], { phq4: 'moderate' }]
	] as const)('%s %j', (instrument, answers, bands) => expect(bandsOf(instrument, answers)).toEqual(bands));
});

describe('waits for a supervisor', () => {
	const steps = (...names: string[]) => names.map((event, index) => ({ event, at: index }) as Step);
	test.each([
		['nobody did anything', ['raised', 'escalated'], [[0, null, null]]],
		['acknowledged, then offered', ['raised', 'seen', 'acknowledged', 'offered'], [[0, 2, 3]]],
		['an offer acknowledges', ['raised', 'offered'], [[0, 1, 1]]],
		['so does a conversation', ['raised', 'conversation'], [[0, 1, 1]]],
		['asked twice before anybody answered: since the first time', ['raised', 'renewed', 'acknowledged'], [[0, 2, null]]],
		['asked again afterwards', ['raised', 'acknowledged', 'renewed', 'acknowledged', 'offered'], [[0, 1, null], [2, 3, 4]]] // prettier-ignore
	])('%s', (_what, names, waits) => {
		expect(waitsOf(steps(...names)).map(({ from, acknowledged, offered }) => [from, acknowledged, offered])).toEqual(waits);
	});
});

test('time that overlaps counts for the session that began first, and all of it once', () => {
	const sessions = [
		{ id: 'b', start: 10, end: 20 },
		{ id: 'a', start: 0, end: 15 },
		{ id: 'c', start: 12, end: 18 },
		{ id: 'd', start: 30, end: 31 }
	];
	expect(Object.fromEntries(attributedMs(sessions))).toEqual({ a: 15, b: 5, c: 0, d: 1 });
});

test('of sessions that began together the time is the longer one’s, and of two that are alike that of the first by id', () => {
	const together = [
		{ id: 'brief', start: 0, end: 10 },
		{ id: 'long', start: 0, end: 20 },
		{ id: 'twin-2', start: 30, end: 40 },
		{ id: 'twin-1', start: 30, end: 40 }
	];
	for (const sessions of [together, together.toReversed()])
		expect(Object.fromEntries(attributedMs(sessions))).toEqual({ brief: 0, long: 20, 'twin-1': 10, 'twin-2': 0 });
});

test('working minutes between two instants are those that lead from one to the other', () => {
	const random = seeded(3);
	const calendar = { ...defaultPolicy.calendar, zone: 'Europe/London' };
	const away = dayRanges([{ from: '2026-03-30', to: '2026-04-01' }]);
	for (let n = 0; n < 200; n++) {
		const from = at('2026-03-20T00:00Z') + Math.floor(random() * 20 * 1440) * 60_000;
		const minutes = 1 + Math.floor(random() * 4000);
		expect(workingMinutesBetween(calendar, away, from, addWorkingMinutes(calendar, away, from, minutes))).toBe(minutes);
	}
	expect(workingMinutesBetween(calendar, [], at('2026-03-21T10:00Z'), at('2026-03-21T12:00Z'))).toBe(0);
});
