import type { InstrumentId } from './instruments/instrument.ts';
import { phq4Band, phq4Score } from './instruments/phq4.ts';
import { proqol5Band, proqol5Score } from './instruments/proqol5.ts';
import { who5Band, who5Score } from './instruments/who5.ts';
import type { Scale } from './report.ts';

interface Banded {
	title: string;
	instrument: InstrumentId;
	/** In the order in which they are shown. */
	bands: readonly (readonly [key: string, label: string])[];
	about: string;
}

const proqol = (title: string): Banded => ({
	...{ title, instrument: 'proqol5' },
	bands: [
		['low', 'Low: 22 or less'],
		['moderate', 'Moderate: 23 to 41'],
		['high', 'High: 42 or more']
	],
	about: 'Raw score of the scale, in the bands of the ProQOL manual.'
});

/** From here on one of the pulse's four answers (0 to 4) counts as heavy (ours). */
const heavy = 3;

/** What is put into bands, and which there are. */
export const scales: Readonly<Record<Scale, Banded>> = {
	pulse: {
		...{ title: 'Pulse', instrument: 'pulse' },
		bands: [
			['none', 'None of the four heavy'],
			['one', 'One of the four heavy'],
			['several', 'Two or more of the four heavy']
		],
		about: 'How many of the four answers were among the two heaviest of five. Our own bands; the pulse is not a clinical measure.'
	},
	who5: {
		...{ title: 'WHO-5', instrument: 'who5' },
		bands: [
			['not-low', 'Not low: over 50'],
			['low', 'Low: 29 to 50'],
			['very-low', 'Very low: 28 or less']
		],
		about: 'Score from 0 to 100; higher is better.'
	},
	phq4: {
		...{ title: 'PHQ-4', instrument: 'phq4' },
		bands: [
			['normal', 'Normal: 0 to 2'],
			['mild', 'Mild: 3 to 5'],
			['moderate', 'Moderate: 6 to 8'],
			['severe', 'Severe: 9 to 12']
		],
		about: 'All four answers together, in its authors’ words. It is a first look and no diagnosis.'
	},
	'proqol5-satisfaction': proqol('ProQOL 5: compassion satisfaction'),
	'proqol5-burnout': proqol('ProQOL 5: burnout'),
	'proqol5-trauma': proqol('ProQOL 5: secondary traumatic stress')
};

export const scaleIds = Object.keys(scales) as Scale[];

/** The band of each scale in which an instrument's answers (whole numbers, in order) lie. */
export function bandsOf(instrument: InstrumentId, answers: readonly number[]): Partial<Record<Scale, string>> {
	switch (instrument) {
		case 'pulse':
			return { pulse: (['none', 'one'] as const)[answers.filter((answer) => answer >= heavy).length] ?? 'several' };
		case 'who5':
			return { who5: who5Band(who5Score(answers)) };
		case 'phq4':
			return { phq4: phq4Band(phq4Score(answers).total) };
		case 'proqol5': {
			const { satisfaction, burnout, trauma } = proqol5Score(answers);
			return {
				'proqol5-satisfaction': proqol5Band(satisfaction),
				'proqol5-burnout': proqol5Band(burnout),
				'proqol5-trauma': proqol5Band(trauma)
			};
		}
	}
}
