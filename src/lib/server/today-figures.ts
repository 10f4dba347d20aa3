import { firstEndingFrom } from '#lib/domain/exposure.ts';
import { dayFactor, thresholdMs } from '#lib/domain/factor.ts';
import type { Policy } from '#lib/domain/policy.ts';
import type { Moment } from '#lib/domain/rules/rule.ts';
import { stretchesOverlapping, timerStretch } from '#lib/domain/stretch.ts';
import { dateOf, MS_PER_MINUTE, type EpochDay, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { dayMsNow, windowMsNow } from '#lib/domain/window.ts';

/** Time against what the policy says; ms. A level that is switched off is null. */
export interface Levels {
	ms: number;
	action: number | null;
	limit: number | null;
}

/** Where the person stands between two breaks. */
export interface Breaks {
	/** Exposure since the last break, in ms; 0 where a break has been taken. */
	stretchMs: number;
	/** Since the last break, pauses included; null where there is no stretch now. */
	since: Instant | null;
	/** When the next break is due if the timer runs on; null without a running timer or with the rule switched off. */
	due: Instant | null;
	/** When the pause under way counts as a break; null while a timer runs, or where it does already. */
	counts: Instant | null;
	/** Since when the person has had a break; null otherwise. */
	onBreak: Instant | null;
	/** Minutes that make a break. */
	length: number;
}

export interface Figures {
	today: Levels;
	/** The seven days that end today. */
	week: Levels & { days: { date: LocalDate; ms: number }[] };
	breaks: Breaks;
	/** Below 1 the levels are lowered for now: a new start, or one agreed. */
	factor: number;
	/** They are as low as was agreed, until this date (included; null: without an end); null where nothing agreed decides. */
	agreed: { until: LocalDate | null } | null;
	/** The first instant of the next person-day. */
	dayEnds: Instant;
}

/** What Today shows of a person's exposure, by the same measures as the rules. */
export function figuresOf(moment: Moment, policy: Policy): Figures {
	const { measures, today } = moment;
	const days = Array.from({ length: 7 }, (_, index): EpochDay => today - 6 + index);
	return {
		today: { ms: dayMsNow(moment, today), ...levels(moment, policy, 'day-action', 'day-limit', 1) },
		week: {
			ms: windowMsNow(moment, today, 7),
			...levels(moment, policy, 'week-action', 'week-limit', 7),
			days: days.map((day) => ({ date: dateOf(day), ms: dayMsNow(moment, day) }))
		},
		breaks: breaksOf(moment, policy),
		factor: dayFactor(measures, policy.newStarter, today),
		agreed: agreedOn(moment, policy),
		dayEnds: measures.days.start(today + 1)
	};
}

/** What was agreed, where it is lower than what a new starter has anyway. */
function agreedOn({ measures, today }: Moment, policy: Policy): Figures['agreed'] {
	const factor = dayFactor(measures, policy.newStarter, today);
	if (factor >= dayFactor({ ...measures, factors: [] }, policy.newStarter, today)) return null;
	const deciding = measures.factors.filter((each) => each.factor === factor && each.from <= today && today <= each.to);
	const until = Math.max(...deciding.map(({ to }) => to));
	return { until: Number.isFinite(until) ? dateOf(until) : null };
}

type LevelRule = 'day-action' | 'day-limit' | 'week-action' | 'week-limit';

function levels({ measures, today }: Moment, policy: Policy, action: LevelRule, limit: LevelRule, length: number) {
	const level = (id: LevelRule) => {
		const { on, minutes } = policy.rules[id];
		return on ? thresholdMs(measures, policy.newStarter, minutes, today, length) : null;
	};
	return { action: level(action), limit: level(limit) };
}

function breaksOf(moment: Moment, policy: Policy): Breaks {
	const { measures, state, now } = moment;
	const length = policy.breakLength;
	const none = { stretchMs: 0, since: null, due: null, counts: null, onBreak: null, length };
	if (state.timer) {
		const stretch = timerStretch(measures.union, length, state.timer.start, now);
		const { on, minutes } = policy.rules['break-due'];
		const due = on ? now + minutes * MS_PER_MINUTE - stretch.ms : null;
		return { ...none, stretchMs: stretch.ms, since: stretch.start, due };
	}
	const { union } = measures;
	const last = firstEndingFrom(union, now) - 1;
	const end = union.ends[last];
	if (end === undefined || measures.days.of(end) < moment.today - 1) return none;
	const breakAt = end + length * MS_PER_MINUTE;
	if (breakAt <= now) return { ...none, onBreak: end };
	const [stretch] = stretchesOverlapping(union, length, end - 1, end);
	return stretch ? { ...none, stretchMs: stretch.ms, since: stretch.start, counts: breakAt } : none;
}
