import { describe, expect, test } from 'vitest';
import { replacePolicy, startPolicies } from '#lib/domain/policies-in-force.ts';
import type { PolicyPatch } from '#lib/domain/policy.ts';
import { simulationResult } from '#lib/domain/simulation-result.ts';
import { newSimulation, type SimulatedRuleId } from '#lib/domain/simulation.ts';

describe('what is shown of a simulation', () => {
	const names = (team: string, count: number) => Array.from({ length: count }, (_, index) => [`${team}${index}`, team] as const);
	const teamOf = new Map([...names('harbour', 14), ...names('quay', 12), ...names('lantern', 4)]);
	const leadsOf = new Map([
		['harbour', ['harbour0', 'harbour1']],
		['quay', ['quay0']],
		['lantern', ['harbour0']]
	]);

	type Times = (who: string) => { findings: number; prompts: number };
	function shown(team: string | null, of: Times, { leads = leadsOf, teams = {} as Record<string, PolicyPatch> } = {}) {
		const counted = () => {
			const policies = startPolicies({});
			for (const [each, patch] of Object.entries(teams)) replacePolicy(policies, each, patch);
			const { tally } = newSimulation(policies, teamOf, { from: 0, until: 1 });
			for (const who of teamOf.keys()) {
				const { findings, prompts } = of(who);
				if (findings > 0) tally.findings.get('day-limit')?.set(who, findings);
				if (prompts > 0) tally.prompts.set(who, prompts);
			}
			return { policies, tally };
		};
		const result = simulationResult({ teamOf, leadsOf: leads, team, days: 28 }, counted(), counted());
		const rule = (id: SimulatedRuleId) => result.rules.find((each) => each.id === id)?.present;
		return { ...result, dayLimit: rule('day-limit'), off: rule('month-limit'), rules: result.rules.length };
	}
	const one = () => ({ findings: 1, prompts: 1 });

	test('of the organisation: everybody together, and the lead with most prompts', () => {
		expect(shown(null, one)).toMatchObject({ people: 30, leads: 2, rules: 16, off: 'off', dayLimit: { count: 30, people: 30 } });
		// harbour0 is asked about 13 of Harbour and 4 of Lantern, harbour1 about harbour0: the figure of 1 would be 30 without the others.
		expect(shown(null, one).present).toEqual({ mean: 3.8, busiest: 3.8 });
	});

	test('of a team: only where neither it nor what is left without it is small', () => {
		expect(shown('harbour', one)).toMatchObject({ people: 14, leads: 1, dayLimit: { count: 15, people: 10 } });
		expect(shown('quay', one)).toMatchObject({ dayLimit: 'few', present: 'few' });
		expect(shown('harbour', (who) => ({ findings: who.startsWith('lantern') ? 0 : 1, prompts: 0 })).dayLimit).toEqual({
			count: 15,
			people: 10
		});
		expect(shown('quay', (who) => ({ findings: who.startsWith('lantern') ? 0 : 1, prompts: 0 })).dayLimit).toEqual({
			count: 10,
			people: 10
		});
	});

	test('of fewer than ten people: nothing, and no figure for leads', () => {
		const few = shown(null, (who) => (/^[a-z]+[0-2]$/.test(who) ? { findings: 9, prompts: 9 } : { findings: 0, prompts: 0 }));
		expect(few).toMatchObject({ dayLimit: 'few', present: 'few', proposed: 'few' });
	});

	test('of a rule that is off for one team alone: what the others add', () => {
		const teams = { quay: { rules: { 'day-limit': { on: false } } }, harbour: { rules: { 'month-limit': { on: true } } } };
		expect(shown(null, one, { teams })).toMatchObject({ dayLimit: { count: 30 }, off: 'few' });
		expect(shown('quay', one, { teams }).dayLimit).toBe('off');
	});

	test('of a single lead: the mean, and nothing of who has most', () => {
		expect(shown('harbour', one).present).toEqual({ mean: 3.8, busiest: null });
		const single = new Map([...leadsOf.keys()].map((team) => [team, ['harbour0']]));
		expect(shown(null, one, { leads: single }).present).toEqual({ mean: 7.5, busiest: null });
	});

	test('of several leads: the one who has most, among those asked about enough people', () => {
		// Harbour’s 13 others twice each, Quay’s 11 others once.
		const members: Times = (who) => {
			const isLed = !['harbour0', 'quay0'].includes(who) && !who.startsWith('lantern');
			return { findings: 0, prompts: isLed ? (who.startsWith('harbour') ? 2 : 1) : 0 };
		};
		expect(shown(null, members).present).toEqual({ mean: 4.4, busiest: 6.3 });
		const few: Times = (who) => ({ findings: 0, prompts: /^(harbour|quay)[1-5]$/.test(who) ? 1 : 0 });
		expect(shown(null, few).present).toEqual({ mean: 1.3, busiest: null });
	});

	test('of teams without a lead: no figure for leads', () => {
		expect(shown(null, one, { leads: new Map() })).toMatchObject({ leads: 0, present: 'few', dayLimit: { count: 30 } });
		const someLeads = new Map([['harbour', ['harbour0', 'harbour1']]]);
		expect(shown(null, one, { leads: someLeads })).toMatchObject({ leads: 1, present: { mean: 7.5, busiest: null } });
	});

	test('names nobody', () => {
		const text = JSON.stringify(shown(null, one));
		for (const who of [...teamOf.keys(), ...teamOf.values()]) expect(text).not.toContain(who);
	});
});
