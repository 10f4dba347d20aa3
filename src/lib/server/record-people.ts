import { and, asc, eq, inArray, isNotNull, isNull, notInArray, type AnyColumn, type SQL } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { noteReading } from './access-log.ts';
import type { Db } from './db/connection.ts';
import { erasures } from './db/schema/keeping.ts';
import { people, roles } from './db/schema/people.ts';
import { ownEmployer } from './employers.ts';
import { notFound, Refusal } from './refusal.ts';
import { hasRole, type Viewer } from './viewer.ts';

/** What somebody is called of whom nothing else is left. */
export const nameOfErased = 'Somebody who has left';

/** What keeping somebody's record goes by. */
export interface RecordPerson {
	name: string;
	zone: string;
	dayStart: string;
	disabledAt: Instant | null;
	erasedAt: Instant | null;
	/** They joined, and their account is open: whoever asks them something can be answered here. */
	canSignIn: boolean;
}

/** Whoever it is, also where their account is closed. @throws Refusal `not-found` */
export function recordPerson(db: Db, personId: string): RecordPerson {
	const row = db.$client
		.prepare<[string], Omit<RecordPerson, 'canSignIn'> & { canSignIn: number }>(
			`select name, zone, day_start as dayStart, disabled_at as disabledAt, erased_at as erasedAt,
				joined_at is not null and disabled_at is null as canSignIn
			from people join person_versions on person_versions.person_id = people.id left join erasures on erasures.person_id = people.id
			where people.id = ? order by version desc limit 1`
		)
		.get(personId);
	if (!row) throw notFound();
	return { ...row, canSignIn: row.canSignIn === 1 };
}

/** Administrators and heads of welfare place holds and disclose. */
function isKeeper(viewer: Viewer): boolean {
	return hasRole(viewer, 'admin', 'head_of_welfare');
}

/** @throws Refusal `not-allowed` for anybody but {@link isKeeper} */
export function requireKeeper(viewer: Viewer): void {
	if (!isKeeper(viewer)) throw new Refusal('not-allowed', 'Only administrators and heads of welfare can do this.');
}

/**
 * Whether the viewer may decide about this person's record: an administrator, or a head of welfare of the organisation itself, about everybody's; a head
 * of another employer, about their own people's.
 */
export function keepsRecordOf(db: Db, viewer: Viewer, personId: string): boolean {
	if (!isKeeper(viewer)) return false;
	const employer = keptEmployer(db, viewer);
	return employer === null || employerOf(db, personId) === employer;
}

/** @throws Refusal `not-allowed` for anybody but {@link isKeeper}; `not-found` where the record is not theirs to keep */
export function requireKeeperOf(db: Db, viewer: Viewer, personId: string): void {
	requireKeeper(viewer);
	if (!keepsRecordOf(db, viewer, personId)) throw notFound();
}

/** Narrows a list to those whose record the viewer keeps, by the column with the person's id; undefined: to everybody. */
export function keptBy(db: Db, viewer: Viewer, personId: AnyColumn): SQL | undefined {
	const employer = keptEmployer(db, viewer);
	if (employer === null) return undefined;
	return inArray(personId, db.select({ id: people.id }).from(people).where(eq(people.employerId, employer)));
}

/** The one employer whose people's records a keeper keeps; null: everybody's. */
function keptEmployer(db: Db, viewer: Viewer): string | null {
	return hasRole(viewer, 'admin') || viewer.employerId === ownEmployer(db) ? null : viewer.employerId;
}

/** The heads of welfare who may decide about this person's record, by id: those of the organisation itself, and of the person's employer. */
export function headsKeeping(db: Db, personId: string): string[] {
	const theirs = [ownEmployer(db), employerOf(db, personId)].filter((id) => id !== null);
	return db
		.select({ id: people.id })
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.where(
			and(
				...[eq(roles.role, 'head_of_welfare'), isNull(roles.endedAt), isNotNull(roles.confirmedAt)],
				...[isNull(people.disabledAt), inArray(people.employerId, theirs)]
			)
		)
		.all()
		.map(({ id }) => id);
}

function employerOf(db: Db, personId: string): string | null {
	return db.select({ id: people.employerId }).from(people).where(eq(people.id, personId)).get()?.id ?? null;
}

/**
 * Notes for those who are listed that the viewer reads what is decided about their record. Call it inside of `reading`, before anything is returned.
 * @throws Refusal `full` where it cannot be stored
 */
export function noteListed(db: Db, viewer: Viewer, personIds: readonly string[], now: Instant): void {
	noteReading(db, viewer, { kind: 'keeping', why: { purpose: 'administration' } }, personIds, now);
}

/** Everybody's name by id: for the few rows of a list about records. */
export function namesById(db: Db): ReadonlyMap<string, string> {
	const rows = db.select({ id: people.id, name: people.name }).from(people).all();
	return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Whom a hold or a copy can be about: everybody whose record the viewer keeps and who is not erased, by name. @throws Refusal `not-allowed` */
export function peopleWithRecords(db: Db, viewer: Viewer): { id: string; name: string }[] {
	requireKeeper(viewer);
	return db
		.select({ id: people.id, name: people.name })
		.from(people)
		.where(and(notInArray(people.id, db.select({ id: erasures.personId }).from(erasures)), keptBy(db, viewer, people.id)))
		.orderBy(asc(people.name), asc(people.id))
		.all();
}
