import type { Calendar, Period, Weekday } from './calendar.ts';
import { weekdays } from './calendar.ts';
import { rules, type RuleParameters } from './rules/list.ts';
import type { LocalDate } from './time.ts';

/** A new starter's limit factor while fewer than `days` days have passed since the start of exposure work. */
export interface NewStarterStep {
	days: number;
	factor: number;
}

/** Lengths of an alert's clocks. */
export interface AlertPolicy {
	/** Days × 24 h. */
	quietDays: number;
	/** Working minutes. */
	acknowledgeMinutes: number;
	offerMinutes: number;
	responseMinutes: number;
	/** Days × 24 h. */
	followUpDays: number;
	contactSoonMinutes: number;
	/** Minutes of clock time. */
	contactTodayAcknowledgeMinutes: number;
	contactTodayOfferMinutes: number;
}

/** A complete policy. Treat it as frozen: what is derived from it is remembered per object. */
export interface Policy {
	/** Minutes without exposure that end a stretch. */
	breakLength: number;
	rules: RuleParameters;
	newStarter: NewStarterStep[];
	alerts: AlertPolicy;
	calendar: Calendar;
}

/** What a policy says of its own; the rest has the default (a team's: the organisation's). Lists are replaced whole. */
export interface PolicyPatch {
	breakLength?: number;
	rules?: { [Id in keyof RuleParameters]?: Partial<RuleParameters[Id]> };
	newStarter?: NewStarterStep[];
	alerts?: Partial<AlertPolicy>;
	calendar?: { zone?: string; holidays?: LocalDate[]; hours?: Partial<Record<Weekday, Period[]>> };
}

const officeHours: Period[] = [['09:00', '17:00']];

/** The default of everything; sources of the rules' numbers stand with the rules, of the rest in `policySources`. */
export const defaultPolicy: Policy = {
	// Police Care UK: 10 minutes off each hour.
	breakLength: 10,
	rules: Object.fromEntries(rules.map((rule) => [rule.id, rule.defaults])) as unknown as RuleParameters,
	newStarter: [
		{ days: 28, factor: 0.5 },
		{ days: 56, factor: 0.75 }
	],
	alerts: {
		quietDays: 7,
		acknowledgeMinutes: 480,
		offerMinutes: 960,
		responseMinutes: 2400,
		followUpDays: 28,
		contactSoonMinutes: 240,
		contactTodayAcknowledgeMinutes: 60,
		contactTodayOfferMinutes: 240
	},
	calendar: {
		zone: 'UTC',
		holidays: [],
		hours: { mon: officeHours, tue: officeHours, wed: officeHours, thu: officeHours, fri: officeHours, sat: [], sun: [] }
	}
};

/** Source texts of the defaults that belong to no rule, for the policy screen. */
export const policySources = {
	breakLength: 'Police Care UK: 10 minutes off each hour',
	newStarter: '(ours)',
	alerts: '(ours)',
	calendar: '(ours)'
} as const;

type Tree = { [key: string]: unknown };

function isTree(value: unknown): value is Tree {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function laidOver(under: Tree, over: Tree): Tree {
	const result: Tree = { ...under };
	for (const [key, value] of Object.entries(over)) {
		const below = under[key];
		result[key] = isTree(below) && isTree(value) ? laidOver(below, value) : value;
	}
	return result;
}

/** The complete policy that results when the patches (valid ones) are laid over the default in turn. */
export function combinePolicies(...patches: PolicyPatch[]): Policy {
	let combined: Tree = defaultPolicy as unknown as Tree;
	for (const patch of patches) combined = laidOver(combined, patch as Tree);
	return combined as unknown as Policy;
}

/** What is wrong with a combination whose parts are right: without working hours no clock would ever run out. Null: nothing. */
export function checkCombined(policy: Policy): { path: string; message: string } | null {
	const periods = weekdays.reduce((sum, day) => sum + policy.calendar.hours[day].length, 0);
	if (periods > 0) return null;
	return { path: 'calendar.hours', message: 'A week needs at least one period of working hours.' };
}

export { parsePolicyPatch, type ParsedPolicy } from './policy-parse.ts';
