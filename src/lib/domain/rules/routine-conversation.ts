import { measuresOf } from '../measures.ts';
import type { PersonState } from '../person-state.ts';
import { dateOf, type EpochDay, type Instant } from '../time.ts';
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

/** Of the last conversation, or of the last closing of a routine alert, whichever is later; null before any. */
function lastAt({ lastConversationAt, lastRoutineClosedAt }: PersonState): Instant | null {
	const last = Math.max(lastConversationAt ?? -Infinity, lastRoutineClosedAt ?? -Infinity);
	return last === -Infinity ? null : last;
}

/** The date from which days are counted. */
export function routineAnchor(state: PersonState): EpochDay {
	return measuresOf(state).days.of(lastAt(state) ?? state.firstFactAt);
}

/** That date, and how many days are needed. */
function anchor({ state }: Moment, days: number): { from: EpochDay; needed: number } {
	const from = routineAnchor(state);
	// Before any: half the time, and spread over the people of a new team by the bytes of their ids.
	return { from, needed: lastAt(state) === null ? Math.ceil(days / 2) + (byteSum(state.id) % days) : days };
}

export const routineConversation: DayStartRule<'routine-conversation', Days> = {
	id: 'routine-conversation',
	theme: 'appointments',
	title: 'A routine conversation',
	about: 'This long since the last conversation, absences not counted. Everybody gets one: it says nothing about a person.',
	defaults: { on: true, days: 28 },
	// At least one day: the anchor's spread divides by it.
	parameters: { days: { kind: 'days', label: 'Days since the last', least: 1, says: (days) => `${days} after the last` } },
	source: '(ours)',
	audience: 'alert',
	reason: 'routine',
	sentence: 'It is time for a routine conversation. It says nothing about you: everybody gets one.',
	when: 'day-start',
	restsWhenAbsent: true,
	length: 0,
	found: (moment, { days }, day) => {
		const { from, needed } = anchor(moment, days);
		const value = daysPresent(moment.measures, from, day);
		return value >= needed ? [{ period: dateOf(from), value }] : [];
	},
	earliest: (moment, { days }) => {
		const { from, needed } = anchor(moment, days);
		// What lies ahead has not fired yet.
		if (from + needed > moment.today) return from + needed;
		return moment.state.fired.has(`routine-conversation|${dateOf(from)}`) ? null : from + needed;
	}
};
