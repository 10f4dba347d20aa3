import { nextAlertDue, runOut } from './alert-events.ts';
import { change } from './changes.ts';
import { checkFact } from './check-fact.ts';
import { evaluateDayStart, nextDayStart } from './day-start.ts';
import { evaluateTimer, nextTimerDue } from './evaluation.ts';
import type { Fact } from './facts.ts';
import { fire, parametersOf } from './findings.ts';
import { measuresOf } from './measures.ts';
import { momentOf } from './moment.ts';
import type { Output } from './output.ts';
import type { PersonState } from './person-state.ts';
import type { Policy } from './policy.ts';
import { factRules } from './rules/list.ts';
import type { Instant } from './time.ts';

/**
 * The earliest instant at which `advance` might produce something, as things are; null: never. May be too early (a person-day
 * whose start finds nothing), never too late. Lies after `advancedTo` once a state's last fact was applied by this engine.
 */
export function nextDue(state: PersonState, policy: Policy): Instant | null {
	const measures = measuresOf(state);
	if (measures.nextDue?.policy === policy) return measures.nextDue.at;
	const moment = momentOf(state, policy, state.advancedTo);
	const at = earliest(earliest(nextAlertDue(moment), nextTimerDue(moment)), nextDayStart(moment));
	measures.nextDue = { policy, at };
	return at;
}

function earliest(a: Instant | null, b: Instant | null): Instant | null {
	return a === null || (b !== null && b < a) ? b : a;
}

/**
 * Evaluates everything due by itself up to and including `until` with the policy in force: notices of a running timer, starts of
 * person-days, clocks of alerts. Changes the state; returns what happened in order (at one instant findings, then overdue steps).
 * A second call with the same `until` returns nothing.
 */
export function advance(state: PersonState, policy: Policy, until: Instant): Output[] {
	const out: Output[] = [];
	for (let due = nextDue(state, policy); due !== null && due <= until; due = nextDue(state, policy)) {
		// A clock can be overdue where a state was stored, and the calendar changed, in between.
		state.advancedTo = Math.max(due, state.advancedTo);
		measuresOf(state).nextDue = null;
		const moment = momentOf(state, policy, state.advancedTo);
		evaluateDayStart(moment, out);
		evaluateTimer(moment, out);
		runOut(moment, out);
	}
	state.advancedTo = Math.max(until, state.advancedTo);
	return out;
}

/**
 * Applies one fact about the person; `fact.at` is not earlier than `advancedTo`, and the caller has advanced to it with the policy in
 * force before. `policy` is the one in force after the fact: for `policy` and `member` facts the new one. The person's first fact is
 * `newPersonState`'s. Changes the state and returns what happened, in order. Throws InvalidFact, and changes nothing, for a fact that
 * cannot follow upon the state; that an id is new, and no other person's, is for the caller to know.
 */
export function applyFact(state: PersonState, policy: Policy, fact: Fact): Output[] {
	checkFact(state, fact);
	const out: Output[] = [];
	state.advancedTo = fact.at;
	measuresOf(state).nextDue = null;
	const before = momentOf(state, policy, fact.at);
	const today = fact.type === 'contact-request' && fact.when === 'today';
	for (const rule of factRules) {
		const holding = parametersOf(policy, rule).on ? rule.found(before, fact) : null;
		if (holding !== null) fire(before, rule, holding, out, today);
	}
	change(before, fact, out);
	// What a fact makes true for a running timer, or makes run out, happens before the next fact.
	const after = momentOf(state, policy, fact.at);
	evaluateTimer(after, out);
	runOut(after, out);
	return out;
}
