import { MS_PER_MINUTE } from '../time.ts';
import type { Minutes, StretchRule } from './rule.ts';

export const breakDue: StretchRule<'break-due', Minutes> = {
	id: 'break-due',
	theme: 'breaks',
	title: 'A break is due',
	about: 'A running timer has counted this much exposure without a break.',
	defaults: { on: true, minutes: 50 },
	parameters: { minutes: { kind: 'minutes', label: 'Exposure without a break', says: (length) => `after ${length} without a break` } },
	source: 'Police Care UK: 10 minutes out of each hour',
	audience: 'notice',
	reason: null,
	sentence: 'A good moment for a break: ten minutes away from the screen.',
	when: 'stretch',
	timerOnly: true,
	reached: (stretch, { minutes }) => ({
		period: stretch.start,
		ms: stretch.ms,
		missing: Math.max(0, minutes * MS_PER_MINUTE - stretch.ms)
	})
};
