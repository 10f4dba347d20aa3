import { and, desc, eq, type SQL } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { reading } from './access-log.ts';
import type { Db } from './db/connection.ts';
import { disclosures } from './db/schema/keeping.ts';
import { consentTo, endsAt, goesOn, mayOpen, type Consent, type DisclosureRow as Row } from './disclosure-openings.ts';
import { forWords, lacksHead, ranOut, withWords } from './disclosures.ts';
import { dateWords, localDate } from './local-time.ts';
import { momentWords } from './moments.ts';
import { keptBy, namesById, noteListed, requireKeeper } from './record-people.ts';
import type { Viewer } from './viewer.ts';

/** A copy of somebody's record that was asked for, in words. */
export interface DisclosureShown {
	id: string;
	/** For whom, and with which part, in words. */
	what: string;
	asked: string;
	/** When the person agreed; null where they were not asked, or have not answered. */
	agreed: string | null;
	confirmed: string | null;
	/** Refused, taken back, or its time over. */
	over: string | null;
}

export interface DisclosureForKeeper extends DisclosureShown {
	personId: string;
	name: string;
	consent: Consent;
	/** Where consent is on paper: that the person said no before, and when. */
	saidNo: string | null;
	mayConfirm: boolean;
	mayEnd: boolean;
	mayOpen: boolean;
}

/**
 * Those about somebody, or about all whose record the viewer keeps, the newest first, noted for whom they are about.
 * @throws Refusal `not-allowed` for anybody but administrators and heads of welfare; `full` where it cannot be noted
 */
export function disclosuresFor(db: Db, viewer: Viewer, personId: string | null, now: Instant): DisclosureForKeeper[] {
	requireKeeper(viewer);
	const names = namesById(db);
	return noted(db, viewer, personId, now).map((row) => {
		const open = goesOn(db, row, now);
		const consent = consentTo(db, row);
		const words = shown(row, viewer, names, now);
		const another = row.personId !== viewer.id;
		return {
			...words,
			over: words.over ?? (open ? null : 'They were erased: nothing is left.'),
			...{ personId: row.personId, name: names.get(row.personId) ?? '', consent },
			saidNo: consent === 'on-paper' ? saidNo(db, row, viewer) : null,
			mayConfirm: open && another && consent !== 'waited-for' && mayConfirm(db, row, viewer),
			mayEnd: open && another,
			mayOpen: mayOpen(db, row, viewer, now)
		};
	});
}

function mayConfirm(db: Db, row: Row, viewer: Viewer): boolean {
	return row.confirmedAt === null && row.askedBy !== viewer.id && !lacksHead(db, row, viewer);
}

/** What the person last answered themselves, where it was a no, before paper stood in for them. */
export function saidNo(db: Db, { personId }: Row, { zone }: Viewer): string | null {
	const answered = rowsAbout(db, personId).filter((row) => row.answers === 'consent' && (row.agreedAt ?? row.endedAt) !== null);
	const answer = (row: Row) => (row.endedBy === personId ? row.endedAt : row.agreedAt) ?? -Infinity;
	const last = answered.toSorted((a, b) => answer(b) - answer(a))[0];
	if (last?.endedBy !== personId || last.endedAt === null) return null;
	const what = last.agreedAt === null ? 'declined a copy like this' : 'withdrew their consent to one';
	return `While they could sign in, they ${what} on ${dateWords(localDate(zone, last.endedAt), '')}.`;
}

function noted(db: Db, viewer: Viewer, personId: string | null, now: Instant): Row[] {
	return reading(db, () => {
		const rows = rowsOf(db, and(personId === null ? undefined : about(personId), keptBy(db, viewer, disclosures.personId)));
		const people = rows.map((row) => row.personId);
		noteListed(db, viewer, people, now);
		return rows;
	});
}

/** Those about one person, the newest first. Not checked for a viewer. */
export function rowsAbout(db: Db, personId: string): Row[] {
	return rowsOf(db, about(personId));
}

const about = (personId: string) => eq(disclosures.personId, personId);

function rowsOf(db: Db, which: SQL | undefined): Row[] {
	return db.select().from(disclosures).where(which).orderBy(desc(disclosures.askedAt)).all();
}

/** A row in words, in the viewer's zone. */
export function shown(row: Row, { zone }: Viewer, names: ReadonlyMap<string, string>, now: Instant): DisclosureShown {
	const by = (id: string | null, at: Instant | null) =>
		id === null || at === null ? null : `${names.get(id) ?? ''}, ${momentWords(zone, at, now)}`;
	const past = now >= endsAt(row) ? (row.confirmedAt === null ? ranOut(row) : 'Its time is over: it cannot be opened any more.') : null;
	const ended = by(row.endedBy, row.endedAt);
	const how = row.endedBy !== row.personId ? 'Refused or taken back' : row.agreedAt === null ? 'Declined' : 'Consent withdrawn';
	return {
		id: row.id,
		what: `For ${forWords(row.reason)}, ${withWords(row.answers)}`,
		asked: by(row.askedBy, row.askedAt) ?? '',
		agreed: row.agreedAt === null ? null : momentWords(zone, row.agreedAt, now),
		confirmed: by(row.confirmedBy, row.confirmedAt),
		over: ended === null ? past : `${how}: ${ended}`
	};
}
