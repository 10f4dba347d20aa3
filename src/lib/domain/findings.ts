import { raise } from './alert-events.ts';
import type { Audience, FindingEvent, Output } from './output.ts';
import { firedKey } from './person-state.ts';
import type { Policy } from './policy.ts';
import type { Rule, RuleId } from './rules/list.ts';
import type { FactFinding, Moment } from './rules/rule.ts';

/** A rule's parameters under a policy; `concern-shared` has none that could be changed. */
export function parametersOf<Each extends Rule>(policy: Policy, rule: Each): Each['defaults'] {
	return rule.id === 'concern-shared' ? rule.defaults : policy.rules[rule.id];
}

/** Whether a rule has already fired for the person and period. */
export function hasFired(moment: Moment, rule: RuleId, period: string): boolean {
	return moment.state.fired.has(firedKey(rule, period));
}

/** A condition that holds: `value` in minutes or days. */
export interface Holding extends FactFinding {
	value?: number;
}

/**
 * Turns a condition that holds into a finding and, where its audience is an alert, into what happens to the alert. A rule fires
 * once per person and period.
 */
export function fire(moment: Moment, rule: Rule, holding: Holding, out: Output[], today = false): void {
	const { state, now } = moment;
	const key = firedKey(rule.id, holding.period);
	if (state.fired.has(key)) return;
	state.fired.add(key);
	// A concern that the person shares with nobody is a private result.
	const audience: Audience = holding.shared === false ? 'private' : rule.audience;
	const finding: FindingEvent = { kind: 'finding', at: now, person: state.id, rule: rule.id, ...holding, audience };
	out.push(finding);
	if (audience === 'alert' && rule.reason !== null) {
		raise(moment, rule.reason, { rule: rule.id, period: holding.period }, today, out);
	}
}
