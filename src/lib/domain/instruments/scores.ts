import { PHQ4_POSITIVE, phq4Band, phq4Score } from './phq4.ts';
import { proqol5Band, proqol5Score } from './proqol5.ts';
import { WHO5_CHANGE, who5Band, who5Score } from './who5.ts';
import type { PackInstrument } from './wording.ts';

/** One score of an answered instrument, as the person reads it. */
export interface ScaleScore {
	name: string;
	score: number;
	least: number;
	most: number;
	/** Where it lies, in the instrument's own terms. */
	band: string;
}

/** The scores that an instrument's answers give, in the order in which they are shown; the same for every wording. */
export function scoresOf(instrument: PackInstrument, answers: readonly number[]): ScaleScore[] {
	if (instrument === 'who5') {
		const score = who5Score(answers);
		return [
			{ name: 'Wellbeing', score, least: 0, most: 100, band: { 'very-low': 'very low', low: 'low', 'not-low': 'not low' }[who5Band(score)] }
		];
	}
	if (instrument === 'phq4') {
		const { anxiety, depression, total } = phq4Score(answers);
		const subscale = (name: string, score: number) => ({ name, score, least: 0, most: 6, band: markWords(score) });
		return [
			{ name: 'All four questions', score: total, least: 0, most: 12, band: phq4Band(total) },
			subscale('Anxiety', anxiety),
			subscale('Depression', depression)
		];
	}
	const { satisfaction, burnout, trauma } = proqol5Score(answers);
	const scale = (name: string, score: number) => ({ name, score, least: 10, most: 50, band: proqol5Band(score) });
	return [scale('Compassion satisfaction', satisfaction), scale('Burnout', burnout), scale('Secondary traumatic stress', trauma)];
}

function markWords(score: number): string {
	return score >= PHQ4_POSITIVE ? `at the mark of ${PHQ4_POSITIVE} or over it` : `under the mark of ${PHQ4_POSITIVE}`;
}

/** How a score compares with the same one of the time before, and whether that counts as a change. */
export function changeWords(instrument: PackInstrument, score: number, before: number): string {
	const apart = Math.abs(score - before);
	if (apart === 0) return 'the same as last time';
	const words = `${apart} ${score > before ? 'more' : 'less'} than last time`;
	if (instrument !== 'who5') return words;
	return apart >= WHO5_CHANGE ? `${words}, which counts as a change` : `${words}, too little to count as a change`;
}

/** What its scores mean, and what they do not: for the person. */
export interface Meaning {
	means: readonly string[];
	not: readonly string[];
}

export const meanings: Readonly<Record<PackInstrument, Meaning>> = {
	who5: {
		means: [
			'The score runs from 0 to 100. Higher is better: it is what your answers add up to, times four.',
			'50 or less is called low, 28 or less very low. A low score is a reason to look closer, together with somebody who knows about it, such as your doctor.',
			'A difference of 10 points or more from one time to the next counts as a change; less can be chance.'
		],
		not: [
			'It is about the last two weeks and not about you as a person.',
			'It is no diagnosis, of depression or of anything else, and says nothing about why.'
		]
	},
	phq4: {
		means: [
			'All four answers add up to 0 to 12. Its authors call 0–2 normal, 3–5 mild, 6–8 moderate and 9–12 severe. Lower is better.',
			'Questions 1 and 2 are about anxiety, 3 and 4 about depression, 0 to 6 each. From 3 on it is worth having somebody look closer, such as your doctor.'
		],
		not: [
			'It is a first look and no diagnosis: many people at the mark have neither an anxiety disorder nor a depression, and some under it do.',
			'No number of points is set from which a difference counts as a change.'
		]
	},
	proqol5: {
		means: [
			'Three scores of 10 to 50 each; they are not added up. 22 or less is called low, 23 to 41 moderate, 42 or more high.',
			'Compassion satisfaction is what you draw from the work: higher is better. Burnout and secondary traumatic stress weigh: lower is better.'
		],
		not: [
			'It looks at the last 30 days of work. It is no diagnosis and no measure of how well somebody works.',
			'No number of points is set from which a difference counts as a change.'
		]
	}
};

/** How the questions count, for whoever adds a wording: in another order the scores would be wrong. */
export const counting: Readonly<Record<PackInstrument, string>> = {
	who5: 'All five count alike. 5 is the best answer, 0 the worst.',
	phq4: 'Questions 1 and 2 count for anxiety, 3 and 4 for depression. 0 is the lightest answer, 3 the heaviest.',
	proqol5:
		'Compassion satisfaction: 3, 6, 12, 16, 18, 20, 22, 24, 27, 30. Burnout: 1, 4, 8, 10, 15, 17, 19, 21, 26, 29, of which 1, 4, 15, 17 and 29 are turned round. Secondary traumatic stress: 2, 5, 7, 9, 11, 13, 14, 23, 25, 28. 1 is the rarest answer, 5 the most frequent.'
};
