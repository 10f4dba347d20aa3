import type { Period } from './calendar.ts';
import { durationWords } from './duration.ts';
import type { NewStarterStep, Policy, PolicyPatch } from './policy.ts';
import type { ParameterKind } from './rules/rule.ts';

export type FieldKind = ParameterKind | 'switch' | 'steps' | 'zone' | 'dates' | 'periods';
export type FieldValue = boolean | number | string | readonly NewStarterStep[] | readonly string[] | readonly Period[];

/** The value at a dotted path of a policy or of a patch; undefined where a patch leaves it out. */
export function valueAt(policy: Policy | PolicyPatch, path: string): FieldValue | undefined {
	let value: unknown = policy;
	for (const key of path.split('.'))
		value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
	return value as FieldValue | undefined;
}

/** A patch with the value at a dotted path set; the patch given stays as it is. */
export function withValue(patch: PolicyPatch, path: string, value: FieldValue): PolicyPatch {
	const [first = '', ...rest] = path.split('.');
	const tree = patch as Record<string, unknown>;
	const below = (tree[first] ?? {}) as PolicyPatch;
	return { ...patch, [first]: rest.length === 0 ? value : withValue(below, rest.join('.'), value) };
}

/** A value as a person reads it: `5 h`, `6 days`, `09:00–17:00`, `on`. */
export function valueWords(kind: FieldKind, value: FieldValue): string {
	switch (kind) {
		case 'switch':
			return value === true ? 'on' : 'off';
		case 'minutes':
			return durationWords(value as number);
		case 'days':
			return `${value as number} ${value === 1 ? 'day' : 'days'}`;
		case 'steps':
			return stepsWords(value as readonly NewStarterStep[]);
		case 'dates':
			return (value as readonly string[]).map(dateWords).join(', ') || 'none';
		case 'periods':
			return (value as readonly Period[]).map(([from, to]) => `${from}–${to}`).join(', ') || 'not a working day';
		case 'zone':
			return String(value).replaceAll('_', ' ');
		default:
			return String(value);
	}
}

const dates = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const dateWords = (date: string) => dates.format(new Date(`${date}T12:00:00Z`)).replace(',', '');

const stepsWords = (steps: readonly NewStarterStep[]) =>
	steps.map(({ days, factor }) => `${percentOf(factor)} % until day ${days}`).join(', ') || 'none';

/** A factor as a percentage, without the noise of binary fractions. */
export const percentOf = (factor: number) => Math.round(factor * 10_000) / 100;
