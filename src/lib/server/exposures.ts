import type { Output } from '#lib/domain/output.ts';
import { personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { withTx } from './db/tx.ts';
import { unguardedExposure, type Exposure } from './exposure-rows.ts';
import { firstVersion, insertVersion } from './exposure-versions.ts';
import { describe, resolveWork, type Described, type Details, type WorkChoice } from './exposure-work.ts';
import { localDate } from './local-time.ts';
import { invalid, Refusal } from './refusal.ts';
import { checkNotTooOld, checkSpan, sessionTimes, type TypedSession } from './typed-times.ts';
import type { Viewer } from './viewer.ts';
import { violentWeek } from './violent-findings.ts';

export interface NewSession extends WorkChoice, Details {
	/** The form's id; becomes the session's. */
	id: string;
	start: Instant;
	end: Instant;
}

/**
 * Logs a session that has ended. One that overlaps another is accepted: time counts once, and the screens remark on it.
 * @throws Refusal `invalid` on `start`, `end`, `date`, `workTypeId`, `counts` or `partnerId`; `conflict` for an id already used for something else
 */
export function logSession(db: Db, viewer: Viewer, what: NewSession, now: Instant): { id: string } {
	return withTx(db, () => {
		const { id, start, end } = what;
		if (!takenBefore(db, viewer, id, 'session')) {
			checkSpan(viewer.zone, start, end, now);
			storeSession(db, viewer, { id, start, end, work: resolveWork(db, what), described: describe(db, what) }, now);
		}
		return { id };
	});
}

/** As {@link logSession}, with times as typed in the viewer's zone. @throws Refusal also for a clock time that was skipped, or came twice */
export function logTypedSession(
	db: Db,
	viewer: Viewer,
	what: Omit<NewSession, 'start' | 'end'> & TypedSession,
	now: Instant
): ReturnType<typeof logSession> {
	return logSession(db, viewer, { ...what, ...sessionTimes(viewer.zone, what) }, now);
}

interface CheckedSession {
	id: string;
	start: Instant;
	end: Instant;
	work: { workTypeId: string | null; counts: boolean };
	described: Described;
}

/** Stores a session whose parts were checked, and what follows from it. Call it inside a transaction. */
export function storeSession(db: Db, viewer: Viewer, { id, start, end, work, described }: CheckedSession, now: Instant): void {
	const row = { ...firstVersion(viewer.id, id), ...described, ...work, kind: 'session', state: 'ended', start, end } as const;
	const write = (at: Instant, outputs: readonly Output[] = []) =>
		insertVersion(db, { ...row, finding: violentWeek(outputs), recordedAt: at });
	if (!work.counts) return write(now);
	const { violent } = described.private;
	const fact = (at: Instant) => ({ type: 'session' as const, at, id, person: viewer.id, start, end, ...(violent ? { violent } : {}) });
	recordFact(db, now, { personId: viewer.id, actorId: viewer.id, fact, write });
}

export interface NewDayTotal extends WorkChoice, Details {
	/** The form's id; becomes the day total's. */
	id: string;
	date: LocalDate;
	/** 1–960. */
	minutes: number;
}

/**
 * Logs minutes without times, for a day that was not logged otherwise.
 * @throws Refusal `invalid` on `date`, `minutes`, `workTypeId`, `counts` or `partnerId`; `conflict` for an id already used for something else
 */
export function logDayTotal(db: Db, viewer: Viewer, what: NewDayTotal, now: Instant): { id: string } {
	return withTx(db, () => {
		if (takenBefore(db, viewer, what.id, 'day-total')) return { id: what.id };
		checkTotal(viewer, what, now);
		storeDayTotal(db, viewer, { ...what, work: resolveWork(db, what), described: describe(db, what) }, now);
		return { id: what.id };
	});
}

/** What must hold of every day total. @throws Refusal `invalid` on `date` or `minutes` */
export function checkTotal({ zone, dayStart }: Viewer, { date, minutes }: { date: LocalDate; minutes: number }, now: Instant): void {
	if (date > personDayOf(zone, dayStart, now)) throw invalid('date', 'This day is still to come. Please check the date.');
	checkNotTooOld(date, localDate(zone, now));
	if (!Number.isInteger(minutes) || minutes < 1 || minutes > 960)
		throw invalid('minutes', 'Please give between 1 minute and 16 hours (960 minutes).');
}

interface CheckedTotal extends Pick<NewDayTotal, 'id' | 'date' | 'minutes'>, Pick<CheckedSession, 'work' | 'described'> {}

/** Stores a day total whose parts were checked, and what follows from it. Call it inside a transaction. */
export function storeDayTotal(db: Db, viewer: Viewer, { id, date, minutes, work, described }: CheckedTotal, now: Instant): void {
	const row = { ...firstVersion(viewer.id, id), ...described, ...work, kind: 'day-total', state: 'ended', date, minutes } as const;
	const write = (at: Instant) => insertVersion(db, { ...row, recordedAt: at });
	if (!work.counts) return write(now);
	recordFact(db, now, {
		personId: viewer.id,
		actorId: viewer.id,
		fact: (at) => ({ type: 'day-total', at, id, person: viewer.id, date, minutes }),
		write
	});
}

/** Whether this form was taken before. @throws Refusal `conflict` where its id belongs to something else, or to somebody else */
export function takenBefore(db: Db, viewer: Viewer, id: string, kind: Exposure['kind']): boolean {
	const before = unguardedExposure(db, id);
	if (!before) return false;
	if (before.personId === viewer.id && before.kind === kind) return true;
	throw new Refusal('conflict', 'This form was used for something else already. Please load the page again; nothing was saved this time.');
}
