import { and, asc, eq, isNotNull, isNull, ne } from 'drizzle-orm';
import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import { listOf } from '#lib/domain/weekly-list.ts';
import type { Db } from './db/connection.ts';
import { exclusions, people, roles } from './db/schema/people.ts';
import { isListed, limitWords, withoutRepetition, type ListedLimit } from './limit-words.ts';
import { asTheyStand } from './limits-passed.ts';
import { limitsFoundOf, type LimitFound } from './limits-found.ts';
import { tickedWords, ticksAbout, type Ticked } from './list-ticks.ts';
import { listTeam, madeWords, teamWeek, type TeamWeek } from './team-weeks.ts';
import type { Viewer } from './viewer.ts';

/** The viewer's own line on a list of their team, as they read it themselves. */
export interface OwnLine {
	/** `2026-W46 teamId`. */
	id: string;
	team: string;
	/** `Monday 9 November`: the day on which the list was made, or will be. */
	made: string;
	/** Nobody else sees it yet. */
	coming: boolean;
	limits: ListedLimit[];
	/** What was ticked, oldest first; the last counts. */
	ticks: Ticked[];
	/** Who can see it now, or will once it is made, by name: nobody on a list of a team they have left. */
	readers: string[];
}

/** How long one's own lines are shown. */
const shownDays = 56;

/** What stands about the viewer on their teams' weekly lists of the last weeks, and what will on the next; newest first. */
export function ownLinesFor(db: Db, viewer: Viewer, now: Instant): OwnLine[] {
	const found = limitsFoundOf(db, viewer.id, now - shownDays * MS_PER_DAY);
	const byTeam = Map.groupBy(found, ({ teamId }) => teamId);
	return [...byTeam]
		.flatMap(([teamId, limits]) => weeksOf(db, teamId, limits))
		.sort((a, b) => b.week.made - a.week.made)
		.flatMap(({ week, limits }) => ownLine(db, viewer, week, limits, now));
}

/** A person's limits by the lists of a team on which they stand, those to come as well. Not checked for a viewer. */
export function weeksOf(db: Db, teamId: string, limits: readonly LimitFound[]): { week: TeamWeek; limits: LimitFound[] }[] {
	const team = listTeam(db, teamId);
	const byList = Map.groupBy(limits, ({ period, at }) => listOf(team.making, period, at));
	return [...byList].flatMap(([monday, on]) => {
		const week = teamWeek(team, monday);
		return week ? [{ week, limits: on }] : [];
	});
}

function ownLine(db: Db, viewer: Viewer, week: TeamWeek, found: readonly LimitFound[], now: Instant): OwnLine[] {
	const { team, made } = week;
	const coming = made > now;
	const limits = asTheyStand(db, viewer.id, found, now).filter((limit) => isListed(limit, made));
	if (limits.length === 0) return [];
	const ticks = ticksAbout(db, viewer.id).filter((tick) => tick.teamId === team.id && tick.week === week.week);
	return [
		{
			...{ id: `${week.week} ${team.id}`, team: team.name, made: madeWords(week, now), coming },
			limits: withoutRepetition(limits).map((limit) => limitWords(viewer.zone, limit, coming ? null : made, now)),
			ticks: ticks.map((tick) => tickedWords(viewer, tick, now)),
			readers: viewer.homeTeam?.id === team.id ? listReaders(db, viewer, team.id) : []
		}
	];
}

/** The leads of a team who see the viewer's line on its lists: not the viewer, nobody they have passed over. By name, in their order. */
export function listReaders(db: Db, viewer: Viewer, teamId: string): string[] {
	const passedOver = and(eq(exclusions.personId, viewer.id), eq(exclusions.excludedId, people.id), isNull(exclusions.endedAt));
	return db
		.select({ name: people.name })
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.leftJoin(exclusions, passedOver)
		.where(
			and(
				...[eq(roles.role, 'lead'), eq(roles.teamId, teamId), isNull(roles.endedAt), isNotNull(roles.confirmedAt)],
				...[isNotNull(people.joinedAt), isNull(people.disabledAt), ne(people.id, viewer.id), isNull(exclusions.id)]
			)
		)
		.orderBy(asc(roles.position), asc(roles.proposedAt))
		.all()
		.map(({ name }) => name);
}
