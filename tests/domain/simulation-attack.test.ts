import { describe, expect, test } from 'vitest';
import { startPolicies } from '#lib/domain/policies-in-force.ts';
import type { Population } from '#lib/domain/simulation-cells.ts';
import type { LoadRow, ShownLoad } from '#lib/domain/simulation-load.ts';
import { simulationResult, type SimulationResult } from '#lib/domain/simulation-result.ts';
import { alike } from '#lib/domain/simulation-rules.ts';
import { leadReasons, newSimulation, type PerPerson, type SimulatedRuleId, type Tally } from '#lib/domain/simulation.ts';

/**
 * Somebody who reads one run, and subtracts what stands in it: the two columns, rules that count alike, the reasons from both together, the
 * busiest lead from all. Random offices; each difference is a figure of its own, which fewer than ten people, or mostly one, must not make.
 */

type Random = (below: number) => number;

function randomOf(seed: number): Random {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
		return (state >>> 8) % below;
	};
}

const teams = ['harbour', 'quay', 'lantern', 'pier'];

function officeOf(random: Random): Population {
	const used = teams.slice(0, 1 + random(teams.length));
	const teamOf = new Map(used.flatMap((team) => Array.from({ length: 3 + random(30) }, (_, at) => [`${team}${at}`, team] as const)));
	const leadsOf = new Map(used.map((team, at) => [team, [at % 2 === 0 ? 'ada' : 'hale']]));
	return { teamOf, leadsOf, team: random(4) === 0 ? (used[0] ?? null) : null, days: 28 };
}

const positive = (perPerson: Iterable<readonly [string, number]>): PerPerson => new Map([...perPerson].filter(([, times]) => times > 0));

function randomFindings({ teamOf }: Population, random: Random, present: Tally, proposed: Tally): void {
	const people = [...teamOf.keys()];
	const busy = people[random(people.length)];
	const more = (person: string) => (person === busy ? 40 : 0);
	const minutes = people.map((person) => [person, Array.from({ length: 20 }, () => 200 + random(130) + more(person))] as const);
	const over = (limit: number) => positive(minutes.map(([person, days]) => [person, days.filter((day) => day > limit).length]));
	for (const rules of alike) {
		const limits = rules.map(() => 210 + random(120));
		for (const [at, rule] of rules.entries()) {
			const [limit, any] = [limits[at] ?? 0, limits[random(limits.length)] ?? 0];
			present.findings.set(rule, over(limit));
			proposed.findings.set(rule, over(random(3) === 0 ? any + random(9) : limit + random(20) * random(2)));
		}
	}
}

function randomPrompts({ teamOf }: Population, random: Random, present: Tally, proposed: Tally): void {
	for (const reason of leadReasons) {
		const [some, which] = [random(3) > 0, teams[random(teams.length)]];
		const before = [...teamOf.keys()].map((person) => [person, random(3) * (random(60) === 0 ? 40 : 1)] as const);
		const changes = (person: string) => some && random(teamOf.get(person) === which ? 2 : 8) === 0;
		present.prompts[reason] = positive(before);
		proposed.prompts[reason] = positive(before.map(([person, times]) => [person, times + (changes(person) ? 1 + random(6) : 0)]));
	}
}

/** What may not be found by subtraction: a figure of one to nine people, or mostly one person's. */
function tellsOfFew(one: PerPerson, other: PerPerson, counts: (person: string) => boolean): boolean {
	const people = [...new Set([...one.keys(), ...other.keys()])].filter(counts);
	const between = people.map((person) => Math.abs((one.get(person) ?? 0) - (other.get(person) ?? 0))).filter((times) => times > 0);
	const sum = between.reduce((all, times) => all + times, 0);
	return between.length > 0 && (between.length < 10 || Math.max(...between) * 2 > sum);
}

const sumOf = ({ prompts }: Tally): PerPerson => {
	const people = [...prompts.exposure.keys(), ...prompts.routine.keys()];
	return new Map(people.map((person) => [person, (prompts.exposure.get(person) ?? 0) + (prompts.routine.get(person) ?? 0)]));
};

type Between = [one: PerPerson, other: PerPerson];
type Kind = 'rules' | 'loads' | 'leads';
interface Difference {
	kind: Kind;
	what: string;
	between: Between;
}

function attack(random: Random): { looked: Kind[]; told: string[] } {
	const population = officeOf(random);
	const { teamOf, team } = population;
	const [present, proposed] = [0, 1].map(() => newSimulation(startPolicies({}), teamOf, { from: 0, until: 1 }).tally) as [Tally, Tally];
	randomFindings(population, random, present, proposed);
	randomPrompts(population, random, present, proposed);
	const rules = Object.fromEntries(alike.flat().map((rule) => [rule, { on: true }]));
	const counted = (tally: Tally) => ({ policies: startPolicies({ rules }), tally });
	const result = simulationResult(population, counted(present), counted(proposed));
	const own = (person: string) => team === null || teamOf.get(person) === team;
	const differences = [...rulesBeside(result, present, proposed), ...loadsBeside(result, present, proposed)];
	const told = differences.filter(({ between }) => tellsOfFew(...between, own) || tellsOfFew(...between, (person) => !own(person)));
	const leads = leadsBeside(population, result, present, proposed);
	const toldOfLeads = leads.filter(({ between }) => tellsOfFew(...between, () => true));
	return {
		looked: [...differences, ...leads].map(({ kind }) => kind),
		told: [...told, ...toldOfLeads].map(({ what }) => what)
	};
}

/** Each two figures of rules that count alike; one that stands in both columns is that in force. */
function rulesBeside({ rules }: SimulationResult, present: Tally, proposed: Tally): Difference[] {
	const figuresOf = (id: SimulatedRuleId) => {
		const row = rules.find((rule) => rule.id === id);
		const [now, then] = [row?.present ?? 'few', row?.proposed ?? 'few'];
		const figure = (column: string, { findings }: Tally) => ({ what: `${id} ${column}`, perPerson: findings.get(id) ?? new Map() });
		const isAgain = typeof now === 'object' && typeof then === 'object' && now.count === then.count;
		return [
			...(typeof now === 'object' ? [figure('in force', present)] : []),
			...(typeof then === 'object' && !isAgain ? [figure('tried out', proposed)] : [])
		];
	};
	return alike.flatMap((group) => {
		const figures = group.flatMap(figuresOf);
		return figures.flatMap((one, at) =>
			figures.slice(at + 1).map((other): Difference => {
				return { kind: 'rules', what: `${one.what}, ${other.what}`, between: [one.perPerson, other.perPerson] };
			})
		);
	});
}

const meanOf = (load: ShownLoad) => (typeof load === 'string' ? null : load.mean);
const busiestOf = (load: ShownLoad) => (typeof load === 'string' ? null : load.busiest);
const hasMoved = ({ present, proposed }: LoadRow) =>
	meanOf(present) !== null && meanOf(proposed) !== null && meanOf(present) !== meanOf(proposed);

/** The columns of each row; together where both reasons have moved, because one of them may be that in force. */
function loadsBeside({ loads }: SimulationResult, present: Tally, proposed: Tally): Difference[] {
	const moved = leadReasons.filter((reason) => loads.some((row) => row.about === reason && hasMoved(row)));
	const each = moved.map((reason): Difference => {
		return { kind: 'loads', what: reason, between: [present.prompts[reason], proposed.prompts[reason]] };
	});
	const together: Difference = { kind: 'loads', what: 'together', between: [sumOf(present), sumOf(proposed)] };
	return moved.length === leadReasons.length ? [...each, together] : each;
}

/** With two leads, what isn't the busiest's is the other's: each of them, and by how much it changes. */
function leadsBeside({ teamOf, leadsOf }: Population, { loads }: SimulationResult, present: Tally, proposed: Tally): Difference[] {
	const of = (perPerson: PerPerson, lead: string): PerPerson =>
		new Map([...perPerson].filter(([person]) => leadsOf.get(teamOf.get(person) ?? '')?.[0] === lead));
	const told = (row: LoadRow, lead: string): Difference[] => {
		if (row.about === 'together') return [];
		const [before, after] = [of(present.prompts[row.about], lead), of(proposed.prompts[row.about], lead)];
		const [isNow, isThen] = [busiestOf(row.present) !== null, busiestOf(row.proposed) !== null && hasMoved(row)];
		const what = `${row.about} of ${lead}`;
		const nobody: PerPerson = new Map();
		const found: [boolean, string, Between][] = [
			[isNow, what, [before, nobody]],
			[isThen, `${what}, tried out`, [after, nobody]],
			[isNow && isThen, `${what}, change`, [before, after]]
		];
		return found.filter(([isShown]) => isShown).map(([, what, between]) => ({ kind: 'leads', what, between }));
	};
	return loads.flatMap((row) => ['ada', 'hale'].flatMap((lead) => told(row, lead)));
}

describe('figures of one run, subtracted from one another', () => {
	test('tell of nobody', () => {
		const random = randomOf(7);
		const found = Array.from({ length: 300 }, () => attack(random));
		expect(found.flatMap(({ told }) => told)).toEqual([]);
		// They would be safe as well if nothing stood.
		const looked = Map.groupBy(
			found.flatMap((each) => each.looked),
			(kind) => kind
		);
		for (const kind of ['rules', 'loads', 'leads'] as const) expect(looked.get(kind)?.length ?? 0, kind).toBeGreaterThan(20);
	});
});
