import { measuresOf } from './measures.ts';
import { firedKey, type PersonState } from './person-state.ts';
import type { Policy } from './policy.ts';
import { dateRules, dayStartRules, todayRules } from './rules/list.ts';
import { routineAnchor } from './rules/routine-conversation.ts';
import { addDays, dateOf, epochDay, mondayOf, type EpochDay, type Instant, type LocalDate } from './time.ts';
import { EVALUATED_DAYS } from './evaluation.ts';
import { dayMs, lastDateWithExposure } from './window.ts';

/** The longest window of days any rule looks at: `month-limit`, and `ramp` with the three blocks before. */
export const WINDOW_DAYS = Math.max(...[...dateRules, ...todayRules, ...dayStartRules].map(({ length }) => length));

/**
 * How many days before the date of now sessions and day totals are loaded at first: the earliest date that a fact can make the rules
 * look at, with the window ending there. One more for the stretch that reaches into it.
 */
export const HISTORY_DAYS = EVALUATED_DAYS + WINDOW_DAYS;

/**
 * The date from which a server loads sessions (those that end after its start) and day totals, to begin with, and which it gives as
 * `historyFrom`. `last`: the last date with exposure, however old (null: none), because `nothing-logged` counts back from there.
 */
export function historyStart(today: LocalDate, last: LocalDate | null): LocalDate {
	const window = addDays(today, -HISTORY_DAYS);
	const usual = last === null ? window : addDays(last, 1 - WINDOW_DAYS);
	return usual < window ? usual : window;
}

function evidenceFrom(state: PersonState): EpochDay {
	const periods = state.alerts.exposure?.evidence.map(({ period }) => period) ?? [];
	const firsts = periods.map((period) => (period.includes('W') ? mondayOf(period) : epochDay(period)));
	return Math.min(Infinity, ...firsts) - WINDOW_DAYS + 1;
}

/** The first date of the run of dates with exposure that ends with `day`; `day` + 1 where it has none. */
function runFrom(state: PersonState, day: EpochDay): EpochDay {
	const measures = measuresOf(state);
	let first = day + 1;
	while (dayMs(measures, first - 1) > 0) first--;
	return first;
}

/** The date in which the stretch that reaches up to an instant, or goes on from it, begins; with the break before it. */
function stretchFrom(state: PersonState, breakLength: number, upTo: Instant): EpochDay {
	const { union, days } = measuresOf(state);
	const gap = breakLength * 60_000;
	let from = upTo;
	for (let index = union.starts.length - 1; index >= 0; index--) {
		if (from - (union.ends[index] as number) >= gap) break;
		from = Math.min(from, union.starts[index] as number);
	}
	return days.of(from - gap);
}

/**
 * The date from which the rules need a person's sessions and day totals for anything that can happen from `now` on, judged by what is
 * loaded: the 28 days that a fact may touch with the 28 before each; 28 days up to the last date with exposure (`nothing-logged`); the
 * windows of an open exposure alert's evidence; the whole run of dates (`days-in-row`) and stretch that reach into these; the stretch that a
 * running timer, however old, goes on with. Beside it the server needs the one session or day total, however old, that a correction names.
 * @param correcting false where no `amend`, `void` or `day-total-corrected` follows: nothing else looks at an alert's evidence again
 */
export function historyNeededFrom(state: PersonState, policy: Policy, now: Instant, correcting = true): LocalDate {
	const measures = measuresOf(state);
	const today = measures.days.of(now);
	const last = lastDateWithExposure(measures, today + 1) ?? today;
	const window = Math.min(today - HISTORY_DAYS, last - WINDOW_DAYS + 1, correcting ? evidenceFrom(state) : Infinity);
	const run = runFrom(state, today - EVALUATED_DAYS) - 1;
	const stretch = stretchFrom(state, policy.breakLength, measures.days.start(Math.min(today, last)));
	const running = state.timer === null ? Infinity : stretchFrom(state, policy.breakLength, state.timer.start);
	return dateOf(Math.min(window, run, stretch, running));
}

/**
 * Keys of findings that hold for as long as nobody does anything, and whose period is no date near the instant at which they fired: whether
 * they did has to be known however long ago that was. Of all others it is enough to know those since {@link historyNeededFrom}.
 */
export function lastingKeys(state: PersonState): string[] {
	const overdue = state.appointments.map(({ id }) => firedKey('session-overdue', id));
	return [...overdue, firedKey('routine-conversation', dateOf(routineAnchor(state)))];
}

/**
 * Whether the loaded history falls short: the date from which to load instead (then ask again), or null where it suffices. Rarely
 * more than null: after a long absence, in a run without a free day, with an old open alert.
 */
export function olderHistoryNeeded(state: PersonState, policy: Policy, now: Instant, correcting = true): LocalDate | null {
	if (state.historyFrom === null) return null;
	const needed = historyNeededFrom(state, policy, now, correcting);
	return needed < state.historyFrom ? needed : null;
}
