import { MS_PER_MINUTE } from '../time.ts';
import type { Minutes, TimerRule } from './rule.ts';

export const timerForgotten: TimerRule<'timer-forgotten', Minutes> = {
	id: 'timer-forgotten',
	theme: 'logging',
	title: 'A forgotten timer',
	about: 'A timer has been running for this long: it asks for the true end, without blame.',
	defaults: { on: true, minutes: 120 },
	parameters: { minutes: { kind: 'minutes', label: 'Running for', says: (length) => `running for ${length}` } },
	source: '(ours)',
	audience: 'notice',
	reason: null,
	sentence: 'Your timer is still running. If you stopped a while ago, just say when.',
	when: 'timer',
	reached: (timer, now, { minutes }) => ({
		period: timer.id,
		ms: now - timer.start,
		missing: Math.max(0, timer.start + minutes * MS_PER_MINUTE - now)
	})
};
