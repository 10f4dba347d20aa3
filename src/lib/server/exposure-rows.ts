import { and, asc, eq, gt, isNotNull, isNull, lt, lte, max, ne, sql } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { exposures } from './db/schema/records.ts';

/** One version of a session, timer or day total, as stored. */
export type Exposure = typeof exposures.$inferSelect;

/** A remark names no more. */
const mostOverlaps = 4;

const queries = perDatabase(prepare);

function prepare(db: Db) {
	const id = eq(exposures.id, sql.placeholder('id'));
	const ofPerson = eq(exposures.personId, sql.placeholder('person'));
	const current = isNull(exposures.supersededAt);
	return {
		current: db.select().from(exposures).where(and(id, current)).prepare(),
		versions: db.select().from(exposures).where(id).orderBy(asc(exposures.version)).prepare(),
		running: db
			.select()
			.from(exposures)
			.where(and(ofPerson, eq(exposures.state, sql`'running'`), current))
			.prepare(),
		overlapping: db
			.select()
			.from(exposures)
			.where(
				and(
					ofPerson,
					current,
					gt(exposures.end, sql.placeholder('from')),
					lte(exposures.end, sql.placeholder('latest')),
					lt(exposures.start, sql.placeholder('to'))
				)
			)
			.orderBy(asc(exposures.start))
			.prepare(),
		overlaps: db
			.select({ id: exposures.id, start: exposures.start, end: exposures.end })
			.from(exposures)
			.where(
				and(
					ofPerson,
					current,
					eq(exposures.state, sql`'ended'`),
					gt(exposures.end, sql.placeholder('from')),
					lte(exposures.end, sql.placeholder('latest')),
					lt(exposures.start, sql.placeholder('to')),
					ne(exposures.id, sql.placeholder('id'))
				)
			)
			.orderBy(asc(exposures.start))
			.prepare(),
		totals: db
			.select()
			.from(exposures)
			.where(and(ofPerson, current, sql`${exposures.date} between ${sql.placeholder('from')} and ${sql.placeholder('to')}`))
			.orderBy(asc(exposures.date))
			.prepare(),
		corrected: db
			.select({ at: max(exposures.supersededAt) })
			.from(exposures)
			.where(
				and(
					ofPerson,
					isNotNull(exposures.supersededAt),
					gt(exposures.end, sql.placeholder('from')),
					lt(exposures.start, sql.placeholder('to'))
				)
			)
			.prepare(),
		correctedTotal: db
			.select({ at: max(exposures.supersededAt) })
			.from(exposures)
			.where(
				and(
					ofPerson,
					isNotNull(exposures.supersededAt),
					sql`${exposures.date} between ${sql.placeholder('from')} and ${sql.placeholder('to')}`
				)
			)
			.prepare(),
		oldest: db
			.select({ end: exposures.end })
			.from(exposures)
			.where(and(ofPerson, current, gt(exposures.end, sql`0`)))
			.orderBy(asc(exposures.end))
			.prepare(),
		oldestTotal: db
			.select({ date: exposures.date })
			.from(exposures)
			.where(and(ofPerson, current, gt(exposures.date, sql`''`)))
			.orderBy(asc(exposures.date))
			.prepare(),
		recentWork: db
			.selectDistinct({ id: exposures.workTypeId })
			.from(exposures)
			.where(and(ofPerson, current, gt(exposures.end, sql.placeholder('from'))))
			.prepare()
	};
}

/** The current version of an entry of anybody's: whoever calls checks whose it is. */
export function unguardedExposure(db: Db, id: string): Exposure | null {
	return queries(db).current.get({ id }) ?? null;
}

/** The current version of an entry of this person; null for an unknown id and for somebody else's. */
export function exposureOf(db: Db, personId: string, id: string): Exposure | null {
	const row = unguardedExposure(db, id);
	return row?.personId === personId ? row : null;
}

/** All versions of an entry of this person, oldest first; empty for an unknown id and for somebody else's. Not checked for a viewer. */
export function versionsOf(db: Db, personId: string, id: string): Exposure[] {
	return queries(db)
		.versions.all({ id })
		.filter((row) => row.personId === personId);
}

/** The person's running timer. Not checked for a viewer, as all of this file: whoever calls has found that the viewer may have it. */
export function runningTimer(db: Db, personId: string): Exposure | null {
	return queries(db).running.get({ person: personId }) ?? null;
}

/** No session is longer (replay.md): what ends later than this after an instant began after it. That keeps the search in the index. */
export const longestMs = 16 * 3_600_000;

/** Ended and voided sessions that lie at least partly in [from, to), ascending by start. Not checked for a viewer. */
export function sessionsBetween(db: Db, personId: string, from: Instant, to: Instant): Exposure[] {
	return queries(db).overlapping.all({ person: personId, from, to, latest: to + longestMs });
}

/** The first few other ended sessions of the person that share time with [start, end). */
export function overlapping(
	db: Db,
	personId: string,
	id: string,
	start: Instant,
	end: Instant
): { id: string; start: Instant; end: Instant }[] {
	return queries(db)
		.overlaps.all({ person: personId, id, from: start, to: end, latest: end + longestMs })
		.slice(0, mostOverlaps)
		.map((row) => ({ id: row.id, start: row.start ?? start, end: row.end ?? end }));
}

/** Day totals, voided ones too, of the dates `from` to `to`, both included. Not checked for a viewer. */
export function totalsBetween(db: Db, personId: string, from: string, to: string): Exposure[] {
	return queries(db).totals.all({ person: personId, from, to });
}

/**
 * When a session that lay at least partly in `times` (UTC ms), or a day total of `dates` (both included), was last amended or voided;
 * null where none was.
 */
export function lastCorrection(
	db: Db,
	personId: string,
	times: { from: Instant; to: Instant },
	dates: { from: string; to: string }
): Instant | null {
	const sessions = queries(db).corrected.get({ person: personId, ...times })?.at ?? null;
	const totals = queries(db).correctedTotal.get({ person: personId, ...dates })?.at ?? null;
	return sessions === null || totals === null ? (sessions ?? totals) : Math.max(sessions, totals);
}

/** The end of the person's earliest session, and the date of the earliest day total; null where there is none. */
export function earliestOf(db: Db, personId: string): { end: Instant | null; date: string | null } {
	return {
		end: queries(db).oldest.get({ person: personId })?.end ?? null,
		date: queries(db).oldestTotal.get({ person: personId })?.date ?? null
	};
}

/** Ids of the work types that the person used in sessions ending after `from`. */
export function workTypesUsedSince(db: Db, personId: string, from: Instant): Set<string> {
	const rows = queries(db).recentWork.all({ person: personId, from });
	return new Set(rows.flatMap(({ id }) => (id === null ? [] : [id])));
}
