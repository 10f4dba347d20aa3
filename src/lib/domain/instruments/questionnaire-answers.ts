import { extensionValue, isModified, isObject, objectsOf, quoted, textOf, type Json } from './questionnaire-json.ts';

/** An answer that a question of a file offers. */
export interface Answer {
	/** The number that counts for the score. */
	number: number;
	label: string;
}

/**
 * Where a file says which number an answer counts as: R4's extension, its three names in STU3, and R5's.
 * https://hl7.org/fhir/R4/extension-ordinalvalue.html
 */
const numberExtensions = ['ordinalValue', 'questionnaire-ordinalValue', 'valueset-ordinalValue', 'iso21090-CO-value', 'itemWeight'].map(
	(name) => `http://hl7.org/fhir/StructureDefinition/${name}`
);

/**
 * The answers of one question in the file's order, listed with it or in a value set inside the file (https://hl7.org/fhir/R4/questionnaire.html).
 * @param contained the resources inside the file
 * @returns a clause that says what is wrong, to stand after "Question 3", where they cannot be read
 */
export function answersOf(item: Json, contained: readonly Json[]): Answer[] | string {
	const options = objectsOf(item.answerOption);
	const set = textOf(item.answerValueSet);
	if (options.length > 0 && set !== '') return 'has a list of answers and refers to another one as well; one of them belongs there.';
	if (set !== '') return answersOfSet(set, contained);
	if (options.length === 0) return 'has no answers (no answerOption, and no answerValueSet).';
	if (options.some((option) => isModified(option, option.valueCoding))) return modified;
	return numbered(options.map(optionOf));
}

const modified = 'has answers with a modifierExtension, which Breakwater does not know.';

interface Unnumbered {
	number: number | null;
	label: string;
	code: string;
}

function optionOf(option: Json): Unnumbered {
	const coding = isObject(option.valueCoding) ? option.valueCoding : null;
	const own = numberOf(extensionValue(option, numberExtensions));
	if (coding) {
		const concept = conceptOf(coding);
		return { ...concept, number: own ?? concept.number };
	}
	if (Number.isInteger(option.valueInteger))
		return { number: own ?? Number(option.valueInteger), label: String(option.valueInteger), code: '' };
	return { number: own, label: textOf(option.valueString), code: '' };
}

/** A coding, or a concept of a value set: its code is its number where it is one and nothing else says so. */
function conceptOf(concept: Json): Unnumbered {
	const code = textOf(concept.code);
	const number = numberOf(extensionValue(concept, numberExtensions)) ?? (/^\d{1,3}$/.test(code) ? Number(code) : null);
	return { number, label: textOf(concept.display), code };
}

function numberOf(value: unknown): number | null {
	return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function answersOfSet(reference: string, contained: readonly Json[]): Answer[] | string {
	const set = contained.find(
		(resource) => resource.resourceType === 'ValueSet' && (`#${textOf(resource.id)}` === reference || textOf(resource.url) === reference)
	);
	if (!set) return `takes its answers from ${quoted(reference, 80)}, which is not in the file. Please use a file that holds them.`;
	const expansion = isObject(set.expansion) ? objectsOf(set.expansion.contains) : [];
	const include = isObject(set.compose) ? objectsOf(set.compose.include) : [];
	if (isObject(set.compose) && objectsOf(set.compose.exclude).length > 0)
		return 'takes its answers from a value set that leaves some out again. Please use a file that lists them.';
	const concepts = expansion.length > 0 ? expansion : include.flatMap(({ concept }) => objectsOf(concept));
	if (concepts.length === 0) return `takes its answers from ${quoted(reference)}, which lists none.`;
	if ('implicitRules' in set || isModified(set, set.compose, set.expansion, ...include, ...concepts)) return modified;
	return numbered(concepts.map(conceptOf));
}

function numbered(found: readonly Unnumbered[]): Answer[] | string {
	const answers: Answer[] = [];
	for (const [index, { number, label, code }] of found.entries()) {
		const which = label === '' ? `answer ${index + 1}${code === '' ? '' : ` (code ${quoted(code)})`}` : `the answer ${quoted(label)}`;
		if (number === null) return `does not say which number ${which} counts as: it has no ordinalValue, and its code is no number.`;
		if (label === '') return `has no words for ${which}.`;
		answers.push({ number, label });
	}
	return answers;
}
