import { defaultPolicy, type Policy, type PolicyPatch } from '#lib/domain/policy.ts';
import { valueAt, valueWords } from '#lib/domain/policy-values.ts';
import { rules, type PolicyRule, type PolicyRuleId } from '#lib/domain/rules/list.ts';
import type { Parameter } from '#lib/domain/rules/rule.ts';
import type { Db } from './db/connection.ts';
import { newestVersion } from './policy-changes.ts';
import { policyFor } from './policies.ts';
import type { Viewer } from './viewer.ts';

/** One number of the policy, as the person reads it. */
export interface LimitRow {
	what: string;
	when: string;
	who: string;
	/** Of the default number; says so where the organisation or the team has changed it. */
	source: string;
}

export interface LimitsGuide {
	/** The home team whose policy it is; null: the organisation's. */
	team: string | null;
	rows: LimitRow[];
	/** What else is noticed: rules without a number of minutes. */
	others: { what: string; who: string; source: string }[];
	/** Minutes. */
	breakLength: number;
	/** Lower limits in the first weeks, in words. */
	newStarter: string;
}

const whoLearns = {
	notice: 'you alone',
	review: 'you, and your team’s leads once a week, on a list about the rota',
	alert: 'you, and a supervisor who may offer a word'
} as const;

/** Who learns of what is neither a notice nor a limit. */
const others: Partial<Record<PolicyRuleId, string>> = {
	'contact-requested': 'you, and whom you chose',
	concern: 'you, and whom you have named',
	'session-overdue': 'you, and a welfare officer',
	'routine-conversation': 'you, and a lead'
};

/** The limits of the viewer's home team that are switched on, with where each number comes from. */
export function limitsFor(db: Db, viewer: Viewer): LimitsGuide {
	const team = viewer.homeTeam?.id ?? null;
	const { policy } = policyFor(db, team);
	const own = team === null ? {} : (newestVersion(db, team)?.patch ?? {});
	const on = rules.filter(({ id }) => policy.rules[id].on);
	const hasMinutes = ({ parameters }: PolicyRule) => Object.values<Parameter>(parameters).length === 1 && 'minutes' in parameters;
	const whoLearnsOf = ({ id, audience }: PolicyRule) => others[id] ?? whoLearns[audience];
	return {
		team: viewer.homeTeam?.name ?? null,
		rows: on.filter(hasMinutes).map((rule) => ({ what: rule.title, who: whoLearnsOf(rule), ...numberOf(policy, own, rule) })),
		others: on.filter((rule) => !hasMinutes(rule)).map((rule) => ({ what: rule.title, who: whoLearnsOf(rule), source: rule.source })),
		breakLength: policy.breakLength,
		newStarter: valueWords('steps', policy.newStarter)
	};
}

/** `own`: what the team's policy says beside the organisation's. */
function numberOf(policy: Policy, own: PolicyPatch, rule: PolicyRule): Pick<LimitRow, 'when' | 'source'> {
	const path = `rules.${rule.id}.minutes`;
	const [value, standard] = [valueAt(policy, path), valueAt(defaultPolicy, path)] as [number, number];
	const { says } = (rule.parameters as { minutes: Parameter }).minutes;
	const setBy = valueAt(own, path) === undefined ? 'set by your organisation' : 'set for your team';
	return { when: says(valueWords('minutes', value)), source: value === standard ? rule.source : setBy };
}
