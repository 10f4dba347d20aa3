import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import { withTx } from '../db/tx.ts';
import { tellSendable } from './outbox.ts';

/** Neither a digest nor quiet hours put anything off for so long; only a reminder waits until somebody is back. */
const longestMs = 2 * MS_PER_DAY;

/**
 * The clock was put back, by an hour or from a wrong year: no message waits until it has caught up. What was tried is tried now; what was queued by
 * the later clock waits as long as it would have, reckoned from now. Quiet hours are looked at once more when it is due.
 */
export function takeBack(db: Db, now: Instant): void {
	withTx(db, () => {
		takingBack(db).run({ now });
		tellSendable(db, now);
	});
}

const takingBack = perDatabase((db) =>
	db.$client.prepare<{ now: Instant }>(
		`update messages set tried_since = min(tried_since, @now), due_at = case
			when attempts > 0 then min(due_at, @now)
			when created_at > @now then min(due_at, @now + max(0, due_at - created_at))
			when check_in_of is null and due_at > @now + ${longestMs} then @now
			else due_at end
		where state = 'waiting' and (tried_since > @now or due_at > @now)`
	)
);
