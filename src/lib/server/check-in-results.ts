import { and, asc, desc, eq, gte, isNull } from 'drizzle-orm';
import type { Criterion } from '#lib/domain/concern.ts';
import type { InstrumentId } from '#lib/domain/instruments/instrument.ts';
import type { Instant } from '#lib/domain/time.ts';
import { keptIn, type Kept } from './check-ins.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { alerts, checkIns, sharedConcerns } from './db/schema/records.ts';
import { withTx } from './db/tx.ts';
import { dayWords, momentWords, weekOf, weekWords } from './moments.ts';
import { readersOf } from './readers.ts';
import { possibleRecipients } from './recipients.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { officersOf, type Officer } from './sharing.ts';
import type { Viewer } from './viewer.ts';

export interface AnsweredCheckIn {
	id: string;
	/** The Monday of the week it was answered in, and the day, in words. */
	week: string;
	day: string;
	/** The person's own, in order: of the pulse 0 (lightest) to 4. */
	answers: number[];
}

/** What the product noticed in a check-in, for the person alone. */
export interface Noticed {
	/** What it was, in a sentence. */
	words: string;
	/** Named people were prompted; else it stayed with the person. */
	shared: boolean;
	/** Who can see now that there is a concern: never the answers. */
	readers: string[];
	/** With whom the person shared it by hand, and when. */
	sharedWith: string[];
}

export interface CheckInResult {
	instrument: InstrumentId;
	checkIn: AnsweredCheckIn;
	/** Answered ones of the same instrument up to and including this one, oldest first, at most {@link mostShown}. */
	history: AnsweredCheckIn[];
	noticed: Noticed | null;
	/** Whom it can be shared with, and when they are next there; empty where nothing stayed private. */
	officers: (Officer & { nextThere: string | null })[];
}

const mostShown = 12;
const mostOpened = 120;

/**
 * One answered check-in with what led up to it, for the person alone.
 * @throws Refusal `not-found` for anybody else's, a skipped or an unknown one
 */
export function checkInResult(db: Db, viewer: Viewer, id: string, now: Instant): CheckInResult {
	const { all, index, found } = answeredUpTo(db, viewer, id);
	const concern = found.kept.concern;
	return {
		instrument: found.instrument,
		checkIn: shown(viewer, found, now),
		history: all.slice(Math.max(0, index + 1 - mostShown), index + 1).map((each) => shown(viewer, each, now)),
		noticed: concern && {
			words: criterionWords[concern.criterion],
			shared: concern.shared,
			readers: concernReaders(db, viewer, now),
			sharedWith: sharedSince(db, viewer, found.recordedAt, all[index + 1]?.recordedAt ?? Infinity, now)
		},
		officers: concern && !concern.shared ? officersThere(db, viewer, now) : []
	};
}

interface Opened {
	id: string;
	instrument: InstrumentId;
	recordedAt: Instant;
	kept: Kept;
}

function answeredUpTo(db: Db, viewer: Viewer, id: string): { all: Opened[]; index: number; found: Opened } {
	const row = db.select().from(checkIns).where(eq(checkIns.id, id)).get();
	if (row?.personId !== viewer.id) throw notFound();
	const { instrument } = row;
	const all = db
		.select()
		.from(checkIns)
		.where(and(eq(checkIns.personId, viewer.id), eq(checkIns.instrument, instrument), eq(checkIns.skipped, false)))
		.orderBy(desc(checkIns.recordedAt))
		.limit(mostOpened)
		.all()
		.reverse()
		.flatMap(({ id: each, recordedAt, sealed }) =>
			sealed ? [{ id: each, instrument, recordedAt, kept: keptIn(db, each, viewer, sealed) }] : []
		);
	const index = all.findIndex((each) => each.id === id);
	const found = all[index];
	if (!found) throw notFound();
	return { all, index, found };
}

function shown(viewer: Viewer, { id, recordedAt, kept }: Opened, now: Instant): AnsweredCheckIn {
	return { id, week: weekWords(weekOf(viewer, recordedAt).week), day: dayWords(viewer.zone, recordedAt, now), answers: kept.answers };
}

/** What the product noticed, for the person alone. */
const criterionWords: Readonly<Record<Criterion, string>> = {
	'pulse-two-worst': 'Two or more of your answers were the heaviest there are.',
	'pulse-repeat': 'One of your answers was the heaviest there is, as it was the last time.',
	'index-very-low': 'Your score is 28 or less, which is called very low.',
	'index-fall': 'Your score is 50 or less, and at least 12 points under what was usual for you before.',
	'index-twice-low': 'Your score is 50 or less, as it was the last time.',
	'phq4-anxiety': 'Your answers to questions 1 and 2 add up to 3 or more.',
	'phq4-depression': 'Your answers to questions 3 and 4 add up to 3 or more.',
	'proqol-burnout': 'Your score for burnout is 42 or more, which is called high.',
	'proqol-trauma': 'Your score for secondary traumatic stress is 42 or more, which is called high.'
};

function concernReaders(db: Db, viewer: Viewer, now: Instant): string[] {
	const alert = db
		.select()
		.from(alerts)
		.where(and(eq(alerts.personId, viewer.id), eq(alerts.reason, 'concern'), isNull(alerts.closedAt)))
		.get();
	return alert ? readersOf(db, viewer.id, [alert], now)(alert) : [];
}

function sharedSince(db: Db, viewer: Viewer, from: Instant, until: Instant, now: Instant): string[] {
	return db
		.select({ name: people.name, at: sharedConcerns.recordedAt })
		.from(sharedConcerns)
		.innerJoin(people, eq(people.id, sharedConcerns.officerId))
		.where(and(eq(sharedConcerns.personId, viewer.id), gte(sharedConcerns.recordedAt, from)))
		.orderBy(asc(sharedConcerns.recordedAt))
		.all()
		.filter(({ at }) => at < until)
		.map(({ name, at }) => `${name}, ${momentWords(viewer.zone, at, now)}`);
}

function officersThere(db: Db, viewer: Viewer, now: Instant): CheckInResult['officers'] {
	const there = new Map(possibleRecipients(db, viewer.id, now).map(({ id, nextThere }) => [id, nextThere]));
	return officersOf(db, viewer).map((officer) => {
		const next = there.get(officer.id) ?? null;
		return {
			...officer,
			nextThere: next === null ? null : next <= now ? 'there now' : `next there ${momentWords(viewer.zone, next, now)}`
		};
	});
}

/**
 * "Share this": prompts one welfare officer about a concern that stayed private. They learn that there is one, never the answers.
 * Pressed again it renews the prompt; the same form sent twice shares once.
 * @throws Refusal `not-found` for a check-in that is not the viewer's; `invalid` for an officer who is not theirs to choose;
 * `conflict` where there is no private concern in it
 */
export function shareConcern(db: Db, viewer: Viewer, what: { id: string; checkInId: string; officerId: string }, now: Instant): void {
	const { id, checkInId, officerId } = what;
	const person = viewer.id;
	withTx(db, () => {
		const { found } = answeredUpTo(db, viewer, checkInId);
		const earlier = db.select().from(sharedConcerns).where(eq(sharedConcerns.id, id)).get();
		if (earlier?.personId === person && earlier.officerId === officerId) return;
		if (earlier)
			throw new Refusal('conflict', 'This form was sent before, with another choice. Please load the page again; nothing new was sent.');
		const { concern } = found.kept;
		if (!concern || concern.shared)
			throw new Refusal('conflict', 'There is nothing in this check-in that stayed private. You can ask for contact at any time.');
		if (!officersOf(db, viewer).some((officer) => officer.id === officerId))
			throw invalid('officerId', 'Please choose one of the welfare officers.');
		recordFact(db, now, {
			personId: person,
			actorId: person,
			fact: (at) => ({ type: 'share-concern', at, person }),
			write: (at) => void db.insert(sharedConcerns).values({ id, personId: person, officerId, recordedAt: at }).run()
		});
	});
}
