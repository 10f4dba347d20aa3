import { randomUUID, randomUUIDv7 } from 'node:crypto';
import * as v from 'valibot';
import { caseContentSentence, isId } from './case-content.ts';

/**
 * The fields that forms are made of. Each is a Valibot schema over what a form sends (text, or a list of texts) and says in a
 * plain sentence what to do where it does not fit.
 */

/** Any text; what is missing is empty. Say where it is used how long it may be. */
export const text = v.optional(v.string('Please send this once.'), '');

/** What is said where a hidden field does not come back as it was sent out: nobody typed it, so there is nothing to mark. */
export const incomplete = 'This form was incomplete. Please load the page again; nothing was saved.';

/** The password that somebody has, typed once more; whether it fits is for `own-password.ts`. */
export const password = v.pipe(text, v.minLength(1, 'Please fill this in.'), v.maxLength(1000, 'Please check this: it is very long.'));

/** A hidden field, or the value of a button; say where it is used how long it may be. */
export const hidden = v.optional(v.string(incomplete), '');

/** The form's own id, made before it is shown: sending it twice stores once. */
export const formId = v.pipe(hidden, v.uuid(incomplete));

/** The id of what a form is about, in a hidden field. The verb decides whether it exists for this person. */
export const hiddenId = v.pipe(hidden, v.minLength(1, incomplete), v.maxLength(64, incomplete));

/** One of a few fixed choices, in a hidden field or a button. */
export function hiddenChoice<const T extends readonly string[]>(options: T) {
	return v.pipe(hidden, v.picklist(options, incomplete));
}

/**
 * Fresh ids for the forms of one page, one for each: `formIds('ask', 'change')`. Each goes into a hidden field of its form, and mostly becomes the
 * id of what is stored; others may get that, so it says nothing of the time.
 */
export function formIds<const Name extends string>(...names: readonly Name[]): Record<Name, string> {
	return ids(names, randomUUID);
}

/**
 * As {@link formIds}, of sessions and check-ins: ids that follow time lie side by side in the file, where one page is written for many. They hold the
 * millisecond at which the page was opened, so nobody but the person may ever get them.
 */
export function orderedFormIds<const Name extends string>(...names: readonly Name[]): Record<Name, string> {
	return ids(names, randomUUIDv7);
}

function ids<Name extends string>(names: readonly Name[], fresh: () => string): Record<Name, string> {
	return Object.fromEntries(names.map((form) => [form, fresh()])) as Record<Name, string>;
}

/** An id chosen from a list. The verb decides whether it exists for this person. */
export const chosenId = v.pipe(text, v.minLength(1, 'Please choose one.'), v.maxLength(64, 'Please choose one from the list.'));

/** As {@link chosenId}, but may be left empty: null then. */
export const chosenIdOrNone = v.pipe(
	text,
	v.maxLength(64, 'Please choose one from the list.'),
	v.transform((id) => (id === '' ? null : id))
);

/** A name of a person, team or the like: 1 to `most` characters, on one line, without control characters. */
export function name(most = 80) {
	return v.pipe(
		text,
		v.trim(),
		v.minLength(1, 'Please fill this in.'),
		v.maxLength(most, `Please keep this to ${most} characters.`),
		v.regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'Please use a single line of plain text.'),
		v.check((value) => value.isWellFormed(), 'Please use a single line of plain text.'),
		v.check((value) => !isId(value), caseContentSentence('fingerprint'))
	);
}

/** Marks a list of texts as names of bodies. */
export const bodyNames = v.metadata<string[], { body: true }>({ body: true });

/** The {@link name} of a body (an organisation, an employer), which may be called as its web site is. */
export const bodyName = v.pipe(name(), v.metadata({ body: true }));

/** Which fields of a form are marked as names of bodies. */
export function fieldsThatNameBodies(schema: object): string[] {
	const entries = 'entries' in schema ? (schema.entries as Record<string, v.GenericSchema>) : {};
	return Object.entries(entries).flatMap(([field, entry]) => (v.getMetadata(entry).body === true ? [field] : []));
}

export const email = v.pipe(
	text,
	v.trim(),
	v.minLength(1, 'Please fill in an e-mail address.'),
	v.maxLength(254, 'Please keep the e-mail address to 254 characters.'),
	v.regex(/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/u, 'Please check the e-mail address: it needs a name, an @ and a domain.')
);

/** A date as `YYYY-MM-DD` that the calendar has. */
export const date = v.pipe(
	text,
	v.regex(/^\d{4}-\d{2}-\d{2}$/, 'Please give a date.'),
	v.check(
		(value) => !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) && new Date(`${value}T00:00:00Z`).toISOString().startsWith(value),
		'That date is not in the calendar. Please check the day and the month.'
	)
);

/** As {@link date}, but may be left empty: null then. */
export const dateOrNone = v.pipe(
	text,
	v.check((value) => value === '' || v.is(date, value), 'That date is not in the calendar. Please check the day and the month.'),
	v.transform((value) => (value === '' ? null : value))
);

/** A clock time as `HH:MM`, 00:00 to 23:59. */
export const clock = v.pipe(text, v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Please give a time such as 09:30.'));

/** As {@link clock}, but may be left empty: null then. */
export const clockOrNone = v.pipe(
	text,
	v.check((value) => value === '' || v.is(clock, value), 'Please give a time such as 09:30, or leave it empty.'),
	v.transform((value) => (value === '' ? null : value))
);

/** A whole number between two others, both included. */
export function whole(min: number, max: number) {
	const sentence = `Please give a whole number from ${min} to ${max}.`;
	return v.pipe(
		text,
		v.trim(),
		v.regex(/^-?\d{1,9}$/, sentence),
		v.transform(Number),
		v.minValue(min, sentence),
		v.maxValue(max, sentence)
	);
}

/** One of a few fixed choices. */
export function choice<const T extends readonly string[]>(options: T) {
	return v.pipe(text, v.picklist(options, 'Please choose one.'));
}

/** As {@link choice}, but may be left empty: null then. `sentence`: what is said of anything else. */
export function choiceOrNone<const T extends readonly string[]>(options: T, sentence = 'Please choose one.') {
	return v.pipe(
		v.optional(v.string(sentence), ''),
		v.transform((value) => (value === '' ? null : value)),
		v.nullable(v.picklist(options, sentence))
	);
}

/** Several of a few fixed choices (a field named `…[]`); none is an empty list. */
export function choices<const T extends readonly string[]>(options: T) {
	return v.optional(v.array(v.picklist(options, 'Please choose from the list.'), 'Please choose from the list.'), []);
}

/** Ids chosen from a list (a field named `…[]`). */
export const chosenIds = v.optional(
	v.pipe(
		v.array(v.pipe(v.string(), v.maxLength(64, 'Please choose from the list.')), 'Please choose from the list.'),
		v.maxLength(200, 'Please choose from the list.')
	),
	[]
);

/** A tick-box: true where it was ticked. */
export const ticked = v.pipe(
	v.optional(v.union([v.string(), v.array(v.string())]), ''),
	v.transform((value) => [value].flat().some((text) => text === 'on' || text === 'yes'))
);

/** An IANA time zone that this machine knows. */
export const zone = v.pipe(
	text,
	v.check((value) => value !== '' && knowsZone(value), 'Please choose a time zone from the list, such as Europe/London.')
);

function knowsZone(value: string): boolean {
	if (!/^[A-Za-z0-9_+\-/]{1,64}$/.test(value) || /^[+-]/.test(value)) return false;
	try {
		return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
	} catch {
		return false;
	}
}
