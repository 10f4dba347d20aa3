import { describe, expect, it } from 'vitest';
import { advance, applyFact } from '#lib/domain/engine.ts';
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
