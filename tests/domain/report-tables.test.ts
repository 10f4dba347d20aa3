import { describe, expect, test } from 'vitest';
import { bandsOf, scaleIds, scales } from '#lib/domain/report-bands.ts';
import { tablesOf } from '#lib/domain/report-tables.ts';
import { reportOf, type CountedTable, type Counts } from '#lib/domain/report.ts';
import type { Adds } from '#lib/domain/suppression.ts';

/** So many people, each with these measures. */
const crowd = (people: number, adds: readonly number[] = [1]): Adds =>
	new Map(Array.from({ length: people }, (_, each) => [`p${each}`, adds]));
const ids = (people: number) => new Set(crowd(people).keys());
const nobody = crowd(0);

/** Twenty people who moderated in the quarter. */
const counts: Counts = {
	people: ids(20),
	work: new Map([
		['images', crowd(20, [3, 90])],
		['', crowd(12, [1, 60])]
	]),
	partners: new Map([
		['north', crowd(20, [3, 100])],
		['', crowd(12, [1, 60])]
	]),
	limits: new Map(
		['day-limit', 'day-over', 'week-limit', 'fortnight-limit', 'month-limit', 'days-in-row', 'day-action'].map((rule, at) => [
			rule,
			crowd(10, [at + 1])
		])
	),
	breaks: { kept: crowd(20, [30]), missed: crowd(10, [2]) },
	appointments: {
		counselling: { attended: crowd(15), declined: crowd(10, [2]), open: crowd(10, [3]) },
		assessment: { attended: nobody, declined: crowd(12), open: nobody }
	},
	logged: ids(15),
	answered: ids(10),
	waits: { acknowledged: new Map([...ids(10)].map((id, at) => [id, [at * 10, at * 10 + 100]])), offered: new Map([['p0', [20]]]) },
	bands: new Map([['pulse', new Map([['one', ids(11)]])]])
};
const names = {
	work: new Map([
		['images', 'Images and video'],
		['urls', 'URL checks']
	]),
	partners: new Map([['north', 'Northern police']])
};
const tables = tablesOf(counts, names);
const report = reportOf(tables, { quarter: '2026-Q1', fewest: 10, people: 20, earlier: [] });

/** A row as it is published: `images: 20 people, 60, 30`. */
function published(table: string): string[] {
	const { rows, total } = report.tables.find(({ id }) => id === table) ?? { rows: [], total: null };
	return [...rows, ...(total ? [total] : [])].map(({ key, cell }) => {
		const people = cell?.people == null ? '' : `${cell.people} people`;
		return `${key}: ${cell ? [people, ...cell.figures].filter((part) => part !== '').join(', ') : 'left out'}`;
	});
}

describe('the tables of a report', () => {
	const frame = ({ id, title, columns, rows, total }: CountedTable) => [
		`${id}: ${title}`,
		columns.map((column) => `${column.title} (${column.kind})`).join(', '),
		[...rows.map(({ label }) => label), ...(total === null ? [] : [`= ${total}`])].join(' | ')
	];

	test('are always the same, with the same rows in the same order', () => {
		expect(tables.flatMap(frame)).toEqual([
			...['work: Exposure by kind of work', 'Sessions (times), Hours (hours)'],
			'Images and video | URL checks | Another, or none named | = All exposure',
			...[
				'partner: Exposure by partner body',
				'Sessions (times), Hours (hours)',
				'Northern police | Another, or none named | = All exposure'
			],
			...['limits: Limits passed', 'Times (times)'],
			'Over the day’s limit | Well over the day’s limit | Over the week’s limit | Over the limit of two weeks | Over the limit of four weeks | Many days with exposure in a row | Exposure late in the day',
			...['breaks: Breaks', 'Stretches (times)', 'A break came in time | A break was missed | = All stretches'],
			...['counselling: Counselling appointments', 'Appointments (times)'],
			'Attended | Declined | Neither said yet | = Due in the quarter',
			...['assessment: Psychological assessment appointments', 'Appointments (times)'],
			'Attended | Declined | Neither said yet | = Due in the quarter',
			...['participation: Taking part', 'Share (share)', 'Logged exposure at least once | Answered at least one check-in'],
			...['response: Time to a response', 'Prompts (times), Median (wait), 90th percentile (wait)'],
			'Until it was acknowledged | Until support was offered',
			...['pulse: Pulse', '', 'None of the four heavy | One of the four heavy | Two or more of the four heavy | = Everybody who answered']
		]);
	});

	test('leave out partner bodies where nobody keeps them', () => {
		const without = tablesOf({ ...counts, partners: null }, names);
		expect(without.map(({ id }) => id)).toEqual(tables.map(({ id }) => id).filter((id) => id !== 'partner'));
	});

	test('say whose bands they are, and that each person counts once', () => {
		expect(tables.at(-1)?.about).toBe(`${scales.pulse.about} Each person counts once, by their last answer in the quarter.`);
	});

	test.each([
		[
			'work: what nobody did hides the smallest beside it',
			'work',
			['images: 20 people, 60, 30', 'urls: left out', ': left out', 'total: 20 people, 70, 40']
		],
		['partner bodies', 'partner', ['north: 20 people, 60, 35', ': 10 people, 10, 10', 'total: 20 people, 70, 45']],
		['breaks', 'breaks', ['kept: 20 people, 600', 'missed: 10 people, 20', 'total: 20 people, 620']],
		['counselling', 'counselling', ['attended: 15 people, 15', 'declined: 10 people, 20', 'open: 10 people, 30', 'total: 15 people, 65']],
		[
			'assessments, all of them declined',
			'assessment',
			['attended: left out', 'declined: left out', 'open: left out', 'total: 10 people, 10']
		],
		['who took part, in steps and without a number of people', 'participation', ['logged: 75', 'answered: 50']],
		['waits, to a quarter of an hour', 'response', ['acknowledged: 10 people, 20, 90, 165', 'offered: left out']],
		['bands', 'pulse', ['none: left out', 'one: left out', 'several: left out', 'total: 10 people']]
	])('publish %s', (_what, table, rows) => expect(published(table)).toEqual(rows));

	test('publish how often each limit was passed, and none for what only reminds the person', () => {
		expect(published('limits')).toEqual([
			'day-limit: 10 people, 10',
			'day-over: 10 people, 20',
			'week-limit: 10 people, 30',
			'fortnight-limit: 10 people, 40',
			'month-limit: 10 people, 50',
			'days-in-row: 10 people, 60',
			'late-exposure: left out'
		]);
	});
});

describe('the bands of a report', () => {
	/** Five answers that add up to so much. */
	const who5 = (sum: number) => Array.from({ length: 5 }, (_, at) => Math.floor((sum + at) / 5));

	test.each([
		['pulse', [0, 0, 0, 0], 'none'],
		['pulse', [2, 2, 2, 2], 'none'],
		['pulse', [3, 2, 0, 0], 'one'],
		['pulse', [3, 0, 0, 4], 'several'],
		['pulse', [4, 4, 4, 0], 'several'],
		['who5', who5(13), 'not-low'],
		['who5', who5(12), 'low'],
		['who5', who5(8), 'low'],
		['who5', who5(7), 'very-low'],
		['phq4', [1, 0, 1, 0], 'normal'],
		['phq4', [1, 1, 1, 0], 'mild'],
		['phq4', [3, 2, 1, 0], 'moderate'],
		['phq4', [3, 3, 3, 0], 'severe']
	] as const)('%s: %j is %s', (instrument, answers, band) => expect(bandsOf(instrument, answers)).toEqual({ [instrument]: band }));

	test('ProQOL 5 has one for each of its three scales', () => {
		expect(
			bandsOf(
				'proqol5',
				Array.from({ length: 30 }, () => 3)
			)
		).toEqual({
			'proqol5-satisfaction': 'moderate',
			'proqol5-burnout': 'moderate',
			'proqol5-trauma': 'moderate'
		});
		const satisfied = new Set([3, 6, 12, 16, 18, 20, 22, 24, 27, 30, 1, 4, 15, 17, 29]);
		expect(
			bandsOf(
				'proqol5',
				Array.from({ length: 30 }, (_, at) => (satisfied.has(at + 1) ? 5 : 1))
			)
		).toEqual({
			'proqol5-satisfaction': 'high',
			'proqol5-burnout': 'low',
			'proqol5-trauma': 'low'
		});
	});

	test('each band that answers can have is a row of its table, in one order', () => {
		expect(
			scaleIds.map((scale) => [scale, scales[scale].instrument, ...scales[scale].bands.map(([key, label]) => `${key}: ${label}`)])
		).toEqual([
			['pulse', 'pulse', 'none: None of the four heavy', 'one: One of the four heavy', 'several: Two or more of the four heavy'],
			['who5', 'who5', 'not-low: Not low: over 50', 'low: Low: 29 to 50', 'very-low: Very low: 28 or less'],
			['phq4', 'phq4', 'normal: Normal: 0 to 2', 'mild: Mild: 3 to 5', 'moderate: Moderate: 6 to 8', 'severe: Severe: 9 to 12'],
			...(['satisfaction', 'burnout', 'trauma'] as const).map((scale) => [
				...[`proqol5-${scale}`, 'proqol5'],
				...['low: Low: 22 or less', 'moderate: Moderate: 23 to 41', 'high: High: 42 or more']
			])
		]);
		expect([scales['proqol5-satisfaction'].title, scales['proqol5-burnout'].title, scales['proqol5-trauma'].title]).toEqual([
			'ProQOL 5: compassion satisfaction',
			'ProQOL 5: burnout',
			'ProQOL 5: secondary traumatic stress'
		]);
	});
});
