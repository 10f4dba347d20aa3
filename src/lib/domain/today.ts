import { thresholdMs } from './factor.ts';
import { momentOf } from './moment.ts';
import type { PersonState } from './person-state.ts';
import type { Policy } from './policy.ts';
import type { Minutes, Moment } from './rules/rule.ts';
import { timerStretch, type Stretch } from './stretch.ts';
import { dateOf, MS_PER_MINUTE, weekdayOfDay, type Instant, type LocalDate } from './time.ts';
import { dayMs, dayMsNow, minutesOf, windowMs, windowMsNow } from './window.ts';

/** Minutes beside the person's own thresholds for them; a threshold is null where its rule is off. */
export interface Against {
	minutes: number;
	/** Reached at ≥. The policy's minutes × the mean factor of the days, so that the raw `minutes` compare with it. */
	actionMinutes: number | null;
	/** Passed at >. As above. */
	limitMinutes: number | null;
}

/** What the person's own screen says in five seconds. Minutes have at most three decimals. */
export interface TodayFigures {
	date: LocalDate;
	/** The person-day so far, a running timer included. */
	today: Against;
	/** The seven days up to today, a running timer included. */
	week: Against;
	timerRunning: boolean;
	/** The stretch that still goes on: since when, and its exposure; null after a break of the break length. */
	stretch: { since: Instant; minutes: number } | null;
	/** When the running timer's next break is due; now or earlier where it is overdue; null without a timer or rule. */
	breakDueAt: Instant | null;
	/** Monday to Sunday of today's ISO week; later days have 0. */
	days: { date: LocalDate; minutes: number }[];
}

export type Room = 'room' | 'nearly' | 'none';

/** All a lead reads of somebody's exposure (unless the organisation shows totals). */
export interface Headroom {
	today: Room;
	week: Room;
}

function threshold(moment: Moment, rule: Minutes, length: number): number | null {
	if (!rule.on) return null;
	return thresholdMs(moment.measures, moment.policy.newStarter, rule.minutes, moment.today, length);
}

/** In ms; null where the rule is off. */
interface Thresholds {
	action: number | null;
	limit: number | null;
}

function thresholds(moment: Moment, length: 1 | 7): Thresholds {
	const { rules } = moment.policy;
	return {
		action: threshold(moment, length === 1 ? rules['day-action'] : rules['week-action'], length),
		limit: threshold(moment, length === 1 ? rules['day-limit'] : rules['week-limit'], length)
	};
}

const minutesOrNull = (ms: number | null) => (ms === null ? null : minutesOf(ms));

function against(moment: Moment, ms: number, length: 1 | 7): Against {
	const { action, limit } = thresholds(moment, length);
	return { minutes: minutesOf(ms), actionMinutes: minutesOrNull(action), limitMinutes: minutesOrNull(limit) };
}

function currentStretch({ state, measures, policy, now }: Moment): Stretch | null {
	// Without a timer, ask as if one started now: it would continue the last stretch or begin an empty one.
	const stretch = timerStretch(measures.union, policy.breakLength, state.timer?.start ?? now, now);
	return state.timer === null && stretch.ms === 0 ? null : stretch;
}

function breakDueAt({ state, policy, now }: Moment, stretch: Stretch | null): Instant | null {
	const rule = policy.rules['break-due'];
	if (state.timer === null || stretch === null || !rule.on) return null;
	return now + rule.minutes * MS_PER_MINUTE - stretch.ms;
}

/** The figures of the person's own screen at `now` (not before the last fact). */
export function todayFigures(state: PersonState, policy: Policy, now: Instant): TodayFigures {
	const moment = momentOf(state, policy, now);
	const { today } = moment;
	const stretch = currentStretch(moment);
	const monday = today - weekdayOfDay(today);
	return {
		date: dateOf(today),
		today: against(moment, dayMsNow(moment, today), 1),
		week: against(moment, windowMsNow(moment, today, 7), 7),
		timerRunning: state.timer !== null,
		stretch: stretch && { since: stretch.start, minutes: minutesOf(stretch.ms) },
		breakDueAt: breakDueAt(moment, stretch),
		days: Array.from({ length: 7 }, (_, index) => ({
			date: dateOf(monday + index),
			minutes: minutesOf(dayMsNow(moment, monday + index))
		}))
	};
}

function roomOf(ms: number, { action, limit }: Thresholds): Room {
	// At the limit exactly it is not passed, but nothing more fits.
	if (limit !== null && ms >= limit) return 'none';
	return action !== null && ms >= action ? 'nearly' : 'room';
}

/**
 * Whether more exposure fits the person's limits for today and for the seven days up to today: `none` from the limit on, `nearly` from
 * the action threshold on, else `room` (also where the rules are off). Counts ended sessions only: nothing reaches a supervisor from
 * a timer that still runs.
 */
export function headroom(state: PersonState, policy: Policy, now: Instant): Headroom {
	const moment = momentOf(state, policy, now);
	const { measures, today } = moment;
	return {
		today: roomOf(dayMs(measures, today), thresholds(moment, 1)),
		week: roomOf(windowMs(measures, today, 7), thresholds(moment, 7))
	};
}
