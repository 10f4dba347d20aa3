import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyFact, nextDue } from '../../src/lib/domain/engine.ts';
import { parseFact } from '../../src/lib/domain/facts-parse.ts';
import type { Fact } from '../../src/lib/domain/facts.ts';
import { newPersonState } from '../../src/lib/domain/person-state.ts';
import { combinePolicies } from '../../src/lib/domain/policy.ts';
import { replay } from '../../src/lib/domain/replay.ts';
import { dateOf, epochDay } from '../../src/lib/domain/time.ts';
import { at, runs } from './story.ts';

const start = at('2026-03-02T00:00:00Z');
const firstDay = epochDay('2026-03-02');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Dates = { from: string; to: string };

const dates: fc.Arbitrary<Dates> = fc
	.record({ first: fc.integer({ min: -10, max: 70 }), days: fc.integer({ min: 0, max: 40 }) })
	.map(({ first, days }) => ({ from: dateOf(firstDay + first), to: dateOf(firstDay + first + days) }));

/** Hours after the start at which Bea does something: sessions, absences, requests, appointments, conversations. */
const happening: fc.Arbitrary<(when: number, nth: number) => Fact[]> = fc.oneof(
	dates.map(({ from, to }) => (when: number) => [{ type: 'absence', at: when, person: 'bea', from, to } as Fact]),
	fc
		.integer({ min: 1, max: 12 })
		.map((hours) => (when: number, nth: number) => [
			{ type: 'session', at: when, id: `s${nth}`, person: 'bea', start: when - hours * HOUR, end: when } as Fact
		]),
	fc.constant((when: number) => [{ type: 'contact-request', at: when, person: 'bea', when: 'soon' } as Fact]),
	fc.constant((when: number) => [{ type: 'conversation', at: when, person: 'bea' } as Fact]),
	fc.integer({ min: -10, max: 10 }).map((days) => (when: number, nth: number) => [
		{
			type: 'appointment',
			at: when,
			id: `p${nth}`,
			person: 'bea',
			kind: 'counselling',
			due: dateOf(Math.floor(when / DAY) + days)
		} as Fact
	])
);

const stories = fc
	.array(fc.tuple(fc.integer({ min: 1, max: 60 * 24 }), happening), { minLength: 3, maxLength: 30 })
	.map((parts) => [...parts].sort(([a], [b]) => a - b))
	.map((parts) => parts.flatMap(([hour, make], nth) => make(start + hour * HOUR + nth, nth)));

const bea: Fact = { type: 'person', at: start, person: 'bea', zone: 'Europe/London', startDate: '2020-01-01' };
const end = start + 120 * DAY;
const told = (facts: Fact[]) => [...replay([bea, ...facts], {}, end)];

/** The absences that stand when everything recorded up to and including `when` is known. */
const standing = (facts: Fact[], when: number): Dates[] =>
	facts.flatMap((fact) => (fact.type === 'absence' && fact.at <= when ? [{ from: fact.from, to: fact.to }] : []));

describe('An absence that is taken back as it was recorded', () => {
	test('was never one: everything that follows is as without it', () => {
		fc.assert(
			fc.property(stories, dates, fc.nat(), (story, mistaken, where) => {
				const place = where % story.length;
				const { at: when } = story[place] as Fact;
				const back: Fact[] = [
					{ type: 'absence', at: when, person: 'bea', ...mistaken },
					{ type: 'absences-corrected', at: when, person: 'bea', absences: standing(story, when) }
				];
				expect(told([...story.slice(0, place + 1), ...back, ...story.slice(place + 1)])).toEqual(told(story));
			}),
			runs(150)
		);
	});

	test('leaves the same state and the same next due instant, whenever it is taken back, where nothing was due meanwhile', () => {
		const policy = combinePolicies({}, {});
		fc.assert(
			fc.property(fc.array(dates, { maxLength: 5 }), dates, (others, mistaken) => {
				const fresh = () => {
					const state = newPersonState({ id: 'bea', zone: 'Europe/London', startDate: '2020-01-01' }, start);
					for (const each of others) applyFact(state, policy, { type: 'absence', at: start, person: 'bea', ...each });
					return state;
				};
				const [without, corrected] = [fresh(), fresh()];
				applyFact(corrected, policy, { type: 'absence', at: start, person: 'bea', ...mistaken });
				applyFact(corrected, policy, { type: 'absences-corrected', at: start, person: 'bea', absences: others });
				expect(corrected).toEqual(without);
				expect(nextDue(corrected, policy)).toBe(nextDue(without, policy));
			})
		);
	});
});

describe('Corrected absences', () => {
	test('are exactly those that are given, as if they had been entered one by one, in whatever order', () => {
		fc.assert(
			fc.property(stories, fc.array(dates, { maxLength: 4 }), fc.array(dates, { maxLength: 4 }), (story, before, after) => {
				const others = story.filter(({ type }) => type !== 'absence');
				const enter = (list: Dates[]) => list.map((each): Fact => ({ type: 'absence', at: start, person: 'bea', ...each }));
				const corrected: Fact = { type: 'absences-corrected', at: start, person: 'bea', absences: [...after].reverse() };
				expect(told([...enter(before), corrected, ...others])).toEqual(told([...enter(after), ...others]));
			}),
			runs(100)
		);
	});
});

describe('What only the server records', () => {
	test.each([
		{ type: 'absences-corrected', person: 'bea', absences: [] },
		{ type: 'appointment-drop', id: 'p1' },
		{ type: 'timer-drop', id: 't1' },
		{ type: 'day-total-corrected', id: 'd1', date: '2026-03-01', minutes: 5 }
	])('$type is no line of a file', (line) => {
		expect(parseFact({ at: '2026-03-02T09:00:00Z', ...line })).toEqual({
			ok: false,
			field: 'type',
			message: 'This type of fact is not known.'
		});
	});

	test('a dropped appointment is never overdue, and can end no second time', () => {
		const appointment: Fact = { type: 'appointment', at: start, id: 'p1', person: 'bea', kind: 'counselling', due: '2026-03-03' };
		const drop: Fact = { type: 'appointment-drop', at: start + HOUR, id: 'p1' };
		const overdue = (facts: Fact[]) =>
			told(facts).filter((output) => output.kind === 'finding' && output.rule === 'session-overdue').length;
		expect(overdue([appointment])).toBe(1);
		expect(overdue([appointment, drop])).toBe(0);
		expect(() => told([appointment, drop, { ...drop, at: start + 2 * HOUR }])).toThrow('This is no open appointment.');
		expect(() => told([appointment, drop, { ...appointment, at: start + 2 * HOUR }])).toThrow('This id was used before.');
	});
});
