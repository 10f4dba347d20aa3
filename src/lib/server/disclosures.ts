import { eq } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { disclosureReasons, disclosures, type DisclosureReason } from './db/schema/keeping.ts';
import { withTx } from './db/tx.ts';
import { consentTo, disclosureWithId, endsAt, waitingDays, type Consent, type DisclosureRow as Row } from './disclosure-openings.ts';
import { headsKeeping, recordPerson, requireKeeper, requireKeeperOf } from './record-people.ts';
import { Refusal } from './refusal.ts';
import { takesTwoPeople } from './roles.ts';
import { tellAdmins, tellPerson } from './telling.ts';
import type { Viewer } from './viewer.ts';

export { disclosureReasons };

export type AnswersGround = Row['answers'];

type Whose = 'your' | 'the person’s';

/** For whom a copy is made: `a court`, `your own lawyer`. */
export function forWords(reason: DisclosureReason, whose: Whose = 'the person’s'): string {
	return reason === 'court' ? 'a court' : `${whose} own lawyer`;
}

/** Whether single sessions, answers and scores are in it, and on what ground. */
export function withWords(answers: AnswersGround, whose: Whose = 'the person’s'): string {
	const parts = 'single sessions, answers and scores';
	if (answers === 'none') return `without ${parts}`;
	return `with ${parts}, ${answers === 'consent' ? `by ${whose} own consent` : 'because an order asks for them'}`;
}

export interface NewDisclosure {
	/** The form's id, which becomes the row's. */
	id: string;
	personId: string;
	reason: DisclosureReason;
	answers: AnswersGround;
}

/**
 * Asks for a copy of somebody's record. Nothing is made before a second person confirms it, and the person sees both; where their consent is the ground,
 * they are asked under My privacy. Sent twice, it is asked once.
 * @throws Refusal `not-allowed`, `not-found`; `conflict` for oneself, somebody who is erased, or a form that was used for another
 */
export function askDisclosure(db: Db, viewer: Viewer, wanted: NewDisclosure, now: Instant): void {
	const { id, personId, reason, answers } = wanted;
	requireKeeper(viewer);
	withTx(db, () => {
		const sent = db.select().from(disclosures).where(eq(disclosures.id, id)).get();
		if (sent) return sentBefore(sent, viewer, wanted);
		requireKeeperOf(db, viewer, personId);
		if (recordPerson(db, personId).erasedAt !== null) throw new Refusal('conflict', 'They were erased: there is nothing left to disclose.');
		if (personId === viewer.id)
			throw new Refusal('conflict', 'This is your own record. You can take it along under My privacy, without asking anybody.');
		db.insert(disclosures).values({ id, personId, reason, answers, askedBy: viewer.id, askedAt: now }).run();
		noteStep(db, viewer, 'record.disclosure-asked', { id, personId, reason, answers }, now);
	});
}

function sentBefore(row: Row, viewer: Viewer, { personId, reason, answers }: NewDisclosure): void {
	if (row.askedBy === viewer.id && row.personId === personId && row.reason === reason && row.answers === answers) return;
	throw new Refusal('conflict', 'This form was used for something else before. Please load the page again; nothing was saved.');
}

type Step = `record.disclosure-${'asked' | 'agreed' | 'declined' | 'withdrawn' | 'confirmed' | 'ended'}`;

/** Writes a step to the audit trail, and tells the person's open pages and those of administrators; in the caller's transaction. */
export function noteStep(
	db: Db,
	viewer: Viewer,
	action: Step,
	{ id, personId, reason, answers, consent }: Pick<Row, 'id' | 'personId' | 'reason' | 'answers'> & { consent?: Consent },
	now: Instant
): void {
	const detail = { disclosure: id, reason, answers, ...(consent ? { consent } : {}) };
	audit(db, viewer, { action, subject: { kind: 'person', id: personId }, detail }, now);
	tellPerson(db, personId);
	tellAdmins(db);
}

/**
 * Confirms it, as somebody other than who asked and whom it is about, one of the two a head of welfare: either can open the copy for a week. Where it
 * goes by consent, after the person agreed; of somebody who cannot sign in the two state it. Safe to call twice.
 * @throws Refusal `not-allowed`, `not-found`, or `conflict` where it was refused, taken back or over meanwhile, or the person has not agreed
 */
export function confirmDisclosure(db: Db, viewer: Viewer, { id }: { id: string }, now: Instant): void {
	requireKeeper(viewer);
	withTx(db, () => {
		const row = disclosureWithId(db, id);
		requireKeeperOf(db, viewer, row.personId);
		if (row.endedAt !== null) throw new Refusal('conflict', 'This was refused or taken back meanwhile.');
		if (row.confirmedAt !== null) return;
		if (row.askedBy === viewer.id) throw new Refusal('not-allowed', 'You asked for this yourself, so somebody else confirms it.');
		if (row.personId === viewer.id) throw new Refusal('not-allowed', 'This is about you, so somebody else confirms it.');
		if (lacksHead(db, row, viewer)) throw new Refusal('not-allowed', headNeeded);
		if (recordPerson(db, row.personId).erasedAt !== null) throw new Refusal('conflict', 'They were erased meanwhile: nothing is left.');
		if (now >= endsAt(row)) throw new Refusal('conflict', ranOut(row));
		const consent = consentTo(db, row);
		if (consent === 'waited-for') throw new Refusal('conflict', notAgreed);
		db.update(disclosures).set({ confirmedBy: viewer.id, confirmedAt: now }).where(eq(disclosures.id, id)).run();
		noteStep(db, viewer, 'record.disclosure-confirmed', { ...row, consent }, now);
	});
}

const headNeeded =
	'One of the two people who decide on a copy is a head of welfare. Whoever asked for this one is not, so a head of welfare confirms it.';

const notAgreed = 'They have not agreed yet. They are asked under My privacy; once they agree, you can confirm it.';
/** Why one that nobody confirmed is over. */
export function ranOut({ agreedAt }: Pick<Row, 'agreedAt'>): string {
	return agreedAt === null
		? `It was asked for more than ${waitingDays} days ago, which is too long. A new one can be asked for.`
		: `They agreed more than ${waitingDays} days ago, which is too long: please ask for a new copy, and they are asked anew.`;
}

/**
 * Whether neither who asked nor the viewer is a head of welfare who keeps this person's record, where one must be: from the first head of welfare on, and
 * for good, as with roles that see others. But for the record of a head beside whom there is no other.
 */
export function lacksHead(db: Db, { askedBy, personId }: Row, viewer: Viewer): boolean {
	if (!takesTwoPeople(db)) return false;
	const heads = headsKeeping(db, personId);
	if (heads.includes(viewer.id) || heads.includes(askedBy)) return false;
	return heads.length !== 1 || heads[0] !== personId;
}

/** Refuses it, or takes it back; what was confirmed can no longer be opened. Safe to call twice. @throws Refusal `not-allowed`, `not-found` */
export function endDisclosure(db: Db, viewer: Viewer, { id }: { id: string }, now: Instant): void {
	requireKeeper(viewer);
	withTx(db, () => {
		const row = disclosureWithId(db, id);
		requireKeeperOf(db, viewer, row.personId);
		if (row.endedAt !== null) return;
		if (row.personId === viewer.id) throw new Refusal('not-allowed', 'This is about you, so somebody else decides it.');
		db.update(disclosures).set({ endedBy: viewer.id, endedAt: now }).where(eq(disclosures.id, id)).run();
		noteStep(db, viewer, 'record.disclosure-ended', row, now);
	});
}
