import { towardsAction } from './limit.ts';
import type { Minutes, TodayRule } from './rule.ts';

export const dayAction: TodayRule<'day-action', Minutes> = {
	id: 'day-action',
	defaults: { on: true, minutes: 240 },
	source: '(ours)',
	audience: 'notice',
	reason: null,
	sentence: 'You are getting close to your limit for today. Is there other work for the rest of it?',
	when: 'today',
	reached: (moment, { minutes }) => towardsAction(moment, minutes, 1)
};
