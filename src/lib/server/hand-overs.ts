import { and, asc, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { onCallAmong, type Listed } from '#lib/domain/on-call.ts';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { teams } from './db/schema/organisation.ts';
import { handOvers, onCall, people, roles } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { linesChanged } from './lines-changed.ts';
import { momentWords } from './moments.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { supporters } from './supporters.ts';
import { awayOn } from './supervisors.ts';
import { requireAdmin, type Viewer } from './viewer.ts';

export interface HandOver {
	/** The row's id: that of the form. */
	id: string;
	/** The actor's own entry of an on-call list. */
	entryId: string;
	/** Who takes over; the actor themself: is on call again. */
	toId: string;
}

/**
 * Hands being on call over to another of the list, who is on call from that instant, or takes it back. Sent twice, it is done once.
 * @throws Refusal `not-found` for an entry that is not the actor's own; `invalid` on `toId` for somebody who is not there or supports others than the
 *   actor does; `conflict` for a used form
 */
export function handOver(db: Db, actor: Viewer, { id, entryId, toId }: HandOver, now: Instant): void {
	withTx(db, () => {
		const entry = db.select().from(onCall).where(eq(onCall.id, entryId)).get();
		if (!entry || entry.endedAt !== null || entry.personId !== actor.id) throw notFound();
		const { teamId } = entry;
		const before = db.select().from(handOvers).where(eq(handOvers.id, id)).get();
		if (before) {
			if (before.teamId === teamId && before.fromId === actor.id && before.toId === toId) return;
			throw new Refusal('conflict', 'This form was sent before with something else in it. Please load the page again.');
		}
		if (toId !== actor.id && !takersFor(db, teamId, actor.id, now).some((taker) => taker.id === toId))
			throw invalid('toId', 'Please choose somebody of the list who is there and supports the same people.');
		const back = { handedTo: null, handedAt: null };
		const handed = toId === actor.id ? back : { handedTo: toId, handedAt: now };
		db.update(onCall).set(handed).where(eq(onCall.id, entryId)).run();
		const taker = and(eq(onCall.teamId, teamId), eq(onCall.personId, toId), isNull(onCall.endedAt));
		db.update(onCall).set(back).where(taker).run();
		db.insert(handOvers).values({ id, teamId, fromId: actor.id, toId, recordedAt: now }).run();
		const action = toId === actor.id ? 'team.on-call-again' : 'team.handed-over';
		audit(db, actor, { action, subject: { kind: 'team', id: teamId }, detail: { personId: toId } }, now);
		linesChanged(db, now);
	});
}

interface ListRow extends Listed {
	entryId: string;
	name: string;
	gone: boolean;
}

function listOf(db: Db, teamId: string): ListRow[] {
	return db
		.select({ entryId: onCall.id, since: onCall.recordedAt, handedTo: onCall.handedTo, handedAt: onCall.handedAt, person: people })
		.from(onCall)
		.innerJoin(people, eq(people.id, onCall.personId))
		.where(and(eq(onCall.teamId, teamId), isNull(onCall.endedAt), inArray(onCall.personId, supporters(db))))
		.orderBy(asc(onCall.position), asc(onCall.recordedAt))
		.all()
		.map(({ person: { id, name, disabledAt, joinedAt }, ...row }) => ({
			...row,
			id,
			name,
			gone: disabledAt !== null || joinedAt === null
		}));
}

/** As what somebody is asked, and by whom: an officer by the people of their employer. */
function asksOf(db: Db, personId: string): string[] {
	return db
		.selectDistinct({ role: roles.role, employerId: people.employerId })
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.where(and(eq(roles.personId, personId), isNull(roles.endedAt), isNotNull(roles.confirmedAt)))
		.all()
		.flatMap(({ role, employerId }) => (role === 'welfare' ? `welfare of ${employerId}` : role === 'lead' || role === 'peer' ? role : []));
}

/** Who of the list could take over from somebody: there today, and asked by everybody by whom that one is. */
function takersFor(db: Db, teamId: string, personId: string, now: Instant): { id: string; name: string }[] {
	const away = awayOn(db, now);
	const own = asksOf(db, personId);
	return listOf(db, teamId)
		.filter(({ id, gone }) => id !== personId && !gone && !away.has(id))
		.filter(({ id }) => {
			const theirs = asksOf(db, id);
			return own.every((ask) => theirs.includes(ask));
		})
		.map(({ id, name }) => ({ id, name }));
}

/** One of the lists on which the viewer stands. */
export interface OwnCall {
	entryId: string;
	team: string;
	onCall: boolean;
	/** Who else is on call now, in order. */
	others: string[];
	/** Who took over, and when; also where they are not there by now. */
	handed: { name: string; when: string } | null;
	/** Who could take over. */
	takers: { id: string; name: string }[];
}

/** The on-call lists on which the viewer stands, by team. */
export function ownCalls(db: Db, viewer: Viewer, now: Instant): OwnCall[] {
	const away = awayOn(db, now);
	return db
		.select({ teamId: teams.id, team: teams.name })
		.from(onCall)
		.innerJoin(teams, eq(teams.id, onCall.teamId))
		.where(and(eq(onCall.personId, viewer.id), isNull(onCall.endedAt)))
		.orderBy(asc(teams.name))
		.all()
		.flatMap(({ teamId, team }) => {
			const list = listOf(db, teamId);
			const gone = new Set(list.filter((entry) => entry.gone).map(({ id }) => id));
			const isThere = (id: string) => !gone.has(id) && !away.has(id);
			const called = onCallAmong(list, isThere);
			const own = list.find(({ id }) => id === viewer.id);
			if (!own) return [];
			const taker = list.find(({ id, since }) => id === own.handedTo && since <= (own.handedAt ?? 0));
			return {
				...{ entryId: own.entryId, team, onCall: called.includes(viewer.id) },
				others: list.filter(({ id }) => id !== viewer.id && called.includes(id) && isThere(id)).map(({ name }) => name),
				handed: taker && own.handedAt !== null ? { name: taker.name, when: momentWords(viewer.zone, own.handedAt, now) } : null,
				takers: takersFor(db, teamId, viewer.id, now)
			};
		});
}

const mostShown = 10;

/** The last times that being on call for a team was handed over, newest first, in one sentence each. @throws Refusal `not-allowed` */
export function handOversOf(db: Db, viewer: Viewer, teamId: string, now: Instant): { id: string; words: string }[] {
	requireAdmin(viewer);
	const [from, to] = [alias(people, 'giver'), alias(people, 'taker')];
	return db
		.select({ id: handOvers.id, from: from.name, to: to.name, fromId: handOvers.fromId, toId: handOvers.toId, at: handOvers.recordedAt })
		.from(handOvers)
		.innerJoin(from, eq(from.id, handOvers.fromId))
		.innerJoin(to, eq(to.id, handOvers.toId))
		.where(eq(handOvers.teamId, teamId))
		.orderBy(desc(handOvers.recordedAt), desc(handOvers.id))
		.limit(mostShown)
		.all()
		.map(({ id, at, ...each }) => ({
			id,
			words: `${each.from} ${each.fromId === each.toId ? 'is on call again' : `handed over to ${each.to}`}: ${momentWords(viewer.zone, at, now)}.`
		}));
}
