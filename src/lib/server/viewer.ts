import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { Refusal } from './refusal.ts';

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

/** Whether the viewer has one of these roles, in whichever team. */
export function hasRole(viewer: Viewer, ...wanted: readonly Role[]): boolean {
	return viewer.roles.some(({ role }) => wanted.includes(role));
}

/** First line of what only an admin may do; the system may as well. @throws Refusal `not-allowed` */
export function requireAdmin(actor: Actor): void {
	if (actor.id !== null && !hasRole(actor, 'admin')) throw new Refusal('not-allowed', 'Only an administrator can do this.');
}

/** The teams in which the viewer holds the role. */
export function teamsAs(viewer: Viewer, role: Role): string[] {
	return viewer.roles.flatMap((held) => (held.role === role && held.teamId !== null ? [held.teamId] : []));
}

const queriesOf = perDatabase(prepare);

function prepare(db: Db) {
	// Asked with every request: without the ORM, which costs more than the query.
	return {
		person: db.$client.prepare<[string], ViewerRow>(
			`select person.id, person.name, person.employer_id as employerId, person.sharing_asked_at as sharingAskedAt,
				version.zone, version.day_start as dayStart, team.id as teamId, team.name as teamName, team.zone as teamZone
			from people as person
			join person_versions as version on version.person_id = person.id
			left join home_teams as home on home.person_id = person.id and home.ended_at is null
			left join teams as team on team.id = home.team_id
			where person.id = ? and person.disabled_at is null
			order by version.version desc limit 1`
		),
		roles: db.$client.prepare<[string], Viewer['roles'][number]>(
			`select role, team_id as teamId from roles where person_id = ? and ended_at is null and confirmed_at is not null`
		)
	};
}

interface ViewerRow extends Pick<Viewer, 'id' | 'name' | 'employerId' | 'zone' | 'dayStart'> {
	sharingAskedAt: number | null;
	teamId: string | null;
	teamName: string | null;
	teamZone: string | null;
}

/** The viewer with this id as they are now; null where there is none or the account is disabled. */
export function findViewer(db: Db, personId: string): Viewer | null {
	const queries = queriesOf(db);
	const row = queries.person.get(personId);
	if (!row) return null;
	return {
		id: row.id,
		name: row.name,
		zone: row.zone,
		dayStart: row.dayStart,
		employerId: row.employerId,
		homeTeam: row.teamId && row.teamName && row.teamZone ? { id: row.teamId, name: row.teamName, zone: row.teamZone } : null,
		roles: queries.roles.all(personId),
		sharingAsked: row.sharingAskedAt !== null
	};
}
