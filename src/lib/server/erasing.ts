import type { Db } from './db/connection.ts';
import { withTx } from './db/tx.ts';

/**
 * Opens the one way through the append-only triggers, for one person and as long as `work` lasts. It cannot be left open: a row of the gate refers to
 * what is never there, which the database checks as it commits.
 */
export function throughTheGate<T>(db: Db, personId: string, work: () => T extends PromiseLike<unknown> ? never : T): T {
	return withTx(db, () => {
		db.$client.prepare('insert into erasing (person_id) values (?)').run(personId);
		const result = work();
		db.$client.prepare('delete from erasing where person_id = ?').run(personId);
		return result;
	});
}
