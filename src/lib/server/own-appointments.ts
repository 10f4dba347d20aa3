import { asc, eq } from 'drizzle-orm';
import type { AppointmentKind } from '#lib/domain/facts.ts';
import { addDays, personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { appointmentOfficers } from './appointment-officers.ts';
import type { AppointmentRow } from './appointments.ts';
import { dueOf, kindWords, outcomeWords } from './appointment-words.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { appointments } from './db/schema/records.ts';
import { localDate } from './local-time.ts';
import type { Viewer } from './viewer.ts';

export interface OwnAppointment {
	id: string;
	kindId: AppointmentKind;
	kind: string;
	due: string;
	/** Who entered it. */
	enteredBy: string | null;
	/** How it ended and who recorded that; null while it is open. */
	outcome: string | null;
}

/** A person's own appointments. */
export interface OwnAppointments {
	open: OwnAppointment[];
	/** Those of the last year that are settled, latest first. */
	settled: OwnAppointment[];
	/** How many of those due in the last twelve months were attended; null where none was due. */
	kept: { attended: number; due: number } | null;
	/** Who sees and plans them. */
	seenBy: string[];
}

const yearDays = 365;

/** The viewer's own appointments: those that are open, those of the last year, and how many of these were attended. */
export function ownAppointments(db: Db, viewer: Viewer, now: Instant): OwnAppointments {
	const today = personDayOf(viewer.zone, viewer.dayStart, now);
	const rows = db
		.select()
		.from(appointments)
		.where(eq(appointments.personId, viewer.id))
		.orderBy(asc(appointments.due), asc(appointments.recordedAt))
		.all();
	const who = (id: string | null) => (id === viewer.id ? 'you' : id === null ? null : nameOf(db, id));
	const shown = (row: AppointmentRow): OwnAppointment => ({
		...{ id: row.id, kindId: row.kind, kind: kindWords[row.kind], due: dueOf(row, today), enteredBy: who(row.recordedBy) },
		outcome: row.outcome && outcomeWords(row, viewer.zone, now, who(row.outcomeBy))
	});
	const settled = rows.filter(({ outcomeAt }) => outcomeAt !== null && localDate(viewer.zone, outcomeAt) >= addDays(today, -yearDays));
	return {
		open: rows.filter(({ outcome }) => outcome === null).map(shown),
		settled: settled.sort((a, b) => (b.outcomeAt ?? 0) - (a.outcomeAt ?? 0)).map(shown),
		kept: keptOf(rows, viewer.zone, today),
		seenBy: appointmentOfficers(db, viewer.id, now).map(({ name }) => name)
	};
}

/** What was moved or taken off was never to be attended; what was attended early counts from then on. */
function keptOf(rows: readonly AppointmentRow[], zone: string, today: LocalDate): OwnAppointments['kept'] {
	const after = addDays(today, -yearDays);
	const due = rows
		.filter(({ outcome }) => outcome !== 'moved' && outcome !== 'withdrawn')
		.filter((row) => {
			const attendedOn = row.outcome === 'attended' && row.outcomeAt !== null ? localDate(zone, row.outcomeAt) : row.due;
			const counted = attendedOn < row.due ? attendedOn : row.due;
			return after < counted && counted <= today;
		});
	if (due.length === 0) return null;
	return { attended: due.filter(({ outcome }) => outcome === 'attended').length, due: due.length };
}

function nameOf(db: Db, id: string): string | null {
	return db.select({ name: people.name }).from(people).where(eq(people.id, id)).get()?.name ?? null;
}
