import type { Instrument } from './instrument.ts';

/** PHQ-4: two items on anxiety, two on depression, over two weeks. */
export const phq4: Instrument = { id: 'phq4', name: 'PHQ-4', items: 4, least: 0, most: 3, everyDays: 14, source: 'PHQ-4' };

/** A subscale is positive from 3 on. */
export const PHQ4_POSITIVE = 3;

export interface Phq4Score {
	/** q1 + q2: 0–6. */
	anxiety: number;
	/** q3 + q4: 0–6. */
	depression: number;
	/** 0–12. */
	total: number;
}

/** Subscales and total of four answers. */
export function phq4Score(answers: readonly number[]): Phq4Score {
	const [first = 0, second = 0, third = 0, fourth = 0] = answers;
	return { anxiety: first + second, depression: third + fourth, total: first + second + third + fourth };
}

export type Phq4Band = 'normal' | 'mild' | 'moderate' | 'severe';

/** Total 0–2, 3–5, 6–8, 9–12. */
export function phq4Band(total: number): Phq4Band {
	if (total <= 2) return 'normal';
	if (total <= 5) return 'mild';
	return total <= 8 ? 'moderate' : 'severe';
}
