import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, applyFact, nextDue } from '../../src/lib/domain/engine.ts';
import { historyNeededFrom, historyStart, olderHistoryNeeded } from '../../src/lib/domain/history.ts';
import { remeasure } from '../../src/lib/domain/measures.ts';
import type { Output } from '../../src/lib/domain/output.ts';
import { newPersonState, type PersonState } from '../../src/lib/domain/person-state.ts';
import { replay } from '../../src/lib/domain/replay.ts';
import { addDays, personDayOf, personDayStart } from '../../src/lib/domain/time.ts';
import { began, iso, live, moves, patch, policy, sorted } from './life.ts';
import { DAY, HOUR } from './oracle.ts';
import { at, fact, mutating, runs, said } from './story.ts';

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
			runs(150)
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
			runs(60)
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
			runs(60)
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
			runs(60)
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
			runs(60)
		);
	});
});

/** Forgets what a server would not load. */
function prune(state: PersonState, now: number): PersonState {
	const from = historyNeededFrom(state, policy, now);
	const start = personDayStart(state.zone, state.dayStart, from);
	state.sessions = state.sessions.filter(({ end }) => end > start);
	state.dayTotals = state.dayTotals.filter(({ date }) => date >= from);
	remeasure(state);
	return state;
}

describe('the history that a server loads', () => {
	it('is all that the rules ask for: what is older changes nothing', () => {
		// Amendments and voids name entries of any age, which the server loads besides: they are left out here.
		const young = moves.map((all) => all.filter(({ kind }) => !['amend', 'void', 'person'].includes(kind)));
		fc.assert(
			fc.property(young, fc.integer({ min: 1, max: 60 }), (all, days) => {
				const slow = all.map((move) => ({ ...move, gap: move.gap * (days % 12) }));
				const pruned = live(slow, prune);
				expect(sorted(pruned.outputs)).toEqual(sorted(live(slow).outputs));
			}),
			runs(60)
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
	it.skipIf(mutating)('costs about the same after six years as after a day', () => {
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
