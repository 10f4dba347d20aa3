import { eq } from 'drizzle-orm';
import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { disclosures } from './db/schema/keeping.ts';
import { momentWords } from './moments.ts';
import { isKeeper, recordPerson, requireKeeper } from './record-people.ts';
import { notFound } from './refusal.ts';
import { findViewer, type Viewer } from './viewer.ts';

export type DisclosureRow = typeof disclosures.$inferSelect;

/** How long after it was confirmed a copy can be opened. */
export const openDays = 7;

/** @throws Refusal `not-found` */
export function disclosureWithId(db: Db, id: string): DisclosureRow {
	const row = db.select().from(disclosures).where(eq(disclosures.id, id)).get();
	if (!row) throw notFound();
	return row;
}

/**
 * What the viewer may open now: confirmed within a week, and the viewer is one of the two.
 * @throws Refusal `not-found` for anybody else, and where it is over
 */
export function openableDisclosure(db: Db, viewer: Viewer, id: string, now: Instant): DisclosureRow {
	requireKeeper(viewer);
	const row = disclosureWithId(db, id);
	if (!mayOpen(row, viewer, now) || recordPerson(db, row.personId).erasedAt !== null) throw notFound();
	return row;
}

/** Whether a copy is open now, to this viewer; that they are a keeper still and the person is not erased is for whoever calls. */
export function mayOpen({ askedBy, confirmedBy, confirmedAt, endedAt }: DisclosureRow, viewer: Viewer, now: Instant): boolean {
	return confirmedAt !== null && endedAt === null && now < openUntil(confirmedAt) && [askedBy, confirmedBy].includes(viewer.id);
}

export function openUntil(confirmedAt: Instant): Instant {
	return confirmedAt + openDays * MS_PER_DAY;
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
	if (recordPerson(db, viewer.id).erasedAt !== null) return [];
	const rows = db.select().from(disclosures).where(eq(disclosures.personId, viewer.id)).all();
	return rows.flatMap((row) => {
		const two = [row.askedBy, row.confirmedBy].flatMap((id) => (id === null ? [] : (findViewer(db, id) ?? [])));
		const who = two.filter((each) => isKeeper(each) && mayOpen(row, each, now)).map(({ name }) => name);
		const until = momentWords(viewer.zone, openUntil(row.confirmedAt ?? now), now);
		return who.length > 0 ? [{ who, until, answers: row.answers !== 'none' }] : [];
	});
}
