import { triedForMs } from '#lib/domain/delivery.ts';
import type { Instant } from '#lib/domain/time.ts';
import { firstDue } from './clocks.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import type { Channel } from './db/schema/delivery.ts';

/** A message is stuck when it was due, or first tried, so long ago. */
const stuckAfterMs = 15 * 60_000;
/** The longest pause between two tries: due later than that, a message waits for the end of quiet hours and is not late. */
const longestPauseMs = 3_600_000;

/** How far (ms) the clock that is due first lies behind `now`; 0 where none does. */
export function lateMs(db: Db, now: Instant): number {
	const due = firstDue(db);
	return due === null ? 0 : Math.max(0, now - due.at);
}

/** Since when (UTC ms) the message that is stuck longest is due, or tried; null where none is stuck. */
export function oldestStuckSince(db: Db, now: Instant): Instant | null {
	const since = oldestWaitingSince(db, now);
	return since !== null && since <= now - stuckAfterMs ? since : null;
}

/** Since when (UTC ms) the oldest message that should be gone is due, or tried; null where none is. */
export function oldestWaitingSince(db: Db, now: Instant): Instant | null {
	return queryOf(db).get({ now, until: now + longestPauseMs }) ?? null;
}

const queryOf = perDatabase(prepareOldest);

function prepareOldest(db: Db) {
	return db.$client
		.prepare<{ now: Instant; until: Instant }, Instant | null>(
			`select min(since) from (
				select min(due_at) as since from messages where state = 'waiting' and problem is null and due_at <= @now
				union all
				select min(tried_since) from messages where state = 'waiting' and problem is not null and due_at <= @until
			)`
		)
		.pluck();
}

/** Given up after so long, nobody took it: that is the channel's fault, and not that of an address. */
const givenUpAfterMs = triedForMs - longestPauseMs;

/** Whether a message of this channel waits for its next try, or was given up after its day of trying and none went out since. */
export function isFailing(db: Db, channel: Channel): boolean {
	const failing = db.$client.prepare<{ channel: Channel }, number>(
		`select 1 where exists (select 1 from messages where state = 'waiting' and problem is not null and channel = @channel)
			or exists (
				select 1 from messages where state = 'dead' and channel = @channel and ended_at >= tried_since + ${givenUpAfterMs}
					and ended_at > coalesce((select max(ended_at) from messages where state = 'sent' and channel = @channel), 0)
			)`
	);
	return failing.get({ channel }) !== undefined;
}

/** Whether a message was given up, and not sent again. */
export function isAnyDead(db: Db): boolean {
	return db.$client.prepare<[], number>(`select 1 from messages where state = 'dead' limit 1`).get() !== undefined;
}
