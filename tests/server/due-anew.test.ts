import { beforeEach, describe, expect, it } from 'vitest';
import { raiseAlarm } from '#lib/server/alarms.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { takeDue } from '#lib/server/delivery/sending.ts';
import { changeDays } from '#lib/server/person-days.ts';
import { changeOwnDetails } from '#lib/server/preferences.ts';
import { chooseReminders } from '#lib/server/reminders.ts';
import { chooseHowTold } from '#lib/server/told.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { DAY, exceed, HOUR, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
let queuedFor: number[];
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	queuedFor = [];
	openOutbox(db, new Set(['email']), (at) => void queuedFor.push(at));
});

const due = () =>
	db
		.select()
		.from(messages)
		.all()
		.map(({ dueAt }) => dueAt);
const quiet = (who: Viewer, quietFrom: string | null, quietTo: string | null, now: number) =>
	chooseHowTold(
		db,
		who,
		{ formId: crypto.randomUUID(), email: 'digest', digestAt: '09:00', chat: null, chatName: null, quietFrom, quietTo },
		now
	);

describe('what waits for an hour of somebody’s clocks', () => {
	// 09:00 in Los Angeles is 17:00 in London.
	const zone = 'America/Los_Angeles';

	it('waits for that hour of the zone that they choose', () => {
		exceed(db, c.ines, monday);
		expect(due()).toEqual([monday + 23 * HOUR]);
		changeOwnDetails(db, c.mara, { name: c.mara.name, zone, dayStart: '00:00' }, monday + HOUR);
		expect(due()).toEqual([monday + 7 * HOUR]);
		expect(queuedFor.at(-1)).toBe(monday + 7 * HOUR);
		expect(takeDue(db, monday + 7 * HOUR)).toMatchObject([{ to: 'mara@example.org' }]);
	});

	it('and of the one that an administrator gives them, whatever else stays as it is', () => {
		exceed(db, c.ines, monday);
		changeDays(db, c.ada, { personId: c.mara.id, zone, dayStart: '00:00', startDate: '2026-01-01' }, monday + HOUR);
		expect(due()).toEqual([monday + 7 * HOUR]);
	});

	it('and a reminder of the check-in, which comes at that hour too', () => {
		chooseReminders(db, c.ines, { checkIn: true, breakDue: false, quietFrom: null, quietTo: null }, monday);
		expect(due()).toEqual([monday + 23 * HOUR]);
		changeOwnDetails(db, c.ines, { name: c.ines.name, zone, dayStart: '00:00' }, monday + HOUR);
		expect(due()).toEqual([monday + 7 * HOUR]);
		chooseReminders(db, c.ines, { checkIn: true, breakDue: false, quietFrom: '08:00', quietTo: '10:00' }, monday + HOUR);
		expect(due()).toEqual([monday + 8 * HOUR]);
		expect(takeDue(db, monday + 8 * HOUR)).toMatchObject([{ to: 'ines@example.org' }]);
	});

	it('and an alarm, which waits for the end of quiet hours, for that of the present ones', () => {
		quiet(c.ada, '09:00', '20:00', monday);
		raiseAlarm(db, 'scheduler', monday);
		expect(due()).toEqual([monday + 10 * HOUR]);
		quiet(c.ada, '09:00', '12:00', monday + HOUR);
		expect(due()).toEqual([monday + 2 * HOUR]);
		quiet(c.ada, null, null, monday + HOUR);
		expect(due()).toEqual([monday]);
		expect(takeDue(db, monday + HOUR)).toMatchObject([{ to: 'ada@example.org', urgent: true }]);
	});
});
