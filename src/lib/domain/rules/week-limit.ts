import { overLimit } from './limit.ts';
import type { DateRule, Minutes } from './rule.ts';

export const weekLimit: DateRule<'week-limit', Minutes> = {
	id: 'week-limit',
	defaults: { on: true, minutes: 1500 },
	source: 'five IWF days of 5 h',
	audience: 'alert',
	reason: 'exposure',
	sentence: 'Seven days went over the weekly limit. A supervisor is asked to offer you a word.',
	when: 'touched-date',
	period: 'week',
	unit: 'ms',
	value: (moment, { minutes }, day) => overLimit(moment, minutes, day, 7)
};
