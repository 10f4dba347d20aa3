import { extensionValue, isObject, quoted, textOf, type Json } from './questionnaire-json.ts';

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
	walk(questionnaire.item, found, new Set(), 1);
	return found;
}

function walk(items: unknown, found: FoundItems, linkIds: Set<string>, depth: number): void {
	if (items === undefined) return;
	if (!Array.isArray(items) || !items.every(isObject)) return void found.problems.push('An “item” of the file is no list of items.');
	if (depth > deepest) return void found.problems.push(`The groups of the file lie more than ${deepest} deep in one another.`);
	for (const item of items) {
		const linkId = textOf(item.linkId);
		if (linkId !== '' && linkIds.has(linkId)) found.problems.push(`The linkId ${quoted(linkId)} is there twice.`);
		linkIds.add(linkId);
		if ('modifierExtension' in item)
			found.problems.push(`The item ${quoted(linkId)} has a modifierExtension, which Breakwater does not know.`);
		take(item, linkId, found);
		walk(item.item, found, linkIds, depth + 1);
	}
}

function take(item: Json, linkId: string, found: FoundItems): void {
	const type = textOf(item.type);
	const text = textOf(item.text);
	if (type === 'group' || type === 'display') {
		if (text === '') return;
		if (found.questions.length === 0) found.before.push(text);
		else found.left.push(`the text ${quoted(text)}, which stands after the first question`);
	} else if (extensionValue(item, hidden) === true || (type !== 'choice' && isComputed(item))) {
		found.left.push(`${linkId === '' ? 'an item' : quoted(linkId)}, which is hidden or computed`);
	} else {
		const name = `Question ${found.questions.length + 1}${linkId === '' ? '' : ` (linkId ${quoted(linkId)})`}`;
		found.questions.push({ name, text, item });
		const problem = kindProblem(item, type);
		if (problem !== null) found.problems.push(`${name} ${problem}`);
		if (text === '') found.problems.push(`${name} has no text.`);
	}
}

/** A total that the file's own programs work out. */
function isComputed(item: Json): boolean {
	return item.readOnly === true || extensionValue(item, calculated) !== undefined;
}

function kindProblem(item: Json, type: string): string | null {
	if (type === '') return 'has no type.';
	if (type === 'coding') return 'is of the type “coding”, as in FHIR R5. Please use the R4 form of the file.';
	if (type !== 'choice') return `is of the type ${quoted(type)}; only “choice” fits: one of several answers.`;
	if (item.repeats === true) return 'takes several answers; it has to take one.';
	if (Array.isArray(item.enableWhen) && item.enableWhen.length > 0)
		return 'is only asked under a condition; every question has to be asked.';
	return null;
}
