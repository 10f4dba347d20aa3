import { towardsHours } from './limit.ts';
import type { Minutes, TodayRule } from './rule.ts';

export const dayAction: TodayRule<'day-action', Minutes> = {
	id: 'day-action',
	theme: 'hours',
	title: 'Close to the day’s limit',
	about: 'The exposure of a day has reached this.',
	defaults: { on: true, minutes: 240 },
	parameters: { minutes: { kind: 'minutes', label: 'Exposure in a day', says: (length) => `${length} in a day` } },
	source: '(ours)',
	audience: 'notice',
	reason: null,
	sentence: 'You are getting close to your limit for today. Is there other work for the rest of it?',
	when: 'today',
	...towardsHours(1)
};
