import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Violent } from '#lib/domain/facts.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { exposures } from './db/schema/records.ts';
import type { Exposure } from './exposure-rows.ts';
import { seal, unseal, type Place } from './seal.ts';

/** What somebody says of an entry that is sealed under their key. */
export interface Private {
	violent: Violent | null;
	/** 0–10. */
	aftermath: number | null;
}

/** A version about to be stored: the sealed part is still open, and it is the current one. */
export interface NewVersion extends Omit<Exposure, 'sealed' | 'supersededAt'> {
	private: Private;
	/** The ISO week of the finding `violent-material` that was made with this version; the next one does not take it over. */
	finding?: string | null;
}

export const nothingPrivate: Private = { violent: null, aftermath: null };

const queries = perDatabase(prepare);

function value(name: string) {
	return sql`${sql.placeholder(name)}`;
}

function prepare(db: Db) {
	const current = and(eq(exposures.id, sql.placeholder('id')), isNull(exposures.supersededAt));
	return {
		supersede: db
			.update(exposures)
			.set({ supersededAt: value('at') })
			.where(and(current, eq(exposures.version, sql.placeholder('version'))))
			.prepare(),
		// Without the ORM, which costs as much as the row: it is written with everything that anybody logs.
		insert: db.$client.prepare(
			`insert into exposures (id, version, person_id, kind, state, start_at, end_at, date, minutes, counts, work_type_id, partner_id,
				material, context, filters, sealed, void_reason, recorded_at, recorded_by)
			values (@id, @version, @personId, @kind, @state, @start, @end, @date, @minutes, @counts, @workTypeId, @partnerId,
				@material, @context, @filters, @sealed, @voidReason, @recordedAt, @recordedBy)`
		)
	};
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
export function insertVersion(db: Db, { private: open, finding = null, ...row }: NewVersion): void {
	queries(db).insert.run({
		...row,
		counts: row.counts ? 1 : 0,
		material: row.material && JSON.stringify(row.material),
		filters: row.filters && JSON.stringify(row.filters),
		sealed: seal(db, place(row), { ...open, finding })
	});
}

/** Stores the version after `before`, which keeps what it says and is no longer the current one. */
export function replaceVersion(
	db: Db,
	before: Exposure,
	change: Partial<NewVersion> & Pick<NewVersion, 'recordedAt' | 'recordedBy'>
): void {
	const { sealed: _, supersededAt: __, ...row } = before;
	queries(db).supersede.run({ id: before.id, version: before.version, at: change.recordedAt });
	insertVersion(db, { ...row, private: openPrivate(db, before), ...change, version: before.version + 1 });
}

/** What is sealed stands in every version. */
export type Sealed = Pick<Exposure, 'id' | 'version' | 'personId' | 'sealed'>;

/** What somebody said of an entry, for the person it belongs to. */
export function openPrivate(db: Db, row: Sealed): Private {
	const { violent, aftermath } = openSealed(db, row);
	return { violent, aftermath };
}

/** The ISO week of the finding `violent-material` that was made with this version of an entry; null where there was none. */
export function findingIn(db: Db, row: Sealed): string | null {
	return openSealed(db, row).finding;
}

/** All that is sealed of a version, for the person it belongs to: what they said of it, and the week of {@link findingIn}. */
export function openSealed(db: Db, row: Sealed): Private & { finding: string | null } {
	// Written by `insertVersion` alone, and bound to its place.
	return unseal(db, place(row), row.sealed) as Private & { finding: string | null };
}
