import { eq } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { disclosures } from './db/schema/keeping.ts';
import { withTx } from './db/tx.ts';
import { rowsAbout, shown, type DisclosureShown } from './disclosure-lists.ts';
import { disclosureWithId, endsAt, goesOn, openDays, waitingDays, type DisclosureRow as Row } from './disclosure-openings.ts';
import { forWords, noteStep, withWords } from './disclosures.ts';
import { momentWords } from './moments.ts';
import { namesById } from './record-people.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Viewer } from './viewer.ts';

/** A copy of the viewer's own record that others asked for. */
export interface OwnDisclosure extends DisclosureShown {
	/** Until when: where it was confirmed, it can be opened; else what they agreed to counts, or it waits. Null: it is over. */
	until: string | null;
	mayWithdraw: boolean;
	/** It waits for the viewer's consent. */
	waits: boolean;
}

/** One for which the viewer's consent is asked. */
export interface ConsentAsked {
	id: string;
	/** `a court`, `your own lawyer`. */
	forWhom: string;
	/** Who asks, by name, and when. */
	who: string;
	when: string;
	/** Confirmed on paper, while they could not sign in: by whom, and until when it can be opened once they agree. */
	confirmed: { by: string; until: string } | null;
	/** Else for how many days it can be opened once the second person confirms it, and within how many after agreeing that must be. */
	openDays: number;
	waitingDays: number;
}

/** Copies of the viewer's own record that others asked for: who, for whom, what is in it; the newest first. */
export function ownDisclosures(db: Db, viewer: Viewer, now: Instant): OwnDisclosure[] {
	const names = namesById(db);
	return rowsAbout(db, viewer.id).map((row) => ({
		...shown(row, viewer, names, now),
		what: `For ${forWords(row.reason, 'your')}, ${withWords(row.answers, 'your')}`,
		until: goesOn(db, row, now) ? momentWords(viewer.zone, endsAt(row), now) : null,
		mayWithdraw: row.agreedAt !== null && goesOn(db, row, now),
		waits: waits(db, row, now)
	}));
}

/** Those that wait for the viewer's consent, the newest first: none can be opened before. */
export function consentAsked(db: Db, viewer: Viewer, now: Instant): ConsentAsked[] {
	const waiting = rowsAbout(db, viewer.id).filter((row) => waits(db, row, now));
	if (waiting.length === 0) return [];
	const names = namesById(db);
	const words = (at: Instant) => momentWords(viewer.zone, at, now);
	return waiting.map((row) => ({
		...{ id: row.id, forWhom: forWords(row.reason, 'your'), who: names.get(row.askedBy) ?? '', when: words(row.askedAt) },
		confirmed: row.confirmedBy === null ? null : { by: names.get(row.confirmedBy) ?? '', until: words(endsAt(row)) },
		...{ openDays, waitingDays }
	}));
}

function waits(db: Db, row: Row, now: Instant): boolean {
	return row.answers === 'consent' && row.agreedAt === null && goesOn(db, row, now);
}

/**
 * Agrees that a copy of the viewer's record with single sessions, answers and scores is made. Safe to call twice. Whoever calls has asked for the password.
 * @throws Refusal `not-found` for one about somebody else, or that needs no consent; `conflict` where it was taken back meanwhile
 */
export function agreeToDisclosure(db: Db, viewer: Viewer, { id }: { id: string }, now: Instant): void {
	withTx(db, () => {
		const row = ownRow(db, viewer, id);
		if (!goesOn(db, row, now)) throw new Refusal('conflict', 'This was declined or taken back meanwhile, or is over.');
		if (row.agreedAt !== null) return;
		// Where the clock was put back meanwhile: nobody agrees before they were asked.
		db.update(disclosures)
			.set({ agreedAt: Math.max(now, row.askedAt) })
			.where(eq(disclosures.id, id))
			.run();
		noteStep(db, viewer, 'record.disclosure-agreed', row, now);
	});
}

/**
 * Declines it, or withdraws what the viewer agreed to: from then on nobody can open the copy. No reason is asked. Safe to call twice.
 * @throws Refusal `not-found` for one about somebody else, or that needs no consent
 */
export function declineDisclosure(db: Db, viewer: Viewer, { id }: { id: string }, now: Instant): void {
	withTx(db, () => {
		const row = ownRow(db, viewer, id);
		if (row.endedAt !== null) return;
		db.update(disclosures).set({ endedBy: viewer.id, endedAt: now }).where(eq(disclosures.id, id)).run();
		noteStep(db, viewer, row.agreedAt === null ? 'record.disclosure-declined' : 'record.disclosure-withdrawn', row, now);
	});
}

function ownRow(db: Db, viewer: Viewer, id: string): Row {
	const row = disclosureWithId(db, id);
	if (row.personId !== viewer.id || row.answers !== 'consent') throw notFound();
	return row;
}
