import { and, eq, inArray, isNull } from 'drizzle-orm';
import { isoWeekOfDay, mondayOf, MS_PER_DAY, type EpochDay, type Instant } from '#lib/domain/time.ts';
import { listBefore, listOf } from '#lib/domain/weekly-list.ts';
import { noteReading, reading } from './access-log.ts';
import type { Db } from './db/connection.ts';
import { exclusions, homeTeams, people } from './db/schema/people.ts';
import { isListed, limitWords, withoutRepetition, type ListedLimit } from './limit-words.ts';
import { asTheyStand } from './limits-passed.ts';
import { limitsFoundIn, type LimitFound } from './limits-found.ts';
import { shownAs, tickedWords, ticksOn, type LineOfList, type ListChange, type Ticked } from './list-ticks.ts';
import { notFound } from './refusal.ts';
import { coversWords, listTeams, madeWords, newestWeek, weekNamed, type ListTeam, type TeamWeek } from './team-weeks.ts';
import { teamsAs, type Viewer } from './viewer.ts';

/** One person on a list. It says what is over and nothing else: no answer, score, kind of work, nor why a limit is lower. */
export interface ListLine {
	personId: string;
	person: string;
	limits: ListedLimit[];
	/** What counts now; nothing where nobody has ticked, or it was taken back. */
	ticked: Ticked | null;
	ticks: ListChange[];
	/** What was ticked before, oldest first. */
	before: Ticked[];
	/** Something stands over its limit that nobody has ticked, or that was added since. */
	open: boolean;
	/** For the form: over which limits this line stands. */
	shown: string;
	/** Fresh, for the forms of this line. */
	formId: string;
}

export interface WeeklyList {
	teamId: string;
	team: string;
	/** The ISO week it was made in. */
	week: string;
	/** On which day: `Monday 9 November`. */
	made: string;
	/** `the week from Monday 2 November`. */
	covers: string;
	lines: ListLine[];
}

export interface ListPage {
	lists: WeeklyList[];
	/** Teams that had no list yet. */
	without: string[];
	/** Weeks of the lists before and after; null where there is none to read. */
	earlier: string | null;
	later: string | null;
}

/**
 * The lists of the teams that the viewer leads: the newest of each, or those made in one ISO week (`2026-W46`). Without the viewer's own
 * line, and without those of people who have passed the viewer over. Noted for whoever has a line.
 * @throws Refusal `not-found` where no list was made in that week, or it is too long ago; `full` where that cannot be noted
 */
export function listsFor(db: Db, viewer: Viewer, week: string | null, now: Instant): ListPage {
	const teams = listTeams(db, teamsAs(viewer, 'lead'));
	const found = teams.flatMap((team) => (week === null ? newestWeek(team, now) : weekIn(team, week, now)) ?? []);
	if (week !== null && found.length === 0) throw notFound();
	const shown = week === null ? Math.max(...found.map(({ monday }) => monday)) : mondayOf(week);
	const without = week === null ? teams.filter(({ id }) => !found.some(({ team }) => team.id === id)).map(({ name }) => name) : [];
	const lists = reading(db, () => {
		const read = found.map((each) => listIn(db, viewer, each, now));
		const about = read.flatMap(({ lines }) => lines.map(({ personId }) => personId));
		noteReading(db, viewer, { kind: 'weekly-list', why: { purpose: 'duty' } }, about, now);
		return read;
	});
	return { lists, without, ...beside(teams, shown, now) };
}

const weekForm = /^\d{4}-W[0-5]\d$/;

function weekIn(team: ListTeam, week: string, now: Instant): TeamWeek | null {
	// A week that the calendar lacks (W53, W00) names the Monday of another one.
	return weekForm.test(week) && isoWeekOfDay(mondayOf(week)) === week ? weekNamed(team, week, now) : null;
}

function beside(teams: readonly ListTeam[], shown: EpochDay, now: Instant): Pick<ListPage, 'earlier' | 'later'> {
	if (!Number.isFinite(shown)) return { earlier: null, later: null };
	const readable = (monday: EpochDay) => teams.some((team) => weekNamed(team, isoWeekOfDay(monday), now) !== null);
	const before = Math.max(...teams.map(({ making }) => listBefore(making, shown)));
	const newest = Math.max(...teams.map((team) => newestWeek(team, now)?.monday ?? -Infinity));
	let after = shown + 7;
	while (after <= newest && !readable(after)) after += 7;
	return { earlier: readable(before) ? isoWeekOfDay(before) : null, later: after <= newest ? isoWeekOfDay(after) : null };
}

function listIn(db: Db, viewer: Viewer, week: TeamWeek, now: Instant): WeeklyList {
	const { team } = week;
	return {
		...{ teamId: team.id, team: team.name, week: week.week, made: madeWords(week, now), covers: coversWords(week, now) },
		lines: linesOf(db, viewer, week, now)
	};
}

const linesOf = (...of: Parameters<typeof standing>): ListLine[] => standing(...of).map(({ line }) => line);

/** Lines, each with the ids of the findings that stand over their limits. */
function standing(db: Db, viewer: Viewer, week: TeamWeek, now: Instant): { line: ListLine; over: string[] }[] {
	const byPerson = Map.groupBy(limitsOn(db, week), ({ personId }) => personId);
	const ticks = ticksOn(db, week.team.id, week.week);
	return visibleTo(db, viewer, week, [...byPerson.keys()]).flatMap(({ id, name }) => {
		const limits = asTheyStand(db, id, byPerson.get(id) ?? [], now).filter((limit) => isListed(limit, week.made));
		if (limits.length === 0) return [];
		const own = ticks.filter(({ personId }) => personId === id);
		const last = own.at(-1);
		const words = own.map((tick) => tickedWords(viewer, tick, now));
		const over = limits.flatMap((limit) => (limit.holds ? [limit.id] : []));
		const ticked = last && last.changes.length > 0 ? last : null;
		const line: ListLine = {
			...{ personId: id, person: name, ticks: ticked?.changes ?? [], formId: crypto.randomUUID() },
			limits: withoutRepetition(limits).map((limit) => limitWords(viewer.zone, limit, week.made, now)),
			ticked: ticked ? (words.at(-1) ?? null) : null,
			before: ticked ? words.slice(0, -1) : words,
			open: over.some((each) => !ticked?.shown.includes(each)),
			shown: shownAs(over)
		};
		return [{ line, over }];
	});
}

/** What stands on a list, whoever looks. */
function limitsOn(db: Db, { team, monday, from, until }: TeamWeek): LimitFound[] {
	// A limit of the first date can have been found passed up to a day earlier than that date begins by UTC.
	const since = (from - 2) * MS_PER_DAY;
	return limitsFoundIn(db, team.id, since, until).filter(({ period, at }) => listOf(team.making, period, at) === monday);
}

/**
 * Whose lines the viewer sees, by name: not their own, nobody's who has passed them over, no disabled account's, and nobody's who has left the team:
 * their rota is another lead's, from that moment on.
 */
function visibleTo(db: Db, viewer: Viewer, { team }: TeamWeek, ids: readonly string[]): { id: string; name: string }[] {
	if (ids.length === 0) return [];
	const passedOver = db
		.select({ id: exclusions.personId })
		.from(exclusions)
		.where(and(eq(exclusions.excludedId, viewer.id), isNull(exclusions.endedAt)))
		.all();
	const hidden = new Set([viewer.id, ...passedOver.map(({ id }) => id)]);
	return db
		.select({ id: people.id, name: people.name })
		.from(people)
		.innerJoin(homeTeams, and(eq(homeTeams.personId, people.id), eq(homeTeams.teamId, team.id), isNull(homeTeams.endedAt)))
		.where(and(inArray(people.id, [...ids]), isNull(people.disabledAt)))
		.all()
		.filter(({ id }) => !hidden.has(id))
		.sort((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1));
}

/**
 * The ids of the findings that stand over their limits on a line.
 * @throws Refusal `not-found` unless the viewer sees this line
 */
export function requireLine(db: Db, viewer: Viewer, { teamId, week, personId }: LineOfList, now: Instant): string[] {
	const [team] = listTeams(db, teamsAs(viewer, 'lead').includes(teamId) ? [teamId] : []);
	const named = team && weekIn(team, week, now);
	if (!named) throw notFound();
	const found = standing(db, viewer, named, now).find(({ line }) => line.personId === personId);
	if (!found) throw notFound();
	return found.over;
}

/** A team's newest list, for whoever wonders whether to open it. */
export interface ListGlance {
	team: string;
	made: string;
	lines: number;
	/** Of these, how many wait for a tick. */
	open: number;
}

/** The newest lists of the teams that the viewer leads. */
export function listsAtAGlance(db: Db, viewer: Viewer, now: Instant): ListGlance[] {
	const newest = listTeams(db, teamsAs(viewer, 'lead')).flatMap((team) => newestWeek(team, now) ?? []);
	return newest.map((week) => {
		const lines = linesOf(db, viewer, week, now);
		return { team: week.team.name, made: madeWords(week, now), lines: lines.length, open: lines.filter(({ open }) => open).length };
	});
}

/** Those of {@link listsAtAGlance} on which somebody waits for a tick: what a lead is told where they begin their day. */
export function listsReady(db: Db, viewer: Viewer, now: Instant): ListGlance[] {
	return listsAtAGlance(db, viewer, now).filter(({ open }) => open > 0);
}
