import { randomUUID } from 'node:crypto';
import { and, asc, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm';
import { appointmentKinds, nextAppointment } from '#lib/domain/appointments.ts';
import type { AppointmentKind } from '#lib/domain/facts.ts';
import { addDays, personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { noteReading, reading } from './access-log.ts';
import { inCareOf } from './appointment-officers.ts';
import { dueAhead, dueBack, planned, type AppointmentRow } from './appointments.ts';
import { dueOf, kindWords, outcomeWords } from './appointment-words.ts';
import type { Db } from './db/connection.ts';
import { people, roles } from './db/schema/people.ts';
import { appointments } from './db/schema/records.ts';
import { dateWords, localDate } from './local-time.ts';
import type { Viewer } from './viewer.ts';

/** One appointment in an officer's list: name, kind, due date, outcome, and nothing else. */
export interface ListedAppointment {
	id: string;
	person: string;
	kind: string;
	due: string;
	/** In words, with the day; null while it is open. */
	outcome: string | null;
}

/** Somebody who moderates and has none of a kind planned, although it is time to. */
export interface Unplanned {
	personId: string;
	person: string;
	kind: AppointmentKind;
	kindWords: string;
	/** When they last attended one; null: never. */
	last: string | null;
}

/** The appointments that a welfare officer looks after. */
export interface OfficerAppointments {
	overdue: ListedAppointment[];
	/** Due in the next two weeks. */
	soon: ListedAppointment[];
	later: ListedAppointment[];
	unplanned: Unplanned[];
	/** Attended, declined, moved or taken off in the last four weeks. */
	recent: ListedAppointment[];
}

const soonDays = 14;
/** So long before the next one would be due, somebody plans it. */
const planDays = 42;
const recentDays = 28;

const today = (viewer: Viewer, now: Instant) => personDayOf(viewer.zone, viewer.dayStart, now);

/** What an officer has to see to. Only of the people in their care, noted for each of them; nobody else gets any. */
export function appointmentsFor(db: Db, viewer: Viewer, now: Instant): OfficerAppointments {
	return reading(db, () => {
		const care = inCareOf(db, viewer, now);
		const { shown, about } = listedIn(db, viewer, care, now);
		noteAppointments(db, viewer, about, now);
		return shown;
	});
}

function noteAppointments(db: Db, viewer: Viewer, personIds: readonly string[], now: Instant): void {
	noteReading(db, viewer, { kind: 'appointments', why: { purpose: 'duty' } }, personIds, now);
}

function listedIn(db: Db, viewer: Viewer, care: readonly { id: string; name: string }[], now: Instant) {
	const names = new Map(care.map(({ id, name }) => [id, name]));
	const rows = rowsOf(db, [...names.keys()]);
	const day = today(viewer, now);
	const listed = (row: AppointmentRow): ListedAppointment => ({
		...{ id: row.id, person: names.get(row.personId) ?? '', kind: kindWords[row.kind], due: dueOf(row, day) },
		outcome: row.outcome && outcomeWords(row, viewer.zone, now)
	});
	const open = rows.filter(({ outcome }) => outcome === null);
	const soon = addDays(day, soonDays);
	const since = now - recentDays * 86_400_000;
	const settled = rows.filter(({ outcomeAt }) => outcomeAt !== null && outcomeAt >= since);
	const unplanned = unplannedAmong(db, care, rows, { zone: viewer.zone, day });
	const shown: OfficerAppointments = {
		overdue: open.filter(({ due }) => due < day).map(listed),
		soon: open.filter(({ due }) => due >= day && due <= soon).map(listed),
		later: open.filter(({ due }) => due > soon).map(listed),
		unplanned,
		recent: settled.sort((a, b) => (b.outcomeAt ?? 0) - (a.outcomeAt ?? 0)).map(listed)
	};
	return { shown, about: [...open, ...settled, ...unplanned].map(({ personId }) => personId) };
}

function rowsOf(db: Db, personIds: string[]): AppointmentRow[] {
	if (personIds.length === 0) return [];
	const theirs = inArray(appointments.personId, personIds);
	return db.select().from(appointments).where(theirs).orderBy(asc(appointments.due), asc(appointments.recordedAt)).all();
}

function unplannedAmong(
	db: Db,
	care: readonly { id: string; name: string }[],
	rows: readonly AppointmentRow[],
	{ zone, day }: { zone: string; day: LocalDate }
): Unplanned[] {
	const moderators = new Set(
		db
			.select({ id: roles.personId })
			.from(roles)
			.where(and(eq(roles.role, 'moderator'), isNull(roles.endedAt), isNotNull(roles.confirmedAt)))
			.all()
			.map(({ id }) => id)
	);
	return care
		.filter(({ id }) => moderators.has(id))
		.flatMap(({ id, name }) =>
			appointmentKinds
				.filter((kind) => !rows.some((row) => row.personId === id && row.kind === kind && row.outcome === null))
				.map((kind) => ({ kind, last: lastAttended(rows, id, kind, zone) }))
				.filter(({ kind, last }) => last === null || nextAppointment(kind, last) <= addDays(day, planDays))
				.map(({ kind, last }) => ({
					...{ personId: id, person: name, kind, kindWords: kindWords[kind] },
					last: last && dateWords(last, day)
				}))
		);
}

/** The date on which somebody's last attended one of a kind was recorded. */
function lastAttended(rows: readonly AppointmentRow[], personId: string, kind: AppointmentKind, zone: string): LocalDate | null {
	const attended = rows.filter((row) => row.personId === personId && row.kind === kind && row.outcome === 'attended');
	const at = attended.reduce((last, { outcomeAt }) => Math.max(last, outcomeAt ?? 0), 0);
	return at === 0 ? null : localDate(zone, at);
}

/** What the page of one appointment shows to an officer. */
export interface OpenedAppointment extends ListedAppointment {
	personId: string;
	kindId: AppointmentKind;
	/** Nothing is recorded of it yet. */
	open: boolean;
	dueDate: LocalDate;
	/** Where it was moved: for when it was planned first, and how often it was moved. */
	first: { due: string; moves: number } | null;
	enteredBy: string | null;
	/** Of the form that moves it. */
	formId: string;
	earliest: LocalDate;
	latest: LocalDate;
}

/** One appointment in the viewer's care. @throws Refusal `not-found` for any other */
export function openAppointment(db: Db, viewer: Viewer, id: string, now: Instant): OpenedAppointment {
	return reading(db, () => {
		const row = planned(db, viewer, id, now);
		noteAppointments(db, viewer, [row.personId], now);
		return opened(db, viewer, row, now);
	});
}

function opened(db: Db, viewer: Viewer, row: AppointmentRow, now: Instant): OpenedAppointment {
	const day = today(viewer, now);
	return {
		...{ id: row.id, person: nameOf(db, row.personId) ?? '', personId: row.personId, kind: kindWords[row.kind], kindId: row.kind },
		...{ due: dueOf(row, day), dueDate: row.due, open: row.outcome === null, first: firstOf(db, row, day) },
		outcome: row.outcome && outcomeWords(row, viewer.zone, now, nameOf(db, row.outcomeBy)),
		...{ enteredBy: nameOf(db, row.recordedBy), formId: randomUUID() },
		...{ earliest: addDays(day, -dueBack), latest: addDays(day, dueAhead) }
	};
}

function nameOf(db: Db, id: string | null): string | null {
	return id === null ? null : (db.select({ name: people.name }).from(people).where(eq(people.id, id)).get()?.name ?? null);
}

function firstOf(db: Db, row: AppointmentRow, day: LocalDate): OpenedAppointment['first'] {
	let first = row;
	let moves = 0;
	while (first.replaces !== null) {
		const before = db.select().from(appointments).where(eq(appointments.id, first.replaces)).get();
		if (!before) break;
		first = before;
		moves++;
	}
	return moves === 0 ? null : { due: dateWords(first.due, day), moves };
}

/** What the form that plans an appointment shows. */
export interface Planning {
	people: { id: string; name: string }[];
	/** Chosen already where the officer came from somebody in the list. */
	personId: string | null;
	kind: AppointmentKind;
	/** When the next one is due: after the last that was attended, else after today. */
	due: LocalDate;
	earliest: LocalDate;
	latest: LocalDate;
}

/** A form for planning, with what was asked for in it as far as it is the viewer's to plan. */
export function planningFor(
	db: Db,
	viewer: Viewer,
	{ personId, kind: asked }: { personId: string | null; kind: string | null },
	now: Instant
): Planning {
	const care = inCareOf(db, viewer, now);
	const person = care.find(({ id }) => id === personId)?.id ?? null;
	const kind = appointmentKinds.find((each) => each === asked) ?? 'counselling';
	const day = today(viewer, now);
	const last = person === null ? null : lastAttendedOf(db, viewer, person, kind, now);
	const due = nextAppointment(kind, last ?? day);
	return {
		...{ people: care, personId: person, kind },
		due: due < day ? day : due,
		...{ earliest: addDays(day, -dueBack), latest: addDays(day, dueAhead) }
	};
}

/** When the next one is due tells when this was, so that it is a look at their record. */
function lastAttendedOf(db: Db, viewer: Viewer, personId: string, kind: AppointmentKind, now: Instant): LocalDate | null {
	return reading(db, () => {
		noteAppointments(db, viewer, [personId], now);
		return lastAttended(attendedBy(db, personId), personId, kind, viewer.zone);
	});
}

function attendedBy(db: Db, personId: string): AppointmentRow[] {
	const theirs = and(eq(appointments.personId, personId), eq(appointments.outcome, 'attended'));
	return db.select().from(appointments).where(theirs).orderBy(desc(appointments.outcomeAt)).all();
}
