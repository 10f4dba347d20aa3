import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calendar } from '../../src/lib/domain/calendar.ts';
import { defaultPolicy } from '../../src/lib/domain/policy.ts';
import { addWorkingMinutes, dayRanges, isWorkingDay, nextWorkingInstant } from '../../src/lib/domain/working-time.ts';
import { epochDay } from '../../src/lib/domain/time.ts';
import { at } from './story.ts';

const office: Calendar = { ...defaultPolicy.calendar, zone: 'Europe/London' };
const none = office.hours.sat;
const nights: Calendar = {
	zone: 'Europe/London',
	holidays: [],
	hours: {
		mon: none,
		tue: none,
		wed: none,
		thu: none,
		fri: none,
		sat: [['22:00', '24:00']],
		sun: [
			['00:00', '03:00'],
			['04:00', '05:00']
		]
	}
};
const due = (calendar: Calendar, from: string, minutes: number, absences: { from: string; to: string }[] = []) =>
	new Date(addWorkingMinutes(calendar, dayRanges(absences), at(from), minutes)).toISOString().slice(0, 16);

describe('working time', () => {
	it('runs out as the day closes, not as the next opens', () => {
		expect(due(office, '2026-03-02T09:00Z', 480)).toBe('2026-03-02T17:00');
		expect(due(office, '2026-03-02T09:00Z', 481)).toBe('2026-03-03T09:01');
	});

	it('stands still at night, at the weekend and on holidays', () => {
		expect(due(office, '2026-03-06T16:30Z', 60)).toBe('2026-03-09T09:30');
		expect(due({ ...office, holidays: ['2026-03-09'] }, '2026-03-06T16:30Z', 60)).toBe('2026-03-10T09:30');
		expect(due(office, '2026-03-02T03:00Z', 1)).toBe('2026-03-02T09:01');
	});

	it('stands still while Wen is away, also where absences overlap', () => {
		const away = [
			{ from: '2026-03-03', to: '2026-03-10' },
			{ from: '2026-03-05', to: '2026-03-11' }
		];
		expect(due(office, '2026-03-02T16:00Z', 90, away)).toBe('2026-03-12T09:30');
		expect(due(office, '2026-03-05T10:00Z', 1, [{ from: '2026-03-05', to: '2026-03-05' }])).toBe('2026-03-06T09:01');
	});

	it('follows the clocks of the calendar through summer time', () => {
		expect(due(office, '2026-03-27T16:00Z', 120)).toBe('2026-03-30T09:00');
		expect(due(nights, '2026-03-28T22:00Z', 121)).toBe('2026-03-29T00:01');
		// 00:00–03:00 lasts two hours as summer time begins, four as it ends.
		expect(due(nights, '2026-03-29T00:00Z', 121)).toBe('2026-03-29T03:01');
		expect(due(nights, '2026-10-24T23:00Z', 240)).toBe('2026-10-25T03:00');
		expect(due(nights, '2026-10-24T23:00Z', 241)).toBe('2026-10-25T04:01');
	});

	it('counts once what a change of the clocks lays upon each other', () => {
		const split: Calendar = {
			...nights,
			hours: {
				...nights.hours,
				sun: [
					['01:00', '01:30'],
					['01:30', '02:00'],
					['02:00', '03:00']
				]
			}
		};
		expect(due(split, '2026-03-29T00:00Z', 60)).toBe('2026-03-29T02:00');
		expect(due(split, '2026-03-29T00:00Z', 61)).toBe('2026-04-04T21:01');
	});

	it('knows when somebody is next there, and which days are worked', () => {
		expect(nextWorkingInstant(office, [], at('2026-03-06T18:00Z'))).toBe(at('2026-03-09T09:00Z'));
		expect(nextWorkingInstant(office, [], at('2026-03-09T10:00Z'))).toBe(at('2026-03-09T10:00Z'));
		expect(isWorkingDay(office, epochDay('2026-03-07'))).toBe(false);
		expect(isWorkingDay({ ...office, holidays: ['2026-03-09'] }, epochDay('2026-03-09'))).toBe(false);
		expect(isWorkingDay(office, epochDay('2026-03-09'))).toBe(true);
	});

	const instants = fc.integer({ min: at('2025-01-01') / 1000, max: at('2027-12-31') / 1000 }).map((second) => second * 1000);
	const calendars = fc.constantFrom(office, nights, { ...office, zone: 'America/New_York', holidays: ['2026-07-03'] });
	const absences = fc.constantFrom([], dayRanges([{ from: '2026-02-01', to: '2026-04-15' }]));

	it('adds up: a and then b is a + b', () => {
		fc.assert(
			fc.property(
				calendars,
				absences,
				instants,
				fc.integer({ min: 1, max: 5_000 }),
				fc.integer({ min: 1, max: 5_000 }),
				(calendar, away, from, a, b) => {
					const first = addWorkingMinutes(calendar, away, from, a);
					expect(addWorkingMinutes(calendar, away, first, b)).toBe(addWorkingMinutes(calendar, away, from, a + b));
				}
			)
		);
	});

	it('is quick even where a week has a single minute', () => {
		const sparse: Calendar = { ...nights, hours: { ...nights.hours, sun: [['10:00', '10:01']], sat: [] } };
		expect(due(sparse, '2026-03-02T00:00Z', 1040)).toBe('2046-02-04T10:01');
	});
});
