import { couldNameABody } from '#lib/domain/case-content/addresses.ts';
import type { FieldPurpose } from '#lib/domain/case-content/field-purposes.ts';
import { caseContentIn, type CaseContent } from '#lib/domain/case-content/case-content.ts';

/** The fields in which a thing may stand that is refused anywhere else, and why; the rest of what they hold is looked at. */
export const fieldPurposes: Readonly<Record<string, { purposes: readonly FieldPurpose[]; why: string }>> = {
	email: { purposes: ['e-mail address'], why: 'the address of an account, which is signed in with' },
	detail: {
		purposes: ['e-mail address', 'web address', 'telephone number'],
		why: 'the number, address or words of a help line, which are shown on every page'
	},
	href: {
		purposes: ['e-mail address', 'web address', 'telephone number'],
		why: 'the link of a help line, which opens it in one tap'
	},
	chatName: {
		purposes: ['chat name', 'e-mail address'],
		why: 'the name in a chat that a bridge knows somebody by: often an address'
	},
	owner: { purposes: ['e-mail address', 'web address', 'citation'], why: 'whose wording a questionnaire has: often a web site' },
	licence: {
		purposes: ['e-mail address', 'web address', 'citation'],
		why: 'under what terms a questionnaire may be used: often a web site'
	}
};

/** The fields that are not looked at, because what was typed in them is kept nowhere, and how that is. Every other field of every form is looked at. */
export const notLookedAt: Readonly<Record<string, string>> = {
	password: 'kept as a hash alone, and never shown again',
	currentPassword: 'compared, and never kept',
	held: 'the token of a form that was kept over a sign-in',
	to: 'where to go after signing in, whom a contact is for, or a date: chosen from what there is, never kept as it was sent',
	source: 'the file of a questionnaire, which names its own address; its wording is looked at once it is read, and the rest is not kept',
	file: 'as `source`'
};

const hints: Record<CaseContent, string> = {
	'web address':
		'If it is none, a space after each full stop helps. Names of bodies can be written once an administrator has them in the lists.',
	'network address': 'If it is none, please write it in words.',
	'e-mail address': 'If it is none, please write it in words.',
	'file name': 'If it is none, a space after each full stop helps.',
	fingerprint: 'If it is none, please write it in words.',
	'reference number': 'If it is a date or an amount, please write it in words.'
};

const withArticle = (kind: CaseContent) => `${kind === 'e-mail address' ? 'an' : 'a'} ${kind}`;

/** What is said beside a field in which something of the kind was found. */
export function caseContentSentence(kind: CaseContent, field = ''): string {
	const isForIt = kind === 'web address' && purposesOf(field).includes(kind);
	const hint = isForIt ? 'A link to an ordinary page can stand here; one to a file or into a hidden network can not.' : hints[kind];
	return `That looks like ${withArticle(kind)}. Breakwater holds no case content, so nothing was stored. Please say it without. ${hint}`;
}

/** What is said above a form. */
function caseContentMessage(kind: CaseContent): string {
	return `Nothing was stored: one of the fields seems to hold ${withArticle(kind)}. Breakwater holds no case content.`;
}

/** Ids that Breakwater made itself stand in many fields, alone. */
export const isId = (text: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** No field takes as much; what is longer is refused for its length, and is not read through before. */
const longest = 20_000;

/** Whether a domain, in small letters, is a name that may be written. */
type MayStand = (domain: string) => boolean;

/** What is found in one field as it was sent; null: nothing but what the field is for. @param mayStand see `ownNames` */
export function caseContentOf(field: string, text: string, mayStand?: MayStand): CaseContent | null {
	return Object.hasOwn(notLookedAt, field) ? null : foundIn(field, text, mayStand);
}

/**
 * Whether a field of a form may be kept as it was typed, before the form itself has looked at it: what is not looked at there is never kept, and
 * neither is what nobody would read through.
 */
export function mayBeHeld(field: string, text: string, mayStand?: MayStand): boolean {
	return text.length <= longest && foundIn(field, text, mayStand) === null;
}

function foundIn(field: string, text: string, mayStand?: MayStand): CaseContent | null {
	return isId(text) ? null : caseContentIn(text.slice(0, longest), mayStand, purposesOf(field));
}

function purposesOf(field: string): readonly FieldPurpose[] {
	return Object.hasOwn(fieldPurposes, field) ? (fieldPurposes[field]?.purposes ?? []) : [];
}

/** As {@link caseContentOf} where an administrator names a body, which may be called as its web site is: `hotline.ie`. */
function caseContentOfName(field: string, text: string, mayStand: MayStand): CaseContent | null {
	return caseContentOf(field, text, (domain) => couldNameABody(domain) || mayStand(domain));
}

/**
 * Looks at all fields of a form. Null: nothing was found. Else what is said above it, and a sentence for each field; of a list (`items`) also for each
 * place (`item-0`). The texts themselves are in none of them.
 * @param mayStand see `ownNames`
 * @param bodies the fields that name a body
 */
export function caseContentFound(
	values: Readonly<Record<string, string | readonly string[]>>,
	mayStand: MayStand = () => false,
	bodies: readonly string[] = []
): { message: string; errors: Record<string, string> } | null {
	const errors: Record<string, string> = {};
	let message: string | null = null;
	for (const [field, value] of Object.entries(values)) {
		for (const [index, text] of [value].flat().entries()) {
			const kind = (bodies.includes(field) ? caseContentOfName : caseContentOf)(field, text, mayStand);
			if (kind === null) continue;
			message ??= caseContentMessage(kind);
			errors[field] ??= caseContentSentence(kind, field);
			if (typeof value !== 'string') errors[`${field.replace(/s$/, '')}-${index}`] = caseContentSentence(kind, field);
		}
	}
	return message === null ? null : { message, errors };
}
