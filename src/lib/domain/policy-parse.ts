import { weekdays, type Period } from './calendar.ts';
import type { PolicyPatch } from './policy.ts';
import { rules, type Rule } from './rules/list.ts';
import type { Parameter, ParameterKind } from './rules/rule.ts';
import { clockMinutes, isLocalDate } from './time.ts';
import { isZone } from './zone.ts';

export type ParsedPolicy = { ok: true; patch: PolicyPatch } | { ok: false; path: string; message: string };

interface Problem {
	path: string;
	message: string;
}
type Check = (value: unknown, path: string) => Problem | null;

const join = (path: string, key: string | number) => (path === '' ? String(key) : `${path}.${key}`);

/** An object that may leave out any of its keys, unless `whole`. */
function keys(checks: Record<string, Check>, whole = false): Check {
	const known = new Map(Object.entries(checks));
	return (value, path) => {
		if (typeof value !== 'object' || value === null || Array.isArray(value)) return { path, message: 'An object belongs here.' };
		for (const key of Object.keys(value)) {
			const check = known.get(key);
			if (check === undefined) return { path: join(path, key), message: 'A policy has no such key.' };
			const problem = check((value as Record<string, unknown>)[key], join(path, key));
			if (problem !== null) return problem;
		}
		const missing = whole ? [...known.keys()].find((key) => !Object.hasOwn(value, key)) : undefined;
		return missing === undefined ? null : { path: join(path, missing), message: 'An entry of a list is complete: this is missing.' };
	};
}

/** A list; `between` says what is wrong with two neighbours. */
function list(check: Check, between?: (before: never, after: never) => string | null): Check {
	return (value, path) => {
		if (!Array.isArray(value)) return { path, message: 'A list belongs here.' };
		for (const [index, entry] of value.entries()) {
			const problem = check(entry, join(path, index));
			if (problem !== null) return problem;
			const message = index === 0 ? null : between?.(value[index - 1] as never, entry as never);
			if (message) return { path: join(path, index), message };
		}
		return null;
	};
}

const holds =
	(holding: (value: unknown) => boolean, message: string): Check =>
	(value, path) =>
		holding(value) ? null : { path, message };

const integer = (least: number, most: number) =>
	holds(
		(value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
		`A whole number from ${least} to ${most} belongs here.`
	);

const minutes = integer(1, 40_320);
const days = integer(0, 366);
/** Of every factor of a policy. */
export const factorRange = { least: 0.01, most: 10 } as const;
const { least: leastFactor, most: mostFactor } = factorRange;
const factor = holds(
	(value) => typeof value === 'number' && value >= leastFactor && value <= mostFactor,
	`A number from ${leastFactor} to ${mostFactor} belongs here.`
);
const onOff = holds((value) => typeof value === 'boolean', 'true or false belongs here.');
const isClock = (value: unknown) => typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value);
const clock = holds(isClock, 'A clock time as HH:MM belongs here.');
const date = holds((value) => typeof value === 'string' && isLocalDate(value), 'A date as YYYY-MM-DD belongs here.');
const zone = holds((value) => typeof value === 'string' && isZone(value), 'A time zone such as Europe/London belongs here.');

const period = holds((value) => {
	if (!Array.isArray(value) || value.length !== 2) return false;
	const [from, to] = value as [unknown, unknown];
	if (!isClock(from) || !(isClock(to) || to === '24:00')) return false;
	return clockMinutes(from as string) < clockMinutes(to as string);
}, 'A period is two clock times, the second later; only the second may be 24:00.');

const periods = list(period, (before: Period, after: Period) =>
	clockMinutes(before[1]) <= clockMinutes(after[0]) ? null : 'Periods of a day ascend and do not overlap.'
);

const newStarter = list(keys({ days, factor }, true), (before: { days: number }, after: { days: number }) =>
	before.days < after.days ? null : 'The steps ascend by days.'
);

/** Days begin at `least` where a rule says so. */
const ofKind: Record<ParameterKind, (least: number) => Check> = {
	minutes: () => minutes,
	days: (least) => (least === 0 ? days : integer(least, 366)),
	factor: () => factor,
	clock: () => clock
};

function parameters(rule: Rule): Check {
	const described = Object.entries<Parameter>(rule.parameters);
	return keys({ on: onOff, ...Object.fromEntries(described.map(([name, { kind, least = 0 }]) => [name, ofKind[kind](least)])) });
}

const policy = keys({
	breakLength: minutes,
	rules: keys(Object.fromEntries(rules.map((rule) => [rule.id, parameters(rule)]))),
	newStarter,
	alerts: keys({
		quietDays: days,
		acknowledgeMinutes: minutes,
		offerMinutes: minutes,
		responseMinutes: minutes,
		followUpDays: days,
		contactSoonMinutes: minutes,
		contactTodayAcknowledgeMinutes: minutes,
		contactTodayOfferMinutes: minutes
	}),
	calendar: keys({
		zone,
		holidays: list(date),
		hours: keys(Object.fromEntries(weekdays.map((day) => [day, periods])))
	})
});

/**
 * Checks one policy as written (minutes 1–40320, days 0–366, factors 0.01–10). On bad input names the path of the first key at
 * fault, dotted, `''` for the whole. What only shows in combination is `checkCombined`'s.
 */
export function parsePolicyPatch(json: unknown): ParsedPolicy {
	const problem = policy(json, '');
	return problem === null ? { ok: true, patch: json as PolicyPatch } : { ok: false, ...problem };
}
