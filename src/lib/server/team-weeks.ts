import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Calendar } from '#lib/domain/calendar.ts';
import { dateOf, isoWeekOfDay, mondayOf, MS_PER_DAY, type EpochDay, type Instant } from '#lib/domain/time.ts';
import { listAfter, listBefore, madeIn, newestList, type Making } from '#lib/domain/weekly-list.ts';
import type { Db } from './db/connection.ts';
import { teams } from './db/schema/organisation.ts';
import { dateWords, localDate } from './local-time.ts';
import { policyAt, policyFor } from './policies.ts';

/** A team whose lists are looked at. */
export interface ListTeam {
	id: string;
	name: string;
	createdAt: Instant;
	/** IANA zone of its calendar, as it is now. */
	zone: string;
	making: Making;
}

/** Open teams among these, by name, each with its calendar as it was known at the beginning of a week. */
export function listTeams(db: Db, ids: readonly string[]): ListTeam[] {
	if (ids.length === 0) return [];
	return db
		.select({ id: teams.id, name: teams.name, createdAt: teams.createdAt })
		.from(teams)
		.where(and(inArray(teams.id, [...ids]), isNull(teams.closedAt)))
		.orderBy(asc(teams.name))
		.all()
		.map((team) => withLists(db, team));
}

/** One team, closed or not. @throws Error for an unknown one */
export function listTeam(db: Db, id: string): ListTeam {
	const team = db.select({ id: teams.id, name: teams.name, createdAt: teams.createdAt }).from(teams).where(eq(teams.id, id)).get();
	if (!team) throw new Error('no such team');
	return withLists(db, team);
}

function withLists(db: Db, team: Pick<ListTeam, 'id' | 'name' | 'createdAt'>): ListTeam {
	return { ...team, zone: policyFor(db, team.id).policy.calendar.zone, making: makingOf(db, team.id) };
}

/**
 * The calendar of a week as it was known on the Sunday before, which ends nowhere before the list is made: what is changed later moves
 * no list that was made.
 */
function calendarOf(db: Db, teamId: string, monday: EpochDay): Calendar {
	return policyAt(db, teamId, (monday - 1) * MS_PER_DAY).policy.calendar;
}

function makingOf(db: Db, teamId: string): Making {
	const known = new Map<EpochDay, Instant | null>();
	return (monday) => {
		const before = known.get(monday);
		if (before !== undefined) return before;
		const made = madeIn(calendarOf(db, teamId, monday), monday);
		known.set(monday, made);
		return made;
	};
}

/** One list of one team: when it was made, what dates it covers. */
export interface TeamWeek {
	team: ListTeam;
	monday: EpochDay;
	/** `2026-W46`: the week in which it is made. */
	week: string;
	made: Instant;
	/** The first date that it covers; the last is the Sunday before `monday`. */
	from: EpochDay;
	/** When the next one is made. */
	until: Instant;
}

/** The list made in the week of `monday`; null where that week has none. */
export function teamWeek(team: ListTeam, monday: EpochDay): TeamWeek | null {
	const { making } = team;
	const made = making(monday);
	if (made === null) return null;
	const until = making(listAfter(making, monday)) ?? Infinity;
	return { team, monday, made, until, week: isoWeekOfDay(monday), from: listBefore(making, monday) };
}

/** The newest list that a team has; null for one that is younger than its first list. */
export function newestWeek(team: ListTeam, now: Instant): TeamWeek | null {
	const newest = teamWeek(team, newestList(team.making, now));
	return newest && newest.made >= team.createdAt ? newest : null;
}

/** How many weeks back lists can be read. */
export const weeksKept = 26;

/** The list that a team made in `week` (`2026-W46`); null where there is none, or it is too old to be read. */
export function weekNamed(team: ListTeam, week: string, now: Instant): TeamWeek | null {
	const monday = mondayOf(week);
	const named = teamWeek(team, monday);
	const newest = newestWeek(team, now);
	if (!named || !newest || named.made > now || named.made < team.createdAt) return null;
	return newest.monday - monday > weeksKept * 7 ? null : named;
}

/** `the week of Monday 2 November`, or from one date to another where holidays made it more than one. */
export function coversWords({ from, monday, team }: TeamWeek, now: Instant): string {
	const today = localDate(team.zone, now);
	const words = (day: EpochDay) => dateWords(dateOf(day), today);
	return monday - from === 7 ? `the week from ${words(from)}` : `${words(from)} to ${words(monday - 1)}`;
}

/** `Monday 9 November`: the day on which a list was made, where the team is. */
export function madeWords({ made, team: { zone } }: TeamWeek, now: Instant): string {
	return dateWords(localDate(zone, made), localDate(zone, now));
}
