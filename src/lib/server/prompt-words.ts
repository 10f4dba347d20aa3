import type { AlertState } from '#lib/domain/alert.ts';
import { durationWords } from '#lib/domain/duration.ts';
import type { Reason } from '#lib/domain/facts.ts';
import { dateRules } from '#lib/domain/rules/list.ts';
import { dateOf, epochDay, mondayOf, MS_PER_DAY, type Instant, type LocalDate } from '#lib/domain/time.ts';
import type { alertEvents, AlertEventDetail, SupportItem } from './db/schema/records.ts';
import { dateWords, localDate } from './local-time.ts';
import { clockWords } from './moments.ts';
import { itemWords } from './support-words.ts';

/** What a supervisor reads as the reason: what the person, or the clock, said, and no more (domain.md §4). */
export const promptReasons: Record<Reason, string> = {
	exposure: 'Exposure over a limit',
	contact: 'Asked for contact',
	concern: 'Shared a concern',
	session: 'A welfare session is overdue',
	routine: 'Routine conversation'
};

/** The next step, as a heading of the clock that waits for it. */
export const nextSteps: Record<AlertState, string> = {
	raised: 'Acknowledge',
	acknowledged: 'Offer',
	offered: 'Wait for an answer',
	unanswered: 'Speak in person',
	accepted: 'Follow up',
	declined: 'Close, or offer again',
	'followed-up': 'Close'
};

const weekdayOnly = new Intl.DateTimeFormat('en-GB', { weekday: 'long', timeZone: 'UTC' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
const dayMonthYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `today`, `yesterday`, `tomorrow`, within six days the weekday (`Thursday`), else `17 November`, with the year where it is another one. */
export function shortDay(date: LocalDate, today: LocalDate): string {
	const day = epochDay(date);
	const apart = day - epochDay(today);
	if (apart === 0) return 'today';
	if (apart === 1) return 'tomorrow';
	if (apart === -1) return 'yesterday';
	if (Math.abs(apart) <= 6) return weekdayOnly.format(day * MS_PER_DAY);
	return (date.slice(0, 4) === today.slice(0, 4) ? dayAndMonth : dayMonthYear).format(day * MS_PER_DAY);
}

/** `today 10:42`, `yesterday 10:42`, `Monday`, `17 November`. */
export function sinceWords(zone: string, at: Instant, now: Instant): string {
	const today = localDate(zone, now);
	const date = localDate(zone, at);
	const clock = epochDay(today) - epochDay(date) <= 1 ? ` ${clockWords(zone, at)}` : '';
	return shortDay(date, today) + clock;
}

/** By when a step is due. */
export interface Due {
	/** `by 14:42`, `by tomorrow 10:00`, `by Thursday`; or `overdue since …`. */
	words: string;
	/** Today, or overdue. */
	soon: boolean;
	late: boolean;
}

/** By when something is due, in words of the reader's zone. @param at when (UTC ms); with `now` it is overdue */
export function dueWords(zone: string, at: Instant, now: Instant): Due {
	const today = localDate(zone, now);
	const date = localDate(zone, at);
	const late = at <= now;
	if (late) return { words: `overdue since ${date === today ? clockWords(zone, at) : sinceWords(zone, at, now)}`, soon: true, late };
	if (date === today) return { words: `by ${clockWords(zone, at)}`, soon: true, late };
	const clock = epochDay(date) - epochDay(today) === 1 ? ` ${clockWords(zone, at)}` : '';
	return { words: `by ${shortDay(date, today)}${clock}`, soon: false, late };
}

/** A date chosen to speak again. */
export function dueDateWords(date: LocalDate, today: LocalDate): Due {
	if (date < today) return { words: `overdue since ${shortDay(date, today)}`, soon: true, late: true };
	return date === today ? { words: 'today', soon: true, late: false } : { words: `by ${shortDay(date, today)}`, soon: false, late: false };
}

/** A finding about hours: the only ones that a supervisor gets a figure of. */
export interface HoursFinding {
	rule: string | null;
	period: string | null;
	/** Minutes. */
	value: number | null;
}

/** `6 h 20 on Monday`, `26 h 10 in 7 days (week of 16 November)`; null for what is no limit of hours. */
export function figureWords({ rule, period, value }: HoursFinding, today: LocalDate): string | null {
	const limit = dateRules.find(({ id, audience, unit }) => id === rule && audience === 'alert' && unit === 'ms');
	if (value === null || period === null || limit === undefined) return null;
	if (limit.period === 'date') {
		const words = shortDay(period, today);
		return `${durationWords(value)} ${/^(today|yesterday)$/.test(words) ? words : `on ${words}`}`;
	}
	const monday = dateOf(mondayOf(period));
	return `${durationWords(value)} in ${limit.length} days (week of ${dayAndMonth.format(epochDay(monday) * MS_PER_DAY)})`;
}

/** `a talk, a change of rota`. */
export function itemsWords(items: readonly SupportItem[] | undefined): string {
	return (items ?? []).map((item) => itemWords[item]).join(', ');
}

interface Step {
	reason: Reason;
	event: (typeof alertEvents.$inferSelect)['event'];
	/** `You`, a name, or null where the clock or a rule did it. */
	by: string | null;
	/** Name of the person it is about. */
	person: string;
	detail: AlertEventDetail | null;
	today: LocalDate;
}

const answers = { accepted: 'accepted', declined: 'declined', 'not-now': 'said: not now' } as const;

/** One step as a supervisor reads it. */
export function promptStepWords({ reason, event, by, person, detail, today }: Step): string {
	const who = by ?? 'Somebody';
	const items = itemsWords(detail?.items);
	switch (event) {
		case 'raised':
			return reason === 'contact'
				? `${person} asked for contact${detail?.when === 'today' ? ', today' : ''}.`
				: `${promptReasons[reason]}.`;
		case 'renewed':
			return reason === 'contact'
				? `${person} asked again${detail?.when === 'today' ? ', for today' : ''}.`
				: `${person} shared a concern again.`;
		case 'evidence':
			return 'One more limit was passed.';
		case 'seen':
			return `${who} opened this.`;
		case 'acknowledged':
			return `${who} acknowledged it.`;
		case 'offered':
			return `${who} offered${detail?.manner === 'in-person' ? ' in person' : ''}: ${items}.`;
		case 'answered':
			return `${person} ${answers[detail?.answer ?? 'not-now']}.`;
		case 'conversation':
			return `${who} recorded a conversation.${items ? ` Agreed: ${items}.` : ''}${detail?.on ? ` To speak again: ${dateWords(detail.on, today)}.` : ''}`;
		case 'followed-up':
			return `${who} followed up.`;
		case 'unanswered':
			return 'The offer had no answer yet. A word in person may be easier.';
		case 'escalated':
			return 'The step was overdue, so it was passed on to the next in line as well.';
		case 'withdrawn':
			return `${person} withdrew it.`;
		case 'corrected':
			return 'The log was corrected and no limit is passed any more, so this closed itself.';
		case 'closed':
			return by === null ? 'It closed.' : `${who} closed it.`;
	}
}

/** What can be offered or agreed, as the supervisor's forms show it. */
export const itemLabels: readonly { value: SupportItem; label: string }[] = (
	['talk', 'rota', 'non-exposure', 'peer', 'counselling', 'time-off-screen'] as const
).map((value) => ({ value, label: itemWords[value].charAt(0).toUpperCase() + itemWords[value].slice(1) }));
