import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { invite } from '#lib/server/accounts.ts';
import { absencesOf } from '#lib/server/absences.ts';
import { feedUnder } from '#lib/server/calendar-feeds.ts';
import { makeFeed } from '#lib/server/calendar-links.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { auditEntries } from '#lib/server/db/schema/audit.ts';
import { invitations, people } from '#lib/server/db/schema/people.ts';
import { alerts } from '#lib/server/db/schema/records.ts';
import { departureOf } from '#lib/server/departure-lists.ts';
import {
	cancelDeparture,
	closeLeftAccounts,
	comeBackToAccount,
	currentDeparture,
	nextDepartureAt,
	planDeparture
} from '#lib/server/departures.ts';
import { findViewer } from '#lib/server/viewer.ts';
import { compareWithReplay } from '#lib/server/replay/compare.ts';
import { DAY, HOUR, monday } from '../support/alerting.ts';
import { cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

function office() {
	const db = memoryDb();
	return { db, ...cast(db, monday) };
}

const leaves = (personId: string, from: string) => ({ id: randomUUID(), personId, from });

describe('Somebody who leaves', () => {
	test('keeps access until the date has come, and loses it as it begins', () => {
		const { db, ada, ines } = office();
		planDeparture(db, ada, leaves(ines.id, '2026-11-13'), monday);
		expect(closeLeftAccounts(db, monday + DAY)).toEqual({ done: 0, failed: 0 });
		expect(findViewer(db, ines.id)).not.toBeNull();
		const at = nextDepartureAt(db, monday) ?? 0;
		expect(new Date(at).toISOString()).toBe('2026-11-13T00:00:00.000Z');
		expect(closeLeftAccounts(db, at - 1)).toEqual({ done: 0, failed: 0 });
		expect(closeLeftAccounts(db, at)).toEqual({ done: 1, failed: 0 });
		expect(findViewer(db, ines.id)).toBeNull();
		expect(closeLeftAccounts(db, at)).toEqual({ done: 0, failed: 0 });
		expect(departureOf(db, ada, ines.id, at)).toMatchObject({ gone: true, kept: 'Saturday 13 November 2032' });
	});

	test('loses it at once where the date has come, with link, invitation and calendar', () => {
		const { db, ada, mara } = office();
		const token = makeFeed(db, mara, monday);
		invite(db, ada, mara.id, monday);
		planDeparture(db, ada, leaves(mara.id, '2026-11-09'), monday + HOUR);
		expect(findViewer(db, mara.id)).toBeNull();
		expect(feedUnder(db, token, '/', monday + HOUR)).toBeNull();
		const ended = db.select().from(auditEntries).where(eq(auditEntries.action, 'account.calendar-link-ended')).all();
		expect(ended).toMatchObject([{ actorId: ada.id, subjectId: mara.id }]);
		expect(db.select().from(invitations).where(eq(invitations.personId, mara.id)).get()?.revokedAt).toBe(monday + HOUR);
	});

	test('is away for the rules: nobody is asked to speak with somebody who is not there', () => {
		const { db, ada, ines } = office();
		planDeparture(db, ada, leaves(ines.id, '2026-11-09'), monday + HOUR);
		for (let day = 1; day < 120; day++) catchUp(db, ines.id, monday + day * DAY);
		expect(db.select().from(alerts).where(eq(alerts.personId, ines.id)).all()).toEqual([]);
		expect(compareWithReplay(db, () => {}).differences).toBe(0);
	});

	test('comes back to the account, with the roles it had and without the time away', () => {
		const { db, ada, ines, again } = office();
		planDeparture(db, ada, leaves(ines.id, '2026-11-09'), monday + HOUR);
		comeBackToAccount(db, ada, ines.id, monday + 40 * DAY);
		expect(again(ines).roles).toEqual(ines.roles);
		expect(absencesOf(db, ines.id).map(({ from, to }) => `${from} ${to}`)).toEqual(['2026-11-09 2026-12-18']);
		expect(currentDeparture(db, ines.id)).toBeUndefined();
		expect(compareWithReplay(db, () => {}).differences).toBe(0);
	});

	test('is away for no day longer where the date of leaving was corrected after it had come', () => {
		const { db, ada, ines } = office();
		planDeparture(db, ada, leaves(ines.id, '2026-11-09'), monday + HOUR);
		planDeparture(db, ada, leaves(ines.id, '2026-11-06'), monday + 4 * DAY);
		planDeparture(db, ada, leaves(ines.id, '2026-11-13'), monday + 5 * DAY);
		expect(absencesOf(db, ines.id)).toHaveLength(1);
		comeBackToAccount(db, ada, ines.id, monday + 40 * DAY);
		expect(absencesOf(db, ines.id).map(({ from, to }) => `${from} ${to}`)).toEqual(['2026-11-09 2026-12-18']);
		expect(compareWithReplay(db, () => {}).differences).toBe(0);
	});

	test('stays after all where that is taken back in time', () => {
		const { db, ada, ines } = office();
		planDeparture(db, ada, leaves(ines.id, '2026-11-13'), monday);
		cancelDeparture(db, ada, { personId: ines.id }, monday + HOUR);
		expect(closeLeftAccounts(db, monday + 30 * DAY)).toEqual({ done: 0, failed: 0 });
		planDeparture(db, ada, leaves(ines.id, '2026-11-09'), monday + HOUR);
		expect(() => cancelDeparture(db, ada, { personId: ines.id }, monday + HOUR)).toThrow('left already');
	});

	test('is said once where the form is sent twice, and another date counts in place of the first', () => {
		const { db, ada, ines } = office();
		const form = leaves(ines.id, '2026-11-13');
		planDeparture(db, ada, form, monday);
		planDeparture(db, ada, form, monday + 1);
		planDeparture(db, ada, leaves(ines.id, '2026-11-16'), monday + 2);
		expect(currentDeparture(db, ines.id)).toMatchObject({ from: '2026-11-16' });
	});

	test('is not the only administrator', () => {
		const { db, ada } = office();
		expect(() => planDeparture(db, ada, leaves(ada.id, '2026-11-13'), monday)).toThrow('only administrator');
	});

	test('where they have become the only administrator meanwhile, stays until there is another', () => {
		const { db, ada, bea } = office();
		db.$client
			.prepare('insert into roles (id, person_id, role, proposed_at, confirmed_at) values (?, ?, ?, 0, 0)')
			.run('r', bea.id, 'admin');
		planDeparture(db, ada, leaves(ada.id, '2026-11-13'), monday);
		db.update(people).set({ disabledAt: monday }).where(eq(people.id, bea.id)).run();
		expect(closeLeftAccounts(db, monday + 30 * DAY)).toEqual({ done: 0, failed: 0 });
		db.update(people).set({ disabledAt: null }).where(eq(people.id, bea.id)).run();
		expect(closeLeftAccounts(db, monday + 30 * DAY)).toEqual({ done: 1, failed: 0 });
	});

	test('only an administrator says so, for a sensible date', () => {
		const { db, ada, mara, ines } = office();
		expect(() => planDeparture(db, mara, leaves(ines.id, '2026-11-13'), monday)).toThrow('Only an administrator');
		expect(() => planDeparture(db, ada, leaves(ines.id, '2062-11-13'), monday)).toThrow('check the year');
		expect(() => planDeparture(db, ada, leaves(ines.id, '2016-11-13'), monday)).toThrow('check the year');
		expect(() => planDeparture(db, ada, leaves('nobody', '2026-11-13'), monday)).toThrow('nothing here');
	});
});
