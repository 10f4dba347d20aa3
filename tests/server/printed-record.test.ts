import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { acknowledge, offer } from '#lib/server/alert-steps.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { logDayTotal, logSession } from '#lib/server/exposures.ts';
import { voidEntry } from '#lib/server/exposure-corrections.ts';
import { printedRecord } from '#lib/server/printed-record.ts';
import { answerOffer } from '#lib/server/support.ts';
import { alertOf, askFor } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { workIds } from '../support/exposure.ts';

/** Friday 9 October 2026, 18:00 in London. */
const friday = Date.UTC(2026, 9, 9, 17);
const DAY = 86_400_000;
const HOUR = 3_600_000;
const opened: Db[] = [];
let db: Db;
let c: Cast;
let work: ReturnType<typeof workIds>;
beforeEach(() => {
	db = memoryDb();
	opened.push(db);
	c = cast(db, friday - 40 * DAY);
	work = workIds(db);
});
afterAll(() => {
	for (const each of opened) {
		each.$client.close();
		each.keys.close();
	}
});

const log = (day: number, hours: number, who = c.ines) => {
	const start = Date.UTC(2026, 9, day, 8);
	const id = crypto.randomUUID();
	logSession(db, who, { id, start, end: start + hours * HOUR, workTypeId: work.images }, start + hours * HOUR);
	return id;
};
const record = (from = '2026-09-28', to = '2026-10-09') => printedRecord(db, c.ines, { from, to }, friday);

describe('my record', () => {
	it('says whose it is, of which period, when it was made and by which clock', () => {
		expect(record()).toMatchObject({
			...{
				name: 'Ines Calder',
				organisation: 'Seawall',
				period: '28 September to 9 October 2026',
				zone: 'Europe/London',
				dayStart: '00:00'
			},
			made: 'Friday 9 October 2026, 18:00 (Europe/London)'
		});
	});

	it('shows hours by day and week: sessions and day totals, without what was voided and without weeks of nothing', () => {
		log(6, 2);
		log(7, 6.5);
		const id = log(8, 3);
		voidEntry(db, c.ines, { id, version: 1, reason: 'twice' }, friday - HOUR);
		logDayTotal(db, c.ines, { id: crypto.randomUUID(), date: '2026-10-09', minutes: 90, workTypeId: work.urls }, friday - HOUR);
		log(6, 8, c.tomas);
		expect(record()).toMatchObject({
			...{ minutes: 600, days: 3 },
			weeks: [{ week: '2026-W41', monday: '5 October 2026', days: [null, 120, 390, null, 90, null, null], minutes: 600 }]
		});
		expect(record('2026-10-07', '2026-10-08')).toMatchObject({
			minutes: 390,
			weeks: [{ days: [null, null, 390, null, null, null, null] }]
		});
		expect(record('2026-09-01', '2026-09-20').weeks).toEqual([]);
	});

	it('lists the limits that were passed, with the figures', () => {
		log(7, 6.5);
		expect(record().limits).toEqual([{ what: '1 h 30 over', rest: 'on Wednesday 7 October: 6 h 30, with a limit of 5 h', notes: [] }]);
		expect(record('2026-10-08', '2026-10-09').limits).toEqual([]);
	});

	it('lists offers with who made them and the answer, and not why', () => {
		askFor(db, c.ines, c.mara, 'lead', friday - 3 * DAY);
		const about = () => ({ id: crypto.randomUUID(), alertId: alertOf(db, c.ines).id });
		acknowledge(db, c.mara, about(), friday - 3 * DAY + 1);
		offer(db, c.mara, { ...about(), items: ['talk', 'rota'], manner: null }, friday - 2 * DAY);
		expect(record().offers).toMatchObject([
			{ when: 'Wednesday 7 October 2026', by: 'Mara Voss', items: 'a talk, a change of rota', answer: null }
		]);
		answerOffer(db, c.ines, { ...about(), answer: 'not-now' }, friday - DAY);
		expect(record().offers).toMatchObject([{ answer: 'not now, Thursday 8 October 2026' }]);
		expect(JSON.stringify(record())).not.toMatch(/contact|concern/i);
		expect(printedRecord(db, c.tomas, { from: '2026-09-28', to: '2026-10-09' }, friday)).toMatchObject({
			offers: [],
			limits: [],
			weeks: []
		});
	});
});
