import { and, asc, desc, eq, isNull } from 'drizzle-orm';
import type { Instant, LocalDate } from '#lib/domain/time.ts';
import { noteReading, reading } from './access-log.ts';
import type { Db } from './db/connection.ts';
import { employers, organisation, teams } from './db/schema/organisation.ts';
import { homeTeams, invitations, people, personVersions, roles } from './db/schema/people.ts';
import { dayWords, momentWords } from './moments.ts';
import { notFound } from './refusal.ts';
import { roleInTeam } from './role-words.ts';
import { requireAdmin, type Viewer } from './viewer.ts';

/**
 * Accounts as an admin sees them: names, teams, roles and whether somebody has joined. Nothing of exposure, check-ins, findings or
 * alerts (domain.md §6).
 */

export type AccountState = 'not-invited' | 'invited' | 'joined' | 'disabled';

export interface Account {
	id: string;
	name: string;
	email: string;
	employer: string;
	/** Employed by another organisation. */
	secondee: boolean;
	team: { id: string; name: string } | null;
	state: AccountState;
	/** `Joined`, `Invited, link works until Tuesday 17 November, 09:12`, … */
	stateWords: string;
	roles: HeldRole[];
}

export interface HeldRole {
	id: string;
	role: string;
	words: string;
	/** Not confirmed by a second person yet. */
	proposed: boolean;
	since: string;
}

export interface AccountDetails extends Account {
	employerId: string;
	zone: string;
	dayStart: string;
	startDate: LocalDate;
	/** The viewer's own account. */
	self: boolean;
}

/** Every account by name; disabled ones last. Not noted for each of them, as people are told: whoever opens one is. @throws Refusal `not-allowed` for anybody but an admin */
export function listAccounts(db: Db, viewer: Viewer, now: Instant): Account[] {
	requireAdmin(viewer);
	const held = rolesByPerson(db, viewer, now);
	const links = openLinks(db);
	const all = accountRows(db).map((row) => account(row, held.get(row.id) ?? [], links.get(row.id), viewer, now));
	return [...all.filter(({ state }) => state !== 'disabled'), ...all.filter(({ state }) => state === 'disabled')];
}

/** One account, noted for its person. @throws Refusal `not-allowed` for anybody but an admin, `not-found`, `full` where it cannot be noted */
export function findAccount(db: Db, viewer: Viewer, personId: string, now: Instant): AccountDetails {
	requireAdmin(viewer);
	return reading(db, () => {
		const account = accountWith(db, viewer, personId, now);
		noteReading(db, viewer, { kind: 'account', why: { purpose: 'administration' } }, [personId], now);
		return account;
	});
}

function accountWith(db: Db, viewer: Viewer, personId: string, now: Instant): AccountDetails {
	const row = accountRows(db, personId)[0];
	const version = db
		.select()
		.from(personVersions)
		.where(eq(personVersions.personId, personId))
		.orderBy(desc(personVersions.version))
		.limit(1)
		.get();
	if (!row || !version) throw notFound();
	const held = rolesByPerson(db, viewer, now, personId).get(personId) ?? [];
	const { zone, dayStart, startDate } = version;
	const shown = account(row, held, openLinks(db, personId).get(personId), viewer, now);
	return { ...shown, employerId: row.employerId, zone, dayStart, startDate, self: personId === viewer.id };
}

type AccountRow = ReturnType<typeof accountRows>[number];

function accountRows(db: Db, personId?: string) {
	return db
		.select({
			id: people.id,
			name: people.name,
			email: people.email,
			employerId: people.employerId,
			employer: employers.name,
			ownEmployerId: organisation.employerId,
			teamId: teams.id,
			team: teams.name,
			joinedAt: people.joinedAt,
			disabledAt: people.disabledAt
		})
		.from(people)
		.innerJoin(employers, eq(employers.id, people.employerId))
		.leftJoin(organisation, eq(organisation.id, 1))
		.leftJoin(homeTeams, and(eq(homeTeams.personId, people.id), isNull(homeTeams.endedAt)))
		.leftJoin(teams, eq(teams.id, homeTeams.teamId))
		.where(personId === undefined ? undefined : eq(people.id, personId))
		.orderBy(asc(people.name))
		.all();
}

function account(row: AccountRow, held: HeldRole[], linkUntil: Instant | undefined, viewer: Viewer, now: Instant): Account {
	const { id, name, email, employer, teamId, team } = row;
	return {
		id,
		name,
		email,
		employer,
		secondee: row.employerId !== row.ownEmployerId,
		team: teamId !== null && team !== null ? { id: teamId, name: team } : null,
		...stateOf(row, linkUntil, viewer, now),
		roles: held
	};
}

function stateOf(row: AccountRow, linkUntil: Instant | undefined, viewer: Viewer, now: Instant): Pick<Account, 'state' | 'stateWords'> {
	const link = linkUntil !== undefined && linkUntil > now ? `link works until ${momentWords(viewer.zone, linkUntil, now)}` : null;
	if (row.disabledAt !== null) return { state: 'disabled', stateWords: `Disabled since ${dayWords(viewer.zone, row.disabledAt, now)}` };
	if (row.joinedAt !== null) return { state: 'joined', stateWords: link === null ? 'Joined' : `Joined; new password ${link}` };
	if (link !== null) return { state: 'invited', stateWords: `Invited, ${link}` };
	return { state: 'not-invited', stateWords: linkUntil === undefined ? 'Not invited yet' : 'Invitation is over; make a new link' };
}

/** When each person's open link stops working. */
function openLinks(db: Db, personId?: string): Map<string, Instant> {
	const open = and(
		isNull(invitations.usedAt),
		isNull(invitations.revokedAt),
		personId === undefined ? undefined : eq(invitations.personId, personId)
	);
	const rows = db
		.select({ personId: invitations.personId, until: invitations.expiresAt })
		.from(invitations)
		.where(open)
		.orderBy(asc(invitations.expiresAt))
		.all();
	return new Map(rows.map((row) => [row.personId, row.until]));
}

function rolesByPerson(db: Db, viewer: Viewer, now: Instant, personId?: string): Map<string, HeldRole[]> {
	const rows = db
		.select({
			id: roles.id,
			personId: roles.personId,
			role: roles.role,
			team: teams.name,
			proposedAt: roles.proposedAt,
			confirmedAt: roles.confirmedAt
		})
		.from(roles)
		.leftJoin(teams, eq(teams.id, roles.teamId))
		.where(and(isNull(roles.endedAt), personId === undefined ? undefined : eq(roles.personId, personId)))
		.orderBy(asc(roles.proposedAt))
		.all();
	const byPerson = new Map<string, HeldRole[]>();
	for (const { id, role, team, confirmedAt, proposedAt, personId: whose } of rows) {
		const since = dayWords(viewer.zone, confirmedAt ?? proposedAt, now);
		byPerson.set(whose, [
			...(byPerson.get(whose) ?? []),
			{ id, role, words: roleInTeam(role, team), proposed: confirmedAt === null, since }
		]);
	}
	return byPerson;
}
