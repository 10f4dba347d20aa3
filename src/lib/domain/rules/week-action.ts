import { towardsAction } from './limit.ts';
import type { Minutes, TodayRule } from './rule.ts';

export const weekAction: TodayRule<'week-action', Minutes> = {
	id: 'week-action',
	defaults: { on: true, minutes: 1400 },
	source: '(ours)',
	audience: 'notice',
	reason: null,
	sentence: 'The last seven days have been full. A lighter day would do good.',
	when: 'today',
	reached: (moment, { minutes }) => towardsAction(moment, minutes, 7)
};
