import { beforeEach, describe, expect, it } from 'vitest';
import { acknowledge, offer } from '#lib/server/alert-steps.ts';
import { auditPage, ownAudit, type AuditFilter } from '#lib/server/audit-pages.ts';
import { personWith } from '#lib/server/auth/credentials.ts';
import { signIn, signOut } from '#lib/server/auth/session.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { disablePerson, renamePerson } from '#lib/server/people.ts';
import { giveRole } from '#lib/server/roles.ts';
import { chooseSharing, exclude, includeAgain } from '#lib/server/sharing.ts';
import { answerOffer } from '#lib/server/support.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, DAY, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

let db: Db;
let c: Cast;
const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 8 * DAY);
});

const uuid = () => crypto.randomUUID();
const page = (filter: Partial<AuditFilter> = {}, now = monday + HOUR, viewer = c.ada) =>
	auditPage(db, viewer, { area: null, from: null, to: null, page: 0, ...filter }, now);
const said = (filter: Partial<AuditFilter> = {}) =>
	page(filter).lines.map(({ who, what, about }) => [who, what, about].filter((text) => text !== '').join(' | '));

describe('the page of the audit trail', () => {
	it('is for administrators alone', () => {
		for (const who of [c.hale, c.mara, c.edda, c.ines]) expect(() => page({}, monday, who)).toThrow('Only an administrator');
	});

	it('says newest first who did what to whom, by the names of today', () => {
		giveRole(db, c.ada, { id: uuid(), personId: c.ines.id, role: 'peer', teamId: c.harbour }, monday);
		disablePerson(db, c.ada, c.sol.id, monday + 1);
		renamePerson(db, c.ada, { personId: c.ines.id, name: 'Ines Ruiz' }, monday + 2);
		expect(page().lines.slice(0, 3)).toEqual([
			{ when: 'today, 10:00', who: 'Ada Finch', what: 'Name changed', about: 'Ines Ruiz' },
			{ when: 'today, 10:00', who: 'Ada Finch', what: 'Account disabled', about: 'Sol Marsh' },
			{ when: 'today, 10:00', who: 'Ada Finch', what: 'Role given', about: 'Ines Ruiz · Peer supporter · Harbour' }
		]);
	});

	it('shows an area, dates of the viewer’s own zone, and one page after the other', async () => {
		for (let n = 0; n < 60; n++) await signIn(db, c.tomas.id, monday - DAY + n * MINUTE, limits);
		expect(page({ area: 'sign-in' }).lines).toHaveLength(50);
		expect(page({ area: 'sign-in' }).older).toBe(true);
		expect(page({ area: 'sign-in', page: 1 }).lines).toHaveLength(10);
		expect(page({ area: 'sign-in', page: 1 }).older).toBe(false);
		expect(page({ area: 'sign-in', page: 9 }).lines).toEqual([]);
		expect(page({ from: '2026-11-08', to: '2026-11-08' }).lines).toHaveLength(50);
		expect(page({ from: '2026-11-09' }).lines).toEqual([]);
		expect(page({ to: '2026-10-31' }).lines).toEqual([]);
		expect(said({ to: '2026-11-01' })).toContain('Breakwater | Role given | Mara Voss · Lead · Harbour');
	});

	it('says nothing of prompts, sharing or exclusions but how many there were in weeks that are over', async () => {
		const before = JSON.stringify(page());
		askFor(db, c.ines, c.mara, 'lead');
		const { id: alertId } = alertOf(db, c.ines);
		acknowledge(db, c.mara, { id: uuid(), alertId }, monday + MINUTE);
		offer(db, c.mara, { id: uuid(), alertId, items: ['talk'], manner: null }, monday + 2 * MINUTE);
		answerOffer(db, c.ines, { id: uuid(), alertId, answer: 'accepted' }, monday + 3 * MINUTE);
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, monday + 4 * MINUTE);
		exclude(db, c.ines, { personId: c.jonas.id }, monday + 5 * MINUTE);
		includeAgain(db, c.ines, { personId: c.jonas.id }, monday + 6 * MINUTE);
		expect(JSON.stringify(page())).toBe(before);
		const weeks = ['9 Nov', '2 Nov', '26 Oct', '19 Oct'];
		expect(page({}, monday + 7 * DAY).counted).toEqual(weeks.map((week) => ({ week, entries: null })));
		for (let n = 0; n < 3; n++) chooseSharing(db, c.ines, { prompt: n % 2 ? [c.edda.id] : [], trends: [] }, monday + 7 * MINUTE + n);
		expect(page({}, monday + 7 * DAY).counted[0]).toEqual({ week: '9 Nov', entries: 10 });
		expect(JSON.stringify(page())).toBe(before);
	});

	it('holds no id and no number of an entry: they would count what lies in between', async () => {
		await signIn(db, c.ines.id, monday, limits);
		const ids = /[0-9a-f]{8}-[0-9a-f]{4}|"(seq|id|mac|at)":\d/;
		expect(JSON.stringify(page())).not.toMatch(ids);
		expect(JSON.stringify(ownAudit(db, c.ines, monday))).not.toMatch(ids);
	});

	it('names somebody unknown, and who is no longer here, without a name', async () => {
		await personWith(db, { email: 'nobody@example.org', password: 'x', address: 'x' }, monday).catch(() => {});
		db.$client.exec(`drop trigger audit_entries_no_update; update audit_entries set actor_id = 'long-gone' where seq = 1`);
		expect(said()[0]).toBe('Somebody | A sign-in failed');
		expect(said().some((line) => line.startsWith('Somebody who is no longer here'))).toBe(true);
	});
});

describe('what somebody reads of their own account', () => {
	const own = (who: Viewer, now = monday + HOUR) => ownAudit(db, who, now).map(({ who, what, about }) => `${who}: ${what} ${about}`.trim());

	it('is who signed in, who gave which role, and their own choices', async () => {
		const { id } = await signIn(db, c.ines.id, monday, limits);
		signOut(db, id, monday + 1);
		await personWith(db, { email: 'ines@example.org', password: 'wrong', address: 'x' }, monday + 2).catch(() => {});
		giveRole(db, c.ada, { id: uuid(), personId: c.ines.id, role: 'peer', teamId: c.harbour }, monday + 3);
		exclude(db, c.ines, { personId: c.jonas.id }, monday + 4);
		expect(own(c.ines).slice(0, 5)).toEqual([
			'You: Changed who may see what',
			'Ada Finch: Role given Peer supporter · Harbour',
			'Somebody: A sign-in failed',
			'You: Signed out',
			'You: Signed in'
		]);
	});

	it('is nothing of anybody else, nor of what they did to others', async () => {
		await signIn(db, c.ines.id, monday, limits);
		const before = own(c.ada);
		giveRole(db, c.ada, { id: uuid(), personId: c.ines.id, role: 'peer', teamId: c.harbour }, monday + 3);
		exclude(db, c.ines, { personId: c.jonas.id }, monday + 4);
		expect(own(c.ada)).toEqual(before);
		expect(own(c.jonas).some((line) => line.includes('Changed who'))).toBe(false);
	});

	it('is the newest hundred', async () => {
		for (let n = 0; n < 120; n++) await signIn(db, c.ines.id, monday + n, limits);
		expect(own(c.ines)).toHaveLength(100);
	});
});
