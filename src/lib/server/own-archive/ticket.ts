import { timingSafeEqual } from 'node:crypto';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { keyedHash } from '../encryption.ts';
import type { Viewer } from '../viewer.ts';

/** How long after the password an archive can be fetched (ms): the browser does so by itself. */
export const ticketMs = 60_000;

/** Says that the viewer has just typed their password, for the request that fetches the archive. */
export function ticketFor(db: Db, viewer: Viewer, now: Instant): string {
	const until = now + ticketMs;
	return `${until}.${hashOf(db, viewer, until)}`;
}

/** Whether it is a ticket of this viewer that is still good. */
export function isTicket(db: Db, viewer: Viewer, ticket: string, now: Instant): boolean {
	const [until = '', hash = ''] = ticket.split('.');
	const expected = Buffer.from(hashOf(db, viewer, Number(until)));
	const given = Buffer.from(hash);
	return now < Number(until) && given.length === expected.length && timingSafeEqual(given, expected);
}

function hashOf(db: Db, { id }: Viewer, until: Instant): string {
	return keyedHash(db.keys.serverKey, `own archive|${id}|${until}`);
}
