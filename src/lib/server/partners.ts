import { and, asc, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { partners } from './db/schema/organisation.ts';
import { withTx } from './db/tx.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { type Actor, requireAdmin } from './viewer.ts';

/** A body that work is done for: a police force, an agency, a hotline abroad. */
export interface Partner {
	id: string;
	name: string;
}

/** The partner bodies that can be chosen, and those that cannot any more; each by name. */
export function partnersOf(db: Db): { inUse: Partner[]; retired: Partner[] } {
	const all = () =>
		db
			.select({ id: partners.id, name: partners.name })
			.from(partners)
			.orderBy(asc(sql`lower(${partners.name})`));
	return { inUse: all().where(isNull(partners.retiredAt)).all(), retired: all().where(isNotNull(partners.retiredAt)).all() };
}

/** Adds a partner body. Sent twice, it is added once. @throws Refusal `not-allowed`, `invalid` for a name in use, `conflict` for a used form */
export function addPartner(db: Db, actor: Actor, { id, name }: Partner, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const before = db.select().from(partners).where(eq(partners.id, id)).get();
		if (before?.name === name) return;
		if (before) throw new Refusal('conflict', 'This form was sent before with another name in it. Please load the page again.');
		refuseTakenName(db, name, id);
		db.insert(partners).values({ id, name }).run();
		audit(db, actor, { action: 'organisation.partner-added', subject: { kind: 'partner', id } }, now);
	});
}

/** @throws Refusal `not-allowed`, `not-found`, `invalid` for a name in use */
export function renamePartner(db: Db, actor: Actor, { id, name }: Partner, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		if (partnerWithId(db, id).name === name) return;
		refuseTakenName(db, name, id);
		db.update(partners).set({ name }).where(eq(partners.id, id)).run();
		audit(db, actor, { action: 'organisation.partner-renamed', subject: { kind: 'partner', id } }, now);
	});
}

/** Takes a partner body off the list of what can be chosen; entries keep it. Safe to call twice. @throws Refusal `not-allowed`, `not-found` */
export function retirePartner(db: Db, actor: Actor, id: string, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		if (partnerWithId(db, id).retiredAt !== null) return;
		db.update(partners).set({ retiredAt: now }).where(eq(partners.id, id)).run();
		audit(db, actor, { action: 'organisation.partner-retired', subject: { kind: 'partner', id } }, now);
	});
}

/** Puts a retired partner body back. Safe to call twice. @throws Refusal `not-allowed`, `not-found`, `invalid` for a name in use again */
export function restorePartner(db: Db, actor: Actor, id: string, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const { name, retiredAt } = partnerWithId(db, id);
		if (retiredAt === null) return;
		refuseTakenName(db, name, id);
		db.update(partners).set({ retiredAt: null }).where(eq(partners.id, id)).run();
		audit(db, actor, { action: 'organisation.partner-restored', subject: { kind: 'partner', id } }, now);
	});
}

function partnerWithId(db: Db, id: string): typeof partners.$inferSelect {
	const row = db.select().from(partners).where(eq(partners.id, id)).get();
	if (!row) throw notFound();
	return row;
}

function refuseTakenName(db: Db, name: string, exceptId: string): void {
	const taken = and(sql`lower(${partners.name}) = lower(${name})`, isNull(partners.retiredAt), ne(partners.id, exceptId));
	if (db.select({ id: partners.id }).from(partners).where(taken).get())
		throw invalid('name', 'There is a partner body with this name already.');
}
