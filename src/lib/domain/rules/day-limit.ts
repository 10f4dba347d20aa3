import { overLimit } from './limit.ts';
import type { DateRule, Minutes } from './rule.ts';

export const dayLimit: DateRule<'day-limit', Minutes> = {
	id: 'day-limit',
	defaults: { on: true, minutes: 300 },
	source: 'IWF: at most 5 h direct exposure a day',
	audience: 'review',
	reason: null,
	sentence: 'A day went over the daily limit. It is about the rota, not about you.',
	when: 'touched-date',
	period: 'date',
	unit: 'ms',
	value: (moment, { minutes }, day) => overLimit(moment, minutes, day, 1)
};
