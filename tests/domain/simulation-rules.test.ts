import { describe, expect, test } from 'vitest';
import { replacePolicy, startPolicies } from '#lib/domain/policies-in-force.ts';
import type { PolicyPatch } from '#lib/domain/policy.ts';
import { alike, cellsByRule } from '#lib/domain/simulation-rules.ts';
import { newSimulation, simulatedRules, type SimulatedRuleId } from '#lib/domain/simulation.ts';

const teamOf = new Map(Array.from({ length: 40 }, (_, at) => [`p${at}`, at < 20 ? 'harbour' : 'quay'] as const));

/** Of each rule, how often it fires for the person with this number. */
type Fires = Partial<Record<SimulatedRuleId, (at: number) => number>>;
const first =
	(count: number, times = 1, otherwise = 0) =>
	(at: number) =>
		at < count ? times : otherwise;

function counted(fires: Fires, off: readonly SimulatedRuleId[] = []) {
	const policies = startPolicies({});
	const rules = Object.fromEntries(simulatedRules.map(({ id }) => [id, { on: !off.includes(id) }])) as NonNullable<PolicyPatch['rules']>;
	replacePolicy(policies, undefined, { rules });
	const { tally } = newSimulation(policies, teamOf, { from: 0, until: 1 });
	for (const { id } of simulatedRules)
		for (let at = 0; at < teamOf.size; at++) {
			const times = fires[id]?.(at) ?? 0;
			if (times > 0) tally.findings.get(id)?.set(`p${at}`, times);
		}
	return { policies, tally };
}

function cells(now: Fires, then: Fires = now, off: { now?: SimulatedRuleId[]; then?: SimulatedRuleId[] } = {}, team: string | null = null) {
	const population = { teamOf, leadsOf: new Map(), team, days: 28 };
	const of = cellsByRule(population, counted(now, off.now), counted(then, off.then));
	const said = (rule: SimulatedRuleId, column: 'present' | 'proposed') => {
		const cell = of[rule][column];
		return typeof cell === 'string' ? cell : cell.count;
	};
	return (rule: SimulatedRuleId) => [said(rule, 'present'), said(rule, 'proposed')];
}

test('every rule has its two cells', () => {
	const population = { teamOf, leadsOf: new Map(), team: null, days: 28 };
	expect(Object.keys(cellsByRule(population, counted({}), counted({}))).sort()).toEqual(simulatedRules.map(({ id }) => id).sort());
	const listed = alike.flat();
	expect(new Set(listed).size).toBe(listed.length);
});

describe('rules that count alike', () => {
	test.each([
		['nobody', 0, 'few'],
		['one person', 1, 'few'],
		['nine', 9, 'few'],
		['ten', 10, 25]
	])('are not stated beside one another where %s is between', (_who, between, stated) => {
		// The stricter one counts the days of 15 people, the other those of so many more.
		for (const rules of alike)
			for (const grave of rules)
				for (const other of rules.slice(rules.indexOf(grave) + 1)) {
					const of = cells({ [grave]: first(15), [other]: first(15 + between) });
					expect([of(grave)[0], of(other)[0]], `${grave} and ${other}`).toEqual([15, stated]);
				}
	});

	test('nor where what is between them is mostly one person’s', () => {
		const more = (times: number) => (at: number) => (at === 15 ? times : at < 26 ? 1 : 0);
		expect(cells({ 'day-over': first(15), 'day-limit': more(10) })('day-limit')[0]).toBe(35);
		expect(cells({ 'day-over': first(15), 'day-limit': more(11) })('day-limit')[0]).toBe('few');
	});

	test('are held to it in what is tried out, beside each figure that stands', () => {
		const now: Fires = { 'day-over': first(10), 'day-limit': first(30) };
		const tryOver = (count: number) => cells(now, { ...now, 'day-over': first(count) })('day-over');
		expect([20, 21, 30, 39, 40].map(tryOver)).toEqual([
			[10, 20],
			[10, 'few'],
			[10, 'few'],
			[10, 'few'],
			[10, 40]
		]);
		// Two that are tried out at once, far from the figures in force and near to one another.
		const both = cells({ 'day-over': first(10) }, { 'day-over': first(28), 'day-limit': first(30) }, { now: ['day-limit'] });
		expect([both('day-over'), both('day-limit')]).toEqual([
			[10, 30],
			['off', 'few']
		]);
	});

	test('keep the figure in force where it does not change, or for few', () => {
		const now: Fires = { 'day-over': first(10), 'day-limit': first(30) };
		expect(cells(now)('day-limit')).toEqual([30, 30]);
		expect(cells(now, { ...now, 'day-limit': first(39) })('day-limit')).toEqual([30, 30]);
		// Left out in force, left out when unchanged, although the one that stood beside it is gone.
		const near: Fires = { 'day-over': first(10), 'day-limit': first(15) };
		expect(cells(near, { ...near, 'day-over': first(40) })('day-limit')).toEqual(['few', 'few']);
		expect(cells(near, near, { then: ['day-over'] })('day-over')).toEqual([10, 'off']);
	});

	test('of which one is left out do not hold back others', () => {
		const now: Fires = { 'day-over': first(9), 'day-limit': first(12), 'day-action': first(22) };
		const of = cells(now);
		expect([of('day-over')[0], of('day-limit')[0], of('day-action')[0]]).toEqual(['few', 10, 20]);
		expect(cells(now, now, { now: ['day-limit'] })('day-action')[0]).toBe(20);
	});

	test('in a team: nor where what is between them is few people’s elsewhere', () => {
		const elsewhere =
			(count: number): Fires['day-limit'] =>
			(at) =>
				at < 20 ? 2 : at < 20 + count ? 1 : 0;
		const now = (count: number): Fires => ({ 'day-over': first(20), 'day-limit': elsewhere(count) });
		expect([9, 10].map((count) => cells(now(count), now(count), {}, 'harbour')('day-limit')[0])).toEqual(['few', 40]);
	});
});

test('rules that count something else are stated each by itself', () => {
	const now: Fires = { 'day-over': first(15), 'week-limit': first(16), 'session-overdue': first(15), 'break-due': first(15) };
	const of = cells(now, { ...now, 'session-overdue': first(26) });
	expect([of('day-over'), of('week-limit'), of('session-overdue'), of('break-due')]).toEqual([
		[15, 15],
		[15, 15],
		[15, 25],
		[15, 15]
	]);
});
