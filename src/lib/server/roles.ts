import { and, eq, isNotNull, isNull, max } from 'drizzle-orm';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { teams } from './db/schema/organisation.ts';
import { onCall, people, roles } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { linesChanged } from './lines-changed.ts';
import { homeTeamIfNone, keepAnAdmin } from './people.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { maySupport } from './supporters.ts';
import { tellPerson } from './telling.ts';
import { type Actor, hasRole, requireAdmin, type Role } from './viewer.ts';

/** The roles that hold in one team, and those that hold for the whole organisation. */
export const teamRoles = ['moderator', 'lead', 'welfare', 'peer'] as const;
export const organisationRoles = ['admin', 'head_of_welfare'] as const;

/** Roles whose holders learn something about others: they take two people once the organisation has a head of welfare. */
const takeTwo: readonly Role[] = ['lead', 'welfare', 'head_of_welfare'];

export interface NewRole {
	/** The row's id: that of the form. */
	id: string;
	personId: string;
	role: Role;
	/** The team; null for the roles of the whole organisation. */
	teamId: string | null;
}

type RoleRow = typeof roles.$inferSelect;

/**
 * Whether making somebody lead, welfare officer or head of welfare takes two people: from the first head of welfare on, and for
 * good. Otherwise an admin could disable the only one and then act alone.
 */
export function takesTwoPeople(db: Db): boolean {
	const confirmed = and(eq(roles.role, 'head_of_welfare'), isNotNull(roles.confirmedAt));
	return db.select({ id: roles.id }).from(roles).where(confirmed).limit(1).get() !== undefined;
}

/**
 * Gives somebody a role, or proposes it where that takes two people. The newest lead stands last in order.
 * @returns whether it holds now or waits for a second person
 * @throws Refusal `not-allowed`, `invalid` (unknown or disabled person, closed team, a role already held), `conflict` for a used form
 */
export function giveRole(db: Db, actor: Actor, what: NewRole, now: number): 'given' | 'proposed' {
	requireAdmin(actor);
	return withTx(db, () => {
		const before = db.select().from(roles).where(eq(roles.id, what.id)).get();
		if (before) return repeated(before, what);
		checkNewRole(db, what);
		const waits = takeTwo.includes(what.role) && takesTwoPeople(db);
		const confirmation = waits ? {} : { confirmedBy: actor.id, confirmedAt: now };
		const position = what.role === 'lead' && what.teamId ? nextPosition(db, what.teamId) : 0;
		db.insert(roles)
			.values({ ...what, position, proposedBy: actor.id, proposedAt: now, ...confirmation })
			.run();
		auditRole(db, actor, waits ? 'role.proposed' : 'role.given', what, now);
		if (what.role === 'moderator' && what.teamId !== null) homeTeamIfNone(db, actor, { personId: what.personId, teamId: what.teamId }, now);
		if (!waits) holdersChanged(db, what.personId, now);
		return waits ? 'proposed' : 'given';
	});
}

function repeated(before: RoleRow, what: NewRole): 'given' | 'proposed' {
	const same = before.personId === what.personId && before.role === what.role && before.teamId === what.teamId;
	if (!same) throw new Refusal('conflict', 'This form was sent before with something else in it. Please load the page again.');
	return before.confirmedAt === null ? 'proposed' : 'given';
}

function checkNewRole(db: Db, { personId, role, teamId }: NewRole): void {
	const person = db.select({ name: people.name, disabledAt: people.disabledAt }).from(people).where(eq(people.id, personId)).get();
	if (!person) throw invalid('personId', 'Please choose somebody from the list.');
	if (person.disabledAt !== null) throw invalid('personId', 'This account is disabled. Enable it before giving it a role.');
	const wholeOrganisation = (organisationRoles as readonly Role[]).includes(role);
	if (wholeOrganisation !== (teamId === null)) throw invalid('role', 'Please choose a role from the list.');
	if (teamId !== null) {
		const team = db.select({ closedAt: teams.closedAt }).from(teams).where(eq(teams.id, teamId)).get();
		if (!team || team.closedAt !== null) throw invalid('teamId', 'Please choose a team from the list.');
	}
	const inTeam = teamId === null ? isNull(roles.teamId) : eq(roles.teamId, teamId);
	const held = db
		.select({ confirmedAt: roles.confirmedAt })
		.from(roles)
		.where(and(eq(roles.personId, personId), eq(roles.role, role), inTeam, isNull(roles.endedAt)))
		.get();
	if (held)
		throw invalid('role', `${person.name} ${held.confirmedAt === null ? 'is proposed for this role already.' : 'has this role already.'}`);
}

function nextPosition(db: Db, teamId: string): number {
	const last = db
		.select({ position: max(roles.position) })
		.from(roles)
		.where(and(eq(roles.teamId, teamId), eq(roles.role, 'lead'), isNull(roles.endedAt)))
		.get();
	return last?.position === null || last === undefined ? 0 : last.position + 1;
}

/**
 * Confirms a proposed role, as somebody other than the one who proposed it and the one who gets it. Safe to call twice.
 * @throws Refusal `not-allowed`, `not-found`, or `conflict` where it was withdrawn meanwhile or the account is disabled
 */
export function confirmRole(db: Db, actor: Actor, roleId: string, now: number): void {
	requireConfirmer(actor);
	withTx(db, () => {
		const role = roleWithId(db, roleId);
		if (role.endedAt !== null) throw new Refusal('conflict', 'This proposal was withdrawn or refused meanwhile.');
		if (role.confirmedAt !== null) return;
		if (actor.id !== null && actor.id === role.proposedBy) {
			throw new Refusal(
				'not-allowed',
				'You proposed this yourself, so somebody else confirms it: the head of welfare or another administrator.'
			);
		}
		if (actor.id === role.personId) throw new Refusal('not-allowed', 'This role is for you, so somebody else confirms it.');
		const person = db.select({ disabledAt: people.disabledAt }).from(people).where(eq(people.id, role.personId)).get();
		if (person?.disabledAt != null) throw new Refusal('conflict', 'This account is disabled, so the role cannot be confirmed.');
		db.update(roles).set({ confirmedBy: actor.id, confirmedAt: now }).where(eq(roles.id, roleId)).run();
		auditRole(db, actor, 'role.confirmed', role, now);
		holdersChanged(db, role.personId, now);
	});
}

/**
 * Refuses a proposed role, or withdraws what one proposed oneself. Safe to call twice.
 * @throws Refusal `not-allowed`, `not-found`, or `conflict` where it was confirmed meanwhile
 */
export function refuseRole(db: Db, actor: Actor, roleId: string, now: number): void {
	requireConfirmer(actor);
	withTx(db, () => {
		const role = roleWithId(db, roleId);
		if (role.endedAt !== null) return;
		if (role.confirmedAt !== null) throw new Refusal('conflict', 'This was confirmed meanwhile. An administrator can end the role.');
		db.update(roles).set({ endedAt: now, endedBy: actor.id }).where(eq(roles.id, roleId)).run();
		auditRole(db, actor, 'role.refused', role, now);
	});
}

function requireConfirmer(actor: Actor): void {
	if (actor.id !== null && !hasRole(actor, 'admin', 'head_of_welfare')) {
		throw new Refusal('not-allowed', 'The head of welfare or an administrator confirms this.');
	}
}

/**
 * Ends a role; of a proposal, takes it back. Who supports nobody any more is no longer on call either. Safe to call twice.
 * @throws Refusal `not-allowed`, `not-found`, or `conflict` for the last administrator
 */
export function endRole(db: Db, actor: Actor, roleId: string, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const role = roleWithId(db, roleId);
		if (role.endedAt !== null) return;
		if (role.role === 'admin') keepAnAdmin(db, role.personId);
		end(db, actor, role, now);
		holdersChanged(db, role.personId, now);
	});
}

/** Ends all roles of somebody who is erased, and takes them off the on-call lists. Call it in the transaction of that: their account is closed before. */
export function endAllRoles(db: Db, actor: Actor, personId: string, now: number): void {
	const held = and(eq(roles.personId, personId), isNull(roles.endedAt));
	for (const role of db.select().from(roles).where(held).all()) end(db, actor, role, now);
}

function end(db: Db, actor: Actor, role: RoleRow, now: number): void {
	db.update(roles).set({ endedAt: now, endedBy: actor.id }).where(eq(roles.id, role.id)).run();
	auditRole(db, actor, role.confirmedAt === null ? 'role.refused' : 'role.ended', role, now);
	if (maySupport(db, role.personId)) return;
	const current = and(eq(onCall.personId, role.personId), isNull(onCall.endedAt));
	for (const { teamId } of db.update(onCall).set({ endedAt: now }).where(current).returning({ teamId: onCall.teamId }).all()) {
		const what = { subject: { kind: 'team', id: teamId }, detail: { personId: role.personId } };
		audit(db, actor, { action: 'team.on-call-removed', ...what }, now);
	}
}

/** Whoever held a role holds it no more, and would not be told as one of those who supervise: their own pages look again too. */
function holdersChanged(db: Db, personId: string, now: number): void {
	linesChanged(db, now);
	tellPerson(db, personId);
}

type RoleAction = 'role.given' | 'role.proposed' | 'role.confirmed' | 'role.refused' | 'role.ended' | 'role.moved';

/** The entry of the audit chain about a role: whose, which, where. */
export function auditRole(db: Db, actor: Actor, action: RoleAction, { id, personId, role, teamId }: NewRole, now: number): void {
	audit(db, actor, { action, subject: { kind: 'person', id: personId }, detail: { roleId: id, role, teamId } }, now);
}

/** A role as stored, held, proposed or ended. @throws Refusal `not-found` */
export function roleWithId(db: Db, roleId: string): RoleRow {
	const role = db.select().from(roles).where(eq(roles.id, roleId)).get();
	if (!role) throw notFound();
	return role;
}
