import { fire, parametersOf } from './findings.ts';
import type { Output } from './output.ts';
import { isAbsent } from './person-state.ts';
import { dayStartRules } from './rules/list.ts';
import type { DayStartRule, Moment } from './rules/rule.ts';
import type { EpochDay, Instant } from './time.ts';

function evaluateDay(moment: Moment, day: EpochDay, out: Output[]): void {
	const absent = isAbsent(moment.measures.absences, day);
	for (const rule of dayStartRules) {
		const parameters = parametersOf(moment.policy, rule);
		if (!parameters.on || (absent && rule.restsWhenAbsent)) continue;
		for (const holding of (rule as DayStartRule).found(moment, parameters, day)) fire(moment, rule, holding, out);
	}
}

/** If a person-day starts now: the rules that look at it. */
export function evaluateDayStart(moment: Moment, out: Output[]): void {
	const { start } = moment.measures.days;
	if (start(moment.today) !== moment.now) return;
	// A date that the zone skipped (Apia had no 30 December 2011) starts and ends at the same instant.
	let day = moment.today;
	while (start(day - 1) === moment.now) day--;
	for (; day <= moment.today; day++) evaluateDay(moment, day, out);
}

/** The next start of a person-day at which a rule could find something; null: none as things are. */
export function nextDayStart(moment: Moment): Instant | null {
	let next: EpochDay | null = null;
	for (const rule of dayStartRules) {
		const parameters = parametersOf(moment.policy, rule);
		if (!parameters.on) continue;
		const earliest = (rule as DayStartRule).earliest(moment, parameters);
		if (earliest !== null && (next === null || earliest < next)) next = earliest;
	}
	return next === null ? null : moment.measures.days.start(Math.max(next, moment.today + 1));
}
