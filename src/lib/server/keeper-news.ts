import type { Db } from './db/connection.ts';

const listeners = new WeakMap<Db, () => void>();

/** Tells whoever keeps records in this process that something is to be done: somebody leaves, or was erased. */
export function onRecordsChanged(db: Db, tell: () => void): void {
	listeners.set(db, tell);
}

export function recordsChanged(db: Db): void {
	listeners.get(db)?.();
}
