import type { PoliciesInForce } from './policies-in-force.ts';
import {
	areOff,
	besidePresent,
	changesOf,
	mayStandBeside,
	rowsOf,
	shown,
	teamsOf,
	type Population,
	type ShownCell
} from './simulation-cells.ts';
import { leadReasons, simulatedRules, type LeadReason, type PerPerson, type Tally } from './simulation.ts';
import { cellOf, FEWEST_PEOPLE, rowsShown } from './suppression.ts';

/** Prompts a week that would rise for a lead. To one decimal. */
export interface LeadLoad {
	/** Over all leads who are asked first. */
	mean: number;
	/** Of the lead who has most, among those whose figure may be shown; null where that is none, or there is one lead only. */
	busiest: number | null;
}

export type ShownLoad = LeadLoad | 'few' | 'off';

export interface LoadRow {
	about: LeadReason | 'together';
	present: ShownLoad;
	proposed: ShownLoad;
}

type Prompts = Tally['prompts'];

interface Side {
	policies: PoliciesInForce;
	prompts: Prompts;
	/** Of the leads whose figure may be stated. */
	byLead: Record<LeadReason, ReadonlyMap<string, number>>;
}

/** How many leads are asked first. */
export const countLeads = (population: Population) =>
	new Set(teamsOf(population).flatMap((team) => population.leadsOf.get(team)?.slice(0, 1) ?? [])).size;

/**
 * Prompts for a lead: about limits passed, about routine conversations, and together. What is together would give one of the two away by
 * subtraction where the other stands beside it: so it is shown where both are, or neither.
 */
export function loadRows(
	population: Population,
	present: { policies: PoliciesInForce; tally: Tally },
	proposed: { policies: PoliciesInForce; tally: Tally }
): LoadRow[] {
	const before = present.tally.prompts;
	const beside = promptsBeside(population, before, proposed.tally.prompts);
	const byLead = each((reason) => leadsShown(population, before[reason]));
	const byLeadThen = each((reason) => leadsBeside(population, before[reason], beside[reason]));
	const now: Side = { policies: present.policies, prompts: before, byLead };
	const then: Side = { policies: proposed.policies, prompts: beside, byLead: byLeadThen };
	const row = (about: LoadRow['about']): LoadRow => {
		const reasons = about === 'together' ? leadReasons : [about];
		return { about, present: loadOf(population, now, reasons), proposed: loadOf(population, then, reasons) };
	};
	return [...leadReasons.map(row), row('together')];
}

const each = <T>(of: (reason: LeadReason) => T): Record<LeadReason, T> => ({ exposure: of('exposure'), routine: of('routine') });

/** As {@link besidePresent}, for each reason and for both together: neither changes where what changes together may not be stated. */
function promptsBeside(population: Population, present: Prompts, proposed: Prompts): Prompts {
	const apart = each((reason) => besidePresent(population, present[reason], proposed[reason]));
	const [before, after] = [present, apart].map((prompts) => sumOf(leadReasons.map((reason) => prompts[reason])));
	return before && after && mayStandBeside(population, before, after) ? apart : present;
}

/** The rules that prompt a lead for a reason. */
const rulesFor = each((reason) => simulatedRules.filter((rule) => rule.reason === reason).map(({ id }) => id));

function loadOf(population: Population, { policies, prompts, byLead }: Side, reasons: readonly LeadReason[]): ShownLoad {
	const on = reasons.filter((reason) => !areOff(population, rulesFor[reason], policies));
	const leads = countLeads(population);
	if (on.length === 0) return 'off';
	const cell = together(
		on.map((reason) => prompts[reason]),
		(perPerson) => shown(population, perPerson)
	);
	if (typeof cell === 'string' || leads === 0) return 'few';
	const aWeek = (count: number) => Math.round((count / (population.days / 7)) * 10) / 10;
	const most = population.team === null && leads > 1 ? busiest(byLead, on) : null;
	return { mean: aWeek(cell.count / leads), busiest: most === null ? null : aWeek(most) };
}

function together(parts: readonly PerPerson[], shownOf: (perPerson: PerPerson) => ShownCell): ShownCell {
	const cells = parts.map(shownOf);
	const stated = cells.filter((cell) => typeof cell !== 'string');
	if (stated.length === 0) return shownOf(sumOf(parts));
	if (stated.length < cells.length) return 'few';
	return stated.reduce((sum, { count, people }) => ({ count: sum.count + count, people: Math.max(sum.people, people) }));
}

function sumOf(parts: readonly PerPerson[]): PerPerson {
	const sum: PerPerson = new Map();
	for (const part of parts) for (const [person, times] of part) sum.set(person, (sum.get(person) ?? 0) + times);
	return sum;
}

/** Who is asked about somebody: nobody about themself. Empty where there is nobody to ask. */
const leadAbout = ({ leadsOf, teamOf }: Population, person: string) =>
	leadsOf.get(teamOf.get(person) ?? '')?.find((lead) => lead !== person) ?? '';

/** The prompts of each lead whose figure may be stated: what is left over may be stated as well, because the mean gives it away. */
function leadsShown(population: Population, prompts: PerPerson): Map<string, number> {
	const leadOf = (person: string) => leadAbout(population, person);
	const rows = rowsOf(prompts, leadOf, [...population.teamOf.keys()].map(leadOf));
	const leads = [...rowsShown(rows, FEWEST_PEOPLE)].filter((lead) => lead !== '');
	return new Map(leads.map((lead) => [lead, cellOf([...(rows.get(lead) ?? [])].map(([, [times = 0]]) => times))?.count ?? 0]));
}

/** Those under the policy tried out whose change may be stated too; without any change, as they were. */
function leadsBeside(population: Population, present: PerPerson, proposed: PerPerson): Map<string, number> {
	const leads = leadsShown(population, proposed);
	if (proposed === present) return leads;
	const changed = leadsShown(population, changesOf(present, proposed));
	return new Map([...leads].filter(([lead]) => changed.has(lead)));
}

/** The most prompts of a lead whose figure may be stated for each of the reasons. */
function busiest(byLead: Side['byLead'], reasons: readonly LeadReason[]): number | null {
	const [first, ...others] = reasons.map((reason) => byLead[reason]);
	const leads = [...(first?.keys() ?? [])].filter((lead) => others.every((other) => other.has(lead)));
	const counts = leads.map((lead) => reasons.reduce((sum, reason) => sum + (byLead[reason].get(lead) ?? 0), 0));
	return counts.length === 0 ? null : Math.max(...counts);
}
