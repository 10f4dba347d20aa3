/** What would go, or has gone, by class: numbers alone, rounded down to tens; null for fewer than ten. */
export interface GoingCounts {
	records: number;
	answers: number | null;
	words: number | null;
	access: number | null;
	shortLived: number | null;
	/** People on whose record a legal hold stands. */
	held: number;
}

/** The classes in the order in which they are shown: as a line, and at the head of a column. */
export const goingLabels: readonly (readonly [name: keyof GoingCounts, label: string, short: string])[] = [
	['records', 'People who left long enough ago', 'People'],
	['answers', 'Check-ins', 'Check-ins'],
	['words', 'Private words', 'Words'],
	['access', 'Entries of who has looked', 'Looks'],
	['shortLived', 'Links and messages that are over', 'Links'],
	['held', 'People kept by a legal hold', 'Held']
];

/** A number of one of the classes in words. */
export const countWords = (count: number | null): string => (count === null ? 'under 10' : count.toLocaleString('en-GB'));
