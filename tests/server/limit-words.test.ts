import { describe, expect, test } from 'vitest';
import { WINDOW_DAYS } from '#lib/domain/history.ts';
import { defaultPolicy } from '#lib/domain/policy.ts';
import { dateRules, dayStartRules, todayRules } from '#lib/domain/rules/list.ts';
import { limitWords } from '#lib/server/limit-words.ts';
import type { LimitPassed } from '#lib/server/limits-passed.ts';
import { figureWords } from '#lib/server/prompt-words.ts';

const at = Date.parse('2026-03-05T12:00:00Z');

/** A limit of a rule as a list has it; whatever rules there are. */
function passed(rule: (typeof dateRules)[number], holds: boolean): LimitPassed {
	const { on: _, ...parameters } = defaultPolicy.rules[rule.id];
	const [limit] = Object.values(parameters) as (number | string)[];
	return {
		...{ id: 'found', personId: 'wen', teamId: 'quay', rule, at, holds, limit: limit ?? 0, value: Number(limit) + 2 || 30 },
		...{ period: rule.period === 'date' ? '2026-03-03' : '2026-W10', prompted: false },
		...{ withdrawnAt: null, endedAt: holds ? null : at, policyId: null, teamPolicyId: null }
	};
}

describe.each(dateRules.map((rule) => [rule.id, rule] as const))('%s, as every rule about dates', (_, rule) => {
	test('has one number of its own as its limit, and how many days it looks at', () => {
		expect(Object.keys(rule.parameters)).toHaveLength(1);
		expect(rule.length).toBeGreaterThan(0);
		expect(WINDOW_DAYS).toBeGreaterThanOrEqual(rule.length);
	});

	test('has words on the list, with its figure where it holds, and without where it does not', () => {
		const [now, before] = [true, false].map((holds) => limitWords('UTC', passed(rule, holds), null, at));
		for (const words of [now, before]) {
			expect(`${words?.what} ${words?.rest}`).not.toMatch(/undefined|NaN|null/);
			if (rule.length > 1) expect(words?.rest).toContain(`in ${rule.length} days`);
		}
		expect(`${now?.what} ${now?.rest}`).not.toContain('Was');
		expect(before?.what).toMatch(/^Was /);
		expect(before?.notes).toEqual(['corrected since: no longer over']);
		// Its limit alone can be read: a clock time, which the policy gives.
		expect(`${before?.what} ${before?.rest}`.replace(/\d\d:\d\d|in \d+ days|\d+ March/g, '')).not.toMatch(/\d/);
	});

	test('has a figure in a prompt where it prompts at once', () => {
		const words = figureWords({ rule: rule.id, period: rule.period === 'date' ? '2026-03-03' : '2026-W10', value: 1570 }, '2026-03-05');
		if (rule.audience !== 'alert') return expect(words).toBeNull();
		expect(words).toContain('26 h 10');
		expect(words).toContain(rule.period === 'date' ? 'on Tuesday' : `in ${rule.length} days (week of 2 March)`);
	});
});

test('a rule that is no limit of hours has no figure in a prompt', () => {
	for (const rule of ['routine-conversation', 'concern', 'nobody’s', null]) {
		expect(figureWords({ rule, period: '2026-03-03', value: 40 }, '2026-03-05')).toBeNull();
	}
});

test('nothing that a rule looks at lies before the days that are loaded for it', () => {
	const lengths = [...dateRules, ...todayRules, ...dayStartRules].map(({ length }) => length);
	expect(WINDOW_DAYS).toBe(Math.max(...lengths));
});
