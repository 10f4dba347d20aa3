import { coveredMs } from '../exposure.ts';
import { clockInstant, clockMinutes } from '../time.ts';
import type { DateRule, Switch } from './rule.ts';

interface After extends Switch {
	/** `HH:MM` inside the person-day: a clock time before dayStart is on the next calendar date. */
	after: string;
}

export const lateExposure: DateRule<'late-exposure', After> = {
	id: 'late-exposure',
	theme: 'hours',
	title: 'Exposure late in the day',
	about: 'There was exposure at or after this time of a day.',
	defaults: { on: false, after: '16:00' },
	parameters: { after: { kind: 'clock', label: 'From this time on', says: (time) => `from ${time} on` } },
	source: 'IWF: hard stop at 16:00',
	audience: 'review',
	reason: null,
	sentence:
		'There was exposure after the hour at which it should end. It goes on your lead’s weekly list, which is about the rota, not about you.',
	when: 'touched-date',
	period: 'date',
	unit: 'ms',
	length: 1,
	value: ({ measures: { days, union } }, { after }, day) => {
		const minutes = clockMinutes(after);
		const late = clockInstant(days.zone, minutes >= days.dayStart ? day : day + 1, minutes);
		const ms = coveredMs(union, Math.max(late, days.start(day)), days.start(day + 1));
		return ms > 0 ? ms : null;
	}
};
