import { overLimit } from './limit.ts';
import type { DateRule, Minutes } from './rule.ts';

export const fortnightLimit: DateRule<'fortnight-limit', Minutes> = {
	id: 'fortnight-limit',
	defaults: { on: false, minutes: 3000 },
	source: '(ours): off; two weeks at the weekly limit',
	audience: 'alert',
	reason: 'exposure',
	sentence: 'Two weeks went over the limit. A supervisor is asked to offer you a word.',
	when: 'touched-date',
	period: 'week',
	unit: 'ms',
	value: (moment, { minutes }, day) => overLimit(moment, minutes, day, 14)
};
