import { overHours } from './limit.ts';
import type { DateRule, Minutes } from './rule.ts';

export const monthLimit: DateRule<'month-limit', Minutes> = {
	id: 'month-limit',
	theme: 'hours',
	title: 'Over the limit of four weeks',
	about: 'The ended sessions of 28 days come to more than this.',
	defaults: { on: false, minutes: 6000 },
	parameters: { minutes: { kind: 'minutes', label: 'Exposure in 28 days, over', says: (length) => `over ${length} in 28 days` } },
	source: '(ours): off; four weeks at the weekly limit',
	audience: 'alert',
	reason: 'exposure',
	sentence: 'Four weeks went over the limit. A supervisor is asked to offer you a word.',
	when: 'touched-date',
	period: 'week',
	...overHours(28)
};
