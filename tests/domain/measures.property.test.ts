import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calendar } from '../../src/lib/domain/calendar.ts';
import { unionOf } from '../../src/lib/domain/exposure.ts';
import { dayFactor, thresholdMs } from '../../src/lib/domain/factor.ts';
import { measuresOf } from '../../src/lib/domain/measures.ts';
import { newPersonState } from '../../src/lib/domain/person-state.ts';
import { defaultPolicy } from '../../src/lib/domain/policy.ts';
import { stretchesOverlapping, timerStretch, type Stretch } from '../../src/lib/domain/stretch.ts';
import { epochDay } from '../../src/lib/domain/time.ts';
import { addWorkingMinutes, dayRanges, nextWorkingInstant } from '../../src/lib/domain/working-time.ts';
import { aroundAChange, dateAt, later, MINUTE, walkedWorkingTime, type Span } from './oracle.ts';
import { runs } from './story.ts';

/** Maximal runs with pauses shorter than `breakLength`, walking over a list of minutes that are or are not exposure. */
function walkedStretches(exposed: boolean[], breakLength: number): Stretch[] {
	const found: Stretch[] = [];
	let current: Stretch | null = null;
	exposed.forEach((is, minute) => {
		if (!is) return;
		const start = minute * MINUTE;
		if (current === null || start - current.end >= breakLength * MINUTE) found.push((current = { start, end: start, ms: 0 }));
		current.end = start + MINUTE;
		current.ms += MINUTE;
	});
	return found;
}

const LAST = 400;
const spans = fc.array(
	fc
		.tuple(fc.nat(LAST - 60), fc.integer({ min: 1, max: 60 }))
		.map(([start, length]) => ({ start: start * MINUTE, end: (start + length) * MINUTE })),
	{ maxLength: 9 }
);
const exposedIn = (list: Span[]) =>
	Array.from({ length: LAST }, (_, minute) => list.some(({ start, end }) => start <= minute * MINUTE && minute * MINUTE < end));

describe('stretches', () => {
	it('are the runs that a walk over the minutes finds, whole where they overlap the day', () => {
		fc.assert(
			fc.property(
				spans,
				fc.integer({ min: 1, max: 40 }),
				fc.nat(LAST),
				fc.integer({ min: 1, max: LAST }),
				(list, breakLength, a, length) => {
					const [from, to] = [a * MINUTE, (a + length) * MINUTE];
					const overlap = list.filter(({ start, end }) => start < to && from < end);
					// A stretch counts where exposure of it lies in the day, not where only its pause does.
					const expected = walkedStretches(exposedIn(list), breakLength).filter((stretch) =>
						overlap.some(({ start }) => stretch.start <= start && start < stretch.end)
					);
					expect(stretchesOverlapping(unionOf(list), breakLength, from, to)).toEqual(expected);
				}
			),
			runs(500)
		);
	});

	it("of a running timer are the walk's last one, the timer included", () => {
		fc.assert(
			fc.property(spans, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), (list, breakLength, ran) => {
				const now = Math.max(LAST - 60, ...list.map(({ end }) => end / MINUTE)) * MINUTE;
				const started = now - ran * MINUTE;
				const last = walkedStretches(exposedIn([...list, { start: started, end: now }]), breakLength).at(-1);
				expect(timerStretch(unionOf(list), breakLength, started, now)).toEqual(last);
			}),
			runs(500)
		);
	});
});

describe('limit factors', () => {
	const began = '2026-02-02';
	const hundredths = fc.integer({ min: 1, max: 100 });
	const periods = fc.array(fc.record({ factor: hundredths, from: fc.nat(80), length: fc.option(fc.nat(20)) }), { maxLength: 4 });
	const starters = fc
		.array(fc.record({ days: fc.nat(60), factor: hundredths }), { maxLength: 3 })
		.map((steps) => [...new Map(steps.map((step) => [step.days, step])).values()].sort((a, b) => a.days - b.days));

	it('are the smallest of those agreed, the new starter’s and 1, their mean exact over a window', () => {
		fc.assert(
			fc.property(
				periods,
				starters,
				fc.integer({ min: -20, max: 90 }),
				fc.constantFrom(1, 7, 14, 28),
				fc.integer({ min: 1, max: 6000 }),
				(agreed, steps, offset, length, minutes) => {
					const state = newPersonState({ id: 'wen', zone: 'UTC', startDate: began }, 0);
					state.factors = agreed.map(({ factor, from, length: days }) => ({
						factor: factor / 100,
						from: later(began, from),
						to: days === null ? null : later(began, from + days)
					}));
					const newStarter = steps.map(({ days, factor }) => ({ days, factor: factor / 100 }));
					const ofDay = (since: number) => {
						const agreedThen = agreed.filter(({ from, length: days }) => from <= since && (days === null || since <= from + days));
						const step = since < 0 ? steps[0] : steps.find(({ days }) => since < days);
						return Math.min(100, step?.factor ?? 100, ...agreedThen.map(({ factor }) => factor));
					};
					const measures = measuresOf(state);
					const day = epochDay(began) + offset;
					expect(dayFactor(measures, newStarter, day)).toBe(ofDay(offset) / 100);
					let sum = 0;
					for (let back = 0; back < length; back++) sum += ofDay(offset - back);
					// Hundredths and ms are whole numbers, so this is exact: half up.
					const exact = (minutes * MINUTE * sum) / (100 * length);
					expect(thresholdMs(measures, newStarter, minutes, day, length)).toBe(Math.floor(exact + 0.5));
				}
			),
			runs(500)
		);
	});
});

describe('working time', () => {
	const calendars = fc.constantFrom<Partial<Calendar['hours']>>(
		{},
		{ sat: [['22:00', '24:00']], sun: [['00:00', '03:00'], ['04:00', '05:00']] }, // prettier-ignore
		{ mon: [], wed: [['00:15', '00:45'], ['01:30', '02:30'], ['12:00', '13:00']], sun: [['00:00', '24:00']] } // prettier-ignore
	);
	const away = fc.array(fc.record({ from: fc.integer({ min: -3, max: 6 }), days: fc.nat(3) }), { maxLength: 3 });

	it('passes as a walk over the minutes of the calendar says, holidays and absences left out', () => {
		fc.assert(
			fc.property(
				aroundAChange,
				calendars,
				away,
				fc.option(fc.integer({ min: -1, max: 4 })),
				fc.integer({ min: 1, max: 900 }),
				({ zone, instant }, hours, absences, holiday, minutes) => {
					const today = dateAt(zone, '00:00', instant);
					const calendar: Calendar = {
						zone,
						holidays: holiday === null ? [] : [later(today, holiday)],
						hours: { ...defaultPolicy.calendar.hours, ...hours }
					};
					const dates = absences.map(({ from, days }) => ({ from: later(today, from), to: later(today, from + days) }));
					const due = addWorkingMinutes(calendar, dayRanges(dates), instant, minutes);
					expect(due).toBe(walkedWorkingTime(calendar, dates, instant, minutes));
					expect(nextWorkingInstant(calendar, dayRanges(dates), instant)).toBe(walkedWorkingTime(calendar, dates, instant, 1) - MINUTE);
				}
			),
			runs(150)
		);
	});
});
