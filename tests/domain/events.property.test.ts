import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockOf } from '../../src/lib/domain/alert.ts';
import { advance, applyFact } from '../../src/lib/domain/engine.ts';
import { reasons, type Fact, type Reason } from '../../src/lib/domain/facts.ts';
import { InvalidFact } from '../../src/lib/domain/invalid-fact.ts';
import type { Output } from '../../src/lib/domain/output.ts';
import { newPersonState, type PersonState } from '../../src/lib/domain/person-state.ts';
import { combinePolicies, defaultPolicy } from '../../src/lib/domain/policy.ts';
import { replay } from '../../src/lib/domain/replay.ts';
import { began, iso, live, moves, patch, policy, sorted } from './life.ts';
import { DAY, HOUR, later, MINUTE, walkedWorkingTime } from './oracle.ts';
import { fact, runs, said, type Line } from './story.ts';

describe('a stream cut in two', () => {
	const names = ['bea', 'sol', 'wen'];
	/** Everybody's life in one stream, each with ids of their own. */
	const together = (lives: Fact[][]): Fact[] =>
		lives
			.flatMap((facts, index) =>
				facts.map(
					(each) =>
						({ ...each, ...('person' in each && { person: names[index] }), ...('id' in each && { id: `${index}.${each.id}` }) }) as Fact
				)
			)
			.sort((a, b) => a.at - b.at);

	/** Who a fact is about: by name, or by the number that the id begins with. */
	const whose = (each: Fact) => ('person' in each ? each.person : (names[Number('id' in each && each.id[0])] as string));

	/** Replays the facts from these states on, and carries them over. */
	function carryOn(states: Map<string, PersonState>, facts: Fact[], until: number): Output[] {
		const out: Output[] = [];
		for (const each of facts) {
			const state = states.get(whose(each));
			if (state === undefined && each.type === 'person') {
				states.set(each.person, newPersonState({ ...each, id: each.person }, each.at));
			} else if (state !== undefined) {
				out.push(...advance(state, policy, each.at), ...applyFact(state, policy, each));
			}
		}
		for (const state of states.values()) out.push(...advance(state, policy, until));
		return out;
	}

	it('gives the same as in one go, the state stored and read in between', () => {
		fc.assert(
			fc.property(fc.tuple(moves, moves, moves), fc.nat(), (all, pick) => {
				const facts = together(all.map((each) => live(each).facts));
				const end = (facts.at(-1)?.at ?? began) + 20 * DAY;
				const cut = 1 + (pick % facts.length);
				const states = new Map<string, PersonState>();
				const first = carryOn(states, facts.slice(0, cut), (facts[cut - 1] as Fact).at);
				const second = carryOn(structuredClone(states), facts.slice(cut), end);
				expect(sorted([...first, ...second])).toEqual([...replay(facts, patch, end)].map(said));
			}),
			runs(60)
		);
	});
});

describe('escalation', () => {
	const start = Date.parse('2026-03-02T09:00Z');
	const calm = combinePolicies({ rules: { 'routine-conversation': { on: false } } });
	const most: Record<Reason, number> = { exposure: 1, routine: 1, contact: 2, concern: 2, session: 2 };
	const workingMinutes: Partial<Record<string, number>> = { raised: 480, acknowledged: 960, unanswered: 960, offered: 2400 };
	const next: Record<string, Record<string, string>> = {
		acknowledge: { raised: 'acknowledged' },
		offer: { raised: 'offered', acknowledged: 'offered', unanswered: 'offered', declined: 'offered' },
		accept: { offered: 'accepted', unanswered: 'accepted' },
		decline: { offered: 'declined', unanswered: 'declined' },
		'follow-up': { accepted: 'followed-up' },
		close: { accepted: 'closed', declined: 'closed', unanswered: 'closed', 'followed-up': 'closed' }
	};

	interface Done {
		gap: number;
		step: string;
	}
	interface Model {
		state: string;
		level: number;
		from: number;
		away: { from: string; to: string }[];
	}

	const reckoned = new Map<string, number>();

	/** When the model's one clock runs out; Infinity: never. */
	function runsOut(reason: Reason, today: boolean, model: Model): number {
		const key = JSON.stringify([reason, today, model]);
		const known = reckoned.get(key) ?? reckon(reason, today, model);
		reckoned.set(key, known);
		return known;
	}

	function reckon(reason: Reason, today: boolean, { state, level, from, away }: Model): number {
		if (state === 'closed' || state === 'declined' || state === 'followed-up') return Infinity;
		if (state !== 'offered' && level === most[reason]) return Infinity;
		if (state === 'accepted') return from + 28 * DAY;
		if (reason !== 'contact' || state === 'offered') {
			return walkedWorkingTime(calm.calendar, reason === 'contact' ? [] : away, from, workingMinutes[state] as number);
		}
		if (!today) return walkedWorkingTime(calm.calendar, [], from, 240);
		return from + (state === 'raised' ? HOUR : 4 * HOUR);
	}

	/** What replay.md says happens to an alert, as a small machine of its own. */
	function modelled(reason: Reason, today: boolean, all: Done[], until: number): string[] {
		const model: Model = { state: 'raised', level: 0, from: start, away: [] };
		const events: string[] = [];
		const pass = (now: number) => {
			for (let due = runsOut(reason, today, model); due <= now; due = runsOut(reason, today, model)) {
				model.from = due;
				const unanswered = model.state === 'offered';
				if (unanswered) model.state = 'unanswered';
				else model.level++;
				events.push(`${iso(due)} ${unanswered ? 'unanswered' : 'escalated'} ${model.level}`);
			}
		};
		let now = start;
		for (const { gap, step } of all) {
			now += gap * MINUTE;
			pass(now);
			if (model.state === 'closed') break;
			if (step === 'away') {
				const date = iso(now).slice(0, 10);
				model.away.push({ from: date, to: later(date, 2) });
				continue;
			}
			const to = next[step]?.[model.state];
			if (to === undefined) continue;
			model.state = to;
			model.from = now;
		}
		pass(until);
		return events;
	}

	function lived(reason: Reason, today: boolean, all: Done[], until: number): { events: string[]; state: PersonState } {
		const state = newPersonState({ id: 'sol', zone: 'UTC', startDate: '2020-01-01' }, start);
		const alert = { reason, state: 'raised' as const, level: 0, raisedAt: start, enteredAt: start, clock: null, today, evidence: [] };
		state.alerts[reason] = { ...alert, clock: clockOf(alert, defaultPolicy.alerts, start) };
		const out: Output[] = [];
		let now = start;
		for (const { gap, step } of all) {
			now += gap * MINUTE;
			out.push(...advance(state, calm, now));
			const date = iso(now).slice(0, 10);
			const line: Line =
				step === 'away'
					? { at: iso(now), type: 'absence', person: 'sol', from: date, to: later(date, 2) }
					: {
							at: iso(now),
							type: step === 'accept' || step === 'decline' ? 'response' : step,
							person: 'sol',
							reason,
							...(step === 'accept' && { answer: 'accepted' }),
							...(step === 'decline' && { answer: 'not-now' })
						};
			try {
				out.push(...applyFact(state, calm, fact(line)));
			} catch (error) {
				if (!(error instanceof InvalidFact)) throw error;
			}
		}
		out.push(...advance(state, calm, until));
		const told = out.flatMap((each) => (each.kind === 'alert' && each.event !== 'closed' ? [each] : []));
		return { events: told.map((each) => `${iso(each.at)} ${each.event} ${each.level}`), state };
	}

	const done = fc.array(
		fc.record({
			gap: fc.oneof(fc.nat(600), fc.nat(12_000)),
			step: fc.constantFrom('acknowledge', 'offer', 'accept', 'decline', 'follow-up', 'close', 'away')
		}),
		{ maxLength: 8 }
	);

	it('happens when a machine of its own says, never above the highest level, and is never lost', () => {
		fc.assert(
			fc.property(fc.constantFrom(...reasons), fc.boolean(), done, (reason, today, all) => {
				const until = start + all.reduce((sum, { gap }) => sum + gap, 0) * MINUTE + 60 * DAY;
				const { events, state } = lived(reason, today, all, until);
				expect(events).toEqual(modelled(reason, today, all, until));
				const alert = state.alerts[reason];
				if (alert === undefined) return;
				expect(alert.level).toBeLessThanOrEqual(most[reason]);
				if (alert.state !== 'declined' && alert.state !== 'followed-up') expect(alert.level).toBe(most[reason]);
			}),
			runs(100)
		);
	});
});
