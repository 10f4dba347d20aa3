import { bodyEndings, domainEndings } from './domain-endings.ts';
import { isOrdinaryWriting } from './ordinary-writing.ts';

/** Endings that mean an address in whatever case they are written. */
const plainlyAnEnding = new Set(['com', 'org', 'net', 'onion', 'i2p']);
/** "Dr.in", "Mag.a": titles, in Austria. */
const titles = new Set(['dr', 'mag', 'prof', 'ing', 'dipl']);

const schemes = 'https?|ftps?|sftp|rtmps?|rtsp|wss?|ipfs|ipns|irc|gopher';
const withScheme = [
	new RegExp(`(?<![\\p{L}\\p{N}])(?:${schemes})(?:\\s?:\\s?[/\\\\]{1,2}\\s?|:)[\\p{L}\\p{N}\\[]`, 'iu'),
	/(?<![\p{L}\p{N}])[a-z][a-z0-9+.-]{1,19}:\/\/\S/iu,
	/(?<![\p{L}\p{N}])(?:magnet:\?|data:[a-z]+\/[a-z]|blob:|www\d?\.[\p{L}\p{N}]|localhost:\d)/iu,
	// A name and a password before the host.
	/(?<![\p{L}\p{N}._-])(?!mailto:)[\p{L}\p{N}._-]{1,40}:[^\s:@/]{1,40}@[\p{L}\p{N}]/u
];
/** Whatever is made of labels and dots; each is looked at once. */
const dotted = /(?<![\p{L}\p{N}._-])(?:[\p{L}\p{N}][\p{L}\p{N}_-]*\.)+\p{L}[\p{L}\p{N}-]*/gu;

/** Whether an address with its scheme (`https:`), or what begins with `www.`, stands in the text. */
export function holdsLink(text: string): boolean {
	return withScheme.some((pattern) => pattern.test(text));
}

/** Whether the name of a web site stands in the text; one that `mayStand` (asked in small letters) is let pass, alone: never with what may follow it. */
export function holdsDomain(text: string, mayStand: (domain: string) => boolean): boolean {
	if (!text.includes('.')) return false;
	return [...text.matchAll(dotted)].some(({ 0: name, index }) => {
		if (!isDomain(name)) return false;
		const after = following(text, index + name.length);
		return continues.test(after) || !(isOrdinaryWriting(name, after) || mayStand(name.toLowerCase()));
	});
}

/** A path, a query, a port or a part of the page. */
const continues = /^(?:[/\\#@&=%~]|[:?]\S)/;
const following = (text: string, from: number) => text.slice(from, from + 2);

/** The domains of a text that is a name, in small letters, without `www.`. */
export function domainsOf(plain: string): string[] {
	return [...plain.matchAll(dotted)].flatMap(([name]) => (isDomain(name) ? [name.toLowerCase().replace(/^www\./, '')] : []));
}

/** Whether a domain could be the name of a body, such as `hotline.ie`: with one of the ordinary endings, and without anything before the name itself. */
export function couldNameABody(domain: string): boolean {
	const [name = '', ...rest] = domain.split('.');
	const ending = rest.pop() ?? '';
	if (!bodyEndings.has(ending) || name.startsWith('xn--') || name.length < 2) return false;
	return rest.length === 0 || (rest.length === 1 && /^(?:ac|co|com|gob|gov|gouv|net|or|org)$/.test(rest[0] ?? ''));
}

/** Whether the name of a server stands in the text that only a network of its own knows. */
export function holdsHiddenNetwork(text: string): boolean {
	return /\.(?:onion|i2p|loki|bit)(?![\p{L}\p{N}_-])/iu.test(text);
}

/**
 * Whether labels and dots are a domain. A full stop without a space after it makes the same shape: "so it was.No more". Then the next word begins with a
 * capital.
 */
export function isDomain(name: string): boolean {
	const labels = name.split('.');
	// "example.de-Forum"
	const ending = (labels.pop() ?? '').replace(/-.*/, '');
	if ([...labels.slice(1), ending].some((label) => plainlyAnEnding.has(label.toLowerCase()))) return true;
	if (!domainEndings.has(ending.toLowerCase())) return false;
	// "am 3.11.in Berlin"
	if (labels.every((label) => /^\d+$/.test(label)) || titles.has(labels.at(-1)?.toLowerCase() ?? '')) return false;
	return ending === ending.toLowerCase() || name === name.toUpperCase();
}

const nearAt =
	/(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}(?: ?@ ?| (?:at|arroba|arobase) )((?:[\p{L}\p{N}][\p{L}\p{N}_-]*\.)+\p{L}[\p{L}\p{N}-]*)/giu;
/** Three letters at least: "l@s compañer@s" are people. */
const inOwnNetwork = /[\p{L}\p{N}._%+-]@[\p{L}][\p{L}\p{N}-]{2,}/u;

/** Whether an e-mail address stands in the text. */
export function holdsEmailAddress(text: string): boolean {
	if (inOwnNetwork.test(text)) return true;
	if (!/@|\bat\b|\barroba\b|\barobase\b/i.test(text)) return false;
	return [...text.matchAll(nearAt)].some(({ 0: address, 1: host = '', index }) => {
		const after = following(text, index + address.length);
		return isDomain(host) && (address.includes('@') || continues.test(after) || !isOrdinaryWriting(host, after));
	});
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const network = [
	new RegExp(`(?<![\\d.])(?:${octet}\\.){3}${octet}(?!\\.?\\d)`),
	/(?<![\p{L}\p{N}:.])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\p{L}\p{N}:])/iu,
	/(?<![\p{L}\p{N}:.])(?=[0-9a-f:]*\d)(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?(?![\p{L}\p{N}:])/iu,
	// Of a network card.
	/(?<![\p{L}\p{N}:-])(?=[0-9:-]*[a-f])[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\p{L}\p{N}:-])/iu
];

/** Whether an IP address or that of a network card stands in the text. */
export function holdsNetworkAddress(text: string): boolean {
	return network.some((pattern) => pattern.test(text));
}
