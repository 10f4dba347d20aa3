import { asc, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { acceptInvitation, invite } from '#lib/server/accounts.ts';
import { hashPassword, verifyPassword } from '#lib/server/auth/passwords.ts';
import { readSession, signIn } from '#lib/server/auth/session.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { people, personVersions } from '#lib/server/db/schema/people.ts';
import { policies } from '#lib/server/db/schema/organisation.ts';
import { limitsFor } from '#lib/server/limits-guide.ts';
import { changeOwnDetails, changePassword, lastLink, ownDetails } from '#lib/server/preferences.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const DAY = 86_400_000;
/** Monday 9 November 2026, 10:00 in London. */
const monday = Date.UTC(2026, 10, 9, 10);
const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

const versions = () =>
	db.select().from(personVersions).where(eq(personVersions.personId, c.ines.id)).orderBy(asc(personVersions.version)).all();
const hashOf = () => db.select({ hash: people.passwordHash }).from(people).where(eq(people.id, c.ines.id)).get()?.hash ?? '';

describe('one’s own details', () => {
	it('change at once; where the day begins is kept as a version', () => {
		changeOwnDetails(db, c.ines, { name: 'Ines 🌊 Calder', zone: 'Europe/Lisbon', dayStart: '12:00' }, monday);
		expect(ownDetails(db, c.again(c.ines))).toEqual({
			name: 'Ines 🌊 Calder',
			zone: 'Europe/Lisbon',
			dayStart: '12:00',
			email: 'ines@example.org'
		});
		expect(
			versions().map(({ version, zone, dayStart, startDate, recordedBy }) => [version, zone, dayStart, startDate, recordedBy])
		).toEqual([
			[1, 'Europe/London', '00:00', '2024-01-08', null],
			[2, 'Europe/Lisbon', '12:00', '2024-01-08', c.ines.id]
		]);
	});

	it('saved twice, or with another name alone, make no version', () => {
		changeOwnDetails(db, c.ines, { name: 'Ines C', zone: 'Europe/London', dayStart: '00:00' }, monday);
		changeOwnDetails(db, c.ines, { name: 'Ines C', zone: 'Europe/London', dayStart: '00:00' }, monday + 1);
		expect(versions()).toHaveLength(1);
		expect(c.again(c.ines).name).toBe('Ines C');
	});
});

describe('a new password', () => {
	const present = 'quiet harbour lamp';
	const next = 'another winter tide';
	beforeEach(async () => {
		db.update(people)
			.set({ passwordHash: await hashPassword(present) })
			.where(eq(people.id, c.ines.id))
			.run();
	});

	it('takes the place of the present one and ends every sign-in', async () => {
		const { id } = await signIn(db, c.ines.id, monday, limits);
		await changePassword(db, c.ines, { currentPassword: present, password: next }, monday);
		expect(await verifyPassword(hashOf(), next)).toBe(true);
		expect((await readSession(db, id, monday, limits)).viewer).toBeNull();
	});

	it('needs the present one, and is slowed after several wrong ones', async () => {
		for (let tries = 0; tries < 5; tries++) {
			await expect(changePassword(db, c.ines, { currentPassword: 'not this one', password: next }, monday)).rejects.toThrow(
				/not your present/
			);
		}
		await expect(changePassword(db, c.ines, { currentPassword: present, password: next }, monday)).rejects.toThrow(/wait/);
		expect(await verifyPassword(hashOf(), present)).toBe(true);
	});

	it.each([
		['short', 'a little longer'],
		['ines calder was here', 'without your name'],
		['x'.repeat(201), '200']
	])('refuses %s', async (password, sentence) => {
		await expect(changePassword(db, c.ines, { currentPassword: present, password }, monday)).rejects.toThrow(sentence);
		expect(await verifyPassword(hashOf(), present)).toBe(true);
	});
});

describe('a link that set the password', () => {
	it('is told to the person, with who made it', async () => {
		expect(lastLink(db, c.ines, monday)).toBeNull();
		const token = invite(db, c.ada, c.ines.id, monday);
		expect(lastLink(db, c.ines, monday)).toBeNull();
		await acceptInvitation(db, token, { password: 'lantern gravel otter 51', zone: 'Europe/London', dayStart: '00:00' }, monday);
		expect(lastLink(db, c.ines, monday)).toMatch(/^A link that Ada Finch had made last set your password: /);
	});
});

describe('the limits, as the guide shows them', () => {
	it('are those in force for the home team, with their sources', () => {
		const row = (what: string) => limitsFor(db, c.ines).rows.find((each) => each.what === what);
		expect(row('Over the day’s limit')).toEqual({
			what: 'Over the day’s limit',
			when: 'over 5 h in a day',
			who: 'you, and your team’s leads once a week, on a list about the rota',
			source: 'IWF: at most 5 h direct exposure a day'
		});
		expect(row('Over the limit of two weeks')).toBeUndefined();
		const others = limitsFor(db, c.ines).others.map(({ what, who }) => `${what}: ${who}`);
		expect(others).toContain('A request for contact: you, and whom you chose');
		expect(others.join()).not.toContain('late in the day');
		db.insert(policies)
			.values({
				id: 'p',
				teamId: c.harbour,
				patch: { rules: { 'day-limit': { minutes: 240 }, 'day-over': { on: false } } },
				reason: 'test',
				recordedAt: monday
			})
			.run();
		expect(row('Over the day’s limit')).toMatchObject({ when: 'over 4 h in a day', source: 'set for your team' });
		// What the organisation says counts where the team leaves it to it.
		db.insert(policies)
			.values({ id: 'q', teamId: null, patch: { rules: { 'week-limit': { minutes: 1200 } } }, reason: 'test', recordedAt: monday })
			.run();
		expect(row('Over the week’s limit')).toMatchObject({ source: 'set by your organisation' });
		expect(row('Well over the day’s limit')).toBeUndefined();
		expect(limitsFor(db, c.sol).rows.find(({ what }) => what === 'Over the day’s limit')?.when).toBe('over 5 h in a day');
	});
});
