import { dateOf, epochDay, MS_PER_MINUTE, personDays, weekdayOfDay, type EpochDay, type Instant } from '#lib/domain/time.ts';
import { exposureMs, linesOf, type Line } from './day-list.ts';
import type { Db } from './db/connection.ts';
import { earliestOf, runningTimer, sessionsBetween, totalsBetween, type Exposure } from './exposure-rows.ts';
import { dateWords } from './local-time.ts';
import { policyFor } from './policies.ts';
import type { Viewer } from './viewer.ts';

export interface HistoryDay {
	date: string;
	words: string;
	minutes: number;
	lines: Line[];
}

export interface HistoryWeek {
	monday: string;
	words: string;
	minutes: number;
	days: HistoryDay[];
}

export interface History {
	page: number;
	weeks: HistoryWeek[];
	/** Whether anything older was logged. */
	older: boolean;
}

export const weeksPerPage = 4;
const mostPages = 1_000;

/** The viewer's own days with entries, newest first, four weeks a page; page 0 holds the week of `now`. */
export function historyFor(db: Db, viewer: Viewer, page: number, now: Instant): History {
	const days = personDays(viewer.zone, viewer.dayStart);
	const today = days.of(now);
	const thisMonday = today - weekdayOfDay(today);
	const at = Math.min(mostPages, Math.max(0, Math.trunc(page) || 0));
	const lastMonday = thisMonday - at * weeksPerPage * 7;
	const firstMonday = lastMonday - (weeksPerPage - 1) * 7;
	const sessions = sessionsBetween(db, viewer.id, days.start(firstMonday), days.start(lastMonday + 7));
	const totals = totalsBetween(db, viewer.id, dateOf(firstMonday), dateOf(lastMonday + 6));
	const running = at === 0 ? runningTimer(db, viewer.id) : null;
	const shown = { sessions, totals, running, breakLength: policyFor(db, viewer.homeTeam?.id ?? null).policy.breakLength, now };
	const weeks = Array.from({ length: weeksPerPage }, (_, index) => weekFrom(db, viewer, lastMonday - index * 7, today, shown));
	return {
		page: at,
		weeks: weeks.filter((week) => week.days.length > 0),
		older: isOlder(db, viewer, days.start(firstMonday), dateOf(firstMonday))
	};
}

interface Shown {
	sessions: readonly Exposure[];
	totals: readonly Exposure[];
	running: Exposure | null;
	breakLength: number;
	now: Instant;
}

function weekFrom(db: Db, viewer: Viewer, monday: EpochDay, today: EpochDay, shown: Shown): HistoryWeek {
	const days: HistoryDay[] = [];
	for (let day = monday + 6; day >= monday; day--) {
		const made = dayOf(db, viewer, day, today, shown);
		if (made.lines.length > 0) days.push(made);
	}
	const words = `Week from ${dateWords(dateOf(monday), dateOf(today))}`;
	return { monday: dateOf(monday), words, minutes: days.reduce((sum, { minutes }) => sum + minutes, 0), days };
}

function dayOf(db: Db, viewer: Viewer, day: EpochDay, today: EpochDay, { sessions, totals, running, breakLength, now }: Shown): HistoryDay {
	const { start } = personDays(viewer.zone, viewer.dayStart);
	const from = start(day);
	const to = start(day + 1);
	const inside = (row: Exposure) => (row.start ?? 0) < to && (row.end ?? now) > from;
	const here = {
		sessions: sessions.filter(inside),
		totals: totals.filter(({ date }) => date !== null && epochDay(date) === day),
		running: running && inside(running) ? running : null
	};
	const counted = here.running ? [...here.sessions, { ...here.running, end: now }] : here.sessions;
	return {
		date: dateOf(day),
		words: day === today ? 'Today' : dateWords(dateOf(day), dateOf(today)),
		minutes: Math.floor(exposureMs(counted, here.totals, from, to) / MS_PER_MINUTE),
		lines: linesOf(db, viewer, { ...here, from, to, now, breakLength })
	};
}

function isOlder(db: Db, { id }: Viewer, from: Instant, date: string): boolean {
	const earliest = earliestOf(db, id);
	return (earliest.end !== null && earliest.end <= from) || (earliest.date !== null && earliest.date < date);
}
