import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import { tokenHash } from '#lib/server/auth/token.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { workTypes } from '#lib/server/db/schema/organisation.ts';
import { people, personVersions, signIns } from '#lib/server/db/schema/people.ts';
import { exposures } from '#lib/server/db/schema/records.ts';
import { cast } from '../support/cast.ts';
import type { Fields } from '../support/app.ts';

/** What the reliability runs and the benchmark know of the screen on which a session is logged by hand. */

export const logAction = '/today/log?/session';

/** The form for twenty minutes that began `ago` ms before now (an hour at least); its id is the session's. */
export function logFields(workTypeId: string, ago: number): Fields & { id: string } {
	const start = new Date(Date.now() - ago);
	const end = new Date(start.getTime() + 20 * 60_000);
	return { id: randomUUIDv7(), workTypeId, date: day(start), start: clock(start), end: clock(end) };
}

// The people here live in UTC: a form says nothing of a zone.
export const zone = 'UTC';
const day = (at: Date) => at.toISOString().slice(0, 10);
const clock = (at: Date) => at.toISOString().slice(11, 16);

/** Works on the database of a server that is not running. */
export function withDatabase<T>(dataDir: string, work: (db: Db) => T): T {
	const db = openDatabase(dataDir, '', 'drizzle');
	try {
		return work(db);
	} finally {
		db.$client.close();
		db.keys.close();
	}
}

/** A signed-in browser's cookie, made without a password: hashing one for everybody would be most of the run. */
export function signInAs(db: Db, personId: string, now = Date.now()): string {
	const id = Array.from(randomBytes(40), (byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('');
	db.insert(signIns)
		.values({ idHash: tokenHash(id), personId, createdAt: now, seenAt: now, expiresAt: now + 12 * 3_600_000 })
		.run();
	return `breakwater=${id}`;
}

/** Two moderators, signed in, and a work type that counts as exposure. */
export interface Desk {
	ines: string;
	tomas: string;
	work: string;
}

/** Makes the cast in an empty data folder. */
export function furnish(dataDir: string): Desk {
	return withDatabase(dataDir, (db) => {
		const now = Date.now();
		const { ines, tomas } = cast(db, now - 90 * 86_400_000);
		for (const { id } of [ines, tomas]) {
			db.update(people).set({ sharingAskedAt: now }).where(eq(people.id, id)).run();
			db.update(personVersions).set({ zone }).where(eq(personVersions.personId, id)).run();
		}
		return { ines: signInAs(db, ines.id, now), tomas: signInAs(db, tomas.id, now), work: exposureWork(db) };
	});
}

/** A work type that counts as exposure without asking. */
export function exposureWork(db: Db): string {
	const type = db.select({ id: workTypes.id }).from(workTypes).where(eq(workTypes.counts, 'yes')).get();
	if (!type) throw new Error('no work type counts as exposure');
	return type.id;
}

/** Of these session ids, those that are not stored. */
export function missing(dataDir: string, ids: readonly string[]): string[] {
	return withDatabase(dataDir, (db) => {
		const stored = new Set<string>();
		for (let from = 0; from < ids.length; from += 500) {
			const rows = db
				.select({ id: exposures.id })
				.from(exposures)
				.where(inArray(exposures.id, ids.slice(from, from + 500)))
				.all();
			for (const row of rows) stored.add(row.id);
		}
		return ids.filter((id) => !stored.has(id));
	});
}

/** Whether an answer to a form says that it was stored. */
export function acknowledged({ status }: { status: number }): boolean {
	return status === 303;
}
