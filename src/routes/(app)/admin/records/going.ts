/** What would go, or has gone, by class: numbers alone. */
export interface GoingCounts {
	records: number;
	answers: number;
	words: number;
	access: number;
	shortLived: number;
	/** People of whom something would go, but for a legal hold. */
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
