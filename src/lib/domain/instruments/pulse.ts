import type { Instrument } from './instrument.ts';

/** Weekly, in the product's own words; not a clinical measure: stress, sleep, unwanted images, felt supported. 4 is worst. */
export const pulse: Instrument = { id: 'pulse', name: 'Pulse', items: 4, least: 0, most: 4, everyDays: 7, source: '(ours)' };

const WORST = 4;

/** Whether two items are at their worst. */
export function twoAtWorst(answers: readonly number[]): boolean {
	return answers.filter((answer) => answer === WORST).length >= 2;
}

/** Whether the same item is at its worst in both. */
export function sameAtWorst(answers: readonly number[], before: readonly number[]): boolean {
	return answers.some((answer, item) => answer === WORST && before[item] === WORST);
}
