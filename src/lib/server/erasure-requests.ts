import { and, asc, desc, eq, isNull, lte } from 'drizzle-orm';
import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import { reading } from './access-log.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { erasureRequests } from './db/schema/erasure.ts';
import { people } from './db/schema/people.ts';
import { firstTime, withTx } from './db/tx.ts';
import { declineWords } from './erasure-answers.ts';
import { dateWords, localDate } from './local-time.ts';
import { dayWords } from './moments.ts';
import { noteListed } from './record-people.ts';
import { tellAdmins, tellPerson } from './telling.ts';
import { hasRole, type Viewer } from './viewer.ts';

/** Within so many days an erasure that was asked for is carried out. (Ours; the law of most places says a month.) */
export const erasureDays = 28;

/** When an erasure asked for at `askedAt` must have been carried out. */
export function erasureDueAt(askedAt: Instant): Instant {
	return askedAt + erasureDays * MS_PER_DAY;
}

/** The viewer's own wish to be erased that is open. */
export interface OwnErasure {
	/** `today`, `Monday 23 November`. */
	asked: string;
	/** `Monday 21 December`: until when it must be carried out. */
	until: string;
	/** Whole days until then, the present one counted; negative once it is over. */
	daysLeft: number;
}

/** Somebody's wish to be erased, for an administrator. */
export interface AskedErasure extends OwnErasure {
	id: string;
	personId: string;
	name: string;
	late: boolean;
}

const open = and(isNull(erasureRequests.takenBackAt), isNull(erasureRequests.carriedOutAt), isNull(erasureRequests.declinedAt));

/** What the viewer asked for and neither took back nor got yet; null where there is nothing. */
export function ownErasure(db: Db, viewer: Viewer, now: Instant): OwnErasure | null {
	const row = db
		.select({ askedAt: erasureRequests.askedAt })
		.from(erasureRequests)
		.where(and(eq(erasureRequests.personId, viewer.id), open))
		.get();
	return row ? clockOf(viewer, row.askedAt, now) : null;
}

/** Why the viewer's last wish was declined, while they have not asked again; null where it was not. */
export function declinedErasure(db: Db, viewer: Viewer, now: Instant): { when: string; why: string; by: string } | null {
	const row = db
		.select({ at: erasureRequests.declinedAt, reason: erasureRequests.declinedFor, by: people.name })
		.from(erasureRequests)
		.leftJoin(people, eq(people.id, erasureRequests.declinedBy))
		.where(eq(erasureRequests.personId, viewer.id))
		.orderBy(desc(erasureRequests.askedAt))
		.get();
	if (!row?.reason || row.at === null) return null;
	return { when: dayWords(viewer.zone, row.at, now), why: declineWords[row.reason], by: row.by ?? 'An administrator' };
}

function clockOf({ zone }: Viewer, askedAt: Instant, now: Instant): OwnErasure {
	const due = erasureDueAt(askedAt);
	return {
		asked: dayWords(zone, askedAt, now),
		until: dateWords(localDate(zone, due), localDate(zone, now)),
		daysLeft: Math.ceil((due - now) / MS_PER_DAY)
	};
}

/**
 * Asks that what is kept about the viewer be erased; no reason is asked. Asked again, the first time counts; the same form counts once.
 * Whoever calls has asked for the password.
 */
export function askForErasure(db: Db, viewer: Viewer, { id }: { id: string }, now: Instant): void {
	withTx(db, () => {
		if (!firstTime(db, `erasure:${viewer.id}:${id}`, viewer.id, now) || ownErasure(db, viewer, now)) return;
		db.insert(erasureRequests).values({ id, personId: viewer.id, askedAt: now }).run();
		audit(db, viewer, { action: 'record.erasure-asked', subject: { kind: 'person', id: viewer.id } }, now);
		tellPerson(db, viewer.id);
		tellAdmins(db);
	});
}

/** Takes the wish back: everything stays as it is. Where there is none, nothing happens. */
export function takeErasureBack(db: Db, viewer: Viewer, now: Instant): void {
	withTx(db, () => {
		const taken = db
			.update(erasureRequests)
			.set({ takenBackAt: now })
			.where(and(eq(erasureRequests.personId, viewer.id), open))
			.run();
		if (taken.changes === 0) return;
		audit(db, viewer, { action: 'record.erasure-taken-back', subject: { kind: 'person', id: viewer.id } }, now);
		tellPerson(db, viewer.id);
		tellAdmins(db);
	});
}

/** The clocks of the erasures that wait, the oldest first, without whose they are. For administrators; for anybody else nothing. */
export function erasureClocks(db: Db, viewer: Viewer, now: Instant): (OwnErasure & { late: boolean })[] {
	if (!hasRole(viewer, 'admin')) return [];
	return waiting(db, viewer, now).map(({ asked, until, daysLeft, late }) => ({ asked, until, daysLeft, late }));
}

/**
 * Who asked to be erased and waits, the oldest first: whoever it is, and until when; noted for each of them. For administrators; for anybody else
 * nothing.
 * @throws Refusal `full` where it cannot be noted
 */
export function askedErasures(db: Db, viewer: Viewer, now: Instant): AskedErasure[] {
	if (!hasRole(viewer, 'admin')) return [];
	return reading(db, () => {
		const found = waiting(db, viewer, now);
		const about = found.map(({ personId }) => personId);
		noteListed(db, viewer, about, now);
		return found;
	});
}

function waiting(db: Db, viewer: Viewer, now: Instant): AskedErasure[] {
	return db
		.select({ id: erasureRequests.id, personId: erasureRequests.personId, name: people.name, askedAt: erasureRequests.askedAt })
		.from(erasureRequests)
		.innerJoin(people, eq(people.id, erasureRequests.personId))
		.where(open)
		.orderBy(asc(erasureRequests.askedAt))
		.all()
		.map(({ askedAt, ...request }) => ({
			...request,
			...clockOf(viewer, askedAt, now),
			late: isOver(askedAt, now)
		}));
}

function isOver(askedAt: Instant, now: Instant): boolean {
	return erasureDueAt(askedAt) <= now;
}

/** Whether an erasure that was asked for has waited longer than it may. Whose it is, is not said. */
export function isErasureLate(db: Db, now: Instant): boolean {
	const late = lte(erasureRequests.askedAt, now - erasureDays * MS_PER_DAY);
	return db.select({ id: erasureRequests.id }).from(erasureRequests).where(and(open, late)).get() !== undefined;
}
