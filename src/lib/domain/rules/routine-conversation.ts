import { dateOf, type EpochDay } from '../time.ts';
import { daysPresent } from './absent-days.ts';
import type { Days, DayStartRule, Moment } from './rule.ts';

const MOST_REMEMBERED = 10_000;
const sums = new Map<string, number>();

/** The sum of the UTF-8 bytes of an id. */
function byteSum(id: string): number {
	const known = sums.get(id);
	if (known !== undefined) return known;
	if (sums.size >= MOST_REMEMBERED) sums.clear();
	const sum = new TextEncoder().encode(id).reduce((total, byte) => total + byte, 0);
	sums.set(id, sum);
	return sum;
}

/** The date from which days are counted, and how many are needed. */
function anchor({ state, measures }: Moment, days: number): { from: EpochDay; needed: number } {
	const last = Math.max(state.lastConversationAt ?? -Infinity, state.lastRoutineClosedAt ?? -Infinity);
	if (last !== -Infinity) return { from: measures.days.of(last), needed: days };
	// Before any: half the time, and spread over the people of a new team by the bytes of their ids.
	return { from: measures.days.of(state.firstFactAt), needed: Math.ceil(days / 2) + (byteSum(state.id) % days) };
}

export const routineConversation: DayStartRule<'routine-conversation', Days> & { leastDays: number } = {
	id: 'routine-conversation',
	defaults: { on: true, days: 28 },
	// The anchor's spread divides by it.
	leastDays: 1,
	source: '(ours)',
	audience: 'alert',
	reason: 'routine',
	sentence: 'It is time for a routine conversation. It says nothing about you: everybody gets one.',
	when: 'day-start',
	restsWhenAbsent: true,
	found: (moment, { days }, day) => {
		const { from, needed } = anchor(moment, days);
		const value = daysPresent(moment.measures, from, day);
		return value >= needed ? [{ period: dateOf(from), value }] : [];
	},
	earliest: (moment, { days }) => {
		const { from, needed } = anchor(moment, days);
		return moment.state.fired.has(`routine-conversation|${dateOf(from)}`) ? null : from + needed;
	}
};
