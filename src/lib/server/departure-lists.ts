import { asc, isNull } from 'drizzle-orm';
import type { Instant, LocalDate } from '#lib/domain/time.ts';
import { reading } from './access-log.ts';
import type { Db } from './db/connection.ts';
import { departures } from './db/schema/keeping.ts';
import { currentDeparture } from './departures.ts';
import { dateWords, localDate } from './local-time.ts';
import { namesById, noteListed, recordPerson } from './record-people.ts';
import { retentionInForce } from './retention.ts';
import { requireAdmin, type Viewer } from './viewer.ts';

/** That somebody leaves, or has left, in words. */
export interface DepartureShown {
	from: LocalDate;
	words: string;
	/** Their account is closed. */
	gone: boolean;
	/** When their record goes, in words. */
	kept: string;
}

/** Of one account, for administrators, noted for whom it is about; null where they stay. @throws Refusal `not-allowed`; `full` where it cannot be noted */
export function departureOf(db: Db, viewer: Viewer, personId: string, now: Instant): DepartureShown | null {
	requireAdmin(viewer);
	return reading(db, () => {
		const row = currentDeparture(db, personId);
		if (!row) return null;
		noteListed(db, viewer, [personId], now);
		return shown(db, viewer, row, now);
	});
}

/**
 * Everybody who leaves, or has left and is not erased yet, the first to go first, noted for each of them.
 * @throws Refusal `not-allowed`; `full` where it cannot be noted
 */
export function departuresFor(db: Db, viewer: Viewer, now: Instant): (DepartureShown & { personId: string; name: string })[] {
	requireAdmin(viewer);
	const names = namesById(db);
	return reading(db, () => {
		const all = db.select().from(departures).where(isNull(departures.endedAt)).orderBy(asc(departures.fromAt)).all();
		const rows = all.filter(({ personId }) => recordPerson(db, personId).erasedAt === null);
		const about = rows.map(({ personId }) => personId);
		noteListed(db, viewer, about, now);
		return rows.map((row) => ({ personId: row.personId, name: names.get(row.personId) ?? '', ...shown(db, viewer, row, now) }));
	});
}

function shown(db: Db, viewer: Viewer, { from, closedAt }: typeof departures.$inferSelect, now: Instant): DepartureShown {
	const today = localDate(viewer.zone, now);
	const kept = dateWords(yearsAfter(from, retentionInForce(db).recordYears), today);
	return { from, words: dateWords(from, today), gone: closedAt !== null, kept };
}

/** The same date so many years on; of 29 February, the last of that month. */
export function yearsAfter(date: LocalDate, years: number): LocalDate {
	return Temporal.PlainDate.from(date).add({ years }).toString();
}
