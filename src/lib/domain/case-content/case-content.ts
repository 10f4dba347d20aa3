import { domainsOf, holdsDomain, holdsEmailAddress, holdsLink, holdsNetworkAddress } from './addresses.ts';
import { withoutPurposes, type FieldPurpose } from './field-purposes.ts';
import { holdsFileName, holdsPath } from './file-names.ts';
import { holdsFingerprint } from './fingerprints.ts';
import { joined, plainText } from './plain-text.ts';
import { holdsReferenceNumber } from './reference-numbers.ts';

/** What of a case can stand in a text (domain.md §6), in words for the person who typed it. */
export type CaseContent = 'web address' | 'network address' | 'e-mail address' | 'file name' | 'fingerprint' | 'reference number';

/** In the order in which what fits several is named. */
const kinds: readonly (readonly [CaseContent, (plain: string, mayStand: (domain: string) => boolean) => boolean])[] = [
	['file name', holdsPath],
	['web address', holdsLink],
	['network address', holdsNetworkAddress],
	['e-mail address', holdsEmailAddress],
	['web address', holdsDomain],
	['file name', holdsFileName],
	['fingerprint', holdsFingerprint],
	['reference number', holdsReferenceNumber]
];

/** A choice, a number, a date or a time alone: what most fields of a form hold. */
const ordinary = /^(?:[a-z-]{0,64}|\d{1,6}|\d{4}-\d\d-\d\d|\d\d:\d\d)$/;

/**
 * The kind of thing in a text that Breakwater does not hold: an address, a file name, a hash, what looks like the number of a case. It reads as an eye
 * does (wide letters, invisible characters, "[.]"), looks at shapes and not at meanings, and would rather ask once too often than keep one. Takes time in
 * proportion to the text's length.
 * @param mayStand whether a domain (in small letters) is a name that may be written, such as that of a partner body; with a path, a port or a query it is an
 * address all the same
 * @param purposes what the field is for: that may stand in it, beside nothing else of the sort
 * @returns null where nothing of the sort was seen
 */
export function caseContentIn(
	text: string,
	mayStand: (domain: string) => boolean = () => false,
	purposes: readonly FieldPurpose[] = []
): CaseContent | null {
	if (ordinary.test(text)) return null;
	const plain = withoutPurposes(joined(plainText(text)), purposes);
	// What neither holds a digit nor one of these marks has none of the shapes.
	if (!/[\d.@:\\/]/.test(plain)) return null;
	// A licence has a number of its own.
	const found = kinds.find(([kind, holds]) => !(kind === 'reference number' && purposes.includes('citation')) && holds(plain, mayStand));
	return found?.[0] ?? null;
}

/** The domains that stand in a name, such as that of a body, in small letters: what {@link caseContentIn} may let pass. */
export function domainsInName(name: string): string[] {
	return domainsOf(joined(plainText(name)));
}
