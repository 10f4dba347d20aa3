import { randomUUID } from 'node:crypto';
import { and, count, eq, isNotNull, isNull, ne } from 'drizzle-orm';
import { audit } from './audit.ts';
import { endAllSessions } from './auth/session.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { erasures } from './db/schema/keeping.ts';
import { employers, teams } from './db/schema/organisation.ts';
import { homeTeams, invitations, people, personVersions, roles } from './db/schema/people.ts';
import { clocks } from './db/schema/records.ts';
import { withTx } from './db/tx.ts';
import { linesChanged } from './lines-changed.ts';
import { startPutAway } from './put-away.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { type Actor, requireAdmin } from './viewer.ts';

/** What makes an e-mail address the same: trimmed, NFKC, lower case. */
export function emailKey(email: string): string {
	return email.trim().normalize('NFKC').toLowerCase();
}

export interface NewAccount {
	/** A UUID; without one, it is made. */
	id?: string;
	name: string;
	email: string;
	employerId: string;
	/** IANA zone and `HH:MM` at which the person's day begins. */
	zone: string;
	dayStart: string;
	/** First date of exposure work anywhere, `YYYY-MM-DD`. */
	startDate: string;
}

/**
 * Makes an account without a password: an invitation is what opens it. Returns the person's id.
 * @throws Refusal `not-allowed` for anybody but an admin; `invalid` for an e-mail that has an account, or an unknown employer
 */
export function createPerson(db: Db, actor: Actor, account: NewAccount, now: number): string {
	requireAdmin(actor);
	return withTx(db, () => {
		const { name, email, employerId, zone, dayStart, startDate } = account;
		if (
			db
				.select({ id: people.id })
				.from(people)
				.where(eq(people.emailKey, emailKey(email)))
				.get()
		) {
			throw invalid('email', 'There is an account with this e-mail address already.');
		}
		if (!db.select({ id: employers.id }).from(employers).where(eq(employers.id, employerId)).get()) {
			throw invalid('employerId', 'Please choose an employer from the list.');
		}
		const id = account.id ?? randomUUID();
		db.insert(people)
			.values({ id, name, email: email.trim(), emailKey: emailKey(email), employerId, createdAt: now })
			.run();
		db.insert(personVersions).values({ personId: id, version: 1, zone, dayStart, startDate, recordedAt: now, recordedBy: actor.id }).run();
		db.insert(clocks).values({ personId: id, firstFactAt: null, lastFactAt: now, advancedTo: now, nextDueAt: null }).run();
		startPutAway(db, id);
		audit(db, actor, { action: 'account.created', subject: { kind: 'person', id }, detail: { employerId } }, now);
		return id;
	});
}

type PersonRow = typeof people.$inferSelect;

/** Somebody whose account can be changed. @throws Refusal `not-found`; `conflict` for somebody who was erased */
export function personWithId(db: Db, personId: string): PersonRow {
	const person = db.select().from(people).where(eq(people.id, personId)).get();
	if (!person) throw notFound();
	if (db.select().from(erasures).where(eq(erasures.personId, personId)).get())
		throw new Refusal('conflict', 'They were erased, so there is nothing left to change. Nothing was saved.');
	return person;
}

/** @throws Refusal `not-allowed`, `not-found` */
export function renamePerson(db: Db, actor: Actor, { personId, name }: { personId: string; name: string }, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		if (personWithId(db, personId).name === name) return;
		db.update(people).set({ name }).where(eq(people.id, personId)).run();
		audit(db, actor, { action: 'account.renamed', subject: { kind: 'person', id: personId } }, now);
	});
}

/**
 * Disables an account: its sign-ins end at once, its open links stop working, and it is passed over wherever it would receive
 * something. Roles and records stay. Safe to call twice.
 * @throws Refusal `not-allowed`, `not-found`, or `conflict` for the last administrator
 */
export function disablePerson(db: Db, actor: Actor, personId: string, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		if (personWithId(db, personId).disabledAt !== null) return;
		if (administers(db, personId)) keepAnAdmin(db, personId);
		db.update(people).set({ disabledAt: now }).where(eq(people.id, personId)).run();
		const open = and(eq(invitations.personId, personId), isNull(invitations.usedAt), isNull(invitations.revokedAt));
		db.update(invitations).set({ revokedAt: now }).where(open).run();
		endAllSessions(db, personId);
		audit(db, actor, { action: 'account.disabled', subject: { kind: 'person', id: personId } }, now);
		linesChanged(db, now);
	});
}

/**
 * Enables an account again, with the roles it had. Safe to call twice.
 * @throws Refusal `not-allowed`, `not-found`, or `conflict` where its home team was closed meanwhile
 */
export function enablePerson(db: Db, actor: Actor, personId: string, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		if (personWithId(db, personId).disabledAt === null) return;
		const home = currentHome(db, personId);
		if (home?.closedAt != null)
			throw new Refusal('conflict', 'The home team of this account was closed meanwhile. Choose another one first.');
		db.update(people).set({ disabledAt: null }).where(eq(people.id, personId)).run();
		audit(db, actor, { action: 'account.enabled', subject: { kind: 'person', id: personId } }, now);
		linesChanged(db, now);
	});
}

function administers(db: Db, personId: string): boolean {
	const held = and(eq(roles.personId, personId), eq(roles.role, 'admin'), isNull(roles.endedAt));
	return db.select({ id: roles.id }).from(roles).where(held).get() !== undefined;
}

/** @throws Refusal `conflict` where nobody but this person could sign in and administer */
export function keepAnAdmin(db: Db, personId: string): void {
	const others = db
		.select({ n: count() })
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.where(
			and(
				eq(roles.role, 'admin'),
				isNull(roles.endedAt),
				isNotNull(people.joinedAt),
				isNull(people.disabledAt),
				ne(roles.personId, personId)
			)
		)
		.get();
	if (!others?.n) {
		throw new Refusal('conflict', 'This is the only administrator who can sign in. Make somebody else an administrator first.');
	}
}

function currentHome(db: Db, personId: string) {
	return db
		.select({ id: homeTeams.id, teamId: homeTeams.teamId, closedAt: teams.closedAt })
		.from(homeTeams)
		.innerJoin(teams, eq(teams.id, homeTeams.teamId))
		.where(and(eq(homeTeams.personId, personId), isNull(homeTeams.endedAt)))
		.get();
}

/**
 * Gives a person a home team, in place of the one they have: policy, calendar and supervisors are those of the new one from now on.
 * Without a change nothing is stored.
 * @throws Refusal `not-allowed`, `not-found` for the person, `invalid` for an unknown or closed team
 */
export function setHomeTeam(db: Db, actor: Actor, { personId, teamId }: { personId: string; teamId: string }, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		personWithId(db, personId);
		const before = currentHome(db, personId);
		if (before?.teamId === teamId) return;
		const team = db.select({ closedAt: teams.closedAt }).from(teams).where(eq(teams.id, teamId)).get();
		if (!team || team.closedAt !== null) throw invalid('teamId', 'Please choose a team from the list.');
		recordFact(db, now, {
			personId,
			actorId: actor.id,
			fact: (at) => ({ type: 'member', at, person: personId, team: teamId }),
			write: (at) => {
				if (before) db.update(homeTeams).set({ endedAt: at }).where(eq(homeTeams.id, before.id)).run();
				db.insert(homeTeams).values({ id: randomUUID(), personId, teamId, recordedAt: at, recordedBy: actor.id }).run();
			}
		});
		audit(db, actor, { action: 'account.home-team', subject: { kind: 'person', id: personId }, detail: { teamId } }, now);
		linesChanged(db, now, personId);
	});
}

/**
 * Somebody who begins to moderate without a home team gets this one: else nobody would be prompted about their hours.
 * @throws Refusal as {@link setHomeTeam}
 */
export function homeTeamIfNone(db: Db, actor: Actor, what: { personId: string; teamId: string }, now: number): void {
	if (!currentHome(db, what.personId)) setHomeTeam(db, actor, what, now);
}
