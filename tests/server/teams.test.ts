import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { incompleteness } from '#lib/server/completeness.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { policies, teams } from '#lib/server/db/schema/organisation.ts';
import { homeTeams, onCall, people } from '#lib/server/db/schema/people.ts';
import { openOutbox } from '#lib/server/delivery/outbox.ts';
import { addOnCall } from '#lib/server/on-call.ts';
import { overview } from '#lib/server/overview.ts';
import { createPerson, disablePerson, enablePerson, setHomeTeam } from '#lib/server/people.ts';
import { policyFor } from '#lib/server/policies.ts';
import { confirmRole, endRole, giveRole } from '#lib/server/roles.ts';
import { findTeam, openTeams } from '#lib/server/team-pages.ts';
import { closeTeam, createTeam, renameTeam } from '#lib/server/teams.ts';
import type { Role, Viewer } from '#lib/server/viewer.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const now = Date.parse('2026-11-17T09:00:00Z');

let db: Db;
let all: Cast;
beforeEach(() => {
	db = memoryDb();
	all = cast(db, now - 86_400_000);
});

const id = () => crypto.randomUUID();

function confirmed(person: Viewer, role: Role, teamId: string | null) {
	const roleId = id();
	giveRole(db, all.ada, { id: roleId, personId: person.id, role, teamId }, now);
	confirmRole(db, all.hale, roleId, now);
}

function make(name: string, zone = 'Europe/Lisbon', teamId = id()) {
	createTeam(db, all.ada, { id: teamId, name, zone }, now);
	return teamId;
}

describe('making a team', () => {
	it('gives it a policy of its own whose calendar is in its zone', () => {
		const lisbon = make('Pier');
		expect(policyFor(db, lisbon).policy.calendar.zone).toBe('Europe/Lisbon');
		expect(policyFor(db, all.harbour).policy.calendar.zone).toBe('Europe/London');
		expect(db.select().from(policies).where(eq(policies.teamId, lisbon)).all()).toMatchObject([{ authorId: all.ada.id, recordedAt: now }]);
	});

	it('makes it once for a form sent twice, and refuses its id for another', () => {
		const pier = make('Pier');
		make('Pier', 'Europe/Lisbon', pier);
		expect(db.select().from(policies).where(eq(policies.teamId, pier)).all()).toHaveLength(1);
		expect(() => make('Jetty', 'Europe/Lisbon', pier)).toThrow('sent before');
		expect(openTeams(db).map(({ name }) => name)).toEqual(['Harbour', 'Pier', 'Quay']);
	});

	it('refuses the name of an open team, and takes that of a closed one', () => {
		expect(() => make('hARBOUR')).toThrow('a team with this name');
		closeTeam(db, all.ada, make('Pier'), now);
		make('Pier');
	});

	it('is for admins alone, and so are renaming and closing', () => {
		for (const who of [all.mara, all.hale, all.ines]) {
			expect(() => createTeam(db, who, { id: id(), name: 'Pier', zone: 'UTC' }, now)).toThrow('Only an administrator');
			expect(() => renameTeam(db, who, { teamId: all.quay, name: 'Pier' }, now)).toThrow('Only an administrator');
			expect(() => closeTeam(db, who, all.quay, now)).toThrow('Only an administrator');
			expect(() => findTeam(db, who, all.quay)).toThrow('Only an administrator');
		}
	});
});

describe('renaming and closing', () => {
	it('renames Quay, also in another case, but not to Harbour', () => {
		renameTeam(db, all.ada, { teamId: all.quay, name: 'Pier' }, now);
		renameTeam(db, all.ada, { teamId: all.quay, name: 'PIER' }, now);
		expect(findTeam(db, all.ada, all.quay).name).toBe('PIER');
		expect(() => renameTeam(db, all.ada, { teamId: all.quay, name: 'harbour' }, now)).toThrow('a team with this name');
		expect(() => renameTeam(db, all.ada, { teamId: 'nowhere', name: 'Pier' }, now)).toThrow('nothing here');
	});

	it('closes an empty team, with its on-call list; twice is once', () => {
		const pier = make('Pier');
		const entry = id();
		addOnCall(db, all.ada, { id: entry, teamId: pier, personId: all.mara.id }, now);
		closeTeam(db, all.ada, pier, now);
		closeTeam(db, all.ada, pier, now + 5);
		expect(db.select().from(teams).where(eq(teams.id, pier)).get()?.closedAt).toBe(now);
		expect(db.select().from(onCall).where(eq(onCall.id, entry)).get()?.endedAt).toBe(now);
		expect(() => findTeam(db, all.ada, pier)).toThrow('nothing here');
		expect(() => renameTeam(db, all.ada, { teamId: pier, name: 'Jetty' }, now)).toThrow('nothing here');
		expect(() => closeTeam(db, all.ada, 'nowhere', now)).toThrow('nothing here');
	});

	it("keeps a team that is somebody's home, or in which a role is held", () => {
		expect(() => closeTeam(db, all.ada, all.quay, now)).toThrow('3 people have it as home team, and 3 roles are held in it');
		const pier = make('Pier');
		const roleId = id();
		giveRole(db, all.ada, { id: roleId, personId: all.wen.id, role: 'lead', teamId: pier }, now);
		expect(() => closeTeam(db, all.ada, pier, now)).toThrow('one role is held in it');
		endRole(db, all.ada, roleId, now);
		setHomeTeam(db, all.ada, { personId: all.wen.id, teamId: pier }, now);
		expect(() => closeTeam(db, all.ada, pier, now)).toThrow('one person has it as home team');
	});

	it('is not held up by a disabled account, which needs another home team then', () => {
		const pier = make('Pier');
		setHomeTeam(db, all.ada, { personId: all.wen.id, teamId: pier }, now);
		disablePerson(db, all.ada, all.wen.id, now);
		closeTeam(db, all.ada, pier, now);
		expect(() => enablePerson(db, all.ada, all.wen.id, now)).toThrow('closed meanwhile');
		setHomeTeam(db, all.ada, { personId: all.wen.id, teamId: all.harbour }, now);
		enablePerson(db, all.ada, all.wen.id, now);
		expect(all.again(all.wen).homeTeam?.name).toBe('Harbour');
	});
});

describe('completeness', () => {
	const harbour = () => incompleteness(db).get(all.harbour);
	const quay = () => incompleteness(db).get(all.quay);

	const nellAlone = 'Nell Oram has no possible recipient on the lead line. One more lead completes it.';

	it('is reached by a lead, a deputy and an officer: everybody, leads included, has two others', () => {
		expect(harbour()).toEqual([
			'Pia Dorn has no possible recipient on the wellbeing line. One more welfare officer employed by Lanternworks completes it.'
		]);
	});

	it('says whose lead line is empty, and is reached with a second lead', () => {
		expect(quay()).toEqual([nellAlone]);
		confirmed(all.mara, 'lead', all.quay);
		expect(quay()).toEqual([]);
	});

	it('needs two different people: one who is lead and officer is one recipient', () => {
		confirmed(all.nell, 'welfare', all.quay);
		disablePerson(db, all.ada, all.otto.id, now);
		disablePerson(db, all.ada, all.edda.id, now);
		disablePerson(db, all.ada, all.hale.id, now);
		expect(quay()).toContain(
			'Sol Marsh has only one possible recipient, who stands on both lines. One more lead or welfare officer completes it.'
		);
	});

	it('does not count a proposal, a disabled account, or somebody who has not joined', () => {
		giveRole(db, all.ada, { id: id(), personId: all.jonas.id, role: 'lead', teamId: all.quay }, now);
		expect(quay()).toEqual([nellAlone]);
		confirmed(all.mara, 'lead', all.quay);
		disablePerson(db, all.ada, all.mara.id, now);
		expect(quay()).toEqual([nellAlone]);
		const account = {
			name: 'Lin Ash',
			email: 'lin@example.org',
			employerId: all.ownEmployer,
			zone: 'UTC',
			dayStart: '00:00',
			startDate: '2026-01-01'
		};
		const lin = createPerson(db, all.ada, account, now);
		const roleId = id();
		giveRole(db, all.ada, { id: roleId, personId: lin, role: 'lead', teamId: all.quay }, now);
		confirmRole(db, all.hale, roleId, now);
		expect(quay()).toEqual([nellAlone]);
		db.update(people).set({ joinedAt: now }).where(eq(people.id, lin)).run();
		expect(quay()).toEqual([]);
	});

	it('counts welfare officers of other teams and the head of welfare, of the same employer alone', () => {
		disablePerson(db, all.ada, all.edda.id, now);
		disablePerson(db, all.ada, all.otto.id, now);
		expect(harbour()).toEqual([
			'Pia Dorn has no possible recipient on the wellbeing line. One more welfare officer employed by Lanternworks completes it.'
		]);
		disablePerson(db, all.ada, all.hale.id, now);
		expect(harbour()?.[0]).toBe(
			'Bea Lund, Ines Calder, Jonas Pike and 4 others have no possible recipient on the wellbeing line. One more welfare officer employed by Seawall completes it.'
		);
	});

	it('needs somebody in the team', () => {
		const pier = make('Pier');
		expect(incompleteness(db).get(pier)).toEqual(['Nobody has this team as home team yet.']);
	});
});

describe('the overview', () => {
	it('shows teams to admins and to the head of welfare, and to nobody else', () => {
		const shown = overview(db, all.hale, now);
		expect(shown.teams.map(({ name, members, leads, welfare }) => ({ name, members, leads, welfare }))).toEqual([
			{ name: 'Harbour', members: 10, leads: ['Mara Voss', 'Jonas Pike'], welfare: ['Edda Quill', 'Pia Dorn'] },
			{ name: 'Quay', members: 3, leads: ['Nell Oram'], welfare: ['Otto Lind'] }
		]);
		expect(shown).toMatchObject({ mayChange: false, alarms: [] });
		expect(overview(db, all.ada, now)).toMatchObject({ mayChange: true, alarms: [], sends: false });
		openOutbox(db, new Set(['email']), () => {});
		expect(overview(db, all.hale, now).sends).toBe(true);
		for (const who of [all.mara, all.edda, all.rui, all.ines]) expect(() => overview(db, who, now)).toThrow('for administrators');
	});
});

describe('what the database holds', () => {
	it('one open team of a name, whatever its case', () => {
		const insert = (name: string, closedAt: number | null = null) =>
			db.insert(teams).values({ id: id(), name, zone: 'UTC', createdAt: now, closedAt }).run();
		insert('HARBOUR', now);
		expect(() => insert('HARBOUR')).toThrow(/UNIQUE/);
	});

	it('one home team at a time', () => {
		const insert = (endedAt: number | null) =>
			db.insert(homeTeams).values({ id: id(), personId: all.ines.id, teamId: all.quay, recordedAt: now, endedAt }).run();
		insert(now);
		expect(() => insert(null)).toThrow(/UNIQUE/);
	});
});
