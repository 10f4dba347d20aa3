import { and, asc, desc, eq, gte, inArray, isNotNull, isNull, lte, ne, or } from 'drizzle-orm';
import { addDays, personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { checkFree, checkLength, mostDays, type Dates } from './absence-dates.ts';
import { absencesOf, correctAbsences, coveringDay, isRepeated, recordAbsence, type AbsenceRow } from './absences.ts';
import type { Db } from './db/connection.ts';
import { absences, people, roles } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { shortDay } from './prompt-words.ts';
import { invalid } from './refusal.ts';
import { hasRole, teamsAs, type Viewer } from './viewer.ts';

export interface Deputy {
	id: string;
	name: string;
}

/** What the form "Away from today" shows. */
export interface Away {
	/** Until when the viewer is away, and who stands in; null where they are there. */
	now: { until: string; deputy: string | null } | null;
	/** What the form begins with: as it is for whoever is away, else until tonight with the first deputy. */
	form: { until: LocalDate; deputyId: string | null };
	/** The viewer's own date. */
	today: LocalDate;
	/** The last date that can be given. */
	latest: LocalDate;
	deputies: Deputy[];
}

/** Whether the viewer is away today, and who could stand in for them. */
export function awayFor(db: Db, viewer: Viewer, now: Instant): Away {
	const today = personDayOf(viewer.zone, viewer.dayStart, now);
	const current = db
		.select({ to: absences.to, deputyId: absences.deputyId, deputy: people.name })
		.from(absences)
		.leftJoin(people, eq(people.id, absences.deputyId))
		.where(and(eq(absences.personId, viewer.id), isNull(absences.endedAt), lte(absences.from, today), gte(absences.to, today)))
		.orderBy(desc(absences.recordedAt))
		.all();
	const until = lastDay(current, today);
	const standsIn = current.find((each) => each.deputy !== null);
	const deputies = deputiesFor(db, viewer);
	const deputy = current.length === 0 ? deputies[0] : deputies.find(({ id }) => id === standsIn?.deputyId);
	return {
		now: current.length === 0 ? null : { until: shortDay(until, today), deputy: standsIn?.deputy ?? null },
		form: { until, deputyId: deputy?.id ?? null },
		today,
		latest: addDays(today, mostDays),
		deputies
	};
}

function lastDay(rows: readonly { to: LocalDate }[], today: LocalDate): LocalDate {
	return rows.reduce((last, { to }) => (to > last ? to : last), today);
}

/**
 * Who could take the viewer's place: of the same kind, for the same people. Leads and peers of the same team; welfare officers and
 * heads of welfare of the same employer.
 */
export function deputiesFor(db: Db, viewer: Viewer): Deputy[] {
	const inTeams = (role: 'lead' | 'peer') => {
		const teamIds = teamsAs(viewer, role);
		return teamIds.length === 0 ? undefined : and(eq(roles.role, role), inArray(roles.teamId, teamIds));
	};
	const ofEmployer = (role: 'welfare' | 'head_of_welfare') =>
		hasRole(viewer, role) ? and(eq(roles.role, role), eq(people.employerId, viewer.employerId)) : undefined;
	const kinds = or(inTeams('lead'), inTeams('peer'), ofEmployer('welfare'), ofEmployer('head_of_welfare'));
	if (!kinds) return [];
	return db
		.selectDistinct({ id: people.id, name: people.name })
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.where(
			and(
				kinds,
				isNull(roles.endedAt),
				isNotNull(roles.confirmedAt),
				isNull(people.disabledAt),
				isNotNull(people.joinedAt),
				ne(people.id, viewer.id)
			)
		)
		.orderBy(asc(people.name))
		.all();
}

export interface NewAbsence {
	/** The form's id, which becomes the absence's. */
	id: string;
	/** Last date away, included. */
	until: LocalDate;
	deputyId: string | null;
	/** The last date that was asked about and confirmed, where it is a long time, or earlier than was planned. */
	sure?: LocalDate | null;
}

/**
 * "Away from today": from the viewer's own date on until another, both included. Prompts go to the deputy, else on along the line. Who is
 * away already is away until that date instead, longer or, asked about, shorter, from when they were. Sent twice it is recorded once.
 * @throws Refusal `invalid` on `until` (also where it reaches into another absence), `sure` or `deputyId`; `conflict` for a form id that stands for something else
 */
export function goAway(db: Db, viewer: Viewer, { id, until, deputyId, sure = null }: NewAbsence, now: Instant): void {
	withTx(db, () => {
		const personId = viewer.id;
		const today = personDayOf(viewer.zone, viewer.dayStart, now);
		if (isRepeated(db, id, { personId, to: until, deputyId })) return;
		if (until < today) throw invalid('until', 'This date has passed. Please choose today or a later day.');
		if (until > addDays(today, mostDays)) throw invalid('until', 'Please choose a day within a year.');
		const standing = absencesOf(db, personId);
		const current = coveringDay(standing, today);
		checkAgainst(standing, current, { from: today, to: until, sure });
		if (deputyId !== null && !deputiesFor(db, viewer).some((deputy) => deputy.id === deputyId)) {
			throw invalid('deputyId', 'Please choose somebody from the list.');
		}
		const from = current.reduce((first, row) => (row.from < first ? row.from : first), today);
		const row = { id, personId, from, to: until, deputyId };
		if (current.length === 0) recordAbsence(db, viewer, row, now);
		else correctAbsences(db, viewer, { personId, ended: current.map((each) => each.id), put: [row] }, now);
	});
}

/**
 * Nobody cuts what they had planned short without noticing, nor is away twice.
 * @throws Refusal `invalid` on `until` or `sure`
 */
function checkAgainst(standing: readonly AbsenceRow[], current: readonly AbsenceRow[], dates: Dates & { sure: LocalDate | null }): void {
	const { from: today, to: until, sure } = dates;
	const planned = lastDay(current, today);
	if (until < planned && sure !== until) {
		throw invalid('sure', `You are away until ${shortDay(planned, today)} already. Is it to be only until ${shortDay(until, today)}?`);
	}
	checkFree(
		standing.filter((row) => !current.includes(row)),
		dates,
		true,
		'until'
	);
	checkLength(dates, sure);
}
