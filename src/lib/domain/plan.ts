import type { LocalDate } from './time.ts';

/** What a plan can hold, in the order of its form: what changes at work, and nothing that a rule reads. */
export const planItems = ['rota', 'non-exposure', 'counselling', 'time-off-screen'] as const;
export type PlanItem = (typeof planItems)[number];

/** One thing that was agreed on, from a date to another, both included. */
export interface Planned {
	item: PlanItem;
	from: LocalDate;
	/** Null: until one of the two ends the plan. */
	until: LocalDate | null;
}

/** The last day of a plan; null where something in it has no end. */
export function lastDayOf(items: readonly Planned[]): LocalDate | null {
	return items.reduce<LocalDate | null>((last, { until }) => (last === null || until === null ? null : until > last ? until : last), '');
}

/** Whether every day of the plan has passed on `today`. */
export function isOver(items: readonly Planned[], today: LocalDate): boolean {
	const last = lastDayOf(items);
	return last !== null && last < today;
}
