export const instrumentIds = ['pulse', 'who5', 'phq4', 'proqol5'] as const;
export type InstrumentId = (typeof instrumentIds)[number];

/** The structure of an instrument; published wording belongs to its owners and is not here. */
export interface Instrument {
	id: InstrumentId;
	/** What it is called. */
	name: string;
	/** How many items. */
	items: number;
	/** The least and the largest answer. */
	least: number;
	most: number;
	/** Never asked again before this many days have passed: at least as long as what its questions look back on. */
	everyDays: number;
	source: string;
}

/** What is wrong with answers (integers, in order) to an instrument; null: nothing. */
export function answersProblem(instrument: Instrument, answers: readonly number[]): string | null {
	const { items, least, most } = instrument;
	if (answers.length !== items) return `${items} answers belong here.`;
	const fits = answers.every((answer) => Number.isInteger(answer) && answer >= least && answer <= most);
	return fits ? null : `Each answer is a whole number from ${least} to ${most}.`;
}
