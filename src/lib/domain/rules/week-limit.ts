import { overHours } from './limit.ts';
import type { DateRule, Minutes } from './rule.ts';

export const weekLimit: DateRule<'week-limit', Minutes> = {
	id: 'week-limit',
	theme: 'hours',
	title: 'Over the week’s limit',
	about: 'The ended sessions of seven days come to more than this.',
	defaults: { on: true, minutes: 1500 },
	parameters: { minutes: { kind: 'minutes', label: 'Exposure in seven days, over', says: (length) => `over ${length} in seven days` } },
	source: 'five IWF days of 5 h',
	audience: 'alert',
	reason: 'exposure',
	sentence: 'Seven days went over the weekly limit. A supervisor is asked to offer you a word.',
	when: 'touched-date',
	period: 'week',
	...overHours(7)
};
