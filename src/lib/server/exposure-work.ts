import { asc, eq, isNull, sql } from 'drizzle-orm';
import type { Violent } from '#lib/domain/facts.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { partners, workTypes, type OptionalField } from './db/schema/organisation.ts';
import type { Filter, Material } from './db/schema/records.ts';
import type { Private } from './exposure-versions.ts';
import { findOrganisation } from './organisation.ts';
import { invalid } from './refusal.ts';

/** What was being done, as chosen: `counts` answers "did it show material?" where the work type asks. */
export interface WorkChoice {
	workTypeId: string | null;
	counts?: boolean | null;
}

/** The optional fields of an entry, as typed. What the organisation has turned off is neither shown nor stored. */
export interface Details {
	material?: Material[];
	context?: 'known' | 'first-seen' | 'mixed' | null;
	filters?: Filter[];
	violent?: Violent | null;
	/** 0–10. */
	aftermath?: number | null;
	partnerId?: string | null;
}

/** Columns that follow from what was chosen. */
export interface Described {
	material: Material[] | null;
	context: 'known' | 'first-seen' | 'mixed' | null;
	filters: Filter[] | null;
	partnerId: string | null;
	private: Private;
}

const queries = perDatabase(prepare);

function prepare(db: Db) {
	return {
		workType: db
			.select()
			.from(workTypes)
			.where(eq(workTypes.id, sql.placeholder('id')))
			.prepare(),
		partner: db
			.select()
			.from(partners)
			.where(eq(partners.id, sql.placeholder('id')))
			.prepare(),
		workTypes: db
			.select()
			.from(workTypes)
			.where(isNull(workTypes.retiredAt))
			.orderBy(asc(workTypes.position), asc(workTypes.name))
			.prepare(),
		partners: db
			.select({ id: partners.id, name: partners.name })
			.from(partners)
			.where(isNull(partners.retiredAt))
			.orderBy(asc(partners.name))
			.prepare()
	};
}

/** What a form about exposure offers to choose from. */
export interface Choices {
	workTypes: { id: string; name: string; counts: 'yes' | 'no' | 'ask' }[];
	partners: { id: string; name: string }[];
	fields: OptionalField[];
}

/** The work types and partners in use and the optional fields that are on. `kept`: the entry's own, though retired since. */
export function exposureChoices(db: Db, kept?: { workTypeId: string | null; partnerId: string | null }): Choices {
	const offered = queries(db)
		.workTypes.all()
		.map(({ id, name, counts }) => ({ id, name, counts }));
	const own =
		kept?.workTypeId && !offered.some(({ id }) => id === kept.workTypeId) ? queries(db).workType.get({ id: kept.workTypeId }) : null;
	if (own) offered.push({ id: own.id, name: `${own.name} (no longer used)`, counts: own.counts });
	const bodies = queries(db).partners.all();
	const ownBody =
		kept?.partnerId && !bodies.some(({ id }) => id === kept.partnerId) ? queries(db).partner.get({ id: kept.partnerId }) : null;
	if (ownBody) bodies.push({ id: ownBody.id, name: `${ownBody.name} (no longer used)` });
	return { workTypes: offered, partners: bodies, fields: findOrganisation(db)?.fields ?? [] };
}

/** The name of a work type, retired or not; of an entry without one, that. */
export function workTypeName(db: Db, id: string | null, kind: 'session' | 'timer' | 'day-total' = 'timer'): string {
	const name = id === null ? undefined : queries(db).workType.get({ id })?.name;
	return name ?? (kind === 'day-total' ? 'Several kinds of work' : 'Work not chosen yet');
}

/** The name of a partner body, also of a retired one; null for none and for an unknown id. */
export function partnerName(db: Db, id: string | null): string | null {
	return id === null ? null : (queries(db).partner.get({ id })?.name ?? null);
}

/**
 * Whether the work counts as exposure. Work not chosen yet counts, as a precaution.
 * @param keptId the entry's own work type, which may have been retired since
 * @throws Refusal `invalid` on `workTypeId` (unknown, retired) or `counts` (the work type asks and nobody answered)
 */
export function resolveWork(
	db: Db,
	{ workTypeId, counts }: WorkChoice,
	keptId: string | null = null
): { workTypeId: string | null; counts: boolean } {
	if (workTypeId === null) return { workTypeId, counts: true };
	const found = queries(db).workType.get({ id: workTypeId });
	if (!found) throw invalid('workTypeId', 'Please choose the kind of work from the list.');
	if (found.retiredAt !== null && workTypeId !== keptId)
		throw invalid('workTypeId', `“${found.name}” is no longer used. Please choose another kind of work.`);
	if (found.counts !== 'ask') return { workTypeId, counts: found.counts === 'yes' };
	if (counts === null || counts === undefined) throw invalid('counts', `“${found.name}” sometimes shows material. Did it this time?`);
	return { workTypeId, counts };
}

/** The columns of what was typed, without the fields that the organisation has turned off. @throws Refusal `invalid` on `partnerId` */
export function describe(db: Db, details: Details, keptPartnerId: string | null = null): Described {
	const on = new Set(findOrganisation(db)?.fields);
	const partnerId = on.has('partner') ? (details.partnerId ?? null) : null;
	if (partnerId !== null) {
		const found = queries(db).partner.get({ id: partnerId });
		if (!found || (found.retiredAt !== null && partnerId !== keptPartnerId))
			throw invalid('partnerId', 'Please choose the partner from the list.');
	}
	return {
		material: on.has('material') && details.material?.length ? details.material : null,
		context: on.has('context') ? (details.context ?? null) : null,
		filters: on.has('filters') && details.filters?.length ? details.filters : null,
		partnerId,
		private: {
			violent: on.has('violent') ? (details.violent ?? null) : null,
			aftermath: on.has('aftermath') ? (details.aftermath ?? null) : null
		}
	};
}
