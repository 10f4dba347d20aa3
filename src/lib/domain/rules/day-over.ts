import { overLimit } from './limit.ts';
import type { DateRule, Minutes } from './rule.ts';

export const dayOver: DateRule<'day-over', Minutes> = {
	id: 'day-over',
	defaults: { on: true, minutes: 360 },
	source: '(ours): a fifth over the daily limit',
	audience: 'alert',
	reason: 'exposure',
	sentence: 'That day went well over the daily limit. A supervisor is asked to offer you a word.',
	when: 'touched-date',
	period: 'date',
	unit: 'ms',
	value: (moment, { minutes }, day) => overLimit(moment, minutes, day, 1)
};
