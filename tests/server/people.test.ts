import { asc, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { findInvitation, invite } from '#lib/server/accounts.ts';
import { readSession, signIn } from '#lib/server/auth/session.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { homeTeams, people, personVersions } from '#lib/server/db/schema/people.ts';
import { findAccount, listAccounts } from '#lib/server/directory.ts';
import { invitePerson } from '#lib/server/invitations.ts';
import { createPerson, disablePerson, enablePerson, renamePerson, setHomeTeam } from '#lib/server/people.ts';
import { changeDays } from '#lib/server/person-days.ts';
import { loadPersonState } from '#lib/server/person-states.ts';
import { giveRole } from '#lib/server/roles.ts';
import { findViewer } from '#lib/server/viewer.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const now = Date.parse('2026-11-17T09:00:00Z');
const day = 86_400_000;
const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };

let db: Db;
let all: Cast;
beforeEach(() => {
	db = memoryDb();
	all = cast(db, now - day);
});

const id = () => crypto.randomUUID();
const lin = () => ({
	name: 'Lin Ash',
	email: 'lin@example.org',
	employerId: all.ownEmployer,
	zone: 'Europe/Lisbon',
	dayStart: '12:00',
	startDate: '2026-10-01'
});

describe('an account', () => {
	it('refuses an e-mail that has one, however it is written, and an unknown employer', () => {
		expect(() => createPerson(db, all.ada, { ...lin(), email: '  INES@Example.org ' }, now)).toThrow('There is an account');
		expect(() => createPerson(db, all.ada, { ...lin(), employerId: 'nowhere' }, now)).toThrow('employer from the list');
	});

	it('is renamed by an admin alone', () => {
		renamePerson(db, all.ada, { personId: all.ines.id, name: 'Ines Calder-Ruiz 🌊' }, now);
		expect(all.again(all.ines).name).toBe('Ines Calder-Ruiz 🌊');
		for (const who of [all.mara, all.hale, all.ines]) {
			expect(() => renamePerson(db, who, { personId: all.ines.id, name: 'X' }, now)).toThrow('Only an administrator');
		}
		expect(() => renamePerson(db, all.ada, { personId: 'nobody', name: 'X' }, now)).toThrow('nothing here');
	});
});

describe('disabling', () => {
	it('ends every sign-in of Ines at once, and hers alone', async () => {
		const ines = await signIn(db, all.ines.id, now, limits);
		const wen = await signIn(db, all.wen.id, now, limits);
		disablePerson(db, all.ada, all.ines.id, now + 1);
		expect((await readSession(db, ines.id, now + 2, limits)).viewer).toBeNull();
		expect((await readSession(db, wen.id, now + 2, limits)).viewer?.name).toBe('Wen Alder');
		expect(findViewer(db, all.ines.id)).toBeNull();
		enablePerson(db, all.ada, all.ines.id, now);
		expect((await readSession(db, ines.id, now + 3, limits)).viewer).toBeNull();
	});

	it('stops open links, and no new one is made', () => {
		const token = invite(db, all.ada, all.ines.id, now);
		expect(findInvitation(db, token, now)).not.toBeNull();
		disablePerson(db, all.ada, all.ines.id, now);
		enablePerson(db, all.ada, all.ines.id, now);
		expect(findInvitation(db, token, now)).toBeNull();
		disablePerson(db, all.ada, all.ines.id, now);
		expect(() => invite(db, all.ada, all.ines.id, now)).toThrow('disabled');
	});

	it('keeps the roles for when the account is enabled again; twice is once', () => {
		disablePerson(db, all.ada, all.mara.id, now);
		disablePerson(db, all.ada, all.mara.id, now + 5);
		expect(db.select().from(people).where(eq(people.id, all.mara.id)).get()?.disabledAt).toBe(now);
		enablePerson(db, all.ada, all.mara.id, now);
		enablePerson(db, all.ada, all.mara.id, now);
		expect(all.again(all.mara).roles).toEqual(all.mara.roles);
	});

	it('keeps the last administrator who can sign in', () => {
		expect(() => disablePerson(db, all.ada, all.ada.id, now)).toThrow('only administrator who can sign in');
		giveRole(db, all.ada, { id: id(), personId: all.wen.id, role: 'admin', teamId: null }, now);
		disablePerson(db, all.ada, all.ada.id, now);
		expect(() => disablePerson(db, all.again(all.wen), all.wen.id, now)).toThrow('only administrator');
	});

	it('is for admins, and for known people', () => {
		expect(() => disablePerson(db, all.hale, all.ines.id, now)).toThrow('Only an administrator');
		expect(() => enablePerson(db, all.hale, all.ines.id, now)).toThrow('Only an administrator');
		expect(() => disablePerson(db, all.ada, 'nobody', now)).toThrow('nothing here');
		expect(() => enablePerson(db, all.ada, 'nobody', now)).toThrow('nothing here');
	});
});

describe('days', () => {
	const versions = (personId: string) =>
		db.select().from(personVersions).where(eq(personVersions.personId, personId)).orderBy(asc(personVersions.version)).all();
	const days = { zone: 'Asia/Tokyo', dayStart: '12:00', startDate: '2024-01-08' };

	it('change as a new version, which the rules read', () => {
		changeDays(db, all.ada, { personId: all.ines.id, ...days, startDate: '2026-11-01' }, now);
		expect(versions(all.ines.id)).toMatchObject([
			{ version: 1, zone: 'Europe/London', dayStart: '00:00' },
			{ version: 2, zone: 'Asia/Tokyo', dayStart: '12:00', startDate: '2026-11-01', recordedAt: now, recordedBy: all.ada.id }
		]);
		expect(loadPersonState(db, all.ines.id, now + 1).state).toMatchObject({
			zone: 'Asia/Tokyo',
			dayStart: '12:00',
			startDate: '2026-11-01'
		});
		expect(all.again(all.ines)).toMatchObject({ zone: 'Asia/Tokyo', dayStart: '12:00' });
	});

	it('stay one version where nothing changes, so a form sent twice counts once', () => {
		changeDays(db, all.ada, { personId: all.ines.id, ...days }, now);
		changeDays(db, all.ada, { personId: all.ines.id, ...days }, now + 5);
		expect(versions(all.ines.id)).toHaveLength(2);
	});

	it('may be changed by Ines herself, but for the start date, which lowers limits', () => {
		changeDays(db, all.ines, { personId: all.ines.id, ...days }, now);
		expect(() => changeDays(db, all.ines, { personId: all.ines.id, ...days, startDate: '2020-01-01' }, now)).toThrow(
			'Only an administrator'
		);
		expect(() => changeDays(db, all.mara, { personId: all.ines.id, ...days }, now)).toThrow('Only an administrator');
		expect(() => changeDays(db, all.ada, { personId: 'nobody', ...days }, now)).toThrow('nothing here');
	});
});

describe('the home team', () => {
	it('changes as a fact, and the rules go by the new one', () => {
		setHomeTeam(db, all.ada, { personId: all.ines.id, teamId: all.quay }, now);
		setHomeTeam(db, all.ada, { personId: all.ines.id, teamId: all.quay }, now + 5);
		expect(all.again(all.ines).homeTeam?.name).toBe('Quay');
		expect(loadPersonState(db, all.ines.id, now + 1).state.team).toBe(all.quay);
		const rows = db.select().from(homeTeams).where(eq(homeTeams.personId, all.ines.id)).orderBy(asc(homeTeams.recordedAt)).all();
		expect(rows).toMatchObject([
			{ teamId: all.harbour, endedAt: now },
			{ teamId: all.quay, recordedAt: now, endedAt: null, recordedBy: all.ada.id }
		]);
	});

	it('is given by admins, to known people, out of open teams', () => {
		const what = { personId: all.ines.id, teamId: all.quay };
		expect(() => setHomeTeam(db, all.nell, what, now)).toThrow('Only an administrator');
		expect(() => setHomeTeam(db, all.ada, { ...what, personId: 'nobody' }, now)).toThrow('nothing here');
		expect(() => setHomeTeam(db, all.ada, { ...what, teamId: 'nowhere' }, now)).toThrow('choose a team');
	});
});

describe('inviting', () => {
	const invited = () => ({ ...lin(), formId: id(), teamId: all.harbour, moderator: true });

	it('makes the account with team and role, and a link', () => {
		const { personId, token } = invitePerson(db, all.ada, invited(), now);
		expect(findInvitation(db, token, now)).toMatchObject({ personId, name: 'Lin Ash', joined: false });
		expect(findViewer(db, personId)).toMatchObject({
			homeTeam: { name: 'Harbour' },
			roles: [{ role: 'moderator', teamId: all.harbour }],
			zone: 'Europe/Lisbon',
			dayStart: '12:00'
		});
	});

	it('makes one account for a form sent twice, and the link shown last works', () => {
		const what = invited();
		const first = invitePerson(db, all.ada, what, now);
		const second = invitePerson(db, all.ada, what, now + 5);
		expect(second.personId).toBe(first.personId);
		expect(findInvitation(db, first.token, now + 6)).toBeNull();
		expect(findInvitation(db, second.token, now + 6)).not.toBeNull();
		expect(() => invitePerson(db, all.ada, { ...what, email: 'other@example.org' }, now)).toThrow('sent before');
	});

	it('stores nothing where something does not fit', () => {
		const before = db.select().from(people).all().length;
		expect(() => invitePerson(db, all.ada, { ...invited(), teamId: null }, now)).toThrow('team in which they moderate');
		expect(() => invitePerson(db, all.ada, { ...invited(), teamId: 'nowhere' }, now)).toThrow('choose a team');
		expect(() => invitePerson(db, all.ada, { ...invited(), email: 'ines@example.org' }, now)).toThrow('There is an account');
		expect(() => invitePerson(db, all.mara, invited(), now)).toThrow('Only an administrator');
		expect(db.select().from(people).all()).toHaveLength(before);
	});

	it('may be repeated after a refusal, because the form is not used up', () => {
		const what = invited();
		expect(() => invitePerson(db, all.ada, { ...what, teamId: 'nowhere' }, now)).toThrow();
		expect(findViewer(db, invitePerson(db, all.ada, what, now).personId)?.name).toBe('Lin Ash');
	});
});

describe('the list of accounts', () => {
	it('names people with team, roles and state', () => {
		const { personId } = invitePerson(db, all.ada, { ...lin(), formId: id(), teamId: all.harbour, moderator: true }, now);
		disablePerson(db, all.ada, all.bea.id, now);
		const list = listAccounts(db, all.ada, now);
		expect(list.map(({ name }) => name)).toEqual(
			[...list.map(({ name }) => name)].sort((a, b) => (a === 'Bea Lund' ? 1 : b === 'Bea Lund' ? -1 : a < b ? -1 : 1))
		);
		expect(list.find((account) => account.id === personId)).toMatchObject({
			state: 'invited',
			stateWords: 'Invited, link works until Tuesday 24 November, 09:00'
		});
		expect(list.at(-1)).toMatchObject({ name: 'Bea Lund', stateWords: 'Disabled since today' });
		expect(list.find(({ name }) => name === 'Kit Ferro')).toMatchObject({
			secondee: true,
			employer: 'Lanternworks',
			team: { name: 'Harbour' },
			stateWords: 'Joined'
		});
		expect(listAccounts(db, all.ada, now + 8 * day).find((account) => account.id === personId)?.stateWords).toBe(
			'Invitation is over; make a new link'
		);
	});

	it('tells of a link for a new password, and of an account never invited', () => {
		invite(db, all.ada, all.ines.id, now);
		expect(findAccount(db, all.ada, all.ines.id, now).stateWords).toBe('Joined; new password link works until Tuesday 24 November, 09:00');
		expect(findAccount(db, all.ada, createPerson(db, all.ada, lin(), now), now)).toMatchObject({
			state: 'not-invited',
			stateWords: 'Not invited yet',
			self: false
		});
		expect(findAccount(db, all.ada, all.ada.id, now).self).toBe(true);
	});

	it('is for admins alone', () => {
		for (const who of [all.hale, all.mara, all.edda, all.rui, all.ines]) {
			expect(() => listAccounts(db, who, now)).toThrow('Only an administrator');
			expect(() => findAccount(db, who, all.ines.id, now)).toThrow('Only an administrator');
		}
		expect(() => findAccount(db, all.ada, 'nobody', now)).toThrow('nothing here');
	});
});

describe('what the database holds', () => {
	it('one account per e-mail, of a known employer', () => {
		const insert = (emailKey: string, employerId: string) =>
			db.insert(people).values({ id: id(), name: 'Lin', email: emailKey, emailKey, employerId, createdAt: now }).run();
		expect(() => insert('ines@example.org', all.ownEmployer)).toThrow(/UNIQUE/);
		expect(() => insert('lin@example.org', 'nowhere')).toThrow(/FOREIGN KEY/);
	});

	it('one row per version of a person', () => {
		const version = { personId: all.ines.id, version: 1, zone: 'UTC', dayStart: '00:00', startDate: '2026-01-01', recordedAt: now };
		expect(() => db.insert(personVersions).values(version).run()).toThrow(/UNIQUE/);
	});
});
