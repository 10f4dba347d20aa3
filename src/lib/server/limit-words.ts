import { durationWords } from '#lib/domain/duration.ts';
import { dateOf, epochDay, type Instant } from '#lib/domain/time.ts';
import { mondayOfPeriod } from '#lib/domain/weekly-list.ts';
import type { LimitPassed } from './limits-passed.ts';
import { dateWords, localDate } from './local-time.ts';
import { momentWords } from './moments.ts';

/** A limit passed as a list says it, to the lead and to the person alike. */
export interface ListedLimit {
	/** `1 h 20 over`, `8 days in a row`. */
	what: string;
	/** `on Tuesday 3 November: 6 h 20, with a limit of 5 h`. */
	rest: string;
	/** `this far over, …`, `added later: …`, `corrected since, …`. */
	notes: string[];
}

/** `made`: when the list was made (UTC ms); null where it is still to come. */
export function limitWords(zone: string, limit: LimitPassed, made: Instant | null, now: Instant): ListedLimit {
	const { rule, at, holds, prompted } = limit;
	const notes: string[] = [];
	if (made !== null && at >= made) notes.push(`added later, ${momentWords(zone, at, now)}`);
	if (!holds) notes.push('corrected since: no longer over');
	else if (prompted) notes.push('this far over, a word is prompted at once');
	const today = localDate(zone, now);
	if (rule.unit === 'days') return { ...inARow(limit, today), notes };
	return { ...(typeof limit.limit === 'string' ? late(limit, today) : hours(limit, today)), notes };
}

/** Where it holds no longer, without a figure: what is logged now is less, and not the lead's to know. */
type Words = Omit<ListedLimit, 'notes'>;

function inARow({ value, limit, period, holds }: LimitPassed, today: string): Words {
	if (!holds) return { what: 'Was over the limit of days in a row', rest: `up to ${dateWords(period, today)}` };
	return { what: `${value} days in a row`, rest: `up to ${dateWords(period, today)}, with a limit of ${limit}` };
}

function late({ value, limit, period, holds }: LimitPassed, today: string): Words {
	if (!holds) return { what: `Was after ${limit}`, rest: `on ${dateWords(period, today)}` };
	return { what: `${durationWords(value)} after ${limit}`, rest: `on ${dateWords(period, today)}` };
}

function hours({ rule, value, limit, period, holds }: LimitPassed, today: string): Words {
	const over = value - Number(limit);
	const when =
		rule.period === 'date'
			? `on ${dateWords(period, today)}`
			: `in ${rule.length} days, in the week from ${dateWords(dateOf(mondayOfPeriod(period)), today)}`;
	const figures = `${durationWords(value)}, with a limit of ${durationWords(Number(limit))}`;
	if (!holds) return { what: 'Was over', rest: when };
	return { what: over < 1 ? 'Just over' : `${durationWords(over)} over`, rest: `${when}: ${figures}` };
}

/** Whether a limit stands on a list made at `made` (UTC ms): not what was put right before. */
export function isListed({ endedAt }: LimitPassed, made: Instant): boolean {
	return endedAt === null || endedAt >= made;
}

/**
 * What a list says once: of a day that went well over its limit the limit itself, of a run of days its last one. By date, and what is
 * about a week after the days.
 */
export function withoutRepetition(limits: readonly LimitPassed[]): LimitPassed[] {
	const at = (rule: string, period: string) => limits.find((each) => each.rule.id === rule && each.period === period);
	const kept = limits.filter(({ rule, period, holds }) => {
		if (rule.id === 'day-over') return !at('day-limit', period);
		return rule.id !== 'days-in-row' || at('days-in-row', dateOf(epochDay(period) + 1))?.holds !== holds;
	});
	const prompted = ({ rule, period }: LimitPassed) => rule.id === 'day-limit' && at('day-over', period)?.holds === true;
	return kept
		.map((limit) => ({ ...limit, prompted: limit.prompted || prompted(limit) }))
		.sort((a, b) => orderOf(a).localeCompare(orderOf(b)));
}

function orderOf({ rule, period }: LimitPassed): string {
	return rule.period === 'date' ? `0 ${period} ${rule.id}` : `1 ${period} ${rule.id}`;
}
