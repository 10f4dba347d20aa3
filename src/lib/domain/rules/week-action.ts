import { towardsHours } from './limit.ts';
import type { Minutes, TodayRule } from './rule.ts';

export const weekAction: TodayRule<'week-action', Minutes> = {
	id: 'week-action',
	theme: 'hours',
	title: 'A full week',
	about: 'The exposure of seven days has reached this.',
	defaults: { on: true, minutes: 1400 },
	parameters: { minutes: { kind: 'minutes', label: 'Exposure in seven days', says: (length) => `${length} in seven days` } },
	source: '(ours)',
	audience: 'notice',
	reason: null,
	sentence: 'The last seven days have been full. A lighter day would do good.',
	when: 'today',
	...towardsHours(7)
};
