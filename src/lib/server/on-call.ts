import { and, asc, eq, isNull, max } from 'drizzle-orm';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { onCall, people } from './db/schema/people.ts';
import { firstTime, withTx } from './db/tx.ts';
import { linesChanged } from './lines-changed.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { moved, type Move } from './lead-order.ts';
import { maySupport } from './supporters.ts';
import { openTeam } from './teams.ts';
import { type Actor, requireAdmin } from './viewer.ts';

export interface NewOnCall {
	/** The row's id: that of the form. */
	id: string;
	teamId: string;
	personId: string;
}

/**
 * Puts somebody last on a team's on-call list. Sent twice, it is done once.
 * @throws Refusal `not-allowed`, `not-found` for the team, `invalid` for a person who is unknown, disabled, supports nobody or is on the list, `conflict` for a used form
 */
export function addOnCall(db: Db, actor: Actor, { id, teamId, personId }: NewOnCall, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		openTeam(db, teamId);
		const before = db.select().from(onCall).where(eq(onCall.id, id)).get();
		if (before) {
			if (before.teamId === teamId && before.personId === personId) return;
			throw new Refusal('conflict', 'This form was sent before with something else in it. Please load the page again.');
		}
		const person = db.select({ disabledAt: people.disabledAt }).from(people).where(eq(people.id, personId)).get();
		if (!person || person.disabledAt !== null || !maySupport(db, personId)) {
			throw invalid('personId', 'Please choose somebody from the list: leads, welfare officers and peer supporters can be on call.');
		}
		const list = current(db, teamId);
		if (list.some((entry) => entry.personId === personId)) throw invalid('personId', 'This person is on the list already.');
		const last = db
			.select({ position: max(onCall.position) })
			.from(onCall)
			.where(listOf(teamId))
			.get();
		db.insert(onCall)
			.values({ id, teamId, personId, position: list.length === 0 ? 0 : (last?.position ?? 0) + 1, recordedAt: now, recordedBy: actor.id })
			.run();
		auditOnCall(db, actor, 'team.on-call-added', { teamId, personId }, now);
		linesChanged(db, now);
	});
}

type OnCallAction = 'team.on-call-added' | 'team.on-call-removed' | 'team.on-call-moved';

function auditOnCall(db: Db, actor: Actor, action: OnCallAction, { teamId, personId }: Omit<NewOnCall, 'id'>, now: number): void {
	audit(db, actor, { action, subject: { kind: 'team', id: teamId }, detail: { personId } }, now);
}

const listOf = (teamId: string) => and(eq(onCall.teamId, teamId), isNull(onCall.endedAt));

function current(db: Db, teamId: string) {
	return db.select().from(onCall).where(listOf(teamId)).orderBy(asc(onCall.position), asc(onCall.recordedAt)).all();
}

/** Takes an entry off its team's on-call list. Safe to call twice. @throws Refusal `not-allowed`, `not-found` */
export function removeOnCall(db: Db, actor: Actor, id: string, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const entry = db.select().from(onCall).where(eq(onCall.id, id)).get();
		if (!entry) throw notFound();
		if (entry.endedAt !== null) return;
		db.update(onCall).set({ endedAt: now }).where(eq(onCall.id, id)).run();
		auditOnCall(db, actor, 'team.on-call-removed', entry, now);
		linesChanged(db, now);
	});
}

/** Moves an entry of an on-call list one place up or down. @throws Refusal `not-allowed`, `not-found` */
export function moveOnCall(db: Db, actor: Actor, { formId, id, direction }: Move, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const entry = db.select().from(onCall).where(eq(onCall.id, id)).get();
		if (!entry || entry.endedAt !== null) throw notFound();
		if (!firstTime(db, formId, actor.id, now)) return;
		const order = moved(
			current(db, entry.teamId).map((other) => other.id),
			id,
			direction
		);
		for (const [position, entryId] of order.entries()) db.update(onCall).set({ position }).where(eq(onCall.id, entryId)).run();
		auditOnCall(db, actor, 'team.on-call-moved', entry, now);
		linesChanged(db, now);
	});
}
