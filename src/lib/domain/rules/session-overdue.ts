import { epochDay, type EpochDay } from '../time.ts';
import { daysPresent } from './absent-days.ts';
import type { DayStartRule, Switch } from './rule.ts';

interface Grace extends Switch {
	graceDays: number;
}

export const sessionOverdue: DayStartRule<'session-overdue', Grace> = {
	id: 'session-overdue',
	theme: 'appointments',
	title: 'An overdue appointment',
	about: 'A counselling or assessment appointment is neither attended nor declined this long after it was due, absences not counted.',
	defaults: { on: true, graceDays: 7 },
	parameters: { graceDays: { kind: 'days', label: 'Days after it was due, over', says: (days) => `over ${days} after it was due` } },
	source: 'IWF: counselling monthly, assessment yearly; the grace (ours)',
	audience: 'alert',
	reason: 'session',
	sentence: 'A welfare session is overdue. Somebody is asked to help you find a time.',
	when: 'day-start',
	restsWhenAbsent: false,
	length: 0,
	found: ({ state, measures }, { graceDays }, day) =>
		state.appointments
			.map(({ id, due }) => ({ period: id, value: daysPresent(measures, epochDay(due), day) }))
			.filter(({ value }) => value > graceDays),
	earliest: ({ state, today }, { graceDays }) => {
		let first: EpochDay | null = null;
		for (const { id, due } of state.appointments) {
			const day = epochDay(due) + graceDays + 1;
			if (first !== null && day >= first) continue;
			// What lies ahead has not fired yet.
			if (day > today || !state.fired.has(`session-overdue|${id}`)) first = day;
		}
		return first;
	}
};
