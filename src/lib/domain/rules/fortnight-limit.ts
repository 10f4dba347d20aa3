import { overHours } from './limit.ts';
import type { DateRule, Minutes } from './rule.ts';

export const fortnightLimit: DateRule<'fortnight-limit', Minutes> = {
	id: 'fortnight-limit',
	theme: 'hours',
	title: 'Over the limit of two weeks',
	about: 'The ended sessions of 14 days come to more than this.',
	defaults: { on: false, minutes: 3000 },
	parameters: { minutes: { kind: 'minutes', label: 'Exposure in 14 days, over', says: (length) => `over ${length} in 14 days` } },
	source: '(ours): off; two weeks at the weekly limit',
	audience: 'alert',
	reason: 'exposure',
	sentence: 'Two weeks went over the limit. A supervisor is asked to offer you a word.',
	when: 'touched-date',
	period: 'week',
	...overHours(14)
};
