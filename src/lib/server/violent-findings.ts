import type { Output } from '#lib/domain/output.ts';
import { dateOf, mondayOf, MS_PER_DAY, personDayStart, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { longestMs } from './exposure-rows.ts';
import { findingIn } from './exposure-versions.ts';

/**
 * Findings of `violent-material` have no rows of their own: one would say what is sealed. Each is kept inside the sealed part of the
 * version of the session with which it was made.
 */
export interface ViolentFinding {
	/** The entry's id. */
	id: string;
	at: Instant;
	/** ISO week. */
	period: string;
}

interface Row {
	id: string;
	version: number;
	personId: string;
	at: Instant;
	sealed: Buffer;
}

type Bounds = { person: string; from: Instant; to: Instant };
const queryOf = perDatabase(prepare);

/** Two searches, each in its own partial index: current versions, and the few that were corrected since. */
function prepare(db: Db) {
	const select = `select id, version, person_id as personId, recorded_at as at, sealed from exposures
		where person_id = @person and end_at is not null and end_at > @from and end_at <= @to and counts = 1`;
	return db.$client.prepare<[Bounds], Row>(
		`${select} and superseded_at is null union all ${select} and superseded_at is not null order by at desc`
	);
}

/** The person's findings made with sessions that ended in (from, to], newest first. Each of those sessions is opened as it is reached. */
export function* violentFindings(db: Db, person: string, from: Instant, to: Instant): Generator<ViolentFinding, void, void> {
	for (const row of queryOf(db).all({ person, from, to })) {
		const period = findingIn(db, row);
		if (period !== null) yield { id: row.id, at: row.at, period };
	}
}

/** How far the days of a person can move where their zone and the start of their day are changed. */
const daysMove = 3 * MS_PER_DAY;

/** Whether the rule fired for the person in this ISO week, which is read in their days as they are now. */
export function violentFired(db: Db, person: string, { zone, dayStart, week }: { zone: string; dayStart: string; week: string }): boolean {
	const monday = mondayOf(week);
	const from = personDayStart(zone, dayStart, dateOf(monday)) - daysMove;
	const to = personDayStart(zone, dayStart, dateOf(monday + 7)) + daysMove + longestMs;
	for (const { period } of violentFindings(db, person, from, to)) if (period === week) return true;
	return false;
}

/** The ISO week of the finding that followed from a fact; null where there was none. */
export function violentWeek(outputs: readonly Output[]): string | null {
	const found = outputs.find((output) => output.kind === 'finding' && output.rule === 'violent-material');
	return found?.kind === 'finding' ? found.period : null;
}
