import type { Fact } from '#lib/domain/facts.ts';
import { MS_PER_DAY, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { firstTime, withTx } from './db/tx.ts';
import { exposureOf, type Exposure } from './exposure-rows.ts';
import { replaceVersion } from './exposure-versions.ts';
import { describe, resolveWork, type Described, type Details, type WorkChoice } from './exposure-work.ts';
import { checkTotal, storeDayTotal, storeSession } from './exposures.ts';
import { asTheyStand } from './limits-passed.ts';
import { limitsFoundOf } from './limits-found.ts';
import { isAnybodyPresent } from './live.ts';
import { notFound, Refusal } from './refusal.ts';
import { tellLeads, tellPerson } from './telling.ts';
import { checkSpan, sessionTimes, type TypedSession } from './typed-times.ts';
import type { Viewer } from './viewer.ts';

export type VoidReason = NonNullable<Exposure['voidReason']>;

export interface Amendment extends WorkChoice, Details {
	formId: string;
	id: string;
	/** The version that the form showed. */
	version: number;
	/** Of a session. */
	start?: Instant;
	end?: Instant;
	/** Of a day total. */
	date?: LocalDate;
	minutes?: number;
}

/**
 * Corrects an ended entry of the viewer's own. The version before is kept. Where it turns out to count differently, the entry is
 * voided and a new one logged: for the rules these are two facts.
 * @returns the entry's id: the form's where a new one was logged
 * @throws Refusal `not-found`; `conflict` for one that is running, voided or changed meanwhile; `invalid` as when logging
 */
export function amend(db: Db, viewer: Viewer, what: Amendment, now: Instant): { id: string } {
	return withTx(db, () => {
		const before = exposureOf(db, viewer.id, what.id);
		if (!before) throw notFound();
		if (!firstTime(db, `amend:${what.formId}`, viewer.id, now)) return { id: exposureOf(db, viewer.id, what.formId)?.id ?? what.id };
		checkCorrectable(before, what.version);
		const work = resolveWork(db, what, before.workTypeId);
		const described = describe(db, what, before.partnerId);
		const changed = { ...before, ...timesOf(viewer, before, what, now) };
		return tellingOfLists(db, viewer, before, now, () => {
			if (work.counts !== before.counts) {
				recount(db, viewer, before, { id: what.formId, work, described, as: changed }, now);
				return { id: what.formId };
			}
			amendInPlace(db, viewer, before, changed, { ...described, workTypeId: work.workTypeId }, now);
			return { id: what.id };
		});
	});
}

/** As {@link amend} for a session, with times as typed in the viewer's zone. @throws Refusal also for a clock time that was skipped, or came twice */
export function amendTyped(
	db: Db,
	viewer: Viewer,
	what: Omit<Amendment, 'start' | 'end' | 'date'> & TypedSession,
	now: Instant
): { id: string } {
	const before = exposureOf(db, viewer.id, what.id);
	if (!before) throw notFound();
	const kept = before.start === null ? undefined : { start: before.start, end: before.end };
	return amend(db, viewer, { ...what, ...sessionTimes(viewer.zone, what, kept) }, now);
}

type Times = Pick<Exposure, 'start' | 'end' | 'date' | 'minutes'>;

/** The corrected times. What was accepted once stays acceptable, however old it is by now. @throws Refusal `invalid` */
function timesOf(viewer: Viewer, before: Exposure, what: Amendment, now: Instant): Times {
	if (before.kind === 'day-total') {
		const date = what.date ?? before.date ?? '';
		const minutes = what.minutes ?? before.minutes ?? 0;
		if (date !== before.date || minutes !== before.minutes) checkTotal(viewer, { date, minutes }, now);
		return { start: null, end: null, date, minutes };
	}
	const start = what.start ?? before.start ?? 0;
	const end = what.end ?? before.end ?? 0;
	if (start !== before.start || end !== before.end) checkSpan(viewer.zone, start, end, now);
	return { start, end, date: null, minutes: null };
}

/** A new version of an entry. Other times, or another sum, are a fact for the rules; another kind of work or other details alone are none. */
function amendInPlace(
	db: Db,
	viewer: Viewer,
	before: Exposure,
	times: Times,
	columns: Described & { workTypeId: string | null },
	now: Instant
): void {
	const { start, end, date, minutes } = times;
	const write = (at: Instant) =>
		replaceVersion(db, before, { ...columns, start, end, date, minutes, recordedAt: at, recordedBy: viewer.id });
	const fact = correctionOf(before, times);
	if (!before.counts || fact === null) return write(after(before, now));
	recordFact(db, now, { personId: viewer.id, actorId: viewer.id, fact, write });
}

/** What the rules are told of other times, or of another sum; null where they are as they were. */
function correctionOf(before: Exposure, { start, end, date, minutes }: Times): ((at: Instant) => Fact) | null {
	const { id } = before;
	if (start !== null && end !== null) {
		return start === before.start && end === before.end ? null : (at) => ({ type: 'amend', at, id, start, end });
	}
	if (date === null || minutes === null || (date === before.date && minutes === before.minutes)) return null;
	return (at) => ({ type: 'day-total-corrected', at, id, date, minutes });
}

interface Recounted {
	id: string;
	work: { workTypeId: string | null; counts: boolean };
	described: Described;
	as?: Times;
}

/** Voids an ended entry and logs it anew under another id. Call it inside a transaction. */
export function recount(db: Db, viewer: Viewer, before: Exposure, { id, work, described, as = before }: Recounted, now: Instant): void {
	storeVoid(db, viewer, before, before.counts && !work.counts ? 'not-exposure' : 'other', now);
	const { start, end, date, minutes } = as;
	if (start !== null && end !== null) storeSession(db, viewer, { id, start, end, work, described }, now);
	else if (date !== null && minutes !== null) storeDayTotal(db, viewer, { id, date, minutes, work, described }, now);
}

export interface Voiding {
	id: string;
	version: number;
	reason: VoidReason;
}

/**
 * Takes an ended entry of the viewer's own out of the count, with a reason. It stays in the history; a second time changes nothing.
 * @throws Refusal `not-found`; `conflict` for one that is running or was changed meanwhile
 */
export function voidEntry(db: Db, viewer: Viewer, { id, version, reason }: Voiding, now: Instant): void {
	withTx(db, () => {
		const before = exposureOf(db, viewer.id, id);
		if (!before) throw notFound();
		if (before.state === 'void' && before.version === version + 1 && before.voidReason === reason) return;
		checkCorrectable(before, version);
		tellingOfLists(db, viewer, before, now, () => storeVoid(db, viewer, before, reason, now));
	});
}

/**
 * Makes a correction, and has the viewer's leads look again where a line of a list of theirs is another one by it: what a rule finds anew tells them
 * by itself, and a limit that holds no longer, or by less, is no finding.
 */
function tellingOfLists<T>(db: Db, { id }: Viewer, before: Exposure, now: Instant, correct: () => T): T {
	tellPerson(db, id);
	if (!isAnybodyPresent(db)) return correct();
	const since = before.start ?? Date.parse(before.date ?? '') - MS_PER_DAY;
	const lines = () => JSON.stringify(asTheyStand(db, id, limitsFoundOf(db, id, since), now).map(({ holds, value }) => [holds, value]));
	const earlier = lines();
	const corrected = correct();
	if (lines() !== earlier) tellLeads(db, id);
	return corrected;
}

function storeVoid(db: Db, viewer: Viewer, before: Exposure, reason: VoidReason, now: Instant): void {
	const write = (at: Instant) => replaceVersion(db, before, { state: 'void', voidReason: reason, recordedAt: at, recordedBy: viewer.id });
	if (!before.counts) return write(after(before, now));
	recordFact(db, now, { personId: viewer.id, actorId: viewer.id, fact: (at) => ({ type: 'void', at, id: before.id }), write });
}

function checkCorrectable(before: Exposure, version: number): void {
	if (before.state === 'running') throw new Refusal('conflict', 'This timer is still running. Please stop it first.');
	if (before.state === 'void')
		throw new Refusal('conflict', 'This entry was taken out of the count already. If it should count after all, please log it again.');
	if (before.version !== version)
		throw new Refusal('conflict', 'This entry was changed meanwhile. Please look at it again; nothing was saved this time.');
}

/** When a change that is no fact for the rules is recorded: never before the version it replaces. */
function after(before: Exposure, now: Instant): Instant {
	return Math.max(now, before.recordedAt + 1);
}
