import { nextClock, undisturbed } from '#lib/domain/delivery.ts';
import { dateOf, mondayOf, MS_PER_DAY, personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { checkInDue } from '../check-ins.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import { weekOf } from '../moments.ts';
import { absencesFrom } from '../supervisors.ts';
import { findViewer, type Viewer } from '../viewer.ts';
import { addresseeOf } from './choices.ts';
import { openChannels, queueMessage } from './outbox.ts';

/**
 * Reminders of the weekly check-in, by e-mail, for those who asked for them: one a week, at the hour of a digest, on a day on which they are not
 * away. It says what every letter says that is not urgent.
 */

const queries = perDatabase(prepare);

function prepare({ $client }: Db) {
	const wanting = `select choice.person_id from reminder_choices as choice join people as person on person.id = choice.person_id
		where about = 'check-in' and choice.ended_at is null and joined_at is not null and disabled_at is null`;
	return {
		wanting: $client.prepare<[string | null], string>(`${wanting} and person.id = coalesce(?, person.id)`).pluck(),
		wants: $client.prepare<[string], unknown>(`${wanting} and person.id = ?`)
	};
}

/**
 * Queues this week's reminder for everybody who wants one and whose check-in is due, or for one of them. What is queued already stays. Call it inside
 * a transaction, now and then.
 */
export function queueReminders(db: Db, at: Instant, about?: string): void {
	if (!openChannels(db).has('email')) return;
	for (const recipientId of queries(db).wanting.all(about ?? null)) {
		const viewer = findViewer(db, recipientId);
		if (!viewer || !checkInDue(db, viewer, at)) continue;
		const dueAt = firstMorning(db, viewer, at);
		if (weekOf(viewer, dueAt).week !== weekOf(viewer, at).week) continue;
		queueMessage(db, { checkInOf: mondayIn(viewer, at) }, { recipientId, channel: 'email', urgent: false, dueAt, at });
	}
}

/** Why a reminder need not be sent any more; null where it must be. */
export function reminderSettled(db: Db, recipientId: string, monday: LocalDate, now: Instant): 'not-wanted' | 'in-hand' | 'closed' | null {
	const viewer = queries(db).wants.get(recipientId) === undefined ? null : findViewer(db, recipientId);
	if (!viewer) return 'not-wanted';
	if (mondayIn(viewer, now) !== monday) return 'closed';
	return checkInDue(db, viewer, now) ? null : 'in-hand';
}

/** `now`, or where the person is away the morning on which they are back (UTC ms). */
export function onceThere(db: Db, personId: string, now: Instant): Instant {
	const viewer = findViewer(db, personId);
	return viewer && isAway(db, viewer, now) ? firstMorning(db, viewer, now) : now;
}

/** When a reminder that was queued at `at` is due (UTC ms), by the hour and the time zone that its recipient has now; null for nobody. */
export function reminderDueAt(db: Db, personId: string, at: Instant): Instant | null {
	const viewer = findViewer(db, personId);
	return viewer && firstMorning(db, viewer, at);
}

/** The first hour of a digest from `at` on, on a person-day on which they are there, after quiet hours. */
function firstMorning(db: Db, viewer: Viewer, at: Instant): Instant {
	const { choice, zone } = addresseeOf(db, viewer.id);
	let morning = nextClock(zone, choice.digestAt, at);
	// An absence has at most a year.
	for (let days = 0; days < 400 && isAway(db, viewer, morning); days++)
		morning = nextClock(zone, choice.digestAt, morning + MS_PER_DAY / 2);
	return undisturbed({ reason: 'routine', at: morning, onCall: false }, choice, zone);
}

function isAway(db: Db, { id, zone, dayStart }: Viewer, at: Instant): boolean {
	const day = personDayOf(zone, dayStart, at);
	return (absencesFrom(db, [id], at).get(id) ?? []).some(({ from, to }) => from <= day && day <= to);
}

function mondayIn(viewer: Viewer, at: Instant): LocalDate {
	return dateOf(mondayOf(weekOf(viewer, at).week));
}
