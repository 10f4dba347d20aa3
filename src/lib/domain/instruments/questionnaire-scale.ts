import type { Instrument } from './instrument.ts';
import { answersOf, type Answer } from './questionnaire-answers.ts';
import type { FoundItems, FoundQuestion } from './questionnaire-items.ts';
import type { Json } from './questionnaire-json.ts';
import type { Wording } from './wording.ts';

/** The answers as an instrument pack has them. */
export type Scale = Pick<Wording, 'labels' | 'largestFirst'>;

/** The answers, which are the same for every question. Of several faults the first is named, or the one that all have. */
export function scaleOf(instrument: Instrument, { questions }: FoundItems, contained: readonly Json[]): Scale | { problem: string } {
	const choices = questions.filter(({ item }) => item.type === 'choice');
	const all = choices.map((question) => ({ question, answers: answersOf(question.item, contained) }));
	const faults = all.flatMap(({ question, answers }) => {
		const fault = typeof answers === 'string' ? answers : scaleFault(instrument, answers);
		return fault === null ? [] : [{ question, fault }];
	});
	const [fault] = faults;
	if (fault) return { problem: faultWords(fault, faults.length, all.length) };
	const [first, ...others] = all.map(({ answers }) => answers as Answer[]);
	if (!first) return { problem: 'The file has no questions with answers to choose from.' };
	const other = others.findIndex((answers) => !same(first, answers));
	if (other >= 0)
		return { problem: `${nameOf(choices, other + 1)} has other answers than question 1; all questions of ${instrument.name} share them.` };
	const labels = first.toSorted((a, b) => a.number - b.number).map(({ label }) => label);
	return { labels, largestFirst: (first[0]?.number ?? 0) > instrument.least };
}

/** What the question at an index (from 0) is called in a sentence. */
export function nameOf(questions: readonly FoundQuestion[], index: number): string {
	return questions[index]?.name ?? `Question ${index + 1}`;
}

function faultWords({ question, fault }: { question: FoundQuestion; fault: string }, faults: number, all: number): string {
	const first = `${question.name} ${fault}`;
	if (faults === 1) return first;
	return faults === all ? `${first} So it is with every question.` : `${first} ${faults - 1} more have a fault of this kind.`;
}

function scaleFault({ name, least, most }: Instrument, answers: readonly Answer[]): string | null {
	const numbers = answers.map(({ number }) => number);
	const upwards = Array.from({ length: most - least + 1 }, (_, index) => least + index);
	const fits = (expected: readonly number[]) => numbers.join() === expected.join();
	if (fits(upwards) || fits(upwards.toReversed())) return null;
	if (numbers.toSorted((a, b) => a - b).join() === upwards.join()) return `has its answers in no order: ${numbers.join(', ')}.`;
	return `has answers ${rangeWords(numbers)}; the ${name} scale is ${least}–${most}.`;
}

function rangeWords(numbers: readonly number[]): string {
	const [first = 0] = numbers;
	const run = numbers.length > 2 && numbers.every((number, index) => number === first + index);
	return run ? `${first}–${numbers.at(-1)}` : numbers.slice(0, 12).join(', ');
}

function same(a: readonly Answer[], b: readonly Answer[]): boolean {
	return a.length === b.length && a.every(({ number, label }, index) => b[index]?.number === number && b[index].label === label);
}
