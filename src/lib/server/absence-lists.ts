import { randomUUID } from 'node:crypto';
import { and, asc, eq, gte, inArray, isNull, lte } from 'drizzle-orm';
import { addDays, personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { mostDays, oldestDays } from './absence-dates.ts';
import { noteReading, reading } from './access-log.ts';
import { absencesOf, mayChange, type AbsenceRow } from './absences.ts';
import type { Db } from './db/connection.ts';
import { teams } from './db/schema/organisation.ts';
import { absences, homeTeams, people } from './db/schema/people.ts';
import { datesWords, monthWords } from './local-time.ts';
import { teamsAs, type Viewer } from './viewer.ts';

/** The dates that a form about an absence offers. */
export interface Bounds {
	today: LocalDate;
	earliest: LocalDate;
	latest: LocalDate;
}

/** An absence that the viewer may change. */
export interface ChangeableAbsence {
	id: string;
	/** Of the form that gives it other dates. */
	formId: string;
	from: LocalDate;
	to: LocalDate;
	/** `3 to 10 May`. */
	words: string;
}

export interface OwnAbsence extends ChangeableAbsence {
	/** The first of its days has come, the last has not passed. */
	now: boolean;
	/** Who entered it; null where it was the viewer. */
	enteredBy: string | null;
	deputy: string | null;
}

/** A person's own absences: those to come and now, soonest first; those of the last year that have passed, latest first. */
export interface OwnAbsences extends Bounds {
	coming: OwnAbsence[];
	past: OwnAbsence[];
}

function boundsOf(viewer: Viewer, now: Instant): Bounds {
	const today = personDayOf(viewer.zone, viewer.dayStart, now);
	return { today, earliest: addDays(today, -oldestDays), latest: addDays(today, 2 * mostDays) };
}

/** The viewer's own absences. */
export function ownAbsences(db: Db, viewer: Viewer, now: Instant): OwnAbsences {
	const bounds = boundsOf(viewer, now);
	const { today } = bounds;
	const rows = absencesOf(db, viewer.id);
	const names = namesOf(
		db,
		rows.flatMap(({ recordedBy, deputyId }) => [recordedBy, deputyId].filter((id) => id !== null))
	);
	const shown = rows.map((row) => ({
		...changeableOf(row, today),
		now: row.from <= today && today <= row.to,
		enteredBy: row.recordedBy === viewer.id ? null : (names.get(row.recordedBy ?? '') ?? null),
		deputy: names.get(row.deputyId ?? '') ?? null
	}));
	return {
		...bounds,
		coming: shown.filter(({ to }) => to >= today),
		past: shown.filter(({ to }) => to < today && to >= addDays(today, -mostDays)).reverse()
	};
}

function changeableOf({ id, from, to }: AbsenceRow, today: LocalDate): ChangeableAbsence {
	return { id, formId: randomUUID(), from, to, words: datesWords(from, to, today) };
}

function namesOf(db: Db, ids: readonly string[]): Map<string, string> {
	if (ids.length === 0) return new Map();
	const rows = db
		.select({ id: people.id, name: people.name })
		.from(people)
		.where(inArray(people.id, [...new Set(ids)]))
		.all();
	return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Who is away: dates, and nothing else. No id, which for some holds the moment of entering it: shortly before is sickness, long before is leave. */
export interface TeamAbsence {
	person: string;
	words: string;
	now: boolean;
	/** What the viewer can put right: a lead entered it. Null: it is the person's own. */
	change: ChangeableAbsence | null;
}

export interface TeamAbsences {
	id: string;
	name: string;
	/** By the month in which they begin, or in which the list does. */
	months: { month: string; absences: TeamAbsence[] }[];
	/** For whom dates can be entered; not the viewer, who has a page of their own. */
	members: { id: string; name: string }[];
}

/** How far the list of a team looks: two weeks back and eight ahead. */
const shownBack = 14;
const shownAhead = 56;

/** The absences of the teams that the viewer leads, noted for whoever has some; nobody but leads gets any. */
export function teamAbsences(db: Db, viewer: Viewer, now: Instant): Bounds & { teams: TeamAbsences[] } {
	const bounds = boundsOf(viewer, now);
	const led = teamsAs(viewer, 'lead');
	if (led.length === 0) return { ...bounds, teams: [] };
	const open = db
		.select({ id: teams.id, name: teams.name })
		.from(teams)
		.where(and(inArray(teams.id, led), isNull(teams.closedAt)))
		.orderBy(asc(teams.name))
		.all();
	return { ...bounds, teams: reading(db, () => open.map((team) => teamOf(db, viewer, team, bounds.today, now))) };
}

function teamOf(db: Db, viewer: Viewer, { id, name }: { id: string; name: string }, today: LocalDate, now: Instant): TeamAbsences {
	const first = addDays(today, -shownBack);
	const away = awayBetween(db, id, first, addDays(today, shownAhead));
	const about = away.map(({ absence }) => absence.personId);
	noteReading(db, viewer, { kind: 'absences', why: { purpose: 'duty' } }, about, now);
	const shown = away.map(({ absence, person }) => ({
		month: monthWords(absence.from < first ? first : absence.from, today),
		person: absence.personId === viewer.id ? 'You' : person,
		words: datesWords(absence.from, absence.to, today),
		now: absence.from <= today && today <= absence.to,
		change: absence.personId !== viewer.id && mayChange(viewer, id, absence) ? changeableOf(absence, today) : null
	}));
	const months = [...Map.groupBy(shown, ({ month }) => month)].map(([month, rows]) => ({
		month,
		absences: rows.map(({ month: _, ...row }) => row)
	}));
	return { id, name, months, members: membersOf(db, id).filter((member) => member.id !== viewer.id) };
}

const inTeam = (teamId: string) => and(eq(homeTeams.teamId, teamId), isNull(homeTeams.endedAt), isNull(people.disabledAt));

function awayBetween(db: Db, teamId: string, first: LocalDate, last: LocalDate) {
	return db
		.select({ absence: absences, person: people.name })
		.from(absences)
		.innerJoin(people, eq(people.id, absences.personId))
		.innerJoin(homeTeams, eq(homeTeams.personId, absences.personId))
		.where(and(inTeam(teamId), isNull(absences.endedAt), gte(absences.to, first), lte(absences.from, last)))
		.orderBy(asc(absences.from), asc(people.name))
		.all();
}

function membersOf(db: Db, teamId: string): { id: string; name: string }[] {
	return db
		.select({ id: people.id, name: people.name })
		.from(people)
		.innerJoin(homeTeams, eq(homeTeams.personId, people.id))
		.where(inTeam(teamId))
		.orderBy(asc(people.name))
		.all();
}
