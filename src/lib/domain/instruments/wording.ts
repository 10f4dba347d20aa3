import type { Instrument, InstrumentId } from './instrument.ts';

/** Those whose wording belongs to somebody else: an administrator adds it, as an instrument pack. */
export const packInstruments = ['who5', 'phq4', 'proqol5'] as const satisfies readonly InstrumentId[];
export type PackInstrument = (typeof packInstruments)[number];

/** What an instrument pack says, in one language. */
export interface Wording {
	/** BCP 47. */
	language: string;
	title: string;
	/** Before the questions, such as the time that they ask about; may be empty. */
	intro: string;
	/** The questions, in order. */
	items: readonly string[];
	/** What each answer is called, from the least number of the scale to the largest. */
	labels: readonly string[];
	/** Whether the answer with the largest number is shown first. */
	largestFirst: boolean;
	/** Under what terms it may be used, and whose it is. */
	licence: string;
	owner: string;
}

/** Characters, at most. */
export const longest = { title: 120, intro: 800, item: 300, label: 80, licence: 1500, owner: 200 } as const;

/** The language tag in its usual spelling (`pt-br` is `pt-BR`); null where there is no such language. */
export function canonicalLanguage(tag: string): string | null {
	try {
		const { baseName } = new Intl.Locale(tag.trim());
		const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
		return baseName.toLowerCase() === tag.trim().toLowerCase() && baseName.length <= 35 && names.of(baseName) !== undefined
			? baseName
			: null;
	} catch {
		return null;
	}
}

/** `German`, `Portuguese (Brazil)`; the tag itself where English has no name for it. */
export function languageName(tag: string): string {
	return new Intl.DisplayNames(['en'], { type: 'language', languageDisplay: 'standard' }).of(tag) ?? tag;
}

/** The same wording without blanks around it, each text but intro and licence on one line, the language in its usual spelling. */
export function tidied(wording: Wording): Wording {
	const line = (text: string) => text.replace(/[ \t\r\n]+/g, ' ').trim();
	const lines = (text: string) => text.replace(/\r\n?/g, '\n').trim();
	return {
		language: canonicalLanguage(wording.language) ?? wording.language.trim(),
		title: line(wording.title),
		intro: lines(wording.intro),
		items: wording.items.map(line),
		labels: wording.labels.map(line),
		largestFirst: wording.largestFirst,
		licence: lines(wording.licence),
		owner: line(wording.owner)
	};
}

/**
 * What is wrong with a {@link tidied} wording, a sentence beside each field: `language`, `title`, `intro`, `licence`, `owner`, `item-<index>`, `label-<index>`
 * (from 0), and `items`, `labels` where there are too many of them. Nothing: it fits the instrument.
 */
export function wordingProblems(instrument: Instrument, wording: Wording): Record<string, string> {
	const { items, least, most, name } = instrument;
	const scale = most - least + 1;
	const problems: Record<string, string | null> = {
		language: canonicalLanguage(wording.language) === null ? 'Please give a language code such as en, de or pt-BR.' : null,
		title: textProblem(wording.title, longest.title),
		intro: wording.intro === '' ? null : textProblem(wording.intro, longest.intro),
		...each('item', wording.items, items, longest.item),
		items: wording.items.length > items ? `${name} has ${items} questions; here are ${wording.items.length}.` : null,
		...each('label', wording.labels, scale, longest.label),
		labels: wording.labels.length > scale ? `${name} has the answers ${least}–${most}; here are ${wording.labels.length}.` : null,
		licence: textProblem(wording.licence, longest.licence),
		owner: textProblem(wording.owner, longest.owner)
	};
	return Object.fromEntries(Object.entries(problems).filter((entry): entry is [string, string] => entry[1] !== null));
}

function each(field: 'item' | 'label', texts: readonly string[], count: number, most: number): Record<string, string | null> {
	return Object.fromEntries(
		Array.from({ length: Math.max(count, texts.length) }, (_, index) => {
			const text = texts[index] ?? '';
			const same = texts.findIndex((other) => text !== '' && other.toLowerCase() === text.toLowerCase());
			const twice = same >= 0 && same < index ? `This is the same as ${field === 'item' ? 'question' : 'answer'} ${same + 1}.` : null;
			return [`${field}-${index}`, textProblem(text, most) ?? twice];
		})
	);
}

/** What is wrong with a text of at most `most` characters; null: nothing. */
function textProblem(text: string, most: number): string | null {
	if (!/[\p{L}\p{N}]/u.test(text)) return 'Please fill this in.';
	if (text.length > most) return `Please keep this to ${most} characters; it has ${text.length}.`;
	// Whoever reads it would see something else than what stands there.
	if (/[\u202A-\u202E\u2066-\u2069]/.test(text))
		return 'There is a hidden mark in it that turns the direction of the text around. Please type it anew.';
	if (text.includes('\uFFFD')) return 'Some of its characters could not be read. Please type them anew, or save the file as UTF-8.';
	if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text.replaceAll('\n', '')) || !text.isWellFormed())
		return 'There is a character in it that cannot be shown. Please use plain text.';
	if (/<[/!]?[a-z][^<>]*>/i.test(text)) return 'Please take out formatting such as <b>: only plain text is shown.';
	return null;
}
