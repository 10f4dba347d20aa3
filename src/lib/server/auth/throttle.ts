import { eq, inArray, lt } from 'drizzle-orm';
import type { Db } from '../db/connection.ts';
import { signInFailures } from '../db/schema/people.ts';
import { withTx } from '../db/tx.ts';
import { keyedHash } from '../encryption.ts';
import { emailKey } from '../people.ts';
import { Refusal } from '../refusal.ts';

const second = 1000;
const minute = 60 * second;
const firstWait = 30 * second;
const longestWait = 15 * minute;
/** Failures are forgotten after this long without another. */
const forgottenAfter = 12 * 60 * minute;
const freePerEmail = 5;
/** Looser, because a whole office can share one address. */
const freePerAddress = 60;

/** How long to wait after `failures` in a row: nothing at first, then 30 s doubling up to a quarter of an hour. */
export function waitAfter(failures: number, free: number): number {
	return failures < free ? 0 : Math.min(firstWait * 2 ** (failures - free), longestWait);
}

/**
 * Takes a try at signing in, before any hash is computed. It counts as failed until {@link forgetFailures} says otherwise, so that
 * many tries at one instant cannot slip through together. The same for addresses that have an account and those that have none.
 * @throws Refusal `too-often`, with how long to wait; `full`
 */
export function countTry(db: Db, email: string, address: string, now: number): void {
	withTx(db, () => {
		db.delete(signInFailures)
			.where(lt(signInFailures.lastAt, now - forgottenAfter))
			.run();
		const keys = keysOf(db, email, address);
		const rows = db
			.select()
			.from(signInFailures)
			.where(inArray(signInFailures.key, [keys.email, keys.address]))
			.all();
		const failures = (key: string) => rows.find((row) => row.key === key) ?? { count: 0, lastAt: 0 };
		const waits = [
			{ ...failures(keys.email), free: freePerEmail },
			{ ...failures(keys.address), free: freePerAddress }
		].map(({ count, lastAt, free }) => lastAt + waitAfter(count, free) - now);
		const wait = Math.max(...waits);
		if (wait > 0) throw new Refusal('too-often', `There were several tries in a row. Please wait ${inWords(wait)}, then try again.`);
		for (const key of [keys.email, keys.address]) setFailures(db, key, failures(key).count + 1, now);
	});
}

/** After signing in: the tries for this e-mail are forgotten, and this one does not count against the address. @throws Refusal `full` */
export function forgetFailures(db: Db, email: string, address: string, now: number): void {
	withTx(db, () => {
		const keys = keysOf(db, email, address);
		db.delete(signInFailures).where(eq(signInFailures.key, keys.email)).run();
		const row = db.select().from(signInFailures).where(eq(signInFailures.key, keys.address)).get();
		if (row) setFailures(db, keys.address, Math.max(0, row.count - 1), now);
	});
}

function setFailures(db: Db, key: string, count: number, lastAt: number): void {
	db.insert(signInFailures).values({ key, count, lastAt }).onConflictDoUpdate({ target: signInFailures.key, set: { count, lastAt } }).run();
}

function keysOf(db: Db, email: string, address: string): { email: string; address: string } {
	const { hashKey } = db.keys;
	return { email: keyedHash(hashKey, `sign-in e-mail|${emailKey(email)}`), address: keyedHash(hashKey, `sign-in address|${address}`) };
}

function inWords(ms: number): string {
	if (ms <= minute) {
		const seconds = Math.ceil(ms / second);
		return seconds === 1 ? '1 second' : `${seconds} seconds`;
	}
	return `${Math.ceil(ms / minute)} minutes`;
}
