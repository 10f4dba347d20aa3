import { beforeEach, describe, expect, test } from 'vitest';
import { enterAbsence, takeBackAbsence } from '#lib/server/absences.ts';
import { planAppointment, settleAppointment } from '#lib/server/appointments.ts';
import { calendarFor } from '#lib/server/calendar.ts';
import type { Db } from '#lib/server/db/connection.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { DAY, HOUR, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const now = monday + HOUR;
let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday);
});

function away(who: Viewer, from: string, to: string): string {
	const id = crypto.randomUUID();
	enterAbsence(db, who, { id, personId: who.id, from, to, sure: to }, now);
	return id;
}
function appointment(due: string, of = c.ines): string {
	const id = crypto.randomUUID();
	planAppointment(db, c.edda, { id, personId: of.id, kind: 'counselling', due }, now);
	return id;
}

/** Reads a calendar by RFC 5545 alone: lines end in CRLF, hold at most 75 octets, and go on after one space. */
function read(file: string): { lines: string[]; events: Record<string, string>[] } {
	expect(file.endsWith('\r\n')).toBe(true);
	expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
	const physical = file.slice(0, -2).split('\r\n');
	for (const line of physical) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
	const lines = file.slice(0, -2).replaceAll('\r\n ', '').split('\r\n');
	for (const line of lines) expect(line).toMatch(/^[A-Z-]+(;[A-Z-]+=[^:;]+)*:.+$/);
	const events: Record<string, string>[] = [];
	for (const line of lines) {
		const [name = '', value = ''] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)];
		if (line === 'BEGIN:VEVENT') events.push({});
		else if (events.length > 0 && !line.startsWith('END:')) {
			// Each property of an event once.
			expect(events.at(-1)).not.toHaveProperty([name]);
			Object.assign(events.at(-1) ?? {}, { [name]: value });
		}
	}
	return { lines, events };
}

describe('Ines’s calendar', () => {
	test('holds her open appointments and the leave that is to come, as whole days, the end excluded', () => {
		const leave = away(c.ines, '2026-12-24', '2027-01-03');
		const due = appointment('2026-12-31');
		const { lines, events } = read(calendarFor(db, c.ines, now));
		expect(lines.slice(0, 2)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0']);
		expect(lines.at(-1)).toBe('END:VCALENDAR');
		expect(lines.filter((line) => /^(VERSION|PRODID):/.test(line))).toHaveLength(2);
		expect(lines.filter((line) => line.startsWith('BEGIN:VEVENT'))).toHaveLength(2);
		expect(events).toMatchObject([
			{ UID: leave, SUMMARY: 'Away', 'DTSTART;VALUE=DATE': '20261224', 'DTEND;VALUE=DATE': '20270104', TRANSP: 'OPAQUE', CLASS: 'PRIVATE' },
			{ UID: due, SUMMARY: 'Appointment', 'DTSTART;VALUE=DATE': '20261231', 'DTEND;VALUE=DATE': '20270101', TRANSP: 'TRANSPARENT' }
		]);
		for (const event of events) expect(event.DTSTAMP).toMatch(/^\d{8}T\d{6}Z$/);
	});

	test('says nothing that others should not read in it: no kind, no name, not where it is from', () => {
		appointment('2026-12-31');
		away(c.ines, '2026-12-24', '2026-12-25');
		expect(calendarFor(db, c.ines, now)).not.toMatch(/breakwater|counsel|assess|welfare|edda|quill|ines|calder|seawall|harbour/i);
	});

	test('has the same ids and text at each download', () => {
		appointment('2026-12-31');
		away(c.ines, '2026-12-24', '2026-12-25');
		expect(calendarFor(db, c.ines, now + HOUR)).toBe(calendarFor(db, c.ines, now + 2 * DAY));
	});

	test('leaves out what is settled, taken back or past, and everything of others', () => {
		takeBackAbsence(db, c.ines, away(c.ines, '2026-12-24', '2026-12-25'), now);
		settleAppointment(db, c.ines, { id: appointment('2026-12-31'), outcome: 'declined' }, now);
		away(c.ines, '2026-11-06', '2026-11-08');
		away(c.tomas, '2026-12-24', '2026-12-25');
		appointment('2026-12-31', c.tomas);
		const { events } = read(calendarFor(db, c.ines, now));
		expect(events).toEqual([]);
		expect(read(calendarFor(db, c.tomas, now)).events).toHaveLength(2);
	});

	test('keeps what is overdue, and the absence that ends today', () => {
		appointment('2026-10-01');
		away(c.ines, '2026-11-05', '2026-11-09');
		expect(read(calendarFor(db, c.ines, now)).events.map((event) => event['DTSTART;VALUE=DATE'])).toEqual(['20261105', '20261001']);
	});
});
