import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Instant } from '#lib/domain/time.ts';
import { openAlarms, type OpenAlarm } from './alarms.ts';
import { incompleteness } from './completeness.ts';
import type { Db } from './db/connection.ts';
import { teams } from './db/schema/organisation.ts';
import { homeTeams, onCall, people, roles } from './db/schema/people.ts';
import { openChannels } from './delivery/outbox.ts';
import { dayWords } from './moments.ts';
import { Refusal } from './refusal.ts';
import { holdersOf } from './role-holders.ts';
import { roleInTeam } from './role-words.ts';
import { supporters } from './supporters.ts';
import { unreached, type Unreached } from './unreached.ts';
import { hasRole, type Viewer } from './viewer.ts';

export interface TeamSummary {
	id: string;
	name: string;
	zone: string;
	members: number;
	/** By name, in order. */
	leads: string[];
	welfare: string[];
	/** Without anybody on call nobody of the team can ask for contact today. */
	onCall: number;
	/** Why it is not complete yet; empty where it is. */
	reasons: string[];
}

/** A role that waits for a second person. */
export interface Proposal {
	id: string;
	person: string;
	/** `Lead of Harbour`. */
	role: string;
	by: string;
	when: string;
	/** The viewer proposed it, and can take it back. */
	own: boolean;
	mayConfirm: boolean;
}

export interface Overview {
	teams: TeamSummary[];
	proposals: Proposal[];
	/** What is wrong with Breakwater itself; for administrators alone. */
	alarms: OpenAlarm[];
	/** Whether anything goes out at all: without, prompts are met by whoever has Breakwater open. */
	sends: boolean;
	/** Whether e-mail is among it. */
	emails: boolean;
	/** Whoever supervises or administers and is reached by nothing that goes out; for administrators alone. */
	unreached: Unreached[];
	/** An admin; the head of welfare reads, and confirms proposals. */
	mayChange: boolean;
}

/** The organisation at a glance. @throws Refusal `not-allowed` for anybody but admins and heads of welfare */
export function overview(db: Db, viewer: Viewer, now: Instant): Overview {
	if (!hasRole(viewer, 'admin', 'head_of_welfare'))
		throw new Refusal('not-allowed', 'This page is for administrators and the head of welfare.');
	const mayChange = hasRole(viewer, 'admin');
	const open = openChannels(db);
	return {
		teams: summaries(db),
		proposals: openProposals(db, viewer, now),
		alarms: openAlarms(db, viewer, now),
		sends: open.size > 0,
		emails: open.has('email'),
		unreached: mayChange ? unreached(db) : [],
		mayChange
	};
}

function summaries(db: Db): TeamSummary[] {
	const reasons = incompleteness(db);
	const holders = holdersOf(db).filter(({ proposed, disabled }) => !proposed && !disabled);
	const homes = db
		.select({ teamId: homeTeams.teamId })
		.from(homeTeams)
		.innerJoin(people, eq(people.id, homeTeams.personId))
		.where(and(isNull(homeTeams.endedAt), isNull(people.disabledAt)))
		.all();
	const called = and(isNull(onCall.endedAt), inArray(onCall.personId, supporters(db)));
	const calls = db.select({ teamId: onCall.teamId }).from(onCall).where(called).all();
	const open = db.select().from(teams).where(isNull(teams.closedAt)).orderBy(asc(teams.name)).all();
	return open.map(({ id, name, zone }) => ({
		id,
		name,
		zone,
		members: homes.filter(({ teamId }) => teamId === id).length,
		leads: holders.filter(({ teamId, role }) => teamId === id && role === 'lead').map((holder) => holder.name),
		welfare: holders.filter(({ teamId, role }) => teamId === id && role === 'welfare').map((holder) => holder.name),
		onCall: calls.filter(({ teamId }) => teamId === id).length,
		reasons: reasons.get(id) ?? []
	}));
}

function openProposals(db: Db, viewer: Viewer, now: Instant): Proposal[] {
	const proposer = alias(people, 'proposer');
	return db
		.select({
			id: roles.id,
			personId: roles.personId,
			person: people.name,
			role: roles.role,
			team: teams.name,
			proposedBy: roles.proposedBy,
			by: proposer.name,
			at: roles.proposedAt,
			disabledAt: people.disabledAt
		})
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.leftJoin(teams, eq(teams.id, roles.teamId))
		.leftJoin(proposer, eq(proposer.id, roles.proposedBy))
		.where(and(isNull(roles.endedAt), isNull(roles.confirmedAt)))
		.orderBy(asc(roles.proposedAt))
		.all()
		.map((row) => ({
			id: row.id,
			person: row.person,
			role: roleInTeam(row.role, row.team),
			by: row.by ?? 'Somebody',
			when: dayWords(viewer.zone, row.at, now),
			own: row.proposedBy === viewer.id,
			mayConfirm: row.proposedBy !== viewer.id && row.personId !== viewer.id && row.disabledAt === null
		}));
}
