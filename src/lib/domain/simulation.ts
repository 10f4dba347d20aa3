import { advance, applyFact, nextDue } from './engine.ts';
import type { ConversationFact, Fact, PersonFact, Reason } from './facts.ts';
import type { Output } from './output.ts';
import { newPersonState, type PersonState } from './person-state.ts';
import { policyOf, type PoliciesInForce } from './policies-in-force.ts';
import type { Policy } from './policy.ts';
import { rules, type PolicyRuleId } from './rules/list.ts';
import { MS_PER_DAY, type Instant } from './time.ts';
import { addWorkingMinutes, dayRanges } from './working-time.ts';

/**
 * What one policy would have raised, had it been in force all along for the people as they are placed now. What people did of their own
 * accord is taken as it was recorded. What they did in answer to a prompt is not: those prompts rose under another policy. Instead every
 * prompt to a lead is seen, offered upon and answered alike, each at the end of the time that the policy itself gives (`answerOf`), so that two
 * policies differ in nothing else.
 */
export interface Simulation {
	policies: PoliciesInForce;
	/** Home team per person; facts about anybody else are passed over. */
	teamOf: ReadonlyMap<string, string>;
	window: SimulatedWindow;
	subjects: Map<string, Subject>;
	/** Whose a session, timer, day total or appointment is. */
	owners: Map<string, Subject>;
	tally: Tally;
}

/** What is counted: [from, until). Whatever comes before is gone through, because windows and anchors reach back. */
export interface SimulatedWindow {
	from: Instant;
	until: Instant;
}

/** How often, per person. */
export type PerPerson = Map<string, number>;

export interface Tally {
	findings: Map<SimulatedRuleId, PerPerson>;
	/** Prompts that rose for a lead, by whom they are about. */
	prompts: Record<LeadReason, PerPerson>;
}

interface Subject {
	state: PersonState;
	policy: Policy;
	/** What will be done about open alerts, soonest first. */
	answers: { at: Instant; reason: LeadReason; raisedAt: Instant; step: 'answer' | 'close' }[];
}

/**
 * Rules about what somebody said of themselves are not counted: there is no number in them to try out, and how often people are not well or
 * ask for help is shown nowhere but in the quarterly report (domain.md §6).
 */
const aboutThemselves = ['violent-material', 'contact-requested', 'concern'] as const;
export type SimulatedRuleId = Exclude<PolicyRuleId, (typeof aboutThemselves)[number]>;

const isCounted = (id: string): id is SimulatedRuleId => !aboutThemselves.some((each) => each === id);
/** The rules that are counted, in the order of the policy. */
export const simulatedRules = rules.filter((rule): rule is Extract<typeof rule, { id: SimulatedRuleId }> => isCounted(rule.id));

const isSimulated = (reason: Reason) => reason !== 'contact' && reason !== 'concern';
/** What a lead is prompted about; an overdue session goes to a welfare officer, and nothing that is counted hangs on how that ends. */
export const leadReasons = ['exposure', 'routine'] as const;
export type LeadReason = (typeof leadReasons)[number];
const isForLead = (reason: Reason): reason is LeadReason => leadReasons.some((each) => each === reason);

const passedOver: readonly Fact['type'][] = [
	...(['policy', 'member', 'check-in', 'sharing', 'share-concern', 'contact-request'] as const),
	...(['acknowledge', 'offer', 'response', 'follow-up', 'close', 'withdraw'] as const)
];

/** Begins to simulate; `policies` stay as they are throughout. */
export function newSimulation(policies: PoliciesInForce, teamOf: ReadonlyMap<string, string>, window: SimulatedWindow): Simulation {
	const findings = new Map(simulatedRules.map(({ id }) => [id, new Map<string, number>()]));
	return {
		policies,
		teamOf,
		window,
		subjects: new Map(),
		owners: new Map(),
		tally: { findings, prompts: { exposure: new Map(), routine: new Map() } }
	};
}

/**
 * Takes the next fact; those of one person come in order. Passed over are facts about others, about an entry that was made before the
 * first fact given, and from the end of the window on.
 * @throws InvalidFact for a fact that cannot follow upon those before
 */
export function simulateFact(simulation: Simulation, given: Fact): void {
	if (given.at >= simulation.window.until || passedOver.includes(given.type)) return;
	const fact = given.type === 'conversation' ? ownConversation(given) : given;
	if (fact === null) return;
	if (fact.type === 'person' && !simulation.subjects.has(fact.person)) return introduce(simulation, fact);
	const subject = subjectOf(simulation, fact);
	if (subject === undefined) return;
	pass(simulation, subject, fact.at);
	apply(simulation, subject, fact);
	if ('id' in fact) simulation.owners.set(fact.id, subject);
}

/** Lets time pass to the end of the window. @returns what was counted */
export function finishSimulation(simulation: Simulation): Tally {
	for (const subject of simulation.subjects.values()) pass(simulation, subject, simulation.window.until - 1);
	return simulation.tally;
}

/** One that only served prompts which are answered here anyway is left out; any other takes place, and serves none of them. */
function ownConversation({ reasons = [], ...fact }: ConversationFact): ConversationFact | null {
	return reasons.length > 0 && reasons.every(isSimulated) ? null : { ...fact, reasons: [] };
}

function introduce({ policies, teamOf, subjects }: Simulation, fact: PersonFact): void {
	const team = teamOf.get(fact.person);
	if (team === undefined) return;
	const state = newPersonState({ ...fact, id: fact.person }, fact.at);
	state.team = team;
	subjects.set(fact.person, { state, policy: policyOf(policies, team), answers: [] });
}

function subjectOf({ subjects, owners }: Simulation, fact: Fact): Subject | undefined {
	if ('person' in fact) return subjects.get(fact.person);
	return 'id' in fact ? owners.get(fact.id) : undefined;
}

function pass(simulation: Simulation, subject: Subject, until: Instant): void {
	for (;;) {
		const [answer] = subject.answers;
		const next = Math.min(nextDue(subject.state, subject.policy) ?? Infinity, answer?.at ?? Infinity, until);
		count(simulation, subject, advance(subject.state, subject.policy, next));
		if (answer !== undefined && answer.at <= next) takeAnswer(simulation, subject);
		else if (next >= until) return;
	}
}

function apply(simulation: Simulation, subject: Subject, fact: Fact): void {
	count(simulation, subject, applyFact(subject.state, subject.policy, fact));
}

function count(simulation: Simulation, subject: Subject, outputs: readonly Output[]): void {
	const { window, tally } = simulation;
	for (const output of outputs) {
		const counts = output.at >= window.from;
		if (output.kind === 'finding') {
			if (counts && isCounted(output.rule)) add(tally.findings.get(output.rule), output.person);
		} else if (output.event === 'raised' && isForLead(output.reason)) {
			if (counts) add(tally.prompts[output.reason], output.person);
			planAnswer(subject, output.reason, output.at);
		}
	}
}

function add(perPerson: PerPerson | undefined, person: string): void {
	perPerson?.set(person, (perPerson.get(person) ?? 0) + 1);
}

function planAnswer(subject: Subject, reason: LeadReason, raisedAt: Instant): void {
	const { calendar, alerts } = subject.policy;
	const minutes = alerts.acknowledgeMinutes + alerts.offerMinutes + alerts.responseMinutes;
	plan(subject, {
		at: addWorkingMinutes(calendar, dayRanges(subject.state.absences), raisedAt, minutes),
		reason,
		raisedAt,
		step: 'answer'
	});
}

function plan({ answers }: Subject, answer: Subject['answers'][number]): void {
	answers.push(answer);
	answers.sort((a, b) => a.at - b.at);
}

function takeAnswer(simulation: Simulation, subject: Subject): void {
	const answer = subject.answers.shift();
	if (answer === undefined) return;
	const { at, reason, raisedAt, step } = answer;
	// It may have been corrected away, or be closed by now.
	if (subject.state.alerts[reason]?.raisedAt !== raisedAt) return;
	apply(simulation, subject, answerOf(subject.state.id, at, reason, step));
	plan(subject, { ...answer, at: at + subject.policy.alerts.followUpDays * MS_PER_DAY, step: 'close' });
}

/** A conversation, with which a routine prompt ends; then, when the policy says so, the end of any other. */
function answerOf(person: string, at: Instant, reason: LeadReason, step: 'answer' | 'close'): Fact {
	return step === 'answer' ? { type: 'conversation', person, at, reasons: [reason] } : { type: 'close', person, at, reason };
}
