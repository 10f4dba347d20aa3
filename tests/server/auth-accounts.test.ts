import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { acceptInvitation, findInvitation, invite, setUp } from '#lib/server/accounts.ts';
import { personWith } from '#lib/server/auth/credentials.ts';
import { readSession, signIn } from '#lib/server/auth/session.ts';
import { closeSetup, openSetup, opensSetup } from '#lib/server/auth/setup-link.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { employers, organisation, policies, workTypes } from '#lib/server/db/schema/organisation.ts';
import { invitations, people, personVersions, roles } from '#lib/server/db/schema/people.ts';
import { clocks } from '#lib/server/db/schema/records.ts';
import { createPerson } from '#lib/server/people.ts';
import { Refusal } from '#lib/server/refusal.ts';
import { findViewer, system, type Viewer } from '#lib/server/viewer.ts';
import { memoryDb } from '../support/database.ts';

const day = 86_400_000;
const start = Date.parse('2026-03-02T09:00:00Z');
const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };
const password = 'velvet otter counts';
const first = { organisation: 'Seawall', zone: 'Europe/Dublin', name: 'Ada Finch', email: 'ada@example.org', password };
const joining = { password, zone: 'Europe/Dublin', dayStart: '00:00' };

let db: Db;
let ada: Viewer;
let employerId: string;

beforeEach(async () => {
	db = memoryDb();
	const id = await setUp(db, first, start);
	ada = viewer(id);
	employerId = ada.employerId;
});

function viewer(id: string): Viewer {
	const found = findViewer(db, id);
	if (!found) throw new Error('nobody');
	return found;
}

const account = (name: string, email: string) => ({
	name,
	email,
	employerId,
	zone: 'Europe/Dublin',
	dayStart: '00:00',
	startDate: '2026-03-02'
});
const newPerson = (name = 'Ines Calder', email = 'ines@example.org') => createPerson(db, ada, account(name, email), start);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function kindOf(act: () => unknown): string {
	try {
		act();
		return 'done';
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return error.kind;
	}
}

describe('setting up', () => {
	test('makes the organisation with its own employer, all optional fields, help lines, work types and a first policy', () => {
		const row = db.select().from(organisation).get();
		expect(row).toMatchObject({ name: 'Seawall', zone: 'Europe/Dublin', createdAt: start, sample: false });
		expect(row?.fields).toEqual(['material', 'context', 'violent', 'filters', 'aftermath', 'partner']);
		expect(row?.helpLines.map((line) => line.detail)).toEqual(['999', '111, option 2', '116 123', 'Text SHOUT to 85258']);
		expect(db.select().from(employers).all()).toEqual([{ id: row?.employerId, name: 'Seawall', createdAt: start }]);
		expect(db.select().from(workTypes).all()).toHaveLength(14);
		expect(
			db
				.select()
				.from(workTypes)
				.where(eq(workTypes.counts, 'no'))
				.all()
				.map((type) => type.name)
		).toEqual(['Non-exposure work']);
		expect(db.select().from(policies).all()).toMatchObject([
			{ teamId: null, patch: { calendar: { zone: 'Europe/Dublin' } }, recordedAt: start }
		]);
	});

	test('makes the first administrator, whose role needs no second person', async () => {
		expect(ada).toMatchObject({
			name: 'Ada Finch',
			zone: 'Europe/Dublin',
			dayStart: '00:00',
			homeTeam: null,
			roles: [{ role: 'admin', teamId: null }]
		});
		expect(db.select().from(roles).all()).toMatchObject([
			{ personId: ada.id, proposedBy: ada.id, confirmedBy: ada.id, confirmedAt: start }
		]);
		expect(db.select().from(people).get()).toMatchObject({ joinedAt: start });
		expect(await personWith(db, { email: 'ada@example.org', password, address: 'a' }, start)).toBe(ada.id);
	});

	test('works once', async () => {
		await expect(setUp(db, { ...first, email: 'other@example.org' }, start)).rejects.toMatchObject({ kind: 'conflict' });
		expect(db.select().from(people).all()).toHaveLength(1);
	});

	test.each([
		['a short password', { password: 'short' }],
		['a common one', { password: 'password1234' }],
		['the organisation’s name in it', { password: 'seawall otters 12' }],
		['their own name in it', { password: 'otters for finch' }]
	])('refuses %s, and stores nothing', async (_, change) => {
		const empty = memoryDb();
		await expect(setUp(empty, { ...first, ...change }, start)).rejects.toMatchObject({
			kind: 'invalid',
			fields: { password: expect.any(String) as string }
		});
		expect([empty.select().from(organisation).all(), empty.select().from(people).all()]).toEqual([[], []]);
	});

	test('is opened by the token of this start alone, and by none afterwards', () => {
		const token = openSetup();
		expect([openSetup() === token, token.length]).toEqual([true, 43]);
		expect([opensSetup(token), opensSetup(''), opensSetup(`${token}x`), opensSetup(token.toLowerCase())]).toEqual([
			true,
			false,
			false,
			false
		]);
		closeSetup();
		expect(opensSetup(token)).toBe(false);
	});
});

describe('making an account', () => {
	test('writes the person, the first version of what decides their days, and their clock', () => {
		const id = newPerson();
		expect(db.select().from(people).where(eq(people.id, id)).get()).toMatchObject({
			name: 'Ines Calder',
			passwordHash: null,
			joinedAt: null,
			createdAt: start
		});
		expect(db.select().from(personVersions).where(eq(personVersions.personId, id)).all()).toEqual([
			{ personId: id, version: 1, zone: 'Europe/Dublin', dayStart: '00:00', startDate: '2026-03-02', recordedAt: start, recordedBy: ada.id }
		]);
		expect(db.select().from(clocks).where(eq(clocks.personId, id)).get()).toMatchObject({
			firstFactAt: null,
			lastFactAt: start,
			nextDueAt: null
		});
	});

	test('is refused for an e-mail that has one, however it is written', () => {
		newPerson();
		for (const email of ['ines@example.org', ' INES@example.org ', 'ｉnes@example.org'])
			expect(kindOf(() => newPerson('Other', email))).toBe('invalid');
	});

	test('is refused for an unknown employer, and for anybody but an admin', () => {
		expect(kindOf(() => createPerson(db, ada, { ...account('Tom', 'tom@example.org'), employerId: 'x' }, start))).toBe('invalid');
		const ines = viewer(newPerson());
		expect(kindOf(() => createPerson(db, ines, account('Tom', 'tom@example.org'), start))).toBe('not-allowed');
	});
});

describe('an invitation', () => {
	test('is stored as the SHA-256 of its token, and the token is nowhere in the database', () => {
		const token = invite(db, ada, newPerson(), start);
		expect(db.select().from(invitations).all()).toMatchObject([
			{ tokenHash: sha256(token), createdBy: ada.id, createdAt: start, expiresAt: start + 7 * day }
		]);
		expect(Buffer.from(db.$client.serialize()).includes(token)).toBe(false);
	});

	test('says whom it is for', () => {
		const id = newPerson();
		const token = invite(db, ada, id, start);
		expect(findInvitation(db, token, start)).toMatchObject({
			personId: id,
			name: 'Ines Calder',
			email: 'ines@example.org',
			joined: false,
			zone: 'Europe/Dublin'
		});
		expect([findInvitation(db, '', start), findInvitation(db, sha256(token), start), findInvitation(db, `${token}x`, start)]).toEqual([
			null,
			null,
			null
		]);
	});

	test('is open for seven days, to the millisecond', async () => {
		const id = newPerson();
		const token = invite(db, ada, id, start);
		await expect(acceptInvitation(db, token, joining, start + 7 * day)).rejects.toMatchObject({ kind: 'not-found' });
		expect(await acceptInvitation(db, token, joining, start + 7 * day - 1)).toBe(id);
	});

	test('sets the password, once', async () => {
		const id = newPerson();
		const token = invite(db, ada, id, start);
		expect(await acceptInvitation(db, token, joining, start + 1)).toBe(id);
		expect(await personWith(db, { email: 'ines@example.org', password, address: 'a' }, start + 2)).toBe(id);
		await expect(acceptInvitation(db, token, { ...joining, password: 'another otter rhyme' }, start + 2)).rejects.toMatchObject({
			kind: 'not-found'
		});
		expect(findInvitation(db, token, start + 2)).toBeNull();
	});

	test('is used by one of two who press at the same time', async () => {
		const token = invite(db, ada, newPerson(), start);
		const both = await Promise.allSettled([acceptInvitation(db, token, joining, start), acceptInvitation(db, token, joining, start)]);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	});

	test('takes the zone and the start of day that the person chose, as a new version', async () => {
		const id = newPerson();
		await acceptInvitation(db, invite(db, ada, id, start), { password, zone: 'America/New_York', dayStart: '12:00' }, start + 1000);
		expect(viewer(id)).toMatchObject({ zone: 'America/New_York', dayStart: '12:00' });
		expect(db.select().from(personVersions).where(eq(personVersions.personId, id)).all()).toMatchObject([
			{ version: 1, zone: 'Europe/Dublin' },
			{ version: 2, zone: 'America/New_York', startDate: '2026-03-02', recordedBy: id }
		]);
	});

	test('adds no version where nothing changed, nor for somebody who was here before', async () => {
		const id = newPerson();
		await acceptInvitation(db, invite(db, ada, id, start), joining, start);
		await acceptInvitation(db, invite(db, ada, id, start), { ...joining, zone: 'Asia/Tokyo' }, start + 1);
		expect(db.select().from(personVersions).where(eq(personVersions.personId, id)).all()).toHaveLength(1);
	});

	test('made anew revokes the earlier ones', () => {
		const id = newPerson();
		const [old, current] = [invite(db, ada, id, start), invite(db, ada, id, start + 1)];
		expect([findInvitation(db, old, start + 2), findInvitation(db, current, start + 2)?.personId]).toEqual([null, id]);
		expect(
			db
				.select()
				.from(invitations)
				.where(eq(invitations.tokenHash, sha256(old)))
				.get()?.revokedAt
		).toBe(start + 1);
	});

	test('replaces a forgotten password: until it is used the old one works, then it does not, and every sign-in ends', async () => {
		const id = newPerson();
		await acceptInvitation(db, invite(db, ada, id, start), joining, start);
		const session = await signIn(db, id, start, limits);
		const token = invite(db, ada, id, start);
		expect(findInvitation(db, token, start)?.joined).toBe(true);
		const tryOld = () => personWith(db, { email: 'ines@example.org', password, address: 'a' }, start);
		expect(await tryOld()).toBe(id);
		await acceptInvitation(db, token, { ...joining, password: 'another otter rhyme' }, start);
		await expect(tryOld()).rejects.toMatchObject({ kind: 'invalid' });
		expect((await readSession(db, session.id, start, limits)).viewer).toBeNull();
		expect(db.select().from(people).where(eq(people.id, id)).get()?.joinedAt).toBe(start);
	});

	test('refuses a weak password, and stays open', async () => {
		const token = invite(db, ada, newPerson(), start);
		for (const weak of ['short', 'password1234', 'otters of calder', 'seawall otters 12', 'x'.repeat(201)]) {
			await expect(acceptInvitation(db, token, { ...joining, password: weak }, start)).rejects.toMatchObject({ kind: 'invalid' });
		}
		expect(findInvitation(db, token, start)).not.toBeNull();
	});

	test('is made by admins, for people who exist and are not disabled', async () => {
		const id = newPerson();
		expect(kindOf(() => invite(db, viewer(id), id, start))).toBe('not-allowed');
		expect(kindOf(() => invite(db, ada, 'nobody', start))).toBe('not-found');
		const token = invite(db, ada, id, start);
		db.update(people).set({ disabledAt: start }).where(eq(people.id, id)).run();
		expect(kindOf(() => invite(db, ada, id, start))).toBe('conflict');
		await expect(acceptInvitation(db, token, joining, start)).rejects.toMatchObject({ kind: 'not-found' });
	});

	test('may come from the system, as the sample’s do', () => {
		expect(kindOf(() => invite(db, system, newPerson(), start))).toBe('done');
	});
});
