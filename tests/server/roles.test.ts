import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { onCall, roles } from '#lib/server/db/schema/people.ts';
import { ownCalls } from '#lib/server/hand-overs.ts';
import { addOnCall, moveOnCall, removeOnCall } from '#lib/server/on-call.ts';
import { overview } from '#lib/server/overview.ts';
import { createPerson, disablePerson, enablePerson } from '#lib/server/people.ts';
import { teamNews } from '#lib/server/role-news.ts';
import { confirmRole, endRole, giveRole, refuseRole, takesTwoPeople } from '#lib/server/roles.ts';
import { moved, moveLead } from '#lib/server/lead-order.ts';
import { findTeam } from '#lib/server/team-pages.ts';
import { createTeam } from '#lib/server/teams.ts';
import { findViewer, hasRole, system, teamsAs, type Role, type Viewer } from '#lib/server/viewer.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const start = Date.parse('2026-11-02T09:00:00Z');
const now = Date.parse('2026-11-17T09:00:00Z');
const day = 86_400_000;

let db: Db;
let all: Cast;
beforeEach(() => {
	db = memoryDb();
	all = cast(db, start);
});

const id = () => crypto.randomUUID();

function give(actor: Viewer, person: Viewer, role: Role, teamId: string | null, at = now): string {
	const roleId = id();
	giveRole(db, actor, { id: roleId, personId: person.id, role, teamId }, at);
	return roleId;
}

const roleOf = (person: Viewer, role: Role) => {
	const row = db
		.select()
		.from(roles)
		.where(eq(roles.personId, person.id))
		.all()
		.find((held) => held.role === role && held.endedAt === null);
	if (!row) throw new Error('no such role');
	return row.id;
};
const leadsOfHarbour = () => findTeam(db, all.ada, all.harbour).leads.map(({ name }) => name);

describe('giving a role', () => {
	it('makes Ines a peer supporter at once, because peers take one admin', () => {
		give(all.ada, all.ines, 'peer', all.harbour);
		expect(teamsAs(all.again(all.ines), 'peer')).toEqual([all.harbour]);
	});

	it('gives a moderator without a home team this one, and leaves the home team of others', () => {
		expect(all.hale.homeTeam).toBeNull();
		give(all.ada, all.hale, 'moderator', all.quay);
		give(all.ada, all.ines, 'moderator', all.quay);
		expect(all.again(all.hale).homeTeam?.id).toBe(all.quay);
		expect(all.again(all.ines).homeTeam?.id).toBe(all.harbour);
	});

	it.each(['lead', 'welfare'] as const)('makes Ines %s only once a second person confirms', (role) => {
		const roleId = give(all.ada, all.ines, role, all.harbour);
		expect(hasRole(all.again(all.ines), role)).toBe(false);
		confirmRole(db, all.hale, roleId, now + 1);
		expect(teamsAs(all.again(all.ines), role)).toEqual([all.harbour]);
	});

	it('makes Edda head of welfare only once a second person confirms', () => {
		const roleId = give(all.ada, all.edda, 'head_of_welfare', null);
		expect(hasRole(all.again(all.edda), 'head_of_welfare')).toBe(false);
		confirmRole(db, all.hale, roleId, now + 1);
		expect(hasRole(all.again(all.edda), 'head_of_welfare')).toBe(true);
	});

	it('takes one admin before there is a head of welfare', () => {
		const fresh = memoryDb();
		const zone = 'Europe/London';
		const employerId = id();
		fresh.$client.prepare('insert into employers (id, name, created_at) values (?, ?, ?)').run(employerId, 'Seawall', now);
		const account = { employerId, zone, dayStart: '00:00', startDate: '2024-01-08' };
		const ada = createPerson(fresh, system, { ...account, name: 'Ada Finch', email: 'ada@example.org' }, now);
		giveRole(fresh, system, { id: id(), personId: ada, role: 'admin', teamId: null }, now);
		const admin = findViewer(fresh, ada);
		if (!admin) throw new Error('no admin');
		const teamId = id();
		createTeam(fresh, admin, { id: teamId, name: 'Harbour', zone }, now);
		const mara = createPerson(fresh, admin, { ...account, name: 'Mara Voss', email: 'mara@example.org' }, now);
		expect(giveRole(fresh, admin, { id: id(), personId: mara, role: 'lead', teamId }, now)).toBe('given');
		expect(takesTwoPeople(fresh)).toBe(false);
		expect(giveRole(fresh, admin, { id: id(), personId: mara, role: 'head_of_welfare', teamId: null }, now)).toBe('given');
		expect(giveRole(fresh, admin, { id: id(), personId: mara, role: 'welfare', teamId }, now)).toBe('proposed');
	});

	it('goes on taking two people when the only head of welfare is disabled or ended', () => {
		disablePerson(db, all.ada, all.hale.id, now);
		expect(giveRole(db, all.ada, { id: id(), personId: all.ada.id, role: 'head_of_welfare', teamId: null }, now)).toBe('proposed');
		endRole(db, all.ada, roleOf(all.hale, 'head_of_welfare'), now);
		expect(giveRole(db, all.ada, { id: id(), personId: all.ines.id, role: 'welfare', teamId: all.harbour }, now)).toBe('proposed');
	});

	it('stores a form sent twice once, and refuses its id for something else', () => {
		const what = { id: id(), personId: all.ines.id, role: 'lead' as const, teamId: all.harbour };
		expect(giveRole(db, all.ada, what, now)).toBe('proposed');
		expect(giveRole(db, all.ada, what, now + 5)).toBe('proposed');
		expect(leadsOfHarbour()).toEqual(['Mara Voss', 'Jonas Pike', 'Ines Calder']);
		expect(() => giveRole(db, all.ada, { ...what, personId: all.wen.id }, now)).toThrow(/sent before/);
	});

	it('refuses a role held or proposed already', () => {
		expect(() => give(all.ada, all.mara, 'lead', all.harbour)).toThrow('Mara Voss has this role already.');
		give(all.ada, all.ines, 'lead', all.harbour);
		expect(() => give(all.ada, all.ines, 'lead', all.harbour)).toThrow('Ines Calder is proposed for this role already.');
	});

	it.each([
		['an unknown person', () => ({ personId: 'nobody', role: 'peer' as const, teamId: all.harbour }), 'choose somebody'],
		['an unknown team', () => ({ personId: all.ines.id, role: 'peer' as const, teamId: 'nowhere' }), 'choose a team'],
		['a team role without a team', () => ({ personId: all.ines.id, role: 'peer' as const, teamId: null }), 'choose a role'],
		['an admin of one team', () => ({ personId: all.ines.id, role: 'admin' as const, teamId: all.harbour }), 'choose a role']
	])('refuses %s', (_, what, sentence) => {
		expect(() => giveRole(db, all.ada, { id: id(), ...what() }, now)).toThrow(sentence);
	});

	it('refuses a disabled account', () => {
		disablePerson(db, all.ada, all.bea.id, now);
		expect(() => give(all.ada, all.bea, 'peer', all.harbour)).toThrow('disabled');
	});

	it.each(['mara', 'edda', 'hale', 'ines', 'rui'] as const)('is not for %s', (who) => {
		expect(() => give(all[who], all.ines, 'peer', all.harbour)).toThrow('Only an administrator');
	});
});

describe('confirming', () => {
	let proposed: string;
	beforeEach(() => {
		proposed = give(all.ada, all.ines, 'lead', all.harbour);
	});

	it('is never for the one who proposed', () => {
		expect(() => confirmRole(db, all.ada, proposed, now)).toThrow('You proposed this yourself');
		expect(hasRole(all.again(all.ines), 'lead')).toBe(false);
	});

	it('is never for the one who gets the role', () => {
		give(all.ada, all.wen, 'admin', null);
		const own = give(all.ada, all.wen, 'welfare', all.harbour);
		expect(() => confirmRole(db, all.again(all.wen), own, now)).toThrow('This role is for you');
	});

	it('is for a second admin as well', () => {
		give(all.ada, all.wen, 'admin', null);
		confirmRole(db, all.again(all.wen), proposed, now);
		expect(hasRole(all.again(all.ines), 'lead')).toBe(true);
	});

	it.each(['mara', 'edda', 'ines', 'rui', 'nell'] as const)('is not for %s', (who) => {
		expect(() => confirmRole(db, all[who], proposed, now)).toThrow('The head of welfare or an administrator');
		expect(() => refuseRole(db, all[who], proposed, now)).toThrow('The head of welfare or an administrator');
	});

	it('may be done twice, and keeps who confirmed first', () => {
		confirmRole(db, all.hale, proposed, now);
		confirmRole(db, all.hale, proposed, now + 9);
		expect(db.select().from(roles).where(eq(roles.id, proposed)).get()).toMatchObject({ confirmedBy: all.hale.id, confirmedAt: now });
	});

	it('comes too late for what was refused, and refusing for what was confirmed', () => {
		refuseRole(db, all.hale, proposed, now);
		refuseRole(db, all.hale, proposed, now + 1);
		expect(() => confirmRole(db, all.hale, proposed, now)).toThrow('withdrawn or refused');
		const other = give(all.ada, all.ines, 'welfare', all.harbour);
		confirmRole(db, all.hale, other, now);
		expect(() => refuseRole(db, all.hale, other, now)).toThrow('confirmed meanwhile');
	});

	it('waits while the account is disabled', () => {
		disablePerson(db, all.ada, all.ines.id, now);
		expect(() => confirmRole(db, all.hale, proposed, now)).toThrow('disabled');
		enablePerson(db, all.ada, all.ines.id, now);
		confirmRole(db, all.hale, proposed, now);
		expect(hasRole(all.again(all.ines), 'lead')).toBe(true);
	});

	it('does not know an unknown id', () => {
		expect(() => confirmRole(db, all.hale, 'x', now)).toThrow('nothing here');
		expect(() => refuseRole(db, all.hale, 'x', now)).toThrow('nothing here');
		expect(() => endRole(db, all.ada, 'x', now)).toThrow('nothing here');
	});

	it('is offered to Hale, and to Ada as her own to take back', () => {
		expect(overview(db, all.hale, now).proposals).toEqual([
			{ id: proposed, person: 'Ines Calder', role: 'Lead of Harbour', by: 'Ada Finch', when: 'today', own: false, mayConfirm: true }
		]);
		expect(overview(db, all.ada, now).proposals[0]).toMatchObject({ own: true, mayConfirm: false });
		refuseRole(db, all.ada, proposed, now);
		expect(overview(db, all.ada, now).proposals).toEqual([]);
	});
});

describe('ending a role', () => {
	it('takes Jonas off the leads at once; twice is once', () => {
		const roleId = roleOf(all.jonas, 'lead');
		endRole(db, all.ada, roleId, now);
		endRole(db, all.ada, roleId, now + 5);
		expect(hasRole(all.again(all.jonas), 'lead')).toBe(false);
		expect(db.select().from(roles).where(eq(roles.id, roleId)).get()).toMatchObject({ endedAt: now, endedBy: all.ada.id });
	});

	it('lets the same role be given again', () => {
		endRole(db, all.ada, roleOf(all.rui, 'peer'), now);
		give(all.ada, all.rui, 'peer', all.harbour);
		expect(hasRole(all.again(all.rui), 'peer')).toBe(true);
	});

	it('keeps the last administrator', () => {
		expect(() => endRole(db, all.ada, roleOf(all.ada, 'admin'), now)).toThrow('only administrator who can sign in');
	});

	it('does not count an administrator who has not joined, or is disabled', () => {
		const { ownEmployer: employerId } = all;
		const account = {
			name: 'Lin Ash',
			email: 'lin@example.org',
			employerId,
			zone: 'Europe/London',
			dayStart: '00:00',
			startDate: '2026-01-01'
		};
		const lin = createPerson(db, all.ada, account, now);
		giveRole(db, all.ada, { id: id(), personId: lin, role: 'admin', teamId: null }, now);
		expect(() => endRole(db, all.ada, roleOf(all.ada, 'admin'), now)).toThrow('only administrator');
		give(all.ada, all.wen, 'admin', null);
		disablePerson(db, all.ada, all.wen.id, now);
		expect(() => endRole(db, all.ada, roleOf(all.ada, 'admin'), now)).toThrow('only administrator');
		enablePerson(db, all.ada, all.wen.id, now);
		endRole(db, all.ada, roleOf(all.ada, 'admin'), now);
		expect(hasRole(all.again(all.ada), 'admin')).toBe(false);
	});

	it('is not for the head of welfare', () => {
		expect(() => endRole(db, all.hale, roleOf(all.jonas, 'lead'), now)).toThrow('Only an administrator');
	});

	it('takes off the on-call list who supports nobody any more, and nobody else', () => {
		addOnCall(db, all.ada, { id: id(), teamId: all.harbour, personId: all.jonas.id }, now);
		addOnCall(db, all.ada, { id: id(), teamId: all.harbour, personId: all.mara.id }, now);
		give(all.ada, all.mara, 'peer', all.harbour);
		endRole(db, all.ada, roleOf(all.jonas, 'lead'), now);
		endRole(db, all.ada, roleOf(all.mara, 'lead'), now);
		expect(findTeam(db, all.ada, all.harbour).onCall.map(({ name }) => name)).toEqual(['Mara Voss']);
	});
});

describe('the order of leads', () => {
	it('moves Jonas before Mara, once for a form sent twice', () => {
		const move = { formId: id(), id: roleOf(all.jonas, 'lead'), direction: 'up' as const };
		give(all.ada, all.ines, 'lead', all.harbour);
		moveLead(db, all.ada, { ...move, id: roleOf(all.ines, 'lead') }, now);
		moveLead(db, all.ada, { ...move, id: roleOf(all.ines, 'lead') }, now);
		expect(leadsOfHarbour()).toEqual(['Mara Voss', 'Ines Calder', 'Jonas Pike']);
		moveLead(db, all.ada, { ...move, formId: id(), direction: 'down' }, now);
		expect(leadsOfHarbour()).toEqual(['Mara Voss', 'Ines Calder', 'Jonas Pike']);
		moveLead(db, all.ada, { ...move, formId: id(), id: roleOf(all.mara, 'lead'), direction: 'down' }, now);
		expect(leadsOfHarbour()).toEqual(['Ines Calder', 'Mara Voss', 'Jonas Pike']);
	});

	it('leaves the other team alone, and knows only current leads', () => {
		moveLead(db, all.ada, { formId: id(), id: roleOf(all.jonas, 'lead'), direction: 'up' }, now);
		expect(findTeam(db, all.ada, all.quay).leads.map(({ name }) => name)).toEqual(['Nell Oram']);
		const move = { formId: id(), direction: 'up' as const };
		expect(() => moveLead(db, all.ada, { ...move, id: roleOf(all.edda, 'welfare') }, now)).toThrow('nothing here');
		const ended = roleOf(all.jonas, 'lead');
		endRole(db, all.ada, ended, now);
		expect(() => moveLead(db, all.ada, { ...move, id: ended }, now)).toThrow('nothing here');
		expect(() => moveLead(db, all.mara, { ...move, id: roleOf(all.mara, 'lead') }, now)).toThrow('Only an administrator');
	});

	it('moves within the list', () => {
		expect(moved(['a', 'b', 'c'], 'c', 'up')).toEqual(['a', 'c', 'b']);
		expect(moved(['a', 'b', 'c'], 'a', 'up')).toEqual(['a', 'b', 'c']);
		expect(moved(['a', 'b', 'c'], 'a', 'down')).toEqual(['b', 'a', 'c']);
	});
});

describe('the on-call list', () => {
	const add = (person: Viewer, entry = id()) => {
		addOnCall(db, all.ada, { id: entry, teamId: all.harbour, personId: person.id }, now);
		return entry;
	};
	const list = () => findTeam(db, all.ada, all.harbour).onCall.map(({ name }) => name);

	it('keeps its order, and a form sent twice once', () => {
		const mara = add(all.mara);
		add(all.mara, mara);
		add(all.edda);
		const nell = add(all.nell);
		expect(list()).toEqual(['Mara Voss', 'Edda Quill', 'Nell Oram']);
		const move = { formId: id(), id: nell, direction: 'up' as const };
		moveOnCall(db, all.ada, move, now);
		moveOnCall(db, all.ada, move, now);
		expect(list()).toEqual(['Mara Voss', 'Nell Oram', 'Edda Quill']);
		removeOnCall(db, all.ada, mara, now);
		removeOnCall(db, all.ada, mara, now + 1);
		expect(db.select().from(onCall).where(eq(onCall.id, mara)).get()?.endedAt).toBe(now);
		add(all.mara);
		expect(list()).toEqual(['Nell Oram', 'Edda Quill', 'Mara Voss']);
	});

	it('refuses who is on it, who supports nobody, who is disabled or unknown, and a used form', () => {
		const mara = add(all.mara);
		expect(() => add(all.mara)).toThrow('on the list already');
		expect(() => add(all.ines)).toThrow('choose somebody');
		expect(() => add({ ...all.ines, id: 'nobody' })).toThrow('choose somebody');
		disablePerson(db, all.ada, all.jonas.id, now);
		expect(() => add(all.jonas)).toThrow('choose somebody');
		expect(() => add(all.edda, mara)).toThrow('sent before');
	});

	it('is not for a head of welfare, whom “today” never asks; and shows none that stands on it', () => {
		expect(findTeam(db, all.ada, all.harbour).callable.map(({ name }) => name)).not.toContain('Hale Brandt');
		expect(() => add(all.hale)).toThrow('leads, welfare officers and peer supporters can be on call');
		const harbour = () => overview(db, all.ada, now).teams.find(({ id }) => id === all.harbour);
		const entry = { id: id(), teamId: all.harbour, personId: all.hale.id, recordedAt: now };
		db.insert(onCall).values(entry).run();
		expect([list(), harbour()?.onCall, ownCalls(db, all.hale, now)]).toEqual([[], 0, []]);
		give(all.ada, all.hale, 'peer', all.harbour);
		expect([list(), harbour()?.onCall, ownCalls(db, all.hale, now)]).toEqual([
			['Hale Brandt'],
			1,
			[expect.objectContaining({ team: 'Harbour' })]
		]);
	});

	it('is for admins, and for open teams and current entries', () => {
		const entry = add(all.mara);
		expect(() => addOnCall(db, all.mara, { id: id(), teamId: all.harbour, personId: all.jonas.id }, now)).toThrow('Only an administrator');
		expect(() => removeOnCall(db, all.mara, entry, now)).toThrow('Only an administrator');
		expect(() => moveOnCall(db, all.mara, { formId: id(), id: entry, direction: 'up' }, now)).toThrow('Only an administrator');
		expect(() => addOnCall(db, all.ada, { id: id(), teamId: 'nowhere', personId: all.jonas.id }, now)).toThrow('nothing here');
		expect(() => removeOnCall(db, all.ada, 'x', now)).toThrow('nothing here');
		removeOnCall(db, all.ada, entry, now);
		expect(() => moveOnCall(db, all.ada, { formId: id(), id: entry, direction: 'up' }, now)).toThrow('nothing here');
	});
});

describe('the team is told', () => {
	it('tells Harbour for 14 days who became lead, with both names', () => {
		confirmRole(db, all.hale, give(all.ada, all.ines, 'lead', all.harbour), now);
		const words = 'Ines Calder is now Lead of Harbour. Ada Finch proposed it, Hale Brandt confirmed it.';
		expect(teamNews(db, all.tomas, now + day)).toEqual([expect.objectContaining({ words, when: 'yesterday' })]);
		expect(teamNews(db, all.tomas, now + 14 * day)).toHaveLength(1);
		expect(teamNews(db, all.tomas, now + 14 * day + 1)).toEqual([]);
		expect(teamNews(db, all.sol, now + day)).toEqual([]);
	});

	it('tells nobody of a proposal, and Harbour of an end', () => {
		refuseRole(db, all.hale, give(all.ada, all.ines, 'lead', all.harbour), now);
		expect(teamNews(db, all.tomas, now)).toEqual([]);
		endRole(db, all.ada, roleOf(all.edda, 'welfare'), now);
		expect(teamNews(db, all.tomas, now).map(({ words }) => words)).toEqual(['Edda Quill is no longer Welfare officer of Harbour.']);
	});

	it('tells everybody of a head of welfare, and nobody of moderators', () => {
		confirmRole(db, all.hale, give(all.ada, all.edda, 'head_of_welfare', null), now);
		give(all.ada, all.mara, 'moderator', all.harbour);
		for (const who of [all.sol, all.tomas]) expect(teamNews(db, who, now)).toHaveLength(1);
	});
});

describe('what the database holds', () => {
	const insert = (row: Partial<typeof roles.$inferInsert>) => () =>
		db
			.insert(roles)
			.values({ id: id(), personId: all.ines.id, role: 'peer', teamId: all.harbour, proposedAt: now, ...row })
			.run();

	it('one current role of a kind per person and team, ended ones aside', () => {
		insert({ endedAt: now })();
		insert({})();
		expect(insert({})).toThrow(/UNIQUE/);
		insert({ teamId: all.quay })();
	});

	it('one current role of a kind per person in the whole organisation', () => {
		insert({ role: 'admin', teamId: null, endedAt: now })();
		insert({ role: 'admin', teamId: null })();
		expect(insert({ role: 'admin', teamId: null })).toThrow(/UNIQUE/);
	});

	it('roles of a team with a team, those of the organisation without, and no others', () => {
		expect(insert({ teamId: null })).toThrow(/CHECK/);
		expect(insert({ role: 'admin' })).toThrow(/CHECK/);
		expect(insert({ role: 'owner' as Role })).toThrow(/CHECK/);
		expect(insert({ personId: 'nobody' })).toThrow(/FOREIGN KEY/);
		expect(insert({ teamId: 'nowhere' })).toThrow(/FOREIGN KEY/);
	});

	it('somebody once on a current on-call list', () => {
		const put = (endedAt: number | null = null) =>
			db.insert(onCall).values({ id: id(), teamId: all.harbour, personId: all.mara.id, recordedAt: now, endedAt }).run();
		put(now);
		put();
		expect(() => put()).toThrow(/UNIQUE/);
	});
});
