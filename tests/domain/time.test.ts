import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
	addDays,
	clockInstant,
	daysBetween,
	epochDay,
	formatInstant,
	isLocalDate,
	isoWeek,
	mondayOf,
	dateOf,
	personDayOf,
	personDayStart,
	resolveClockTime,
	weekday
} from '../../src/lib/domain/time.ts';
import { instantAt, isZone } from '../../src/lib/domain/zone.ts';
import { at, runs } from './story.ts';

describe('dates', () => {
	test.each([
		['2026-03-02', '2026-W10'],
		['2026-01-01', '2026-W01'],
		['2027-01-01', '2026-W53'],
		['2024-12-30', '2025-W01'],
		['2021-01-03', '2020-W53']
	])('%s lies in ISO week %s', (date, week) => {
		expect(isoWeek(date)).toBe(week);
		expect(dateOf(mondayOf(week)) <= date && date <= addDays(dateOf(mondayOf(week)), 6)).toBe(true);
	});

	test.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '26-01-01', '2026-04-31', '2026-01-01T00', ''])(
		'%s is no date',
		(text) => expect(isLocalDate(text)).toBe(false)
	);

	it('counts over a leap day, into the past, and far back', () => {
		expect(addDays('2028-02-28', 2)).toBe('2028-03-01');
		expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
		expect(daysBetween('2026-03-02', '2026-02-27')).toBe(-3);
		expect(weekday('2026-03-02')).toBe(0);
		expect(weekday('1969-12-28')).toBe(6);
		expect(isLocalDate('0004-02-29')).toBe(true);
	});

	it('knows a date after it has been asked about a wrong one', () => {
		expect(isLocalDate('2025-02-29')).toBe(false);
		expect(isLocalDate('2025-02-28')).toBe(true);
		expect(isLocalDate('2025-02-28')).toBe(true);
		expect(epochDay('2025-02-28')).toBe(Date.UTC(2025, 1, 28) / 86_400_000);
	});
});

describe('person-days', () => {
	const hours = (zone: string, dayStart: string, date: string) =>
		(personDayStart(zone, dayStart, addDays(date, 1)) - personDayStart(zone, dayStart, date)) / 3_600_000;

	test.each([
		['Europe/London', '00:00', '2026-03-28', 24],
		['Europe/London', '00:00', '2026-03-29', 23],
		['Europe/London', '00:00', '2026-10-25', 25],
		['Europe/London', '12:00', '2026-03-28', 23],
		['Europe/London', '12:00', '2026-10-24', 25],
		['Europe/London', '01:30', '2026-03-28', 24],
		['Australia/Lord_Howe', '00:00', '2026-10-04', 23.5],
		['Pacific/Apia', '00:00', '2011-12-30', 0]
	])('in %s with dayStart %s, %s lasts %d hours', (zone, dayStart, date, length) => {
		expect(hours(zone, dayStart, date)).toBe(length);
	});

	it("puts Tomas's night into one day when his day starts at noon", () => {
		expect(personDayOf('Europe/London', '12:00', at('2026-03-03T04:00Z'))).toBe('2026-03-02');
		expect(personDayOf('Europe/London', '12:00', at('2026-03-03T11:59:59.999Z'))).toBe('2026-03-02');
		expect(personDayOf('Europe/London', '12:00', at('2026-03-03T12:00Z'))).toBe('2026-03-03');
	});

	it('is the date whose start lies before the instant and whose end lies after it', () => {
		const zones = fc.constantFrom('Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kathmandu');
		const starts = fc.constantFrom('00:00', '01:30', '02:15', '12:00', '23:45');
		fc.assert(
			fc.property(zones, starts, fc.integer({ min: at('2010-01-01'), max: at('2030-01-01') }), (zone, dayStart, instant) => {
				const date = personDayOf(zone, dayStart, instant);
				expect(personDayStart(zone, dayStart, date)).toBeLessThanOrEqual(instant);
				expect(personDayStart(zone, dayStart, addDays(date, 1))).toBeGreaterThan(instant);
			})
		);
	});
});

describe('clock times', () => {
	it('resolves one that Ines types on an ordinary day', () => {
		expect(resolveClockTime('Europe/London', '2026-06-01', '09:00')).toEqual({ kind: 'ok', instant: at('2026-06-01T08:00Z') });
	});

	it('says that 01:30 was skipped when summer time began, and where it moves', () => {
		expect(resolveClockTime('Europe/London', '2026-03-29', '01:30')).toEqual({ kind: 'skipped', after: at('2026-03-29T01:30Z') });
		expect(resolveClockTime('Europe/London', '2026-03-29', '02:00')).toEqual({ kind: 'ok', instant: at('2026-03-29T01:00Z') });
	});

	it('asks which 01:30 when summer time ended', () => {
		expect(resolveClockTime('Europe/London', '2026-10-25', '01:30')).toEqual({
			kind: 'doubled',
			first: at('2026-10-25T00:30Z'),
			second: at('2026-10-25T01:30Z')
		});
	});

	it("agrees with Temporal's compatible disambiguation in every zone and minute", () => {
		const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
		const minutes = fc.integer({ min: at('1900-01-01') / 60_000, max: at('2099-01-01') / 60_000 });
		fc.assert(
			fc.property(zones, minutes, (zone, minute) => {
				const local = minute * 60_000;
				const iso = new Date(local).toISOString().slice(0, -1);
				const expected = Temporal.PlainDateTime.from(iso).toZonedDateTime(zone).epochMilliseconds;
				expect(instantAt(zone, local)).toBe(expected);
			}),
			runs(2_000)
		);
	});

	it('agrees with Temporal within hours of the changes themselves', () => {
		const around = fc.constantFrom('2026-03-29T01:00', '2026-10-25T01:00', '2026-03-08T02:00', '2026-11-01T01:00', '2011-12-30T00:00');
		const zones = fc.constantFrom('Europe/London', 'America/New_York', 'Pacific/Apia', 'Africa/Casablanca', 'Asia/Beirut');
		fc.assert(
			fc.property(around, zones, fc.integer({ min: -1_800, max: 1_800 }), (iso, zone, minutes) => {
				const plain = Temporal.PlainDateTime.from(iso).add({ minutes });
				const day = epochDay(plain.toPlainDate().toString());
				expect(clockInstant(zone, day, plain.hour * 60 + plain.minute)).toBe(plain.toZonedDateTime(zone).epochMilliseconds);
			}),
			runs(1_000)
		);
	});

	it('knows zones by name, not by offset', () => {
		expect(isZone('Europe/London')).toBe(true);
		expect(isZone('UTC')).toBe(true);
		expect(isZone('+01:00')).toBe(false);
		expect(isZone('Mars/Olympus')).toBe(false);
		expect(isZone('')).toBe(false);
	});

	it('writes instants to the millisecond', () => expect(formatInstant(at('2026-03-02T09:00Z'))).toBe('2026-03-02T09:00:00.000Z'));
});
