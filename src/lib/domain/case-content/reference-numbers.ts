import { withoutTelephoneNumbers } from './telephone-numbers.ts';

const edge = '(?<![\\p{L}\\p{N}])';
const end = '(?![\\p{L}\\p{N}])';

/** Words after which a number is that of a case, in the four languages; without accents, as {@link plainText} leaves them. */
const strong = [
	...['refs?', 'reference', 'exhibit', 'docket', 'urn', 'crn', 'crime', 'iwf', 'ncmec', 'cybertip(?:line)?', 'iccam', 'inhope'],
	...['az', 'aktenzeichen', 'gesch(?:a|ae)ftszeichen', 'vorgang(?:snummer)?', 'fallnummer', 'akte'],
	...['dossier', 'affaire', 'procedure', 'pv', 'proces-verbal', 'expediente', 'exp', 'atestado', 'diligencias(?: previas)?', 'referencia']
].join('|');
const weak = [
	...['case', 'report', 'incident', 'ticket', 'file', 'victim', 'suspect', 'series', 'set', 'fall', 'meldung', 'bericht', 'opfer'],
	...['signalement', 'victime', 'caso', 'denuncia', 'informe', 'victima', 'aviso']
].join('|');
const called = '(?:#|no\\.|nr\\.?|number|num\\.?|nummer|numero|n°|n\\.o|no(?= \\d{3})|id)';
const token = '(?:\\p{L}{0,6}[/_-]?\\d[\\p{L}\\p{N}/_-]*)';

const patterns = [
	// "Case no. 7"
	new RegExp(`${edge}(?:${strong}|${weak})\\s?[-.:]?\\s?${called}\\s?[:.#]?\\s?${token}`, 'iu'),
	// "#48213"
	/#\s?\d{4,}/u,
	// "12 Js 345/26": the registers of German courts and prosecutors
	new RegExp(`${edge}\\d{1,4} (?:U?Js|AR|Ls|Ds|KLs|Ks|Cs|Gs|Qs|Ns|Ss|StR|OWi|BvR|Ws|VG|O|C|F|K) \\d{1,6}/\\d{2}(?!\\d)`, 'u'),
	// "INC0048213"
	new RegExp(`${edge}(?!(?:iso|din|en|iec|bs|nf|une)\\d)\\p{L}{1,6}\\d{5,}${end}`, 'iu'),
	// "20-00417"
	/(?<![\p{L}\p{N}/.,-])\d{2}[/-]0\d{4,}(?!\d)/u,
	// "20260417-0093"
	/(?<![\d/-])\d{6,8}[/_-]\d{3,}(?![\d/-])/u
];

/** Years, clock times and the like: what else numbers and strokes are written for. */
const isYear = (text: string) => /^(?:19|20)\d\d$/.test(text);
const isClock = (text: string) => /^(?:[01]\d|2[0-3])[0-5][05]$/.test(text);
const dates = [
	/(?<![\p{L}\p{N}/_-])\d{4}([/-])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?![\p{L}\p{N}/_-])/gu,
	/(?<![\p{L}\p{N}/_-])(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|[12]\d|3[01])\1(?:\d{4}|\d\d)(?![\p{L}\p{N}/_-])/gu
];
/** "Regulation (EU) 2016/679", "Ley 31/1995", "2003/88/EC": laws are nobody's case. */
const laws = [
	/(?<!\p{L})(?:\((?:EU|EC|EG|EWG|UE|CE)\)|EU|EC|EG|UE|CE|GDPR|DSGVO|RGPD|Ley|Ley Organica|Decreto|RD|Orden|Loi|Decret|Directiv[ea]|Richtlinie|Regulation|Reglamento|Reglement|Verordnung) ?(?:Nr\.?|No\.?|n°|n\.o)? ?\d{1,4}\/\d{1,4}(?:\/(?:EU|EC|EEC|EG|EWG|UE|CE|CEE))?(?![\d/])/giu,
	/(?<![\d/])\d{1,4}\/\d{1,4}\/(?:EU|EC|EEC|EG|EWG|UE|CE|CEE)(?!\p{L})/gu
];

/**
 * Whether what looks like the number of a case, report or exhibit stands in the text: parts joined by strokes, a number after a word such as "ref", or a
 * long run of digits. Dates, years, clock times, laws, standards, post codes, amounts and telephone numbers pass.
 */
export function holdsReferenceNumber(plain: string): boolean {
	if (!/\d/.test(plain)) return false;
	const undated = [...dates, ...laws].reduce((left, known) => left.replace(known, ' '), plain);
	if (patterns.some((pattern) => pattern.test(undated)) || some(undated, afterWord, isNumberAfterWord)) return true;
	const text = withoutTelephoneNumbers(undated);
	return (
		some(text, lettersThenNumbers, isJoined) ||
		some(text, letterAndNumber, isCoded) ||
		some(text, numbersAroundLetters, ([run]) => digitsOf(run).length >= 5) ||
		some(text, yearThenNumber, ([, year = '', number = '']) => !isYear(number) && !(isClock(year) && isClock(number))) ||
		some(text, numberThenYear, ([, number = '']) => !isYear(number)) ||
		some(text, numberAndShortYear, isShortYear) ||
		some(text, longRun, ([run]) => !/^\d{1,2}0+$/.test(run) && !isCompactDate(run)) ||
		some(text, groups, ([run]) => isInGroups(run))
	);
}

function some(text: string, pattern: RegExp, holds: (match: RegExpExecArray) => boolean): boolean {
	return [...text.matchAll(pattern)].some(holds);
}

const digitsOf = (text: string) => text.replace(/\D/g, '');

/** "Ref 417", "case 48213", "Az. 123/26". */
const afterWord = new RegExp(`${edge}(?:(${strong})|${weak})(?: (?:report|meldung|case))?[.:]*\\s?[:#=]?\\s?(${token})${end}`, 'giu');

function isNumberAfterWord([, word, number = '']: RegExpExecArray): boolean {
	const digits = digitsOf(number);
	if (isYear(number) || number === '24/7') return false;
	if (word === undefined) return digits.length >= 4;
	return digits.length >= 3 || /\p{L}[/-]?\d/u.test(number);
}

/** "CR-2026-00417"; "KW-47-2026" is a week. */
const lettersThenNumbers = new RegExp(`${edge}(\\p{L}{1,6})\\s?[/_-]\\s?(\\d{2,4})\\s?[/_-]\\s?(\\d{2,})${end}`, 'giu');

function isJoined([, letters = '', first = '', second = '']: RegExpExecArray): boolean {
	if (/^(?:kw|cw|w|wk|q|s|sem)$/i.test(letters) && isYear(second)) return false;
	return first.length + second.length >= 5;
}

/** "REF-48213"; neither "FY-2026", "ISO-45001" nor "D-10115 Berlin". */
const letterAndNumber = new RegExp(`${edge}(\\p{L}{1,6})-(\\d{4,})${end}(\\s\\p{Lu})?`, 'gu');

function isCoded([, letters = '', number = '', place]: RegExpExecArray): boolean {
	if (isYear(number) || /^(?:iso|din|en|iec|bs|nf|une)$/i.test(letters)) return false;
	return !(place && number.length <= 5 && /^(?:A|B|CH|D|DK|E|F|I|L|NL|PL|LT|LV)$/.test(letters));
}

/** "26-CR-00417" */
const numbersAroundLetters = new RegExp(`${edge}\\d{1,6}[/-]\\p{Lu}{1,4}[/-]\\d{2,}${end}`, 'gu');
/** "2026/1234"; "2025/2026" and "2000-0600" are no numbers of cases. */
const yearThenNumber = new RegExp(`(?<![\\p{L}\\p{N}/.,-])((?:19|20)\\d\\d)\\s?[/._-]\\s?(\\d{3,})(?![\\p{L}\\p{N}]|[/.,-]\\d)`, 'gu');
/** "123/2026"; up to 53 it may be a week or a month, and "2025/2026" is none. */
const numberThenYear = /(?<![\p{L}\p{N}/.,-])(\d{3,})\/(?:19|20)\d\d(?![\p{L}\p{N}/-])/gu;
/** "345/26"; neither "2025/26" nor a blood pressure. */
const numberAndShortYear = /(?<![\p{L}\p{N}/.,-])(\d{3,6})\/(\d{2})(?![\p{L}\p{N}/-])/gu;

function isShortYear([, number = '', year = '']: RegExpExecArray): boolean {
	const [first, second] = [Number(number), Number(year)];
	if (isYear(number) && second === (first + 1) % 100) return false;
	return !(first >= 80 && first <= 220 && second >= 40 && second <= 130);
}

const longRun = /(?<![\d.,])\d{7,}(?!\d)/g;

/** "20261123" */
function isCompactDate(run: string): boolean {
	return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(run);
}

const groups = /(?<![\p{L}\p{N}.,+/-])\+?\d+(?:[ -]\d+)+(?![\p{L}\p{N}.,/-]{0,40}\d)/gu;

/** "4821 3907 12". A large amount stands in threes. */
function isInGroups(run: string): boolean {
	const parts = run.split(/[ -]/);
	if (/^\d{1,3}(?: \d{3})+$/.test(run)) return false;
	if (parts.every(isYear) || parts.every(isClock) || parts.every(isCompactDate)) return false;
	return digitsOf(run).length >= 8 && parts.some((part) => part.length >= 4);
}
