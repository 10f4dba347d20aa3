import type { Db } from './db/connection.ts';

/** What one part of this process tells another that need not be known to it: how to listen (one listens for each database), and how to tell. */
function news(): [listen: (db: Db, tell: () => void) => void, tell: (db: Db) => void] {
	const listeners = new WeakMap<Db, () => void>();
	return [(db, tell) => void listeners.set(db, tell), (db) => listeners.get(db)?.()];
}

/** For whoever keeps records: somebody leaves, was erased, or has deleted what they wrote. */
export const [onRecordsChanged, recordsChanged] = news();

/** For whoever watches the chains: somebody may have lost the last one who would see a prompt; or has one again. */
export const [onChainsChanged, chainsChanged] = news();
