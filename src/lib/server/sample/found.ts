import { eq } from 'drizzle-orm';
import { dateOf, type Instant } from '#lib/domain/time.ts';
import { createOrganisation } from '../accounts.ts';
import type { Db } from '../db/connection.ts';
import { people } from '../db/schema/people.ts';
import { addEmployer } from '../employers.ts';
import { addOnCall } from '../on-call.ts';
import { addPartner } from '../partners.ts';
import { createPerson, setHomeTeam } from '../people.ts';
import { policyFor } from '../policies.ts';
import { giveRole } from '../roles.ts';
import { chooseSharing, officersOf } from '../sharing.ts';
import { createTeam } from '../teams.ts';
import { system, type Actor, type Role } from '../viewer.ts';
import { workTypesOf } from '../work-types.ts';
import {
	callList,
	emailOf,
	keys,
	organisationName,
	otherEmployer,
	partnerNames,
	partOf,
	teamNames,
	zone,
	type Key,
	type TeamKey
} from './cast.ts';
import { randomFor } from './random.ts';
import { emptyWorld, firstDayOf, idOf, moment, plan, viewerOf, type World } from './world.ts';

const eight = 8 * 60;

/** Makes the organisation, its teams and its people as they were on the first of the 90 days, at 08:00; the others join later. */
export function found(db: Db, now: Instant, passwordHash: string): World {
	const world = emptyWorld(db, now, policyFor(db, null).policy.calendar);
	const at = moment(world.firstDay, eight);
	const employers = { own: createOrganisation(db, { name: organisationName, zone, sample: true }, at), other: world.ids.uuid() };
	addEmployer(db, system, { id: employers.other, name: otherEmployer }, at);
	for (const team of Object.keys(teamNames) as TeamKey[]) {
		world.teams[team] = world.ids.uuid();
		createTeam(db, system, { id: world.teams[team], name: teamNames[team], zone }, at);
	}
	world.calendar = policyFor(db, world.teams.harbour).policy.calendar;
	for (const { id, name } of workTypesOf(db).inUse) world.workTypes.set(name, id);
	for (const name of partnerNames) {
		const id = world.ids.uuid();
		addPartner(db, system, { id, name }, at);
		world.partners.push(id);
	}
	const there = keys.filter((key) => firstDayOf(world, key) === world.firstDay);
	for (const key of there) join(world, key, employers, passwordHash, at, system);
	giveFurtherRoles(world, there, at);
	for (const [key, team] of callList)
		addOnCall(db, system, { id: world.ids.uuid(), teamId: world.teams[team], personId: idOf(world, key) }, at);
	for (const key of there) planSharing(world, key, at);
	for (const key of keys) if (!there.includes(key)) planJoining(world, key, employers, passwordHash);
	return world;
}

type Employers = Record<'own' | 'other', string>;

function join(world: World, key: Key, employers: Employers, passwordHash: string, at: Instant, actor: Actor): void {
	const { db } = world;
	const { name, team, roles, secondedBy, night, joinedDaysAgo } = partOf[key];
	// Who was there from the first day had done this work for years; the new starter begins with it.
	const startDate = dateOf(joinedDaysAgo === undefined ? world.firstDay - 400 : firstDayOf(world, key));
	const account = {
		name,
		email: emailOf(key),
		employerId: secondedBy ? employers.other : employers.own,
		zone,
		dayStart: night ? '12:00' : '00:00',
		startDate
	};
	const id = createPerson(db, actor, { id: idOf(world, key), ...account }, at);
	setHomeTeam(db, actor, { personId: id, teamId: world.teams[team] }, at);
	// As if each had opened an invitation; one hash for all of them, because each costs its time.
	db.update(people).set({ joinedAt: at, passwordHash }).where(eq(people.id, id)).run();
	for (const role of roles) if (role !== 'head_of_welfare') give(world, actor, key, role, role === 'admin' ? null : team, at);
}

/** Deputies after the first lead of each team; the head of welfare last, because from then on roles take two people. */
function giveFurtherRoles(world: World, there: readonly Key[], at: Instant): void {
	for (const key of there) for (const [role, team] of partOf[key].elsewhere ?? []) give(world, system, key, role, team, at);
	for (const key of there) if (partOf[key].roles.includes('head_of_welfare')) give(world, system, key, 'head_of_welfare', null, at);
}

function give(world: World, actor: Actor, key: Key, role: Role, team: TeamKey | null, at: Instant): void {
	giveRole(
		world.db,
		actor,
		{ id: world.ids.uuid(), personId: idOf(world, key), role, teamId: team === null ? null : world.teams[team] },
		at
	);
}

function planJoining(world: World, key: Key, employers: Employers, passwordHash: string): void {
	const at = moment(firstDayOf(world, key), eight);
	plan(world, at, idOf(world, 'ada'), () => {
		join(world, key, employers, passwordHash, at, viewerOf(world, 'ada'));
		planSharing(world, key, at);
	});
}

/** Whom stories need to have named somebody, or nobody. */
const told: Partial<Record<Key, 'named' | 'nobody'>> = {
	bea: 'named',
	wen: 'named',
	kit: 'named',
	ivo: 'nobody',
	lio: 'nobody',
	tomas: 'nobody'
};

/** The choices on joining: about half name an officer for prompts, fewer show their trend. */
function planSharing(world: World, key: Key, joinedAt: Instant): void {
	const random = randomFor(`sharing|${key}`);
	const at = joinedAt + random.between(20, 300) * 60_000;
	plan(world, at, idOf(world, key), () => {
		const viewer = viewerOf(world, key);
		const officer = officersOf(world.db, viewer).find(
			({ id }) => id === idOf(world, partOf[key].team === 'quay' ? (partOf[key].secondedBy ? 'pia' : 'otto') : 'edda')
		);
		const names = told[key] === undefined ? random.chance(0.5) : told[key] === 'named';
		const prompt = names && officer ? [officer.id] : [];
		const trends = prompt.length > 0 && random.chance(0.4) ? prompt : [];
		chooseSharing(world.db, viewer, { prompt, trends }, at);
	});
}
