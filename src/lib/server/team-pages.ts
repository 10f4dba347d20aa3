import { and, asc, eq, inArray, isNull, lte } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { incompleteness } from './completeness.ts';
import type { Db } from './db/connection.ts';
import { teams } from './db/schema/organisation.ts';
import { homeTeams, onCall, people } from './db/schema/people.ts';
import { holdersOf, type Holder } from './role-holders.ts';
import { takesTwoPeople } from './roles.ts';
import { onCallRoles, supporters } from './supporters.ts';
import { openTeam } from './teams.ts';
import { requireAdmin, type Role, type Viewer } from './viewer.ts';

export interface TeamPage {
	id: string;
	name: string;
	zone: string;
	reasons: string[];
	/** Whose home team it is. */
	members: { id: string; name: string; disabled: boolean }[];
	leads: Holder[];
	welfare: Holder[];
	peers: Holder[];
	moderators: Holder[];
	/** With who took over from them, where somebody did. */
	onCall: { id: string; name: string; handedTo: string | null }[];
	/** Whom a role can be given, or the team as home team. */
	people: { id: string; name: string; team: string | null }[];
	/** Who could be put on call. */
	callable: { id: string; name: string }[];
	/** Lead and welfare officer wait for a second person. */
	takesTwo: boolean;
}

/** One open team. @throws Refusal `not-allowed` for anybody but an admin, `not-found` */
export function findTeam(db: Db, viewer: Viewer, teamId: string): TeamPage {
	requireAdmin(viewer);
	const { id, name, zone } = openTeam(db, teamId);
	const holders = holdersOf(db, teamId);
	const having = (role: Role) => holders.filter((holder) => holder.role === role);
	const called = onCallOf(db, teamId);
	return {
		id,
		name,
		zone,
		reasons: incompleteness(db).get(teamId) ?? [],
		members: membersOf(db, teamId),
		leads: having('lead'),
		welfare: having('welfare'),
		peers: having('peer'),
		moderators: having('moderator'),
		onCall: called.map(({ id, name, handedTo }) => ({ id, name, handedTo })),
		people: enabledPeople(db),
		callable: callable(db).filter((person) => !called.some((entry) => entry.personId === person.id)),
		takesTwo: takesTwoPeople(db)
	};
}

function membersOf(db: Db, teamId: string) {
	return db
		.select({ id: people.id, name: people.name, disabledAt: people.disabledAt })
		.from(homeTeams)
		.innerJoin(people, eq(people.id, homeTeams.personId))
		.where(and(eq(homeTeams.teamId, teamId), isNull(homeTeams.endedAt)))
		.orderBy(asc(people.name))
		.all()
		.map(({ id, name, disabledAt }) => ({ id, name, disabled: disabledAt !== null }));
}

function onCallOf(db: Db, teamId: string) {
	const [listed, taker] = [alias(onCall, 'listed'), alias(people, 'taker')];
	return db
		.select({ id: onCall.id, personId: people.id, name: people.name, handedTo: taker.name })
		.from(onCall)
		.innerJoin(people, eq(people.id, onCall.personId))
		.leftJoin(
			listed,
			and(
				...[eq(listed.teamId, onCall.teamId), eq(listed.personId, onCall.handedTo)],
				...[isNull(listed.endedAt), lte(listed.recordedAt, onCall.handedAt)]
			)
		)
		.leftJoin(taker, eq(taker.id, listed.personId))
		.where(and(eq(onCall.teamId, teamId), isNull(onCall.endedAt), inArray(onCall.personId, supporters(db))))
		.orderBy(asc(onCall.position), asc(onCall.recordedAt))
		.all();
}

function enabledPeople(db: Db) {
	return db
		.select({ id: people.id, name: people.name, team: teams.name })
		.from(people)
		.leftJoin(homeTeams, and(eq(homeTeams.personId, people.id), isNull(homeTeams.endedAt)))
		.leftJoin(teams, eq(teams.id, homeTeams.teamId))
		.where(isNull(people.disabledAt))
		.orderBy(asc(people.name))
		.all();
}

function callable(db: Db): { id: string; name: string }[] {
	const supporting = holdersOf(db).filter(({ role, proposed, disabled }) => !proposed && !disabled && onCallRoles.includes(role));
	const byId = new Map(supporting.map(({ personId, name }) => [personId, { id: personId, name }]));
	return [...byId.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** Open teams by name, for lists to choose from. */
export function openTeams(db: Db): { id: string; name: string }[] {
	return db.select({ id: teams.id, name: teams.name }).from(teams).where(isNull(teams.closedAt)).orderBy(asc(teams.name)).all();
}
