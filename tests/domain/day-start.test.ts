import { describe, expect, it, test } from 'vitest';
import { advance, applyFact, nextDue } from '../../src/lib/domain/engine.ts';
import { newPersonState, type PersonState } from '../../src/lib/domain/person-state.ts';
import { combinePolicies, type PolicyPatch } from '../../src/lib/domain/policy.ts';
import { at, fact, only, person, told, total, type Line } from './story.ts';

const began = '2026-03-02T08:00:00Z';
const findings = (rule: string, lines: Line[], parameters: object, until: string): string[] =>
	told(lines, only({ [rule]: parameters } as NonNullable<PolicyPatch['rules']>), until).filter((line) => line.split(' ')[1] === rule);

/** Wen's state after these facts, with one rule on, as a server keeps it. */
function wen(rule: string, parameters: object, lines: Line[], id = 'wen'): { state: PersonState; due: () => string | null } {
	const policy = combinePolicies(only({ [rule]: parameters } as NonNullable<PolicyPatch['rules']>));
	const state = newPersonState({ id, zone: 'UTC', startDate: '2020-01-01' }, at(began));
	for (const line of lines) {
		advance(state, policy, at(line.at));
		applyFact(state, policy, fact(line));
	}
	return {
		state,
		due: () => {
			const next = nextDue(state, policy);
			return next === null ? null : new Date(next).toISOString().slice(0, 16);
		}
	};
}
const on = (date: string, minutes = 5, when = `${date}T20:00:00Z`) => total('wen', date, minutes, when);
const march = (...days: number[]) => days.map((day) => on(`2026-03-${String(day).padStart(2, '0')}`));
const away = (from: string, to: string, when: string): Line => ({ at: when, type: 'absence', person: 'wen', from, to });

describe('when the next start of a day is looked at', () => {
	const appointment = (id: string, due: string): Line => ({ at: began, type: 'appointment', id, person: 'wen', kind: 'counselling', due });

	test.each<[string, Line[], string | null]>([
		['no appointment: never', [], null],
		['one: on the day after its grace', [appointment('a', '2026-03-20')], '2026-03-28T00:00'],
		[
			'several: of the first',
			[appointment('a', '2026-04-20'), appointment('b', '2026-03-20'), appointment('c', '2026-05-01')],
			'2026-03-28T00:00'
		],
		['one long due: tomorrow', [appointment('a', '2026-01-20')], '2026-03-03T00:00'],
		[
			'one told of already: of the other',
			[appointment('a', '2026-03-04'), appointment('b', '2026-05-01'), on('2026-03-15')],
			'2026-05-09T00:00'
		]
	])('session-overdue, %s', (_, lines, due) => expect(wen('session-overdue', {}, lines).due()).toBe(due));

	test.each<[string, object, Line[], string | null]>([
		// 'b' is 98: 14 + 98 mod 28.
		['before any, half the days and a spread', {}, [], '2026-03-30T00:00'],
		['after a conversation, all of them', {}, [{ at: '2026-03-10T12:00:00Z', type: 'conversation', person: 'b' }], '2026-04-07T00:00'],
		['of 1 day', { days: 1 }, [{ at: '2026-03-10T12:00:00Z', type: 'conversation', person: 'b' }], '2026-03-11T00:00']
	])('routine-conversation, %s', (_, parameters, lines, due) => {
		expect(wen('routine-conversation', parameters, lines, 'b').due()).toBe(due);
	});

	it('routine-conversation, told of already: never, but for the clock of its alert', () => {
		const { state, due } = wen('routine-conversation', {}, [{ ...on('2026-04-05'), person: 'b' }], 'b');
		expect(state.alerts.routine?.level).toBe(1);
		expect(due()).toBeNull();
	});

	test.each<[string, object, Line[], string | null]>([
		['nobody who never logged', {}, [], null],
		['the day after the days that must pass', {}, march(2, 3, 4, 5, 6, 9, 10, 11), '2026-03-15T00:00'],
		['0 days: the day after', { days: 0 }, march(2, 3, 4, 5, 6, 9, 10, 11), '2026-03-12T00:00'],
		['without the habit, not at once', { days: 0 }, march(2, 3, 4), null],
		['without the habit, once the days have passed it is seen that there is none', {}, march(2, 3, 4), '2026-03-08T00:00'],
		[
			'while a timer runs',
			{},
			[...march(2, 3), { at: '2026-03-04T08:00:00Z', type: 'timer-start', id: 't', person: 'wen' }],
			'2026-03-05T00:00'
		],
		['told of already', {}, [...march(2, 3, 4, 5, 6, 9, 10, 11), away('2026-06-01', '2026-06-01', '2026-03-20T00:00:00Z')], null]
	])('nothing-logged, %s', (_, parameters, lines, due) => expect(wen('nothing-logged', parameters, lines).due()).toBe(due));
});

describe('nothing-logged', () => {
	const found = (lines: Line[], until = '2026-05-30T00:00:00Z', parameters = {}) =>
		findings('nothing-logged', [person('wen', { zone: 'UTC' }), ...lines], parameters, until);

	it('needs eight dates within 28 days up to the last', () => {
		const seven = march(22, 23, 24, 25, 26, 27, 29);
		expect(found([on('2026-03-02'), ...seven])).toEqual(['2026-04-02T00:00Z nothing-logged 2026-03-29 3']);
		const later = march(23, 24, 25, 26, 27, 28, 30);
		expect(found([on('2026-03-02'), ...later])).toEqual([]);
	});

	it('tells on the first morning that is no day away, and not of one that is', () => {
		const lines = march(2, 3, 4, 5, 6, 7, 8, 9);
		expect(found([...lines, away('2026-03-13', '2026-03-14', '2026-03-09T21:00:00Z')])).toEqual([
			'2026-03-15T00:00Z nothing-logged 2026-03-09 3'
		]);
	});

	it('leaves out holidays', () => {
		const policy = only({ 'nothing-logged': {} }, { calendar: { holidays: ['2026-03-11'] } });
		const lines = [person('wen', { zone: 'UTC' }), ...march(2, 3, 4, 5, 6, 7, 8, 9)];
		expect(told(lines, policy, '2026-05-30T00:00:00Z')).toEqual(['2026-03-14T00:00Z nothing-logged 2026-03-09 3']);
	});

	it('sees a date logged in a zone that was ahead, and asks each day until it has come', () => {
		// On Kiritimati it is the 10th already; on Pago Pago, 25 hours behind, still the 9th.
		const ahead = person('wen', { zone: 'Pacific/Kiritimati' });
		const behind = person('wen', { zone: 'Pacific/Pago_Pago' }, '2026-03-09T21:00:00Z');
		const lines = [ahead, ...march(2, 3, 4, 5, 6, 7, 8), on('2026-03-10', 5, '2026-03-09T20:00:00Z'), behind];
		const told = (parameters: object) => findings('nothing-logged', lines, parameters, '2026-05-30T00:00:00Z');
		expect(told({})).toEqual(['2026-03-14T11:00Z nothing-logged 2026-03-10 3']);
		expect(told({ days: 0 })[0]).toBe('2026-03-11T11:00Z nothing-logged 2026-03-10 0');
	});

	it('asks again after something else was logged', () => {
		const lines = [...march(2, 3, 4, 5, 6, 7, 8, 9), on('2026-03-16')];
		expect(found(lines)).toEqual(['2026-03-13T00:00Z nothing-logged 2026-03-09 3', '2026-03-20T00:00Z nothing-logged 2026-03-16 3']);
	});
});

describe('a day away', () => {
	const policy = (when: string, rules: PolicyPatch['rules']): Line => ({ at: when, type: 'policy', policy: only(rules ?? {}) });

	it('puts a routine conversation off that a new policy makes due', () => {
		const lines: Line[] = [
			person('wen', { zone: 'UTC' }),
			{ at: '2026-03-02T12:00:00Z', type: 'conversation', person: 'wen' },
			away('2026-03-21', '2026-03-22', '2026-03-03T00:00:00Z'),
			policy('2026-03-20T12:00:00Z', { 'routine-conversation': { days: 10 } })
		];
		const rule = 'routine-conversation';
		expect(told(lines, only({ [rule]: {} }), '2026-03-23T00:00:00Z')).toContain(`2026-03-23T00:00Z ${rule} 2026-03-02 19`);
	});

	it('does not put an overdue session off', () => {
		const lines: Line[] = [
			person('wen', { zone: 'UTC' }),
			away('2026-03-03', '2026-03-05', '2026-03-02T00:00:00Z'),
			{ at: '2026-03-02T08:00:00Z', type: 'appointment', id: 'k', person: 'wen', kind: 'counselling', due: '2026-02-01' }
		];
		expect(findings('session-overdue', lines, {}, '2026-03-03T00:00:00Z')).toEqual(['2026-03-03T00:00Z session-overdue k 29']);
	});

	test.each([
		['before the days counted', '2026-02-25', '2026-03-03', 8],
		['on the first of them', '2026-03-04', '2026-03-04', 9],
		['beyond the last', '2026-03-11', '2026-03-30', 28],
		['a single day in the midst', '2026-03-06', '2026-03-06', 9]
	])('%s counts where it lies among them', (_, from, to, days) => {
		const lines: Line[] = [
			person('wen', { zone: 'UTC' }),
			{ at: '2026-03-02T08:00:00Z', type: 'appointment', id: 'k', person: 'wen', kind: 'counselling', due: '2026-03-03' },
			away(from, to, '2026-03-02T09:00:00Z')
		];
		const due = new Date(Date.UTC(2026, 2, 3 + days)).toISOString().slice(0, 16);
		expect(findings('session-overdue', lines, {}, '2026-05-01T00:00:00Z')).toEqual([`${due}Z session-overdue k 8`]);
	});
});

describe('a date that the zone skipped', () => {
	it('begins and ends at once: what is due on Apia’s 30 December 2011 is told as the 31st begins', () => {
		const lines: Line[] = [
			person('wen', { zone: 'Pacific/Apia' }, '2011-12-20T12:00:00Z'),
			{ at: '2011-12-20T12:00:00Z', type: 'appointment', id: 'k', person: 'wen', kind: 'assessment', due: '2011-12-22' }
		];
		expect(findings('session-overdue', lines, {}, '2012-01-30T00:00:00Z')).toEqual(['2011-12-30T10:00Z session-overdue k 8']);
	});
});

describe('rules that look at the start of a day', () => {
	const overdue: Line = { at: began, type: 'appointment', id: 'k', person: 'wen', kind: 'assessment', due: '2026-02-27' };

	it('wait for it, whatever else falls due within a day', () => {
		const lines: Line[] = [
			person('wen', { zone: 'UTC' }),
			overdue,
			{ at: '2026-03-02T10:00:00Z', type: 'contact-request', person: 'wen', when: 'soon' },
			{ at: '2026-03-02T12:00:00Z', type: 'policy', policy: only({ 'session-overdue': { graceDays: 0 }, 'contact-requested': {} }) }
		];
		// The request's clock runs out at 14:00, when the session has been overdue by three days.
		expect(told(lines, only({ 'session-overdue': {}, 'contact-requested': {} }), '2026-03-03T00:00:00Z').slice(2)).toEqual([
			'2026-03-02T14:00Z contact escalated 1',
			'2026-03-03T00:00Z session raised 0',
			'2026-03-03T00:00Z session-overdue k 4'
		]);
	});

	it('are not looked at where they are off, and at the earliest of those that are on', () => {
		const due = (policy: PolicyPatch) => {
			const state = newPersonState({ id: 'b', zone: 'UTC', startDate: '2020-01-01' }, at(began));
			applyFact(state, combinePolicies(policy), fact({ ...overdue, person: 'b', due: '2026-03-20' }));
			const next = nextDue(state, combinePolicies(policy));
			return next === null ? null : new Date(next).toISOString().slice(0, 10);
		};
		expect(due(only({}))).toBeNull();
		expect(due(only({ 'routine-conversation': {} }))).toBe('2026-03-30');
		expect(due(only({ 'session-overdue': {} }))).toBe('2026-03-28');
		expect(due(only({ 'session-overdue': {}, 'routine-conversation': {} }))).toBe('2026-03-28');
		expect(due(only({ 'session-overdue': { graceDays: 30 }, 'routine-conversation': {} }))).toBe('2026-03-30');
	});
});

it('a fact before what was already evaluated is refused', () => {
	const policy = combinePolicies({});
	const state = newPersonState({ id: 'wen', zone: 'UTC', startDate: '2020-01-01' }, at(began));
	advance(state, policy, at('2026-03-05T00:00Z'));
	const asked = (when: string) => fact({ at: when, type: 'contact-request', person: 'wen', when: 'soon' });
	expect(() => applyFact(state, policy, asked('2026-03-04T23:59:59.999Z'))).toThrow(expect.objectContaining({ field: 'at' }));
	expect(applyFact(state, policy, asked('2026-03-05T00:00:00Z'))).toHaveLength(2);
});

it('somebody new has nothing yet', () => {
	expect(newPersonState({ id: 'wen', zone: 'UTC', startDate: '2020-01-01' }, 5)).toEqual({
		id: 'wen',
		zone: 'UTC',
		dayStart: '00:00',
		startDate: '2020-01-01',
		team: null,
		firstFactAt: 5,
		advancedTo: 5,
		historyFrom: null,
		sessions: [],
		timer: null,
		dayTotals: [],
		factors: [],
		absences: [],
		appointments: [],
		lastPulse: null,
		indexScores: [],
		prompt: false,
		fired: new Set(),
		alerts: {},
		exposureClosedAt: null,
		lastConversationAt: null,
		lastRoutineClosedAt: null,
		lastContactAt: null
	});
});
