import { describe, expect, it, test } from 'vitest';
import { historyNeededFrom, lastingKeys, olderHistoryNeeded } from '../../src/lib/domain/history.ts';
import { newPersonState, type PersonState } from '../../src/lib/domain/person-state.ts';
import { defaultPolicy } from '../../src/lib/domain/policy.ts';
import { addDays } from '../../src/lib/domain/time.ts';
import { at } from './story.ts';

const now = at('2026-06-01T12:00Z');
const today = '2026-06-01';

/** Bea's state with this in it; the first of June is today. */
function bea(more: Partial<PersonState>): PersonState {
	return { ...newPersonState({ id: 'bea', zone: 'UTC', startDate: '2020-01-01' }, at('2020-01-01T00:00Z')), ...more };
}
const totals = (...back: number[]) => back.map((days) => ({ id: `d${days}`, date: addDays(today, -days), minutes: 5 }));
const session = (start: string, end: string) => ({ id: start, start: at(start), end: at(end) });
const exposureAlert = (...periods: string[]): PersonState['alerts'] => ({
	exposure: {
		reason: 'exposure',
		state: 'raised',
		level: 0,
		raisedAt: 0,
		enteredAt: 0,
		clock: null,
		today: false,
		evidence: periods.map((period) => ({ rule: 'day-over', period }))
	}
});
const daysBack = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the history that the rules ask for', () => {
	test.each<[string, Partial<PersonState>, string]>([
		['nothing logged: 56 days', {}, addDays(today, -56)],
		['exposure of today: 56 days', { dayTotals: totals(0) }, addDays(today, -56)],
		['exposure 29 days ago: 56 days', { dayTotals: totals(29) }, addDays(today, -56)],
		['exposure 30 days ago: 28 days up to it', { dayTotals: totals(30) }, addDays(today, -57)],
		['exposure 100 days ago: 28 days up to it', { dayTotals: totals(100) }, addDays(today, -127)],
		['evidence of a date: the 28 days that end with it', { alerts: exposureAlert('2026-03-30', '2026-05-01') }, addDays('2026-03-30', -27)],
		[
			'evidence of a week: the 28 days that end with its Monday',
			{ alerts: exposureAlert('2026-W20', '2026-W14') },
			addDays('2026-03-30', -27)
		],
		['evidence that is young: 56 days', { alerts: exposureAlert('2026-05-20') }, addDays(today, -56)],
		['a run of 57 dates: all of it and the date before', { dayTotals: totals(...daysBack(57)) }, addDays(today, -57)],
		['a run of 80 dates: all of it and the date before', { dayTotals: totals(...daysBack(80)) }, addDays(today, -80)],
		['a run with a gap 40 days ago: 56 days', { dayTotals: totals(...daysBack(80).filter((back) => back !== 40)) }, addDays(today, -56)],
		[
			'a run that ended 27 days ago is still asked about',
			{ dayTotals: totals(...daysBack(80).filter((back) => back > 27)) },
			addDays(today, -80)
		],
		[
			'a stretch that reaches further back than 28 days before the last date: all of it',
			{ sessions: [session('2026-01-10T12:00Z', '2026-03-01T12:00Z'), session('2026-03-01T12:09Z', '2026-03-01T13:00Z')] },
			'2026-01-10'
		],
		[
			'a timer that was left running for months: the stretch that it goes on with',
			{
				dayTotals: totals(0),
				sessions: [session('2026-01-10T12:00Z', '2026-01-10T13:00Z')],
				timer: { id: 't', start: at('2026-01-10T13:09Z') }
			},
			'2026-01-10'
		],
		[
			'one that was started after a break: it alone',
			{
				dayTotals: totals(0),
				sessions: [session('2026-01-10T12:00Z', '2026-01-10T13:00Z')],
				timer: { id: 't', start: at('2026-01-11T00:10Z') }
			},
			'2026-01-11'
		],
		[
			'a break ends the stretch',
			{ sessions: [session('2026-01-10T12:00Z', '2026-02-28T23:49Z'), session('2026-03-01T00:00Z', '2026-03-01T13:00Z')] },
			addDays('2026-03-01', -27)
		]
	])('%s', (_, more, from) => {
		expect(historyNeededFrom(bea(more), defaultPolicy, now)).toBe(from);
		expect(olderHistoryNeeded(bea({ ...more, historyFrom: from }), defaultPolicy, now)).toBeNull();
		expect(olderHistoryNeeded(bea({ ...more, historyFrom: addDays(from, 1) }), defaultPolicy, now)).toBe(from);
	});

	it('asks for what an old open alert stands on only where something may be corrected', () => {
		const state = bea({ alerts: exposureAlert('2026-01-31') });
		expect(historyNeededFrom(state, defaultPolicy, now)).toBe(addDays('2026-01-31', -27));
		expect(historyNeededFrom(state, defaultPolicy, now, false)).toBe(addDays(today, -56));
	});

	it('looks from the person’s own date, which may be tomorrow in UTC', () => {
		const state = { ...bea({}), zone: 'Pacific/Kiritimati' };
		expect(historyNeededFrom(state, defaultPolicy, now)).toBe(addDays('2026-06-02', -56));
	});
});

describe('what has to be known however long ago it fired', () => {
	const open = (id: string) => ({ id, kind: 'counselling' as const, due: '2021-03-01' });

	test.each<[string, Partial<PersonState>, string[]]>([
		['that the first routine conversation was asked for', {}, ['routine-conversation|2020-01-01']],
		['the one after the last conversation', { lastConversationAt: at('2022-05-04T09:00Z') }, ['routine-conversation|2022-05-04']],
		[
			'the one after the last closing of a routine alert, where that is later',
			{ lastConversationAt: at('2022-05-04T09:00Z'), lastRoutineClosedAt: at('2023-01-02T09:00Z') },
			['routine-conversation|2023-01-02']
		],
		[
			'that each open appointment is overdue',
			{ appointments: [open('a1'), open('a2')] },
			['session-overdue|a1', 'session-overdue|a2', 'routine-conversation|2020-01-01']
		]
	])('%s', (_, more, keys) => {
		expect(lastingKeys(bea(more))).toEqual(keys);
	});
});
