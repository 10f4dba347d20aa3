import { randomUUID } from 'node:crypto';
import { and, asc, eq, gt, isNull, lte } from 'drizzle-orm';
import { addDays, personDayOf, personDayStart, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { absencesOf, correctAbsences, recordAbsence, type AbsenceRow } from './absences.ts';
import { audit } from './audit.ts';
import { revokeFeedOf } from './calendar-links.ts';
import type { Db } from './db/connection.ts';
import { departures } from './db/schema/keeping.ts';
import { withTx } from './db/tx.ts';
import { recordsChanged } from './news.ts';
import { localDate } from './local-time.ts';
import { oneByOne, type Tally } from './one-by-one.ts';
import { disablePerson, enablePerson, keepAnAdmin } from './people.ts';
import { endAllPlans } from './plans.ts';
import { recordPerson } from './record-people.ts';
import { invalid, Refusal } from './refusal.ts';
import { retentionInForce } from './retention.ts';
import { type Actor, requireAdmin, system, type Viewer } from './viewer.ts';

/** How far ahead somebody can be said to leave, and how far back: dates are often learnt late. In days. */
export const departureDays = { ahead: 731, back: 366 };

type Row = typeof departures.$inferSelect;

export interface NewDeparture {
	/** The form's id, which becomes the row's. */
	id: string;
	personId: string;
	/** The first date without access, in the person's zone. */
	from: LocalDate;
}

/**
 * Says that somebody leaves: from that date on their account is closed, at once where it has come. From it the time counts for which their record is
 * kept. Said again with another date, that one counts. Sent twice, it is stored once.
 * @throws Refusal `not-allowed`, `not-found`; `invalid` on `from`; `conflict` for the last administrator, or somebody who is erased
 */
export function planDeparture(db: Db, viewer: Viewer, { id, personId, from }: NewDeparture, now: Instant): void {
	requireAdmin(viewer);
	withTx(db, () => {
		if (db.select({ id: departures.id }).from(departures).where(eq(departures.id, id)).get()) return;
		const person = recordPerson(db, personId);
		if (person.erasedAt !== null) throw new Refusal('conflict', 'They have left and are erased already.');
		const today = localDate(person.zone, now);
		if (from > addDays(today, departureDays.ahead)) throw invalid('from', 'This is more than two years ahead. Please check the year.');
		if (from < addDays(today, -departureDays.back)) throw invalid('from', 'This is more than a year ago. Please check the year.');
		const before = currentDeparture(db, personId);
		if (before?.from === from) return;
		if (before?.closedAt != null && from > today)
			throw new Refusal('conflict', 'They have left already. Where they come back first, enable the account again.');
		if (person.disabledAt === null) keepAnAdminBut(db, personId);
		if (before) end(db, viewer, before, now);
		const fromAt = personDayStart(person.zone, '00:00', from);
		db.insert(departures).values({ id, personId, from, fromAt, recordedBy: viewer.id, recordedAt: now }).run();
		audit(db, viewer, { action: 'account.leaves', subject: { kind: 'person', id: personId }, detail: { from } }, now);
		if (fromAt <= now) closeAccount(db, viewer, personId, now);
		else recordsChanged(db);
	});
}

/** Takes back that somebody leaves, before it has come. Safe to call twice. @throws Refusal `not-allowed`; `conflict` once they have left */
export function cancelDeparture(db: Db, viewer: Viewer, { personId }: { personId: string }, now: Instant): void {
	requireAdmin(viewer);
	withTx(db, () => {
		const current = currentDeparture(db, personId);
		if (!current) return;
		if (current.closedAt !== null) throw new Refusal('conflict', 'They have left already. Where they come back, enable the account again.');
		end(db, viewer, current, now);
		audit(db, viewer, { action: 'account.stays', subject: { kind: 'person', id: personId } }, now);
	});
}

/**
 * Somebody who has left comes back before they were erased: the account is enabled with the roles it had, and the time away ends. The one way in which
 * an account is enabled.
 * @throws Refusal as `enablePerson`; `conflict` for somebody who was erased
 */
export function comeBackToAccount(db: Db, actor: Actor, personId: string, now: Instant): void {
	requireAdmin(actor);
	withTx(db, () => {
		const person = recordPerson(db, personId);
		if (person.erasedAt !== null)
			throw new Refusal('conflict', 'They were erased, so there is no account to come back to. Make a new one.');
		enablePerson(db, actor, personId, now);
		const current = currentDeparture(db, personId);
		if (current?.closedAt == null || actor.id === null) return;
		end(db, { id: actor.id }, current, now);
		const today = personDayOf(person.zone, person.dayStart, now);
		const away = timeAway(db, personId);
		if (away.length === 0) return;
		const put = away
			.filter(({ from }) => from < today)
			.map(({ from }) => ({ id: randomUUID(), personId, from, to: addDays(today, -1), deputyId: null }));
		correctAbsences(db, { id: actor.id }, { personId, ended: away.map((row) => row.id), put }, now);
	});
}

/** The absence that came with leaving; where the date of leaving was corrected later, it has the id of the first departure. */
function timeAway(db: Db, personId: string): AbsenceRow[] {
	const rows = db.select({ id: departures.id }).from(departures).where(eq(departures.personId, personId)).all();
	const ids = new Set(rows.map(({ id }) => id));
	return absencesOf(db, personId).filter(({ id }) => ids.has(id));
}

function end(db: Db, { id: endedBy }: Pick<Viewer, 'id'>, { id }: Row, now: Instant): void {
	db.update(departures).set({ endedAt: now, endedBy }).where(eq(departures.id, id)).run();
}

function keepAnAdminBut(db: Db, personId: string): void {
	const administers = db.$client.prepare(`select 1 from roles where person_id = ? and role = 'admin' and ended_at is null`).get(personId);
	if (administers) keepAnAdmin(db, personId);
}

/** The departure that stands for somebody; undefined where they stay. */
export function currentDeparture(db: Db, personId: string): Row | undefined {
	return db
		.select()
		.from(departures)
		.where(and(eq(departures.personId, personId), isNull(departures.endedAt)))
		.get();
}

/**
 * Closes the accounts of everybody whose date has come; safe to call at any time. The last administrator who can sign in stays until there is another.
 * @throws Refusal `full`
 */
export function closeLeftAccounts(db: Db, now: Instant): Tally {
	return oneByOne(dueDepartures(db, now), ({ personId }) => {
		try {
			closeAccount(db, system, personId, now);
			return true;
		} catch (refusal) {
			if (refusal instanceof Refusal && refusal.kind === 'conflict') return false;
			throw refusal;
		}
	});
}

const waiting = and(isNull(departures.endedAt), isNull(departures.closedAt));

function dueDepartures(db: Db, now: Instant): Row[] {
	return db
		.select()
		.from(departures)
		.where(and(waiting, lte(departures.fromAt, now)))
		.orderBy(asc(departures.fromAt))
		.all();
}

/** When the next date of leaving begins (UTC ms); null where nobody leaves. */
export function nextDepartureAt(db: Db, after: Instant): Instant | null {
	const next = db
		.select({ at: departures.fromAt })
		.from(departures)
		.where(and(waiting, gt(departures.fromAt, after)))
		.orderBy(asc(departures.fromAt))
		.limit(1)
		.get();
	return next?.at ?? null;
}

/**
 * Closes the account of somebody who leaves: disabled as any account is (sign-ins and links end, prompts go to others), and their calendar link and plans
 * end. For the rules they are away from then on: no clock runs for somebody who is not there. Safe to call twice.
 * @throws Refusal `conflict` for the last administrator
 */
export function closeAccount(db: Db, actor: Actor, personId: string, now: Instant): void {
	withTx(db, () => {
		disablePerson(db, actor, personId, now);
		endAllPlans(db, actor, personId, now);
		revokeFeedOf(db, actor, personId, now);
		const current = currentDeparture(db, personId);
		if (current?.closedAt !== null) return;
		// Erased before the day on which they would have left: that day does not come any more.
		if (current.fromAt > now) return end(db, { id: actor.id ?? personId }, current, now);
		db.update(departures).set({ closedAt: now }).where(eq(departures.id, current.id)).run();
		if (timeAway(db, personId).length === 0) beAway(db, actor, current, now);
	});
}

/** One absence from the present day to the end of the time for which the record is kept, with the departure's id. */
function beAway(db: Db, actor: Actor, { id, personId }: Row, now: Instant): void {
	const { zone, dayStart } = recordPerson(db, personId);
	const from = personDayOf(zone, dayStart, now);
	const to = addDays(from, retentionInForce(db).recordYears * 366);
	recordAbsence(db, { id: actor.id }, { id, personId, from, to, deputyId: null }, now);
}
