import type { InstrumentId } from './instruments/instrument.ts';
import { PHQ4_POSITIVE, phq4Score } from './instruments/phq4.ts';
import { PROQOL5_HIGH, proqol5Score } from './instruments/proqol5.ts';
import { sameAtWorst, twoAtWorst } from './instruments/pulse.ts';
import { WHO5_LOW, WHO5_VERY_LOW, who5Score } from './instruments/who5.ts';

/** Why a check-in is a concern, in the order in which they are looked at. */
export const criteria = [
	'pulse-two-worst',
	'pulse-repeat',
	'index-very-low',
	'index-fall',
	'index-twice-low',
	'phq4-anxiety',
	'phq4-depression',
	'proqol-burnout',
	'proqol-trauma'
] as const;
export type Criterion = (typeof criteria)[number];

/** Answered check-ins before the one in question; skips leave no trace here. */
export interface CheckInHistory {
	/** Answers of the last pulse. */
	lastPulse: number[] | null;
	/** The last up to four index scores, oldest first. */
	indexScores: number[];
}

export const INDEX_SCORES_KEPT = 4;
const INDEX_FALL = 12;

function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	const above = sorted[Math.floor(sorted.length / 2)] as number;
	const below = sorted[Math.ceil(sorted.length / 2) - 1] as number;
	return (above + below) / 2;
}

function indexCriterion(score: number, before: readonly number[]): Criterion | null {
	if (score <= WHO5_VERY_LOW) return 'index-very-low';
	if (score > WHO5_LOW) return null;
	if (before.length >= 2 && median(before) - score >= INDEX_FALL) return 'index-fall';
	const last = before.at(-1);
	return last !== undefined && last <= WHO5_LOW ? 'index-twice-low' : null;
}

/** The first criterion that answered items meet (domain.md §4), given the check-ins before; null: none. */
export function criterionMet(instrument: InstrumentId, answers: readonly number[], before: CheckInHistory): Criterion | null {
	switch (instrument) {
		case 'pulse':
			if (twoAtWorst(answers)) return 'pulse-two-worst';
			return before.lastPulse !== null && sameAtWorst(answers, before.lastPulse) ? 'pulse-repeat' : null;
		case 'who5':
			return indexCriterion(who5Score(answers), before.indexScores.slice(-INDEX_SCORES_KEPT));
		case 'phq4': {
			const { anxiety, depression } = phq4Score(answers);
			if (anxiety >= PHQ4_POSITIVE) return 'phq4-anxiety';
			return depression >= PHQ4_POSITIVE ? 'phq4-depression' : null;
		}
		case 'proqol5': {
			const { burnout, trauma } = proqol5Score(answers);
			if (burnout >= PROQOL5_HIGH) return 'proqol-burnout';
			return trauma >= PROQOL5_HIGH ? 'proqol-trauma' : null;
		}
	}
}

/** Adds an answered check-in to the history that criteria look at. */
export function rememberCheckIn(history: CheckInHistory, instrument: InstrumentId, answers: number[]): void {
	if (instrument === 'pulse') history.lastPulse = answers;
	if (instrument === 'who5') {
		history.indexScores = [...history.indexScores, who5Score(answers)].slice(-INDEX_SCORES_KEPT);
	}
}
