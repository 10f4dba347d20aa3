import { desc, eq } from 'drizzle-orm';
import { audit } from './audit.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { personVersions } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { setDueAnew } from './delivery/due-anew.ts';
import { linesChanged } from './lines-changed.ts';
import { personWithId } from './people.ts';
import { type Actor, requireAdmin } from './viewer.ts';

/** What decides how a person's instants become days: see `personVersions`. */
export interface PersonDays {
	personId: string;
	zone: string;
	/** `HH:MM`. */
	dayStart: string;
	/** First date of exposure work anywhere, `YYYY-MM-DD`. */
	startDate: string;
}

/**
 * Changes how a person's days are counted, as a new version; all their dates are then read with it. Without a change nothing is
 * stored. An admin may, and the person themselves, but for the start date.
 * @throws Refusal `not-allowed`, `not-found`
 */
export function changeDays(db: Db, actor: Actor, { personId, ...days }: PersonDays, now: number): void {
	if (actor.id !== personId) requireAdmin(actor);
	withTx(db, () => {
		personWithId(db, personId);
		const last = currentDays(db, personId);
		if (last.zone === days.zone && last.dayStart === days.dayStart && last.startDate === days.startDate) return;
		if (last.startDate !== days.startDate) requireAdmin(actor);
		recordDays(db, actor.id, { personId, ...days }, now);
		// What waits for an hour of their clocks waits for that hour of the new ones.
		if (last.zone !== days.zone) setDueAnew(db, personId, now);
		// It may be another date for them at once, on which they are away, or back.
		linesChanged(db, now);
	});
}

function currentDays(db: Db, personId: string): typeof personVersions.$inferSelect {
	const last = db.select().from(personVersions).where(eq(personVersions.personId, personId)).orderBy(desc(personVersions.version)).get();
	if (!last) throw new Error('a person without a version');
	return last;
}

/** Stores how a person's days are counted as a new version; what is left out stays. Whoever calls has checked that `actorId` may. */
export function recordDays(
	db: Db,
	actorId: string | null,
	{ personId, ...change }: Pick<PersonDays, 'personId'> & Partial<PersonDays>,
	now: number
): void {
	const { version, zone, dayStart, startDate } = currentDays(db, personId);
	const days = { zone, dayStart, startDate, ...change };
	audit(db, { id: actorId }, { action: 'account.days-changed', subject: { kind: 'person', id: personId } }, now);
	recordFact(db, now, {
		personId,
		actorId,
		fact: (at) => ({ type: 'person', at, person: personId, ...days }),
		write: (at) =>
			void db
				.insert(personVersions)
				.values({ personId, version: version + 1, ...days, recordedAt: at, recordedBy: actorId })
				.run()
	});
}
