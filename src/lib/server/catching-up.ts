import type { Instant } from '#lib/domain/time.ts';
import { firstDue, type Due } from './clocks.ts';
import { catchUp, catchUpToRead } from './consequences.ts';
import { errorCode, type Db } from './db/connection.ts';
import { withTx } from './db/tx.ts';
import { releaseLease, takeLease, type Lease } from './leases.ts';
import { Refusal } from './refusal.ts';

/**
 * Does something for one of many people. Where it fails for them, that is logged with their id alone, and undefined is returned:
 * nobody else waits for them.
 * @throws Refusal `full`: then there is no room for anybody
 */
export function orLogged<T>(personId: string, evaluate: () => T): T | undefined {
	try {
		return evaluate();
	} catch (fault) {
		if (fault instanceof Refusal && fault.kind === 'full') throw fault;
		const what = fault instanceof Error ? fault.constructor.name : typeof fault;
		console.error(`Person ${personId} could not be evaluated (${what}, ${errorCode(fault)}); it is tried again later.`);
		return undefined;
	}
}

/** Evaluates what has run out by now, so that nothing depends on the scheduler having been awake; else what is stored is shown. */
export function catchUpEach(db: Db, personIds: readonly string[], now: number): void {
	for (const id of personIds) orLogged(id, () => catchUpToRead(db, id, now));
}

/** People whose evaluation failed, and until when (UTC ms) they are left alone. */
export type Resting = Map<string, Instant>;

const restMs = 60_000;
/** Where it fails for so many the fault is not theirs, and trying everybody else would be for nothing. */
const mostResting = 1000;
/** Requests wait for as long as a slice takes. */
const sliceMs = 20;

/**
 * Evaluates what time has made due, the earliest instant first whoever it is about, for a moment; nothing where another process is at
 * it. A slice is one transaction, and begins with the lease. Somebody for whom it fails rests for a minute: nobody else waits for
 * them, and what is due stays due.
 * @param forMs no further person is begun with after so many ms
 * @returns when to come back (UTC ms): `now` where more is due, null for never
 * @throws Refusal `full`; then nothing of the slice is stored, and all of it is still due
 */
export function catchUpSome(db: Db, lease: Lease, now: Instant, resting: Resting, forMs = sliceMs): Instant | null {
	for (const [personId, until] of resting) if (until <= now) resting.delete(personId);
	if (resting.size >= mostResting) return comeBackAt(null, resting);
	const due = firstDue(db, resting);
	if (!isDue(due, now)) return comeBackAt(due, resting);
	return withTx(db, () => takeLease(db, lease, now) ?? catchUpInOrder(db, lease, now, resting, forMs));
}

function catchUpInOrder(db: Db, lease: Lease, now: Instant, resting: Resting, forMs: number): Instant | null {
	const from = performance.now();
	let due = firstDue(db, resting);
	while (isDue(due, now)) {
		const { personId, at } = due;
		if (orLogged(personId, () => catchUp(db, personId, at)) === undefined) resting.set(personId, now + restMs);
		// SQLite gives a whole transaction up at some faults, and with it the lease.
		if (!db.$client.inTransaction) throw new Error('the transaction was given up');
		due = firstDue(db, resting);
		if (performance.now() - from >= forMs || resting.size >= mostResting) break;
	}
	if (isDue(due, now)) return now;
	releaseLease(db, lease);
	return comeBackAt(due, resting);
}

function isDue(due: Due | null, now: Instant): due is Due {
	return due !== null && due.at <= now;
}

function comeBackAt(due: Due | null, resting: Resting): Instant | null {
	const at = Math.min(due?.at ?? Infinity, ...resting.values());
	return at === Infinity ? null : at;
}
