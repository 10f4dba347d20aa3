import ical, { ICalEventBusyStatus, ICalEventClass, ICalEventTransparency } from 'ical-generator';
import { addDays, personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { and, eq, isNull } from 'drizzle-orm';
import { absencesOf } from './absences.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { appointments } from './db/schema/records.ts';
import type { Viewer } from './viewer.ts';

/** {@link calendarFor}, to take along: that is in the trail of changes. @throws Refusal `full` */
export function takeCalendar(db: Db, viewer: Viewer, now: Instant): string {
	audit(db, viewer, { action: 'export.calendar', subject: { kind: 'person', id: viewer.id } }, now);
	return calendarFor(db, viewer, now);
}

/**
 * The viewer's open appointments and coming absences as an iCalendar file (RFC 5545), whole days. It goes into calendars that colleagues
 * see: the titles say no more than "Appointment" and "Away", neither kind nor who it is with.
 */
export function calendarFor(db: Db, viewer: Viewer, now: Instant): string {
	const calendar = ical({ name: null, prodId: { company: 'own dates', product: 'calendar', language: 'EN' } });
	const today = personDayOf(viewer.zone, viewer.dayStart, now);
	for (const { id, from, to, recordedAt } of absencesOf(db, viewer.id)) {
		if (to < today) continue;
		const busy = { transparency: ICalEventTransparency.OPAQUE, busystatus: ICalEventBusyStatus.OOF };
		calendar.createEvent({ ...wholeDays(id, from, to, recordedAt), summary: 'Away', ...busy });
	}
	const open = db
		.select()
		.from(appointments)
		.where(and(eq(appointments.personId, viewer.id), isNull(appointments.outcome)))
		.all();
	for (const { id, due, recordedAt } of open) {
		// A day by which, not a time at which: it does not block the day.
		calendar.createEvent({ ...wholeDays(id, due, due, recordedAt), summary: 'Appointment', ...free });
	}
	return `${calendar.toString()}\r\n`;
}

/** A day to keep in mind, which blocks no time. */
export const free = { transparency: ICalEventTransparency.TRANSPARENT, busystatus: ICalEventBusyStatus.FREE };

/** What every event here has in common. The end of a whole day in a calendar file is the day after. */
export function wholeDays(id: string, from: LocalDate, to: LocalDate, recordedAt: Instant) {
	return {
		...{ id, allDay: true, class: ICalEventClass.PRIVATE, stamp: new Date(recordedAt) },
		...{ start: startOf(from), end: startOf(addDays(to, 1)) }
	};
}

/** Midnight by UTC: the file holds the date alone. */
const startOf = (date: LocalDate) => new Date(`${date}T00:00:00Z`);
