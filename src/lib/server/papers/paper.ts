/** Pieces of a paper: plain data, which one screen shows and prints. */
export type Block =
	| { kind: 'text'; text: string }
	| { kind: 'list'; items: string[] }
	/** The first cell of a row is what it is about. */
	| { kind: 'table'; head: string[]; rows: string[][] }
	/** A box for the organisation: what only it knows. */
	| { kind: 'theirs'; label: string; hint: string };

export interface Section {
	title: string;
	blocks: Block[];
}

export const paperIds = ['staff-notice', 'works-council', 'retention', 'processing', 'assessment'] as const;
export type PaperId = (typeof paperIds)[number];

/** What a paper is, whatever the configuration. */
export interface PaperKind {
	id: PaperId;
	title: string;
	/** What it is for. */
	about: string;
	/** Whether everybody with an account reads it, or authors of the policy alone. */
	readers: 'everybody' | 'authors';
	/** Whether it has to lie on one sheet. */
	onePage: boolean;
}

export interface PaperText {
	sections: Section[];
	/** What Breakwater cannot know, and the paper therefore does not say. */
	unknown: string[];
}

/** A paper as it is shown and printed. */
export interface Paper extends PaperText, Omit<PaperKind, 'about' | 'readers'> {
	organisation: string;
	/** `Monday 23 November 2026, 10:12 (Europe/London)`. */
	made: string;
	/** The sample organisation's. */
	sample: boolean;
}

export const text = (words: string): Block => ({ kind: 'text', text: words });
export const list = (...items: (string | false)[]): Block => ({ kind: 'list', items: items.filter((item) => item !== false) });
export const table = (head: string[], ...rows: (string[] | false)[]): Block => ({
	...{ kind: 'table', head },
	rows: rows.filter((row) => row !== false)
});
export const theirs = (label: string, hint = ''): Block => ({ kind: 'theirs', label, hint });

/** `a`, `a and b`, `a, b and c`; `none` of nothing. */
export function all(words: readonly string[], none: string): string {
	if (words.length < 2) return words[0] ?? none;
	return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function counted(n: number, one: string): string {
	return `${n} ${one}${n === 1 ? '' : 's'}`;
}

export const lowerFirst = (words: string) => words.charAt(0).toLowerCase() + words.slice(1);
