import { isAbsent } from '../person-state.ts';
import { dateOf, type EpochDay } from '../time.ts';
import { dayMs, lastDateWithExposure } from '../window.ts';
import { isWorkingDay } from '../working-time.ts';
import type { Days, DayStartRule, Moment } from './rule.ts';

/** Who logs on fewer dates than this in `USUAL_WITHIN` days has no habit that could have lapsed. */
const USUAL_DATES = 8;
const USUAL_WITHIN = 28;

function logsUsually({ measures }: Moment, last: EpochDay): boolean {
	let dates = 0;
	for (let day = last - USUAL_WITHIN + 1; day <= last; day++) if (dayMs(measures, day) > 0) dates++;
	return dates >= USUAL_DATES;
}

function workingDatesBetween({ measures, policy }: Moment, after: EpochDay, before: EpochDay): number {
	let count = 0;
	for (let day = after + 1; day < before; day++) {
		if (isWorkingDay(policy.calendar, day) && !isAbsent(measures.absences, day)) count++;
	}
	return count;
}

export const nothingLogged: DayStartRule<'nothing-logged', Days> = {
	id: 'nothing-logged',
	theme: 'logging',
	title: 'Nothing logged',
	about: 'Somebody who usually logs has logged nothing on this many working days, leave not counted.',
	defaults: { on: true, days: 3 },
	parameters: { days: { kind: 'days', label: 'Working days', says: (days) => `on ${days} of work` } },
	source: '(ours): three usual working days',
	audience: 'notice',
	reason: null,
	sentence: 'Nothing logged for some days. If you worked, a day total is enough; if you were away, you can enter the dates.',
	when: 'day-start',
	restsWhenAbsent: true,
	length: USUAL_WITHIN,
	found: (moment, { days }, day) => {
		if (moment.state.timer !== null) return [];
		const last = lastDateWithExposure(moment.measures, day);
		if (last === null) return [];
		if (moment.state.fired.has(`nothing-logged|${dateOf(last)}`) || !logsUsually(moment, last)) return [];
		const value = workingDatesBetween(moment, last, day);
		return value >= days ? [{ period: dateOf(last), value }] : [];
	},
	earliest: (moment, { days }) => {
		if (moment.state.timer !== null) return null;
		const { measures, state, today } = moment;
		const last = lastDateWithExposure(measures, today + 1);
		// A day total can lie after today where the zone was changed since: then look again each day.
		if (measures.totals.size > 0 && lastDateWithExposure(measures, today + 3) !== last) return today + 1;
		if (last === null) return null;
		const first = last + days + 1;
		if (first > today + 1) return first;
		return state.fired.has(`nothing-logged|${dateOf(last)}`) || !logsUsually(moment, last) ? null : first;
	}
};
