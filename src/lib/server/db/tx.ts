import { lt } from 'drizzle-orm';
import { diskFull, Refusal } from '../refusal.ts';
import { errorCode, type Db } from './connection.ts';
import { submissions } from './schema/people.ts';

/** A function body that a transaction takes: it must not return a Promise, because an async body would not be rolled back. */
type Synchronous<T> = T extends PromiseLike<unknown> ? never : T;

/**
 * Runs `fn` in one immediate transaction: all of it is stored, or nothing. Inside another transaction it joins that one.
 * @throws Refusal `full` where the disk (or the database's size limit) has no room; anything `fn` throws otherwise.
 */
export function withTx<T>(db: Db, fn: () => Synchronous<T>): T {
	if (db.$client.inTransaction) return fn();
	try {
		return db.$client.transaction(fn).immediate();
	} catch (error) {
		if (isFull(error)) throw new Refusal('full', diskFull);
		throw error;
	}
}

/** Whether SQLite had no room to write. */
export function isFull(error: unknown): boolean {
	const code = errorCode(error);
	return code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_WRITE' || code === 'ENOSPC' || code.startsWith('SQLITE_IOERR_SHMSIZE');
}

const keepSubmissionsMs = 7 * 86_400_000;

/**
 * Takes the id of a form made beforehand. True for the first time, false where the same form was already taken: a verb then
 * returns without writing. Call it inside the verb's transaction.
 * @param id a UUID out of the form
 */
export function firstTime(db: Db, id: string, personId: string | null, now: number): boolean {
	return db.insert(submissions).values({ id, personId, recordedAt: now }).onConflictDoNothing().run().changes > 0;
}

/** Forgets form ids older than a week; returns how many. */
export function forgetSubmissions(db: Db, now: number): number {
	return db
		.delete(submissions)
		.where(lt(submissions.recordedAt, now - keepSubmissionsMs))
		.run().changes;
}
