import { and, eq, gte, inArray, isNotNull, isNull, or } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { teams } from './db/schema/organisation.ts';
import { people, roles } from './db/schema/people.ts';
import { dayWords } from './moments.ts';
import { roleInTeam } from './role-words.ts';
import type { Viewer } from './viewer.ts';

const shownMs = 14 * 86_400_000;

/** A change of who leads or looks after the viewer's team, in one sentence. */
export interface TeamNews {
	id: string;
	words: string;
	/** `Tuesday 17 November`. */
	when: string;
}

/**
 * Who became or stopped being a lead, welfare officer or peer supporter of the viewer's home team, or head of welfare, in the last
 * 14 days; newest first. Proposals are told once they are confirmed.
 */
export function teamNews(db: Db, viewer: Viewer, now: Instant): TeamNews[] {
	const news = recentChanges(db, viewer, now - shownMs).flatMap((change) => {
		const what = roleInTeam(change.role, change.team);
		const given = change.confirmedAt !== null && change.confirmedAt >= now - shownMs;
		return [
			...(given
				? [
						{
							id: `${change.id}-given`,
							at: change.confirmedAt ?? 0,
							words: `${change.name} is now ${what}.${byWhom(change.proposer, change.confirmer)}`
						}
					]
				: []),
			...(change.endedAt !== null ? [{ id: `${change.id}-ended`, at: change.endedAt, words: `${change.name} is no longer ${what}.` }] : [])
		];
	});
	return news.sort((a, b) => b.at - a.at).map(({ id, at, words }) => ({ id, words, when: dayWords(viewer.zone, at, now) }));
}

function byWhom(proposer: string | null, confirmer: string | null): string {
	if (proposer === null || confirmer === null) return '';
	return proposer === confirmer ? ` ${proposer} set this up.` : ` ${proposer} proposed it, ${confirmer} confirmed it.`;
}

function recentChanges(db: Db, viewer: Viewer, since: Instant) {
	const proposer = alias(people, 'proposer');
	const confirmer = alias(people, 'confirmer');
	const ofTeam = viewer.homeTeam
		? or(and(eq(roles.teamId, viewer.homeTeam.id), inArray(roles.role, ['lead', 'welfare', 'peer'])), eq(roles.role, 'head_of_welfare'))
		: eq(roles.role, 'head_of_welfare');
	return db
		.select({
			id: roles.id,
			name: people.name,
			role: roles.role,
			team: teams.name,
			confirmedAt: roles.confirmedAt,
			endedAt: roles.endedAt,
			proposer: proposer.name,
			confirmer: confirmer.name
		})
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.leftJoin(teams, eq(teams.id, roles.teamId))
		.leftJoin(proposer, eq(proposer.id, roles.proposedBy))
		.leftJoin(confirmer, eq(confirmer.id, roles.confirmedBy))
		.where(
			and(ofTeam, isNotNull(roles.confirmedAt), or(gte(roles.endedAt, since), and(isNull(roles.endedAt), gte(roles.confirmedAt, since))))
		)
		.all();
}
