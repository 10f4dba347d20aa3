import { timingSafeEqual } from 'node:crypto';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { firstTime, withTx } from '../db/tx.ts';
import { keyedHash } from '../encryption.ts';
import type { Viewer } from '../viewer.ts';

/** How long after the password an archive can be fetched (ms): the browser does so by itself. */
export const ticketMs = 60_000;

/**
 * Says that the viewer has just typed their password in this sign-in, for the one request that fetches the archive.
 * @param signIn which sign-in it is: the hash of its id
 */
export function ticketFor(db: Db, viewer: Viewer, signIn: string, now: Instant): string {
	const until = now + ticketMs;
	return `${until}.${hashOf(db, viewer, signIn, until)}`;
}

/**
 * Takes a ticket: true for one of this viewer and sign-in that is still good, and only the first time.
 * @throws Refusal `full`
 */
export function takeTicket(db: Db, viewer: Viewer, signIn: string, ticket: string, now: Instant): boolean {
	const [until = '', hash = ''] = ticket.split('.');
	const right = hashOf(db, viewer, signIn, Number(until));
	const [given, expected] = [Buffer.from(hash), Buffer.from(right)];
	if (now >= Number(until) || given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
	return withTx(db, () => firstTime(db, `archive:${right}`, viewer.id, now));
}

function hashOf(db: Db, { id }: Viewer, signIn: string, until: Instant): string {
	return keyedHash(db.keys.serverKey, `own archive|${id}|${signIn}|${until}`);
}
