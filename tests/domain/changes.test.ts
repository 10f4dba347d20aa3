import { describe, expect, it } from 'vitest';
import { advance, applyFact } from '#lib/domain/engine.ts';
import type { Fact } from '#lib/domain/facts.ts';
import { newPersonState } from '#lib/domain/person-state.ts';
import { combinePolicies } from '#lib/domain/policy.ts';
import { at, fact, only, person, said, session, told, total, type Line } from './story.ts';

const dayOver = only({ 'day-over': { minutes: 360 } });
const findings = (lines: Line[]) => told([person('wen'), ...lines], dayOver).filter((line) => line.includes('day-over'));

describe.each([
	['day total', total('wen', '2026-03-03', 200, '2026-03-03T18:00:00Z'), total('wen', '2026-03-03', 100, '2026-03-03T18:01:00Z')],
	[
		'session',
		session('wen', '2026-03-03T08:00:00Z', '2026-03-03T11:20:00Z'),
		session('wen', '2026-03-03T12:00:00Z', '2026-03-03T13:40:00Z')
	]
])('a %s that is taken back', (_kind, long, short) => {
	const more = total('wen', '2026-03-03', 161, '2026-03-03T18:03:00Z');
	const taken = ({ id }: Line): Line => ({ at: '2026-03-03T18:02:00Z', type: 'void', id });

	it('takes its own minutes away, and no others', () => {
		expect(findings([long, short, more])).toEqual(['2026-03-03T18:03Z day-over 2026-03-03 461']);
		expect(findings([long, short, taken(short), more])).toEqual(['2026-03-03T18:03Z day-over 2026-03-03 361']);
		expect(findings([long, short, taken(long), more])).toEqual([]);
	});
});

describe('an entry that is moved to another day', () => {
	const moved = (day: string): Line[] => [
		session('wen', '2026-03-04T09:00:00Z', '2026-03-04T10:00:00Z', { id: 'moved' }),
		{ at: '2026-03-06T09:00:00Z', type: 'amend', id: 'moved', start: `${day}T09:00:00Z`, end: `${day}T15:30:00Z` }
	];

	it.each(['2026-03-03', '2026-03-05'])('counts on that one: %s', (day) =>
		expect(findings(moved(day))).toEqual([`2026-03-06T09:00Z day-over ${day} 390`])
	);
});

describe('a day total that is corrected', () => {
	const policy = combinePolicies(only({ 'day-limit': { minutes: 300 }, 'day-over': { minutes: 360 } }));
	const nine = at('2026-03-06T09:00Z');

	/** What follows when 420 minutes of 3 March become others, of that day or another; and what follows then when `more` are logged on 3 March. */
	function corrected(minutes: number, date = '2026-03-03', more?: number) {
		const state = newPersonState({ id: 'wen', zone: 'UTC', startDate: '2020-01-01' }, at('2026-03-02T00:00Z'));
		const take = (...facts: Fact[]) =>
			facts.flatMap((each) => [...advance(state, policy, each.at), ...applyFact(state, policy, each)]).map(said);
		take(
			{ type: 'day-total', at: nine - 3, person: 'wen', id: 'other', date: '2026-03-04', minutes: 100 },
			{ type: 'day-total', at: nine - 2, person: 'wen', id: 'd', date: '2026-03-03', minutes: 420 },
			{ type: 'acknowledge', at: nine - 1, person: 'wen', reason: 'exposure' }
		);
		const said1 = take({ type: 'day-total-corrected', at: nine, id: 'd', date, minutes });
		if (more !== undefined) {
			said1.push(...take({ type: 'day-total', at: nine + 60_000, person: 'wen', id: 'more', date: '2026-03-03', minutes: more }));
		}
		return { told: said1, alert: state.alerts.exposure?.state, totals: state.dayTotals };
	}

	it.each([420, 415, 361, 960])('to %d minutes, which are still too many, leaves its alert as it is', (minutes) =>
		expect(corrected(minutes)).toMatchObject({ told: [], alert: 'acknowledged' })
	);

	it.each([360, 301, 1])('to %d minutes, which are not too many, closes its alert', (minutes) =>
		expect(corrected(minutes)).toMatchObject({ told: ['2026-03-06T09:00Z exposure corrected 0'], alert: undefined })
	);

	it.each(['2026-02-01', '2026-03-02', '2026-03-05'])('that was of %s closes its alert where it is not too long for that day', (date) =>
		expect(corrected(300, date).told).toEqual(['2026-03-06T09:00Z exposure corrected 0'])
	);

	it.each(['2026-03-02', '2026-03-05'])('that was of %s, and too long there, is found there, with what raised the alert as it is', (date) =>
		expect(corrected(361, date)).toMatchObject({
			told: [`2026-03-06T09:00Z day-limit ${date} 361`, `2026-03-06T09:00Z day-over ${date} 361`, '2026-03-06T09:00Z exposure evidence 0'],
			alert: 'acknowledged'
		})
	);

	it('adds to what was logged for the other day', () =>
		expect(corrected(261, '2026-03-04').told).toEqual([
			'2026-03-06T09:00Z day-limit 2026-03-04 361',
			'2026-03-06T09:00Z day-over 2026-03-04 361',
			'2026-03-06T09:00Z exposure evidence 0'
		]));

	it('counts in place of what it was, and beside the others', () => {
		const totals = [
			{ id: 'other', date: '2026-03-04', minutes: 100 },
			{ id: 'd', date: '2026-03-03', minutes: 200 }
		];
		expect(corrected(200).totals).toEqual(totals);
		expect(corrected(200, '2026-03-03', 160).told).toHaveLength(1);
		expect(corrected(200, '2026-03-03', 161).told.at(-1)).toBe('2026-03-06T09:01Z exposure raised 0');
	});

	it('must be one, and not of a day to come', () => {
		const found = (more: object) => () => {
			const state = newPersonState({ id: 'wen', zone: 'UTC', startDate: '2020-01-01' }, at('2026-03-02T00:00Z'));
			applyFact(state, policy, { type: 'session', at: nine - 2, person: 'wen', id: 's', start: nine - 4, end: nine - 3 });
			applyFact(state, policy, { type: 'day-total', at: nine - 1, person: 'wen', id: 'd', date: '2026-03-03', minutes: 420 });
			applyFact(state, policy, { type: 'day-total-corrected', at: nine, id: 'd', date: '2026-03-06', minutes: 5, ...more });
		};
		expect(found({})).not.toThrow();
		for (const id of ['s', 'nobody’s']) expect(found({ id })).toThrow('This is no current day total.');
		expect(found({ date: '2026-03-07' })).toThrow('A day total cannot lie in the future.');
	});
});

describe('a timer that is dropped', () => {
	it('reminds of no break any more, and leaves no session', () => {
		const policy = combinePolicies(only({ 'break-due': {} }));
		const remindersWith = (dropped: boolean) => {
			const state = newPersonState({ id: 'wen', zone: 'UTC', startDate: '2020-01-01' }, at('2026-03-03T08:00Z'));
			applyFact(state, policy, fact({ at: '2026-03-03T09:00:00Z', type: 'timer-start', id: 't', person: 'wen' }));
			if (dropped) applyFact(state, policy, { type: 'timer-drop', at: at('2026-03-03T09:10Z'), id: 't' });
			return { said: advance(state, policy, at('2026-03-03T12:00Z')).map(said), sessions: state.sessions };
		};
		expect(remindersWith(false).said).toHaveLength(1);
		expect(remindersWith(true)).toEqual({ said: [], sessions: [] });
	});
});
