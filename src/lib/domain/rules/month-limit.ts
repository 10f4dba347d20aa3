import { overLimit } from './limit.ts';
import type { DateRule, Minutes } from './rule.ts';

export const monthLimit: DateRule<'month-limit', Minutes> = {
	id: 'month-limit',
	defaults: { on: false, minutes: 6000 },
	source: '(ours): off; four weeks at the weekly limit',
	audience: 'alert',
	reason: 'exposure',
	sentence: 'Four weeks went over the limit. A supervisor is asked to offer you a word.',
	when: 'touched-date',
	period: 'week',
	unit: 'ms',
	value: (moment, { minutes }, day) => overLimit(moment, minutes, day, 28)
};
