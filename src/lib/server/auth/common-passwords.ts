import { commonPhrases, commonWords } from './common-words.ts';

/** Rows, columns and zigzags of keyboards (QWERTY, QWERTZ, AZERTY), the alphabet and the digits; read both ways. */
const rows = [
	'123456789012345678901234567890',
	'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz',
	'qwertyuiopasdfghjklzxcvbnm',
	'qwertzuiopasdfghjklyxcvbnm',
	'azertyuiopqsdfghjklmwxcvbn',
	'1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
	'qazwsxedcrfvtgbyhnujmikolp',
	'zaq12wsxcde34rfvbgt56yhnmju78ik',
	'1q2w3e4r5t6y7u8i9o0p',
	'q1w2e3r4t5y6u7i8o9p0',
	'a1b2c3d4e5f6g7h8i9j0',
	'1a2b3c4d5e6f7g8h9i0j',
	'a1s2d3f4g5h6j7k8l9',
	'111222333444555666777888999000',
	'11223344556677889900',
	'aabbccddeeffgghhiijjkkll',
	'147258369',
	'159357',
	'0246813579'
].flatMap((row) => [row, [...row].reverse().join('')]);

const words = new Set(commonWords);
const phrases = new Set(commonPhrases);
const longestWord = Math.max(...commonWords.map((word) => word.length));
const shortestRun = 3;
/** More digits than this beside a common word are no decoration any more. */
const mostDigits = 6;

/** Letters and digits alone, in lower case, without accents: what is left of a text for comparing. */
export function plainLetters(text: string): string {
	return text
		.normalize('NFKD')
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Whether a password is among those that are tried first: one or two common words or a known phrase, a run along the keyboard or
 * the alphabet, something short said again and again; with digits and signs around it, or letters swapped for digits, all the same.
 */
export function isCommonPassword(password: string): boolean {
	const lower = password.normalize('NFKC').toLowerCase();
	if (new Set(lower).size < 4 || repeats(lower)) return true;
	const core = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
	const readings = [lower, core].flatMap((text) => [text, unswapped(text, 'i'), unswapped(text, 'l')]).map(plainLetters);
	const decoration = (lower.match(/\d/g) ?? []).length;
	return readings.some((reading, index) => {
		// The core alone is only half the password where much else stood around it.
		if (index >= 3 && decoration > mostDigits) return false;
		return reading !== '' && (phrases.has(reading) || repeats(reading) || isOneLongRun(reading) || isMadeOfCommonParts(reading));
	});
}

const swaps: Record<string, string> = {
	'@': 'a',
	'4': 'a',
	'8': 'b',
	'(': 'c',
	'3': 'e',
	'€': 'e',
	'9': 'g',
	'0': 'o',
	'5': 's',
	$: 's',
	'7': 't',
	'+': 't',
	'2': 'z'
};

function unswapped(text: string, one: 'i' | 'l'): string {
	return [...text].map((char) => swaps[char] ?? (char === '1' || char === '!' || char === '|' ? one : char)).join('');
}

/** The same few characters over and over: "abcabcabcabc", "passwordpassword". */
function repeats(text: string): boolean {
	for (let length = 1; length <= Math.min(12, text.length / 2); length++) {
		const unit = text.slice(0, length);
		if (unit.repeat(Math.ceil(text.length / length)).startsWith(text)) return true;
	}
	return false;
}

/** Whether two words or runs at most, with a few digits between them, make up the whole. */
function isMadeOfCommonParts(text: string): boolean {
	if (text.length > 64) return false;
	// fewest[i]: the least number of parts that make up the first i characters, and the digits that are none of them.
	const fewest: ({ parts: number; digits: number } | undefined)[] = [{ parts: 0, digits: 0 }];
	const offer = (at: number, parts: number, digits: number) => {
		const known = fewest[at];
		if (!known || parts < known.parts || (parts === known.parts && digits < known.digits)) fewest[at] = { parts, digits };
	};
	for (let at = 0; at < text.length; at++) {
		const here = fewest[at];
		if (!here) continue;
		if (/\d/.test(text[at] ?? '')) offer(at + 1, here.parts, here.digits + 1);
		for (let end = at + shortestRun; end <= text.length; end++) {
			const part = text.slice(at, end);
			const isRun = rows.some((row) => row.includes(part));
			if (isRun || (part.length <= longestWord && words.has(part))) offer(end, here.parts + 1, here.digits);
		}
	}
	const whole = fewest[text.length];
	return whole !== undefined && whole.parts > 0 && whole.digits <= mostDigits && whole.parts <= 2;
}

/** Runs of at least three alone, however many: "qweasdzxc123". */
function isOneLongRun(text: string): boolean {
	if (text.length > 64) return false;
	const reached = new Set([0]);
	for (let at = 0; at < text.length; at++) {
		if (!reached.has(at)) continue;
		for (let end = at + shortestRun; end <= text.length && rows.some((row) => row.includes(text.slice(at, end))); end++) reached.add(end);
	}
	return reached.has(text.length);
}
