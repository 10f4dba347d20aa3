import { epochDay } from '../time.ts';
import { daysPresent } from './absent-days.ts';
import type { DayStartRule, Switch } from './rule.ts';

interface Grace extends Switch {
	graceDays: number;
}

export const sessionOverdue: DayStartRule<'session-overdue', Grace> = {
	id: 'session-overdue',
	defaults: { on: true, graceDays: 7 },
	source: 'IWF: counselling monthly, assessment yearly; the grace (ours)',
	audience: 'alert',
	reason: 'session',
	sentence: 'A welfare session is overdue. Somebody is asked to help you find a time.',
	when: 'day-start',
	restsWhenAbsent: false,
	found: ({ state, measures }, { graceDays }, day) =>
		state.appointments
			.map(({ id, due }) => ({ period: id, value: daysPresent(measures, epochDay(due), day) }))
			.filter(({ value }) => value > graceDays),
	earliest: ({ state }, { graceDays }) => {
		const open = state.appointments.filter(({ id }) => !state.fired.has(`session-overdue|${id}`));
		return open.length === 0 ? null : Math.min(...open.map(({ due }) => epochDay(due) + graceDays + 1));
	}
};
