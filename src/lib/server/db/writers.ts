import type { Db } from './connection.ts';

/** Whether another connection has committed anything since it was last asked: SQLite counts that in shared memory. */
export function watchForWriters(db: Db): () => boolean {
	const version = db.$client.prepare<[], number>('pragma data_version').pluck();
	let seen = version.get();
	return () => {
		const before = seen;
		try {
			seen = version.get();
		} catch {
			// Whatever it is, a look at the clocks will meet it and say so.
			return true;
		}
		return seen !== before;
	};
}
