import { eq } from 'drizzle-orm';
import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { disclosures } from './db/schema/keeping.ts';
import { momentWords } from './moments.ts';
import { keepsRecordOf, recordPerson, requireKeeper } from './record-people.ts';
import { notFound } from './refusal.ts';
import { findViewer, type Viewer } from './viewer.ts';

export type DisclosureRow = typeof disclosures.$inferSelect;

/** How long after it was confirmed a copy can be opened. */
export const openDays = 7;

/** How long a copy waits once it was asked for, and how long what the person agreed to counts: then it is asked for anew. (Ours.) */
export const waitingDays = 30;

/**
 * Where the person's consent stands. Whoever can sign in gives it themselves; of anybody else the two who decide state that they have it on paper. What
 * was agreed stays agreed when the person leaves.
 */
export type Consent = 'not-needed' | 'waited-for' | 'agreed' | 'on-paper';

/** Looked at when a copy is confirmed and at every opening. @throws Refusal `not-found` */
export function consentTo(db: Db, { personId, answers, agreedAt }: DisclosureRow): Consent {
	if (answers !== 'consent') return 'not-needed';
	if (agreedAt !== null) return 'agreed';
	return recordPerson(db, personId).canSignIn ? 'waited-for' : 'on-paper';
}

/** @throws Refusal `not-found` */
export function disclosureWithId(db: Db, id: string): DisclosureRow {
	const row = db.select().from(disclosures).where(eq(disclosures.id, id)).get();
	if (!row) throw notFound();
	return row;
}

/**
 * What the viewer may open now: confirmed within a week, by the person's consent where that is the ground, and the viewer is one of the two.
 * @throws Refusal `not-found` for anybody else, and where it is over
 */
export function openableDisclosure(db: Db, viewer: Viewer, id: string, now: Instant): DisclosureRow {
	requireKeeper(viewer);
	const row = disclosureWithId(db, id);
	if (!mayOpen(db, row, viewer, now)) throw notFound();
	return row;
}

/** Whether a copy can be opened now, by this viewer, who keeps the person's record still. */
export function mayOpen(db: Db, row: DisclosureRow, viewer: Viewer, now: Instant): boolean {
	const one = row.askedBy === viewer.id || row.confirmedBy === viewer.id;
	const confirmed = row.confirmedAt !== null && consentTo(db, row) !== 'waited-for';
	return one && confirmed && goesOn(db, row, now) && keepsRecordOf(db, viewer, row.personId);
}

/** Whether it can still be decided on or opened: it was not ended, its time is not over, and there is somebody whose record it is. */
export function goesOn(db: Db, row: DisclosureRow, now: Instant): boolean {
	return row.endedAt === null && now < endsAt(row) && recordPerson(db, row.personId).erasedAt === null;
}

/** When its time is over: a week after it was confirmed, and no later than what the person agreed to counts; until then it waits for 30 days. */
export function endsAt({ askedAt, agreedAt, confirmedAt }: Pick<DisclosureRow, 'askedAt' | 'agreedAt' | 'confirmedAt'>): Instant {
	const opened = confirmedAt === null ? Infinity : confirmedAt + openDays * MS_PER_DAY;
	const waits = agreedAt ?? (confirmedAt === null ? askedAt : Infinity);
	return Math.min(opened, waits + waitingDays * MS_PER_DAY);
}

/** A copy of the viewer's own record that others can open now. */
export interface OpenCopy {
	/** Who of the two can open it, by name. */
	who: string[];
	/** `Monday 30 November, 10:12`. */
	until: string;
	/** Single sessions, answers and scores are in it. */
	answers: boolean;
}

/** Copies of the viewer's record that can be opened now, by the rule that lets in whoever opens one. */
export function openCopies(db: Db, viewer: Viewer, now: Instant): OpenCopy[] {
	const rows = db.select().from(disclosures).where(eq(disclosures.personId, viewer.id)).all();
	return rows.flatMap((row) => {
		const two = [row.askedBy, row.confirmedBy].flatMap((id) => (id === null ? [] : (findViewer(db, id) ?? [])));
		const who = two.filter((each) => mayOpen(db, row, each, now)).map(({ name }) => name);
		const until = momentWords(viewer.zone, endsAt(row), now);
		return who.length > 0 ? [{ who, until, answers: row.answers !== 'none' }] : [];
	});
}
