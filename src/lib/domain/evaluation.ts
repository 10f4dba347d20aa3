import { fire, hasFired, parametersOf } from './findings.ts';
import type { Output } from './output.ts';
import { dateRules, stretchRules, timerRules, todayRules, type Rule } from './rules/list.ts';
import type { DateRule, Moment, Reached, StretchRule, TimerRule, TodayRule } from './rules/rule.ts';
import { stretchesOverlapping, timerStretch, type Stretch } from './stretch.ts';
import { dateOf, formatInstant, isoWeekOfDay, type EpochDay, type Instant } from './time.ts';
import { minutesOf } from './window.ts';
import type { DayRange } from './working-time.ts';

/** How far back from the date of a fact the rules of dates look at what it changed. */
export const EVALUATED_DAYS = 28;

/** The value of a date rule for `day` under the policy in force; null where it is off or doesn't hold. */
export function dateValue(moment: Moment, rule: (typeof dateRules)[number], day: EpochDay): number | null {
	const parameters = parametersOf(moment.policy, rule);
	return parameters.on ? (rule as DateRule).value(moment, parameters, day) : null;
}

function evaluateDates(moment: Moment, touched: DayRange, out: Output[]): void {
	const first = Math.max(touched.from, moment.today - EVALUATED_DAYS);
	const last = Math.max(touched.to, moment.today);
	for (let day = first; day <= last; day++) {
		for (const rule of dateRules) {
			const value = dateValue(moment, rule, day);
			if (value === null) continue;
			const period = rule.period === 'date' ? dateOf(day) : isoWeekOfDay(day);
			fire(moment, rule, { period, value: rule.unit === 'ms' ? minutesOf(value) : value }, out);
		}
	}
}

function stretchOfTimer({ state, measures, policy, now }: Moment): Stretch | null {
	return state.timer && timerStretch(measures.union, policy.breakLength, state.timer.start, now);
}

/** The stretches of U that overlap the person-day of now. */
function stretchesToday(moment: Moment): Stretch[] {
	const { measures, policy, today } = moment;
	const { start } = measures.days;
	const ended = stretchesOverlapping(measures.union, policy.breakLength, start(today), start(today + 1));
	const running = stretchOfTimer(moment);
	return running === null ? ended : [...ended.filter((stretch) => stretch.start < running.start), running];
}

type Look = (rule: Rule, reached: Reached) => void;

/** Looks at each condition on U that is on: how far it is from holding for the date of now and the running timer. */
function lookAtLive(moment: Moment, stretches: Stretch[], timerToo: boolean, look: Look): void {
	const { state, policy, now } = moment;
	for (const rule of todayRules) {
		const parameters = parametersOf(policy, rule);
		if (parameters.on) look(rule, (rule as TodayRule).reached(moment, parameters));
	}
	for (const rule of stretchRules) {
		const parameters = parametersOf(policy, rule);
		if (!parameters.on || (rule.timerOnly && !timerToo)) continue;
		for (const stretch of stretches) look(rule, (rule as StretchRule).reached(stretch, parameters));
	}
	if (!timerToo || state.timer === null) return;
	for (const rule of timerRules) {
		const parameters = parametersOf(policy, rule);
		if (parameters.on) look(rule, (rule as TimerRule).reached(state.timer, now, parameters));
	}
}

const periodText = ({ period }: Reached) => (typeof period === 'number' ? formatInstant(period) : period);

function fireReached(moment: Moment, stretches: Stretch[], timerToo: boolean, out: Output[]): void {
	lookAtLive(moment, stretches, timerToo, (rule, reached) => {
		if (reached.missing > 0) return;
		fire(moment, rule, { period: periodText(reached), value: minutesOf(reached.ms) }, out);
	});
}

/** After a fact about exposure that touched these dates. */
export function evaluateExposure(moment: Moment, touched: DayRange, out: Output[]): void {
	evaluateDates(moment, touched, out);
	fireReached(moment, stretchesToday(moment), false, out);
}

/** What holds now for a running timer. */
export function evaluateTimer(moment: Moment, out: Output[]): void {
	const stretch = stretchOfTimer(moment);
	if (stretch !== null) fireReached(moment, [stretch], true, out);
}

/** The first instant from now on at which a running timer makes a condition hold or enters a new person-day; null: no timer runs. */
export function nextTimerDue(moment: Moment): Instant | null {
	const stretch = stretchOfTimer(moment);
	if (stretch === null) return null;
	const dayEnd = moment.measures.days.start(moment.today + 1);
	let next = dayEnd;
	// A threshold reached only as the person-day ends lies in the next one, whose start is looked at anyway.
	lookAtLive(moment, [stretch], true, (rule, reached) => {
		const due = moment.now + reached.missing;
		if (due < next && !hasFired(moment, rule.id, periodText(reached))) next = due;
	});
	return next;
}
