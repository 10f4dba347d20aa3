import { asc, isNotNull } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { enterAbsence } from '#lib/server/absences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { absences } from '#lib/server/db/schema/people.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { changeDays } from '#lib/server/person-days.ts';
import { nextTurn } from '#lib/server/turns.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { startWatcher, type Watcher } from '#lib/server/watcher.ts';
import { askFor, DAY, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
let watcher: Watcher | undefined;
beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: monday });
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	openOutbox(db, new Set(['email']), () => {});
});
afterEach(() => {
	watcher?.stop();
	watcher = undefined;
	vi.useRealTimers();
});

/** Midnight in London after that Monday. */
const midnight = monday + 14 * HOUR;
const away = (who: Viewer, from: string, to: string) =>
	enterAbsence(db, who, { id: crypto.randomUUID(), personId: who.id, from, to, sure: null }, Date.now());
const told = () =>
	db
		.select({ id: messages.recipientId })
		.from(messages)
		.where(isNotNull(messages.alertId))
		.orderBy(asc(messages.createdAt))
		.all()
		.map(({ id }) => id);
const watch = () => (watcher = startWatcher(db, () => false));

describe('dates away that begin by themselves', () => {
	it('pass an open prompt on at the instant at which they begin, and not before', () => {
		askFor(db, c.ines, c.mara, 'lead');
		away(c.mara, '2026-11-10', '2026-11-11');
		vi.setSystemTime(midnight - 2 * MINUTE - 7000);
		watch();
		vi.advanceTimersByTime(2 * MINUTE + 6999);
		expect(told()).toEqual([c.mara.id]);
		vi.advanceTimersByTime(2);
		expect(told()).toEqual([c.mara.id, c.jonas.id]);
	});

	it('announced in the last minute, they pass it on within half a minute', () => {
		askFor(db, c.ines, c.mara, 'lead');
		vi.setSystemTime(midnight - MINUTE);
		watch();
		vi.advanceTimersByTime(MINUTE - 5000);
		away(c.mara, '2026-11-10', '2026-11-11');
		vi.advanceTimersByTime(35_000);
		expect(told()).toEqual([c.mara.id, c.jonas.id]);
	});

	it('begun at once by another zone, where it is tomorrow already, pass it on in that instant', () => {
		askFor(db, c.ines, c.mara, 'lead');
		away(c.mara, '2026-11-10', '2026-11-11');
		const days = { personId: c.mara.id, dayStart: '00:00', startDate: '2024-01-08' };
		changeDays(db, c.again(c.mara), { ...days, zone: 'Europe/Berlin' }, monday + 3 * HOUR);
		expect(told()).toEqual([c.mara.id]);
		changeDays(db, c.again(c.mara), { ...days, zone: 'Pacific/Auckland' }, monday + 3 * HOUR);
		expect(told()).toEqual([c.mara.id, c.jonas.id]);
	});

	it('begun while nobody watched, they pass it on at the next start', () => {
		askFor(db, c.ines, c.mara, 'lead');
		away(c.mara, '2026-11-10', '2026-11-11');
		vi.setSystemTime(midnight + 5 * HOUR);
		watch();
		expect(told()).toEqual([c.mara.id, c.jonas.id]);
	});

	it('begun and over while the machine stood still for days, they pass it on and back at the first look, once', () => {
		askFor(db, c.ines, c.mara, 'lead');
		away(c.mara, '2026-11-14', '2026-12-24');
		away(c.jonas, '2026-11-20', '2026-11-20');
		vi.setSystemTime(monday + 4 * HOUR);
		watch();
		expect(told()).toEqual([c.mara.id]);
		vi.setSystemTime(monday + 8 * DAY);
		watcher?.look();
		expect(told()).toEqual([c.mara.id, c.jonas.id]);
		watcher?.look();
		vi.advanceTimersByTime(10 * MINUTE);
		expect(told()).toEqual([c.mara.id, c.jonas.id]);
		vi.setSystemTime(monday + 60 * DAY);
		watcher?.look();
		expect(told()).toEqual([c.mara.id, c.jonas.id]);
	});

	it('and are looked for only when some begin: nothing is gone through every half a minute', () => {
		watch();
		askFor(db, c.ines, c.mara, 'lead');
		db.insert(absences).values({ id: 'slipped in', personId: c.mara.id, from: '2026-11-09', to: '2026-11-09', recordedAt: 0 }).run();
		vi.advanceTimersByTime(10 * MINUTE);
		expect(told()).toEqual([c.mara.id]);
	});
});

describe('the next turn', () => {
	it('is when an absence begins, then when it is over, by the clocks and the start of day of whoever is away', () => {
		away(c.mara, '2026-11-10', '2026-11-10');
		expect(nextTurn(db, monday)).toBe(midnight);
		expect(nextTurn(db, midnight)).toBe(midnight + DAY);
		expect(nextTurn(db, midnight + DAY)).toBe(null);
		expect(nextTurn(db, monday - 20 * DAY)).toBe(null);
		expect(nextTurn(db, monday - 20 * DAY, monday)).toBe(midnight);
		expect(nextTurn(db, monday - 20 * DAY, monday + 20 * DAY)).toBe(midnight);
		changeDays(db, system, { personId: c.mara.id, zone: 'Asia/Tokyo', dayStart: '12:00', startDate: '2024-01-08' }, monday);
		expect(nextTurn(db, midnight)).toBe(Date.UTC(2026, 10, 10, 3));
	});

	it('is nobody’s who supervises nobody', () => {
		away(c.ines, '2026-11-10', '2026-11-10');
		expect(nextTurn(db, monday)).toBe(null);
	});
});
