import { unionOf, type Interval } from '#lib/domain/exposure.ts';
import { timerStretch } from '#lib/domain/stretch.ts';
import { MS_PER_DAY, MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { policyFor } from './policies.ts';

/** The break after the stretch that a running timer goes on with (UTC ms). */
export interface NextBreak {
	/** When the stretch began. */
	since: Instant;
	/** When the break is due if the timer runs on. */
	at: Instant;
}

const queries = perDatabase(prepare);

function prepare(db: Db) {
	return {
		timer: db.$client.prepare<[string], { start: Instant; team: string | null }>(
			`select start_at as start, team_id as team from exposures as timer
			left join home_teams as home on home.person_id = timer.person_id and home.ended_at is null
			where timer.person_id = ? and superseded_at is null and counts = 1 and state = 'running'`
		),
		sessions: db.$client.prepare<[string, Instant], Interval>(
			`select start_at as start, end_at as end from exposures
			where person_id = ? and superseded_at is null and counts = 1 and state = 'ended' and end_at > ? order by start_at`
		)
	};
}

/**
 * The next break of somebody whose timer runs, by the same measure as the rule; null without a timer that counts, or with the rule switched off.
 * Asked with every page, so it reads no more than that stretch. Not checked for a viewer: the person themself, and the outbox.
 */
export function nextBreak(db: Db, personId: string, now: Instant): NextBreak | null {
	const timer = queries(db).timer.get(personId);
	if (!timer) return null;
	const { rules, breakLength } = policyFor(db, timer.team).policy;
	if (!rules['break-due'].on) return null;
	for (let from = timer.start - MS_PER_DAY; ; from -= MS_PER_DAY) {
		const { start, ms } = timerStretch(unionOf(queries(db).sessions.all(personId, from)), breakLength, timer.start, now);
		// What began before the sessions that were read may have gone on from earlier ones.
		if (start - breakLength * MS_PER_MINUTE >= from) return { since: start, at: now + rules['break-due'].minutes * MS_PER_MINUTE - ms };
	}
}
