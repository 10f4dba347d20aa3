import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyFact } from '../../src/lib/domain/engine.ts';
import { dayFactor } from '../../src/lib/domain/factor.ts';
import { parseFact } from '../../src/lib/domain/facts-parse.ts';
import type { Fact } from '../../src/lib/domain/facts.ts';
import { measuresOf } from '../../src/lib/domain/measures.ts';
import { newPersonState } from '../../src/lib/domain/person-state.ts';
import { combinePolicies } from '../../src/lib/domain/policy.ts';
import { replay } from '../../src/lib/domain/replay.ts';
import { dateOf, epochDay } from '../../src/lib/domain/time.ts';
import { at } from './story.ts';

const start = at('2026-03-02T00:00:00Z');
const HOUR = 3_600_000;
const policy = combinePolicies({}, {});
const bea: Fact = { type: 'person', at: start, person: 'bea', zone: 'Europe/London', startDate: '2020-01-01' };

type Agreed = { factor: number; from: string; to: string | null };
const enter = ({ factor, from, to }: Agreed, when = start): Fact => ({
	...{ type: 'factor', at: when, person: 'bea', factor, from },
	...(to === null ? {} : { to })
});
const corrected = (factors: Agreed[], when = start): Fact => ({ type: 'factors-corrected', at: when, person: 'bea', factors });
const half = { factor: 0.5, from: '2026-03-02', to: '2026-03-08' };
/** The session of so many hours on 3 March, recorded as it ends. */
const works = (hours: number): Fact => ({
	...{ type: 'session', id: 's', person: 'bea', at: at('2026-03-03T08:00:00Z') + hours * HOUR },
	...{ start: at('2026-03-03T08:00:00Z'), end: at('2026-03-03T08:00:00Z') + hours * HOUR }
});
const rulesOf = (facts: Fact[]) =>
	[...replay([bea, ...facts], {}, start + 48 * HOUR)].flatMap((output) => (output.kind === 'finding' ? [output.rule] : []));

describe('Lower limits that were corrected', () => {
	test.each([
		['the half of 5 h', [enter(half)], 2.5, false],
		['more than the half of 5 h', [enter(half)], 2.51, true],
		['the same, once they were taken back', [enter(half), corrected([])], 2.51, false],
		['the same, once they ended the day before', [enter(half), corrected([{ ...half, to: '2026-03-02' }])], 2.51, false],
		['the same, where they end on that day', [enter(half), corrected([{ ...half, to: '2026-03-03' }])], 2.51, true],
		['the same, where others are left', [enter(half), corrected([{ factor: 0.75, from: '2026-03-01', to: null }])], 2.51, false],
		['more than what is left', [enter(half), corrected([{ factor: 0.75, from: '2026-03-01', to: null }])], 3.76, true]
	] as const)('%s', (_, facts, hours, over) => {
		expect(rulesOf([...facts, works(hours)]).includes('day-limit')).toBe(over);
	});

	test('of themselves find nothing, and unsay nothing', () => {
		const found = rulesOf([enter(half), works(4)]);
		expect(found).toContain('day-over');
		const later = start + 40 * HOUR;
		expect(rulesOf([enter(half), works(4), corrected([], later)])).toEqual(found);
		expect(rulesOf([works(4), corrected([half], later)])).toEqual(rulesOf([works(4)]));
	});

	test('are exactly those that are given, on every day, in whatever order and with whatever was before', () => {
		const day = fc.integer({ min: -5, max: 20 });
		const some = fc.array(
			fc
				.record({ factor: fc.constantFrom(0.25, 0.333, 0.5, 1), first: day, days: fc.option(fc.integer({ min: 0, max: 15 })) })
				.map(({ factor, first, days }): Agreed => ({
					factor,
					from: dateOf(epochDay('2026-03-02') + first),
					to: days === null ? null : dateOf(epochDay('2026-03-02') + first + days)
				})),
			{ maxLength: 4 }
		);
		fc.assert(
			fc.property(some, some, (before, after) => {
				const fresh = (facts: Fact[]) => {
					const state = newPersonState({ id: 'bea', zone: 'Europe/London', startDate: '2020-01-01' }, start);
					for (const fact of facts) applyFact(state, policy, fact);
					return state;
				};
				const direct = fresh(after.map((each) => enter(each)));
				const turned = fresh([...before.map((each) => enter(each)), corrected([...after].reverse())]);
				expect(turned.factors).toEqual([...direct.factors].reverse());
				for (let date = epochDay('2026-02-20'); date < epochDay('2026-04-10'); date++) {
					expect(dayFactor(measuresOf(turned), [], date)).toBe(dayFactor(measuresOf(direct), [], date));
				}
			})
		);
	});

	test('are no line of a file', () => {
		expect(parseFact({ at: '2026-03-02T09:00:00Z', type: 'factors-corrected', person: 'bea', factors: [] })).toEqual({
			ok: false,
			field: 'type',
			message: 'This type of fact is not known.'
		});
	});
});
