import { and, count, eq, isNull, ne, sql } from 'drizzle-orm';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { policies, teams } from './db/schema/organisation.ts';
import { homeTeams, onCall, people, roles } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { type Actor, requireAdmin } from './viewer.ts';

export interface NewTeam {
	/** The row's id: that of the form. */
	id: string;
	name: string;
	/** IANA zone of its working calendar. */
	zone: string;
}

/**
 * Makes a team, with a policy of its own that says where its working hours are counted. Sent twice, it is made once.
 * @throws Refusal `not-allowed`, `invalid` for a name that an open team has, `conflict` for a used form
 */
export function createTeam(db: Db, actor: Actor, { id, name, zone }: NewTeam, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const before = db.select().from(teams).where(eq(teams.id, id)).get();
		if (before) {
			if (before.name === name && before.zone === zone) return;
			throw new Refusal('conflict', 'This form was sent before with another name in it. Please load the page again.');
		}
		refuseTakenName(db, name, id);
		db.insert(teams).values({ id, name, zone, createdAt: now }).run();
		db.insert(policies)
			.values({
				id: crypto.randomUUID(),
				teamId: id,
				patch: { calendar: { zone } },
				authorId: actor.id,
				reason: 'Zone of the new team',
				recordedAt: now
			})
			.run();
		audit(db, actor, { action: 'team.created', subject: { kind: 'team', id } }, now);
	});
}

function refuseTakenName(db: Db, name: string, exceptId: string): void {
	const taken = and(sql`lower(${teams.name}) = lower(${name})`, isNull(teams.closedAt), ne(teams.id, exceptId));
	if (db.select({ id: teams.id }).from(teams).where(taken).get()) throw invalid('name', 'There is a team with this name already.');
}

/** A team that is open. @throws Refusal `not-found` otherwise */
export function openTeam(db: Db, teamId: string): typeof teams.$inferSelect {
	const team = db.select().from(teams).where(eq(teams.id, teamId)).get();
	if (!team || team.closedAt !== null) throw notFound();
	return team;
}

/** @throws Refusal `not-allowed`, `not-found`, `invalid` for a name that another open team has */
export function renameTeam(db: Db, actor: Actor, { teamId, name }: { teamId: string; name: string }, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		if (openTeam(db, teamId).name === name) return;
		refuseTakenName(db, name, teamId);
		db.update(teams).set({ name }).where(eq(teams.id, teamId)).run();
		audit(db, actor, { action: 'team.renamed', subject: { kind: 'team', id: teamId } }, now);
	});
}

/**
 * Closes a team that nobody belongs to any more; its on-call list ends with it. Safe to call twice.
 * @throws Refusal `not-allowed`, `not-found`, or `conflict` while somebody has it as home team or holds a role in it
 */
export function closeTeam(db: Db, actor: Actor, teamId: string, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const team = db.select({ closedAt: teams.closedAt }).from(teams).where(eq(teams.id, teamId)).get();
		if (!team) throw notFound();
		if (team.closedAt !== null) return;
		const { members, holders } = belonging(db, teamId);
		if (members + holders > 0) throw new Refusal('conflict', stillThere(members, holders));
		db.update(onCall)
			.set({ endedAt: now })
			.where(and(eq(onCall.teamId, teamId), isNull(onCall.endedAt)))
			.run();
		db.update(teams).set({ closedAt: now }).where(eq(teams.id, teamId)).run();
		audit(db, actor, { action: 'team.closed', subject: { kind: 'team', id: teamId } }, now);
	});
}

/** How many belong to a team: with it as their home team (disabled accounts aside), and with a role in it. */
function belonging(db: Db, teamId: string): { members: number; holders: number } {
	const members = db
		.select({ n: count() })
		.from(homeTeams)
		.innerJoin(people, eq(people.id, homeTeams.personId))
		.where(and(eq(homeTeams.teamId, teamId), isNull(homeTeams.endedAt), isNull(people.disabledAt)))
		.get();
	const holders = db
		.select({ n: count() })
		.from(roles)
		.where(and(eq(roles.teamId, teamId), isNull(roles.endedAt)))
		.get();
	return { members: members?.n ?? 0, holders: holders?.n ?? 0 };
}

function stillThere(members: number, holders: number): string {
	const parts = [
		members > 0 && (members === 1 ? 'one person has it as home team' : `${members} people have it as home team`),
		holders > 0 && (holders === 1 ? 'one role is held in it' : `${holders} roles are held in it`)
	].filter((part) => part !== false);
	return `This team cannot be closed yet: ${parts.join(', and ')}. Move the people to another team and end the roles first.`;
}
