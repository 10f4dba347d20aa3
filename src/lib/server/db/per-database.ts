import type { Db } from './connection.ts';

/**
 * What `make` makes of a database, made once for each: prepared statements above all. It goes when the database does.
 * @returns gives it for a database
 */
export function perDatabase<T>(make: (db: Db) => T): (db: Db) => T {
	const made = new WeakMap<Db, { it: T }>();
	return (db) => {
		let known = made.get(db);
		if (!known) made.set(db, (known = { it: make(db) }));
		return known.it;
	};
}
