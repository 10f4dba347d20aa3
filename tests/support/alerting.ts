import { and, desc, eq, ne } from 'drizzle-orm';
import { catchUp, recordFact } from '#lib/server/consequences.ts';
import { askForContact } from '#lib/server/contact.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { exclusions } from '#lib/server/db/schema/people.ts';
import { alerts, appointments, sharedConcerns } from '#lib/server/db/schema/records.ts';
import { logSession } from '#lib/server/exposures.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { workIds } from './exposure.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Monday 9 November 2026, 10:00 in London. */
export const monday = Date.UTC(2026, 10, 9, 10);

const works = new WeakMap<Db, ReturnType<typeof workIds>>();

/** Seven hours until `now`, over the limit of a day: raises an exposure alert. */
export function exceed(db: Db, who: Viewer, now: number, hours = 7): void {
	const work = works.get(db) ?? workIds(db);
	works.set(db, work);
	const details = { violent: 'yes', aftermath: 9, material: ['live'] } as const;
	logSession(
		db,
		who,
		{ id: crypto.randomUUID(), start: now - hours * HOUR, end: now, workTypeId: work.images, ...details, material: [...details.material] },
		now
	);
}

export function shareConcern(db: Db, who: Viewer, officer: Viewer, now: number): void {
	recordFact(db, now, {
		personId: who.id,
		actorId: who.id,
		fact: (at) => ({ type: 'share-concern', at, person: who.id }),
		write: (at) =>
			void db.insert(sharedConcerns).values({ id: crypto.randomUUID(), personId: who.id, officerId: officer.id, recordedAt: at }).run()
	});
}

/** A counselling appointment ten days past its due date: raises a session alert with the next day. */
export function appointmentOverdue(db: Db, who: Viewer, now: number): void {
	const id = crypto.randomUUID();
	const due = new Date(now - 10 * DAY).toISOString().slice(0, 10);
	recordFact(db, now, {
		personId: who.id,
		actorId: who.id,
		fact: (at) => ({ type: 'appointment', at, person: who.id, id, kind: 'counselling', due }),
		write: (at) => void db.insert(appointments).values({ id, personId: who.id, kind: 'counselling', due, recordedAt: at }).run()
	});
	catchUp(db, who.id, now + DAY);
}

/** "Not this person". */
export function exclude(db: Db, who: Viewer, excluded: Viewer): void {
	db.insert(exclusions).values({ id: crypto.randomUUID(), personId: who.id, excludedId: excluded.id, recordedAt: monday }).run();
}

export function askFor(
	db: Db,
	who: Viewer,
	to: Viewer,
	toKind: 'lead' | 'welfare' | 'peer',
	now = monday,
	when: 'soon' | 'today' = 'soon'
): void {
	askForContact(db, who, { id: crypto.randomUUID(), toId: to.id, toKind, when }, now);
}

/** The newest alert about somebody that is not a routine one. */
export function alertOf(db: Db, who: Viewer): typeof alerts.$inferSelect {
	const theirs = and(eq(alerts.personId, who.id), ne(alerts.reason, 'routine'));
	const alert = db.select().from(alerts).where(theirs).orderBy(desc(alerts.raisedAt)).get();
	if (!alert) throw new Error('no alert');
	return alert;
}
