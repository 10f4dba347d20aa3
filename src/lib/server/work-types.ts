import { and, asc, eq, isNotNull, isNull, max, ne, sql } from 'drizzle-orm';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { workTypes } from './db/schema/organisation.ts';
import { withTx } from './db/tx.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { type Actor, requireAdmin } from './viewer.ts';

/** Whether a work type counts as exposure; `ask`: the person says so each time. */
export const countings = ['yes', 'no', 'ask'] as const;
export type Counting = (typeof countings)[number];

export interface WorkType {
	id: string;
	name: string;
	counts: Counting;
}

/** In the order in which they are offered. */
export function workTypesOf(db: Db): { inUse: WorkType[]; retired: WorkType[] } {
	const columns = { id: workTypes.id, name: workTypes.name, counts: workTypes.counts };
	const all = () => db.select(columns).from(workTypes).orderBy(asc(workTypes.position), asc(workTypes.name));
	return { inUse: all().where(isNull(workTypes.retiredAt)).all(), retired: all().where(isNotNull(workTypes.retiredAt)).all() };
}

/**
 * Adds a work type at the end of the list. Sent twice, it is added once.
 * @throws Refusal `not-allowed`, `invalid` for a name in use, `conflict` for a used form
 */
export function addWorkType(db: Db, actor: Actor, { id, name, counts }: WorkType, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const before = db.select().from(workTypes).where(eq(workTypes.id, id)).get();
		if (before && before.name === name && before.counts === counts) return;
		if (before) throw new Refusal('conflict', 'This form was sent before with something else in it. Please load the page again.');
		refuseTakenName(db, name, id);
		const last = db
			.select({ position: max(workTypes.position) })
			.from(workTypes)
			.get();
		db.insert(workTypes)
			.values({ id, name, counts, position: (last?.position ?? -1) + 1 })
			.run();
		audit(db, actor, { action: 'organisation.work-type-added', subject: { kind: 'work-type', id }, detail: { counts } }, now);
	});
}

/**
 * Changes a work type's name and whether it counts from now on; entries made before keep what they counted as.
 * @throws Refusal `not-allowed`, `not-found`, `invalid` for a name in use
 */
export function changeWorkType(db: Db, actor: Actor, { id, name, counts }: WorkType, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const before = workTypeWithId(db, id);
		if (before.name === name && before.counts === counts) return;
		refuseTakenName(db, name, id);
		db.update(workTypes).set({ name, counts }).where(eq(workTypes.id, id)).run();
		audit(db, actor, { action: 'organisation.work-type-changed', subject: { kind: 'work-type', id }, detail: { counts } }, now);
	});
}

/**
 * Takes a work type off the list of what can be chosen; entries keep it. Safe to call twice.
 * @throws Refusal `not-allowed`, `not-found`, `conflict` for the last one
 */
export function retireWorkType(db: Db, actor: Actor, id: string, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		if (workTypeWithId(db, id).retiredAt !== null) return;
		const others = and(isNull(workTypes.retiredAt), ne(workTypes.id, id));
		if (!db.select({ id: workTypes.id }).from(workTypes).where(others).get()) {
			throw new Refusal('conflict', 'Please keep at least one work type: without one nothing can be logged.');
		}
		db.update(workTypes).set({ retiredAt: now }).where(eq(workTypes.id, id)).run();
		audit(db, actor, { action: 'organisation.work-type-retired', subject: { kind: 'work-type', id } }, now);
	});
}

/** Puts a retired work type back. Safe to call twice. @throws Refusal `not-allowed`, `not-found`, `invalid` for a name in use again */
export function restoreWorkType(db: Db, actor: Actor, id: string, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const { name, retiredAt } = workTypeWithId(db, id);
		if (retiredAt === null) return;
		refuseTakenName(db, name, id);
		db.update(workTypes).set({ retiredAt: null }).where(eq(workTypes.id, id)).run();
		audit(db, actor, { action: 'organisation.work-type-restored', subject: { kind: 'work-type', id } }, now);
	});
}

function workTypeWithId(db: Db, id: string): typeof workTypes.$inferSelect {
	const row = db.select().from(workTypes).where(eq(workTypes.id, id)).get();
	if (!row) throw notFound();
	return row;
}

function refuseTakenName(db: Db, name: string, exceptId: string): void {
	const taken = and(sql`lower(${workTypes.name}) = lower(${name})`, isNull(workTypes.retiredAt), ne(workTypes.id, exceptId));
	if (db.select({ id: workTypes.id }).from(workTypes).where(taken).get())
		throw invalid('name', 'There is a work type with this name already.');
}
