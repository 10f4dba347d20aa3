import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openAlarms } from '#lib/server/alarms.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { erasures, holds, retentionRuns } from '#lib/server/db/schema/keeping.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { alerts, checkIns, exposures } from '#lib/server/db/schema/records.ts';
import { currentDeparture, planDeparture } from '#lib/server/departures.ts';
import { placeHold } from '#lib/server/holds.ts';
import { startKeeper, type Keeper } from '#lib/server/keeper.ts';
import { openPart } from '#lib/server/people-records.ts';
import { compareWithReplay } from '#lib/server/replay/compare.ts';
import { findReport, prepareReport } from '#lib/server/reports.ts';
import { confirmRole, giveRole } from '#lib/server/roles.ts';
import { chooseSharing } from '#lib/server/sharing.ts';
import { findViewer, type Viewer } from '#lib/server/viewer.ts';
import { DAY, exceed, HOUR, monday } from '../support/alerting.ts';
import { cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let keeper: Keeper | undefined;
beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: monday });
	vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
	keeper?.stop();
	keeper = undefined;
	vi.useRealTimers();
	vi.restoreAllMocks();
});

function office() {
	const db = memoryDb();
	return { db, ...cast(db, monday) };
}

const keep = (db: Db, at: number) => {
	vi.setSystemTime(at);
	keeper?.stop();
	keeper = startKeeper(db, () => false);
};
const answer = (db: Db, who: Viewer, answers: number[], now: number) =>
	recordCheckIn(db, who, { id: randomUUID(), instrument: 'pulse', answers }, now);
const nameOf = (db: Db, who: Viewer) => db.select().from(people).where(eq(people.id, who.id)).get()?.name;
const alarmed = (db: Db, admin: Viewer, now: number) =>
	openAlarms(db, admin, now)
		.map(({ title }) => title)
		.filter((title) => title.includes('record'));

/** As it is after an older copy of the database was put back beside the keys of today: everything of Ines is there but her key. */
function putBack() {
	const there = office();
	const { db, hale, edda, ines } = there;
	exceed(db, ines, monday + HOUR);
	chooseSharing(db, ines, { prompt: [edda.id], trends: [edda.id] }, monday + HOUR);
	answer(db, ines, [4, 4, 2, 0], monday + 2 * HOUR);
	placeHold(db, hale, { id: randomUUID(), personId: ines.id, kind: 'claim', until: '2027-11-09' }, monday + 2 * HOUR);
	db.keys.destroyPersonKey(ines.id);
	return there;
}

describe('An older copy of the database that was put back', () => {
	test('is forgotten of whoever was erased since, before the first request: name, sign-in, words, and not the counts', () => {
		const { db, ines, tomas } = putBack();
		answer(db, tomas, [1, 1, 1, 1], monday + 2 * HOUR);
		keep(db, monday + 3 * HOUR);
		expect(nameOf(db, ines)).toBe('Somebody who has left');
		expect(findViewer(db, ines.id)).toBeNull();
		expect(
			db
				.select()
				.from(checkIns)
				.all()
				.map(({ personId }) => personId)
		).toEqual([tomas.id]);
		expect(db.select().from(erasures).all()).toMatchObject([{ personId: ines.id, erasedBy: null, keyDestroyedAt: monday + 3 * HOUR }]);
		expect(db.select().from(holds).all()).toHaveLength(1);
		expect(db.select().from(exposures).where(eq(exposures.personId, ines.id)).all().length).toBeGreaterThan(0);
		expect(currentDeparture(db, ines.id)).toMatchObject({ from: '2026-11-09', closedAt: monday + 3 * HOUR });
		expect(compareWithReplay(db, () => {}).differences).toBe(0);
	});

	test('is forgotten of somebody too who was about to leave, or whose date of leaving has come since', () => {
		for (const from of ['2026-11-10', '2026-12-18']) {
			const { db, ada, ines } = office();
			answer(db, ines, [4, 4, 2, 0], monday + 2 * HOUR);
			planDeparture(db, ada, { id: randomUUID(), personId: ines.id, from }, monday + 2 * HOUR);
			db.keys.destroyPersonKey(ines.id);
			keep(db, monday + 3 * DAY);
			expect(nameOf(db, ines)).toBe('Somebody who has left');
			expect(currentDeparture(db, ines.id)?.closedAt).toBe(monday + 3 * DAY);
			expect(compareWithReplay(db, () => {}).differences).toBe(0);
		}
	});

	test('takes no page down until then: bands and reports leave out what cannot be read', async () => {
		const { db, hale, edda, ines, tomas } = putBack();
		answer(db, tomas, [1, 1, 1, 1], monday + 2 * HOUR);
		const after = Date.UTC(2027, 0, 8, 9);
		expect(openPart(db, edda, { personId: ines.id, part: 'trends', purpose: null }, monday + 3 * HOUR)).toMatchObject({ scales: [] });
		await prepareReport(db, hale, '2026-Q4', after);
		expect(findReport(db, hale, '2026-Q4', after).published).toBeNull();
		expect(() => answer(db, ines, [1, 1, 1, 1], monday + 8 * DAY)).toThrow(expect.objectContaining({ kind: 'not-found' }));
	});
});

/** As where a page of the file is damaged: of one person nothing can be changed. */
const damage = (db: Db, table: string, when: 'update' | 'delete', column: string, id: string) =>
	db.$client.exec(
		`create trigger damaged before ${when} on ${table} when old.${column} = '${id}' begin select raise(abort, 'Ines Calder'); end`
	);
const repair = (db: Db) => db.$client.exec('drop trigger damaged');

describe('What cannot be done for one person', () => {
	test('closes the accounts of all others who leave that day, and is tried again', () => {
		const { db, ada, ines, tomas } = office();
		for (const who of [ines, tomas]) planDeparture(db, ada, { id: randomUUID(), personId: who.id, from: '2026-11-10' }, monday);
		damage(db, 'people', 'update', 'id', ines.id);
		keep(db, monday + DAY);
		expect([findViewer(db, ines.id) === null, findViewer(db, tomas.id) === null]).toEqual([false, true]);
		repair(db);
		vi.advanceTimersByTime(61_000);
		expect(findViewer(db, ines.id)).toBeNull();
	});

	test('takes away what is over of all others, ends the day, and is done on the next', () => {
		const { db, ines, tomas, wen } = office();
		for (const who of [ines, tomas, wen]) answer(db, who, [1, 1, 1, 1], monday);
		const later = monday + 3 * 366 * DAY;
		damage(db, 'check_ins', 'delete', 'person_id', ines.id);
		keep(db, later);
		vi.advanceTimersByTime(1000);
		expect(db.select().from(checkIns).all()).toMatchObject([{ personId: ines.id }]);
		expect(db.select().from(retentionRuns).all()).toMatchObject([{ answers: 2, finishedAt: expect.any(Number) }]);
		repair(db);
		vi.advanceTimersByTime(DAY);
		expect(db.select().from(checkIns).all()).toEqual([]);
	});

	test('raises one alarm that names nobody, and ends it once it is done', () => {
		const { db, ada, ines } = office();
		answer(db, ines, [1, 1, 1, 1], monday);
		damage(db, 'check_ins', 'delete', 'person_id', ines.id);
		const later = monday + 3 * 366 * DAY;
		keep(db, later);
		vi.advanceTimersByTime(DAY + 60_000);
		expect(alarmed(db, ada, Date.now())).toEqual(['The record of somebody could not be kept up']);
		expect(JSON.stringify(vi.mocked(console.error).mock.calls)).not.toMatch(new RegExp(`Calder|${ines.id}`));
		repair(db);
		vi.advanceTimersByTime(DAY + 60_000);
		expect(alarmed(db, ada, Date.now())).toEqual([]);
	});

	test('is said by the alarm until a run went well, also where another process looks in between', () => {
		const { db, ada, ines } = office();
		answer(db, ines, [1, 1, 1, 1], monday);
		const later = monday + 3 * 366 * DAY;
		keep(db, monday + DAY);
		vi.advanceTimersByTime(1000);
		// The other process has seen a day on which all went well, and goes on.
		const other = keeper;
		keeper = undefined;
		damage(db, 'check_ins', 'delete', 'person_id', ines.id);
		keep(db, later);
		vi.advanceTimersByTime(DAY / 2);
		expect(alarmed(db, ada, Date.now())).toEqual(['The record of somebody could not be kept up']);
		repair(db);
		vi.advanceTimersByTime(DAY + 60_000);
		expect(alarmed(db, ada, Date.now())).toEqual([]);
		other?.stop();
	});

	test('of a copy whose only administrator was erased since waits, with the alarm, until there is another one', () => {
		const { db, ada, hale, ines } = office();
		db.keys.destroyPersonKey(ada.id);
		keep(db, monday + HOUR);
		expect([nameOf(db, ada), alarmed(db, ada, monday + HOUR)]).toEqual(['Ada Finch', ['The record of somebody could not be kept up']]);
		const role = { id: randomUUID(), personId: ines.id, role: 'admin', teamId: null } as const;
		giveRole(db, ada, role, monday + HOUR);
		confirmRole(db, hale, role.id, monday + HOUR);
		vi.advanceTimersByTime(61_000);
		expect(nameOf(db, ada)).toBe('Somebody who has left');
		vi.advanceTimersByTime(61_000);
		expect(alarmed(db, findViewer(db, ines.id) ?? ines, Date.now())).toEqual([]);
	});

	test('of whoever was erased keeps nobody else’s key from being destroyed', () => {
		const { db, ines, tomas } = office();
		for (const who of [ines, tomas]) db.keys.destroyPersonKey(who.id);
		damage(db, 'people', 'update', 'id', ines.id);
		keep(db, monday + HOUR);
		expect([nameOf(db, ines), nameOf(db, tomas)]).toEqual(['Ines Calder', 'Somebody who has left']);
		expect(db.select().from(alerts).all()).toEqual([]);
	});
});
