import { and, eq, isNull, lt, or } from 'drizzle-orm';
import ical from 'ical-generator';
import { isOver } from '#lib/domain/plan.ts';
import { MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import { tokenHash } from './auth/token.ts';
import { supervises } from './calendar-links.ts';
import { free, wholeDays } from './calendar.ts';
import { errorCode, type Db } from './db/connection.ts';
import { calendarFeeds } from './db/schema/feeds.ts';
import { plans } from './db/schema/plans.ts';
import { withTx } from './db/tx.ts';
import { localDate } from './local-time.ts';
import { itemsOf } from './plan-items.ts';
import { datedPromises } from './promises.ts';
import { Refusal } from './refusal.ts';
import { findViewer, type Viewer } from './viewer.ts';

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

/**
 * Once a minute at most: somebody who has the link cannot make the disk busy with it. Where the disk is full or read-only, dates matter more than
 * the note of when they were fetched.
 */
function noteFetched(db: Db, id: string, now: Instant): void {
	const stale = or(isNull(calendarFeeds.fetchedAt), lt(calendarFeeds.fetchedAt, now - MS_PER_MINUTE));
	try {
		withTx(db, () => {
			db.update(calendarFeeds)
				.set({ fetchedAt: now })
				.where(and(eq(calendarFeeds.id, id), stale))
				.run();
		});
	} catch (fault) {
		if (!(fault instanceof Refusal) && !errorCode(fault).startsWith('SQLITE_READONLY')) throw fault;
	}
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
