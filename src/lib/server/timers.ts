import type { Output } from '#lib/domain/output.ts';
import type { Instant, LocalDate } from '#lib/domain/time.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { firstTime, withTx } from './db/tx.ts';
import { recount } from './exposure-corrections.ts';
import { exposureOf, longestMs, runningTimer, type Exposure } from './exposure-rows.ts';
import { firstVersion, insertVersion, openPrivate, replaceVersion } from './exposure-versions.ts';
import { describe, resolveWork, workTypeName, type Details, type WorkChoice } from './exposure-work.ts';
import { storeSession, takenBefore } from './exposures.ts';
import { clockWords } from './moments.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { tellPerson } from './telling.ts';
import { checkLength, clockInstantOf, type Which } from './typed-times.ts';
import type { Viewer } from './viewer.ts';
import { violentWeek } from './violent-findings.ts';

export interface NewTimer extends WorkChoice {
	/** The form's id; becomes the timer's. */
	id: string;
	/** Stop the one that runs at this instant. */
	stopRunning?: boolean;
}

/**
 * Starts the viewer's timer at `now` (UTC ms). The same form again changes nothing.
 * @returns the timer's id
 * @throws Refusal `conflict` on `stopRunning` where another one runs and nobody said to stop it; `invalid` on `workTypeId`, `counts`,
 *   or on `end` where the one to stop has run over 16 hours
 */
export function startTimer(db: Db, viewer: Viewer, what: NewTimer, now: Instant): { id: string } {
	return withTx(db, () => {
		if (takenBefore(db, viewer, what.id, 'timer')) return { id: what.id };
		const work = resolveWork(db, what);
		const running = runningTimer(db, viewer.id);
		if (running && !what.stopRunning) throw alreadyRunning(db, viewer, running);
		if (running) endTimer(db, viewer, running, {}, now);
		const row = { ...firstVersion(viewer.id, what.id), ...work, kind: 'timer', state: 'running' } as const;
		const start = (at: Instant) => insertVersion(db, { ...row, start: at, recordedAt: at });
		if (!work.counts) start(now);
		else
			recordFact(db, now, {
				personId: viewer.id,
				actorId: viewer.id,
				fact: (at) => ({ type: 'timer-start', at, id: what.id, person: viewer.id }),
				write: start
			});
		return { id: what.id };
	});
}

function alreadyRunning(db: Db, { zone }: Viewer, { start, workTypeId }: Exposure): Refusal {
	const sentence = `A timer is running already: ${workTypeName(db, workTypeId)}, since ${clockWords(zone, start ?? 0)}. Stop it now and start the new one?`;
	return new Refusal('conflict', sentence, { stopRunning: sentence });
}

export interface StoppedTimer extends Details {
	formId: string;
	/** The timer's id. */
	id: string;
	/** When it really ended; without one, now. The timer's own version, which ran on, is kept. */
	end?: Instant | null;
	/** Another kind of work than the timer was started with; without one, that. */
	workTypeId?: string | null;
	counts?: boolean | null;
}

/**
 * Stops the viewer's running timer.
 * @returns the entry's id: a new one where the work turned out to count differently
 * @throws Refusal `not-found` for an unknown or another person's timer; `conflict` where it was stopped already;
 *   `invalid` on `end` (over 16 hours without one, before the start, in the future), `workTypeId`, `counts` or `partnerId`
 */
export function stopTimer(db: Db, viewer: Viewer, what: StoppedTimer, now: Instant): { id: string } {
	return withTx(db, () => {
		const timer = exposureOf(db, viewer.id, what.id);
		if (!timer || timer.kind !== 'timer') throw notFound();
		if (!firstTime(db, `stop:${what.formId}`, viewer.id, now)) return { id: exposureOf(db, viewer.id, what.formId)?.id ?? timer.id };
		if (timer.state !== 'running' || timer.start === null) {
			throw new Refusal('conflict', 'This timer was stopped already. To change its times, open the entry in your list.');
		}
		const work = what.workTypeId ? resolveWork(db, { ...what, workTypeId: what.workTypeId }, timer.workTypeId) : null;
		if (work === null || work.counts === timer.counts) {
			endTimer(db, viewer, timer, { end: what.end, details: what, workTypeId: work?.workTypeId }, now);
			return { id: timer.id };
		}
		const anew = { id: what.formId, work, described: describe(db, what) };
		if (timer.counts) {
			const { end, at } = dropTimer(db, viewer, timer, what.end, now);
			storeSession(db, viewer, { ...anew, start: timer.start, end }, at);
		} else {
			endTimer(db, viewer, timer, { end: what.end, details: what }, now);
			recount(db, viewer, exposureOf(db, viewer.id, timer.id) as Exposure, anew, now);
		}
		return { id: what.formId };
	});
}

/**
 * Stops a forgotten timer at the date and clock time that the person says.
 * @throws Refusal as {@link stopTimer}; `invalid` on `end` also for a clock time that was skipped, or came twice
 */
export function repairTimer(
	db: Db,
	viewer: Viewer,
	what: { formId: string; id: string; date: LocalDate; end: string; endWhich: Which },
	now: Instant
): void {
	const end = clockInstantOf(viewer.zone, what.date, what.end, what.endWhich, 'end');
	stopTimer(db, viewer, { formId: what.formId, id: what.id, end }, now);
}

interface Ending {
	end?: Instant | null | undefined;
	details?: Details;
	workTypeId?: string | null | undefined;
}

/** @throws Refusal `invalid` on `end` */
function checkEnd({ zone }: Viewer, start: Instant, end: Instant | null | undefined, now: Instant): void {
	if (end !== null && end !== undefined) checkLength(zone, start, end, now);
	else if (now - start >= longestMs)
		throw invalid('end', `This timer has run since ${clockWords(zone, start)}, for 16 hours or more. Please say when you really stopped.`);
}

/**
 * Takes a running timer that was no exposure out of the count. It never becomes a session, so nothing is raised that would have to be
 * taken back. @throws Refusal `invalid` on `end`
 */
function dropTimer(db: Db, viewer: Viewer, timer: Exposure, end: Instant | null | undefined, now: Instant): { end: Instant; at: Instant } {
	checkEnd(viewer, timer.start ?? now, end, now);
	const { at } = recordFact(db, now, {
		personId: viewer.id,
		actorId: viewer.id,
		fact: (at) => ({ type: 'timer-drop', at, id: timer.id }),
		write: (at) =>
			replaceVersion(db, timer, { state: 'void', voidReason: 'not-exposure', end: end ?? at, recordedAt: at, recordedBy: viewer.id })
	});
	return { end: end ?? at, at };
}

/** Ends a running timer. Call it inside a transaction. @throws Refusal `invalid` on `end` */
export function endTimer(db: Db, viewer: Viewer, timer: Exposure, { end, details, workTypeId }: Ending, now: Instant): void {
	const start = timer.start ?? now;
	checkEnd(viewer, start, end, now);
	const described = details ? describe(db, details, timer.partnerId) : { private: openPrivate(db, timer) };
	const write = (at: Instant, outputs: readonly Output[] = []) =>
		replaceVersion(db, timer, {
			...described,
			finding: violentWeek(outputs),
			...(workTypeId === undefined ? {} : { workTypeId }),
			state: 'ended',
			end: end ?? at,
			recordedAt: at,
			recordedBy: viewer.id
		});
	if (!timer.counts) return write(Math.max(now, start + 1));
	const { violent } = described.private;
	const fact = (at: Instant) => ({
		type: 'timer-stop' as const,
		at,
		id: timer.id,
		...(end ? { end } : {}),
		...(violent ? { violent } : {})
	});
	recordFact(db, now, { personId: viewer.id, actorId: viewer.id, fact, write });
}

/**
 * Says what the running timer is for, or corrects it, while it runs.
 * @throws Refusal `not-found`; `conflict` where it was stopped meanwhile; `invalid` on `workTypeId` where the work counts differently: the time
 *   up to now would have to be told from the time after
 */
export function nameRunning(db: Db, viewer: Viewer, what: { id: string } & WorkChoice, now: Instant): void {
	withTx(db, () => {
		const timer = exposureOf(db, viewer.id, what.id);
		if (!timer || timer.kind !== 'timer') throw notFound();
		if (timer.state !== 'running')
			throw new Refusal('conflict', 'This timer was stopped already. To change its work, open the entry in your list.');
		const work = resolveWork(db, what, timer.workTypeId);
		if (work.counts !== timer.counts) {
			const counting = work.counts ? 'counts as exposure, what is running does not' : 'does not count as exposure, what is running does';
			throw invalid(
				'workTypeId',
				`“${workTypeName(db, work.workTypeId)}” ${counting}. Please stop the timer; the kind of work can be changed in your list then.`
			);
		}
		if (work.workTypeId === timer.workTypeId) return;
		tellPerson(db, viewer.id);
		replaceVersion(db, timer, { workTypeId: work.workTypeId, recordedAt: Math.max(now, timer.recordedAt + 1), recordedBy: viewer.id });
	});
}
