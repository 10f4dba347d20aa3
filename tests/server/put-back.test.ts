import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { takeDue, type Batch } from '#lib/server/delivery/sending.ts';
import { markFailed, markSent } from '#lib/server/delivery/sent.ts';
import { oldestStuckSince } from '#lib/server/punctuality.ts';
import { chooseHowTold } from '#lib/server/told.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { startWatcher, type Watcher } from '#lib/server/watcher.ts';
import { askFor, DAY, exceed, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
let now: number;
let passed: number;
let watcher: Watcher;
const watch = () => (watcher = startWatcher(db, () => true, () => now, () => passed)); // prettier-ignore
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	openOutbox(db, new Set(['email']), () => {});
	[now, passed] = [monday, 0];
	watch();
});
afterEach(() => watcher.stop());

const chooses = (who: Viewer, quietFrom: string | null = null, quietTo: string | null = null) =>
	chooseHowTold(
		db,
		who,
		{ formId: crypto.randomUUID(), email: 'at-once', chat: null, chatName: null, digestAt: '09:00', quietFrom, quietTo },
		now
	);
const failed = { code: 'ETIMEDOUT', forGood: false };
/** Goes on for so many minutes: to whom a letter went, and after how many of them. Letters about the clock itself do not count. */
function lettersWithin(minutes: number): [string, number][] {
	const sent: [string, number][] = [];
	for (let minute = 1; minute <= minutes; minute++) {
		now += MINUTE;
		passed += MINUTE;
		watcher.look();
		for (let batches: Batch[]; (batches = takeDue(db, now)).length > 0;)
			for (const batch of batches) {
				if (!batch.to.startsWith('ada')) sent.push([batch.to.split('@')[0] ?? '', minute]);
				markSent(db, batch, now);
			}
	}
	return sent;
}
const waiting = () => db.select().from(messages).all().filter(({ state }) => state === 'waiting'); // prettier-ignore

/** To Edda one letter that nobody finished, to Otto one that waits for its next try, to Mara one that waits for a correction. */
function underWay(): void {
	chooses(c.mara);
	askFor(db, c.ines, c.edda, 'welfare', now);
	expect(takeDue(db, now)).toHaveLength(1);
	askFor(db, c.tomas, c.otto, 'welfare', now);
	for (const batch of takeDue(db, now)) markFailed(db, batch, now, failed, 0.9);
	exceed(db, c.ines, now);
	expect(waiting().filter(({ alertId }) => alertId !== null)).toHaveLength(3);
}

it.each([
	['an hour', HOUR],
	['ten minutes', 10 * MINUTE],
	['a year that was wrong', 365 * DAY]
])('a step back by %s: no prompt is lost, none comes twice, none late', (_, back) => {
	underWay();
	now -= back;
	expect(lettersWithin(90).sort()).toEqual([
		['edda', 1],
		// From the look on that noticed it.
		['mara', 16],
		['otto', 1]
	]);
	expect(waiting().filter(({ alertId }) => alertId !== null)).toEqual([]);
	expect(oldestStuckSince(db, now)).toBeNull();
});

it('a step back while nothing ran is seen at the start', () => {
	underWay();
	watcher.look();
	watcher.stop();
	now -= HOUR;
	watch();
	expect(lettersWithin(90)).toHaveLength(3);
});

it('what was put off by a clock that ran a year ahead does not wait for a year', () => {
	chooses(c.edda, '18:00', '19:00');
	askFor(db, c.ines, c.edda, 'welfare', now + 8.1 * HOUR);
	now += 365 * DAY + 8.2 * HOUR;
	takeDue(db, now);
	expect(waiting().every(({ dueAt }) => dueAt > now)).toBe(true);
	watcher.look();
	now -= 365 * DAY;
	expect(lettersWithin(60)).toEqual([['edda', expect.any(Number)]]);
});

it('quiet hours are kept after it', () => {
	chooses(c.edda, '09:30', '12:00');
	askFor(db, c.ines, c.edda, 'welfare', now);
	now -= HOUR;
	expect(lettersWithin(179)).toEqual([]);
	expect(lettersWithin(1)).toEqual([['edda', 1]]);
});

it('its day of trying ends a day after that, not by the clock that was wrong', () => {
	askFor(db, c.tomas, c.otto, 'welfare', now);
	const fails = () => {
		for (const batch of takeDue(db, now)) markFailed(db, batch, now, failed, 0.9);
	};
	fails();
	now -= 365 * DAY;
	for (let halfHour = 0; halfHour <= 48; halfHour++) {
		watcher.look();
		fails();
		now += HOUR / 2;
		passed += HOUR / 2;
	}
	expect(waiting().filter(({ alertId }) => alertId !== null)).toEqual([]);
});
