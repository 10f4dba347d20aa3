import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, applyFact, nextDue } from '../../src/lib/domain/engine.ts';
import type { Fact } from '../../src/lib/domain/facts.ts';
import { historyStart, olderHistoryNeeded, prune } from '../../src/lib/domain/history.ts';
import { InvalidFact } from '../../src/lib/domain/invalid-fact.ts';
import { compareOutputs, type Output } from '../../src/lib/domain/output.ts';
import { newPersonState, type PersonState } from '../../src/lib/domain/person-state.ts';
import { combinePolicies, type Policy } from '../../src/lib/domain/policy.ts';
import { replay } from '../../src/lib/domain/replay.ts';
import { addDays, personDayOf } from '../../src/lib/domain/time.ts';
import { at, fact, person, said, type Line } from './story.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
// Low thresholds, so that a short random life sets everything off.
const patch = {
	rules: {
		'day-over': { minutes: 200 },
		'week-limit': { minutes: 400 },
		'fortnight-limit': { on: true, minutes: 700 },
		'month-limit': { on: true, minutes: 900 },
		'days-in-row': { days: 1 },
		'late-exposure': { on: true, after: '18:00' },
		ramp: { factor: 1.2, minutes: 1 },
		'routine-conversation': { days: 9 }
	},
	alerts: { quietDays: 1, followUpDays: 2 }
};
const policy = combinePolicies(patch);

/** One thing that Bea or somebody about her does, `gap` ms after the thing before. */
interface Move {
	gap: number;
	kind: string;
	/** Picks ids, lengths, answers. */
	a: number;
	b: number;
}
const kinds = [
	'session',
	'session',
	'session',
	'timer-start',
	'timer-stop',
	'timer-stop',
	'day-total',
	'amend',
	'amend',
	'void',
	'check-in',
	'sharing',
	'share-concern',
	'contact-request',
	'absence',
	'factor',
	'conversation',
	'appointment',
	'appointment-attended',
	'acknowledge',
	'offer',
	'response',
	'follow-up',
	'close',
	'withdraw',
	'person'
];
const moves = fc.array(
	fc.record<Move>({
		gap: fc.oneof(
			fc.integer({ min: 0, max: 4 * HOUR }),
			fc.integer({ min: 0, max: 40 }).map((hours) => hours * HOUR),
			fc.constant(0)
		),
		kind: fc.constantFrom(...kinds),
		a: fc.nat(1_000_000),
		b: fc.nat(1_000_000)
	}),
	{ minLength: 10, maxLength: 60 }
);
const reasons = ['exposure', 'contact', 'concern', 'session', 'routine'];
const iso = (instant: number) => new Date(instant).toISOString();

/** The fields of a move as a fact at `now`; `known`: how many ids there are so far. */
function fields({ kind, a, b }: Move, now: number, known: number): Record<string, unknown> {
	const back = now - (a % (3 * DAY));
	const interval = { start: iso(back - 1 - (b % (6 * HOUR))), end: iso(back) };
	const old = { id: `i${a % Math.max(1, known)}` };
	const date = iso(now - (a % 9) * DAY).slice(0, 10);
	switch (kind) {
		case 'session':
			return { ...interval, id: `i${known}`, person: 'bea', violent: b % 2 ? 'yes' : 'no' };
		case 'timer-start':
			return { id: `i${known}`, person: 'bea' };
		case 'timer-stop':
			return b % 3 ? old : { ...old, end: iso(now - (b % HOUR)) };
		case 'day-total':
			return { id: `i${known}`, person: 'bea', date, minutes: 1 + (b % 400) };
		case 'amend':
			return { ...old, ...interval };
		case 'void':
		case 'appointment-attended':
			return old;
		case 'check-in':
			return a % 2
				? { person: 'bea', instrument: 'pulse', answers: [a % 5, b % 5, 4, 0] }
				: { person: 'bea', instrument: 'who5', answers: [a % 6, b % 6, 2, 2, 2] };
		case 'sharing':
			return { person: 'bea', prompt: a % 3 > 0 };
		case 'contact-request':
			return { person: 'bea', when: a % 2 ? 'today' : 'soon' };
		case 'absence':
			return { person: 'bea', from: date, to: addDays(date, b % 12) };
		case 'factor':
			return { person: 'bea', factor: (1 + (b % 100)) / 101, from: date, ...(a % 2 ? { to: addDays(date, b % 9) } : {}) };
		case 'conversation':
			return { person: 'bea', reasons: reasons.filter((_, index) => (a >> index) % 2) };
		case 'appointment':
			return { id: `i${known}`, person: 'bea', kind: 'counselling', due: date };
		case 'person':
			return {
				person: 'bea',
				zone: a % 2 ? 'Europe/London' : 'America/New_York',
				startDate: '2026-02-20',
				dayStart: b % 2 ? '00:00' : '12:00'
			};
		case 'share-concern':
			return { person: 'bea' };
		default:
			return { person: 'bea', reason: reasons[a % 5], ...(kind === 'response' ? { answer: b % 2 ? 'accepted' : 'not-now' } : {}) };
	}
}

interface Life {
	facts: Fact[];
	outputs: Output[];
	state: PersonState;
	refused: number;
}
const began = at('2026-03-20T08:00Z');
const first = fact(person('bea', { startDate: '2026-02-20' }, iso(began)));
const bringing = new Set(['session', 'timer-start', 'day-total', 'appointment']);

/** Lives Bea's moves as a server would: advance, apply, and leave the state alone where a fact is refused. */
function live(all: Move[], between: (state: PersonState, now: number) => PersonState = (state) => state, by: Policy = policy): Life {
	let state = newPersonState({ id: 'bea', zone: 'Europe/London', startDate: '2026-02-20' }, began);
	const life: Life = { facts: [first], outputs: [], state, refused: 0 };
	let known = 0;
	let now = began;
	for (const move of all) {
		now += move.gap;
		life.outputs.push(...advance(state, by, now));
		state = between(state, now);
		const next = fact({ at: iso(now), type: move.kind, ...fields(move, now, known) } as Line);
		const before = structuredClone(state);
		try {
			life.outputs.push(...applyFact(state, by, next));
			life.facts.push(next);
			if (bringing.has(move.kind)) known++;
		} catch (error) {
			if (!(error instanceof InvalidFact)) throw error;
			expect(state).toEqual(before);
			life.refused++;
		}
	}
	life.outputs.push(...advance(state, by, now + 20 * DAY));
	life.state = state;
	return life;
}
const sorted = (outputs: Output[]) => [...outputs].sort(compareOutputs).map(said);

describe('a life of random facts', () => {
	it('gives the same in one go as carried over from fact to fact in a stored state', () => {
		fc.assert(
			fc.property(moves, (all) => {
				const { facts, outputs } = live(all);
				const end = (facts.at(-1)?.at ?? began) + 20 * DAY;
				const once = [...replay(facts, patch, end)];
				expect(sorted(live(all, (state) => structuredClone(state)).outputs)).toEqual(sorted(outputs));
				expect(once.map(said)).toEqual(sorted(outputs).filter((_, index) => index < once.length));
				expect(once.length).toBe(outputs.filter((output) => output.at <= end).length);
			}),
			{ numRuns: 150 }
		);
	});

	it('gives the same whether time passes in one step or in many', () => {
		fc.assert(
			fc.property(moves, fc.integer({ min: HOUR, max: 12 * HOUR }), (all, stride) => {
				const many = live(all).state;
				const once = structuredClone(many);
				const end = many.advancedTo + 15 * DAY;
				const stepwise: Output[] = [];
				while (many.advancedTo < end) stepwise.push(...advance(many, policy, Math.min(many.advancedTo + stride, end)));
				expect(stepwise).toEqual(advance(once, policy, end));
				expect(many).toEqual(once);
			}),
			{ numRuns: 60 }
		);
	});

	it('never has anything happen before the next due instant, nor twice', () => {
		fc.assert(
			fc.property(moves, (all) => {
				const { state } = live(all);
				for (let count = 0; count < 20; count++) {
					const due = nextDue(state, policy);
					if (due === null) return;
					expect(due).toBeGreaterThan(state.advancedTo);
					expect(advance(structuredClone(state), policy, due - 1)).toEqual([]);
					for (const output of advance(state, policy, due)) expect(output.at).toBe(due);
					expect(advance(state, policy, due)).toEqual([]);
				}
			}),
			{ numRuns: 60 }
		);
	});

	it('holds what a state made anew from its plain data holds', () => {
		fc.assert(
			fc.property(moves, (all) => {
				const { state } = live(all);
				const next = fact({
					at: iso(state.advancedTo),
					type: 'session',
					id: 'new',
					person: 'bea',
					start: iso(state.advancedTo - 5 * HOUR),
					end: iso(state.advancedTo)
				});
				expect(applyFact(structuredClone(state), policy, next)).toEqual(applyFact(state, policy, next));
			}),
			{ numRuns: 60 }
		);
	});

	it('fires each rule once per period, unless a correction gave it back', () => {
		fc.assert(
			fc.property(moves, (all) => {
				const fired = new Set<string>();
				for (const output of live(all).outputs) {
					if (output.kind === 'finding') {
						expect(fired).not.toContain(`${output.rule}|${output.period}`);
						fired.add(`${output.rule}|${output.period}`);
					} else if (output.event === 'corrected') {
						for (const { rule, period } of output.causes ?? []) fired.delete(`${rule}|${period}`);
					}
				}
			}),
			{ numRuns: 60 }
		);
	});
});

describe('the history that a server loads', () => {
	it('is all that the rules ask for: what is older changes nothing', () => {
		// Amendments and voids name entries of any age, which the server loads besides: they are left out here.
		const young = moves.map((all) => all.filter(({ kind }) => !['amend', 'void', 'person'].includes(kind)));
		fc.assert(
			fc.property(young, fc.integer({ min: 1, max: 60 }), (all, days) => {
				const slow = all.map((move) => ({ ...move, gap: move.gap * (days % 12) }));
				const pruned = live(slow, (state, now) => {
					prune(state, policy, now);
					return state;
				});
				expect(sorted(pruned.outputs)).toEqual(sorted(live(slow).outputs));
			}),
			{ numRuns: 60 }
		);
	});

	it('begins 56 days back, or 28 days up to the last date with exposure', () => {
		expect(historyStart('2026-06-01', null)).toBe('2026-04-06');
		expect(historyStart('2026-06-01', '2026-05-31')).toBe('2026-04-06');
		expect(historyStart('2026-06-01', '2026-02-28')).toBe('2026-02-01');
	});

	it('asks for more where a run of days reaches beyond what is loaded', () => {
		const state = newPersonState({ id: 'bea', zone: 'UTC', startDate: '2020-01-01' }, began);
		const today = personDayOf('UTC', '00:00', began);
		for (let day = 0; day < 57; day++) state.dayTotals.push({ id: `d${day}`, date: addDays(today, -day), minutes: 5 });
		state.historyFrom = historyStart(today, today);
		expect(olderHistoryNeeded(state, policy, began)).toBe(addDays(today, -57));
		expect(olderHistoryNeeded({ ...state, dayTotals: state.dayTotals.filter(({ id }) => id !== 'd40') }, policy, began)).toBeNull();
		expect(olderHistoryNeeded({ ...state, historyFrom: null }, policy, began)).toBeNull();
	});
});

describe('one new session', () => {
	it('costs about the same after six years as after a day', () => {
		const state = newPersonState({ id: 'ines', zone: 'Europe/London', startDate: '2020-01-01' }, at('2020-01-01T00:00Z'));
		const days = 6 * 365;
		for (let day = 0; day < days; day++) {
			for (let part = 0; part < 4; part++) {
				const start = state.firstFactAt + day * DAY + (9 + 2 * part) * HOUR;
				state.sessions.push({ id: `${day}.${part}`, start, end: start + HOUR });
			}
		}
		state.advancedTo = state.firstFactAt + days * DAY;
		nextDue(state, policy);
		const began = performance.now();
		for (let count = 0; count < 100; count++) {
			const now = state.advancedTo + HOUR;
			advance(state, policy, now);
			applyFact(state, policy, { at: now, type: 'session', id: `new ${count}`, person: 'ines', start: now - HOUR / 2, end: now });
		}
		expect((performance.now() - began) / 100).toBeLessThan(5);
	});
});
