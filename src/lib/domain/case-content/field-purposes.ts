import { holdsHiddenNetwork, holdsNetworkAddress, isDomain } from './addresses.ts';
import { isChatName } from './chat-names.ts';
import { holdsRecording } from './file-names.ts';
import { holdsWholeDigest } from './fingerprints.ts';
import { withoutTelephoneNumbers } from './telephone-numbers.ts';

/** What a field can exist to hold, although it would be refused anywhere else; a citation: where a text was published, and under what number. */
export type FieldPurpose = 'web address' | 'e-mail address' | 'telephone number' | 'chat name' | 'citation';

/**
 * The text without what its field is for; the rest is looked at as any other text is. A link to a picture, a recording or a collection of files stays in
 * it, and so do one that holds a digest and one into a hidden network.
 * @param plain as `plainText` leaves it
 */
export function withoutPurposes(plain: string, purposes: readonly FieldPurpose[]): string {
	return purposes.reduce((left, purpose) => without[purpose](left), plain);
}

const without: Record<FieldPurpose, (text: string) => string> = {
	'web address': (text) => text.replace(site, (run, host: string) => (isOrdinarySite(run, host) ? ' ' : run)),
	'e-mail address': (text) => text.replace(address, (run) => (isContent(run.slice(0, run.lastIndexOf('@'))) ? run : ' ')),
	// A number that could be something else is left a short one: after "case" it is still that of a case.
	'telephone number': (text) => withoutTelephoneNumbers(text).replace(bareNumber, '1111'),
	'chat name': (text) => (isChatName(text.trim()) ? ' ' : text),
	citation: (text) => text.replace(doi, (run) => (isContent(run) ? run : ' '))
};

const label = '[\\p{L}\\p{N}][\\p{L}\\p{N}-]*';
const site = new RegExp(
	`(?<![\\p{L}\\p{N}@._/-])(?:https?://)?((?:${label}\\.)+${label})(?![\\p{L}\\p{N}@_-])(?::\\d{1,5})?(?:[/?#][^\\s<>"]*)?`,
	'giu'
);
const host = '[\\p{L}\\p{N}][\\p{L}\\p{N}_-]*';
/** Whatever an account can have: "mara!@example.org". */
const address = new RegExp(`(?<![^\\s<>("',;:])(?:mailto:)?[^\\s@<>"/:;,()]{1,64}@(?:${host}\\.)*${host}(?![\\p{L}\\p{N}@])`, 'giu');
const bareNumber = /(?<![\p{L}\p{N}]|[#/_.,-] ?)\+?\d[\d ()]{5,18}\d(?![\p{L}\p{N}/_-])/gu;
const doi = /(?<![\p{L}\p{N}.])(?:doi:\s?|https:\/\/doi\.org\/)?10\.\d{4,9}\/[\w.()/:;-]+/giu;

/** Without its scheme a site is known by the ending of its name alone. */
function isOrdinarySite(run: string, host: string): boolean {
	const isSite = /^https?:/i.test(run) || isDomain(host);
	return isSite && !holdsHiddenNetwork(run) && !holdsNetworkAddress(host) && !isContent(run);
}

/** The name of a picture or recording, or the digest of one, whatever stands around it. */
function isContent(run: string): boolean {
	return holdsRecording(run) || holdsWholeDigest(run);
}
