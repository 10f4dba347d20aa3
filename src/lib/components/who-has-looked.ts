/** One look at the viewer's record, in words; what a question of theirs about it led to. */
export interface Look {
	id: string;
	who: string;
	what: string;
	when: string;
	/** `twice that day`; empty for once. */
	times: string;
	why: string;
	mayAsk: boolean;
	question: { asked: string; waitsFor: readonly string[]; answer: { words: string; by: string; when: string } | null } | null;
}

/** `Monday 9 November, 10:02, twice that day`. */
export function timesOf({ when, times }: Pick<Look, 'when' | 'times'>): string {
	return times === '' ? when : `${when}, ${times}`;
}
