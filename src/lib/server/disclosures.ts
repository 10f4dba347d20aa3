import { and, desc, eq } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { reading } from './access-log.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { disclosureReasons, disclosures, type DisclosureReason } from './db/schema/keeping.ts';
import { withTx } from './db/tx.ts';
import { disclosureWithId, mayOpen, openUntil, type DisclosureRow as Row } from './disclosure-openings.ts';
import { momentWords } from './moments.ts';
import { namesById, noteListed, recordPerson, requireKeeper } from './record-people.ts';
import { Refusal } from './refusal.ts';
import { holdersOf } from './role-holders.ts';
import { takesTwoPeople } from './roles.ts';
import { tellAdmins, tellPerson } from './telling.ts';
import { hasRole, type Viewer } from './viewer.ts';

export { disclosureReasons };

/** For whom a copy is made, in words. */
export const disclosureWords: Record<DisclosureReason, string> = {
	court: 'a court',
	lawyer: 'the person’s own lawyer'
};

export type AnswersGround = Row['answers'];

/** Whether single sessions, answers and scores are in it, in words. */
export const answersWords: Record<AnswersGround, string> = {
	none: 'without single sessions, answers and scores',
	consent: 'with single sessions, answers and scores, because the person has consented in writing',
	order: 'with single sessions, answers and scores, because an order asks for them'
};

export interface NewDisclosure {
	/** The form's id, which becomes the row's. */
	id: string;
	personId: string;
	reason: DisclosureReason;
	answers: AnswersGround;
}

/**
 * Asks for a copy of somebody's record. Nothing is made before a second person confirms it, and the person sees both. Sent twice, it is asked once.
 * @throws Refusal `not-allowed`, `not-found`; `conflict` for oneself, or somebody who is erased
 */
export function askDisclosure(db: Db, viewer: Viewer, { id, personId, reason, answers }: NewDisclosure, now: Instant): void {
	requireKeeper(viewer);
	withTx(db, () => {
		if (db.select({ id: disclosures.id }).from(disclosures).where(eq(disclosures.id, id)).get()) return;
		if (recordPerson(db, personId).erasedAt !== null) throw new Refusal('conflict', 'They were erased: there is nothing left to disclose.');
		if (personId === viewer.id)
			throw new Refusal('conflict', 'This is your own record. You can take it along under My privacy, without asking anybody.');
		db.insert(disclosures).values({ id, personId, reason, answers, askedBy: viewer.id, askedAt: now }).run();
		note(db, viewer, 'record.disclosure-asked', { id, personId, reason, answers }, now);
	});
}

function note(
	db: Db,
	viewer: Viewer,
	action: 'record.disclosure-asked' | 'record.disclosure-confirmed' | 'record.disclosure-ended',
	{ id, personId, reason, answers }: Pick<Row, 'id' | 'personId' | 'reason' | 'answers'>,
	now: Instant
): void {
	audit(db, viewer, { action, subject: { kind: 'person', id: personId }, detail: { disclosure: id, reason, answers } }, now);
	tellPerson(db, personId);
	tellAdmins(db);
}

/**
 * Confirms it, as somebody other than who asked and whom it is about, one of the two a head of welfare: either can open the copy for a week. Safe to
 * call twice.
 * @throws Refusal `not-allowed`, `not-found`, or `conflict` where it was refused or taken back meanwhile
 */
export function confirmDisclosure(db: Db, viewer: Viewer, { id }: { id: string }, now: Instant): void {
	requireKeeper(viewer);
	withTx(db, () => {
		const row = disclosureWithId(db, id);
		if (row.endedAt !== null) throw new Refusal('conflict', 'This was refused or taken back meanwhile.');
		if (row.confirmedAt !== null) return;
		if (row.askedBy === viewer.id) throw new Refusal('not-allowed', 'You asked for this yourself, so somebody else confirms it.');
		if (row.personId === viewer.id) throw new Refusal('not-allowed', 'This is about you, so somebody else confirms it.');
		if (lacksHead(db, row, viewer)) throw new Refusal('not-allowed', headNeeded);
		if (recordPerson(db, row.personId).erasedAt !== null) throw new Refusal('conflict', 'They were erased meanwhile: nothing is left.');
		db.update(disclosures).set({ confirmedBy: viewer.id, confirmedAt: now }).where(eq(disclosures.id, id)).run();
		note(db, viewer, 'record.disclosure-confirmed', row, now);
	});
}

const headNeeded =
	'One of the two people who decide on a copy is a head of welfare. Whoever asked for this one is not, so a head of welfare confirms it.';

/**
 * Whether neither who asked nor the viewer is a head of welfare, where one must be: from the first head of welfare on, and for good, as with roles
 * that see others. But for the record of a head beside whom there is no other.
 */
function lacksHead(db: Db, { askedBy, personId }: Row, viewer: Viewer): boolean {
	if (hasRole(viewer, 'head_of_welfare') || !takesTwoPeople(db)) return false;
	const heads = holdersOf(db).filter(({ role, proposed, disabled }) => role === 'head_of_welfare' && !proposed && !disabled);
	if (heads.some(({ personId: head }) => head === askedBy)) return false;
	return heads.length !== 1 || heads[0]?.personId !== personId;
}

/** Refuses it, or takes it back; what was confirmed can no longer be opened. Safe to call twice. @throws Refusal `not-allowed`, `not-found` */
export function endDisclosure(db: Db, viewer: Viewer, { id }: { id: string }, now: Instant): void {
	requireKeeper(viewer);
	withTx(db, () => {
		const row = disclosureWithId(db, id);
		if (row.endedAt !== null) return;
		if (row.personId === viewer.id) throw new Refusal('not-allowed', 'This is about you, so somebody else decides it.');
		db.update(disclosures).set({ endedBy: viewer.id, endedAt: now }).where(eq(disclosures.id, id)).run();
		note(db, viewer, 'record.disclosure-ended', row, now);
	});
}

export interface DisclosureShown {
	id: string;
	/** For whom, and with which part, in words. */
	what: string;
	asked: string;
	confirmed: string | null;
	/** Refused, taken back, or a week over. */
	over: string | null;
}

export interface DisclosureForKeeper extends DisclosureShown {
	personId: string;
	name: string;
	mayConfirm: boolean;
	mayEnd: boolean;
	mayOpen: boolean;
}

/**
 * Those about somebody, or all, the newest first, noted for whom they are about.
 * @throws Refusal `not-allowed` for anybody but administrators and heads of welfare; `full` where it cannot be noted
 */
export function disclosuresFor(db: Db, viewer: Viewer, personId: string | null, now: Instant): DisclosureForKeeper[] {
	requireKeeper(viewer);
	const names = namesById(db);
	return noted(db, viewer, personId, now).map((row) => {
		const open = row.endedAt === null && (row.confirmedAt === null || now < openUntil(row.confirmedAt));
		const another = row.personId !== viewer.id;
		return {
			...shown(row, viewer, names, now),
			...{ personId: row.personId, name: names.get(row.personId) ?? '' },
			mayConfirm: open && another && row.confirmedAt === null && row.askedBy !== viewer.id && !lacksHead(db, row, viewer),
			mayEnd: open && another,
			mayOpen: mayOpen(row, viewer, now)
		};
	});
}

function noted(db: Db, viewer: Viewer, personId: string | null, now: Instant): Row[] {
	return reading(db, () => {
		const rows = rowsAbout(db, personId);
		const about = rows.map((row) => row.personId);
		noteListed(db, viewer, about, now);
		return rows;
	});
}

/** Copies of the viewer's own record that others asked for: who, for whom, what is in it. */
export function ownDisclosures(db: Db, viewer: Viewer, now: Instant): DisclosureShown[] {
	const names = namesById(db);
	return rowsAbout(db, viewer.id).map((row) => shown(row, viewer, names, now));
}

function rowsAbout(db: Db, personId: string | null): Row[] {
	const about = personId === null ? undefined : eq(disclosures.personId, personId);
	return db.select().from(disclosures).where(and(about)).orderBy(desc(disclosures.askedAt)).all();
}

function shown(row: Row, { zone }: Viewer, names: ReadonlyMap<string, string>, now: Instant): DisclosureShown {
	const by = (id: string | null, at: Instant | null) =>
		id === null || at === null ? null : `${names.get(id) ?? ''}, ${momentWords(zone, at, now)}`;
	const past = row.confirmedAt !== null && now >= openUntil(row.confirmedAt) ? 'A week has passed: it cannot be opened any more.' : null;
	const ended = by(row.endedBy, row.endedAt);
	return {
		id: row.id,
		what: `For ${disclosureWords[row.reason]}, ${answersWords[row.answers]}`,
		asked: by(row.askedBy, row.askedAt) ?? '',
		confirmed: by(row.confirmedBy, row.confirmedAt),
		over: ended === null ? past : `Refused or taken back: ${ended}`
	};
}
