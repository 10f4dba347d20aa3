import { inArray } from 'drizzle-orm';
import { planItems, type PlanItem, type Planned } from '#lib/domain/plan.ts';
import { addDays, type LocalDate } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { plannedItems } from './db/schema/plans.ts';
import { invalid } from './refusal.ts';

/** What a form says of a plan: what was ticked, and the dates beside each item, ticked or not. */
export interface PlanForm {
	/** The form's id, which becomes the plan's. */
	id: string;
	items: readonly PlanItem[];
	dates: Readonly<Record<PlanItem, { from: LocalDate | null; until: LocalDate | null }>>;
}

/** How far ahead, and how far back, a plan may reach, in days. */
const planDays = { ahead: 366, back: 90 };

/**
 * Between which days the dates of an item can lie, both included.
 * @param before what the plan that is changed holds: what goes on keeps its first day, however long ago that was
 */
export function planBounds(item: PlanItem, before: readonly Planned[], today: LocalDate): { earliest: LocalDate; latest: LocalDate } {
	const furthest = addDays(today, -planDays.back);
	const began = before.find((planned) => planned.item === item)?.from ?? furthest;
	return { earliest: began < furthest ? began : furthest, latest: addDays(today, planDays.ahead) };
}

/**
 * What was ticked, with its dates.
 * @param before what the plan that is changed holds; nothing for a first one
 * @throws Refusal `invalid` on `items`, or on `<item>-from` or `<item>-until`
 */
export function plannedIn({ items, dates }: PlanForm, before: readonly Planned[], today: LocalDate): Planned[] {
	const ticked = planItems.filter((item) => items.includes(item));
	if (ticked.length === 0) throw invalid('items', 'Please tick at least one thing that the two of you plan.');
	return ticked.map((item) => {
		const { from, until } = dates[item];
		const { earliest, latest } = planBounds(item, before, today);
		if (from === null) throw invalid(`${item}-from`, 'Please give the first day of this.');
		if (from < earliest || from > latest)
			throw invalid(`${item}-from`, 'Please choose a day within the last three months or the coming year.');
		if (until !== null && until < from) throw invalid(`${item}-until`, 'The last day lies before the first. Please check the two.');
		if (until !== null && until < today) throw invalid(`${item}-until`, 'This date has passed. Please choose today or a later day.');
		if (until !== null && until > latest) throw invalid(`${item}-until`, 'Please choose a day within a year.');
		return { item, from, until };
	});
}

/** What each of these versions holds, in the order of the form. */
export function itemsOf(db: Db, planIds: readonly string[]): Map<string, Planned[]> {
	if (planIds.length === 0) return new Map();
	const rows = db
		.select()
		.from(plannedItems)
		.where(inArray(plannedItems.planId, [...planIds]))
		.all();
	const order = (item: PlanItem) => planItems.indexOf(item);
	return Map.groupBy(
		rows.sort((a, b) => order(a.item) - order(b.item)),
		({ planId }) => planId
	);
}
