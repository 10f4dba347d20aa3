import { parseFact } from '../../src/lib/domain/facts-parse.ts';
import type { Fact } from '../../src/lib/domain/facts.ts';
import type { Output } from '../../src/lib/domain/output.ts';
import type { PolicyPatch } from '../../src/lib/domain/policy.ts';
import { replay } from '../../src/lib/domain/replay.ts';

/** A fact as one would write it in a file. */
export type Line = Record<string, unknown> & { at: string; type: string };

/** The fact of a line that must be right. */
export function fact(line: Line): Fact {
	const parsed = parseFact(line);
	if (!parsed.ok) throw new Error(`${JSON.stringify(line)}: ${parsed.field}: ${parsed.message}`);
	return parsed.fact;
}

export const at = (text: string) => Date.parse(text);

/** `2026-03-02T09:00Z` where seconds are none. */
function short(instant: number): string {
	return new Date(instant).toISOString().replace(':00.000Z', 'Z').replace('.000Z', 'Z');
}

/** An output in one line: `2026-03-02T15:30Z day-over 2026-03-02 390` or `2026-03-02T15:30Z exposure raised 0`. */
export function said(output: Output): string {
	if (output.kind === 'alert') return `${short(output.at)} ${output.reason} ${output.event} ${output.level}`;
	const rest = [output.value, output.criterion, output.shared === undefined ? undefined : output.shared ? 'shared' : 'private'];
	return [short(output.at), output.rule, output.period, ...rest].filter((part) => part !== undefined).join(' ');
}

/** What a stream gives rise to, said in lines. */
export function told(lines: Line[], policy: PolicyPatch = {}, until?: string): string[] {
	return [...replay(lines.map(fact), policy, until === undefined ? undefined : at(until))].map(said);
}

/** Somebody who began long ago, in London unless said otherwise; a Monday morning in March. */
export function person(name: string, more: Record<string, unknown> = {}, when = '2026-03-02T00:00:00Z'): Line {
	return { at: when, type: 'person', person: name, zone: 'Europe/London', startDate: '2020-01-01', ...more };
}

const fewerRuns = process.env.PROPERTY_RUNS;
/** Whether the tests run against a mutant: what measures time then measures nothing. */
export const mutating = fewerRuns !== undefined;

/** How often a property is tried. Against a mutant: fewer times, always the same ones, so that the score does not depend on luck. */
export function runs(count: number): { numRuns: number; seed?: number } {
	return fewerRuns === undefined ? { numRuns: count } : { numRuns: Math.min(count, Number(fewerRuns)), seed: 20260302 };
}

let ids = 0;

/** A session recorded as it ends, unless `at` says later. */
export function session(name: string, start: string, end: string, more: Record<string, unknown> = {}): Line {
	return { at: end, type: 'session', id: `s${++ids}`, person: name, start, end, ...more };
}

/** A day total recorded at `when`. */
export function total(name: string, date: string, minutes: number, when: string): Line {
	return { at: when, type: 'day-total', id: `d${++ids}`, person: name, date, minutes };
}

/** A policy in which only these rules are on. */
export function only(rules: NonNullable<PolicyPatch['rules']>, more: PolicyPatch = {}): PolicyPatch {
	const off = ruleIds.map((id) => [id, { on: false }]);
	const on = Object.entries(rules).map(([id, parameters]) => [id, { on: true, ...parameters }]);
	return { ...more, rules: Object.fromEntries([...off, ...on]) as NonNullable<PolicyPatch['rules']> };
}

const ruleIds = [
	'break-due',
	'break-missed',
	'day-action',
	'day-limit',
	'day-over',
	'week-action',
	'week-limit',
	'fortnight-limit',
	'month-limit',
	'days-in-row',
	'late-exposure',
	'ramp',
	'violent-material',
	'timer-forgotten',
	'nothing-logged',
	'contact-requested',
	'concern',
	'session-overdue',
	'routine-conversation'
];
