import { and, eq, gte, inArray, isNull, lte } from 'drizzle-orm';
import { addDays, personDayStart, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { absences, personVersions, roles } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { queueOpenAlarms } from './delivery/alarm-messages.ts';
import { queueDisputes } from './delivery/dispute-messages.ts';
import { setCallsDueAnew } from './delivery/due-anew.ts';
import { queueForNewcomers } from './delivery/outbox.ts';
import { queueReminders } from './delivery/reminders.ts';
import { localDate } from './local-time.ts';
import { tellSupervisors } from './telling.ts';

const remindersEveryMs = 3_600_000;

/** What a date alone brings about, without a verb: somebody's dates away begin or are over, a check-in becomes due. */
export interface Turns {
	/** Queues what came about since the last look; the first time, whatever is missing. True where it may have become somebody else's turn. @throws Refusal `full` */
	look(now: Instant): boolean;
	/** How long (ms) until it next does. */
	waitMs(now: Instant): number;
}

/** @param passed ms that passed since some moment, whatever the wall clock does */
export function watchTurns(db: Db, passed: () => number): Turns {
	let lookedAt: Instant | null = null;
	let remindedAt = -Infinity;
	return {
		look(now) {
			const turned = lookedAt === null || (nextTurn(db, lookedAt, now) ?? Infinity) <= now;
			const remind = passed() >= remindedAt + remindersEveryMs;
			if (turned || remind)
				withTx(db, () => {
					if (turned) {
						queueForNewcomers(db, now);
						setCallsDueAnew(db, now);
						queueDisputes(db, now);
						queueOpenAlarms(db, now);
						tellSupervisors(db);
					}
					if (remind) queueReminders(db, now);
				});
			if (remind) remindedAt = passed();
			lookedAt = now;
			return turned;
		},
		waitMs: (now) => (nextTurn(db, now) ?? Infinity) - now
	};
}

/**
 * The first instant after `since` at which an absence of somebody who supervises begins or is over, of those up to about two days after `until`; null
 * where there is none: whose turn it is changes then by itself. Both UTC ms; they lie far apart where the machine stood still meanwhile.
 */
export function nextTurn(db: Db, since: Instant, until: Instant = since): Instant | null {
	const [first, last] = [addDays(localDate('UTC', since), -2), addDays(localDate('UTC', Math.max(since, until)), 2)];
	const near = and(isNull(absences.endedAt), lte(absences.from, last), gte(absences.to, first));
	const supervising = db
		.select({ id: roles.personId })
		.from(roles)
		.where(and(inArray(roles.role, ['lead', 'welfare', 'peer', 'head_of_welfare']), isNull(roles.endedAt)));
	const rows = db
		.select({ from: absences.from, to: absences.to, zone: personVersions.zone, dayStart: personVersions.dayStart })
		.from(absences)
		.innerJoin(personVersions, eq(personVersions.personId, absences.personId))
		.where(and(near, inArray(absences.personId, supervising)))
		.all();
	// Every version of a person is asked: a zone that is no longer theirs costs a look in vain.
	const turns = rows.flatMap(({ from, to, zone, dayStart }) => [from, addDays(to, 1)].map((date) => personDayStart(zone, dayStart, date)));
	const next = Math.min(...turns.filter((at) => at > since));
	return next === Infinity ? null : next;
}
