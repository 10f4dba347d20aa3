import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { queueOpenAlarms } from './delivery/alarm-messages.ts';
import { queueDisputes } from './delivery/dispute-messages.ts';
import { setCallsDueAnew } from './delivery/due-anew.ts';
import { queueForNewcomers } from './delivery/outbox.ts';
import { tellSupervisors } from './telling.ts';
import { chainsChanged } from './news.ts';

/**
 * Who is asked about somebody may have changed: a role, a home team, an absence, a list of those on call, "not this person". Whom it has
 * become the turn of is written to, in quiet hours too where they came to be on call; so is who has become an administrator. Whoever supervises looks
 * again, and the watcher sees whether a chain is broken. Call it inside the transaction of the change.
 * @param about the one person whose line it is; without one: anybody's
 */
export function linesChanged(db: Db, now: Instant, about?: string): void {
	queueForNewcomers(db, now, about);
	setCallsDueAnew(db, now);
	queueDisputes(db, now);
	queueOpenAlarms(db, now);
	tellSupervisors(db);
	chainsChanged(db);
}
