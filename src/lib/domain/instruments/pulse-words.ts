/** One item of the pulse as the person reads it; `answers` from 0 (lightest) to 4 (heaviest). */
export interface PulseItem {
	short: string;
	question: string;
	answers: readonly [string, string, string, string, string];
}

/** The pulse's four items in order, in the product's own words. Not a clinical measure. */
export const pulseWords: readonly [PulseItem, PulseItem, PulseItem, PulseItem] = [
	{
		short: 'Stress',
		question: 'How tense or stressed have you felt this week?',
		answers: ['Not at all', 'A little', 'Somewhat', 'Quite a lot', 'Very much']
	},
	{
		short: 'Sleep',
		question: 'How have you slept this week?',
		answers: ['Very well', 'Well', 'So-so', 'Badly', 'Very badly']
	},
	{
		short: 'Images coming back',
		question: 'How often did images from work come back when you didn’t want them?',
		answers: ['Never', 'Once', 'A few times', 'Most days', 'Every day']
	},
	{
		short: 'Felt supported',
		question: 'How supported have you felt at work this week?',
		answers: ['Fully', 'Mostly', 'Partly', 'Hardly', 'Not at all']
	}
];
