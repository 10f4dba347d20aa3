import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Db } from './db/connection.ts';
import { roles } from './db/schema/people.ts';
import { firstTime, withTx } from './db/tx.ts';
import { linesChanged } from './lines-changed.ts';
import { notFound } from './refusal.ts';
import { auditRole, roleWithId } from './roles.ts';
import { type Actor, requireAdmin } from './viewer.ts';

/** One place up or down in a list of people in order. */
export interface Move {
	/** The form's id: sent twice, it moves once. */
	formId: string;
	id: string;
	direction: 'up' | 'down';
}

/**
 * Moves a lead one place up or down in the order of their team; at the end of the list nothing changes.
 * @throws Refusal `not-allowed`, or `not-found` for anything but a current lead
 */
export function moveLead(db: Db, actor: Actor, { formId, id, direction }: Move, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const role = roleWithId(db, id);
		if (role.role !== 'lead' || role.teamId === null || role.endedAt !== null) throw notFound();
		if (!firstTime(db, formId, actor.id, now)) return;
		const current = and(eq(roles.teamId, role.teamId), eq(roles.role, 'lead'), isNull(roles.endedAt));
		const ids = db.select({ id: roles.id }).from(roles).where(current).orderBy(asc(roles.position), asc(roles.proposedAt)).all();
		const order = moved(
			ids.map((lead) => lead.id),
			id,
			direction
		);
		for (const [position, leadId] of order.entries()) db.update(roles).set({ position }).where(eq(roles.id, leadId)).run();
		auditRole(db, actor, 'role.moved', role, now);
		linesChanged(db, now);
	});
}

/** The list with one entry a place earlier (`up`) or later. */
export function moved(ids: readonly string[], id: string, direction: 'up' | 'down'): string[] {
	const from = ids.indexOf(id);
	const to = Math.min(ids.length - 1, Math.max(0, from + (direction === 'up' ? -1 : 1)));
	const order = ids.filter((other) => other !== id);
	order.splice(to, 0, id);
	return order;
}
