import { pop, push, type DueHeap } from './due-heap.ts';
import { advance, applyFact, nextDue } from './engine.ts';
import type { Fact, PersonFact, PolicyFact } from './facts.ts';
import { InvalidFact } from './invalid-fact.ts';
import { compareOutputs, type Output } from './output.ts';
import { newPersonState, type PersonState } from './person-state.ts';
import { policyOf, replacePolicy, startPolicies, type PoliciesInForce } from './policies-in-force.ts';
import type { PolicyPatch } from './policy.ts';
import type { Instant } from './time.ts';

interface Known {
	index: number;
	state: PersonState;
	due: Instant | null;
}

interface Run {
	policies: PoliciesInForce;
	people: Known[];
	byId: Map<string, Known>;
	/** Sessions, timers, day totals and appointments share one namespace over all people. */
	owners: Map<string, Known>;
	heap: DueHeap;
	/** What happened since the last fact of an earlier instant, to be sorted. */
	pending: Output[];
}

function reckonDue(run: Run, known: Known): void {
	const due = nextDue(known.state, policyOf(run.policies, known.state.team));
	if (due === known.due) return;
	known.due = due;
	if (due !== null) push(run.heap, due, known.index);
}

/** Lets time pass for everybody up to and including `until`. */
function pass(run: Run, until: Instant): void {
	while (run.heap.dues.length > 0 && (run.heap.dues[0] as number) <= until) {
		const { due, person } = pop(run.heap);
		const known = run.people[person] as Known;
		if (known.due !== due) continue;
		run.pending.push(...advance(known.state, policyOf(run.policies, known.state.team), due));
		known.due = null;
		reckonDue(run, known);
	}
}

function apply(run: Run, known: Known, fact: Fact): void {
	if (fact.type === 'member') known.state.team = fact.team;
	for (const output of applyFact(known.state, policyOf(run.policies, known.state.team), fact)) run.pending.push(output);
	reckonDue(run, known);
}

function introduce(run: Run, fact: PersonFact): void {
	const state = newPersonState({ ...fact, id: fact.person }, fact.at);
	const known: Known = { index: run.people.length, state, due: null };
	run.people.push(known);
	run.byId.set(fact.person, known);
	reckonDue(run, known);
}

function applyPolicy(run: Run, fact: PolicyFact): void {
	replacePolicy(run.policies, fact.team, fact.policy);
	for (const known of run.people) {
		if (fact.team === undefined || known.state.team === fact.team) apply(run, known, fact);
	}
}

const bringsId = (fact: Fact) =>
	fact.type === 'session' || fact.type === 'timer-start' || fact.type === 'day-total' || fact.type === 'appointment';

/** The person whom a fact is about. Throws InvalidFact for one not heard of, and for an id that is unknown or not new. */
function subjectOf(run: Run, fact: Exclude<Fact, PolicyFact>): Known {
	if (!('person' in fact)) {
		const owner = run.owners.get(fact.id);
		if (owner === undefined) throw new InvalidFact('id', 'Nothing has this id.');
		return owner;
	}
	const known = run.byId.get(fact.person);
	if (known === undefined) throw new InvalidFact('person', 'Nothing is known of this person yet.');
	if (bringsId(fact) && run.owners.has(fact.id)) throw new InvalidFact('id', 'This id was used before.');
	return known;
}

function take(run: Run, fact: Fact): void {
	if (fact.type === 'policy') return applyPolicy(run, fact);
	if (fact.type === 'person' && !run.byId.has(fact.person)) return introduce(run, fact);
	const known = subjectOf(run, fact);
	apply(run, known, fact);
	if (bringsId(fact)) run.owners.set(fact.id, known);
}

function* flush(run: Run, until: Instant): Generator<Output> {
	run.pending.sort(compareOutputs);
	for (const output of run.pending) if (output.at <= until) yield output;
	run.pending = [];
}

function takeOrName(run: Run, fact: Fact, index: number, last: Instant): void {
	try {
		if (fact.at < last) throw new InvalidFact('at', 'This lies before the line above.');
		pass(run, fact.at);
		take(run, fact);
	} catch (error) {
		if (error instanceof InvalidFact) error.index = index;
		throw error;
	}
}

/**
 * Everything that the facts (ordered by `at`) give rise to under the organisation's policy, ordered by `at`, person, then rule or event
 * name. `until` is the end (default: the last fact's instant): what is due by then is included, later facts are only checked.
 * Throws InvalidFact (with the fact's index from 0) at the first one that cannot be; by then earlier output was yielded already. An
 * organisation's policy without working hours throws one without an index.
 */
export function* replay(facts: Iterable<Fact>, organisationPolicy: PolicyPatch, until?: Instant): Generator<Output, void, void> {
	const run: Run = {
		policies: startPolicies(organisationPolicy),
		people: [],
		byId: new Map(),
		owners: new Map(),
		heap: { dues: [], people: [] },
		pending: []
	};
	let last = -Infinity;
	let index = 0;
	for (const fact of facts) {
		if (fact.at > last && run.pending.length > 0) yield* flush(run, until ?? Infinity);
		takeOrName(run, fact, index++, last);
		last = fact.at;
	}
	if (until !== undefined) pass(run, until);
	yield* flush(run, until ?? Infinity);
}
