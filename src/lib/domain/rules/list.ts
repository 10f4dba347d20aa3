import { breakDue } from './break-due.ts';
import { breakMissed } from './break-missed.ts';
import { concern } from './concern.ts';
import { concernShared } from './concern-shared.ts';
import { contactRequested } from './contact-requested.ts';
import { dayAction } from './day-action.ts';
import { dayLimit } from './day-limit.ts';
import { dayOver } from './day-over.ts';
import { daysInRow } from './days-in-row.ts';
import { fortnightLimit } from './fortnight-limit.ts';
import { lateExposure } from './late-exposure.ts';
import { monthLimit } from './month-limit.ts';
import { nothingLogged } from './nothing-logged.ts';
import { ramp } from './ramp.ts';
import { routineConversation } from './routine-conversation.ts';
import { sessionOverdue } from './session-overdue.ts';
import { timerForgotten } from './timer-forgotten.ts';
import { violentMaterial } from './violent-material.ts';
import { weekAction } from './week-action.ts';
import { weekLimit } from './week-limit.ts';

/** The rules a policy may switch and tune, in the order of its screen and of `--print-policy`. */
export const rules = [
	breakDue,
	breakMissed,
	dayAction,
	dayLimit,
	dayOver,
	weekAction,
	weekLimit,
	fortnightLimit,
	monthLimit,
	daysInRow,
	lateExposure,
	ramp,
	violentMaterial,
	timerForgotten,
	nothingLogged,
	contactRequested,
	concern,
	sessionOverdue,
	routineConversation
] as const;

/** Every rule: with `concern-shared`, which nobody can switch off, because nothing a person presses is swallowed. */
export const allRules = [...rules, concernShared] as const;

export type PolicyRule = (typeof rules)[number];
export type PolicyRuleId = PolicyRule['id'];
export type Rule = (typeof allRules)[number];
export type RuleId = Rule['id'];

/** Each rule's parameters under its id. */
export type RuleParameters = { [Each in PolicyRule as Each['id']]: Each['defaults'] };

/** The rule with an id; throws for an id that is none. */
export function ruleOf(id: RuleId): Rule {
	const rule = allRules.find((each) => each.id === id);
	if (rule === undefined) throw new RangeError(`No rule is called ${id}.`);
	return rule;
}

export const dateRules = allRules.filter((rule) => rule.when === 'touched-date');
export const todayRules = allRules.filter((rule) => rule.when === 'today');
export const stretchRules = allRules.filter((rule) => rule.when === 'stretch');
export const timerRules = allRules.filter((rule) => rule.when === 'timer');
export const dayStartRules = allRules.filter((rule) => rule.when === 'day-start');
export const factRules = allRules.filter((rule) => rule.when === 'fact');
