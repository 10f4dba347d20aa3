import { beforeEach, describe, expect, test } from 'vitest';
import { acknowledge } from '#lib/server/alert-steps.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { amend, amendTyped, voidEntry } from '#lib/server/exposure-corrections.ts';
import { entryFor } from '#lib/server/exposure-entry.ts';
import { exposureOf, versionsOf } from '#lib/server/exposure-rows.ts';
import { openPrivate } from '#lib/server/exposure-versions.ts';
import { logDayTotal, logSession } from '#lib/server/exposures.ts';
import { compareWithReplay } from '#lib/server/replay/compare.ts';
import { storedFacts } from '#lib/server/stored-facts.ts';
import { startTimer } from '#lib/server/timers.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { exposureAlerts, refusalOf, workIds } from '../support/exposure.ts';

const at = (text: string) => Date.parse(text);
const now = at('2026-11-16T12:00:00Z');
const later = now + 60_000;
const nine = at('2026-11-16T09:00:00Z');
const ten = at('2026-11-16T10:00:00Z');

let db: Db;
let people: Cast;
let work: ReturnType<typeof workIds>;
let logged: string;
const id = () => crypto.randomUUID();

beforeEach(() => {
	db = memoryDb();
	people = cast(db, at('2026-11-02T06:00:00Z'));
	work = workIds(db);
	logged = id();
	logSession(db, people.ines, { id: logged, start: nine, end: ten, workTypeId: work.images, violent: 'no', aftermath: 3 }, now);
});

const change = (more = {}) => ({ formId: id(), id: logged, version: 1, workTypeId: work.images, ...more });

describe('amending', () => {
	test('adds a version and keeps the one before, sealed parts and all', () => {
		expect(amend(db, people.ines, change({ end: ten - 60_000, violent: 'yes' }), later)).toEqual({ id: logged });
		const [first, second] = versionsOf(db, people.ines.id, logged);
		expect(first).toMatchObject({ version: 1, end: ten, supersededAt: later });
		expect(second).toMatchObject({ version: 2, end: ten - 60_000, recordedAt: later, recordedBy: people.ines.id, supersededAt: null });
		expect(first && openPrivate(db, first)).toEqual({ violent: 'no', aftermath: 3 });
		expect(second && openPrivate(db, second)).toEqual({ violent: 'yes', aftermath: null });
	});

	test('the same form twice amends once', () => {
		const form = change({ end: ten - 60_000 });
		amend(db, people.ines, form, later);
		expect(amend(db, people.ines, form, later + 1_000)).toEqual({ id: logged });
		expect(versionsOf(db, people.ines.id, logged)).toHaveLength(2);
	});

	test('what was changed meanwhile is not overwritten', () => {
		amend(db, people.ines, change({ end: ten - 60_000 }), later);
		expect(refusalOf(() => amend(db, people.ines, change({ end: ten - 120_000 }), later + 1_000)).kind).toBe('conflict');
	});

	test('another person’s entry is not found, by colleague, lead or admin', () => {
		for (const who of [people.tomas, people.mara, people.edda, people.ada]) {
			expect(refusalOf(() => amend(db, who, change(), later)).kind).toBe('not-found');
			expect(refusalOf(() => voidEntry(db, who, { id: logged, version: 1, reason: 'twice' }, later)).kind).toBe('not-found');
		}
		expect(refusalOf(() => amend(db, people.ines, change({ id: id() }), later)).kind).toBe('not-found');
	});

	test.each([
		['an end before the start', { end: nine - 1 }, 'end'],
		['over 16 hours', { start: ten - 16 * 3_600_000 - 1 }, 'end'],
		['an end in the future', { end: later + 60_000 }, 'end']
	])('%s is refused, and the entry stays', (_, times, field) => {
		expect(refusalOf(() => amend(db, people.ines, change(times), later)).fields).toHaveProperty(field);
		expect(versionsOf(db, people.ines.id, logged)).toHaveLength(1);
	});

	test('a running timer has to be stopped first', () => {
		const timer = startTimer(db, people.ines, { id: id(), workTypeId: work.images }, later).id;
		expect(refusalOf(() => amend(db, people.ines, change({ id: timer }), later + 1)).kind).toBe('conflict');
		expect(refusalOf(() => voidEntry(db, people.ines, { id: timer, version: 1, reason: 'twice' }, later + 1)).kind).toBe('conflict');
	});

	test('a retired kind of work may stay, but not be chosen', () => {
		db.$client.prepare('update work_types set retired_at = 1 where id = ?').run(work.images);
		expect(amend(db, people.ines, change({ end: ten - 60_000 }), later)).toEqual({ id: logged });
		expect(refusalOf(() => amend(db, people.ines, change({ version: 2, workTypeId: work.retired }), later)).fields).toHaveProperty(
			'workTypeId'
		);
	});

	test('to work that does not count: the old entry is out, a new one stands beside the count', () => {
		const form = change({ workTypeId: work.none });
		const { id: anew } = amend(db, people.ines, form, later);
		expect(anew).toBe(form.formId);
		expect(amend(db, people.ines, form, later + 1_000)).toEqual({ id: anew });
		expect(exposureOf(db, people.ines.id, logged)).toMatchObject({ state: 'void', voidReason: 'not-exposure', counts: true });
		expect(exposureOf(db, people.ines.id, anew)).toMatchObject({ state: 'ended', counts: false, start: nine, end: ten });
	});

	test('times as typed keep the seconds that the clock does not show', () => {
		const odd = id();
		logSession(db, people.ines, { id: odd, start: nine + 17_000, end: ten + 23_000, workTypeId: work.images }, now);
		const typed = { formId: id(), id: odd, version: 1, workTypeId: work.images, date: '2026-11-16', start: '09:00', end: '10:05' };
		amendTyped(db, people.ines, typed, later);
		expect(exposureOf(db, people.ines.id, odd)).toMatchObject({ start: nine + 17_000, end: ten + 300_000 });
	});
});

describe('another sum or another day for a day total', () => {
	const before = { date: '2026-11-13', minutes: 420 };
	let total: string;
	const to = (version: number, more: { date?: string; minutes?: number }, when: number) =>
		amend(db, people.ines, { formId: id(), id: total, version, workTypeId: null, ...more }, when);
	const events = () => db.$client.prepare('select event from alert_events where event is not null order by at').pluck().all();

	beforeEach(() => {
		total = id();
		logDayTotal(db, people.ines, { id: total, ...before, workTypeId: null }, now);
		acknowledge(db, people.mara, { id: id(), alertId: exposureAlerts(db)[0]?.id ?? '' }, now + 1_000);
	});

	test('is a new version, with the one before kept', () => {
		expect(to(1, { minutes: 415 }, later)).toEqual({ id: total });
		expect(versionsOf(db, people.ines.id, total)).toMatchObject([
			{ version: 1, state: 'ended', ...before, supersededAt: later },
			{ version: 2, state: 'ended', ...before, minutes: 415, supersededAt: null }
		]);
	});

	test('is told in the entry’s history, with the days where it moved', () => {
		to(1, { minutes: 415 }, later);
		to(2, { date: '2026-11-12' }, later + 1);
		expect(entryFor(db, people.ines, total, later + 2).versions.map(({ words }) => words)).toEqual([
			'Day total of 6 h 55 on Friday 13 November changed to Day total of 6 h 55 on Thursday 12 November',
			'Day total of 7 h changed to Day total of 6 h 55',
			'Logged: Day total of 7 h, Several kinds of work'
		]);
	});

	test('leaves the alert as far as it has come where it is still over, however often', () => {
		const [alert] = exposureAlerts(db);
		expect(alert).toMatchObject({ state: 'acknowledged' });
		[415, 410, 500, 361].forEach((minutes, nth) => to(nth + 1, { minutes }, later + nth * 6 * 3_600_000));
		expect(exposureAlerts(db)).toMatchObject([{ id: alert?.id, enteredAt: alert?.enteredAt }]);
		expect(exposureAlerts(db)[0]?.level).toBe(alert?.level);
		expect(events()).not.toContain('corrected');
		expect(compareWithReplay(db, () => undefined).differences).toBe(0);
	});

	test.each([
		['no more minutes than there may be', { minutes: 360 }],
		['another day, and not too many there', { date: '2026-11-10', minutes: 300 }]
	])('closes it with %s', (_, more) => {
		to(1, more, later);
		expect(exposureAlerts(db)).toMatchObject([{ state: 'corrected' }]);
		expect(compareWithReplay(db, () => undefined).differences).toBe(0);
	});

	test('keeps it with as much on another day, which is found there', () => {
		to(1, { date: '2026-11-11' }, later);
		expect(exposureAlerts(db)).toMatchObject([{ state: 'acknowledged' }]);
		expect(compareWithReplay(db, () => undefined).differences).toBe(0);
	});

	test('of a day long ago is taken, and of one that does not count is no fact', () => {
		const none = id();
		logDayTotal(db, people.ines, { id: none, ...before, workTypeId: work.none }, later);
		amend(db, people.ines, { formId: id(), id: none, version: 1, workTypeId: work.none, minutes: 5 }, later + 1);
		const old = amend(db, people.ines, { formId: id(), id: total, version: 1, workTypeId: null, minutes: 400 }, now + 200 * 86_400_000);
		expect(exposureOf(db, people.ines.id, old.id)).toMatchObject({ id: total, minutes: 400 });
		expect([...storedFacts(db)].filter(({ type }) => type === 'day-total-corrected')).toMatchObject([{ id: total, minutes: 400 }]);
		expect(compareWithReplay(db, () => undefined).differences).toBe(0);
	});
});

describe('another kind of work for a day total', () => {
	const total = { date: '2026-11-14', minutes: 400 };
	const kept = (more = {}) => ({ formId: id(), id: logged, version: 1, workTypeId: work.urls, ...total, ...more });

	beforeEach(() => {
		logged = id();
		logDayTotal(db, people.ines, { id: logged, ...total, workTypeId: null }, now);
	});

	test('with date and minutes as they were is a new version, and no fact: what followed stays as it is', () => {
		acknowledge(db, people.mara, { id: id(), alertId: exposureAlerts(db)[0]?.id ?? '' }, now + 1_000);
		const form = kept();
		expect(amend(db, people.ines, form, later)).toEqual({ id: logged });
		expect(amend(db, people.ines, form, later + 1)).toEqual({ id: logged });
		expect(versionsOf(db, people.ines.id, logged)).toMatchObject([
			{ state: 'ended', workTypeId: null, ...total },
			{ state: 'ended', workTypeId: work.urls, ...total, counts: true }
		]);
		expect(exposureAlerts(db)).toMatchObject([{ state: 'acknowledged' }]);
		expect(compareWithReplay(db, () => undefined).differences).toBe(0);
	});

	test('is possible however long ago it was', () => {
		const muchLater = now + 500 * 86_400_000;
		expect(amend(db, people.ines, kept(), muchLater)).toEqual({ id: logged });
		expect(refusalOf(() => amend(db, people.ines, kept({ version: 2, minutes: 300 }), muchLater)).fields).toHaveProperty('date');
	});

	test('that does not count takes it out', () => {
		const { id: anew } = amend(db, people.ines, kept({ workTypeId: work.none }), later);
		expect(exposureOf(db, people.ines.id, logged)).toMatchObject({ state: 'void', voidReason: 'not-exposure' });
		expect(exposureOf(db, people.ines.id, anew)).toMatchObject({ counts: false, ...total });
	});
});

describe('taking out of the count', () => {
	test('keeps the entry, with the reason; a second time changes nothing', () => {
		const form = { id: logged, version: 1, reason: 'by-mistake' } as const;
		voidEntry(db, people.ines, form, later);
		voidEntry(db, people.ines, form, later + 1_000);
		expect(versionsOf(db, people.ines.id, logged)).toMatchObject([
			{ state: 'ended' },
			{ state: 'void', voidReason: 'by-mistake', start: nine, end: ten }
		]);
		expect(refusalOf(() => amend(db, people.ines, change({ version: 2 }), later)).kind).toBe('conflict');
	});

	test('of a day over its limit closes the alert that it raised', () => {
		const long = id();
		logSession(
			db,
			people.ines,
			{ id: long, start: at('2026-11-15T01:00:00Z'), end: at('2026-11-15T08:00:00Z'), workTypeId: work.images },
			now + 1_000
		);
		expect(exposureAlerts(db)).toMatchObject([{ reason: 'exposure', state: 'raised' }]);
		voidEntry(db, people.ines, { id: long, version: 1, reason: 'twice' }, later);
		expect(exposureAlerts(db)).toMatchObject([{ reason: 'exposure', state: 'corrected' }]);
	});

	test('of an entry from months ago works as well', () => {
		const old = id();
		logSession(
			db,
			people.ines,
			{ id: old, start: at('2026-04-01T09:00:00Z'), end: at('2026-04-01T10:00:00Z'), workTypeId: work.images },
			now + 1_000
		);
		amend(db, people.ines, { formId: id(), id: old, version: 1, workTypeId: work.images, end: at('2026-04-01T09:30:00Z') }, later);
		voidEntry(db, people.ines, { id: old, version: 2, reason: 'other' }, later + 1_000);
		expect(exposureOf(db, people.ines.id, old)?.state).toBe('void');
	});
});
