import { randomUUID } from 'node:crypto';
import { and, desc, eq, gt, isNull } from 'drizzle-orm';
import { instrumentIds } from '#lib/domain/instruments/instrument.ts';
import { personDayOf } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import { checkPassword, hashPassword } from './auth/passwords.ts';
import { endAllSessions } from './auth/session.ts';
import { newToken, tokenHash } from './auth/token.ts';
import type { Db } from './db/connection.ts';
import { employers, optionalVersions, organisation, policies, workTypes } from './db/schema/organisation.ts';
import { invitations, people, personVersions, roles } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { linesChanged } from './lines-changed.ts';
import { defaultHelpLines, defaultWorkTypes, findOrganisation, sessionFields } from './organisation.ts';
import { createPerson } from './people.ts';
import { recordDays } from './person-days.ts';
import { notFound, Refusal } from './refusal.ts';
import { type Actor, requireAdmin, system } from './viewer.ts';

const invitationMs = 7 * 86_400_000;

/**
 * Makes a link with which a person sets their password: single use, seven days, the earlier ones revoked. Returns its token, which
 * is stored nowhere: show it once. A password that the person has goes on working until the link is used.
 * @throws Refusal `not-allowed`, `not-found`, or `conflict` for a disabled account
 */
export function invite(db: Db, actor: Actor, personId: string, now: number): string {
	requireAdmin(actor);
	return withTx(db, () => {
		const person = db.select({ disabledAt: people.disabledAt }).from(people).where(eq(people.id, personId)).get();
		if (!person) throw notFound();
		if (person.disabledAt !== null) throw new Refusal('conflict', 'This account is disabled. Enable it first, then make a link.');
		db.update(invitations)
			.set({ revokedAt: now })
			.where(and(eq(invitations.personId, personId), isNull(invitations.usedAt), isNull(invitations.revokedAt)))
			.run();
		const token = newToken();
		db.insert(invitations)
			.values({
				id: randomUUID(),
				tokenHash: tokenHash(token),
				personId,
				createdBy: actor.id ?? 'system',
				createdAt: now,
				expiresAt: now + invitationMs
			})
			.run();
		audit(db, actor, { action: 'account.invited', subject: { kind: 'person', id: personId } }, now);
		return token;
	});
}

/** Whom an invitation is for. */
export interface Invitation {
	readonly id: string;
	readonly personId: string;
	readonly name: string;
	readonly email: string;
	/** Somebody who has had a password: the link replaces it. */
	readonly joined: boolean;
	readonly zone: string;
	readonly dayStart: string;
}

/** The invitation that a token opens; null where it was used, replaced, is over, or never was. */
export function findInvitation(db: Db, token: string, now: number): Invitation | null {
	const row = db
		.select({
			id: invitations.id,
			personId: people.id,
			name: people.name,
			email: people.email,
			joinedAt: people.joinedAt,
			zone: personVersions.zone,
			dayStart: personVersions.dayStart
		})
		.from(invitations)
		.innerJoin(people, eq(people.id, invitations.personId))
		.innerJoin(personVersions, eq(personVersions.personId, people.id))
		.where(
			and(
				eq(invitations.tokenHash, tokenHash(token)),
				isNull(invitations.usedAt),
				isNull(invitations.revokedAt),
				gt(invitations.expiresAt, now),
				isNull(people.disabledAt)
			)
		)
		.orderBy(desc(personVersions.version))
		.limit(1)
		.get();
	if (!row) return null;
	const { joinedAt, ...invitation } = row;
	return { ...invitation, joined: joinedAt !== null };
}

/** What somebody chooses on joining: where their day is counted, and when it begins (12:00 for nights). */
export interface Joining {
	password: string;
	zone: string;
	dayStart: string;
}

/**
 * Sets the password with an invitation, ends every other sign-in of the person, and returns their id. Zone and start of day count on
 * joining only: who was here before changes them in their settings.
 * @throws Refusal `not-found` for a link that does not work (any more), `invalid` for a password that is not taken
 */
export async function acceptInvitation(db: Db, token: string, { password, zone, dayStart }: Joining, now: number): Promise<string> {
	const shown = findInvitation(db, token, now) ?? refuseLink();
	checkPassword(password, { name: shown.name, email: shown.email, organisation: findOrganisation(db)?.name ?? '' });
	const passwordHash = await hashPassword(password);
	return withTx(db, () => {
		// Again, because it may have been used or replaced while the hash was computed.
		const { id, personId, joined, ...current } = findInvitation(db, token, now) ?? refuseLink();
		db.update(invitations).set({ usedAt: now }).where(eq(invitations.id, id)).run();
		db.update(people)
			.set(joined ? { passwordHash } : { passwordHash, joinedAt: now })
			.where(eq(people.id, personId))
			.run();
		if (!joined && (zone !== current.zone || dayStart !== current.dayStart)) recordDays(db, personId, { personId, zone, dayStart }, now);
		endAllSessions(db, personId);
		const action = joined ? 'account.password-set' : 'account.joined';
		audit(db, { id: personId }, { action, subject: { kind: 'person', id: personId } }, now);
		if (!joined) linesChanged(db, now);
		return personId;
	});
}

function refuseLink(): never {
	throw new Refusal('not-found', 'This link does not work any more. Please ask your administrator for a new one.');
}

/** What the first-run page asks. */
export interface SetUp {
	organisation: string;
	zone: string;
	name: string;
	email: string;
	password: string;
}

/**
 * Makes the organisation with its defaults and its first administrator, whose role needs no second person. Returns their id.
 * @throws Refusal `conflict` where there is an organisation already, `invalid` for a password that is not taken
 */
export async function setUp(db: Db, what: SetUp, now: number): Promise<string> {
	checkPassword(what.password, { name: what.name, email: what.email, organisation: what.organisation });
	const passwordHash = await hashPassword(what.password);
	return withTx(db, () => {
		const employerId = createOrganisation(db, { name: what.organisation, zone: what.zone, sample: false }, now);
		const startDate = personDayOf(what.zone, '00:00', now);
		const id = createPerson(
			db,
			system,
			{ name: what.name, email: what.email, employerId, zone: what.zone, dayStart: '00:00', startDate },
			now
		);
		db.update(people).set({ passwordHash, joinedAt: now }).where(eq(people.id, id)).run();
		db.insert(roles)
			.values({ id: randomUUID(), personId: id, role: 'admin', proposedBy: id, proposedAt: now, confirmedBy: id, confirmedAt: now })
			.run();
		const first = { kind: 'person', id };
		audit(db, { id }, { action: 'account.joined', subject: first }, now);
		audit(db, { id }, { action: 'role.given', subject: first, detail: { role: 'admin', teamId: null } }, now);
		return id;
	});
}

/**
 * The organisation's row, its employer, work types, help lines and first versions of the policy and of what is optional. Returns the employer's id.
 * @throws Refusal `conflict` where there is an organisation already
 */
export function createOrganisation(db: Db, { name, zone, sample }: { name: string; zone: string; sample: boolean }, now: number): string {
	return withTx(db, () => {
		if (findOrganisation(db)) throw new Refusal('conflict', 'This Breakwater is set up already. Please sign in.');
		const employerId = randomUUID();
		const on = { fields: [...sessionFields], instruments: [...instrumentIds] };
		db.insert(employers).values({ id: employerId, name, createdAt: now }).run();
		db.insert(organisation)
			.values({ ...{ id: 1, name, zone, employerId, createdAt: now, sample }, ...on, helpLines: [...defaultHelpLines] })
			.run();
		db.insert(optionalVersions)
			.values({ id: randomUUID(), ...on, authorId: null, reason: 'Defaults on setting up', recordedAt: now })
			.run();
		db.insert(workTypes)
			.values(defaultWorkTypes.map((type, position) => ({ ...type, id: randomUUID(), position })))
			.run();
		db.insert(policies)
			.values({
				id: randomUUID(),
				teamId: null,
				patch: { calendar: { zone } },
				authorId: null,
				reason: 'Defaults on setting up',
				recordedAt: now
			})
			.run();
		audit(db, system, { action: 'organisation.set-up', detail: { sample } }, now);
		return employerId;
	});
}
