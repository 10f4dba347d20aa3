import { domainEndings } from './domain-endings.ts';

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

/** Whether the name of a web site stands in the text. */
export function holdsDomain(text: string): boolean {
	return text.includes('.') && [...text.matchAll(dotted)].some(([name]) => isDomain(name));
}

/** A full stop without a space after it makes the same shape: "so it was.No more". Then the next word begins with a capital. */
function isDomain(name: string): boolean {
	const labels = name.split('.');
	if (labels.slice(1).some((label) => plainlyAnEnding.has(label.toLowerCase()))) return true;
	const ending = labels.pop() ?? '';
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
	return /@|\bat\b|\barroba\b|\barobase\b/i.test(text) && [...text.matchAll(nearAt)].some(([, host = '']) => isDomain(host));
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
