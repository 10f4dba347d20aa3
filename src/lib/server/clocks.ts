import { eq, sql } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { clocks } from './db/schema/records.ts';

/** Where one person's clock stands (UTC ms). */
export interface Clock {
	/** The first fact that the rules look at; null while the clock stands still, before the first home team. */
	firstFactAt: Instant | null;
	lastFactAt: Instant;
	/** Everything due up to and including this instant has been evaluated. */
	advancedTo: Instant;
	/** When time alone next makes something due; null where it never does. */
	nextDueAt: Instant | null;
}

const queries = perDatabase(prepare);

const value = (name: string) => sql`${sql.placeholder(name)}`;

function prepare(db: Db) {
	const ofPerson = eq(clocks.personId, sql.placeholder('person'));
	const moved = { firstFactAt: value('first'), lastFactAt: value('last'), advancedTo: value('to') };
	return {
		read: db.$client.prepare<[string], Clock>(
			'select first_fact_at as firstFactAt, last_fact_at as lastFactAt, advanced_to as advancedTo, next_due_at as nextDueAt from clocks where person_id = ?'
		),
		write: db.$client.prepare<[Instant | null, Instant, Instant, string]>(
			'update clocks set first_fact_at = ?, last_fact_at = ?, advanced_to = ? where person_id = ?'
		),
		writeDue: db
			.update(clocks)
			.set({ ...moved, nextDueAt: value('due') })
			.where(ofPerson)
			.prepare(),
		// Without a LIMIT: only as many rows are taken as there are people to be passed over.
		inOrder: db.$client.prepare<[], Due>(
			`select person_id as personId, next_due_at as at from clocks where next_due_at is not null order by next_due_at, person_id`
		)
	};
}

/** @throws Error for a person whose clock was never started (`createPerson` makes one). */
export function readClock(db: Db, personId: string): Clock {
	const row = queries(db).read.get(personId);
	if (!row) throw new Error('this person has no clock');
	return row;
}

/** Writes where the clock stands. `before` is where it stood: an unchanged due instant leaves the index of due clocks alone. */
export function writeClock(db: Db, personId: string, clock: Clock, before: Clock): void {
	const { firstFactAt: first, lastFactAt: last, advancedTo: to, nextDueAt: due } = clock;
	if (due === before.nextDueAt) return void queries(db).write.run(first, last, to, personId);
	queries(db).writeDue.run({ person: personId, first, last, to, due });
	if (due !== null) tellDue(db, due);
}

const dueChanged = new WeakMap<Db, (at: Instant) => void>();

/** Tells the scheduler of each newly written due instant, so that it never has to look for itself. */
export function onDueChanged(db: Db, tell: (at: Instant) => void): void {
	dueChanged.set(db, tell);
}

/** Somebody's clock, and when it is due (UTC ms). */
export interface Due {
	personId: string;
	at: Instant;
}

/**
 * Whose clock is due first, of equal instants by the person's id, as replay has it; null where none ever is. One look at an index, however
 * many people there are.
 * @param passedOver people who are left out
 */
export function firstDue(db: Db, passedOver?: ReadonlyMap<string, unknown>): Due | null {
	for (const due of queries(db).inOrder.iterate()) if (!passedOver?.has(due.personId)) return due;
	return null;
}

/** Tells the scheduler of a due instant that was written for several people at once. */
export function tellDue(db: Db, at: Instant): void {
	dueChanged.get(db)?.(at);
}
