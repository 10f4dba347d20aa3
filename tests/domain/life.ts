import fc from 'fast-check';
import { expect } from 'vitest';
import { advance, applyFact } from '../../src/lib/domain/engine.ts';
import type { Fact } from '../../src/lib/domain/facts.ts';
import { InvalidFact } from '../../src/lib/domain/invalid-fact.ts';
import { compareOutputs, type Output } from '../../src/lib/domain/output.ts';
import { newPersonState, type PersonState } from '../../src/lib/domain/person-state.ts';
import { combinePolicies, type Policy } from '../../src/lib/domain/policy.ts';
import { addDays } from '../../src/lib/domain/time.ts';
import { DAY, HOUR, zones } from './oracle.ts';
import { at, fact, person, said, type Line } from './story.ts';

// Low thresholds, so that a short random life sets everything off.
export const patch = {
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
export const policy = combinePolicies(patch);

/** One thing that Bea or somebody about her does, `gap` ms after the thing before. */
export interface Move {
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
export const moves = fc.array(
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
export const iso = (instant: number) => new Date(instant).toISOString();

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
				zone: zones[a % zones.length],
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
export const began = at('2026-03-20T08:00Z');
const first = fact(person('bea', { startDate: '2026-02-20' }, iso(began)));
const bringing = new Set(['session', 'timer-start', 'day-total', 'appointment']);

/** Lives Bea's moves as a server would: advance, apply, and leave the state alone where a fact is refused. */
export function live(all: Move[], between: (state: PersonState, now: number) => PersonState = (state) => state, by: Policy = policy): Life {
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
export const sorted = (outputs: Output[]) => [...outputs].sort(compareOutputs).map(said);
