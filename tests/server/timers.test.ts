import { beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { voidEntry } from '#lib/server/exposure-corrections.ts';
import { exposureOf, runningTimer, versionsOf } from '#lib/server/exposure-rows.ts';
import { findingIn, openPrivate } from '#lib/server/exposure-versions.ts';
import { logSession } from '#lib/server/exposures.ts';
import { compareWithReplay } from '#lib/server/replay/compare.ts';
import { nameRunning, repairTimer, startTimer, stopTimer } from '#lib/server/timers.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { exposureAlerts, exposureFindings, refusalOf, setFields, workIds } from '../support/exposure.ts';

const at = (text: string) => Date.parse(text);
const nine = at('2026-11-16T09:00:00Z');
const minute = 60_000;
const hour = 60 * minute;

let db: Db;
let people: Cast;
let work: ReturnType<typeof workIds>;
const id = () => crypto.randomUUID();

beforeEach(() => {
	db = memoryDb();
	people = cast(db, at('2026-11-02T06:00:00Z'));
	work = workIds(db);
});

function started(workTypeId: string | null = work.images, now = nine, counts?: boolean): string {
	return startTimer(db, people.ines, { id: id(), workTypeId, ...(counts === undefined ? {} : { counts }) }, now).id;
}

const stop = (timer: string, now: number, more = {}) => stopTimer(db, people.ines, { formId: id(), id: timer, ...more }, now);

describe('starting', () => {
	test('the timer runs on the server from the instant of the tap', () => {
		const timer = started();
		expect(runningTimer(db, people.ines.id)).toMatchObject({
			id: timer,
			kind: 'timer',
			state: 'running',
			start: nine,
			end: null,
			counts: true
		});
	});

	test('the same form again starts nothing new', () => {
		const form = { id: id(), workTypeId: work.images };
		startTimer(db, people.ines, form, nine);
		startTimer(db, people.ines, form, nine + minute);
		expect(versionsOf(db, people.ines.id, form.id)).toHaveLength(1);
		stop(form.id, nine + 2 * minute);
		startTimer(db, people.ines, form, nine + 3 * minute);
		expect(runningTimer(db, people.ines.id)).toBeNull();
	});

	test('a second one asks, and changes nothing until it is answered', () => {
		const first = started();
		const second = { id: id(), workTypeId: work.urls };
		const refusal = refusalOf(() => startTimer(db, people.ines, second, nine + hour));
		expect(refusal.kind).toBe('conflict');
		expect(refusal.fields).toHaveProperty('stopRunning');
		expect(refusal.message).toContain('Image and video assessment, since 09:00');
		expect(runningTimer(db, people.ines.id)?.id).toBe(first);
	});

	test('told to stop it, the first ends at that instant and the second begins', () => {
		const first = started();
		const second = { id: id(), workTypeId: work.urls, stopRunning: true };
		startTimer(db, people.ines, second, nine + hour);
		expect(exposureOf(db, people.ines.id, first)).toMatchObject({ state: 'ended', end: nine + hour });
		const start = runningTimer(db, people.ines.id)?.start ?? 0;
		// Facts of one person never share an instant.
		expect(start - (nine + hour)).toBeLessThanOrEqual(1);
	});

	test('where the second cannot start, the first runs on', () => {
		const first = started();
		expect(refusalOf(() => startTimer(db, people.ines, { id: id(), workTypeId: 'nothing', stopRunning: true }, nine + hour)).kind).toBe(
			'invalid'
		);
		expect(runningTimer(db, people.ines.id)?.id).toBe(first);
	});

	test('work that asks wants an answer; without a kind of work it counts, as a precaution', () => {
		expect(refusalOf(() => started(work.asks)).fields).toHaveProperty('counts');
		expect(exposureOf(db, people.ines.id, started(null))?.counts).toBe(true);
	});

	test('Tomas and Ines each have a timer of their own', () => {
		started();
		startTimer(db, people.tomas, { id: id(), workTypeId: work.images }, nine);
		expect(runningTimer(db, people.tomas.id)).not.toBeNull();
	});
});

describe('stopping', () => {
	test('ends it now; the version that ran is kept', () => {
		const timer = started();
		stop(timer, nine + hour);
		expect(versionsOf(db, people.ines.id, timer)).toMatchObject([
			{ version: 1, state: 'running', end: null, supersededAt: nine + hour },
			{ version: 2, state: 'ended', start: nine, end: nine + hour, supersededAt: null }
		]);
	});

	test('the same form twice stops once; another form hears that it was stopped', () => {
		const timer = started();
		const form = { formId: id(), id: timer };
		stopTimer(db, people.ines, form, nine + hour);
		expect(stopTimer(db, people.ines, form, nine + 2 * hour)).toEqual({ id: timer });
		expect(refusalOf(() => stop(timer, nine + 2 * hour)).kind).toBe('conflict');
		expect(versionsOf(db, people.ines.id, timer)).toHaveLength(2);
	});

	test('nobody stops another person’s timer, or one that does not exist', () => {
		const timer = started();
		expect(refusalOf(() => stopTimer(db, people.tomas, { formId: id(), id: timer }, nine + hour)).kind).toBe('not-found');
		expect(refusalOf(() => stopTimer(db, people.mara, { formId: id(), id: timer }, nine + hour)).kind).toBe('not-found');
		expect(refusalOf(() => stop('nothing', nine + hour)).kind).toBe('not-found');
	});

	test('a session is no timer', () => {
		const session = { id: id(), start: nine, end: nine + minute, workTypeId: work.images };
		logSession(db, people.ines, session, nine + hour);
		expect(refusalOf(() => stop(session.id, nine + hour)).kind).toBe('not-found');
	});

	test('details are stored with it, the sealed ones sealed; what is turned off is not', () => {
		setFields(db, ['violent', 'material']);
		const timer = started();
		stop(timer, nine + hour, { violent: 'yes', material: ['video'], context: 'known', aftermath: 7 });
		const row = exposureOf(db, people.ines.id, timer);
		expect(row).toMatchObject({ material: ['video'], context: null });
		expect(row && openPrivate(db, row)).toEqual({ violent: 'yes', aftermath: null });
		expect(row && findingIn(db, row)).toBe('2026-W47');
	});

	test('after 16 hours it wants the true end', () => {
		const timer = started();
		expect(refusalOf(() => stop(timer, nine + 16 * hour)).fields).toHaveProperty('end');
		stop(timer, nine + 17 * hour, { end: nine + 7 * hour });
		expect(exposureOf(db, people.ines.id, timer)?.end).toBe(nine + 7 * hour);
	});

	test.each([
		['before it began', nine - minute],
		['when it began', nine],
		['in the future', nine + 3 * hour + 1]
	])('an end %s is refused beside the field', (_, end) => {
		const timer = started();
		expect(refusalOf(() => stop(timer, nine + 3 * hour, { end })).fields).toHaveProperty('end');
		expect(runningTimer(db, people.ines.id)?.id).toBe(timer);
	});
});

describe('a forgotten timer', () => {
	test('is repaired by saying when it ended; how long it ran stays in the history', () => {
		const timer = started();
		repairTimer(db, people.ines, { formId: id(), id: timer, date: '2026-11-16', end: '16:00', endWhich: null }, nine + 10 * hour);
		expect(versionsOf(db, people.ines.id, timer)).toMatchObject([
			{ state: 'running', supersededAt: nine + 10 * hour },
			{ state: 'ended', end: at('2026-11-16T16:00:00Z') }
		]);
	});

	test('an end at a doubled time asks which, and takes the answer', () => {
		const october = memoryDb();
		const { wen } = cast(october, at('2026-10-01T06:00:00Z'));
		const start = at('2026-10-24T23:30:00Z');
		const timer = startTimer(october, wen, { id: id(), workTypeId: null }, start).id;
		const repair = (endWhich: 'first' | 'second' | null) =>
			repairTimer(october, wen, { formId: id(), id: timer, date: '2026-10-25', end: '01:30', endWhich }, start + 12 * hour);
		expect(Object.keys(refusalOf(() => repair(null)).fields)).toEqual(['end', 'endWhich']);
		repair('second');
		expect(exposureOf(october, wen.id, timer)?.end).toBe(at('2026-10-25T01:30:00Z'));
	});
});

describe('what it is for', () => {
	test('can be said while it runs; the version before is kept', () => {
		const timer = started(null);
		nameRunning(db, people.ines, { id: timer, workTypeId: work.urls }, nine + minute);
		nameRunning(db, people.ines, { id: timer, workTypeId: work.urls }, nine + 2 * minute);
		expect(versionsOf(db, people.ines.id, timer)).toMatchObject([
			{ state: 'running', workTypeId: null },
			{ state: 'running', workTypeId: work.urls, start: nine }
		]);
		stop(timer, nine + hour);
		expect(exposureOf(db, people.ines.id, timer)).toMatchObject({ state: 'ended', workTypeId: work.urls, version: 3 });
	});

	test('work that counts differently has to wait until it is stopped', () => {
		const timer = started();
		expect(refusalOf(() => nameRunning(db, people.ines, { id: timer, workTypeId: work.none }, nine + minute)).fields).toHaveProperty(
			'workTypeId'
		);
		expect(refusalOf(() => nameRunning(db, people.tomas, { id: timer, workTypeId: work.urls }, nine + minute)).kind).toBe('not-found');
	});

	test('said on stopping: work that does not count takes the timer out and logs it anew, once', () => {
		const timer = started(null);
		const form = { formId: id(), id: timer, workTypeId: work.none };
		const { id: logged } = stopTimer(db, people.ines, form, nine + hour);
		expect(stopTimer(db, people.ines, form, nine + hour + minute)).toEqual({ id: logged });
		expect(exposureOf(db, people.ines.id, timer)).toMatchObject({ state: 'void', voidReason: 'not-exposure' });
		expect(exposureOf(db, people.ines.id, logged)).toMatchObject({ kind: 'session', start: nine, end: nine + hour, counts: false });
	});

	test('said on stopping, it raises nothing that would have to be taken back: no alert, no review, and nobody sees one', () => {
		logSession(db, people.ines, { id: id(), start: nine - 5 * hour, end: nine - 1, workTypeId: work.images }, nine - 1);
		const before = exposureFindings(db).filter(({ audience }) => audience !== 'notice');
		const timer = started();
		stop(timer, nine + 7 * hour, { workTypeId: work.none, violent: 'yes' });
		expect(exposureAlerts(db)).toEqual([]);
		expect(exposureFindings(db).filter(({ audience }) => audience !== 'notice')).toEqual(before);
		expect(versionsOf(db, people.ines.id, timer).map((version) => findingIn(db, version))).toEqual([null, null]);
		expect(compareWithReplay(db, () => undefined).differences).toBe(0);
	});

	test('said with the true end, that end is kept; one that cannot be is refused', () => {
		const timer = started();
		const other = { workTypeId: work.none };
		expect(refusalOf(() => stop(timer, nine + hour, { ...other, end: nine })).fields).toHaveProperty('end');
		expect(refusalOf(() => stop(timer, nine + 16 * hour, other)).fields).toHaveProperty('end');
		const { id: logged } = stop(timer, nine + 20 * hour, { ...other, end: nine + hour });
		expect(exposureOf(db, people.ines.id, timer)).toMatchObject({ state: 'void', start: nine, end: nine + hour });
		expect(exposureOf(db, people.ines.id, logged)).toMatchObject({ start: nine, end: nine + hour, counts: false });
		expect(runningTimer(db, people.ines.id)).toBeNull();
	});

	test.each([
		['images', 'ended'],
		['none', 'void']
	] as const)('one that was forgotten for more than a year can still be ended (%s)', (kind, state) => {
		const timer = started();
		const now = nine + 400 * 24 * hour;
		stop(timer, now, { end: nine + hour, workTypeId: work[kind] });
		expect(exposureOf(db, people.ines.id, timer)).toMatchObject({ state, end: nine + hour });
		if (state === 'ended') voidEntry(db, people.ines, { id: timer, version: 2, reason: 'other' }, now + 1);
	});

	test('a timer for work that is no exposure raises nothing, however long', () => {
		const timer = started(work.none);
		stop(timer, nine + 15 * hour);
		expect(exposureOf(db, people.ines.id, timer)).toMatchObject({ state: 'ended', counts: false });
		expect(exposureFindings(db).filter(({ rule }) => rule?.startsWith('day-') || rule?.startsWith('break-'))).toEqual([]);
	});
});
