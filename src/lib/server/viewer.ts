import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Db } from './db/connection.ts';
import { teams } from './db/schema/organisation.ts';
import { homeTeams, people, personVersions, roles } from './db/schema/people.ts';

export type Role = 'moderator' | 'lead' | 'welfare' | 'peer' | 'admin' | 'head_of_welfare';

/** Who is looking, or acting: every query of a person's data and every verb takes one first. */
export interface Viewer {
	readonly id: string;
	readonly name: string;
	/** IANA zone and `HH:MM` at which the person's day begins. */
	readonly zone: string;
	readonly dayStart: string;
	readonly employerId: string;
	readonly homeTeam: { readonly id: string; readonly name: string; readonly zone: string } | null;
	/** Confirmed roles in force; `teamId` is null for roles of the whole organisation. */
	readonly roles: readonly { readonly role: Role; readonly teamId: string | null }[];
	/** False until the sharing choices were answered once. */
	readonly sharingAsked: boolean;
}

/** What the clock or a rule did, as opposed to a person. */
export const system = { id: null } as const;
export type Actor = Viewer | typeof system;

export function hasRole(viewer: Viewer, ...wanted: readonly Role[]): boolean {
	return viewer.roles.some(({ role }) => wanted.includes(role));
}

/** The teams in which the viewer holds the role. */
export function teamsAs(viewer: Viewer, role: Role): string[] {
	return viewer.roles.flatMap((held) => (held.role === role && held.teamId !== null ? [held.teamId] : []));
}

const prepared = new WeakMap<Db, ReturnType<typeof prepare>>();

function prepare(db: Db) {
	return {
		person: db
			.select({
				id: people.id,
				name: people.name,
				employerId: people.employerId,
				sharingAskedAt: people.sharingAskedAt,
				zone: personVersions.zone,
				dayStart: personVersions.dayStart,
				teamId: teams.id,
				teamName: teams.name,
				teamZone: teams.zone
			})
			.from(people)
			.innerJoin(personVersions, eq(personVersions.personId, people.id))
			.leftJoin(homeTeams, and(eq(homeTeams.personId, people.id), isNull(homeTeams.endedAt)))
			.leftJoin(teams, eq(teams.id, homeTeams.teamId))
			.where(and(eq(people.id, sql.placeholder('id')), isNull(people.disabledAt)))
			.orderBy(sql`${personVersions.version} desc`)
			.prepare(),
		roles: db
			.select({ role: roles.role, teamId: roles.teamId })
			.from(roles)
			.where(and(eq(roles.personId, sql.placeholder('id')), isNull(roles.endedAt), isNotNull(roles.confirmedAt)))
			.prepare()
	};
}

/** The viewer with this id as they are now; null where there is none or the account is disabled. */
export function findViewer(db: Db, personId: string): Viewer | null {
	let queries = prepared.get(db);
	if (!queries) prepared.set(db, (queries = prepare(db)));
	const row = queries.person.get({ id: personId });
	if (!row) return null;
	return {
		id: row.id,
		name: row.name,
		zone: row.zone,
		dayStart: row.dayStart,
		employerId: row.employerId,
		homeTeam: row.teamId && row.teamName && row.teamZone ? { id: row.teamId, name: row.teamName, zone: row.teamZone } : null,
		roles: queries.roles.all({ id: personId }),
		sharingAsked: row.sharingAskedAt !== null
	};
}
