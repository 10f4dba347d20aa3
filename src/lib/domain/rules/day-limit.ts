import { overLimit } from './limit.ts';
import type { DateRule, Minutes } from './rule.ts';

export const dayLimit: DateRule<'day-limit', Minutes> = {
	id: 'day-limit',
	defaults: { on: true, minutes: 300 },
	source: 'IWF: at most 5 h direct exposure a day',
	audience: 'review',
	reason: null,
	sentence: 'That day went over the daily limit. Your lead sees the figure on the Monday list: it is about the rota, not about you.',
	when: 'touched-date',
	period: 'date',
	unit: 'ms',
	value: (moment, { minutes }, day) => overLimit(moment, minutes, day, 1)
};
