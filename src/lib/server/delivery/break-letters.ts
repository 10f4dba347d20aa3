import { undisturbed } from '#lib/domain/delivery.ts';
import { formatInstant, MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import { nextBreak } from '../breaks.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import { addresseeOf } from './choices.ts';
import { openChannels, queueMessage } from './outbox.ts';

/**
 * Letters that a break is due, by e-mail, for those who asked for them. Each says "Please open Breakwater today", as every letter that goes at once:
 * whoever sees it arrive learns nothing of breaks. Later than that it would come too late: outside quiet hours, or not at all.
 */

/** A break that fell due longer ago, such as while the machine stood still, is said on the screen alone; tried in time, its letter is tried on. */
const soonMs = MS_PER_MINUTE;

const wantingOf = perDatabase((db) =>
	db.$client.prepare<[string], unknown>(
		`select 1 from reminder_choices as choice join people as person on person.id = choice.person_id
		where choice.person_id = ? and about = 'break' and choice.ended_at is null and joined_at is not null and disabled_at is null`
	)
);

/**
 * Queues the letter for somebody who asked for it. Call it inside the transaction that stores the finding.
 * @param period the beginning of the stretch, ISO 8601
 * @param now for the scheduler the instant at which the break fell due, however late it is
 */
export function queueBreak(db: Db, personId: string, period: string, now: Instant): void {
	if (!openChannels(db).has('email') || wantingOf(db).get(personId) === undefined || isQuiet(db, personId, now)) return;
	queueMessage(db, { breakOf: period }, { recipientId: personId, channel: 'email', urgent: true, dueAt: now, at: now });
}

/**
 * Why a letter that a break is due need not be sent any more; null where it must be.
 * @param period the beginning of the stretch, ISO 8601
 * @param wasTried whether it went to the other side before
 */
export function breakSettled(
	db: Db,
	personId: string,
	period: string,
	{ wasTried, now }: { wasTried: boolean; now: Instant }
): 'not-wanted' | 'closed' | null {
	if (wantingOf(db).get(personId) === undefined || isQuiet(db, personId, now)) return 'not-wanted';
	const next = nextBreak(db, personId, now);
	if (next === null || next.at > now || formatInstant(next.since) !== period) return 'closed';
	return wasTried || next.at + soonMs > now ? null : 'closed';
}

function isQuiet(db: Db, personId: string, now: Instant): boolean {
	const { choice, zone } = addresseeOf(db, personId);
	return undisturbed({ reason: 'routine', at: now, onCall: false }, choice, zone) > now;
}
