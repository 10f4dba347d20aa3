import { overHours } from './limit.ts';
import type { DateRule, Minutes } from './rule.ts';

export const dayOver: DateRule<'day-over', Minutes> = {
	id: 'day-over',
	theme: 'hours',
	title: 'Well over the day’s limit',
	about: 'The ended sessions of a day come to more than this.',
	defaults: { on: true, minutes: 360 },
	parameters: { minutes: { kind: 'minutes', label: 'Exposure in a day, over', says: (length) => `over ${length} in a day` } },
	source: '(ours): a fifth over the daily limit',
	audience: 'alert',
	reason: 'exposure',
	sentence: 'That day went well over the daily limit. A supervisor is asked to offer you a word.',
	when: 'touched-date',
	period: 'date',
	...overHours(1)
};
