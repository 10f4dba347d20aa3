import { and, eq, isNull } from 'drizzle-orm';
import type { AppointmentKind } from '#lib/domain/facts.ts';
import { addDays, personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { isOfficerOf } from './appointment-officers.ts';
import { audit } from './audit.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { appointments } from './db/schema/records.ts';
import { withTx } from './db/tx.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { tellOfficers } from './telling.ts';
import type { Viewer } from './viewer.ts';

export type AppointmentRow = typeof appointments.$inferSelect;

/** How far a due date may lie before and after the planner's own date. */
export const dueBack = 366;
export const dueAhead = 2 * 366;

export interface NewAppointment {
	/** The form's id, which becomes the appointment's. */
	id: string;
	personId: string;
	kind: AppointmentKind;
	due: LocalDate;
}

/**
 * Plans counselling or an assessment for somebody. Sent twice it is planned once.
 * @throws Refusal `invalid` on `personId` for somebody whose appointments are not the viewer's to plan, on `due`; `conflict` for a form id that stands for something else
 */
export function planAppointment(db: Db, viewer: Viewer, what: NewAppointment, now: Instant): void {
	withTx(db, () => {
		if (!isThere(db, what.personId) || !isOfficerOf(db, viewer, what.personId, now)) {
			throw invalid('personId', 'Please choose somebody from the list.');
		}
		if (isRepeated(db, what)) return;
		checkDue(db, viewer, what, now);
		record(db, viewer, { ...what, replaces: null }, now);
		audit(db, viewer, { action: 'appointment.planned', subject: { kind: 'appointment', id: what.id } }, now);
	});
}

/**
 * Says how an appointment ended. The person says it themselves, or one of their officers; declining takes no reason. It stays as it was
 * said first: the same again does nothing.
 * @throws Refusal `not-found` for an appointment that is not the viewer's to see; `conflict` where something else is recorded already
 */
export function settleAppointment(
	db: Db,
	viewer: Viewer,
	{ id, outcome }: { id: string; outcome: 'attended' | 'declined' },
	now: Instant
): void {
	withTx(db, () => {
		const row = find(db, id);
		if (row.personId !== viewer.id && !isOfficerOf(db, viewer, row.personId, now)) throw notFound();
		if (row.outcome === outcome) return;
		refuseIfSettled(row);
		end(db, viewer, row, outcome, now);
		audit(db, viewer, { action: 'appointment.settled', subject: { kind: 'appointment', id }, detail: { outcome } }, now);
	});
}

/**
 * Gives an open appointment another date: that is a new one, which says what it replaces, and the old one is to be attended no longer.
 * @param what `formId` becomes the new one's id
 * @throws Refusal `not-found` for one that is not the viewer's to plan; `conflict` where it was settled or moved meanwhile; `invalid` on `due`
 */
export function moveAppointment(db: Db, viewer: Viewer, what: { formId: string; id: string; due: LocalDate }, now: Instant): void {
	withTx(db, () => {
		const row = planned(db, viewer, what.id, now);
		const moved = { id: what.formId, personId: row.personId, kind: row.kind, due: what.due };
		if (isRepeated(db, moved)) return;
		refuseIfSettled(row);
		if (row.due === what.due) throw invalid('due', 'This is the date that it has. Please choose another one.');
		checkDue(db, viewer, moved, now);
		// The new one first: at no instant is nothing planned.
		record(db, viewer, { ...moved, replaces: row.id }, now);
		end(db, viewer, row, 'moved', now);
		audit(db, viewer, { action: 'appointment.moved', subject: { kind: 'appointment', id: row.id }, detail: { to: moved.id } }, now);
	});
}

/**
 * Takes off an open appointment that was entered by mistake; it stays on record as that. Safe to call twice.
 * @throws Refusal `not-found` for one that is not the viewer's to plan; `conflict` where it was settled or moved meanwhile
 */
export function withdrawAppointment(db: Db, viewer: Viewer, id: string, now: Instant): void {
	withTx(db, () => {
		const row = planned(db, viewer, id, now);
		if (row.outcome === 'withdrawn') return;
		refuseIfSettled(row);
		end(db, viewer, row, 'withdrawn', now);
		audit(db, viewer, { action: 'appointment.withdrawn', subject: { kind: 'appointment', id } }, now);
	});
}

function find(db: Db, id: string): AppointmentRow {
	const row = db.select().from(appointments).where(eq(appointments.id, id)).get();
	if (!row) throw notFound();
	return row;
}

/** An appointment that the viewer sees and plans as an officer. @throws Refusal `not-found` for any other */
export function planned(db: Db, viewer: Viewer, id: string, now: Instant): AppointmentRow {
	const row = find(db, id);
	if (!isOfficerOf(db, viewer, row.personId, now)) throw notFound();
	return row;
}

function isThere(db: Db, personId: string): boolean {
	const open = and(eq(people.id, personId), isNull(people.disabledAt));
	return db.select({ id: people.id }).from(people).where(open).get() !== undefined;
}

/** How it ended is not said here: a refusal notes no look at somebody else’s record. */
function refuseIfSettled({ outcome }: AppointmentRow): void {
	if (outcome === null) return;
	throw new Refusal(
		'conflict',
		'How this appointment ended is recorded already, and stays so; nothing was changed. Please load the page again to see it. To put it right, plan a new one.'
	);
}

function isRepeated(db: Db, { id, personId, kind, due }: NewAppointment): boolean {
	const earlier = db.select().from(appointments).where(eq(appointments.id, id)).get();
	if (!earlier) return false;
	if (earlier.personId === personId && earlier.kind === kind && earlier.due === due) return true;
	throw new Refusal('conflict', 'This form was sent before, with something else in it. Please load the page again; nothing new was saved.');
}

function checkDue(db: Db, viewer: Viewer, { personId, kind, due }: NewAppointment, now: Instant): void {
	const today = personDayOf(viewer.zone, viewer.dayStart, now);
	if (due < addDays(today, -dueBack)) throw invalid('due', 'This is more than a year ago. Please check the year.');
	if (due > addDays(today, dueAhead)) throw invalid('due', 'This is more than two years ahead. Please check the year.');
	const same = and(
		...[eq(appointments.personId, personId), eq(appointments.kind, kind), eq(appointments.due, due)],
		isNull(appointments.outcome)
	);
	if (db.select({ id: appointments.id }).from(appointments).where(same).get()) {
		throw invalid('due', 'One of this kind is planned for that day already. Please choose another date.');
	}
}

function record(db: Db, actor: Viewer, what: NewAppointment & { replaces: string | null }, now: Instant): void {
	const { id, personId: person, kind, due } = what;
	tellOfficers(db, person, now);
	recordFact(db, now, {
		...{ personId: person, actorId: actor.id },
		fact: (at) => ({ type: 'appointment', at, id, person, kind, due }),
		write: (at) =>
			void db
				.insert(appointments)
				.values({ ...what, recordedAt: at, recordedBy: actor.id })
				.run()
	});
}

function end(db: Db, actor: Viewer, { id, personId }: AppointmentRow, outcome: NonNullable<AppointmentRow['outcome']>, now: Instant): void {
	tellOfficers(db, personId, now);
	recordFact(db, now, {
		...{ personId, actorId: actor.id },
		fact: (at) =>
			outcome === 'attended' || outcome === 'declined'
				? { type: `appointment-${outcome}` as const, at, id }
				: { type: 'appointment-drop', at, id },
		write: (at) => void db.update(appointments).set({ outcome, outcomeAt: at, outcomeBy: actor.id }).where(eq(appointments.id, id)).run()
	});
}
