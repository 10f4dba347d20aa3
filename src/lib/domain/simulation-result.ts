import { policyOf, type PoliciesInForce } from './policies-in-force.ts';
import { simulatedRules, type PerPerson, type SimulatedRuleId, type Tally } from './simulation.ts';
import { cellOf, groupsShown, type Cell } from './suppression.ts';

/** A cell; `few`: suppressed; `off`: the rule is off for everybody looked at. */
export type ShownCell = Cell | 'few' | 'off';

export interface SimulatedRule {
	id: SimulatedRuleId;
	title: string;
	audience: 'notice' | 'review' | 'alert';
	present: ShownCell;
	proposed: ShownCell;
}

/** Prompts a week that would rise for a lead: limits passed and routine conversations. To one decimal. */
export interface LeadLoad {
	/** Over all leads who are asked first. */
	mean: number;
	/** Of the lead who has most, among those whose figure may be shown; null where that is none, or there is one lead only. */
	busiest: number | null;
}

/** What of two simulations may be shown: counts of people together, never of anybody, none of fewer than FEWEST_PEOPLE. */
export interface SimulationResult {
	/** How many people it is about, whether or not anything happened. */
	people: number;
	rules: SimulatedRule[];
	leads: number;
	present: LeadLoad | 'few';
	proposed: LeadLoad | 'few';
}

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

export interface Counted {
	policies: PoliciesInForce;
	tally: Tally;
}

/** The result of two simulations of the same people and window. */
export function simulationResult(population: Population, present: Counted, proposed: Counted): SimulationResult {
	const cell = (rule: SimulatedRuleId, counted: Counted): ShownCell =>
		isOff(population, rule, counted.policies) ? 'off' : shown(population, counted.tally.findings.get(rule) ?? new Map());
	return {
		people: teamsOf(population).reduce((sum, team) => sum + (sizes(population).get(team) ?? 0), 0),
		rules: simulatedRules.map(({ id, title, audience }) => ({
			...{ id, title, audience },
			present: cell(id, present),
			proposed: cell(id, proposed)
		})),
		leads: firstLeads(population).size,
		present: loadOf(population, present.tally.prompts),
		proposed: loadOf(population, proposed.tally.prompts)
	};
}

const sizes = ({ teamOf }: Population) => sizesOf([...teamOf.values()]);

function sizesOf(groups: readonly (string | undefined)[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const group of groups) if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
	return counts;
}

function teamsOf({ team, teamOf }: Population): string[] {
	return team === null ? [...new Set(teamOf.values())] : [team];
}

function isOff(population: Population, rule: SimulatedRuleId, policies: PoliciesInForce): boolean {
	return teamsOf(population).every((team) => !policyOf(policies, team).rules[rule].on);
}

/** A team's cell beside that of the organisation would give away what the others add: it is shown only where those are enough too. */
function shown({ team, teamOf }: Population, perPerson: PerPerson): Cell | 'few' {
	if (team === null) return cellOf(perPerson.values()) ?? 'few';
	if (!groupsShown(sizesOf([...perPerson.keys()].map((person) => teamOf.get(person)))).has(team)) return 'few';
	return cellOf([...perPerson].filter(([person]) => teamOf.get(person) === team).map(([, times]) => times)) ?? 'few';
}

function firstLeads(population: Population): Set<string> {
	return new Set(teamsOf(population).flatMap((team) => population.leadsOf.get(team)?.slice(0, 1) ?? []));
}

function loadOf(population: Population, prompts: PerPerson): LeadLoad | 'few' {
	const leads = firstLeads(population).size;
	const all = shown(population, prompts);
	if (all === 'few' || leads === 0) return 'few';
	const aWeek = (count: number) => Math.round((count / (population.days / 7)) * 10) / 10;
	return { mean: aWeek(all.count / leads), busiest: busiestOf(population, prompts, aWeek) };
}

function busiestOf(population: Population, prompts: PerPerson, aWeek: (count: number) => number): number | null {
	if (population.team !== null || firstLeads(population).size < 2) return null;
	// Nobody is asked about themself.
	const leadAbout = (person: string) => population.leadsOf.get(population.teamOf.get(person) ?? '')?.find((lead) => lead !== person);
	const byLead = Map.groupBy(prompts, ([person]) => leadAbout(person));
	const counts = [...groupsShown(sizesOf([...prompts.keys()].map(leadAbout)))]
		.map((lead) => cellOf((byLead.get(lead) ?? []).map(([, times]) => times)))
		.filter((cell) => cell !== null);
	return counts.length === 0 ? null : aWeek(Math.max(...counts.map(({ count }) => count)));
}
