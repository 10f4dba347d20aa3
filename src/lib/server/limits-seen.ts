import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { isListed, limitWords, withoutRepetition, type ListedLimit } from './limit-words.ts';
import { asTheyStand } from './limits-passed.ts';
import { limitsFoundOf } from './limits-found.ts';
import { weeksOf } from './own-lists.ts';
import type { Rights } from './person-rights.ts';
import { madeWords, weeksKept, type TeamWeek } from './team-weeks.ts';
import type { Viewer } from './viewer.ts';

/** Limits for hours that somebody passed, as supervisors read them: what the weekly lists said, newest first. */
export interface LimitsSeen {
	part: 'limits';
	lists: LimitsOfWeek[];
}

interface LimitsOfWeek {
	/** `2026-W46 teamId`. */
	id: string;
	team: string;
	/** `Monday 9 November`: the day on which the list was made. */
	made: string;
	limits: ListedLimit[];
}

/**
 * What the weekly lists of half a year say of one person: those of their home team, or of all their teams. Nothing of a list that is still to be
 * made, and for somebody whom the person has passed over nothing at all, as of somebody who passed no limit. The caller has checked and noted that
 * the viewer looks.
 */
export function limitsSeen(db: Db, viewer: Viewer, { id, teamId, allTeams, passed }: Rights, now: Instant): LimitsSeen {
	if (passed) return { part: 'limits', lists: [] };
	const found = limitsFoundOf(db, id, now - weeksKept * 7 * MS_PER_DAY).filter((limit) => allTeams || limit.teamId === teamId);
	const lists = [...Map.groupBy(found, (limit) => limit.teamId)]
		.flatMap(([team, limits]) => weeksOf(db, team, limits))
		.filter(({ week }) => week.made <= now)
		.sort((a, b) => b.week.made - a.week.made)
		.flatMap(({ week, limits }) => {
			const listed = asTheyStand(db, id, limits, now).filter((limit) => isListed(limit, week.made));
			return listed.length > 0 ? [{ ...titleOf(week, now), limits: wordsOf(viewer, withoutRepetition(listed), week, now) }] : [];
		});
	return { part: 'limits', lists };
}

function titleOf(week: TeamWeek, now: Instant): Omit<LimitsOfWeek, 'limits'> {
	return { id: `${week.week} ${week.team.id}`, team: week.team.name, made: madeWords(week, now) };
}

function wordsOf({ zone }: Viewer, limits: Parameters<typeof limitWords>[1][], { made }: TeamWeek, now: Instant): ListedLimit[] {
	return limits.map((limit) => limitWords(zone, limit, made, now));
}
