import { and, asc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
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

const byDb = new WeakMap<Db, ReturnType<typeof prepare>>();

const value = (name: string) => sql`${sql.placeholder(name)}`;

function prepare(db: Db) {
	const ofPerson = eq(clocks.personId, sql.placeholder('person'));
	const moved = { firstFactAt: value('first'), lastFactAt: value('last'), advancedTo: value('to') };
	return {
		read: db.select().from(clocks).where(ofPerson).prepare(),
		write: db.update(clocks).set(moved).where(ofPerson).prepare(),
		writeDue: db
			.update(clocks)
			.set({ ...moved, nextDueAt: value('due') })
			.where(ofPerson)
			.prepare(),
		next: db
			.select({ personId: clocks.personId, at: clocks.nextDueAt })
			.from(clocks)
			.where(isNotNull(clocks.nextDueAt))
			.orderBy(asc(clocks.nextDueAt))
			.limit(sql.placeholder('most'))
			.prepare()
	};
}

function queries(db: Db) {
	let known = byDb.get(db);
	if (!known) byDb.set(db, (known = prepare(db)));
	return known;
}

/** @throws Error for a person whose clock was never started (`createPerson` makes one). */
export function readClock(db: Db, personId: string): Clock {
	const row = queries(db).read.get({ person: personId });
	if (!row) throw new Error('this person has no clock');
	return row;
}

/** Writes where the clock stands. `before` is where it stood: an unchanged due instant leaves the index of due clocks alone. */
export function writeClock(db: Db, personId: string, clock: Clock, before: Clock): void {
	const { firstFactAt: first, lastFactAt: last, advancedTo: to, nextDueAt: due } = clock;
	if (due === before.nextDueAt) return void queries(db).write.run({ person: personId, first, last, to });
	queries(db).writeDue.run({ person: personId, first, last, to, due });
	if (due !== null) dueChanged.get(db)?.(due);
}

const dueChanged = new WeakMap<Db, (at: Instant) => void>();

/** Tells the scheduler of each newly written due instant, so that it never has to look for itself. */
export function onDueChanged(db: Db, tell: (at: Instant) => void): void {
	dueChanged.set(db, tell);
}

/** Whose clocks are due first, and when, ascending; `most` at most. One look at an index, however many people there are. */
export function firstDueClocks(db: Db, most: number): { personId: string; at: Instant }[] {
	return queries(db)
		.next.all({ most })
		.flatMap(({ personId, at }) => (at === null ? [] : [{ personId, at }]));
}

/** Has this person's clock looked at again at once: for what lies outside their own facts (calendar, policy). */
export function wakeClock(db: Db, personId: string, now: Instant): void {
	db.update(clocks)
		.set({ nextDueAt: now })
		.where(and(eq(clocks.personId, personId), isNotNull(clocks.firstFactAt)))
		.run();
	dueChanged.get(db)?.(now);
}
