import { extensionValue, isModified, isObject, quoted, textOf, type Json } from './questionnaire-json.ts';

/** A question as the file has it. */
export interface FoundQuestion {
	/** `Question 3 (linkId “q3”)`. */
	name: string;
	text: string;
	item: Json;
}

export interface FoundItems {
	questions: FoundQuestion[];
	/** What is said before the first question: texts of groups, and displayed texts. */
	before: string[];
	/** What is not taken over, as clauses. */
	left: string[];
	problems: string[];
}

const deepest = 10;
const calculated = ['http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression'];
const hidden = ['http://hl7.org/fhir/StructureDefinition/questionnaire-hidden'];

/** All questions of a questionnaire in the order in which they stand, groups opened. */
export function itemsOf(questionnaire: Json): FoundItems {
	const found: FoundItems = { questions: [], before: [], left: [], problems: [] };
	const seen: Seen = { linkIds: new Set(), prefixes: [] };
	walk(questionnaire.item, found, seen, 1, false);
	const [prefix] = seen.prefixes;
	if (prefix !== undefined) {
		const others = seen.prefixes.length > 1 ? `, and ${seen.prefixes.length - 1} more of this kind` : '';
		found.left.push(`the prefix ${quoted(prefix)} of an item${others}`);
	}
	return found;
}

interface Seen {
	linkIds: Set<string>;
	/** What stands beside items, such as their numbers. */
	prefixes: string[];
}

function walk(items: unknown, found: FoundItems, seen: Seen, depth: number, inHidden: boolean): void {
	if (items === undefined) return;
	if (!Array.isArray(items) || !items.every(isObject)) return void found.problems.push('An “item” of the file is no list of items.');
	if (depth > deepest) return void found.problems.push(`The groups of the file lie more than ${deepest} deep in one another.`);
	for (const item of items) {
		const linkId = textOf(item.linkId);
		if (linkId !== '' && seen.linkIds.has(linkId)) found.problems.push(`The linkId ${quoted(linkId)} is there twice.`);
		seen.linkIds.add(linkId);
		if (isModified(item)) found.problems.push(`The item ${quoted(linkId)} has a modifierExtension, which Breakwater does not know.`);
		const isHidden = inHidden || extensionValue(item, hidden) === true;
		if (textOf(item.prefix) !== '' && !isHidden) seen.prefixes.push(textOf(item.prefix));
		take(item, linkId, found, isHidden);
		walk(item.item, found, seen, depth + 1, isHidden);
	}
}

function take(item: Json, linkId: string, found: FoundItems, isHidden: boolean): void {
	const type = textOf(item.type);
	const text = textOf(item.text);
	if (isHidden || (type !== 'choice' && isComputed(item) && !isText(type))) {
		found.left.push(`${linkId === '' ? 'an item' : quoted(linkId)}, which is hidden or computed`);
	} else if (isText(type)) {
		const problem = askingProblem(item);
		if (problem !== null) found.problems.push(`The ${type} ${quoted(linkId)} ${problem}`);
		if (text === '') return;
		if (found.questions.length === 0) found.before.push(text);
		else found.left.push(`the text ${quoted(text)}, which stands after the first question`);
	} else {
		const name = `Question ${found.questions.length + 1}${linkId === '' ? '' : ` (linkId ${quoted(linkId)})`}`;
		found.questions.push({ name, text, item });
		const problem = kindProblem(item, type);
		if (problem !== null) found.problems.push(`${name} ${problem}`);
		if (text === '') found.problems.push(`${name} has no text.`);
	}
}

const isText = (type: string) => type === 'group' || type === 'display';

/** A total that the file's own programs work out. */
function isComputed(item: Json): boolean {
	return item.readOnly === true || extensionValue(item, calculated) !== undefined;
}

function kindProblem(item: Json, type: string): string | null {
	if (type === '') return 'has no type.';
	if (type === 'coding') return 'is of the type “coding”, as in FHIR R5. Please use the R4 form of the file.';
	if (type !== 'choice') return `is of the type ${quoted(type)}; only “choice” fits: one of several answers.`;
	return askingProblem(item);
}

/** Whether all of a group, or a question, is asked, and once. */
function askingProblem(item: Json): string | null {
	if (item.repeats === true) return 'takes several answers; every question has to take one.';
	if (Array.isArray(item.enableWhen) && item.enableWhen.length > 0)
		return 'is only asked under a condition; every question has to be asked.';
	return null;
}
