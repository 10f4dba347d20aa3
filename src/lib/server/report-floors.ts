import { desc, eq, sql } from 'drizzle-orm';
import { FEWEST_PEOPLE, LEAST_FLOOR } from '#lib/domain/suppression.ts';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { reportFloors } from './db/schema/reports.ts';
import { withTx } from './db/tx.ts';
import { momentWords } from './moments.ts';
import { requireAuthor } from './policy-authors.ts';
import { checkedReason } from './policy-changes.ts';
import { invalid, Refusal } from './refusal.ts';
import type { Viewer } from './viewer.ts';

export const mostFloor = 100;

/** How many people are at least behind a figure of the next report. */
export function fewestInForce(db: Db): number {
	const newest = db
		.select({ fewest: reportFloors.fewest })
		.from(reportFloors)
		.orderBy(desc(sql`rowid`))
		.limit(1);
	return newest.get()?.fewest ?? FEWEST_PEOPLE;
}

/**
 * Chooses how many people are at least behind a figure, from the next report on; those made before stay as they are. Sent twice, it is stored once.
 * @throws Refusal `not-allowed`, `invalid` beside `fewest` or `reason`, `conflict` for a form that was used for something else
 */
export function changeFloor(db: Db, viewer: Viewer, what: { id: string; fewest: number; reason: string }, now: Instant): void {
	requireAuthor(db, viewer);
	const { id, fewest } = what;
	const reason = checkedReason(what.reason);
	if (!Number.isInteger(fewest) || fewest < LEAST_FLOOR || fewest > mostFloor)
		throw invalid('fewest', `Please give a whole number from ${LEAST_FLOOR} to ${mostFloor}.`);
	withTx(db, () => {
		const sent = db.select().from(reportFloors).where(eq(reportFloors.id, id)).get();
		if (sent?.authorId === viewer.id && sent.fewest === fewest) return;
		if (sent) throw new Refusal('conflict', 'This form was used for something else before. Please load the page again; nothing was saved.');
		const from = fewestInForce(db);
		if (from === fewest) throw invalid('fewest', 'This is the number in force already.');
		db.insert(reportFloors).values({ id, fewest, authorId: viewer.id, reason, recordedAt: now }).run();
		audit(db, viewer, { action: 'report.floor-changed', detail: { from, to: fewest } }, now);
	});
}

/** The number in force, and who chose which number, when and why, newest first. @throws Refusal `not-allowed` for any but authors of policies */
export function floorPage(db: Db, viewer: Viewer, now: Instant) {
	requireAuthor(db, viewer);
	const versions = db
		.select({ version: reportFloors, who: people.name })
		.from(reportFloors)
		.leftJoin(people, eq(people.id, reportFloors.authorId))
		.orderBy(desc(sql`${reportFloors}.rowid`))
		.all();
	return {
		fewest: fewestInForce(db),
		versions: versions.map(({ version: { id, fewest, reason, recordedAt }, who }) => ({
			...{ id, who: who ?? '', when: momentWords(viewer.zone, recordedAt, now), why: reason },
			changes: [`${fewest} people at least`]
		}))
	};
}
