import { and, asc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import type { Violent } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { exposures } from './db/schema/records.ts';
import { seal, unseal, type Place } from './seal.ts';

/** One version of a session, timer or day total, as stored. */
export type Exposure = typeof exposures.$inferSelect;

/** What of an entry is sealed under the person's key. */
export interface Private {
	violent: Violent | null;
	/** 0–10. */
	aftermath: number | null;
}

/** A version about to be stored: the sealed part is still open, and it is the current one. */
export interface NewVersion extends Omit<Exposure, 'sealed' | 'supersededAt'> {
	private: Private;
}

export const nothingPrivate: Private = { violent: null, aftermath: null };

const byDb = new WeakMap<Db, ReturnType<typeof prepare>>();

function value(name: string) {
	return sql`${sql.placeholder(name)}`;
}

function prepare(db: Db) {
	const id = eq(exposures.id, sql.placeholder('id'));
	const ofPerson = eq(exposures.personId, sql.placeholder('person'));
	const current = isNull(exposures.supersededAt);
	return {
		current: db.select().from(exposures).where(and(id, current)).prepare(),
		versions: db.select().from(exposures).where(id).orderBy(asc(exposures.version)).prepare(),
		running: db.select().from(exposures).where(and(ofPerson, eq(exposures.state, sql`'running'`), current)).prepare(),
		overlapping: db
			.select()
			.from(exposures)
			.where(and(ofPerson, current, gt(exposures.end, sql.placeholder('from')), lt(exposures.start, sql.placeholder('to'))))
			.orderBy(asc(exposures.start))
			.prepare(),
		totals: db
			.select()
			.from(exposures)
			.where(and(ofPerson, current, sql`${exposures.date} between ${sql.placeholder('from')} and ${sql.placeholder('to')}`))
			.orderBy(asc(exposures.date))
			.prepare(),
		oldest: db
			.select({ end: exposures.end })
			.from(exposures)
			.where(and(ofPerson, current, gt(exposures.end, sql`0`)))
			.orderBy(asc(exposures.end))
			.limit(1)
			.prepare(),
		oldestTotal: db
			.select({ date: exposures.date })
			.from(exposures)
			.where(and(ofPerson, current, gt(exposures.date, sql`''`)))
			.orderBy(asc(exposures.date))
			.limit(1)
			.prepare(),
		recentWork: db
			.selectDistinct({ id: exposures.workTypeId })
			.from(exposures)
			.where(and(ofPerson, current, gt(exposures.end, sql.placeholder('from'))))
			.prepare(),
		supersede: db
			.update(exposures)
			.set({ supersededAt: value('at') })
			.where(and(id, eq(exposures.version, sql.placeholder('version')), current))
			.prepare(),
		insert: db
			.insert(exposures)
			.values({
				id: value('id'),
				version: value('version'),
				personId: value('personId'),
				kind: value('kind'),
				state: value('state'),
				start: value('start'),
				end: value('end'),
				date: value('date'),
				minutes: value('minutes'),
				counts: value('counts'),
				workTypeId: value('workTypeId'),
				partnerId: value('partnerId'),
				material: value('material'),
				context: value('context'),
				filters: value('filters'),
				sealed: value('sealed'),
				voidReason: value('voidReason'),
				recordedAt: value('recordedAt'),
				recordedBy: value('recordedBy')
			})
			.prepare()
	};
}

function queries(db: Db) {
	let known = byDb.get(db);
	if (!known) byDb.set(db, (known = prepare(db)));
	return known;
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

/** All versions of an entry of this person, oldest first; empty for an unknown id and for somebody else's. */
export function versionsOf(db: Db, personId: string, id: string): Exposure[] {
	return queries(db)
		.versions.all({ id })
		.filter((row) => row.personId === personId);
}

export function runningTimer(db: Db, personId: string): Exposure | null {
	return queries(db).running.get({ person: personId }) ?? null;
}

/** Ended and voided sessions that lie at least partly in [from, to), ascending by start. */
export function sessionsBetween(db: Db, personId: string, from: Instant, to: Instant): Exposure[] {
	return queries(db).overlapping.all({ person: personId, from, to });
}

/** Day totals, voided ones too, of the dates `from` to `to`, both included. */
export function totalsBetween(db: Db, personId: string, from: string, to: string): Exposure[] {
	return queries(db).totals.all({ person: personId, from, to });
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

/** The first version of an entry that a person records about themselves. */
export function firstVersion(personId: string, id: string): Omit<NewVersion, 'kind' | 'state' | 'counts' | 'recordedAt'> {
	return {
		id,
		version: 1,
		personId,
		start: null,
		end: null,
		date: null,
		minutes: null,
		workTypeId: null,
		partnerId: null,
		material: null,
		context: null,
		filters: null,
		private: nothingPrivate,
		voidReason: null,
		recordedBy: personId
	};
}

function place(row: { id: string; version: number; personId: string }): Place {
	return { table: 'exposures', row: `${row.id}/${row.version}`, person: row.personId };
}

/** Stores a version. The one before it must have been superseded first. */
export function insertVersion(db: Db, { private: open, ...row }: NewVersion): void {
	const empty = open.violent === null && open.aftermath === null;
	queries(db).insert.run({
		...row,
		counts: row.counts ? 1 : 0,
		material: row.material && JSON.stringify(row.material),
		filters: row.filters && JSON.stringify(row.filters),
		sealed: empty ? null : seal(db, place(row), open)
	});
}

/** Stores the version after `before`, which keeps what it says and is no longer the current one. */
export function replaceVersion(db: Db, before: Exposure, change: Partial<NewVersion> & Pick<NewVersion, 'recordedAt' | 'recordedBy'>): void {
	const { sealed: _, supersededAt: __, ...row } = before;
	queries(db).supersede.run({ id: before.id, version: before.version, at: change.recordedAt });
	insertVersion(db, { ...row, private: openPrivate(db, before), ...change, version: before.version + 1 });
}

/** The sealed part of an entry, for the person it belongs to. */
export function openPrivate(db: Db, row: Exposure): Private {
	if (row.sealed === null) return nothingPrivate;
	return { ...nothingPrivate, ...(unseal(db, place(row), row.sealed) as Partial<Private>) };
}
