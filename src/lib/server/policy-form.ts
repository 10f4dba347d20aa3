import * as v from 'valibot';
import type { Period } from '#lib/domain/calendar.ts';
import { parsePolicyPatch, type NewStarterStep, type PolicyPatch } from '#lib/domain/policy.ts';
import { policyFields, type PolicyField } from '#lib/domain/policy-fields.ts';
import { factorRange } from '#lib/domain/policy-parse.ts';
import { percentOf, valueAt, withValue, type FieldValue } from '#lib/domain/policy-values.ts';
import { formId, hidden, name } from './fields.ts';
import { longestReason } from './policy-changes.ts';

/** What every form that changes a policy has; its fields come beside, by their paths. */
export const policyProposal = v.looseObject({ id: formId, basedOn: hidden, reason: name(longestReason) });

/** What a policy's form sends and shows: input names and their texts. */
export type PolicyForm = Record<string, string>;
/** The same as it arrives: anybody can send a name twice. */
type Sent = Readonly<Record<string, unknown>>;

/** What could not be read of one field, in a sentence. */
class Unreadable extends Error {}

/**
 * Reads the form of a policy (`PolicyFields.svelte`). A field left empty is left out of the patch: it stays as the default has it, or as
 * the organisation has it for a team. What only shows in combination is for the verb to refuse.
 * @returns the patch of all fields that could be read, and a sentence for each that could not, by its path
 */
export function policyFromForm(form: Sent): { patch: PolicyPatch; errors: Record<string, string> } {
	let patch: PolicyPatch = {};
	const errors: Record<string, string> = {};
	for (const field of policyFields) {
		try {
			const value = readField(form, field);
			if (value !== undefined) patch = withValue(patch, field.path, checked(field, value));
		} catch (problem) {
			if (!(problem instanceof Unreadable)) throw problem;
			errors[field.path] = problem.message;
		}
	}
	return { patch, errors };
}

/** The rules of policies stand in the domain; here one value is held to them at a time. */
function checked({ path, kind }: PolicyField, value: FieldValue): FieldValue {
	const parsed = parsePolicyPatch(withValue({}, path, value));
	if (parsed.ok) return value;
	if (kind === 'minutes' || kind === 'days')
		throw new Unreadable(parsed.message.replace('belongs here.', 'belongs here; or leave it empty.'));
	// The form asks for the parts of the first weeks in percent.
	if (kind === 'steps' && parsed.path.endsWith('.factor'))
		throw new Unreadable(`Each part is a percentage from ${percentOf(factorRange.least)} to ${percentOf(factorRange.most)}.`);
	throw new Unreadable(parsed.message);
}

function textOf(form: Sent, name: string): string {
	const text = form[name] ?? '';
	if (typeof text !== 'string') throw new Unreadable('Please send this once.');
	return text.trim();
}

function readField(form: Sent, field: PolicyField): FieldValue | undefined {
	const text = textOf(form, field.path);
	switch (field.kind) {
		case 'steps':
			return ownList(form, field, readSteps(form, field.path));
		case 'periods':
			return ownList(form, field, readPeriods(form, field.path));
		case 'dates':
			return ownList(form, field, readDates(text));
		default:
			return text === '' ? undefined : readOne(field.kind, text);
	}
}

function readOne(kind: PolicyField['kind'], text: string): FieldValue {
	if (kind === 'switch') {
		if (text !== 'on' && text !== 'off') throw new Unreadable('Please choose one.');
		return text === 'on';
	}
	if (kind === 'minutes' || kind === 'days') return numberIn(text, /^\d{1,9}$/, 'Please give a whole number, or leave it empty.');
	if (kind === 'factor') return numberIn(text, /^\d{1,4}([.,]\d{1,4})?$/, 'Please give a number such as 1.5, or leave it empty.');
	return kind === 'clock' ? asClock(text) : text;
}

function numberIn(text: string, shape: RegExp, sentence: string): number {
	if (!shape.test(text)) throw new Unreadable(sentence);
	return Number(text.replace(',', '.'));
}

/** `9:00` is meant as `09:00`. */
const asClock = (text: string) => (/^\d:\d\d$/.test(text) ? `0${text}` : text);

/** A list counts only where it was said that it does: an empty one is a value too, such as a day without working hours. */
function ownList<T extends FieldValue & readonly unknown[]>(form: Sent, { path }: PolicyField, list: T): T | undefined {
	const own = textOf(form, ownName(path));
	if (own === 'own') return list;
	if (own !== '') throw new Unreadable('Please choose one.');
	if (list.length > 0) throw new Unreadable('Please choose “as given here” where this is to count, or empty it.');
	return undefined;
}

/** The name of the choice whether a list is one's own. */
const ownName = (path: string) => `${path}.own`;

const mostRows = 12;

/** The pairs of texts in the rows of a list; rows left empty are left out. */
function rowsOf(form: Sent, path: string, [first, second]: readonly [string, string]): [string, string][] {
	const rows: [string, string][] = [];
	for (let row = 0; row < mostRows; row++) {
		const pair: [string, string] = [textOf(form, `${path}.${row}.${first}`), textOf(form, `${path}.${row}.${second}`)];
		if (pair[0] === '' && pair[1] === '') continue;
		if (pair[0] === '' || pair[1] === '') throw new Unreadable('Please fill in both parts of each line, or empty both.');
		rows.push(pair);
	}
	return rows;
}

const readPeriods = (form: Sent, path: string): Period[] =>
	rowsOf(form, path, ['from', 'to']).map(([from, to]): Period => [asClock(from), asClock(to)]);

function readSteps(form: Sent, path: string): NewStarterStep[] {
	return rowsOf(form, path, ['days', 'percent']).map(([days, percent]) => ({
		days: numberIn(days, /^\d{1,4}$/, 'Please give the days as a whole number.'),
		factor: Math.round(numberIn(percent, /^\d{1,4}([.,]\d{1,2})?$/, 'Please give each part as a percentage such as 75.') * 100) / 10_000
	}));
}

/** As many as a form that is not taken gives back whole. */
const mostDates = 330;

function readDates(text: string): string[] {
	const dates = text.split(/[\s,;]+/).filter((date) => date !== '');
	if (dates.length > mostDates) throw new Unreadable(`Please keep this to ${mostDates} dates.`);
	const wrong = dates.find((date) => !parsePolicyPatch({ calendar: { holidays: [date] } }).ok);
	if (wrong !== undefined) throw new Unreadable(`“${wrong.slice(0, 20)}” is no date such as 2026-12-25. One on each line, please.`);
	return [...new Set(dates)].sort();
}

/** The form of a patch: what {@link policyFromForm} reads back as the same patch. */
export function formOfPolicy(patch: PolicyPatch): PolicyForm {
	const form: PolicyForm = {};
	for (const field of policyFields) {
		const value = valueAt(patch, field.path);
		if (value !== undefined) Object.assign(form, textsOf(field, value));
	}
	return form;
}

function textsOf({ path, kind }: PolicyField, value: FieldValue): PolicyForm {
	if (kind === 'switch') return { [path]: value === true ? 'on' : 'off' };
	if (!Array.isArray(value)) return { [path]: String(value) };
	const own = { [ownName(path)]: 'own' };
	if (kind === 'dates') return { ...own, [path]: value.join('\n') };
	const rows = (value as readonly (Period | NewStarterStep)[]).flatMap((entry, row): [string, string][] =>
		Array.isArray(entry)
			? [
					[`${path}.${row}.from`, entry[0]],
					[`${path}.${row}.to`, entry[1]]
				]
			: [
					[`${path}.${row}.days`, String((entry as NewStarterStep).days)],
					[`${path}.${row}.percent`, String(percentOf((entry as NewStarterStep).factor))]
				]
	);
	return { ...own, ...Object.fromEntries(rows) };
}
