import type { Instrument } from './instrument.ts';

/** WHO-5: five items over two weeks; a 0–100 wellbeing index, higher is better. */
export const who5: Instrument = { id: 'who5', name: 'WHO-5', items: 5, least: 0, most: 5, everyDays: 14, source: 'WHO-5' };

/** Sum × 4: 0–100. */
export function who5Score(answers: readonly number[]): number {
	return 4 * answers.reduce((sum, answer) => sum + answer, 0);
}

export const WHO5_LOW = 50;
export const WHO5_VERY_LOW = 28;
/** From this difference on a change counts as one. */
export const WHO5_CHANGE = 10;

export type Who5Band = 'very-low' | 'low' | 'not-low';

/** ≤ 28 very low, ≤ 50 low. */
export function who5Band(score: number): Who5Band {
	if (score <= WHO5_VERY_LOW) return 'very-low';
	return score <= WHO5_LOW ? 'low' : 'not-low';
}
