import type { Instant } from '#lib/domain/time.ts';
import { noteReading } from './access-log.ts';
import type { Db } from './db/connection.ts';
import { erasures } from './db/schema/keeping.ts';
import { people } from './db/schema/people.ts';
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
}

/** Whoever it is, also where their account is closed. @throws Refusal `not-found` */
export function recordPerson(db: Db, personId: string): RecordPerson {
	const row = db.$client
		.prepare<[string], RecordPerson>(
			`select name, zone, day_start as dayStart, disabled_at as disabledAt, erased_at as erasedAt
			from people join person_versions on person_versions.person_id = people.id left join erasures on erasures.person_id = people.id
			where people.id = ? order by version desc limit 1`
		)
		.get(personId);
	if (!row) throw notFound();
	return row;
}

/** Administrators and heads of welfare place holds and disclose. */
export function isKeeper(viewer: Viewer): boolean {
	return hasRole(viewer, 'admin', 'head_of_welfare');
}

/** @throws Refusal `not-allowed` for anybody but {@link isKeeper} */
export function requireKeeper(viewer: Viewer): void {
	if (!isKeeper(viewer)) throw new Refusal('not-allowed', 'Only administrators and heads of welfare can do this.');
}

/**
 * Notes for those who are listed that the viewer reads what is decided about their record. Of whoever is erased nothing is noted: nobody is there to
 * read it. Call it inside of `reading`, before anything is returned. @throws Refusal `full` where it cannot be stored
 */
export function noteListed(db: Db, viewer: Viewer, personIds: readonly string[], now: Instant): void {
	if (personIds.length === 0) return;
	const gone = new Set(
		db
			.select({ personId: erasures.personId })
			.from(erasures)
			.all()
			.map(({ personId }) => personId)
	);
	const there = personIds.filter((id) => !gone.has(id));
	noteReading(db, viewer, { kind: 'keeping', why: { purpose: 'administration' } }, there, now);
}

/** Everybody's name by id: for the few rows of a list about records. */
export function namesById(db: Db): ReadonlyMap<string, string> {
	const rows = db.select({ id: people.id, name: people.name }).from(people).all();
	return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Whom a hold or a copy can be about: everybody who is not erased, by name. @throws Refusal `not-allowed` */
export function peopleWithRecords(db: Db, viewer: Viewer): { id: string; name: string }[] {
	requireKeeper(viewer);
	return db.$client
		.prepare<[], { id: string; name: string }>(
			'select id, name from people where id not in (select person_id from erasures) order by name, id'
		)
		.all();
}
