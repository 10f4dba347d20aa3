import type { Instrument } from './instrument.ts';

/** ProQOL 5: thirty items over thirty days, three scales and no total; asked quarterly. */
export const proqol5: Instrument = { id: 'proqol5', name: 'ProQOL 5', items: 30, least: 1, most: 5, everyDays: 91, source: 'ProQOL 5' };

// Item numbers from 1, as printed in the manual.
const SATISFACTION = [3, 6, 12, 16, 18, 20, 22, 24, 27, 30];
const BURNOUT = [1, 4, 8, 10, 15, 17, 19, 21, 26, 29];
const TRAUMA = [2, 5, 7, 9, 11, 13, 14, 23, 25, 28];
const REVERSED = new Set([1, 4, 15, 17, 29]);

export interface Proqol5Score {
	/** Each raw, 10–50. */
	satisfaction: number;
	burnout: number;
	trauma: number;
}

/** The three raw scales of thirty answers; burnout's positive items reversed (6 − x). */
export function proqol5Score(answers: readonly number[]): Proqol5Score {
	const sum = (items: number[]) =>
		items.reduce((total, item) => {
			const answer = answers[item - 1] ?? 0;
			return total + (REVERSED.has(item) ? 6 - answer : answer);
		}, 0);
	return { satisfaction: sum(SATISFACTION), burnout: sum(BURNOUT), trauma: sum(TRAUMA) };
}

export const PROQOL5_HIGH = 42;

export type Proqol5Band = 'low' | 'moderate' | 'high';

/** Raw ≤ 22 low, 23–41 moderate, ≥ 42 high. */
export function proqol5Band(raw: number): Proqol5Band {
	if (raw <= 22) return 'low';
	return raw < PROQOL5_HIGH ? 'moderate' : 'high';
}
