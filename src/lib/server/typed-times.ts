import { addDays, resolveClockTime, MS_PER_MINUTE, type ClockTime, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { durationWords } from '#lib/domain/duration.ts';
import { longestMs } from './exposure-rows.ts';
import { localDate } from './local-time.ts';
import { clockWords } from './moments.ts';
import { Refusal } from './refusal.ts';

/** Which showing of a clock time that the change of the clocks doubles. */
export type Which = 'first' | 'second' | null;

/** A session as somebody types it: the date on which it began, and two clock times. */
export interface TypedSession {
	date: LocalDate;
	start: string;
	end: string;
	startWhich?: Which;
	endWhich?: Which;
}

/** The sentence beside a field, and (under the field's name + `Which`) the question which of two was meant. */
type Sentences = Record<string, string>;

function refuse(fields: Sentences): Refusal {
	return new Refusal('invalid', Object.values(fields)[0] ?? '', fields);
}

function skippedWords(zone: string, clock: string, after: Instant): string {
	return `The clocks went forward that day: ${clock} was skipped and became ${clockWords(zone, after)}. Please give that time, or another.`;
}

/** The one instant of a clock time. @throws Refusal `invalid` on `field` where it was skipped, or shown twice and `which` doesn't say */
export function clockInstantOf(zone: string, date: LocalDate, clock: string, which: Which, field: string): Instant {
	const time = resolveClockTime(zone, date, clock);
	if (time.kind === 'ok') return time.instant;
	if (time.kind === 'skipped') throw refuse({ [field]: skippedWords(zone, clock, time.after) });
	if (which === null) throw refuse(doubledWords(clock, field));
	return time[which];
}

function doubledWords(clock: string, field: string): Sentences {
	return { [field]: `The clocks went back that day: ${clock} came twice. Please say which one.`, [`${field}Which`]: clock };
}

/**
 * The instants of a typed session. An end that the clock shows no later than the start is taken as the next day's.
 * @param kept the entry's own times: a clock time left as it was shown keeps its seconds, and which of two it was
 * @throws Refusal `invalid` on `start` or `end`
 */
export function sessionTimes(
	zone: string,
	typed: TypedSession,
	kept?: { start: Instant; end: Instant | null }
): { start: Instant; end: Instant } {
	const { date, startWhich = null, endWhich = null } = typed;
	const start =
		(startWhich === null ? asShown(zone, date, typed.start, kept?.start) : null) ??
		clockInstantOf(zone, date, typed.start, startWhich, 'start');
	const nextDay = addDays(date, 1);
	const end =
		(kept && endWhich === null ? (asShown(zone, date, typed.end, kept.end) ?? asShown(zone, nextDay, typed.end, kept.end)) : null) ??
		endOn(zone, date, typed.end, endWhich, start) ??
		clockInstantOf(zone, nextDay, typed.end, endWhich, 'end');
	return { start, end };
}

function asShown(zone: string, date: LocalDate, clock: string, instant: Instant | null | undefined): Instant | null {
	if (instant === null || instant === undefined) return null;
	return localDate(zone, instant) === date && clockWords(zone, instant) === clock ? instant : null;
}

/** The end on the day of the start; null where it can only be the next day's. */
function endOn(zone: string, date: LocalDate, clock: string, which: Which, start: Instant): Instant | null {
	const time = resolveClockTime(zone, date, clock);
	const candidates = instantsOf(time).filter((instant) => instant > start);
	if (time.kind === 'skipped' && time.after > start) throw refuse({ end: skippedWords(zone, clock, time.after) });
	if (time.kind !== 'doubled') return candidates[0] ?? null;
	if (candidates.length === 0) return null;
	if (which === null) throw refuse(doubledWords(clock, 'end'));
	return time[which] > start ? time[which] : null;
}

function instantsOf(time: ClockTime): Instant[] {
	if (time.kind === 'ok') return [time.instant];
	return time.kind === 'doubled' ? [time.first, time.second] : [];
}

const oldestDays = 366;

/**
 * What must hold of every session that is typed.
 * @throws Refusal `invalid` on `start`, `end` or `date`: not after the start, over 16 hours, in the future, more than a year ago
 */
export function checkSpan(zone: string, start: Instant, end: Instant, now: Instant): void {
	checkLength(zone, start, end, now);
	checkNotTooOld(localDate(zone, start), localDate(zone, now));
}

/** What must hold of every session, however old: a timer that was forgotten can be ended at any time. @throws Refusal as {@link checkSpan} */
export function checkLength(zone: string, start: Instant, end: Instant, now: Instant): void {
	if (start > now) throw refuse({ start: 'This start is still to come. Please check the date and the time.' });
	if (end <= start) throw refuse({ end: `Please give an end after the start (${clockWords(zone, start)}).` });
	if (end - start > longestMs) throw refuse({ end: tooLong(zone, start, end) });
	if (end > now)
		throw refuse({ end: `It is ${clockWords(zone, now)} now: this end is still to come. For work under way, start the timer.` });
}

/** @throws Refusal `invalid` on `date` for one more than a year before `today` */
export function checkNotTooOld(date: LocalDate, today: LocalDate): void {
	if (date < addDays(today, -oldestDays)) throw refuse({ date: 'This is more than a year ago. Please check the date.' });
}

function tooLong(zone: string, start: Instant, end: Instant): string {
	const length = durationWords((end - start) / MS_PER_MINUTE);
	const nextDay = localDate(zone, end) > localDate(zone, start) ? ' An end before the start is taken as the next day’s.' : '';
	return `That would be ${length}; a session has at most 16 h.${nextDay} Please check both times.`;
}

/** Which of the two showings of its clock time an instant is; none where the clock shows that time once. */
export function whichOf(zone: string, instant: Instant): Which {
	const time = resolveClockTime(zone, localDate(zone, instant), clockWords(zone, instant));
	if (time.kind !== 'doubled') return null;
	return instant < time.second ? 'first' : 'second';
}
