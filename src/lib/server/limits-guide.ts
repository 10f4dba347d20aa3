import { durationWords } from '#lib/domain/duration.ts';
import type { Policy } from '#lib/domain/policy.ts';
import { ruleOf, type PolicyRuleId } from '#lib/domain/rules/list.ts';
import type { Db } from './db/connection.ts';
import { policyFor } from './policies.ts';
import type { Viewer } from './viewer.ts';

/** One number of the policy, as the person reads it. */
export interface LimitRow {
	what: string;
	when: string;
	who: string;
	/** Of the default number; says so where the organisation has changed it. */
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
	// A weekly list for leads is to come; until then nobody else is shown it.
	review: 'you alone',
	alert: 'you, and a supervisor who may offer a word'
} as const;

/** Rules with a number of minutes, how the person reads what they are and when they hold. */
const minutesRules: readonly [PolicyRuleId & keyof Policy['rules'], string, (length: string) => string][] = [
	['break-due', 'A break is due', (length) => `after ${length} without one`],
	['break-missed', 'A break was missed', (length) => `over ${length} without one`],
	['day-action', 'Close to the day’s limit', (length) => `${length} in a day`],
	['day-limit', 'Over the day’s limit', (length) => `over ${length} in a day`],
	['day-over', 'Well over the day’s limit', (length) => `over ${length} in a day`],
	['week-action', 'A full week', (length) => `${length} in seven days`],
	['week-limit', 'Over the week’s limit', (length) => `over ${length} in seven days`],
	['fortnight-limit', 'Over the limit of two weeks', (length) => `over ${length} in 14 days`],
	['month-limit', 'Over the limit of four weeks', (length) => `over ${length} in 28 days`],
	['timer-forgotten', 'A forgotten timer', (length) => `running for ${length}`]
];

/** The other rules, in words. A concern, contact and dates have people of their own: domain.md §5. */
const otherRules: readonly [PolicyRuleId, string, string | null][] = [
	['days-in-row', 'Many days with exposure in a row', null],
	['late-exposure', 'Exposure late in the day', null],
	['ramp', 'Many more hours than in the weeks before', null],
	['violent-material', 'A session you marked as violent', null],
	['nothing-logged', 'Nothing logged on several usual working days', null],
	['contact-requested', 'You asked for contact', 'you, and whom you chose'],
	['concern', 'A check-in that suggests a conversation might help', 'you, and whom you have named'],
	['session-overdue', 'A counselling or assessment appointment that is overdue', 'you, and a welfare officer'],
	['routine-conversation', 'A routine conversation, four weeks after the last', 'you, and a lead']
];

/** The limits of the viewer's home team that are switched on, with where each number comes from. */
export function limitsFor(db: Db, viewer: Viewer): LimitsGuide {
	const { policy } = policyFor(db, viewer.homeTeam?.id ?? null);
	return {
		team: viewer.homeTeam?.name ?? null,
		rows: minutesRules.flatMap(([id, what, when]) => rowOf(policy, id, what, when)),
		others: otherRules
			.filter(([id]) => policy.rules[id].on)
			.map(([id, what, who]) => ({ what, who: who ?? whoLearns[ruleOf(id).audience], source: ruleOf(id).source })),
		breakLength: policy.breakLength,
		newStarter: policy.newStarter.map(({ days, factor }) => `${Math.round(factor * 100)} % until day ${days}`).join(', ')
	};
}

function rowOf(policy: Policy, id: PolicyRuleId, what: string, when: (length: string) => string): LimitRow[] {
	const parameters = policy.rules[id];
	if (!parameters.on || !('minutes' in parameters)) return [];
	const rule = ruleOf(id);
	const defaults = rule.defaults;
	const changed = 'minutes' in defaults && defaults.minutes !== parameters.minutes;
	return [
		{
			what,
			when: when(durationWords(parameters.minutes)),
			who: whoLearns[rule.audience],
			source: changed ? 'set by your organisation' : rule.source
		}
	];
}
