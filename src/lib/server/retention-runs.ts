import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm';
import { addDays, clockInstant, epochDay, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { retentionRuns } from './db/schema/keeping.ts';
import { withTx } from './db/tx.ts';
import { clearErased, erasePerson } from './erasures.ts';
import { throughTheGate } from './erasing.ts';
import { isHeld } from './holds.ts';
import { takeLease, releaseLease, type Lease } from './leases.ts';
import { localDate, dateWords } from './local-time.ts';
import { looksAt } from './looks-at.ts';
import { momentWords } from './moments.ts';
import { findOrganisation } from './organisation.ts';
import { countFault } from './one-by-one.ts';
import { recordPerson } from './record-people.ts';
import {
	cutoffsOf,
	goingNow,
	goingRows,
	peopleOver,
	shortLived,
	shownGoing,
	type Cutoffs,
	type Going,
	type GoingShown,
	type OverClass
} from './retention-due.ts';
import { retentionInForce } from './retention.ts';
import { requireAdmin, system, type Viewer } from './viewer.ts';

/** Minutes past midnight in the organisation's zone: a quiet hour. */
const quietMinutes = 3 * 60;

/** When the run of the present day, or of the next one, is due (UTC ms). Null before the organisation is set up. */
export function nextRunAt(db: Db, now: Instant): Instant | null {
	const zone = findOrganisation(db)?.zone;
	if (zone === undefined) return null;
	const today = localDate(zone, now);
	return isDone(db, today) ? quietHour(zone, addDays(today, 1)) : quietHour(zone, today);
}

function quietHour(zone: string, date: LocalDate): Instant {
	return clockInstant(zone, epochDay(date), quietMinutes);
}

function isDone(db: Db, day: LocalDate): boolean {
	return db.select().from(retentionRuns).where(eq(retentionRuns.day, day)).get()?.finishedAt != null;
}

/** Whether the last daily run that came to its end, in whichever process, left nothing undone; also where there was none. */
export function lastRunWentWell(db: Db): boolean {
	const ended = isNotNull(retentionRuns.finishedAt);
	const last = db.select({ failed: retentionRuns.failed }).from(retentionRuns).where(ended).orderBy(desc(retentionRuns.day)).limit(1).get();
	return (last?.failed ?? 0) === 0;
}

type Slice = () => void;

/**
 * The daily run, as slices: each one transaction about one person, under the lease, and counted in the row of the day with what it takes away. A run
 * that was broken off goes on where it was; a day that was missed is made up for by the next. Where another process is at it, or the day is done, there
 * is nothing to do. What cannot be done for one person is left for the next day.
 * @returns how many slices failed; null where it was not this run that ended the day
 * @throws Refusal `full`; what was not reached is taken by the next run
 */
export function* runSlices(db: Db, lease: Lease, now: Instant): Generator<void, number | null, void> {
	const zone = findOrganisation(db)?.zone;
	if (zone === undefined) return null;
	const day = localDate(zone, now);
	const cutoffs = cutoffsOf(db, retentionInForce(db), now);
	const slice = (work: Slice) =>
		withTx(db, () => {
			if (takeLease(db, lease, now) !== null || isDone(db, day)) return false;
			db.insert(retentionRuns).values({ day, startedAt: now }).onConflictDoNothing().run();
			work();
			return true;
		});
	let failed = 0;
	for (const work of slices(db, day, cutoffs, now)) {
		try {
			if (!slice(work)) return null;
		} catch (fault) {
			countFault(fault);
			failed++;
		}
		yield;
	}
	const finished = slice(() => finish(db, day, failed, now));
	releaseLease(db, lease);
	return finished ? failed : null;
}

function* slices(db: Db, day: LocalDate, cutoffs: Cutoffs, now: Instant): Generator<Slice, void, void> {
	const { held } = goingNow(db, retentionInForce(db), now);
	yield () => void db.update(retentionRuns).set({ held }).where(eq(retentionRuns.day, day)).run();
	for (const personId of peopleOver(db, 'records', cutoffs, now)) {
		yield () => {
			if (isHeld(db, personId, now)) return;
			if (recordPerson(db, personId).erasedAt === null) erasePerson(db, system, personId, now);
			clearErased(db, personId, now);
			add(db, day, 'records', 1);
		};
	}
	for (const what of ['answers', 'words', 'access'] as const) {
		for (const personId of peopleOver(db, what, cutoffs, now)) {
			yield () => {
				if (!isHeld(db, personId, now)) add(db, day, what, takeAway[what](db, personId, cutoffs));
			};
		}
	}
	yield () => {
		for (const each of shortLived)
			add(db, day, 'shortLived', db.$client.prepare(`delete ${goingRows(each)}`).run({ ...cutoffs, now }).changes);
	};
}

type Counted = Exclude<keyof Going, 'held'>;

const columns: Record<Counted, string> = {
	records: 'records',
	answers: 'answers',
	words: 'words',
	access: 'access',
	shortLived: 'short_lived'
};

function add(db: Db, day: LocalDate, what: Counted, count: number): void {
	const column = columns[what];
	db.$client.prepare(`update retention_runs set ${column} = ${column} + ? where day = ?`).run(count, day);
}

type TakeAway = (db: Db, personId: string, cutoffs: Cutoffs) => number;

const takeAway: Record<OverClass, TakeAway> = {
	answers(db, personId, { answers }) {
		// Said of the person, so that what is left is not taken for all there was.
		db.$client
			.prepare(
				'insert into forgotten_answers (person_id, before) values (?, ?) on conflict (person_id) do update set before = max(before, excluded.before)'
			)
			.run(personId, answers);
		return db.$client.prepare('delete from check_ins where person_id = ? and recorded_at < ?').run(personId, answers).changes;
	},
	words: (db, personId, { words }) =>
		db.$client.prepare('delete from private_words where person_id = ? and recorded_at <= ?').run(personId, words).changes,
	access: (db, personId, { access }) =>
		throughTheGate(db, personId, () => {
			const entries = `from access_entries where ${looksAt('?')} and last_at < ?`;
			db.$client.prepare(`delete from access_questions where entry_id in (select id ${entries})`).run(personId, access);
			return db.$client.prepare(`delete ${entries}`).run(personId, access).changes;
		})
};

function finish(db: Db, day: LocalDate, failed: number, now: Instant): void {
	const unfinished = and(eq(retentionRuns.day, day), isNull(retentionRuns.finishedAt));
	const row = db.select().from(retentionRuns).where(unfinished).get();
	if (!row) return;
	db.update(retentionRuns)
		.set({ finishedAt: Math.max(now, row.startedAt), failed })
		.where(unfinished)
		.run();
	audit(db, system, { action: 'record.retention-run', detail: { day, ...shownGoing(row) } }, now);
}

/** Runs it whole, without a pause: for the command and for tests. @returns whether the day's run is done now */
export function runNow(db: Db, lease: Lease, now: Instant): boolean {
	const run = runSlices(db, lease, now);
	while (!run.next().done);
	return isDone(db, localDate(findOrganisation(db)?.zone ?? 'UTC', now));
}

export interface RunShown extends GoingShown {
	day: string;
	/** When it ended; null while it goes on, or was broken off. */
	finished: string | null;
}

/** The last runs, newest first. @throws Refusal `not-allowed` */
export function runsFor(db: Db, viewer: Viewer, now: Instant, most = 14): RunShown[] {
	requireAdmin(viewer);
	const today = localDate(viewer.zone, now);
	const rows = db.select().from(retentionRuns).orderBy(desc(retentionRuns.day)).limit(most).all();
	return rows.map((row) => ({
		...shownGoing(row),
		day: dateWords(row.day, today),
		finished: row.finishedAt === null ? null : momentWords(viewer.zone, row.finishedAt, now)
	}));
}
