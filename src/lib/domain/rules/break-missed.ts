import { MS_PER_MINUTE } from '../time.ts';
import type { Minutes, StretchRule } from './rule.ts';

export const breakMissed: StretchRule<'break-missed', Minutes> = {
	id: 'break-missed',
	theme: 'breaks',
	title: 'A break was missed',
	about: 'A stretch of exposure went on for longer than this without a break.',
	defaults: { on: true, minutes: 90 },
	parameters: { minutes: { kind: 'minutes', label: 'Exposure without a break, over', says: (length) => `over ${length} without a break` } },
	source: '(ours)',
	audience: 'notice',
	reason: null,
	sentence: 'That was a long stretch without a break. Could the next one be shorter?',
	when: 'stretch',
	timerOnly: false,
	reached: (stretch, { minutes }) => ({
		period: stretch.start,
		ms: stretch.ms,
		missing: Math.max(0, minutes * MS_PER_MINUTE + 1 - stretch.ms)
	})
};
