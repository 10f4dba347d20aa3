import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkInResult, shareConcern } from '#lib/server/check-in-results.ts';
import { checkInDue, checkInPage, recordCheckIn } from '#lib/server/check-ins.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { alertEvents, alerts, checkIns, findings, sharedConcerns } from '#lib/server/db/schema/records.ts';
import { promptsFor } from '#lib/server/alerts.ts';
import { recipientsOf } from '#lib/server/recipients.ts';
import { chooseSharing, exclude } from '#lib/server/sharing.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** Monday 9 November 2026, 10:00 in London. */
const monday = Date.UTC(2026, 10, 9, 10);

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

const uuid = () => crypto.randomUUID();

function answer(who: Viewer, answers: number[], now: number, id: string = uuid()): string {
	return recordCheckIn(db, who, { id, instrument: 'pulse', answers }, now).id;
}
const skip = (who: Viewer, now: number, id: string = uuid()) =>
	recordCheckIn(db, who, { id, instrument: 'pulse', answers: 'skipped' }, now).id;
const openConcern = (who: Viewer) =>
	db
		.select()
		.from(alerts)
		.where(eq(alerts.personId, who.id))
		.all()
		.find(({ reason, closedAt }) => reason === 'concern' && closedAt === null);

describe('the weekly pulse', () => {
	it('is due for Ines once in each ISO week, by her own days', () => {
		expect(checkInDue(db, c.ines, monday)).toBe(true);
		const afternoon = monday + 5 * HOUR;
		answer(c.ines, [1, 1, 0, 1], afternoon);
		expect(checkInDue(db, c.ines, afternoon + 1)).toBe(false);
		const sundayNight = Date.UTC(2026, 10, 15, 23, 59);
		expect(checkInDue(db, c.ines, sundayNight)).toBe(false);
		expect(checkInDue(db, c.ines, sundayNight + 60_000)).toBe(true);
		// Somebody whose day begins at noon is still in Sunday's on Monday morning.
		expect(checkInDue(db, { ...c.ines, dayStart: '12:00' }, sundayNight + 60_000)).toBe(false);
	});

	it('keeps what Tomas answered, and nobody else can open it', () => {
		const id = answer(c.tomas, [0, 2, 3, 1], monday);
		expect(checkInResult(db, c.tomas, id, monday).checkIn).toEqual({ id, week: '9 Nov', day: 'today', answers: [0, 2, 3, 1] });
		for (const other of [c.ines, c.mara, c.edda, c.hale, c.ada]) expect(() => checkInResult(db, other, id, monday)).toThrow(/nothing here/);
		expect(() => checkInResult(db, c.tomas, uuid(), monday)).toThrow(/nothing here/);
	});

	it('may be skipped, which nobody learns, and answered later in that week', () => {
		const skipped = skip(c.ines, monday);
		expect(checkInDue(db, c.ines, monday + HOUR)).toBe(false);
		expect(checkInPage(db, c.ines, monday + HOUR)).toEqual({ on: true, answered: null, skipped: true, last: null });
		expect(() => checkInResult(db, c.ines, skipped, monday)).toThrow(/nothing here/);
		expect(db.select().from(alerts).all()).toEqual([]);
		expect(db.select().from(findings).all()).toEqual([]);
		const id = answer(c.ines, [1, 1, 1, 1], monday + DAY);
		expect(checkInPage(db, c.ines, monday + DAY)).toEqual({ on: true, answered: id, skipped: false, last: null });
	});

	it('is taken once: the same form again changes nothing, another one in that week is refused', () => {
		const id = answer(c.ines, [1, 2, 1, 1], monday);
		expect(answer(c.ines, [1, 2, 1, 1], monday + 5, id)).toBe(id);
		expect(() => answer(c.ines, [3, 2, 1, 1], monday + 5, id)).toThrow(/answered already/);
		expect(() => answer(c.ines, [1, 2, 1, 1], monday + DAY)).toThrow(/answered already/);
		expect(skip(c.ines, monday + DAY)).toBe(id);
		expect(() => answer(c.tomas, [1, 2, 1, 1], monday, id)).toThrow(/something else/);
		expect(() => skip(c.ines, monday, id)).toThrow(/something else/);
		expect(db.select().from(checkIns).all()).toHaveLength(1);
	});

	it.each([[[1, 1, 1]], [[1, 1, 1, 5]], [[1, 1, 1, -1]], [[1, 1, 1, 0.5]], [[1, 1, 1, 1, 1]], [[1, 1, 1, Number.NaN]]])(
		'refuses answers %j',
		(answers) => {
			expect(() => answer(c.ines, answers, monday)).toThrow(/answer/i);
			expect(db.select().from(checkIns).all()).toEqual([]);
		}
	);

	it('shows the weeks before, oldest first, at most twelve', () => {
		const ids = Array.from({ length: 14 }, (_, week) => answer(c.ines, [week % 4, 0, 0, 0], monday + week * WEEK));
		const { history } = checkInResult(db, c.ines, ids[13]!, monday + 14 * WEEK);
		expect(history.map(({ id }) => id)).toEqual(ids.slice(2));
		expect(checkInResult(db, c.ines, ids[0]!, monday).history.map(({ id }) => id)).toEqual([ids[0]]);
	});

	it('leaves no plain answer, score, criterion or concern anywhere in the database', () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, monday);
		const id = answer(c.ines, [4, 4, 3, 2], monday);
		const row = db.select().from(checkIns).where(eq(checkIns.id, id)).get();
		expect(row?.sealed?.length).toBeGreaterThan(256);
		const bytes = db.$client.serialize();
		for (const text of ['pulse-two-worst', '[4,4,3,2]', '4,4,3,2', 'criterion', '"answers":'])
			expect(bytes.includes(text), text).toBe(false);
		const light = answer(c.tomas, [0, 0, 0, 0], monday);
		expect(db.select().from(checkIns).where(eq(checkIns.id, light)).get()?.sealed?.length).toBe(row?.sealed?.length);
		// Nor does a finding say that there was a concern, to whoever reads the tables.
		expect(
			db
				.select()
				.from(findings)
				.all()
				.filter(({ rule }) => rule === 'concern')
		).toEqual([]);
	});
});

describe('a concern', () => {
	it('stays with Ines where she has named nobody', () => {
		const id = answer(c.ines, [4, 0, 4, 0], monday);
		const result = checkInResult(db, c.ines, id, monday);
		expect(result.noticed).toMatchObject({ shared: false, readers: [], sharedWith: [] });
		expect(result.noticed?.words).toMatch(/Two or more/);
		expect(result.officers.map(({ name }) => name)).toContain('Edda Quill');
		expect(openConcern(c.ines)).toBeUndefined();
		for (const supervisor of [c.mara, c.edda, c.hale]) expect(promptsFor(db, supervisor, monday + HOUR)).toEqual([]);
	});

	it('is not there below the mark', () => {
		const id = answer(c.ines, [4, 3, 3, 3], monday);
		expect(checkInResult(db, c.ines, id, monday)).toMatchObject({ noticed: null, officers: [] });
	});

	it('is there where the same answer is the heaviest twice running, skips between them ignored', () => {
		answer(c.ines, [0, 4, 0, 0], monday);
		skip(c.ines, monday + WEEK);
		const id = answer(c.ines, [0, 4, 0, 0], monday + 2 * WEEK);
		expect(checkInResult(db, c.ines, id, monday + 2 * WEEK).noticed?.words).toMatch(/as it was the last time/);
		const other = answer(c.tomas, [0, 4, 0, 0], monday);
		expect(checkInResult(db, c.tomas, other, monday).noticed).toBeNull();
	});

	it('prompts the officer Ines has named, who reads no answer', () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, monday);
		const id = answer(c.ines, [4, 4, 0, 0], monday + HOUR);
		const alert = openConcern(c.ines)!;
		expect(recipientsOf(db, alert, monday + HOUR).map(({ name }) => name)).toEqual(['Edda Quill']);
		expect(checkInResult(db, c.ines, id, monday + HOUR).noticed).toMatchObject({ shared: true, readers: ['Edda Quill'] });
		expect(checkInResult(db, c.ines, id, monday + HOUR).officers).toEqual([]);
		const prompts = JSON.stringify(promptsFor(db, c.edda, monday + HOUR));
		expect(prompts).toContain('Ines Calder');
		expect(prompts).not.toMatch(/pulse|criterion|heaviest|answers|score|check/i);
		expect(promptsFor(db, c.mara, monday + HOUR)).toEqual([]);
	});

	it('once shared stays out of the hands of somebody excluded since', () => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, monday);
		answer(c.ines, [4, 4, 0, 0], monday + HOUR);
		exclude(db, c.ines, { personId: c.edda.id }, monday + 2 * HOUR);
		expect(promptsFor(db, c.edda, monday + 3 * HOUR)).toEqual([]);
	});
});

describe('“share this”', () => {
	const two = [4, 4, 0, 0];

	it('prompts the officer chosen, and says afterwards whom it reached', () => {
		const checkInId = answer(c.ines, two, monday);
		shareConcern(db, c.ines, { id: uuid(), checkInId, officerId: c.edda.id }, monday + HOUR);
		expect(recipientsOf(db, openConcern(c.ines)!, monday + HOUR).map(({ name }) => name)).toEqual(['Edda Quill']);
		expect(checkInResult(db, c.ines, checkInId, monday + HOUR).noticed).toMatchObject({
			shared: false,
			readers: ['Edda Quill'],
			sharedWith: ['Edda Quill, today, 11:00']
		});
	});

	it('sent twice shares once; pressed again it renews', () => {
		const checkInId = answer(c.ines, two, monday);
		const id = uuid();
		shareConcern(db, c.ines, { id, checkInId, officerId: c.edda.id }, monday + HOUR);
		shareConcern(db, c.ines, { id, checkInId, officerId: c.edda.id }, monday + 2 * HOUR);
		expect(db.select().from(sharedConcerns).all()).toHaveLength(1);
		shareConcern(db, c.ines, { id: uuid(), checkInId, officerId: c.edda.id }, monday + 3 * HOUR);
		expect(
			db
				.select()
				.from(alertEvents)
				.all()
				.map(({ event }) => event)
		).toEqual(['raised', 'renewed']);
		const otherCheckIn = answer(c.tomas, two, monday);
		expect(() => shareConcern(db, c.tomas, { id, checkInId: otherCheckIn, officerId: c.edda.id }, monday)).toThrow(/sent before/);
	});

	it('is refused for anybody but a welfare officer of her own employer', () => {
		const checkInId = answer(c.ines, two, monday);
		for (const other of [c.mara, c.pia, c.hale, c.ines]) {
			expect(() => shareConcern(db, c.ines, { id: uuid(), checkInId, officerId: other.id }, monday), other.name).toThrow(
				/welfare officers/
			);
		}
		exclude(db, c.ines, { personId: c.edda.id }, monday);
		expect(() => shareConcern(db, c.ines, { id: uuid(), checkInId, officerId: c.edda.id }, monday)).toThrow(/welfare officers/);
		expect(db.select().from(sharedConcerns).all()).toEqual([]);
	});

	it('is refused where nothing stayed private, and for somebody else’s check-in', () => {
		const light = answer(c.ines, [1, 0, 0, 0], monday);
		expect(() => shareConcern(db, c.ines, { id: uuid(), checkInId: light, officerId: c.edda.id }, monday)).toThrow(
			/nothing in this check-in/
		);
		chooseSharing(db, c.bea, { prompt: [c.edda.id], trends: [] }, monday);
		const toldAlready = answer(c.bea, two, monday);
		expect(() => shareConcern(db, c.bea, { id: uuid(), checkInId: toldAlready, officerId: c.otto.id }, monday)).toThrow(
			/nothing in this check-in/
		);
		const theirs = answer(c.tomas, two, monday);
		expect(() => shareConcern(db, c.ines, { id: uuid(), checkInId: theirs, officerId: c.edda.id }, monday)).toThrow(/nothing here/);
	});

	it('of a secondee goes to the officer of her own employer', () => {
		const checkInId = answer(c.kit, two, monday);
		expect(checkInResult(db, c.kit, checkInId, monday).officers.map(({ name }) => name)).toEqual(['Pia Dorn']);
		expect(() => shareConcern(db, c.kit, { id: uuid(), checkInId, officerId: c.edda.id }, monday)).toThrow(/welfare officers/);
	});
});
