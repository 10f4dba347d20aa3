import { describe, expect, it, test } from 'vitest';
import { combinePolicies } from '#lib/domain/policy.ts';
import { dateOf, epochDay } from '#lib/domain/time.ts';
import { listAfter, listBefore, listOf, madeIn, mondayOfPeriod, newestList, type Making } from '#lib/domain/weekly-list.ts';
import { at } from './story.ts';

/** The first four Mondays of November 2026. */
const [second, ninth, sixteenth, twentyThird] = ['02', '09', '16', '23'].map((day) => epochDay(`2026-11-${day}`)) as [
	number,
	number,
	number,
	number
];
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const workWeek = Object.fromEntries(weekdays.map((day) => [day, [['09:00', '17:00'] as const]]));
const closed = Object.fromEntries(weekdays.map((day) => [day, []]));

describe('a week’s list', () => {
	const made = (holidays: string[], hours: object = workWeek, zone = 'Europe/London') => {
		const instant = madeIn(combinePolicies({ calendar: { zone, holidays, hours } }).calendar, ninth);
		return instant === null ? null : new Date(instant).toISOString();
	};
	const days = ['09', '10', '11', '12', '13'].map((day) => `2026-11-${day}`);

	test.each<[string, string | null, string | null]>([
		['on Monday as work begins', made([]), '2026-11-09T09:00:00.000Z'],
		['by the clocks of the team', made([], workWeek, 'Asia/Tokyo'), '2026-11-09T00:00:00.000Z'],
		['on Tuesday where Monday is a holiday', made(days.slice(0, 1)), '2026-11-10T09:00:00.000Z'],
		['on Friday where the days before are', made(days.slice(0, 4)), '2026-11-13T09:00:00.000Z'],
		['on Sunday where that is the only day of work', made([], { ...closed, sun: [['23:00', '24:00']] }), '2026-11-15T23:00:00.000Z'],
		['never where the whole week is off', made(days), null],
		['never where work begins with the next week', made(days.slice(0, 1), { ...closed, mon: [['00:00', '12:00']] }), null]
	])('is made %s', (_when, instant, expected) => expect(instant).toBe(expected));
});

/** Made on Mondays at 09:00 UTC, but for the week of the 9th, which is off. */
const making: Making = (monday) => (monday === ninth ? null : at(`${dateOf(monday)}T09:00Z`));

describe('the lists around a week without one', () => {
	it('are the next that is made, and the last that was', () => {
		expect([listAfter(making, second), listAfter(making, ninth), listAfter(making, sixteenth)]).toEqual([
			sixteenth,
			sixteenth,
			twentyThird
		]);
		expect([listBefore(making, sixteenth), listBefore(making, twentyThird)]).toEqual([second, sixteenth]);
	});

	test.each([
		['2026-11-02T09:00Z', second],
		['2026-11-08T23:59Z', second],
		['2026-11-09T12:00Z', second],
		['2026-11-15T23:59Z', second],
		['2026-11-16T08:59:59.999Z', second],
		['2026-11-16T09:00Z', sixteenth],
		['2026-11-22T23:59Z', sixteenth]
	])('at %s the newest is that of the Monday before', (now, monday) => expect(newestList(making, at(now))).toBe(monday));

	it('the newest may be there on Sunday by the clocks of Greenwich, where the team is far in the east', () => {
		const eastern: Making = (monday) => at(`${dateOf(monday - 1)}T19:00Z`);
		expect(newestList(eastern, at('2026-11-15T18:59Z'))).toBe(ninth);
		expect(newestList(eastern, at('2026-11-15T19:00Z'))).toBe(sixteenth);
	});
});

describe('a limit stands', () => {
	test.each([
		['on the next list', '2026-11-17', '2026-11-17T18:00Z', twentyThird],
		['on the one after a week without', '2026-11-03', '2026-11-03T18:00Z', sixteenth],
		['also one passed on a Sunday', '2026-11-08', '2026-11-08T18:00Z', sixteenth],
		['on the same one for a whole week', '2026-W45', '2026-11-08T18:00Z', sixteenth],
		['on the newest where it was found late', '2026-10-20', '2026-11-17T10:00Z', sixteenth]
	])('%s', (_where, period, found, monday) => expect(listOf(making, period, at(found))).toBe(monday));

	it('in the week of its date, or in the week that it names', () => {
		expect(['2026-11-09', '2026-11-15', '2026-W46', '2026-11-16'].map(mondayOfPeriod)).toEqual([ninth, ninth, ninth, sixteenth]);
	});
});
