import { policyOf, type PoliciesInForce } from './policies-in-force.ts';
import type { PerPerson, SimulatedRuleId } from './simulation.ts';
import { cellOf, FEWEST_PEOPLE, rowsShown, type Adds, type Cell } from './suppression.ts';

/** A cell; `few`: left out, for whichever reason; `off`: the rule is off for everybody looked at. */
export type ShownCell = Cell | 'few' | 'off';

/** Who is looked at. */
export interface Population {
	/** Home team per person, of everybody. */
	teamOf: ReadonlyMap<string, string>;
	/** Leads per team in order, as they are now. */
	leadsOf: ReadonlyMap<string, readonly string[]>;
	/** Only this team; null: everybody. */
	team: string | null;
	/** Length of the window. */
	days: number;
}

/** The teams that are looked at. */
export function teamsOf({ team, teamOf }: Population): string[] {
	return team === null ? [...new Set(teamOf.values())] : [team];
}

/** How many belong to each group; who belongs to none is not counted. */
export function sizesOf(groups: Iterable<string | undefined>): Map<string, number> {
	const counts = new Map<string, number>();
	for (const group of groups) if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
	return counts;
}

/** Whether none of these rules is on for anybody looked at. */
export function areOff(population: Population, rules: readonly SimulatedRuleId[], policies: PoliciesInForce): boolean {
	return teamsOf(population).every((team) => rules.every((rule) => !policyOf(policies, team).rules[rule].on));
}

/** A team's cell beside that of the organisation would give away what the others add: it is shown only where that may be stated too. */
export function shown({ team, teamOf }: Population, perPerson: PerPerson): Cell | 'few' {
	if (team === null) return cellOf(perPerson.values()) ?? 'few';
	const rows = rowsOf(perPerson, (person) => teamOf.get(person));
	if (!rowsShown(rows, FEWEST_PEOPLE).has(team)) return 'few';
	return cellOf([...(rows.get(team) ?? [])].map(([, [times = 0]]) => times)) ?? 'few';
}

/** What each person adds, by group; who belongs to none is left out, and groups of `groups` to which nobody adds are rows of nobody. */
export function rowsOf(
	perPerson: PerPerson,
	groupOf: (person: string) => string | undefined,
	groups: Iterable<string> = []
): Map<string, Adds> {
	const rows = new Map<string, Map<string, readonly number[]>>([...groups].map((group) => [group, new Map()]));
	for (const [person, times] of perPerson) {
		const group = groupOf(person);
		if (group === undefined) continue;
		const row = rows.get(group) ?? new Map<string, readonly number[]>();
		rows.set(group, row.set(person, [times]));
	}
	return rows;
}

/** By how much each person's figure would change; those of whom it would not are left out. */
export function changesOf(present: PerPerson, proposed: PerPerson): PerPerson {
	const people = new Set([...present.keys(), ...proposed.keys()]);
	const changes = [...people].map((person) => [person, Math.abs((proposed.get(person) ?? 0) - (present.get(person) ?? 0))] as const);
	return new Map(changes.filter(([, change]) => change > 0));
}

/** Whether a figure may stand beside another: what lies between them can be had by subtraction, so it is held to the same as a figure. */
export function mayStandBeside(population: Population, one: PerPerson, other: PerPerson): boolean {
	return shown(population, changesOf(one, other)) !== 'few';
}

/** What may stand beside the figure of the policy in force: the proposed one's; or that of the policy in force again. */
export function besidePresent(population: Population, present: PerPerson, proposed: PerPerson): PerPerson {
	return mayStandBeside(population, present, proposed) ? proposed : present;
}
