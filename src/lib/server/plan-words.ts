import type { Planned } from '#lib/domain/plan.ts';
import type { LocalDate } from '#lib/domain/time.ts';
import type { plans } from './db/schema/plans.ts';
import { dateWords, datesWords } from './local-time.ts';
import { itemWords } from './support-words.ts';

/** Where a plan stands: `over` where all its days have passed. */
export type PlanState = 'proposed' | 'agreed' | 'over' | NonNullable<(typeof plans.$inferSelect)['outcome']>;

/** `a change of rota, 9 to 20 November`, `counselling, from Monday 9 November`. */
export function plannedWords({ item, from, until }: Planned, today: LocalDate): string {
	const dates = until === null ? `from ${dateWords(from, today)}` : datesWords(from, until, today);
	return `${itemWords[item]}, ${dates}`;
}

/** @param by who proposed it: `you`, or the name of the other one */
export function planStateWords(state: PlanState, by: string, other: string): string {
	switch (state) {
		case 'proposed':
			return by === 'you' ? `waiting for ${other}` : 'waiting for your answer';
		case 'agreed':
			return 'agreed';
		case 'over':
			return 'its days have passed';
		case 'replaced':
			return 'replaced by a newer version';
		case 'declined':
			return 'not taken up';
		case 'withdrawn':
			return 'withdrawn';
		case 'ended':
			return 'ended';
	}
}

/** One step of a plan, by `You` or somebody's name. */
export const planStepWords = {
	proposed: (by: string) => `${by} proposed it.`,
	agreed: (by: string) => `${by} agreed.`,
	declined: (by: string) => `${by} declined it.`,
	withdrawn: (by: string) => `${by} withdrew it.`,
	ended: (by: string) => `${by} ended it.`,
	replaced: (by: string) => `${by} put a newer version in its place.`
} as const;
