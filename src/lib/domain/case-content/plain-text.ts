/** Letters of other scripts that look like Latin ones, and which. */
const lookalikes: ReadonlyMap<string, string> = new Map(
	[
		['аạɑα', 'a'],
		['вЬ', 'b'],
		['сς', 'c'],
		['ԁ', 'd'],
		['еҽε', 'e'],
		['һн', 'h'],
		['іıι', 'i'],
		['ј', 'j'],
		['кκ', 'k'],
		['м', 'm'],
		['оοσ', 'o'],
		['рρ', 'p'],
		['ѕ', 's'],
		['тτ', 't'],
		['ν', 'v'],
		['хχ', 'x'],
		['уγ', 'y'],
		['АΑ', 'A'],
		['ВΒ', 'B'],
		['С', 'C'],
		['ЕΕ', 'E'],
		['НΗ', 'H'],
		['ІΙ', 'I'],
		['Ј', 'J'],
		['КΚ', 'K'],
		['МΜ', 'M'],
		['ОΟ', 'O'],
		['РΡ', 'P'],
		['Ѕ', 'S'],
		['ТΤ', 'T'],
		['ХΧ', 'X']
	].flatMap(([alike = '', letter = '']) => [...alike].map((each) => [each, letter] as const))
);

/**
 * The text as an eye reads it: compatibility forms made plain, invisible characters and accents left out, letters that only look Latin made Latin,
 * digits of every script 0–9, dashes, dots, slashes and colons each of one kind.
 */
export function plainText(text: string): string {
	if (/^[\x20-\x7e\n]*$/.test(text)) return text;
	return (
		text
			.normalize('NFKC')
			// "fatigué.es" says both genders and is no domain of Spain.
			.replace(/(?<=[éÉ])\.(?=e)/gu, '')
			.normalize('NFD')
			.replace(/[\p{Cf}\p{Mn}\p{Me}\u115f\u1160\u3164]/gu, '')
			.replace(/[^\x20-\x7e]/gu, plainCharacter)
	);
}

function plainCharacter(character: string): string {
	const letter = lookalikes.get(character);
	if (letter !== undefined) return letter;
	if (/\p{Pd}|[−﹘]/u.test(character)) return '-';
	if (/[。․]/u.test(character)) return '.';
	if (/[⁄∕⧸╱]/u.test(character)) return '/';
	if (/[⧵∖╲]/u.test(character)) return '\\';
	if (/[∶꞉ː]/u.test(character)) return ':';
	if (/\s/u.test(character)) return ' ';
	return /\p{Nd}/u.test(character) ? String(digitOf(character)) : character;
}

/** Digits of a script stand in tens, one after the other. */
function digitOf(character: string): number {
	const point = character.codePointAt(0) ?? 0;
	let zero = point;
	while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
	return (point - zero) % 10;
}

/** Endings that nobody writes after "dot" unless an address is meant. */
const spelledEndings = 'com|org|net|info|onion|i2p|io|eu|uk|nl|ru|fr|jpe?g|png|gif|webp|heic|mp4|mov|avi|pdf|zip';
/** "Le point de vue" is none, "example dot de" is. */
const spelledDots = [
	`(?:dot|punkt) (?=(?:de|${spelledEndings})(?![\\p{L}\\p{N}]))`,
	`(?:point|punto) (?=(?:${spelledEndings})(?![\\p{L}\\p{N}]))`
];
const spelledDot = new RegExp(`(?<=[\\p{L}\\p{N}]) (?:${spelledDots.join('|')})`, 'giu');

/** Plain text with addresses that were written so that they cannot be clicked ("hxxp", "[.]", "dot") as they are meant. */
export function joined(plain: string): string {
	return plain
		.replace(/\s?[[({<]\s?(?:\.|d[o0]t|punkt|point|punto)\s?[\])}>]\s?/gi, '.')
		.replace(/\s?[[({<]\s?(?:@|at|arroba|arobase)\s?[\])}>]\s?/gi, '@')
		.replace(/(?<=[\p{L}\p{N}])(?:[[({]\.|\.[\])}]|,)(?=(?:com|org|net|onion)(?![\p{L}\p{N}]))/gu, '.')
		.replace(/[[({<]\s?(:|\/{1,2}|:\/\/)\s?[\])}>]/g, '$1')
		.replace(/(?<![\p{L}\p{N}])h[tx*_]{2}p(?=s?\s?:)/giu, 'http')
		.replace(spelledDot, '.')
		.replace(/(?<=\d) dot (?=\d)/gi, '.')
		.replace(/(?<=[a-z0-9])DOT(?=(?:com|org|net|onion)(?![a-z]))/g, '.')
		.replace(/(?<=[\p{L}\p{N}]) \. ?(?=(?:com|org|net|onion|info)(?![\p{L}\p{N}]))/gu, '.')
		.replace(/(?<=[\p{L}\p{N}])\. (?=(?:com|org|net|onion|info)\/)/gu, '.');
}
