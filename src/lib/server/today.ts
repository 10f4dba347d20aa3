import type { Policy } from '#lib/domain/policy.ts';
import { momentOf } from '#lib/domain/moment.ts';
import type { Moment } from '#lib/domain/rules/rule.ts';
import {
	clockInstant,
	clockMinutes,
	dateOf,
	epochDay,
	MS_PER_DAY,
	MS_PER_MINUTE,
	weekdayOfDay,
	type Instant,
	type LocalDate
} from '#lib/domain/time.ts';
import { weekdays } from '#lib/domain/calendar.ts';
import { catchUpToRead } from './consequences.ts';
import { linesOf, type Line } from './day-list.ts';
import type { Db } from './db/connection.ts';
import { longestMs, runningTimer, sessionsBetween, totalsBetween, workTypesUsedSince, type Exposure } from './exposure-rows.ts';
import { exposureChoices, workTypeName, type Choices } from './exposure-work.ts';
import { dateWords, localDate } from './local-time.ts';
import { clockWords, momentWords } from './moments.ts';
import { noticesFor, type Notice } from './notices.ts';
import { loadPersonState } from './person-states.ts';
import { policyFor } from './policies.ts';
import { figuresOf, type Figures } from './today-figures.ts';
import type { Viewer } from './viewer.ts';

export interface RunningTimer {
	id: string;
	work: string;
	workTypeId: string | null;
	counts: boolean;
	start: Instant;
	startClock: string;
}

/** A timer that may have been forgotten, with a proposal for when it really ended. */
export interface Forgotten {
	id: string;
	/** The notice to put away with "it is right, I am still at it"; null where it must be said. */
	noticeId: string | null;
	since: string;
	work: string;
	date: LocalDate;
	end: string;
}

export interface StartChoice {
	id: string;
	name: string;
	counts: 'yes' | 'no' | 'ask';
	/** The key that starts it, 1–9; null for the rest. */
	key: number | null;
	/** Shown at once; the others under "Other work". */
	usual: boolean;
}

export interface Today {
	now: Instant;
	greeting: string;
	date: string;
	team: string | null;
	figures: Figures;
	dueClock: string | null;
	/** `Sunday 6 December`: until when lower limits are agreed; null where none are, or without an end. */
	agreedUntil: string | null;
	breakCountsClock: string | null;
	onBreakClock: string | null;
	timer: RunningTimer | null;
	forgotten: Forgotten | null;
	notices: Notice[];
	lines: Line[];
	start: StartChoice[];
	choices: Choices;
}

/** The viewer's own day: figures, timer, notices and list, by the clocks of their zone. Evaluates first what time has made due. */
export function todayFor(db: Db, viewer: Viewer, now: Instant): Today {
	catchUpToRead(db, viewer.id, now);
	const { policy } = policyFor(db, viewer.homeTeam?.id ?? null);
	const moment = momentOf(loadPersonState(db, viewer.id, now).state, policy, now);
	const figures = figuresOf(moment, policy);
	const { breaks } = figures;
	const running = runningTimer(db, viewer.id);
	const notices = noticesFor(db, viewer, moment, figures);
	const choices = exposureChoices(db);
	const clock = (at: Instant | null) => (at === null ? null : clockWords(viewer.zone, at));
	return {
		now,
		...greetingFor(viewer, now),
		figures,
		dueClock: clock(breaks.due),
		agreedUntil: figures.agreed?.until ? dateWords(figures.agreed.until, localDate(viewer.zone, now)) : null,
		breakCountsClock: clock(breaks.counts),
		onBreakClock: clock(breaks.onBreak),
		timer: running && timerOf(db, viewer, running),
		forgotten: running && forgottenOf(db, viewer, running, policy, notices, now),
		notices: notices.filter(({ rule }) => rule !== 'timer-forgotten'),
		lines: todaysLines(db, viewer, moment, running),
		start: startChoices(db, viewer, choices, now),
		choices
	};
}

function greetingFor({ zone, name, homeTeam }: Viewer, now: Instant): { greeting: string; date: string; team: string | null } {
	const hour = Number(clockWords(zone, now).slice(0, 2));
	const words = hour < 5 || hour >= 22 ? 'Hello' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening';
	return { greeting: `${words}, ${name.split(' ')[0] ?? name}`, date: dateWords(localDate(zone, now)), team: homeTeam?.name ?? null };
}

function timerOf(db: Db, { zone }: Viewer, { id, workTypeId, counts, start }: Exposure): RunningTimer {
	return { id, workTypeId, counts, work: workTypeName(db, workTypeId), start: start ?? 0, startClock: clockWords(zone, start ?? 0) };
}

function todaysLines(db: Db, viewer: Viewer, { measures, today, now, policy }: Moment, running: Exposure | null): Line[] {
	const from = measures.days.start(today);
	const to = measures.days.start(today + 1);
	const date = dateOf(today);
	const shown = (rows: Exposure[]) => rows.filter(({ state }) => state !== 'void');
	return linesOf(db, viewer, {
		sessions: shown(sessionsBetween(db, viewer.id, from, to)),
		totals: shown(totalsBetween(db, viewer.id, date, date)),
		running,
		from,
		to,
		now,
		breakLength: policy.breakLength
	});
}

/** Asks for the true end while the notice stands, and in any case where a timer has run too long to be stopped "now". */
function forgottenOf(db: Db, viewer: Viewer, timer: Exposure, policy: Policy, notices: readonly Notice[], now: Instant): Forgotten | null {
	const start = timer.start ?? now;
	const notice = notices.find(({ rule }) => rule === 'timer-forgotten');
	if (!notice && now - start < longestMs) return null;
	const end = proposedEnd(start, policy, now);
	return {
		id: timer.id,
		noticeId: now - start < longestMs ? (notice?.id ?? null) : null,
		since: momentWords(viewer.zone, start, now),
		work: workTypeName(db, timer.workTypeId),
		date: localDate(viewer.zone, end),
		end: clockWords(viewer.zone, end)
	};
}

/** When the timer had run for as long as the rule allows, or when working hours ended, whichever was earlier; always before now. */
function proposedEnd(start: Instant, { rules, calendar }: Policy, now: Instant): Instant {
	const day = epochDay(localDate(calendar.zone, start));
	const closing = calendar.hours[weekdays[weekdayOfDay(day)] ?? 'mon'].at(-1)?.[1];
	const closes = closing === undefined ? Infinity : clockInstant(calendar.zone, day, clockMinutes(closing));
	const threshold = start + rules['timer-forgotten'].minutes * MS_PER_MINUTE;
	return Math.min(now, closes > start + MS_PER_MINUTE ? Math.min(closes, threshold) : threshold);
}

const usualDays = 28;
const usualAtLeast = 6;

/** Work types in the organisation's order: keys stay where they are; those used of late, or the first few, are shown at once. */
function startChoices(db: Db, viewer: Viewer, { workTypes }: Choices, now: Instant): StartChoice[] {
	const used = workTypesUsedSince(db, viewer.id, now - usualDays * MS_PER_DAY);
	let more = Math.max(0, usualAtLeast - workTypes.filter(({ id }) => used.has(id)).length);
	return workTypes.map((type, index) => ({
		...type,
		key: index < 9 ? index + 1 : null,
		usual: used.has(type.id) || more-- > 0
	}));
}
