import { describe, expect, it, test } from 'vitest';
import { WINDOW_DAYS } from '../../src/lib/domain/history.ts';
import { allRules, ruleOf, type RuleId } from '../../src/lib/domain/rules/list.ts';
import { only, person, session, told, total, type Line } from './story.ts';
import type { PolicyPatch } from '../../src/lib/domain/policy.ts';

/** The table of rules as it is specified: who learns of it, by which alert, and what it looks at. */
const table: [RuleId, audience: string, reason: string | null, period: string | undefined][] = [
	['break-due', 'notice', null, undefined],
	['break-missed', 'notice', null, undefined],
	['day-action', 'notice', null, undefined],
	['day-limit', 'review', null, 'date'],
	['day-over', 'alert', 'exposure', 'date'],
	['week-action', 'notice', null, undefined],
	['week-limit', 'alert', 'exposure', 'week'],
	['fortnight-limit', 'alert', 'exposure', 'week'],
	['month-limit', 'alert', 'exposure', 'week'],
	['days-in-row', 'review', null, 'date'],
	['late-exposure', 'review', null, 'date'],
	['ramp', 'notice', null, undefined],
	['violent-material', 'notice', null, undefined],
	['timer-forgotten', 'notice', null, undefined],
	['nothing-logged', 'notice', null, undefined],
	['contact-requested', 'alert', 'contact', undefined],
	['concern', 'alert', 'concern', undefined],
	['session-overdue', 'alert', 'session', undefined],
	['routine-conversation', 'alert', 'routine', undefined],
	['concern-shared', 'alert', 'concern', undefined]
];

describe('the table of rules', () => {
	test.each(table)('%s: %s, %s', (id, audience, reason, period) => {
		const rule = ruleOf(id);
		expect(rule).toMatchObject({ id, audience, reason });
		expect('period' in rule ? rule.period : undefined).toBe(period);
	});

	it('is complete and in order', () => {
		expect(allRules.map(({ id }) => id)).toEqual(table.map(([id]) => id));
		expect(() => ruleOf('day' as RuleId)).toThrow('No rule is called day.');
	});
});

const findings = (rule: string, lines: Line[], parameters: object, until?: string): string[] =>
	told(lines, only({ [rule]: parameters } as NonNullable<PolicyPatch['rules']>), until).filter((line) => line.split(' ')[1] === rule);

describe('every threshold of minutes, at and a millisecond beyond', () => {
	/** A session of so many minutes and ms in London that ends at noon on a Monday. */
	const lasting = (ms: number) => {
		const end = Date.parse('2026-03-02T12:00Z');
		return session('ines', new Date(end - ms).toISOString(), new Date(end).toISOString());
	};
	const minutes = 200;
	const ms = minutes * 60_000;

	test.each<[RuleId, fires: 'at' | 'over']>([
		['day-action', 'at'],
		['week-action', 'at'],
		['break-missed', 'over'],
		['day-limit', 'over'],
		['day-over', 'over'],
		['week-limit', 'over'],
		['fortnight-limit', 'over'],
		['month-limit', 'over']
	])('%s fires %s it', (rule, fires) => {
		const count = (length: number) => findings(rule, [person('ines'), lasting(length)], { minutes }).length;
		expect([count(ms - 1), count(ms), count(ms + 1)]).toEqual([0, fires === 'at' ? 1 : 0, 1]);
	});

	test.each<[RuleId, ran: number, fires: number]>([
		['break-due', ms - 1, 0],
		['break-due', ms, 1],
		['break-missed', ms, 0],
		['break-missed', ms + 1, 1],
		['day-action', ms - 1, 0],
		['day-action', ms, 1],
		['week-action', ms - 1, 0],
		['week-action', ms, 1],
		['timer-forgotten', ms - 1, 0],
		['timer-forgotten', ms, 1]
	])('%s of a timer that has run %d ms: %d', (rule, ran, fires) => {
		const lines = [person('ines'), { at: '2026-03-02T08:00:00Z', type: 'timer-start', id: 't', person: 'ines' }];
		const until = new Date(Date.parse('2026-03-02T08:00Z') + ran).toISOString();
		expect(findings(rule, lines, { minutes }, until)).toHaveLength(fires);
	});

	test.each<[RuleId]>([
		['day-limit'],
		['day-over'],
		['week-limit'],
		['fortnight-limit'],
		['month-limit'],
		['days-in-row'],
		['late-exposure']
	])('%s says nothing of a timer that still runs', (rule) => {
		const lines = [person('ines'), { at: '2026-03-02T08:00:00Z', type: 'timer-start', id: 't', person: 'ines' }];
		expect(findings(rule, lines, rule === 'days-in-row' ? { days: 0 } : {}, '2026-03-02T23:00:00Z')).toEqual([]);
	});
});

describe('windows of days, from their first date on', () => {
	it('are as long as the rules say', () => {
		const lengths = allRules.flatMap((rule) => ('length' in rule ? [[rule.id, rule.length] as const] : []));
		expect(Object.fromEntries(lengths)).toEqual({
			...{ 'day-action': 1, 'day-limit': 1, 'day-over': 1, 'days-in-row': 1, 'late-exposure': 1 },
			...{ 'week-action': 7, 'week-limit': 7, 'fortnight-limit': 14, 'month-limit': 28, ramp: 28 },
			...{ 'nothing-logged': 28, 'session-overdue': 0, 'routine-conversation': 0 }
		});
		expect(WINDOW_DAYS).toBe(28);
	});

	test.each<[RuleId, inside: string, outside: string]>([
		['week-limit', '2026-03-24', '2026-03-23'],
		['week-action', '2026-03-24', '2026-03-23'],
		['fortnight-limit', '2026-03-17', '2026-03-16'],
		['month-limit', '2026-03-03', '2026-03-02']
	])('%s on the 30th counts from %s, not %s', (rule, inside, outside) => {
		const found = (date: string) => {
			const lines = [
				person('ines'),
				total('ines', date, 100, `${date}T20:00:00Z`),
				total('ines', '2026-03-30', 50, '2026-03-30T20:00:00Z')
			];
			return findings(rule, lines, { minutes: 120 });
		};
		expect(found(inside)).toEqual([`2026-03-30T20:00Z ${rule} 2026-W14 150`]);
		expect(found(outside)).toEqual([]);
	});

	test.each<[string, number]>([
		['2026-03-02', 1],
		['2026-03-01', 0]
	])('ramp looks back to the third block’s first date: %s gives %d', (first, count) => {
		// The blocks before 23–29 March are 16–22, 9–15 and 2–8 March.
		const lines = [
			person('ines', {}, '2026-02-01T00:00:00Z'),
			...[first, '2026-03-09', '2026-03-22', '2026-03-29'].map((date) =>
				total('ines', date, date === '2026-03-29' ? 200 : 100, `${date}T20:00:00Z`)
			)
		];
		expect(findings('ramp', lines, { factor: 1.5, minutes: 1 })).toHaveLength(count);
	});

	test.each([
		[600, 0],
		[601, 1]
	])('ramp asks for more than its minutes: of %d, %d', (last, count) => {
		const dates = ['2026-03-02', '2026-03-09', '2026-03-16'];
		const lines = [
			person('ines'),
			...dates.map((date) => total('ines', date, 1, `${date}T20:00:00Z`)),
			total('ines', '2026-03-23', last, '2026-03-23T20:00:00Z')
		];
		expect(findings('ramp', lines, {})).toHaveLength(count);
	});
});

describe('person-days of 23, 25, 23.5 and 24.5 hours, and one that never was', () => {
	const whole = (zone: string, from: string, to: string): Line[] => {
		const [start, end] = [Date.parse(from), Date.parse(to)];
		const half = start + Math.floor((end - start) / 2);
		const part = (a: number, b: number) => session('ines', new Date(a).toISOString(), new Date(b).toISOString(), { at: to });
		return [person('ines', { zone, startDate: '2000-01-01' }, '2011-12-01T00:00:00Z'), part(start, half), part(half, end)];
	};
	test.each<[string, string, string, string, number]>([
		['Europe/London', '2026-03-29', '2026-03-29T00:00:00Z', '2026-03-29T23:00:00Z', 1380],
		['Europe/London', '2026-10-25', '2026-10-24T23:00:00Z', '2026-10-26T00:00:00Z', 1500],
		['Australia/Lord_Howe', '2026-10-04', '2026-10-03T13:30:00Z', '2026-10-04T13:00:00Z', 1410],
		['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00Z', '2026-04-05T13:30:00Z', 1470],
		['Pacific/Apia', '2011-12-29', '2011-12-29T10:00:00Z', '2011-12-30T10:00:00Z', 1440],
		['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00Z', '2011-12-31T10:00:00Z', 1440]
	])('%s on %s', (zone, date, from, to, minutes) => {
		const found = (limit: number) => findings('day-limit', whole(zone, from, to), { minutes: limit });
		expect(found(minutes)).toEqual([]);
		expect(found(minutes - 1)).toEqual([expect.stringContaining(`day-limit ${date} ${minutes}`)]);
		expect(findings('day-over', whole(zone, from, to), { minutes: 1 })).toHaveLength(1);
	});

	it('Apia’s 30 December 2011 breaks a row of days, and counts as one of the seven', () => {
		const lines = [
			person('ines', { zone: 'Pacific/Apia' }, '2011-12-20T00:00:00Z'),
			...['2011-12-28', '2011-12-29', '2011-12-31'].map((date) => total('ines', date, 10, `${date}T22:00:00Z`))
		];
		expect(findings('days-in-row', lines, { days: 1 }).map((line) => line.split(' ').slice(2).join(' '))).toEqual(['2011-12-29 2']);
	});

	it('late exposure counts both showings of a doubled hour', () => {
		const lines = [person('ines'), session('ines', '2026-10-25T00:00:00Z', '2026-10-25T02:00:00Z')];
		expect(findings('late-exposure', lines, { after: '01:30' })).toEqual(['2026-10-25T02:00Z late-exposure 2026-10-25 90']);
	});

	it('late exposure from a skipped clock time on begins by the gap later', () => {
		const lines = [person('ines'), session('ines', '2026-03-29T00:00:00Z', '2026-03-29T02:00:00Z')];
		expect(findings('late-exposure', lines, { after: '01:30' })).toEqual(['2026-03-29T02:00Z late-exposure 2026-03-29 30']);
	});

	it('late exposure from the day’s own start on is the whole of it', () => {
		const lines = [person('ines', { dayStart: '12:00' }), session('ines', '2026-03-02T12:00:00Z', '2026-03-02T13:00:00Z')];
		expect(findings('late-exposure', lines, { after: '12:00' })).toEqual(['2026-03-02T13:00Z late-exposure 2026-03-02 60']);
		expect(findings('late-exposure', lines, { after: '11:59' })).toEqual([]);
	});
});
