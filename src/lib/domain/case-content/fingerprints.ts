const hexRuns = /(?<![\p{L}\p{N}])(?:0x)?([0-9a-f]{8,})(?![\p{L}\p{N}])/giu;
const pairs = /(?<![\p{L}\p{N}])(?:[0-9a-f]{2}[ :.-]){7,}[0-9a-f]{2}(?![\p{L}\p{N}])/giu;
const groups = /(?<![\p{L}\p{N}])(?:[0-9a-f]{4,16}[ -]){2,}[0-9a-f]{4,16}(?![\p{L}\p{N}])/giu;
const prefixed = /(?<![\p{L}\p{N}])0x[0-9a-f]{6,}(?![\p{L}\p{N}])/iu;
const numbers = /(?<!\d)(?:\d{1,3} ?[,;] ?){15,}\d{1,3}(?!\d)/;
const runs = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{20,}={0,2}/g;

const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;
const isMixed = (text: string) => /\d/.test(text) && /[a-z]/i.test(text);

/** Whether a hash or another digest stands in the text: hexadecimal, base 32, 58 or 64, a row of numbers, or the beginning of one. */
export function holdsFingerprint(text: string): boolean {
	return (
		[...text.matchAll(hexRuns)].some(([, run = '']) => isHexDigest(run)) ||
		[...text.matchAll(pairs)].some(([run]) => run.split(/[ :.-]/).filter((pair) => /[a-f]/i.test(pair)).length >= 3) ||
		[...text.matchAll(groups)].some(([run]) => run.replace(/[ -]/g, '').length >= 24 && run.split(/[ -]/).filter(isMixed).length >= 2) ||
		prefixed.test(text) ||
		numbers.test(text) ||
		[...text.matchAll(runs)].some(([run]) => isRandom(run))
	);
}

/** Whether a whole digest (MD5, SHA-1, SHA-256, SHA-512) stands in the text, in hexadecimal. */
export function holdsWholeDigest(text: string): boolean {
	return /(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})(?![0-9a-f])/i.test(text);
}

/** "24dec2026" goes from digits to letters and back once, a digest of eight digits more often. */
function isHexDigest(run: string): boolean {
	return isMixed(run) && (run.length >= 16 || count(run, /\d(?=[a-f])|[a-f](?=\d)/gi) >= 3);
}

/** Letters and digits, or small letters and capitals, follow each other as in no word. */
function isRandom(run: string): boolean {
	const plain = run.replace(/=+$/, '');
	if (/^[A-Za-z0-9]+$/.test(plain)) return count(plain, /\d(?=[a-z])/gi) >= 2;
	const turns = count(plain, /[a-z](?=[^a-z])|[A-Z](?=[^A-Z])|\d(?=\D)/g);
	return /\d/.test(plain) && turns >= 0.35 * plain.length;
}
