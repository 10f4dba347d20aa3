import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { endAllSessions, readSession, signIn, signOut } from '#lib/server/auth/session.ts';
import { startPage } from '#lib/server/auth/start-page.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { people, signIns } from '#lib/server/db/schema/people.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse('2026-03-02T09:00:00Z');
const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };

let db: Db;
let who: Cast;

beforeEach(() => {
	db = memoryDb();
	who = cast(db, start - 24 * hour);
});

const enter = async (who: Viewer, now = start, before?: string) => (await signIn(db, who.id, now, limits, before)).id;
const read = (id: string, now: number) => readSession(db, id, now, limits);
const nameAt = async (id: string, now: number) => (await read(id, now)).viewer?.name ?? null;

/** Asks every ten minutes, as somebody does who is at work. */
async function keepAsking(id: string, from: number, to: number) {
	for (let now = from; now <= to; now += 10 * minute) expect(await nameAt(id, now)).not.toBeNull();
}

/** No room is left, and every such change of a sign-in needs some. */
function fillDisk(event: 'update' | 'insert') {
	db.$client.exec('create table filler (bytes blob)');
	db.$client.exec(`create trigger needs_room after ${event} on sign_ins begin insert into filler values (zeroblob(100000)); end`);
	db.$client.pragma(`max_page_count = ${String(db.$client.pragma('page_count', { simple: true }))}`);
}

describe('a sign-in', () => {
	test('is stored as the SHA-256 of its id, and the id itself is nowhere in the database', async () => {
		const id = await enter(who.ines);
		const rows = db.select().from(signIns).all();
		expect(rows.map((row) => row.idHash)).toEqual([createHash('sha256').update(id).digest('hex')]);
		expect(Buffer.from(db.$client.serialize()).includes(id)).toBe(false);
	});

	test('tells who it is, and nobody for an unknown, malformed or empty id', async () => {
		const id = await enter(who.ines);
		expect((await read(id, start)).viewer?.id).toBe(who.ines.id);
		for (const wrong of ['', 'x', 'a'.repeat(40), id.slice(1), `${id}a`, '%00', createHash('sha256').update(id).digest('hex')]) {
			expect(await read(wrong, start)).toEqual({ viewer: null, expired: null });
		}
	});

	test('has a new id each time, and replaces the one that the browser had', async () => {
		const first = await enter(who.ines);
		const second = await enter(who.ines, start, first);
		expect(second).not.toBe(first);
		expect(await nameAt(first, start)).toBeNull();
		expect(await nameAt(second, start)).toBe('Ines Calder');
	});

	test('cannot begin while the disk is full, and says so', async () => {
		fillDisk('insert');
		await expect(enter(who.ines)).rejects.toMatchObject({ kind: 'full' });
	});

	test('says when it ends in any case', async () => {
		expect((await signIn(db, who.ines.id, start, limits)).expiresAt).toBe(start + 13 * hour);
	});

	test('shows roles as they are now, not as they were when signing in', async () => {
		const id = await enter(who.mara);
		db.$client.exec(`update roles set ended_at = ${start} where person_id = '${who.mara.id}'`);
		expect((await read(id, start + minute)).viewer?.roles).toEqual([]);
	});
});

describe('a quiet sign-in', () => {
	test.each([
		['ines', 120],
		['rui', 120],
		['mara', 30],
		['edda', 30],
		['hale', 30],
		['ada', 30]
	] as const)('of %s ends after exactly %i minutes without a request', async (first, minutes) => {
		const [used, unused] = [await enter(who[first]), await enter(who[first])];
		expect(await nameAt(used, start + minutes * minute - 1)).toBe(who[first].name);
		expect(await read(unused, start + minutes * minute)).toEqual({ viewer: null, expired: who[first].id });
	});

	test('counts from the last request, to the millisecond, although it is written once a minute', async () => {
		const id = await enter(who.ines);
		const last = start + 59_999;
		await read(id, last);
		expect(db.select({ seenAt: signIns.seenAt }).from(signIns).get()?.seenAt).toBe(start);
		expect(await nameAt(id, last + 2 * hour - 1)).toBe('Ines Calder');
	});

	test('is written down again after a minute', async () => {
		const id = await enter(who.ines);
		await read(id, start + minute);
		expect(db.select({ seenAt: signIns.seenAt }).from(signIns).get()?.seenAt).toBe(start + minute);
	});

	test('does not come back to life once it has ended', async () => {
		const id = await enter(who.mara);
		await read(id, start + 30 * minute);
		db.$client.exec(`update roles set ended_at = ${start} where person_id = '${who.mara.id}'`);
		expect(await nameAt(id, start + 31 * minute)).toBeNull();
	});

	test('goes on while the disk is full, and ends in time all the same', async () => {
		const id = await enter(who.ines);
		fillDisk('update');
		expect(await nameAt(id, start + 100 * minute)).toBe('Ines Calder');
		expect(await nameAt(id, start + 200 * minute)).toBe('Ines Calder');
		expect(db.select({ seenAt: signIns.seenAt }).from(signIns).get()?.seenAt).toBe(start);
		expect(await nameAt(id, start + 320 * minute)).toBeNull();
	});
});

describe('a busy sign-in', () => {
	test('ends after 13 hours in any case', async () => {
		const id = await enter(who.ines);
		await keepAsking(id, start, start + 13 * hour - 10 * minute);
		expect(await nameAt(id, start + 13 * hour - 1)).toBe('Ines Calder');
		expect(await read(id, start + 13 * hour)).toEqual({ viewer: null, expired: who.ines.id });
	});

	test('tells for a day after its end whose it was, and is forgotten then', async () => {
		const id = await enter(who.ines);
		const end = start + 2 * hour;
		expect((await read(id, end + 24 * hour - 1)) as object).toHaveProperty('expired', who.ines.id);
		expect(await read(id, end + 24 * hour)).toEqual({ viewer: null, expired: null });
		await enter(who.tomas, end + 24 * hour + 1);
		expect(db.select().from(signIns).where(eq(signIns.personId, who.ines.id)).all()).toEqual([]);
	});
});

describe('signing out', () => {
	test('ends the sign-in on the server, and only that one', async () => {
		const [here, elsewhere] = [await enter(who.ines), await enter(who.ines)];
		signOut(db, here, start);
		expect(await read(here, start)).toEqual({ viewer: null, expired: null });
		expect(await nameAt(elsewhere, start)).toBe('Ines Calder');
		signOut(db, here, start);
	});

	test('everywhere ends all of a person, and nobody else’s', async () => {
		const [a, b, other] = [await enter(who.ines), await enter(who.ines), await enter(who.tomas)];
		endAllSessions(db, who.ines.id);
		expect([await nameAt(a, start), await nameAt(b, start), await nameAt(other, start)]).toEqual([null, null, 'Tomas Reed']);
	});

	test('happens at once when the account is disabled', async () => {
		const id = await enter(who.ines);
		db.update(people).set({ disabledAt: start }).where(eq(people.id, who.ines.id)).run();
		expect(await read(id, start + 1)).toEqual({ viewer: null, expired: null });
	});
});

test.each([
	['ines', '/today'],
	['rui', '/today'],
	['mara', '/prompts'],
	['edda', '/prompts'],
	['hale', '/prompts'],
	['ada', '/admin']
] as const)('%s begins at %s, once asked about sharing', (first, page) => {
	expect(startPage({ ...who[first], sharingAsked: true })).toBe(page);
});

test('who has a team is asked about sharing first; who has no role finds support', () => {
	expect(startPage({ ...who.ines, sharingAsked: false })).toBe('/welcome/sharing');
	expect(startPage({ ...who.ada, sharingAsked: false })).toBe('/admin');
	expect(startPage({ ...who.ines, sharingAsked: true, roles: [] })).toBe('/support');
});
