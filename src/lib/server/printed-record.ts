import { and, asc, eq, gte, lt } from 'drizzle-orm';
import { dateOf, epochDay, isoWeekOfDay, MS_PER_MINUTE, personDays, weekdayOfDay, type EpochDay, type Instant } from '#lib/domain/time.ts';
import { eventsOf, type EventRow } from './alert-events.ts';
import { exposureMs } from './day-list.ts';
import type { Db } from './db/connection.ts';
import { alertEvents } from './db/schema/records.ts';
import { sessionsBetween, totalsBetween, type Exposure } from './exposure-rows.ts';
import { limitWords, withoutRepetition } from './limit-words.ts';
import { asTheyStand } from './limits-passed.ts';
import { limitsFoundOf } from './limits-found.ts';
import { datesWords, dateWords, localDate } from './local-time.ts';
import { clockWords } from './moments.ts';
import { findOrganisation } from './organisation.ts';
import { itemsIn } from './support-words.ts';
import type { Viewer } from './viewer.ts';

/** Dates as `YYYY-MM-DD`, both included. */
export interface Period {
	from: string;
	to: string;
}

/** *My record*: the viewer's own hours, limits passed and offers in a period, to print and keep. Neither answers nor work types stand in it. */
export interface PrintedRecord {
	name: string;
	organisation: string;
	/** `1 June to 23 November 2026`. */
	period: string;
	/** `Monday 23 November 2026, 10:12 (Europe/London)`. */
	made: string;
	/** How a day is counted: their zone, and `HH:MM` at which it begins. */
	zone: string;
	dayStart: string;
	/** Minutes of exposure in the period, and on how many days. */
	minutes: number;
	days: number;
	/** Weeks with an entry. */
	weeks: RecordWeek[];
	limits: { what: string; rest: string; notes: string[] }[];
	offers: RecordedOffer[];
}

export interface RecordWeek {
	/** `2026-W47`, and the Monday in words. */
	week: string;
	monday: string;
	/** Minutes, Monday first; null for a day without an entry or outside of the period. */
	days: (number | null)[];
	minutes: number;
}

/** What somebody offered the viewer, and what became of it. */
export interface RecordedOffer {
	id: number;
	when: string;
	by: string;
	items: string;
	/** `accepted, Tuesday 17 November 2026`; none yet. */
	answer: string | null;
	/** Conversations and follow-ups noted after it, in words. */
	after: string[];
}

/** A record covers no more days than that. */
export const mostDays = 1_100;

/** The viewer's own hours, limits and offers of a period, for a dated paper: both dates included, and nothing after `now` (UTC ms). */
export function printedRecord(db: Db, viewer: Viewer, { from, to }: Period, now: Instant): PrintedRecord {
	const days = personDays(viewer.zone, viewer.dayStart);
	const [first, last] = [epochDay(from), Math.min(epochDay(to), days.of(now))];
	const weeks = weeksOf(db, viewer, first, last, now);
	const counted = weeks.flatMap((week) => week.days).filter((minutes) => minutes !== null && minutes > 0);
	const span = { start: days.start(first), end: days.start(last + 1) };
	return {
		...{ name: viewer.name, organisation: findOrganisation(db)?.name ?? '', zone: viewer.zone, dayStart: viewer.dayStart },
		period: datesWords(from, dateOf(last), ''),
		made: `${dateWords(localDate(viewer.zone, now), '')}, ${clockWords(viewer.zone, now)} (${viewer.zone})`,
		minutes: weeks.reduce((sum, { minutes }) => sum + minutes, 0),
		days: counted.length,
		weeks,
		limits: limitsIn(db, viewer, from, dateOf(last), span.start, now),
		offers: offersIn(db, viewer, span)
	};
}

function weeksOf(db: Db, viewer: Viewer, first: EpochDay, last: EpochDay, now: Instant): RecordWeek[] {
	const { start } = personDays(viewer.zone, viewer.dayStart);
	const sessions = sessionsBetween(db, viewer.id, start(first), start(last + 1));
	const totals = totalsBetween(db, viewer.id, dateOf(first), dateOf(last)).filter(({ state }) => state === 'ended');
	const weeks: RecordWeek[] = [];
	for (let monday = first - weekdayOfDay(first); monday <= last; monday += 7) {
		// Ascending by start, and none lasts longer than a day: only those of the week are looked at for each of its days.
		const near = sessions.filter((row) => (row.start ?? 0) < start(monday + 7) && (row.end ?? now) > start(monday));
		const days = Array.from({ length: 7 }, (_, n) =>
			monday + n < first || monday + n > last ? null : minutesOn(viewer, monday + n, near, totals)
		);
		if (days.every((minutes) => minutes === null)) continue;
		const minutes = days.reduce<number>((sum, each) => sum + (each ?? 0), 0);
		weeks.push({ week: isoWeekOfDay(monday), monday: dateWords(dateOf(monday), '').replace('Monday ', ''), days, minutes });
	}
	return weeks;
}

/** Whole minutes of exposure on one of the person's own days; null where nothing stands on it. */
export function minutesOn(
	{ zone, dayStart }: Viewer,
	day: EpochDay,
	sessions: readonly Exposure[],
	totals: readonly Exposure[]
): number | null {
	const { start } = personDays(zone, dayStart);
	const [from, to] = [start(day), start(day + 1)];
	const here = sessions.filter((row) => row.state === 'ended' && (row.start ?? 0) < to && (row.end ?? 0) > from);
	const summed = totals.filter(({ date }) => date === dateOf(day));
	return here.length + summed.length === 0 ? null : Math.floor(exposureMs(here, summed, from, to) / MS_PER_MINUTE);
}

/** Limits of dates in the period, and of weeks that have a day in it, as the log stands now; what was put right since is left out. */
function limitsIn(db: Db, viewer: Viewer, from: string, to: string, since: Instant, now: Instant): PrintedRecord['limits'] {
	const weeks = [isoWeekOfDay(epochDay(from)), isoWeekOfDay(epochDay(to))] as const;
	const found = limitsFoundOf(db, viewer.id, since).filter(({ rule, period }) =>
		rule.period === 'date' ? from <= period && period <= to : weeks[0] <= period && period <= weeks[1]
	);
	const holding = asTheyStand(db, viewer.id, found, now).filter(({ holds }) => holds);
	return withoutRepetition(holding).map((limit) => ({ ...limitWords(viewer.zone, limit, null, now), notes: [] }));
}

const answerWords = { accepted: 'accepted', declined: 'declined', 'not-now': 'not now' };

function offersIn(db: Db, viewer: Viewer, { start, end }: { start: Instant; end: Instant }): RecordedOffer[] {
	const offered = and(eq(alertEvents.personId, viewer.id), eq(alertEvents.event, 'offered'));
	const rows = db
		.select({ id: alertEvents.id, alertId: alertEvents.alertId })
		.from(alertEvents)
		.where(and(offered, gte(alertEvents.at, start), lt(alertEvents.at, end)))
		.orderBy(asc(alertEvents.id))
		.all();
	const ids = new Set(rows.map(({ id }) => id));
	const byAlert = Map.groupBy(
		eventsOf(
			db,
			[...new Set(rows.map(({ alertId }) => alertId))].map((id) => ({ id }))
		),
		({ alertId }) => alertId
	);
	return [...byAlert.values()]
		.flatMap((events) => events.flatMap((event, n) => (ids.has(event.id) ? [offerOf(viewer, event, events.slice(n + 1))] : [])))
		.sort((a, b) => a.id - b.id);
}

function offerOf({ zone }: Viewer, offer: EventRow, later: readonly EventRow[]): RecordedOffer {
	const day = (at: Instant) => dateWords(localDate(zone, at), '');
	const next = later.findIndex(({ event }) => event === 'offered');
	const until = next === -1 ? later : later.slice(0, next);
	const answer = until.find(({ event }) => event === 'answered');
	const noted = until.filter(({ event }) => event === 'conversation' || event === 'followed-up');
	return {
		...{ id: offer.id, when: day(offer.at), by: offer.actor ?? 'Somebody', items: itemsIn(offer.detail).join(', ') },
		answer: answer ? `${answerWords[answer.detail?.answer ?? 'not-now']}, ${day(answer.at)}` : null,
		after: noted.map(
			({ event, actor, at }) => `${event === 'conversation' ? 'conversation noted' : 'followed up'} by ${actor ?? 'somebody'}, ${day(at)}`
		)
	};
}
