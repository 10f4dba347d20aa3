import { daysInARow } from '../window.ts';
import type { DateRule, Days } from './rule.ts';

export const daysInRow: DateRule<'days-in-row', Days> = {
	id: 'days-in-row',
	defaults: { on: true, days: 6 },
	source: '(ours)',
	audience: 'review',
	reason: null,
	sentence: 'Many days in a row with this material. A day without it is due.',
	when: 'touched-date',
	period: 'date',
	unit: 'days',
	value: ({ measures }, { days }, day) => {
		const count = daysInARow(measures, day);
		return count > days ? count : null;
	}
};
