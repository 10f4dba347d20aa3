import { sizesOf, teamsOf, type Population, type ShownCell } from './simulation-cells.ts';
import { countLeads, loadRows, type LoadRow } from './simulation-load.ts';
import { cellsByRule, type Counted } from './simulation-rules.ts';
import { simulatedRules, type SimulatedRuleId } from './simulation.ts';

export interface SimulatedRule {
	id: SimulatedRuleId;
	title: string;
	audience: 'notice' | 'review' | 'alert';
	present: ShownCell;
	proposed: ShownCell;
}

/**
 * What of two simulations may be shown: counts of people together, never of anybody; none of fewer than FEWEST_PEOPLE, and no two that differ
 * by what fewer have added or taken away.
 */
export interface SimulationResult {
	/** How many people it is about, whether or not anything happened. */
	people: number;
	rules: SimulatedRule[];
	leads: number;
	loads: LoadRow[];
}

/** The result of two simulations of the same people and window. */
export function simulationResult(population: Population, present: Counted, proposed: Counted): SimulationResult {
	const sizes = sizesOf(population.teamOf.values());
	const cells = cellsByRule(population, present, proposed);
	return {
		people: teamsOf(population).reduce((sum, team) => sum + (sizes.get(team) ?? 0), 0),
		rules: simulatedRules.map(({ id, title, audience }) => ({ id, title, audience, ...cells[id] })),
		leads: countLeads(population),
		loads: loadRows(population, present, proposed)
	};
}
