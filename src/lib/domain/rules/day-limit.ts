import { overHours } from './limit.ts';
import type { DateRule, Minutes } from './rule.ts';

export const dayLimit: DateRule<'day-limit', Minutes> = {
	id: 'day-limit',
	theme: 'hours',
	title: 'Over the day’s limit',
	about: 'The ended sessions of a day come to more than this.',
	defaults: { on: true, minutes: 300 },
	parameters: { minutes: { kind: 'minutes', label: 'Exposure in a day, over', says: (length) => `over ${length} in a day` } },
	source: 'IWF: at most 5 h direct exposure a day',
	audience: 'review',
	reason: null,
	sentence: 'A day went over the daily limit. It goes on your lead’s weekly list, which is about the rota, not about you.',
	when: 'touched-date',
	period: 'date',
	...overHours(1)
};
