import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { caseContentIn } from '#lib/domain/case-content/case-content.ts';

/** The lines of a file of examples: what stands before the tab, and the text. */
function examples(file: 'refuse' | 'pass'): { label: string; text: string }[] {
	return readFileSync(new URL(`case-content/${file}.txt`, import.meta.url), 'utf8')
		.split('\n')
		.filter((line) => line !== '' && !line.startsWith('#'))
		.map((line) => {
			const [label = '', text = ''] = line.split('\t');
			return { label, text: text.replace(/\\u\{([0-9A-F]+)\}/g, (_, point: string) => String.fromCodePoint(parseInt(point, 16))) };
		});
}

const refuse = examples('refuse');
const pass = examples('pass');
const rate = (wrong: number, of: number) => `${wrong} of ${of} (${((100 * wrong) / of).toFixed(1)} %)`;

/** Written once, apart from the guard and from the examples above, by somebody who had read neither; nothing is ever changed to suit them. */
const fresh = (file: 'refuse' | 'pass') =>
	readFileSync(new URL(`case-content/fresh-${file}.txt`, import.meta.url), 'utf8')
		.trim()
		.split('\n');

describe('the guard against case content', () => {
	test('is seldom wrong about lines that it was not made for', () => {
		const missed = fresh('refuse').filter((text) => caseContentIn(text) === null);
		const wrongly = fresh('pass').filter((text) => caseContentIn(text) !== null);
		console.log(`Case content in fresh lines: missed ${rate(missed.length, 60)}, wrongly refused ${rate(wrongly.length, 60)}.`);
		for (const lines of [fresh('refuse'), fresh('pass')]) expect(new Set(lines).size).toBe(60);
		expect(missed.length / 60, missed.join('\n')).toBeLessThan(0.15);
		expect(wrongly.length / 60, wrongly.join('\n')).toBeLessThan(0.15);
	});

	test('refuses every example and lets every plain sentence pass', () => {
		const missed = refuse.filter(({ text }) => caseContentIn(text) === null);
		const wrongly = pass.filter(({ text }) => caseContentIn(text) !== null);
		console.log(`Case content: missed ${rate(missed.length, refuse.length)}, wrongly refused ${rate(wrongly.length, pass.length)}.`);
		expect(missed).toEqual([]);
		expect(wrongly.map(({ label, text }) => [label, text, caseContentIn(text)])).toEqual([]);
	});

	test('has enough of both to be held to', () => {
		expect(refuse.length).toBeGreaterThanOrEqual(200);
		expect(pass.length).toBeGreaterThanOrEqual(200);
		for (const language of ['en', 'fr', 'de', 'es'])
			expect(pass.filter(({ label }) => label === language).length, language).toBeGreaterThanOrEqual(50);
	});

	test('names the kind that was found', () => {
		const misnamed = refuse.map(({ label, text }) => [label, caseContentIn(text), text]).filter(([label, kind]) => label !== kind);
		expect(misnamed).toEqual([]);
	});

	test('finds each of them within a sentence, too', () => {
		const missed = refuse.filter(({ text }) => caseContentIn(`Tired today, it was ${text}, and now I go home.`) === null);
		expect(missed).toEqual([]);
	});

	test('lets plain sentences pass side by side', () => {
		const wrongly = pass.flatMap(({ text }, index) => {
			const two = `${text}\n${pass[(index + 1) % pass.length]?.text ?? ''}`;
			const kind = caseContentIn(two);
			return kind === null ? [] : [[kind, two]];
		});
		expect(wrongly).toEqual([]);
	});

	test.each([
		'a',
		'a.',
		'a-',
		'1 ',
		'1-',
		'f0',
		'a@',
		'. ',
		'/a',
		':',
		'[',
		' dot ',
		'٣',
		'é.e',
		'0 ',
		'(0',
		'+1',
		'0/',
		'1 (',
		'tel 1',
		'800-',
		'J.de ',
		'M.',
		'team.de '
	])('takes no long time over 100,000 of %j', (part) => {
		const started = performance.now();
		caseContentIn(part.repeat(100_000));
		// Far from what a machine can be slow by: where the time grows with the square it would be minutes.
		expect(performance.now() - started).toBeLessThan(20_000);
	});

	test('takes no long time over a run of numbers that is none in the end', () => {
		const started = performance.now();
		caseContentIn(`${'11111-'.repeat(100_000)}11111x9`);
		expect(performance.now() - started).toBeLessThan(20_000);
	});
});
