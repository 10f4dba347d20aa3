import { and, asc, eq, gte, inArray, isNotNull, isNull, lte, or } from 'drizzle-orm';
import type { RecipientKind, Standing, Supervisors } from '#lib/domain/lines.ts';
import { onCallAmong, type Listed } from '#lib/domain/on-call.ts';
import { addDays, personDayOf, type Instant } from '#lib/domain/time.ts';
import { chosenBy, type Chosen, type Lifetime } from './chosen-officers.ts';
import type { Db } from './db/connection.ts';
import { organisation } from './db/schema/organisation.ts';
import { absences, exclusions, homeTeams, onCall, people, personVersions, roles } from './db/schema/people.ts';
import { localDate } from './local-time.ts';

/** Who supervises a number of people, with what decides who may be asked about each. A fixed number of queries, however many. */
export interface Roster {
	/**
	 * Who may be asked about one of the people it was made for, and who of them cannot be at the moment.
	 * @param alert which alert it is about, where it is about one: whom the person chose for it can differ
	 */
	about(personId: string, alert?: Lifetime): { supervisors: Supervisors; standing: Standing };
	/** Name of a supervisor, present or former. */
	name(id: string): string;
}

interface Held {
	id: string;
	name: string;
	employerId: string;
	role: string;
	teamId: string | null;
	/** Disabled, or never joined: nothing can be read with the account. */
	gone: boolean;
}

/**
 * Loads the roster of these people as it is at `now` (UTC ms): roles, on-call lists, whom they excluded or chose, who is away. Not checked for a
 * viewer.
 */
export function rosterFor(db: Db, personIds: readonly string[], now: Instant): Roster {
	const ids = [...new Set(personIds)];
	const host = db.select({ id: organisation.employerId }).from(organisation).get()?.id ?? null;
	const persons = new Map(peopleOf(db, ids).map((person) => [person.id, person]));
	const calls = onCallListed(db, [...persons.values()]);
	const held = heldRoles(db, [...persons.values()], host, calls);
	const excluded = excludedBy(db, ids);
	const chosen = chosenBy(db, ids);
	const away = awayOn(db, now);
	const gone = new Set(held.filter((each) => each.gone).map(({ id }) => id));
	const names = new Map(held.map(({ id, name }) => [id, name]));
	const lines = new Map<string, Line>();
	return {
		name: (id) => names.get(id) ?? nameOf(db, id),
		about(personId, alert) {
			const person = persons.get(personId) ?? { id: personId, teamId: null, employerId: null };
			const key = `${person.teamId} ${person.employerId}`;
			const line = lines.get(key) ?? supervisorsOf(held, person, host, calls);
			lines.set(key, line);
			const standing: Standing = { excluded: excluded.get(personId) ?? new Set(), gone, away };
			const list = calls.filter(({ teamId }) => teamId === person.teamId);
			const supervisors = {
				...line,
				person: personId,
				...chosen(personId, alert),
				onCall: notHandedOver(line.onCall, list, personId, standing)
			};
			return { supervisors, standing };
		}
	};
}

/** What is the same for everybody of a team and employer. */
type Line = Omit<Supervisors, 'person' | keyof Chosen>;

interface Person {
	id: string;
	teamId: string | null;
	employerId: string | null;
}

function supervisorsOf(held: readonly Held[], { teamId, employerId }: Person, host: string | null, calls: readonly Call[]): Line {
	const listed = new Set(calls.filter((call) => call.teamId === teamId).map(({ id }) => id));
	const pick = (fits: (each: Held) => boolean) => [...new Set(held.filter(fits).map(({ id }) => id))];
	const inTeam = (role: string) => pick((each) => each.role === role && teamId !== null && each.teamId === teamId);
	const heads = (employer: string | null) => pick((each) => each.role === 'head_of_welfare' && each.employerId === employer);
	const officers = pick((each) => each.role === 'welfare' && each.employerId === employerId);
	const peers = inTeam('peer');
	const onList: Record<RecipientKind, string[]> = {
		lead: pick((each) => each.role === 'lead' && listed.has(each.id)),
		welfare: officers.filter((id) => listed.has(id)),
		peer: peers.filter((id) => listed.has(id))
	};
	const homeOfficers = inTeam('welfare').filter((id) => officers.includes(id));
	return { leads: inTeam('lead'), officers, homeOfficers, peers, heads: heads(employerId), hostHeads: heads(host), onCall: onList };
}

interface Call extends Listed {
	teamId: string;
}

/** Without those who have handed over to somebody of the same kind who can be asked about this person. */
function notHandedOver(
	onList: Supervisors['onCall'],
	list: readonly Call[],
	person: string,
	{ excluded, gone, away }: Standing
): Supervisors['onCall'] {
	if (list.every(({ handedTo }) => handedTo === null)) return onList;
	const isThere = (id: string) => id !== person && !excluded.has(id) && !gone.has(id) && !away.has(id);
	const among = (ids: readonly string[]) => {
		const called = new Set(
			onCallAmong(
				list.filter(({ id }) => ids.includes(id)),
				isThere
			)
		);
		return ids.filter((id) => called.has(id));
	};
	return { lead: among(onList.lead), welfare: among(onList.welfare), peer: among(onList.peer) };
}

const teamsOf = (persons: readonly Person[]) => [...new Set(persons.flatMap(({ teamId }) => teamId ?? []))];

function onCallListed(db: Db, persons: readonly Person[]): Call[] {
	const { personId: id, teamId, recordedAt: since, handedTo, handedAt } = onCall;
	const listed = db.select({ id, teamId, since, handedTo, handedAt }).from(onCall);
	const theirs = and(inArray(onCall.teamId, teamsOf(persons)), isNull(onCall.endedAt));
	return listed.where(theirs).orderBy(asc(onCall.position)).all();
}

/** Name of somebody whom an alert was addressed to, and who supervises none of these people now. */
function nameOf(db: Db, id: string): string {
	return db.select({ name: people.name }).from(people).where(eq(people.id, id)).get()?.name ?? '';
}

/** Confirmed roles in force of those who can supervise one of these people; leads in their order. */
function heldRoles(db: Db, persons: readonly Person[], host: string | null, calls: readonly Call[]): Held[] {
	const employers = [...new Set([host, ...persons.map(({ employerId }) => employerId)])].flatMap((id) => id ?? []);
	const ofEmployer = and(inArray(roles.role, ['welfare', 'head_of_welfare']), inArray(people.employerId, employers));
	const onCallIds = [...new Set(calls.map(({ id }) => id))];
	const near = or(inArray(roles.teamId, teamsOf(persons)), ofEmployer, inArray(roles.personId, onCallIds));
	return db
		.select({
			id: people.id,
			name: people.name,
			employerId: people.employerId,
			role: roles.role,
			teamId: roles.teamId,
			disabledAt: people.disabledAt,
			joinedAt: people.joinedAt
		})
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.where(
			and(inArray(roles.role, ['lead', 'welfare', 'peer', 'head_of_welfare']), isNull(roles.endedAt), isNotNull(roles.confirmedAt), near)
		)
		.orderBy(asc(roles.position), asc(roles.proposedAt), asc(roles.id))
		.all()
		.map(({ disabledAt, joinedAt, ...each }) => ({ ...each, gone: disabledAt !== null || joinedAt === null }));
}

function peopleOf(db: Db, ids: string[]): Person[] {
	return db
		.select({ id: people.id, employerId: people.employerId, teamId: homeTeams.teamId })
		.from(people)
		.leftJoin(homeTeams, and(eq(homeTeams.personId, people.id), isNull(homeTeams.endedAt)))
		.where(inArray(people.id, ids))
		.all();
}

function excludedBy(db: Db, ids: string[]): Map<string, Set<string>> {
	const excluded = new Map<string, Set<string>>();
	const rows = db
		.select({ personId: exclusions.personId, excludedId: exclusions.excludedId })
		.from(exclusions)
		.where(and(inArray(exclusions.personId, ids), isNull(exclusions.endedAt)))
		.all();
	for (const { personId, excludedId } of rows) excluded.set(personId, (excluded.get(personId) ?? new Set()).add(excludedId));
	return excluded;
}

/** Who is absent at `now`, each by their own person-day, with the deputy named last. */
export function awayOn(db: Db, now: Instant): Map<string, string | null> {
	const today = localDate('UTC', now);
	// Zones and day starts move a person-day by up to a day and a half from the date in UTC.
	const near = and(isNull(absences.endedAt), lte(absences.from, addDays(today, 2)), gte(absences.to, addDays(today, -2)));
	const rows = db
		.select({
			personId: absences.personId,
			from: absences.from,
			to: absences.to,
			deputyId: absences.deputyId,
			zone: personVersions.zone,
			dayStart: personVersions.dayStart
		})
		.from(absences)
		.innerJoin(personVersions, eq(personVersions.personId, absences.personId))
		.where(near)
		.orderBy(asc(absences.recordedAt), asc(personVersions.version))
		.all();
	// The last version of each person is read last.
	const days = new Map(rows.map(({ personId, zone, dayStart }) => [personId, { zone, dayStart }]));
	const away = new Map<string, string | null>();
	for (const { personId, from, to, deputyId } of rows) {
		const { zone, dayStart } = days.get(personId) ?? { zone: 'UTC', dayStart: '00:00' };
		const day = personDayOf(zone, dayStart, now);
		if (from <= day && day <= to) away.set(personId, deputyId ?? away.get(personId) ?? null);
	}
	return away;
}

/** Current and coming dates of absence of each of some people. */
export function absencesFrom(db: Db, ids: readonly string[], now: Instant): Map<string, { from: string; to: string }[]> {
	const absent = new Map<string, { from: string; to: string }[]>();
	const rows = db
		.select({ personId: absences.personId, from: absences.from, to: absences.to })
		.from(absences)
		.where(and(inArray(absences.personId, [...ids]), isNull(absences.endedAt), gte(absences.to, addDays(localDate('UTC', now), -2))))
		.all();
	for (const { personId, ...dates } of rows) absent.set(personId, [...(absent.get(personId) ?? []), dates]);
	return absent;
}
