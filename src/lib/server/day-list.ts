import { coveredMs, unionOf } from '#lib/domain/exposure.ts';
import { stretchesOverlapping } from '#lib/domain/stretch.ts';
import { MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import type { Exposure } from './exposure-rows.ts';
import { partnerName, workTypeName } from './exposure-work.ts';
import { spanWords } from './local-time.ts';
import { clockWords } from './moments.ts';
import type { Viewer } from './viewer.ts';

/** One line of a day's list. */
export type Line =
	| {
			kind: 'entry';
			id: string;
			/** `09:10–10:00`, `13:19–now`, or "day total". */
			time: string;
			work: string;
			partner: string | null;
			minutes: number;
			running: boolean;
			counts: boolean;
			voided: boolean;
			/** It was corrected since it was logged. */
			corrected: boolean;
			/** Other sessions that it shares time with. */
			overlaps: string[];
	  }
	| { kind: 'break'; time: string; minutes: number };

interface Listed {
	/** Sessions that lie in the day at least partly, ascending by start. */
	sessions: readonly Exposure[];
	totals: readonly Exposure[];
	running: Exposure | null;
	/** The day, [from, to). */
	from: Instant;
	to: Instant;
	now: Instant;
	/** Minutes that make a break. */
	breakLength: number;
}

/** A day's entries in order, with the breaks between them. */
export function linesOf(db: Db, viewer: Viewer, listed: Listed): Line[] {
	const { sessions, totals, running, now } = listed;
	const timed = running ? [...sessions, running] : sessions;
	const current = timed.filter(({ state }) => state !== 'void');
	const entries = timed.map((row) => ({ at: row.start ?? 0, line: lineOf(db, viewer, row, current, now) }));
	const breaks = breaksBetween(listed, current).map(({ start, end }) => ({
		at: start,
		line: { kind: 'break' as const, time: spanWords(viewer.zone, start, end), minutes: shownMinutes(start, end) }
	}));
	return [
		...[...entries, ...breaks].sort((a, b) => a.at - b.at).map(({ line }) => line),
		...totals.map((row) => lineOf(db, viewer, row, [], now))
	];
}

/** Ms of exposure that sessions (time counts once) and day totals make inside [from, to). */
export function exposureMs(sessions: readonly Exposure[], totals: readonly Exposure[], from: Instant, to: Instant): number {
	const minutes = totals.reduce((sum, row) => sum + (row.counts && row.state === 'ended' ? (row.minutes ?? 0) : 0), 0);
	return coveredMs(unionOf(intervalsOf(sessions, to)), from, to) + minutes * MS_PER_MINUTE;
}

function intervalsOf(rows: readonly Exposure[], now: Instant): { start: Instant; end: Instant }[] {
	return rows.flatMap(({ start, end, counts, state }) =>
		counts && state !== 'void' && start !== null ? [{ start, end: end ?? now }] : []
	);
}

function breaksBetween({ from, to, now, breakLength }: Listed, rows: readonly Exposure[]): { start: Instant; end: Instant }[] {
	const stretches = stretchesOverlapping(unionOf(intervalsOf(rows, now)), breakLength, from, to);
	return stretches.flatMap((stretch, index) => {
		const next = stretches[index + 1];
		return next ? [{ start: stretch.end, end: next.start }] : [];
	});
}

/** A remark names no more. */
const mostOverlaps = 4;

function lineOf(db: Db, { zone }: Viewer, row: Exposure, others: readonly Exposure[], now: Instant): Line {
	const { id, start, end, kind, state, minutes, version } = row;
	const shared =
		state === 'void' || start === null ? [] : others.filter((other) => other.id !== id && shares(row, other, now)).slice(0, mostOverlaps);
	return {
		kind: 'entry',
		id,
		time: start === null ? 'day total' : end === null ? `${clockWords(zone, start)}–now` : spanWords(zone, start, end),
		work: workTypeName(db, row.workTypeId, kind),
		partner: partnerName(db, row.partnerId),
		minutes: minutes ?? (end === null ? Math.floor((now - (start ?? now)) / MS_PER_MINUTE) : shownMinutes(start ?? 0, end)),
		running: state === 'running',
		counts: row.counts,
		voided: state === 'void',
		corrected:
			state === 'ended' &&
			(version > (kind === 'timer' ? 2 : 1) || (end !== null && kind === 'timer' && row.recordedAt - end >= MS_PER_MINUTE)),
		overlaps: shared.map((other) =>
			other.end === null ? `${clockWords(zone, other.start ?? 0)}–now` : spanWords(zone, other.start ?? 0, other.end)
		)
	};
}

function shares(a: Exposure, b: Exposure, now: Instant): boolean {
	return (a.start ?? 0) < (b.end ?? now) && (b.start ?? 0) < (a.end ?? now);
}

/** Minutes between two clock readings as a list shows them: 09:52–10:07 is 15, whatever the seconds. */
export function shownMinutes(start: Instant, end: Instant): number {
	return Math.floor(end / MS_PER_MINUTE) - Math.floor(start / MS_PER_MINUTE);
}
