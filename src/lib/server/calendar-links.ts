import { randomUUID } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import { newToken, tokenHash } from './auth/token.ts';
import type { Db } from './db/connection.ts';
import { calendarFeeds } from './db/schema/feeds.ts';
import { withTx } from './db/tx.ts';
import { momentWords } from './moments.ts';
import { notFound } from './refusal.ts';
import { hasRole, type Actor, type Viewer } from './viewer.ts';

/** The viewer's link for a calendar program, without the link itself, which nobody can read again. */
export interface Feed {
	made: string;
	/** When a program fetched it last; null: never. */
	fetched: string | null;
}

/** Whether somebody has promises to others that a calendar could hold. */
export function supervises(viewer: Viewer): boolean {
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
		endFeed(db, viewer.id, now);
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
	revokeFeedOf(db, viewer, viewer.id, now);
}

/** Ends the link of somebody who leaves. @param actor who closes their account; `{ id: null }` for the clock */
export function revokeFeedOf(db: Db, actor: Pick<Actor, 'id'>, personId: string, now: Instant): void {
	withTx(db, () => {
		if (endFeed(db, personId, now) === 0) return;
		audit(db, actor, { action: 'account.calendar-link-ended', subject: { kind: 'person', id: personId } }, now);
	});
}

function endFeed(db: Db, personId: string, now: Instant): number {
	return db.update(calendarFeeds).set({ revokedAt: now }).where(current(personId)).run().changes;
}

function current(personId: string) {
	return and(eq(calendarFeeds.personId, personId), isNull(calendarFeeds.revokedAt));
}
