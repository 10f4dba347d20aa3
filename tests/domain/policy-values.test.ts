import { describe, expect, it } from 'vitest';
import { policyThemes, policyFields } from '#lib/domain/policy-fields.ts';
import { defaultPolicy, type PolicyPatch } from '#lib/domain/policy.ts';
import { percentOf, valueAt, valueWords, withValue, type FieldKind, type FieldValue } from '#lib/domain/policy-values.ts';

describe('a value at a path', () => {
	it.each<[string, FieldValue | undefined]>([
		['breakLength', 10],
		['rules.day-limit.minutes', 300],
		['rules.late-exposure.on', false],
		['calendar.zone', 'UTC'],
		['rules.no-such-rule.on', undefined],
		['breakLength.minutes', undefined],
		['', undefined]
	])('%s: %j', (path, value) => expect(valueAt(defaultPolicy, path)).toEqual(value));

	it('is undefined where a patch leaves it out, and beyond null', () => {
		expect(valueAt({}, 'rules.day-limit.minutes')).toBeUndefined();
		expect(valueAt({ rules: null } as unknown as PolicyPatch, 'rules.day-limit')).toBeUndefined();
	});

	it('is set in a copy, beside what else the patch says', () => {
		const patch: PolicyPatch = { breakLength: 15, rules: { 'day-limit': { minutes: 200 }, ramp: { on: false } } };
		const before = structuredClone(patch);
		expect(withValue(patch, 'rules.day-limit.on', false)).toEqual({
			breakLength: 15,
			rules: { 'day-limit': { minutes: 200, on: false }, ramp: { on: false } }
		});
		expect(withValue({}, 'calendar.hours.sat', [['09:00', '12:00']])).toEqual({ calendar: { hours: { sat: [['09:00', '12:00']] } } });
		expect(withValue(patch, 'breakLength', 20).breakLength).toBe(20);
		expect(patch).toEqual(before);
	});

	it('every field of the screen has one in the default policy, and reads as words', () => {
		for (const { path, kind } of policyFields) {
			const value = valueAt(defaultPolicy, path);
			expect(value, path).toBeDefined();
			expect(valueWords(kind, value as FieldValue), path).not.toBe('');
		}
		expect(new Set(policyFields.map(({ path }) => path)).size).toBe(policyFields.length);
		expect(policyThemes.flatMap(({ topics }) => topics).length).toBeGreaterThan(20);
	});
});

it.each<[FieldKind, FieldValue, string]>([
	['switch', true, 'on'],
	['switch', false, 'off'],
	['minutes', 300, '5 h'],
	['days', 1, '1 day'],
	['days', 0, '0 days'],
	['days', 6, '6 days'],
	['factor', 1.5, '1.5'],
	['clock', '16:00', '16:00'],
	['zone', 'America/Port_of_Spain', 'America/Port of Spain'],
	['zone', 'America/North_Dakota/New_Salem', 'America/North Dakota/New Salem'],
	['dates', [], 'none'],
	['dates', ['2026-12-25', '2027-01-01'], 'Fri 25 December 2026, Fri 1 January 2027'],
	['periods', [], 'not a working day'],
	['periods', [['09:00', '12:00'] as const, ['13:00', '24:00'] as const], '09:00–12:00, 13:00–24:00'],
	['steps', [], 'none'],
	[
		'steps',
		[
			{ days: 28, factor: 0.5 },
			{ days: 56, factor: 0.75 }
		],
		'50 % until day 28, 75 % until day 56'
	]
])('%s %j reads “%s”', (kind, value, words) => expect(valueWords(kind, value)).toBe(words));

it.each([
	[0.5, 50],
	[0.07, 7],
	[0.3333, 33.33],
	[0.29, 29],
	[1, 100]
])('a factor of %d is %d per cent', (factor, percent) => expect(percentOf(factor)).toBe(percent));
