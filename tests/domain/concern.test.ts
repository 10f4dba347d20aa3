import { describe, expect, it, test } from 'vitest';
import { criterionMet, rememberCheckIn } from '../../src/lib/domain/concern.ts';
import { answersProblem } from '../../src/lib/domain/instruments/instrument.ts';
import { instruments } from '../../src/lib/domain/instruments/list.ts';
import { phq4Band, phq4Score } from '../../src/lib/domain/instruments/phq4.ts';
import { proqol5Band, proqol5Score } from '../../src/lib/domain/instruments/proqol5.ts';
import { who5Band, who5Score } from '../../src/lib/domain/instruments/who5.ts';
import { person, told, type Line } from './story.ts';

const nothing = { lastPulse: null, indexScores: [] };

describe('scores and bands', () => {
	test.each([
		[[0, 0, 0, 0, 0], 0, 'very-low'],
		[[1, 1, 1, 2, 2], 28, 'very-low'],
		[[2, 2, 2, 1, 1], 32, 'low'],
		[[3, 3, 3, 2, 1], 48, 'low'],
		[[3, 3, 3, 2, 2], 52, 'not-low'],
		[[5, 5, 5, 5, 5], 100, 'not-low']
	])('WHO-5 %j is %d, %s', (answers, score, band) => {
		expect(who5Score(answers)).toBe(score);
		expect(who5Band(score)).toBe(band);
	});

	test.each([
		[2, 'normal'],
		[3, 'mild'],
		[5, 'mild'],
		[6, 'moderate'],
		[8, 'moderate'],
		[9, 'severe']
	])('PHQ-4 of %d is %s', (total, band) => expect(phq4Band(total)).toBe(band));
	it('adds the PHQ-4 by pairs', () => {
		expect(phq4Score([1, 2, 0, 3])).toEqual({ anxiety: 3, depression: 3, total: 6 });
		expect(phq4Score([0, 1, 3, 0])).toEqual({ anxiety: 1, depression: 3, total: 4 });
	});

	it('adds the three scales of ProQOL 5, reversing what burnout reverses', () => {
		const ones = Array.from({ length: 30 }, () => 1);
		expect(proqol5Score(ones)).toEqual({ satisfaction: 10, burnout: 5 * 1 + 5 * 5, trauma: 10 });
		const fives = ones.map(() => 5);
		expect(proqol5Score(fives)).toEqual({ satisfaction: 50, burnout: 5 * 5 + 5 * 1, trauma: 50 });
		// Item 29 alone is reversed burnout, item 28 alone trauma, item 30 alone satisfaction.
		expect(proqol5Score(ones.map((one, index) => (index === 28 ? 5 : one)))).toEqual({ satisfaction: 10, burnout: 26, trauma: 10 });
		expect(proqol5Score(ones.map((one, index) => (index === 27 ? 5 : one)))).toEqual({ satisfaction: 10, burnout: 30, trauma: 14 });
		expect(proqol5Score(ones.map((one, index) => (index === 29 ? 5 : one)))).toEqual({ satisfaction: 14, burnout: 30, trauma: 10 });
	});
	test.each([
		[22, 'low'],
		[23, 'moderate'],
		[41, 'moderate'],
		[42, 'high']
	])('ProQOL 5 raw %d is %s', (raw, band) => expect(proqol5Band(raw)).toBe(band));
});

test.each([
	['pulse', 4, 0, 4, 7],
	['who5', 5, 0, 5, 14],
	['phq4', 4, 0, 3, 14],
	['proqol5', 30, 1, 5, 91]
] as const)('%s has %d items from %d to %d, at most every %d days', (id, items, least, most, everyDays) => {
	expect(instruments[id]).toMatchObject({ id, items, least, most, everyDays });
});

describe('answers', () => {
	test.each<[keyof typeof instruments, number[], boolean]>([
		['pulse', [0, 4, 0, 4], true],
		['pulse', [0, 0, 0], false],
		['pulse', [0, 0, 0, 5], false],
		['pulse', [0, 0, 0, -1], false],
		['pulse', [0, 0, 0, 1.5], false],
		['who5', [0, 5, 0, 5, 0], true],
		['who5', [0, 5, 0, 5, 6], false],
		['phq4', [0, 3, 0, 3], true],
		['phq4', [4, 0, 0, 0], false],
		['proqol5', Array.from({ length: 30 }, () => 1), true],
		['proqol5', Array.from({ length: 30 }, () => 0), false],
		['proqol5', Array.from({ length: 29 }, () => 1), false]
	])('to %s: %j', (instrument, answers, fit) => expect(answersProblem(instruments[instrument], answers) === null).toBe(fit));
});

/** ProQOL answers with these raw scales raised. */
function proqol(burnout: number, trauma: number): number[] {
	const answers = Array.from({ length: 30 }, () => 1);
	for (const item of [1, 4, 15, 17, 29]) answers[item - 1] = 5;
	const raise = (items: number[], sum: number) => {
		let left = sum - 10;
		for (const item of items) {
			const more = Math.min(4, left);
			answers[item - 1] = [1, 4, 15, 17, 29].includes(item) ? 5 - more : 1 + more;
			left -= more;
		}
	};
	raise([1, 4, 8, 10, 15, 17, 19, 21, 26, 29], burnout);
	raise([2, 5, 7, 9, 11, 13, 14, 23, 25, 28], trauma);
	return answers;
}

describe('criteria', () => {
	test.each<[number[], number[] | null, string | null]>([
		[[4, 3, 3, 3], null, null],
		[[4, 4, 0, 0], null, 'pulse-two-worst'],
		[[4, 0, 0, 0], [4, 3, 3, 3], 'pulse-repeat'],
		[[4, 0, 0, 0], [0, 4, 4, 4], null],
		[[3, 3, 3, 3], [4, 4, 4, 4], null]
	])('pulse %j after %j: %s', (answers, lastPulse, criterion) => {
		expect(criterionMet('pulse', answers, { lastPulse, indexScores: [] })).toBe(criterion);
	});

	/** Five answers with this score. */
	const index = (score: number) => Array.from({ length: 5 }, (_, item) => Math.max(0, Math.min(5, score / 4 - 5 * item)));
	test.each<[number, number[], string | null]>([
		[28, [], 'index-very-low'],
		[32, [], null],
		[32, [52], null],
		[48, [60, 60], 'index-fall'],
		[48, [60], null],
		[48, [56, 60], null],
		[52, [100, 100], null],
		[40, [100, 52, 52, 52], 'index-fall'],
		[44, [100, 52, 52, 52], null],
		[48, [52, 52, 64, 68], null],
		[44, [52, 52, 64, 68], 'index-fall'],
		[40, [100, 100, 48, 48, 48, 48], 'index-twice-low'],
		[48, [52, 48], 'index-twice-low'],
		[48, [48, 52], null],
		[36, [52, 48], 'index-fall'],
		[36, [100, 40, 44, 100], 'index-fall'],
		[36, [40, 40, 100, 100, 44, 44, 44, 52], null],
		[48, [48, 52, 48], 'index-twice-low'],
		[48, [52, 48, 52], null],
		[40, [100, 100, 100, 100, 48, 48, 48, 48], 'index-twice-low']
	])('index %d after %j: %s', (score, indexScores, criterion) => {
		expect(who5Score(index(score))).toBe(score);
		expect(criterionMet('who5', index(score), { lastPulse: null, indexScores })).toBe(criterion);
	});

	test.each<[number[], string | null]>([
		[[1, 1, 1, 1], null],
		[[2, 1, 3, 3], 'phq4-anxiety'],
		[[2, 0, 0, 3], 'phq4-depression']
	])('PHQ-4 %j: %s', (answers, criterion) => expect(criterionMet('phq4', answers, nothing)).toBe(criterion));

	test.each([
		[41, 41, null],
		[42, 42, 'proqol-burnout'],
		[41, 42, 'proqol-trauma']
	])('ProQOL 5 burnout %d, trauma %d: %s', (burnout, trauma, criterion) => {
		expect(proqol5Score(proqol(burnout, trauma))).toMatchObject({ burnout, trauma });
		expect(criterionMet('proqol5', proqol(burnout, trauma), nothing)).toBe(criterion);
	});

	it('remembers the last pulse and four index scores', () => {
		const history = { lastPulse: null as number[] | null, indexScores: [] as number[] };
		for (const answer of [1, 2, 3, 4, 5]) rememberCheckIn(history, 'who5', [answer, 0, 0, 0, 0]);
		rememberCheckIn(history, 'pulse', [1, 2, 3, 4]);
		rememberCheckIn(history, 'phq4', [0, 0, 0, 0]);
		expect(history).toEqual({ lastPulse: [1, 2, 3, 4], indexScores: [8, 12, 16, 20] });
	});
});

describe("Mara's check-ins", () => {
	const pulse = (when: string, answers: number[] | null): Line => ({
		at: when,
		type: 'check-in',
		person: 'mara',
		instrument: 'pulse',
		...(answers === null ? { skipped: true } : { answers })
	});
	it('ignore a skip in between', () => {
		const lines = [
			person('mara'),
			pulse('2026-03-02T09:00:00Z', [4, 0, 0, 0]),
			pulse('2026-03-09T09:00:00Z', null),
			pulse('2026-03-16T09:00:00Z', [4, 0, 0, 0])
		];
		expect(told(lines)).toEqual(['2026-03-16T09:00Z concern 2026-03-16T09:00:00.000Z pulse-repeat private']);
	});
});
