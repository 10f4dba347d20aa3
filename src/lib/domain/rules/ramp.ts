import { decimal } from '../factor.ts';
import { isoWeekOfDay, MS_PER_MINUTE } from '../time.ts';
import { windowMsNow } from '../window.ts';
import type { Minutes, Moment, Reached, TodayRule } from './rule.ts';

interface Ramp extends Minutes {
	factor: number;
}

const BLOCKS = 3;
const BLOCK_DAYS = 7;

/** The largest whole ms that is not more than `factor` × `sum` / 3; exact, because one ms decides. */
function mostMs(factor: number, sum: number): number {
	const { digits, places } = decimal(factor);
	return Number((digits * BigInt(sum)) / (BigInt(BLOCKS) * 10n ** BigInt(places)));
}

function reached(moment: Moment, { factor, minutes }: Ramp): Reached {
	const ms = windowMsNow(moment, moment.today, BLOCK_DAYS);
	const period = isoWeekOfDay(moment.today);
	let sum = 0;
	for (let block = 1; block <= BLOCKS; block++) {
		const before = windowMsNow(moment, moment.today - block * BLOCK_DAYS, BLOCK_DAYS);
		if (before === 0) return { period, ms, missing: Infinity };
		sum += before;
	}
	return { period, ms, missing: Math.max(0, Math.max(minutes * MS_PER_MINUTE, mostMs(factor, sum)) + 1 - ms) };
}

export const ramp: TodayRule<'ramp', Ramp> = {
	id: 'ramp',
	theme: 'hours',
	title: 'Many more hours than in the weeks before',
	about: 'Seven days hold this many times the mean of the three weeks before, and more than a least number of hours.',
	defaults: { on: true, factor: 1.5, minutes: 600 },
	parameters: {
		factor: {
			kind: 'factor',
			label: 'Times the mean of the three weeks before, over',
			says: (factor) => `over ${factor} times the mean of the three weeks before`
		},
		minutes: { kind: 'minutes', label: 'And in seven days, over', says: (length) => `over ${length} in seven days` }
	},
	source: '(ours): half as much again as the three weeks before, and more than 10 h',
	audience: 'notice',
	reason: null,
	sentence: 'This is much more than in the weeks before. Is it meant to be?',
	when: 'today',
	length: (BLOCKS + 1) * BLOCK_DAYS,
	reached
};
