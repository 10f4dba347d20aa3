import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { putAway } from './db/schema/records.ts';
import { seal, unseal, type Place } from './seal.ts';

const kept = v.object({ until: v.number() });
const place = (person: string): Place => ({ table: 'put_away', row: person, person });

/** Makes the sealed row that every account has from its beginning. */
export function startPutAway(db: Db, personId: string): void {
	write(db, personId, 0);
}

/** Up to when (UTC ms) the person has put away the notices that are kept sealed. */
export function putAwayUntil(db: Db, personId: string): Instant {
	const row = db.select({ sealed: putAway.sealed }).from(putAway).where(eq(putAway.personId, personId)).get();
	return row ? v.parse(kept, unseal(db, place(personId), row.sealed)).until : 0;
}

/** Seals it anew: done with whatever notice is put away, so that a row that changed does not say which. */
export function keepPutAway(db: Db, personId: string, until: Instant | null): void {
	write(db, personId, Math.max(until ?? 0, putAwayUntil(db, personId)));
}

function write(db: Db, personId: string, until: Instant): void {
	const sealed = seal(db, place(personId), { until });
	db.insert(putAway).values({ personId, sealed }).onConflictDoUpdate({ target: putAway.personId, set: { sealed } }).run();
}
