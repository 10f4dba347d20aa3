import { asc, eq, sql } from 'drizzle-orm';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { employers, organisation } from './db/schema/organisation.ts';
import { withTx } from './db/tx.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { type Actor, requireAdmin } from './viewer.ts';

export interface Employer {
	id: string;
	name: string;
	/** The organisation itself; the others second their people to it. */
	own: boolean;
}

/** The id of the organisation itself among the employers; null before it is set up. */
export function ownEmployer(db: Db): string | null {
	return db.select({ id: organisation.employerId }).from(organisation).get()?.id ?? null;
}

/** The organisation itself first, then the other employers by name. */
export function employersOf(db: Db): Employer[] {
	const own = ownEmployer(db);
	const all = db
		.select({ id: employers.id, name: employers.name })
		.from(employers)
		.orderBy(asc(sql`lower(${employers.name})`))
		.all();
	const marked = all.map((employer) => ({ ...employer, own: employer.id === own }));
	return [...marked.filter((employer) => employer.own), ...marked.filter((employer) => !employer.own)];
}

/**
 * Adds an employer that seconds people to the organisation. Sent twice, it is added once.
 * @throws Refusal `not-allowed`, `invalid` for a name that is taken, `conflict` for a used form
 */
export function addEmployer(db: Db, actor: Actor, { id, name }: { id: string; name: string }, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const before = db.select().from(employers).where(eq(employers.id, id)).get();
		if (before?.name === name) return;
		if (before) throw new Refusal('conflict', 'This form was sent before with another name in it. Please load the page again.');
		refuseTakenName(db, name, id);
		db.insert(employers).values({ id, name, createdAt: now }).run();
		audit(db, actor, { action: 'organisation.employer-added', subject: { kind: 'employer', id } }, now);
	});
}

/** @throws Refusal `not-allowed`, `not-found`, `invalid` for a name that is taken */
export function renameEmployer(db: Db, actor: Actor, { employerId, name }: { employerId: string; name: string }, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const before = db.select().from(employers).where(eq(employers.id, employerId)).get();
		if (!before) throw notFound();
		if (before.name === name) return;
		refuseTakenName(db, name, employerId);
		db.update(employers).set({ name }).where(eq(employers.id, employerId)).run();
		audit(db, actor, { action: 'organisation.employer-renamed', subject: { kind: 'employer', id: employerId } }, now);
	});
}

function refuseTakenName(db: Db, name: string, exceptId: string): void {
	const same = db
		.select({ id: employers.id })
		.from(employers)
		.where(sql`lower(${employers.name}) = lower(${name})`)
		.all();
	if (same.some(({ id }) => id !== exceptId)) throw invalid('name', 'There is an employer with this name already.');
}
