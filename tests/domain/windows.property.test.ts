import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { measuresOf } from '../../src/lib/domain/measures.ts';
import { momentOf } from '../../src/lib/domain/moment.ts';
import { newPersonState, type PersonState } from '../../src/lib/domain/person-state.ts';
import { defaultPolicy } from '../../src/lib/domain/policy.ts';
import { epochDay, personDayOf, personDayStart } from '../../src/lib/domain/time.ts';
import { dayMs, dayMsNow, daysInARow, lastDateWithExposure, windowMs, windowMsNow } from '../../src/lib/domain/window.ts';
import { aroundAChange, dateAt, dayBegins, dayStarts, later, MINUTE, minutesWithin, zones, type Span } from './oracle.ts';
import { at, runs } from './story.ts';

/** Bea with these sessions and, on `date`, a day total. */
function bea(zone: string, dayStart: string, sessions: Span[], total?: { date: string; minutes: number }): PersonState {
	const state = newPersonState({ id: 'bea', zone, dayStart, startDate: '1990-01-01' }, Math.min(...sessions.map(({ start }) => start), 0));
	state.sessions = sessions.map((span, index) => ({ id: `s${index}`, ...span })).sort((a, b) => a.start - b.start);
	if (total !== undefined) state.dayTotals = [{ id: 'd', ...total }];
	return state;
}

const spans = (instant: number) =>
	fc.array(
		fc
			.tuple(fc.integer({ min: -3 * 1440, max: 1440 }), fc.integer({ min: 1, max: 16 * 60 }))
			.map(([from, length]) => ({ start: instant + from * MINUTE, end: instant + (from + length) * MINUTE })),
		{ minLength: 1, maxLength: 6 }
	);
const lives = aroundAChange.chain(({ zone, instant }) =>
	fc.record({
		zone: fc.constant(zone),
		dayStart: fc.constantFrom(...dayStarts),
		instant: fc.constant(instant),
		sessions: spans(instant),
		total: fc.nat(400)
	})
);

describe('windows around changes of the clocks, in fourteen zones', () => {
	it('cover ten zones and more', () => expect(new Set(zones).size).toBeGreaterThanOrEqual(10));

	it('a person-day begins and ends where Temporal says', () => {
		fc.assert(
			fc.property(aroundAChange, fc.constantFrom(...dayStarts), ({ zone, instant }, dayStart) => {
				const date = dateAt(zone, dayStart, instant);
				expect(personDayOf(zone, dayStart, instant)).toBe(date);
				expect(personDayStart(zone, dayStart, date)).toBe(dayBegins(zone, dayStart, date));
			}),
			runs(500)
		);
	});

	it('minutes(d) are those of the union inside the person-day, counted one by one, and the day totals', () => {
		fc.assert(
			fc.property(lives, ({ zone, dayStart, instant, sessions, total }) => {
				const date = dateAt(zone, dayStart, instant);
				const measures = measuresOf(bea(zone, dayStart, sessions, { date, minutes: total }));
				for (const [each, more] of [
					[date, total],
					[later(date, -1), 0],
					[later(date, 1), 0]
				] as const) {
					const counted = minutesWithin(sessions, dayBegins(zone, dayStart, each), dayBegins(zone, dayStart, later(each, 1)));
					expect(dayMs(measures, epochDay(each))).toBe((counted + more) * MINUTE);
				}
			}),
			runs(100)
		);
	});

	it('W(d, N) is the sum over the N days that end with d, asked for in any order and again', () => {
		fc.assert(
			fc.property(lives, fc.constantFrom(1, 2, 7, 14, 28), ({ zone, dayStart, instant, sessions, total }, length) => {
				const date = dateAt(zone, dayStart, instant);
				const first = later(date, 1 - length);
				const measures = measuresOf(bea(zone, dayStart, sessions, { date: first, minutes: total }));
				const until = dayBegins(zone, dayStart, later(date, 1));
				const counted = minutesWithin(sessions, Math.max(dayBegins(zone, dayStart, first), instant - 4 * 1440 * MINUTE), until);
				expect(windowMs(measures, epochDay(date), length)).toBe((counted + total) * MINUTE);
				expect(windowMs(measures, epochDay(date), length)).toBe((counted + total) * MINUTE);
			}),
			runs(60)
		);
	});

	it('a running timer adds to them what the sessions do not cover, up to now', () => {
		fc.assert(
			fc.property(lives, fc.integer({ min: 0, max: 2880 }), ({ zone, dayStart, instant, sessions }, ran) => {
				const state = bea(zone, dayStart, sessions);
				state.timer = { id: 't', start: instant - ran * MINUTE };
				const moment = momentOf(state, defaultPolicy, instant);
				const all = [...sessions, { start: state.timer.start, end: instant }];
				for (const date of [dateAt(zone, dayStart, instant), later(dateAt(zone, dayStart, instant), -1)]) {
					const from = dayBegins(zone, dayStart, date);
					const until = dayBegins(zone, dayStart, later(date, 1));
					expect(dayMsNow(moment, epochDay(date))).toBe(minutesWithin(all, from, until) * MINUTE);
					expect(windowMsNow(moment, epochDay(date), 2)).toBe(
						minutesWithin(all, dayBegins(zone, dayStart, later(date, -1)), until) * MINUTE
					);
				}
			}),
			runs(60)
		);
	});

	it('dates with exposure in a row, and the last such date before one, are found one by one', () => {
		fc.assert(
			fc.property(lives, fc.integer({ min: -2, max: 3 }), ({ zone, dayStart, instant, sessions, total }, days) => {
				const date = dateAt(zone, dayStart, instant);
				const totals = total > 0 ? { date: later(date, -3), minutes: total } : undefined;
				const measures = measuresOf(bea(zone, dayStart, sessions, totals));
				const has = (each: string) =>
					each === totals?.date || minutesWithin(sessions, dayBegins(zone, dayStart, each), dayBegins(zone, dayStart, later(each, 1))) > 0;
				const before = later(date, days);
				let row = 0;
				while (has(later(before, -row))) row++;
				expect(daysInARow(measures, epochDay(before))).toBe(row);
				let last: string | null = null;
				for (let back = 1; back < 12 && last === null; back++) if (has(later(before, -back))) last = later(before, -back);
				expect(lastDateWithExposure(measures, epochDay(before))).toBe(last === null ? null : epochDay(last));
			}),
			runs(60)
		);
	});
});

describe('a person-day that the clocks made longer or shorter', () => {
	test.each([
		['Europe/London', '00:00', '2026-03-29', 23],
		['Europe/London', '00:00', '2026-10-25', 25],
		['Australia/Lord_Howe', '00:00', '2026-10-04', 23.5],
		['Australia/Lord_Howe', '00:00', '2026-04-05', 24.5],
		['Pacific/Apia', '00:00', '2011-12-29', 24],
		['Pacific/Apia', '00:00', '2011-12-30', 0],
		['Pacific/Apia', '00:00', '2011-12-31', 24],
		['Pacific/Kwajalein', '00:00', '1993-08-21', 0],
		['Africa/Cairo', '00:00', '2026-04-24', 23],
		['Antarctica/Troll', '00:00', '2026-03-29', 22],
		['America/Havana', '12:00', '2026-10-31', 25]
	])('in %s from %s on %s holds %d hours of exposure at most', (zone, dayStart, date, hours) => {
		const noon = at(`${date}T12:00Z`);
		const days = measuresOf(bea(zone, dayStart, [{ start: noon - 4 * 1440 * MINUTE, end: noon + 4 * 1440 * MINUTE }]));
		expect(dayMs(days, epochDay(date))).toBe(hours * 60 * MINUTE);
		expect(windowMs(days, epochDay(date), 2)).toBe(
			hours * 60 * MINUTE + dayBegins(zone, dayStart, date) - dayBegins(zone, dayStart, later(date, -1))
		);
	});
});
