import { beforeEach, describe, expect, test } from 'vitest';
import { amend, voidEntry } from '#lib/server/exposure-corrections.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { partners } from '#lib/server/db/schema/organisation.ts';
import { alertEvents, clocks } from '#lib/server/db/schema/records.ts';
import { exposureOf, overlapping, runningTimer, versionsOf } from '#lib/server/exposure-rows.ts';
import { findingIn, openPrivate } from '#lib/server/exposure-versions.ts';
import { logDayTotal, logSession } from '#lib/server/exposures.ts';
import { exposureAlerts, exposureFindings, setFields, workIds } from '../support/exposure.ts';
import { startTimer } from '#lib/server/timers.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf } from '../support/exposure.ts';

const at = (text: string) => Date.parse(text);
// A Monday in winter: London's clocks show UTC.
const started = at('2026-11-02T06:00:00Z');
const now = at('2026-11-16T12:00:00Z');

let db: Db;
let people: Cast;
let work: ReturnType<typeof workIds>;
const id = () => crypto.randomUUID();
const session = (start: string, end: string) => ({ id: id(), start: at(start), end: at(end), workTypeId: work.images });

beforeEach(() => {
	db = memoryDb();
	people = cast(db, started);
	work = workIds(db);
});

describe('logging a past session', () => {
	test('Ines logs a session: it is stored with her as who recorded it', () => {
		const what = session('2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z');
		expect(logSession(db, people.ines, what, now)).toEqual({ id: what.id });
		expect(exposureOf(db, people.ines.id, what.id)).toMatchObject({
			version: 1,
			kind: 'session',
			state: 'ended',
			start: what.start,
			end: what.end,
			counts: true,
			recordedAt: now,
			recordedBy: people.ines.id,
			supersededAt: null
		});
	});

	test('sending the same form twice stores once', () => {
		const what = session('2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z');
		logSession(db, people.ines, what, now);
		logSession(db, people.ines, what, now + 5_000);
		expect(versionsOf(db, people.ines.id, what.id)).toHaveLength(1);
	});

	test('an id that belongs to somebody else, or to something else, is a conflict and not swallowed', () => {
		const what = session('2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z');
		logSession(db, people.ines, what, now);
		expect(refusalOf(() => logSession(db, people.tomas, what, now)).kind).toBe('conflict');
		expect(refusalOf(() => logDayTotal(db, people.ines, { id: what.id, date: '2026-11-12', minutes: 5, workTypeId: null }, now)).kind).toBe(
			'conflict'
		);
		expect(refusalOf(() => startTimer(db, people.ines, { id: what.id, workTypeId: work.images }, now)).kind).toBe('conflict');
	});

	test('one that overlaps is accepted, and the overlap is named', () => {
		const first = session('2026-11-16T09:10:00Z', '2026-11-16T10:00:00Z');
		logSession(db, people.ines, first, now);
		const second = session('2026-11-16T09:30:00Z', '2026-11-16T10:30:00Z');
		logSession(db, people.ines, second, now);
		expect(overlapping(db, people.ines.id, second.id, second.start, second.end)).toMatchObject([{ start: first.start, end: first.end }]);
		const touching = session('2026-11-16T10:30:00Z', '2026-11-16T11:00:00Z');
		logSession(db, people.ines, touching, now);
		expect(overlapping(db, people.ines.id, touching.id, touching.start, touching.end)).toEqual([]);
	});

	test.each([
		['an end before the start', '2026-11-16T10:00:00Z', '2026-11-16T09:00:00Z', 'end'],
		['an end at the start', '2026-11-16T10:00:00Z', '2026-11-16T10:00:00Z', 'end'],
		['over 16 hours', '2026-11-15T10:00:00Z', '2026-11-16T02:00:00.001Z', 'end'],
		['an end in the future', '2026-11-16T11:00:00Z', '2026-11-16T12:00:00.001Z', 'end'],
		['a start in the future', '2026-11-16T13:00:00Z', '2026-11-16T14:00:00Z', 'start'],
		['more than a year ago', '2025-11-14T09:00:00Z', '2025-11-14T10:00:00Z', 'date']
	])('%s is refused beside its field, and nothing is stored', (_, start, end, field) => {
		const what = session(start, end);
		const refusal = refusalOf(() => logSession(db, people.ines, what, now));
		expect(refusal.kind).toBe('invalid');
		expect(Object.keys(refusal.fields)).toEqual([field]);
		expect(exposureOf(db, people.ines.id, what.id)).toBeNull();
	});

	test('exactly 16 hours, ending now, is accepted', () => {
		const what = session('2026-11-15T20:00:00Z', '2026-11-16T12:00:00Z');
		logSession(db, people.ines, what, now);
		expect(exposureOf(db, people.ines.id, what.id)).not.toBeNull();
	});

	test('an unknown or a retired kind of work, or an unknown partner, is refused', () => {
		const what = session('2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z');
		expect(refusalOf(() => logSession(db, people.ines, { ...what, workTypeId: 'nothing' }, now)).fields).toHaveProperty('workTypeId');
		expect(refusalOf(() => logSession(db, people.ines, { ...what, workTypeId: work.retired }, now)).fields).toHaveProperty('workTypeId');
		expect(refusalOf(() => logSession(db, people.ines, { ...what, partnerId: 'nobody' }, now)).fields).toHaveProperty('partnerId');
	});

	test('work that asks wants an answer, and only "yes" counts', () => {
		const what = { ...session('2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z'), workTypeId: work.asks };
		expect(refusalOf(() => logSession(db, people.ines, what, now)).fields).toHaveProperty('counts');
		logSession(db, people.ines, { ...what, counts: false }, now);
		const yes = { ...what, id: id(), counts: true };
		logSession(db, people.ines, yes, now);
		expect(exposureOf(db, people.ines.id, what.id)?.counts).toBe(false);
		expect(exposureOf(db, people.ines.id, yes.id)?.counts).toBe(true);
	});

	test('work that is no exposure is stored without being a fact for the rules', () => {
		const before = db.select().from(clocks).all();
		logSession(db, people.ines, { ...session('2026-11-16T01:00:00Z', '2026-11-16T11:00:00Z'), workTypeId: work.none, counts: true }, now);
		expect(db.select().from(clocks).all()).toEqual(before);
		expect(exposureFindings(db)).toEqual([]);
	});
});

describe('what is optional', () => {
	const details = { material: ['video', 'text'], context: 'mixed', filters: ['blur'], violent: 'yes', aftermath: 0 } as const;
	const full = () => ({
		...session('2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z'),
		...details,
		material: [...details.material],
		filters: [...details.filters]
	});

	test('violent and aftermath are sealed: neither stands readable in the row', () => {
		const what = full();
		logSession(db, people.ines, what, now);
		const row = exposureOf(db, people.ines.id, what.id);
		expect(row).toMatchObject({ material: ['video', 'text'], context: 'mixed', filters: ['blur'] });
		expect(row?.sealed.toString('latin1')).not.toContain('violent');
		expect(row && openPrivate(db, row)).toEqual({ violent: 'yes', aftermath: 0 });
	});

	test('a sealed part moved to another row does not open', () => {
		const [one, two] = [full(), full()];
		logSession(db, people.ines, one, now);
		logSession(db, people.ines, two, now);
		const [a, b] = [exposureOf(db, people.ines.id, one.id), exposureOf(db, people.ines.id, two.id)];
		if (!a || !b) throw new Error('not stored');
		expect(() => openPrivate(db, { ...a, sealed: b.sealed })).toThrow();
	});

	test('fields that the organisation has turned off are not stored, whatever is sent', () => {
		setFields(db, ['filters']);
		db.insert(partners).values({ id: 'northshire', name: 'Northshire Police' }).run();
		const what = { ...full(), partnerId: 'northshire' };
		logSession(db, people.ines, what, now);
		const row = exposureOf(db, people.ines.id, what.id);
		expect(row).toMatchObject({ material: null, context: null, filters: ['blur'], partnerId: null });
		expect(row && openPrivate(db, row)).toEqual({ violent: null, aftermath: null });
	});

	test('every version is sealed, to one length: that there is something in it does not show', () => {
		const [violent, plain] = [full(), session('2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z')];
		logSession(db, people.ines, violent, now);
		logSession(db, people.ines, plain, now);
		const total = logDayTotal(db, people.ines, { id: crypto.randomUUID(), date: '2026-11-16', minutes: 5, workTypeId: null }, now).id;
		const lengths = [violent.id, plain.id, total].map((each) => exposureOf(db, people.ines.id, each)?.sealed.length);
		expect(new Set(lengths).size).toBe(1);
	});

	describe('violent material', () => {
		const weeks = (ids: string[]) =>
			ids.map((each) =>
				versionsOf(db, people.ines.id, each)
					.map((version) => findingIn(db, version))
					.find((week) => week !== null)
			);
		const violent = (start: string, end: string) => ({ ...full(), ...session(start, end) });

		test('fires once a week, sealed with the session, and leaves no row among the findings', () => {
			const [first, second] = [full(), violent('2026-11-16T10:30:00Z', '2026-11-16T10:40:00Z')];
			const [sunday, late] = [
				violent('2026-11-15T23:50:00Z', '2026-11-16T00:20:00Z'),
				violent('2026-11-14T09:00:00Z', '2026-11-14T09:10:00Z')
			];
			for (const each of [first, second, sunday, late]) logSession(db, people.ines, each, now);
			expect(weeks([first.id, second.id, sunday.id, late.id])).toEqual(['2026-W47', undefined, '2026-W46', undefined]);
			expect(exposureFindings(db)).toEqual([]);
		});

		test('fires no second time where the first session was corrected, moved or taken out since', () => {
			const [moved, again] = [full(), violent('2026-11-16T10:30:00Z', '2026-11-16T10:40:00Z')];
			logSession(db, people.ines, moved, now);
			const form = { formId: crypto.randomUUID(), id: moved.id, version: 1, workTypeId: moved.workTypeId, violent: 'no' as const };
			amend(db, people.ines, { ...form, start: Date.parse('2026-10-01T09:00:00Z'), end: Date.parse('2026-10-01T10:00:00Z') }, now);
			logSession(db, people.ines, again, now);
			voidEntry(db, people.ines, { id: moved.id, version: 2, reason: 'other' }, now);
			const third = violent('2026-11-16T10:41:00Z', '2026-11-16T10:44:00Z');
			logSession(db, people.ines, third, now);
			expect(weeks([moved.id, again.id, third.id])).toEqual(['2026-W47', undefined, undefined]);
		});

		test('is somebody’s own: it fires for Tomas as well', () => {
			const theirs = full();
			logSession(db, people.ines, full(), now);
			logSession(db, people.tomas, theirs, now);
			const row = exposureOf(db, people.tomas.id, theirs.id);
			expect(row && findingIn(db, row)).toBe('2026-W47');
		});
	});
});

describe('a day total', () => {
	const total = (date: string, minutes: number) => ({ id: id(), date, minutes, workTypeId: null });

	test('is stored without times and counts as exposure where no work was chosen', () => {
		const what = total('2026-11-12', 200);
		logDayTotal(db, people.ines, what, now);
		logDayTotal(db, people.ines, what, now);
		expect(versionsOf(db, people.ines.id, what.id)).toMatchObject([
			{ kind: 'day-total', date: '2026-11-12', minutes: 200, start: null, counts: true }
		]);
	});

	test.each([
		['a day to come', '2026-11-17', 60, 'date'],
		['more than a year ago', '2025-11-14', 60, 'date'],
		['no minutes', '2026-11-12', 0, 'minutes'],
		['over 16 hours', '2026-11-12', 961, 'minutes']
	])('%s is refused', (_, date, minutes, field) => {
		expect(refusalOf(() => logDayTotal(db, people.ines, total(date, minutes), now)).fields).toHaveProperty(field);
	});

	test('for a night worker the day that began yesterday at noon is the latest before noon', () => {
		const wen = { ...people.wen, dayStart: '12:00' };
		const morning = at('2026-11-16T06:00:00Z');
		logDayTotal(db, wen, total('2026-11-15', 60), morning);
		expect(refusalOf(() => logDayTotal(db, wen, total('2026-11-16', 60), morning)).fields).toHaveProperty('date');
	});
});

describe('what follows from a session', () => {
	const long = () => session('2026-11-16T01:00:00Z', '2026-11-16T07:30:00Z');

	test('over the day it raises an alert, stored with its finding and the fact', () => {
		logSession(db, people.ines, long(), now);
		expect(exposureAlerts(db)).toMatchObject([{ personId: people.ines.id, reason: 'exposure', state: 'raised' }]);
		expect(exposureFindings(db).map(({ rule }) => rule)).toContain('day-over');
	});

	test('where the alert cannot be stored, neither is the session', () => {
		db.$client.exec(`create trigger refuse before insert on alerts begin select raise(abort, 'no room'); end`);
		const before = db.select().from(clocks).all();
		const what = long();
		expect(() => logSession(db, people.ines, what, now)).toThrow('no room');
		expect(exposureOf(db, people.ines.id, what.id)).toBeNull();
		expect(exposureFindings(db)).toEqual([]);
		expect(db.select().from(alertEvents).all()).toEqual([]);
		expect(db.select().from(clocks).all()).toEqual(before);
	});

	test('a night that crosses midnight is one day for somebody whose day begins at noon, and two for others', () => {
		logSession(db, people.ines, session('2026-11-15T20:00:00Z', '2026-11-16T03:00:00Z'), now);
		expect(exposureAlerts(db)).toEqual([]);
		db.$client.prepare(`update person_versions set day_start = '12:00' where person_id = ?`).run(people.wen.id);
		logSession(db, people.again(people.wen), session('2026-11-15T20:00:00Z', '2026-11-16T03:00:00Z'), now);
		expect(exposureAlerts(db)).toMatchObject([{ personId: people.wen.id, reason: 'exposure' }]);
	});
});

describe('the table itself', () => {
	test('a version never changes, and is superseded once', () => {
		const what = session('2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z');
		logSession(db, people.ines, what, now);
		const run = (sql: string) => () => db.$client.prepare(sql).run();
		expect(run(`update exposures set end_at = end_at - 1`)).toThrow('never changed');
		expect(run(`update exposures set superseded_at = 1, minutes = 5`)).toThrow();
		expect(run(`update exposures set superseded_at = ${now}`)).not.toThrow();
		expect(run(`update exposures set superseded_at = ${now + 1}`)).toThrow('never changed');
	});

	test('one person has at most one running timer', () => {
		startTimer(db, people.ines, { id: id(), workTypeId: work.images }, now);
		const row = runningTimer(db, people.ines.id);
		const copy = `insert into exposures select '${id()}', version, person_id, kind, state, start_at, end_at, date, minutes, counts, work_type_id, partner_id,
			material, context, filters, sealed, void_reason, recorded_at, recorded_by, superseded_at from exposures where id = '${row?.id}'`;
		expect(() => db.$client.prepare(copy).run()).toThrow('UNIQUE');
	});
});
