// The rules' measures once more, slowly and minute by minute with Temporal, as what the properties compare the domain with.
import fc from 'fast-check';
import type { Calendar } from '../../src/lib/domain/calendar.ts';
import { at } from './story.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Half an hour of summer time, changes at midnight, a skipped and a doubled date, odd offsets, two changes around Ramadan. */
export const zones = [
	'Europe/London',
	'America/New_York',
	'Australia/Lord_Howe',
	'Pacific/Apia',
	'Asia/Kathmandu',
	'America/St_Johns',
	'Africa/Casablanca',
	'Asia/Beirut',
	'America/Havana',
	'Pacific/Chatham',
	'Africa/Cairo',
	'America/Santiago',
	'Antarctica/Troll',
	'Pacific/Kwajalein'
];
export const dayStarts = ['00:00', '00:30', '02:15', '12:00', '23:45'];

const changesOf = new Map(zones.map((zone) => [zone, changes(zone)]));

/** The instants at which a zone's clocks change, 1993 to 2030. */
function changes(zone: string): number[] {
	const found: number[] = [];
	let here = Temporal.Instant.from('1993-01-01T00:00Z').toZonedDateTimeISO(zone);
	for (;;) {
		const next = here.getTimeZoneTransition('next');
		if (next === null || next.epochMilliseconds > at('2030-01-01')) return found.length > 0 ? found : [at('2026-03-29T01:00Z')];
		found.push(next.epochMilliseconds);
		here = next;
	}
}

/** A zone and a whole minute within two days of a change of its clocks. */
export const aroundAChange = fc
	.tuple(fc.constantFrom(...zones), fc.nat(), fc.integer({ min: -2 * 1440, max: 2 * 1440 }))
	.map(([zone, pick, minutes]) => {
		const known = changesOf.get(zone) as number[];
		return { zone, instant: (known[pick % known.length] as number) + minutes * MINUTE };
	});

/** Half-open, in whole minutes. */
export interface Span {
	start: number;
	end: number;
}

const beginnings = new Map<string, number>();

/** The first instant of a person-day, Temporal's "compatible". */
export function dayBegins(zone: string, dayStart: string, date: string): number {
	const key = `${zone} ${dayStart} ${date}`;
	let begins = beginnings.get(key);
	if (begins === undefined) {
		begins = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime: dayStart }).epochMilliseconds;
		beginnings.set(key, begins);
	}
	return begins;
}

/** The date `days` later. */
export function later(date: string, days: number): string {
	return new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);
}

/** The person-day in which an instant lies: the date whose start was passed and whose end was not. */
export function dateAt(zone: string, dayStart: string, instant: number): string {
	let date = later(new Date(instant).toISOString().slice(0, 10), -3);
	while (dayBegins(zone, dayStart, later(date, 1)) <= instant) date = later(date, 1);
	return date;
}

/** How many minutes of [from, to) lie in any of the spans, counted one by one. */
export function minutesWithin(spans: readonly Span[], from: number, to: number): number {
	let count = 0;
	for (let minute = from; minute < to; minute += MINUTE) if (spans.some(({ start, end }) => start <= minute && minute < end)) count++;
	return count;
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The instant after `minutes` of working time, one minute after the other. */
export function walkedWorkingTime(
	calendar: Calendar,
	away: readonly { from: string; to: string }[],
	from: number,
	minutes: number
): number {
	const open = new Map<number, Span[]>();
	const openOn = (date: string): Span[] => {
		if (calendar.holidays.includes(date) || away.some((absence) => absence.from <= date && date <= absence.to)) return [];
		const local = Temporal.PlainDate.from(date);
		const instant = (clock: string) =>
			(clock === '24:00' ? local.add({ days: 1 }) : local).toZonedDateTime({
				timeZone: calendar.zone,
				plainTime: clock === '24:00' ? '00:00' : clock
			}).epochMilliseconds;
		return calendar.hours[weekdays[local.dayOfWeek - 1] as 'mon'].map(([opens, closes]) => ({
			start: instant(opens),
			end: instant(closes)
		}));
	};
	/** The open hours of whatever local dates a day of UTC touches: one begins at most 14 hours before the day of its name in UTC. */
	const openAt = (now: number): Span[] => {
		const day = Math.floor(now / DAY);
		const known = open.get(day);
		if (known !== undefined) return known;
		const spans = [-1, 0, 1].flatMap((days) => openOn(new Date((day + days) * DAY).toISOString().slice(0, 10)));
		open.set(day, spans);
		return spans;
	};
	let left = minutes;
	for (let now = from; ; now += MINUTE) {
		if (!openAt(now).some(({ start, end }) => start <= now && now < end)) continue;
		left--;
		if (left === 0) return now + MINUTE;
	}
}
