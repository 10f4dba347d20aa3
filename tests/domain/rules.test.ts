import { describe, expect, it, test } from 'vitest';
import type { PolicyPatch } from '../../src/lib/domain/policy.ts';
import { allRules } from '../../src/lib/domain/rules/list.ts';
import { only, person, session, told, total, type Line } from './story.ts';

/** What one rule alone makes of a stream: period and value of its findings. */
function findings(rule: string, lines: Line[], parameters: Record<string, unknown> = {}, until?: string, more: PolicyPatch = {}): string[] {
	const rules = { [rule]: parameters } as NonNullable<PolicyPatch['rules']>;
	return told(lines, only(rules, more), until).filter((line) => line.split(' ')[1] === rule);
}
const ines = person('ines');
const timer = (start: string, stop?: string, more: Record<string, unknown> = {}): Line[] => [
	{ at: start, type: 'timer-start', id: 't', person: 'ines' },
	...(stop === undefined ? [] : [{ at: stop, type: 'timer-stop', id: 't', ...more }])
];

describe('day rules at, just under and just over their threshold', () => {
	test.each([
		['day-action', '12:59:59.999', []],
		['day-action', '13:00:00', ['2026-03-02T13:00Z day-action 2026-03-02 240']],
		['day-limit', '14:00:00', []],
		['day-limit', '14:00:00.001', ['2026-03-02T14:00:00.001Z day-limit 2026-03-02 300']],
		['day-over', '15:00:00', []],
		['day-over', '15:00:00.030', ['2026-03-02T15:00:00.030Z day-over 2026-03-02 360.001']],
		['break-missed', '10:30:00', []],
		['break-missed', '10:30:00.001', ['2026-03-02T10:30:00.001Z break-missed 2026-03-02T09:00:00.000Z 90']]
	])('%s of a session until %s', (rule, end, expected) => {
		expect(findings(rule, [ines, session('ines', '2026-03-02T09:00:00Z', `2026-03-02T${end}Z`)])).toEqual(expected);
	});
});

/** Day totals for Ines, one line a date from 2 March on, recorded in the evening. */
function daily(minutes: number[]): Line[] {
	return minutes.flatMap((each, index) => {
		const date = `2026-03-${String(index + 2).padStart(2, '0')}`;
		return each === 0 ? [] : [total('ines', date, each, `${date}T20:00:00Z`)];
	});
}

describe('rules over several days', () => {
	test.each([
		['week-action', [280, 280, 280, 280, 279], []],
		['week-action', [280, 280, 280, 280, 280], ['2026-03-06T20:00Z week-action 2026-W10 1400']],
		['week-limit', [300, 300, 300, 300, 300], []],
		['week-limit', [300, 300, 300, 300, 301], ['2026-03-06T20:00Z week-limit 2026-W10 1501']],
		['week-limit', [0, 0, 0, 0, 0, 0, 900, 601], ['2026-03-09T20:00Z week-limit 2026-W11 1501']],
		['week-limit', [900, 0, 0, 0, 0, 0, 0, 900], []],
		['fortnight-limit', [960, 960, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 960, 120], []],
		['fortnight-limit', [960, 960, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 960, 121], ['2026-03-15T20:00Z fortnight-limit 2026-W11 3001']],
		['fortnight-limit', [960, 960, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 960, 0, 960], []],
		['month-limit', [960, 960, 960, 960, 960, 960, 240], []],
		['month-limit', [960, 960, 960, 960, 960, 960, 241], ['2026-03-08T20:00Z month-limit 2026-W10 6001']],
		['days-in-row', [1, 1, 1, 1, 1, 1], []],
		['days-in-row', [1, 1, 1, 1, 1, 1, 1], ['2026-03-08T20:00Z days-in-row 2026-03-08 7']],
		['days-in-row', [1, 1, 1, 0, 1, 1, 1, 1, 1, 1], []]
	])('%s of %j minutes', (rule, minutes, expected) => {
		expect(findings(rule, [ines, ...daily(minutes)])).toEqual(expected);
	});

	it('fires once per ISO week, and again in the next', () => {
		expect(findings('week-limit', [ines, ...daily([301, 300, 300, 300, 300, 300, 300, 300])])).toEqual([
			'2026-03-06T20:00Z week-limit 2026-W10 1501',
			'2026-03-09T20:00Z week-limit 2026-W11 2100'
		]);
	});

	it('looks at every date up to today when Ines remembers an old one, 28 days back at most', () => {
		const late = (date: string) => [ines, ...daily([1, 1, 0, 1, 1, 1, 1, 1]), total('ines', date, 400, '2026-04-01T12:00:00Z')];
		expect(findings('days-in-row', late('2026-03-04'))).toEqual([
			'2026-04-01T12:00Z days-in-row 2026-03-08 7',
			'2026-04-01T12:00Z days-in-row 2026-03-09 8'
		]);
		expect(findings('day-over', late('2026-03-04'))).toEqual(['2026-04-01T12:00Z day-over 2026-03-04 400']);
		expect(findings('day-over', late('2026-03-03'))).toEqual([]);
	});

	it('gives notices about today only', () => {
		const yesterday = total('ines', '2026-03-02', 500, '2026-03-03T09:00:00Z');
		expect(findings('day-action', [ines, yesterday])).toEqual([]);
		expect(findings('day-limit', [ines, yesterday])).toEqual(['2026-03-03T09:00Z day-limit 2026-03-02 500']);
	});
});

describe('ramp', () => {
	// Three blocks of 400 minutes, then a week on 23 March (a Monday).
	const blocks = (third: number) => [ines, ...daily([400, 0, 0, 0, 0, 0, 0, 400, 0, 0, 0, 0, 0, 0, third])];
	const week = (first: number, second: number) => [
		total('ines', '2026-03-23', first, '2026-03-23T20:00:00Z'),
		total('ines', '2026-03-24', second, '2026-03-24T20:00:00Z')
	];

	test.each([
		[400, 600, 1, ['2026-03-24T20:00Z ramp 2026-W13 601']],
		[400, 599, 1, []],
		[0, 900, 900, []],
		[403, 600, 1, []],
		[402, 600, 2, ['2026-03-24T20:00Z ramp 2026-W13 602']]
	])('with %d minutes in the block before, %d and then %d', (third, first, second, expected) => {
		// On the 24th the blocks end on the 17th, 10th and 3rd: each holds one of the three days.
		expect(findings('ramp', [...blocks(third), ...week(first, second)])).toEqual(expected);
	});

	it('fires for a running timer one millisecond after the mean is passed', () => {
		const lines = [...blocks(400), total('ines', '2026-03-23', 590, '2026-03-23T20:00:00Z'), ...timer('2026-03-24T09:00:00Z')];
		expect(findings('ramp', lines, {}, '2026-03-24T10:00:00Z')).toEqual(['2026-03-24T09:10:00.001Z ramp 2026-W13 600']);
	});

	it('reckons a factor such as 1.1 exactly', () => {
		const lines = [...blocks(400), ...week(400, 40)];
		expect(findings('ramp', lines, { factor: 1.1, minutes: 1 })).toEqual([]);
		expect(findings('ramp', lines, { factor: 1.09, minutes: 1 })).toEqual(['2026-03-24T20:00Z ramp 2026-W13 440']);
	});
});

describe('late exposure', () => {
	const late = (lines: Line[], after: string) => findings('late-exposure', lines, { after });

	it('counts the minutes at or after the hour', () => {
		expect(late([ines, session('ines', '2026-03-02T15:30:00Z', '2026-03-02T16:00:00Z')], '16:00')).toEqual([]);
		expect(late([ines, session('ines', '2026-03-02T15:30:00Z', '2026-03-02T16:10:00Z')], '16:00')).toEqual([
			'2026-03-02T16:10Z late-exposure 2026-03-02 10'
		]);
		expect(late([ines, total('ines', '2026-03-02', 900, '2026-03-02T23:00:00Z')], '16:00')).toEqual([]);
	});

	it("lies in the next calendar morning for Tomas's nights", () => {
		const nights = person('tomas', { dayStart: '12:00' });
		const night = session('tomas', '2026-03-02T23:00:00Z', '2026-03-03T01:45:00Z');
		expect(late([nights, night], '01:30')).toEqual(['2026-03-03T01:45Z late-exposure 2026-03-02 15']);
		expect(late([nights, night], '13:00')).toEqual(['2026-03-03T01:45Z late-exposure 2026-03-02 165']);
	});
});

describe("Ines's running timer", () => {
	it('tells of a break when it is due, of one missed a millisecond after', () => {
		const until = '2026-03-02T12:00:00Z';
		expect(findings('break-due', [ines, ...timer('2026-03-02T09:00:00Z')], {}, until)).toEqual([
			'2026-03-02T09:50Z break-due 2026-03-02T09:00:00.000Z 50'
		]);
		expect(findings('break-missed', [ines, ...timer('2026-03-02T09:00:00Z')], {}, until)).toEqual([
			'2026-03-02T10:30:00.001Z break-missed 2026-03-02T09:00:00.000Z 90'
		]);
		expect(findings('break-due', [ines, ...timer('2026-03-02T09:00:00Z', '2026-03-02T09:49:59.999Z')])).toEqual([]);
	});

	it('tells at its start of what holds already', () => {
		const lines = [ines, session('ines', '2026-03-02T08:00:00Z', '2026-03-02T08:50:00Z'), ...timer('2026-03-02T08:55:00Z')];
		expect(findings('break-due', lines)).toEqual(['2026-03-02T08:55Z break-due 2026-03-02T08:00:00.000Z 50']);
	});

	it('tells at the start of a person-day of what holds there', () => {
		const lines = [ines, ...daily([300, 300, 300, 300]), ...timer('2026-03-06T20:40:00Z')];
		// 1200 + 200 minutes are reached only as the day ends: on the 7th, at once.
		expect(findings('week-action', lines, {}, '2026-03-07T01:00:00Z')).toEqual(['2026-03-07T00:00Z week-action 2026-W10 1400']);
	});

	it('does not fire for a day whose threshold is reached as it ends', () => {
		const lines = [ines, ...timer('2026-03-02T20:00:00Z', '2026-03-03T01:00:00Z')];
		expect(findings('day-action', lines)).toEqual([]);
		expect(findings('day-action', lines, { minutes: 239 })).toEqual(['2026-03-02T23:59Z day-action 2026-03-02 239']);
	});

	it('tells of what a fact makes true at that fact', () => {
		const lines = [ines, ...timer('2026-03-02T09:00:00Z'), total('ines', '2026-03-02', 200, '2026-03-02T09:45:00Z')];
		expect(findings('day-action', lines)).toEqual(['2026-03-02T09:45Z day-action 2026-03-02 245']);
		const factor = { at: '2026-03-02T11:10:00Z', type: 'factor', person: 'ines', factor: 0.5, from: '2026-03-01' };
		expect(findings('day-action', [ines, ...timer('2026-03-02T09:00:00Z'), factor])).toEqual([
			'2026-03-02T11:10Z day-action 2026-03-02 130'
		]);
		const policy = { at: '2026-03-02T09:30:00Z', type: 'policy', policy: { rules: { 'timer-forgotten': { minutes: 20 } } } };
		expect(findings('timer-forgotten', [ines, ...timer('2026-03-02T09:00:00Z'), policy])).toEqual([
			'2026-03-02T09:30Z timer-forgotten t 30'
		]);
	});

	it('is thought forgotten after two hours, and feeds nobody else', () => {
		const lines = [ines, ...timer('2026-03-02T09:00:00Z')];
		expect(findings('timer-forgotten', lines, {}, '2026-03-02T10:59:59.999Z')).toEqual([]);
		expect(findings('timer-forgotten', lines, {}, '2026-03-02T11:00:00Z')).toEqual(['2026-03-02T11:00Z timer-forgotten t 120']);
		expect(told(lines, { rules: { 'routine-conversation': { on: false } } }, '2026-03-04T00:00:00Z').join()).not.toMatch(
			/limit|over|raised/
		);
	});

	it('stops at the true end, which may lie before', () => {
		const lines = [ines, ...timer('2026-03-02T09:00:00Z', '2026-03-03T09:00:00Z', { end: '2026-03-02T14:00:00.001Z' })];
		expect(findings('day-limit', lines)).toEqual(['2026-03-03T09:00Z day-limit 2026-03-02 300']);
	});
});

describe('limit factors', () => {
	const over = (lines: Line[]) => findings('day-limit', lines);
	const on = (minutes: number) => total('ines', '2026-03-02', minutes, '2026-03-02T20:00:00Z');

	test.each([
		['2026-03-02', 150, 0],
		['2026-03-02', 151, 1],
		['2026-03-10', 151, 1],
		['2026-02-03', 151, 1],
		['2026-02-02', 225, 0],
		['2026-02-02', 226, 1],
		['2026-01-06', 226, 1],
		['2026-01-05', 300, 0]
	])('since %s, %d minutes: %d finding', (startDate, minutes, count) => {
		expect(over([person('ines', { startDate }), on(minutes)])).toHaveLength(count);
	});

	it('takes the smallest that covers the day', () => {
		const factor = (value: number, from: string, to?: string): Line => ({
			at: '2026-03-02T01:00:00Z',
			type: 'factor',
			person: 'ines',
			factor: value,
			from,
			...(to === undefined ? {} : { to })
		});
		const lines = [ines, factor(0.8, '2026-03-01'), factor(0.3, '2026-03-01', '2026-03-02'), factor(0.1, '2026-03-03')];
		expect(over([...lines, on(90)])).toEqual([]);
		expect(over([...lines, on(91)])).toHaveLength(1);
	});

	it('takes the mean over a week, rounded half up to a millisecond', () => {
		// Six days of 1 and one of 0.5: 1500 × 6.5 / 7 = 1392.857142… minutes.
		const factor = { at: '2026-03-02T01:00:00Z', type: 'factor', person: 'ines', factor: 0.5, from: '2026-03-05', to: '2026-03-05' };
		const lines = (seconds: string) => [
			ines,
			factor,
			...daily([900, 480]),
			session('ines', '2026-03-05T09:00:00Z', `2026-03-05T09:12:${seconds}Z`)
		];
		expect(findings('week-limit', lines('51.429'))).toEqual([]);
		expect(findings('week-limit', lines('51.430'))).toEqual(['2026-03-05T09:12:51.430Z week-limit 2026-W10 1392.857']);
	});
});

describe('violent material', () => {
	it('tells once a week, of the week in which the session began', () => {
		const violent = { violent: 'yes' };
		const lines = [
			ines,
			session('ines', '2026-03-08T23:30:00Z', '2026-03-09T00:10:00Z', violent),
			session('ines', '2026-03-09T08:00:00Z', '2026-03-09T08:10:00Z', { violent: 'undisclosed' }),
			session('ines', '2026-03-09T09:00:00Z', '2026-03-09T09:10:00Z', violent),
			session('ines', '2026-03-10T09:00:00Z', '2026-03-10T09:10:00Z', violent)
		];
		expect(findings('violent-material', lines)).toEqual([
			'2026-03-09T00:10Z violent-material 2026-W10',
			'2026-03-09T09:10Z violent-material 2026-W11'
		]);
	});
});

describe('nothing logged', () => {
	/** A minute a day on the first `count` dates of March, from the 2nd; the 9th is a Monday, the 10th the ninth date. */
	const logged = (count: number) => [ines, ...daily(Array.from({ length: count }, () => 1))];
	const found = (lines: Line[], until: string, parameters = {}) => findings('nothing-logged', lines, parameters, until);

	it('asks on the fourth morning after the last of eight dates', () => {
		expect(found(logged(8), '2026-03-12T23:59:59.999Z')).toEqual([]);
		expect(found(logged(8), '2026-04-30T00:00:00Z')).toEqual(['2026-03-13T00:00Z nothing-logged 2026-03-09 3']);
		expect(found(logged(7), '2026-04-30T00:00:00Z')).toEqual([]);
	});

	it('counts working days only', () => {
		// The 13th is a Friday: Monday, Tuesday and Wednesday count.
		expect(found(logged(12), '2026-04-30T00:00:00Z')).toEqual(['2026-03-19T00:00Z nothing-logged 2026-03-13 3']);
	});

	it('rests while a timer runs and while Ines is away', () => {
		expect(found([...logged(8), ...timer('2026-03-09T21:00:00Z')], '2026-03-20T00:00:00Z')).toEqual([]);
		const away = { at: '2026-03-09T21:00:00Z', type: 'absence', person: 'ines', from: '2026-03-11', to: '2026-03-13' };
		expect(found([...logged(8), away], '2026-04-30T00:00:00Z')).toEqual(['2026-03-18T00:00Z nothing-logged 2026-03-09 3']);
	});

	it('asks the very next morning where no day need pass', () => {
		expect(found(logged(8), '2026-03-10T00:00:00Z', { days: 0 })).toContain('2026-03-10T00:00Z nothing-logged 2026-03-09 0');
	});
});

describe('routine conversation', () => {
	// The bytes of "a" are 97: 97 mod 28 is 13, and half of 28 is 14.
	const routine = (lines: Line[], parameters = {}) => findings('routine-conversation', lines, parameters, '2026-06-30T00:00:00Z');

	it('spreads the first over a new team', () => {
		expect(routine([person('a')])[0]).toBe('2026-03-29T00:00Z routine-conversation 2026-03-02 27');
		expect(routine([person('é')])[0]).toBe(
			`2026-03-${2 + 14 + ((0xc3 + 0xa9) % 28)}T00:00Z routine-conversation 2026-03-02 ${14 + ((0xc3 + 0xa9) % 28)}`
		);
		expect(routine([person('a')], { days: 1 })[0]).toBe('2026-03-03T00:00Z routine-conversation 2026-03-02 1');
		expect(routine([person('a')], { days: 5 })[0]).toBe('2026-03-07T00:00Z routine-conversation 2026-03-02 5');
	});

	it('comes 28 days after the last conversation, days away not counted, never on one', () => {
		const talk = { at: '2026-03-10T12:00:00Z', type: 'conversation', person: 'a' };
		expect(routine([person('a'), talk])).toEqual(['2026-04-06T23:00Z routine-conversation 2026-03-10 28']);
		const away = { at: '2026-03-10T13:00:00Z', type: 'absence', person: 'a', from: '2026-04-07', to: '2026-04-08' };
		expect(routine([person('a'), talk, away])).toEqual(['2026-04-08T23:00Z routine-conversation 2026-03-10 28']);
	});
});

describe('an overdue session', () => {
	const due = (more: Line[] = []) => [
		ines,
		{ at: '2026-03-02T08:00:00Z', type: 'appointment', id: 'k', person: 'ines', kind: 'counselling', due: '2026-03-03' },
		...more
	];
	const overdue = (lines: Line[]) => findings('session-overdue', lines, {}, '2026-04-30T00:00:00Z');

	it('is told of on the eighth day after', () => expect(overdue(due())).toEqual(['2026-03-11T00:00Z session-overdue k 8']));

	test.each(['appointment-attended', 'appointment-declined'])('is not told of after %s', (type) => {
		expect(overdue(due([{ at: '2026-03-10T23:59:00Z', type, id: 'k' }]))).toEqual([]);
	});

	it('gives days away back, overlapping ones once', () => {
		const away = (from: string, to: string) => ({ at: '2026-03-02T09:00:00Z', type: 'absence', person: 'ines', from, to });
		expect(overdue(due([away('2026-03-05', '2026-03-06'), away('2026-03-04', '2026-03-05')]))).toEqual([
			'2026-03-14T00:00Z session-overdue k 8'
		]);
	});
});

describe('the list of rules', () => {
	it('gives each a source, a sentence, and a reason exactly where it alerts', () => {
		for (const rule of allRules) {
			expect(rule.source).not.toBe('');
			expect(rule.sentence).toMatch(/^[A-Z].*[.?]$/);
			expect(rule.reason !== null).toBe(rule.audience === 'alert');
		}
		expect(new Set(allRules.map(({ id }) => id)).size).toBe(20);
	});

	test.each(allRules.filter(({ id }) => id !== 'concern-shared').map(({ id }) => id))('%s says nothing where it is off', (id) => {
		const lines = [
			ines,
			...daily([960, 960, 960, 960, 960, 960, 960, 960, 960]),
			{ at: '2026-03-10T21:00:00Z', type: 'contact-request', person: 'ines', when: 'soon' },
			{ at: '2026-03-10T21:00:00Z', type: 'check-in', person: 'ines', instrument: 'phq4', answers: [3, 3, 3, 3] },
			{ at: '2026-03-10T21:00:00Z', type: 'appointment', id: 'k', person: 'ines', kind: 'assessment', due: '2026-03-11' },
			...timer('2026-03-10T21:00:00Z', '2026-03-11T02:00:00Z', { violent: 'yes' })
		];
		const rules = { [id]: { on: false }, ...(id === 'late-exposure' ? {} : { 'late-exposure': { on: true } }) };
		const [off, on] = [rules, { [id]: { on: true } }].map((each) =>
			told(lines, { rules: each as NonNullable<PolicyPatch['rules']> }, '2026-04-30T00:00:00Z').filter((line) => line.split(' ')[1] === id)
		);
		expect(off).toEqual([]);
		// `ramp` needs four weeks, and the others show that the stream would have set them off.
		if (id !== 'ramp') expect(on).not.toEqual([]);
	});
});
