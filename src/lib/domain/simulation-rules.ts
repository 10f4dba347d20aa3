import type { PoliciesInForce } from './policies-in-force.ts';
import { areOff, besidePresent, mayStandBeside, shown, type Population, type ShownCell } from './simulation-cells.ts';
import { simulatedRules, type PerPerson, type SimulatedRuleId, type Tally } from './simulation.ts';

/** What one policy would have raised. */
export interface Counted {
	policies: PoliciesInForce;
	tally: Tally;
}

interface Cells {
	present: ShownCell;
	proposed: ShownCell;
}

/**
 * Rules that count the same things: days, weeks, stretches without a break. With other numbers one counts what another does, but for a few;
 * so their figures are stated one after the other, the gravest first, each only where it may stand beside every one before.
 */
export const alike: readonly (readonly SimulatedRuleId[])[] = [
	['break-missed', 'break-due'],
	['day-over', 'day-limit', 'days-in-row', 'late-exposure', 'day-action'],
	['week-limit', 'fortnight-limit', 'month-limit', 'week-action', 'ramp']
];

/** What may be shown of each rule, under the policy in force and the one tried out. */
export function cellsByRule(population: Population, present: Counted, proposed: Counted): Record<SimulatedRuleId, Cells> {
	const alone = simulatedRules.map(({ id }) => id).filter((id) => !alike.some((rules) => rules.includes(id)));
	const groups = [...alike, ...alone.map((id) => [id])];
	return Object.fromEntries(groups.flatMap((rules) => statedInTurn(population, rules, present, proposed))) as Record<
		SimulatedRuleId,
		Cells
	>;
}

/** The figures in force come first, so that none of them hangs on what is tried out. */
function statedInTurn(
	population: Population,
	rules: readonly SimulatedRuleId[],
	{ policies: now, tally: before }: Counted,
	{ policies: then, tally: after }: Counted
): [SimulatedRuleId, Cells][] {
	const stated: { rule: SimulatedRuleId; perPerson: PerPerson }[] = [];
	const state = (rule: SimulatedRuleId, perPerson: PerPerson): ShownCell => {
		// Not where they are equal either: that nobody is between them would speak of each person.
		const others = stated.filter((other) => other.rule !== rule);
		if (!others.every((other) => mayStandBeside(population, other.perPerson, perPerson))) return 'few';
		const cell = shown(population, perPerson);
		if (cell !== 'few') stated.push({ rule, perPerson });
		return cell;
	};
	const first = rules.map((rule) => ({ rule, present: areOff(population, [rule], now) ? 'off' : state(rule, timesOf(before, rule)) }));
	return first.map(({ rule, present }) => {
		if (areOff(population, [rule], then)) return [rule, { present, proposed: 'off' }];
		const beside = besidePresent(population, timesOf(before, rule), timesOf(after, rule));
		const isAsNow = beside === timesOf(before, rule) && present !== 'off';
		return [rule, { present, proposed: isAsNow ? present : state(rule, beside) }];
	});
}

const nobody: PerPerson = new Map();
const timesOf = ({ findings }: Tally, rule: SimulatedRuleId): PerPerson => findings.get(rule) ?? nobody;
