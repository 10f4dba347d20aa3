import { randomUUID } from 'node:crypto';
import { and, eq, isNull, lt, or } from 'drizzle-orm';
import ical from 'ical-generator';
import { isOver } from '#lib/domain/plan.ts';
import { MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import { newToken, tokenHash } from './auth/token.ts';
import { free, wholeDays } from './calendar.ts';
import type { Db } from './db/connection.ts';
import { calendarFeeds } from './db/schema/feeds.ts';
import { plans } from './db/schema/plans.ts';
import { withTx } from './db/tx.ts';
import { localDate } from './local-time.ts';
import { momentWords } from './moments.ts';
import { itemsOf } from './plan-pages.ts';
import { datedPromises } from './promises.ts';
import { notFound } from './refusal.ts';
import { findViewer, hasRole, type Viewer } from './viewer.ts';

/** The viewer's link for a calendar program, without the link itself, which nobody can read again. */
export interface Feed {
	made: string;
	/** When a program fetched it last; null: never. */
	fetched: string | null;
}

function supervises(viewer: Viewer): boolean {
	return hasRole(viewer, 'lead', 'welfare', 'peer', 'head_of_welfare');
}

/** Whether the viewer can have a link, and what of it can be shown: `null` where there is none; `undefined` for whoever supervises nobody. */
export function feedOf(db: Db, viewer: Viewer, now: Instant): Feed | null | undefined {
	if (!supervises(viewer)) return undefined;
	const row = db.select().from(calendarFeeds).where(current(viewer.id)).get();
	if (!row) return null;
	const words = (at: Instant) => momentWords(viewer.zone, at, now);
	return { made: words(row.createdAt), fetched: row.fetchedAt === null ? null : words(row.fetchedAt) };
}

/**
 * Makes a secret link; an earlier one ends. Its token is stored nowhere: show it once.
 * @throws Refusal `not-found` for whoever supervises nobody
 */
export function makeFeed(db: Db, viewer: Viewer, now: Instant): string {
	if (!supervises(viewer)) throw notFound();
	return withTx(db, () => {
		endFeed(db, viewer, now);
		const token = newToken();
		db.insert(calendarFeeds)
			.values({ id: randomUUID(), personId: viewer.id, tokenHash: tokenHash(token), createdAt: now })
			.run();
		audit(db, viewer, { action: 'account.calendar-link-made', subject: { kind: 'person', id: viewer.id } }, now);
		return token;
	});
}

/** Ends the viewer's link, where there is one. */
export function revokeFeed(db: Db, viewer: Viewer, now: Instant): void {
	withTx(db, () => {
		if (endFeed(db, viewer, now) === 0) return;
		audit(db, viewer, { action: 'account.calendar-link-ended', subject: { kind: 'person', id: viewer.id } }, now);
	});
}

function endFeed(db: Db, viewer: Viewer, now: Instant): number {
	return db.update(calendarFeeds).set({ revokedAt: now }).where(current(viewer.id)).run().changes;
}

/**
 * The calendar under a token (RFC 5545, whole days): when its owner is to follow up, and what they have promised in plans. It holds neither a
 * name nor a reason. Null where the link was ended, never was, or its owner is disabled or supervises nobody any more.
 * @param page the address that each event links to
 */
export function feedUnder(db: Db, token: string, page: string, now: Instant): string | null {
	const row = db
		.select()
		.from(calendarFeeds)
		.where(and(eq(calendarFeeds.tokenHash, tokenHash(token)), isNull(calendarFeeds.revokedAt)))
		.get();
	const owner = row && findViewer(db, row.personId);
	if (!owner || !supervises(owner)) return null;
	noteFetched(db, row.id, now);
	// Without a name of its own some programs show the address, and the secret in it.
	const calendar = ical({ name: 'Dates', ttl: 3600, prodId: { company: 'own dates', product: 'calendar', language: 'EN' } });
	for (const { alertId, on, at } of datedPromises(db, owner, now))
		calendar.createEvent({ ...wholeDays(uid(alertId), on, on, at), ...free, summary: 'Follow up', url: page });
	for (const { id, from, until, at } of promisedInPlans(db, owner, now))
		calendar.createEvent({ ...wholeDays(uid(id), from, until, at), ...free, summary: 'Promised', url: page });
	return `${calendar.toString()}\r\n`;
}

/** The same for the same thing at each fetch, and saying nothing: an id of ours could be looked for in the program, and an item's name is a reason. */
function uid(of: string): string {
	return tokenHash(of).slice(0, 32);
}

/** Once a minute at most: somebody who has the link cannot make the disk busy with it. */
function noteFetched(db: Db, id: string, now: Instant): void {
	const stale = or(isNull(calendarFeeds.fetchedAt), lt(calendarFeeds.fetchedAt, now - MS_PER_MINUTE));
	withTx(db, () => {
		db.update(calendarFeeds)
			.set({ fetchedAt: now })
			.where(and(eq(calendarFeeds.id, id), stale))
			.run();
	});
}

/** What is in the plans that the owner has agreed on with people; of what has no end, the first day. */
function promisedInPlans(db: Db, owner: Viewer, now: Instant) {
	const inForce = and(eq(plans.supervisorId, owner.id), isNull(plans.endedAt));
	const rows = db.select().from(plans).where(inForce).all();
	const items = itemsOf(
		db,
		rows.map(({ id }) => id)
	);
	const today = localDate(owner.zone, now);
	return rows.flatMap(({ id, agreedAt }) =>
		agreedAt === null
			? []
			: (items.get(id) ?? [])
					.map(({ item, from, until }) => ({ item, from, until: until ?? from }))
					.filter((each) => !isOver([each], today))
					.map(({ item, from, until }) => ({ id: `${id} ${item}`, from, until, at: agreedAt }))
	);
}

function current(personId: string) {
	return and(eq(calendarFeeds.personId, personId), isNull(calendarFeeds.revokedAt));
}
