import { daysInARow } from '../window.ts';
import type { DateRule, Days } from './rule.ts';

export const daysInRow: DateRule<'days-in-row', Days> = {
	id: 'days-in-row',
	theme: 'hours',
	title: 'Many days with exposure in a row',
	about: 'Exposure was logged on more days running than this.',
	defaults: { on: true, days: 6 },
	parameters: { days: { kind: 'days', label: 'Days in a row, over', says: (length) => `over ${length} in a row` } },
	source: '(ours)',
	audience: 'review',
	reason: null,
	sentence:
		'Many days in a row with this material. A day without it is due. It goes on your lead’s weekly list, which is about the rota, not about you.',
	when: 'touched-date',
	period: 'date',
	unit: 'days',
	length: 1,
	value: ({ measures }, { days }, day) => {
		const count = daysInARow(measures, day);
		return count > days ? count : null;
	}
};
