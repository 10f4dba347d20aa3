import type { Instrument } from './instrument.ts';
import { instruments } from './list.ts';
import { itemsOf, type FoundItems } from './questionnaire-items.ts';
import { isObject, objectsOf, quoted, textOf, type Json } from './questionnaire-json.ts';
import { nameOf, scaleOf } from './questionnaire-scale.ts';
import { canonicalLanguage, packInstruments, tidied, wordingProblems, type PackInstrument, type Wording } from './wording.ts';

/** What a file says: its wording and what the reader should know of it, or why it was not taken. */
export type Reading = { wording: Wording; notes: string[] } | { problems: string[] };

/** Bytes of UTF-8, at most. */
export const largestFile = 200 * 1024;
const mostProblems = 6;
const statuses = ['draft', 'active', 'retired', 'unknown'];

/**
 * Reads the wording of an instrument from a `Questionnaire` of FHIR R4 as JSON (https://hl7.org/fhir/R4/questionnaire.html), and holds it against the instrument's
 * structure. Nothing is guessed: where the file leaves open what an answer counts as, it is not taken. Licence and owner are left empty where it does not name them.
 * @param language for a file that does not say its own; empty: the file has to
 */
export function readQuestionnaire(instrument: Instrument, source: string, language: string): Reading {
	const file = parsed(source);
	if (typeof file === 'string') return { problems: [file] };
	const found = itemsOf(file);
	const problems = [...headProblems(file), ...found.problems, ...countProblems(instrument, found)];
	const scale = scaleOf(instrument, found, objectsOf(file.contained));
	const spoken = languageOf(file, language);
	if ('problem' in spoken) problems.push(spoken.problem);
	const guess = guessed(file);
	const other =
		guess !== null && guess !== instrument.id
			? `The file calls itself ${instruments[guess].name}; this is the page of ${instrument.name}.`
			: null;
	if ('problem' in scale || 'problem' in spoken || problems.length > 0)
		return { problems: shortened([other, ...problems, 'problem' in scale ? scale.problem : null]) };
	const wording = tidied({ ...wordsOf(file, instrument, found), ...scale, language: spoken.language });
	const lacking = (['licence', 'owner'] as const).filter((field) => wording[field] === '');
	const inWords = Object.entries(wordingProblems(instrument, wording))
		.filter(([field]) => !lacking.some((each) => each === field))
		.map(([field, problem]) => `${placeOf(field, found)}: ${problem}`);
	return inWords.length > 0 ? { problems: shortened([other, ...inWords]) } : { wording, notes: notesOf(file, other, found) };
}

function parsed(source: string): Json | string {
	if (source.trim() === '') return 'Please choose a file, or paste what is in it.';
	if (new TextEncoder().encode(source).length > largestFile) return 'This is larger than 200 KB. A questionnaire takes far less.';
	if (source.trimStart().startsWith('<')) return 'This is XML, or a web page. Please use the JSON form of the file.';
	try {
		// A byte order mark, which some editors put first, is no JSON.
		const file: unknown = JSON.parse(source.trim());
		if (!isObject(file)) return 'This is JSON, but not a Questionnaire.';
		const type = textOf(file.resourceType);
		if (type === 'Bundle') return 'This is a Bundle of several things. Please take the Questionnaire out of it.';
		if (type !== 'Questionnaire')
			return `This is ${type === '' ? 'JSON without a resourceType' : `a ${quoted(type)}`}, not a Questionnaire.`;
		return file;
	} catch {
		return 'This is not JSON, or only a part of it. Please check that all of it is there.';
	}
}

/** What a reader of FHIR must not pass over, and what every questionnaire has. */
function headProblems(file: Json): string[] {
	const problems: string[] = [];
	if ('modifierExtension' in file || 'implicitRules' in file)
		problems.push('The file has a modifierExtension or implicitRules, which change what it means in a way that Breakwater does not know.');
	if (!statuses.includes(textOf(file.status))) problems.push('The file has no status (draft, active, retired or unknown).');
	return problems;
}

function countProblems({ name, items }: Instrument, { questions }: FoundItems): string[] {
	return questions.length === items ? [] : [`${name} has ${items} questions; the file has ${questions.length}.`];
}

function languageOf(file: Json, chosen: string): { language: string } | { problem: string } {
	const own = textOf(file.language);
	const said = own === '' ? null : canonicalLanguage(own);
	const wanted = chosen.trim() === '' ? null : canonicalLanguage(chosen);
	if (chosen.trim() !== '' && wanted === null)
		return { problem: 'Please give a language code such as en, de or pt-BR, or leave it to the file.' };
	if (own !== '' && said === null) return { problem: `The file’s language ${quoted(own)} is no language code.` };
	if (said !== null && wanted !== null && said !== wanted)
		return { problem: `The file says its language is ${said}, and you chose ${wanted}.` };
	const language = said ?? wanted;
	return language === null ? { problem: 'The file does not say its language. Please choose it beside the file.' } : { language };
}

/** Which instrument a file says it is, where what it is called, its address or its codes name one alone. */
function guessed(file: Json): PackInstrument | null {
	const codes = [...objectsOf(file.code), ...objectsOf(file.identifier)].flatMap(({ code, display, value }) => [code, display, value]);
	const called = [file.title, file.name, file.url, file.id, ...codes].map(textOf).join(' ');
	const names: Record<PackInstrument, RegExp> = { who5: /\bwho[-_ ]?5/i, phq4: /\bphq[-_ ]?4(?!\d)/i, proqol5: /\bpro[-_ ]?qol/i };
	const named = packInstruments.filter((id) => names[id].test(called));
	return named.length === 1 ? (named[0] ?? null) : null;
}

function wordsOf(
	file: Json,
	{ name }: Instrument,
	{ questions, before }: FoundItems
): Omit<Wording, 'language' | 'labels' | 'largestFirst'> {
	// "1. …" is the question's number and not its text where every question begins with its own.
	const numbers = questions.map(({ text }, index) => new RegExp(`^${index + 1}[.)]\\s+`).exec(text)?.[0].length ?? 0);
	const strip = numbers.every((length) => length > 0);
	return {
		title: textOf(file.title) || name,
		intro: before.join('\n'),
		items: questions.map(({ text }, index) => (strip ? text.slice(numbers[index]) : text)),
		licence: textOf(file.copyright),
		owner: textOf(file.publisher)
	};
}

function placeOf(field: string, { questions }: FoundItems): string {
	const [kind, index] = field.split('-');
	if (kind === 'item' && index !== undefined) return nameOf(questions, Number(index));
	if (kind === 'label') return `Answer ${Number(index) + 1}`;
	const parts: Record<string, string> = {
		title: 'The title',
		intro: 'The texts before the questions',
		licence: 'The copyright',
		owner: 'The publisher'
	};
	return parts[field] ?? 'The file';
}

function notesOf(file: Json, other: string | null, { left }: FoundItems): string[] {
	const status = textOf(file.status);
	return [
		...(other === null ? [] : [other]),
		...(status === 'active' ? [] : [`Its publisher marks it as ${quoted(status)}.`]),
		...left.map((clause) => `Left out: ${clause}.`)
	];
}

function shortened(problems: readonly (string | null)[]): string[] {
	const all = [...new Set(problems.filter((problem) => problem !== null))];
	return all.length <= mostProblems ? all : [...all.slice(0, mostProblems), `And ${all.length - mostProblems} more of this kind.`];
}
