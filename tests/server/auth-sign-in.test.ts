import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { personWith } from '#lib/server/auth/credentials.ts';
import { hashPassword, needsRehash } from '#lib/server/auth/passwords.ts';
import { countTry, forgetFailures, waitAfter } from '#lib/server/auth/throttle.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { people, signInFailures } from '#lib/server/db/schema/people.ts';
import { Refusal } from '#lib/server/refusal.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const second = 1000;
const minute = 60 * second;
const start = Date.parse('2026-03-02T09:00:00Z');
const right = 'velvet otter counts';
const same = 'The e-mail address and the password do not fit together. Please check both and try again.';

let db: Db;
let who: Cast;
let hash: string;

beforeAll(async () => {
	hash = await hashPassword(right);
});
beforeEach(() => {
	db = memoryDb();
	who = cast(db, start - 86_400_000);
	db.update(people).set({ passwordHash: hash }).where(eq(people.id, who.ines.id)).run();
});

const tryWith = (email: string, password: string, now = start, address = '10.0.0.1') => personWith(db, { email, password, address }, now);

async function answer(email: string, password: string, now = start, address?: string): Promise<{ kind: string; message: string }> {
	try {
		return { kind: 'in', message: await tryWith(email, password, now, address) };
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		expect(error.fields).toEqual({});
		return { kind: error.kind, message: error.message };
	}
}

async function failTimes(times: number, email: string, now = start, address?: string) {
	for (let i = 0; i < times; i++) expect((await answer(email, 'wrong', now, address)).kind).toBe('invalid');
}

describe('signing in', () => {
	test('works with the e-mail as it was given, in any case, with spaces around it', async () => {
		for (const email of ['ines@example.org', 'INES@Example.org', ' ines@example.org '])
			expect(await tryWith(email, right)).toBe(who.ines.id);
	});

	test('gives one answer for a wrong password, an unknown e-mail, an open invitation and a disabled account', async () => {
		db.update(people).set({ passwordHash: hash, disabledAt: start }).where(eq(people.id, who.tomas.id)).run();
		const refused = { kind: 'invalid', message: same };
		expect(await answer('ines@example.org', 'wrong')).toEqual(refused);
		expect(await answer('stranger@example.org', right)).toEqual(refused);
		expect(await answer('wen@example.org', right)).toEqual(refused);
		expect(await answer('wen@example.org', '')).toEqual(refused);
		expect(await answer('tomas@example.org', right)).toEqual(refused);
	});

	test('takes one hash of work for each of these answers', async () => {
		const cpu = async (email: string, address: string) => {
			const before = process.cpuUsage();
			await failTimes(4, email, start, address);
			const { user, system } = process.cpuUsage(before);
			return user + system;
		};
		await cpu('warm.up@example.org', 'w');
		const [known, unknown] = [await cpu('ines@example.org', 'a'), await cpu('stranger@example.org', 'b')];
		// Half as much or twice as much would be no hash, or two.
		expect(unknown / known).toBeGreaterThan(0.5);
		expect(unknown / known).toBeLessThan(2);
	});

	test('makes the hash again where it was made with lower parameters', async () => {
		const weak = '$argon2id$v=19$m=8192,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$';
		const { argon2Sync } = await import('node:crypto');
		const tag = argon2Sync('argon2id', {
			message: right,
			nonce: Buffer.alloc(16, 7),
			memory: 8192,
			passes: 1,
			parallelism: 1,
			tagLength: 32
		});
		db.update(people)
			.set({ passwordHash: weak + tag.toString('base64').replaceAll('=', '') })
			.where(eq(people.id, who.ines.id))
			.run();
		await tryWith('ines@example.org', right);
		const stored = db.select({ hash: people.passwordHash }).from(people).where(eq(people.id, who.ines.id)).get()?.hash ?? '';
		expect(needsRehash(stored)).toBe(false);
		expect(await tryWith('ines@example.org', right)).toBe(who.ines.id);
	});
});

describe('after five failures for one e-mail', () => {
	test.each(['ines@example.org', 'stranger@example.org'])('%s waits half a minute, and is told so', async (email) => {
		await failTimes(5, email);
		expect(await answer(email, right, start + 1)).toEqual({
			kind: 'too-often',
			message: 'There were several tries in a row. Please wait 30 seconds, then try again.'
		});
		expect((await answer(email, right, start + 30 * second - 1)).kind).toBe('too-often');
		expect((await answer(email, 'wrong', start + 30 * second)).kind).toBe('invalid');
	});

	test('the wait doubles with each, up to a quarter of an hour', () => {
		expect([0, 4, 5, 6, 7, 8, 9, 10, 11, 500].map((failures) => waitAfter(failures, 5) / second)).toEqual([
			0, 0, 30, 60, 120, 240, 480, 900, 900, 900
		]);
	});

	test('longer waits are told in minutes', async () => {
		await failTimes(5, 'ines@example.org');
		await failTimes(1, 'ines@example.org', start + 30 * second);
		await failTimes(1, 'ines@example.org', start + 90 * second);
		expect((await answer('ines@example.org', right, start + 91 * second)).message).toBe(
			'There were several tries in a row. Please wait 2 minutes, then try again.'
		);
	});

	test('tries during the wait do not make it longer', async () => {
		await failTimes(5, 'ines@example.org');
		for (let i = 0; i < 20; i++) await answer('ines@example.org', right, start + i);
		expect((await answer('ines@example.org', right, start + 30 * second)).kind).toBe('in');
	});

	test('signing in resets it', async () => {
		await failTimes(4, 'ines@example.org');
		expect((await answer('ines@example.org', right)).kind).toBe('in');
		await failTimes(5, 'ines@example.org');
	});

	test('other people sign in from the same address all the same', async () => {
		await failTimes(5, 'stranger@example.org');
		expect((await answer('ines@example.org', right)).kind).toBe('in');
	});

	test('another spelling of the e-mail is the same one', async () => {
		await failTimes(5, 'ines@example.org');
		expect((await answer(' INES@example.org', right)).kind).toBe('too-often');
	});

	test('half a day without another is forgotten', async () => {
		await failTimes(5, 'ines@example.org');
		await failTimes(5, 'ines@example.org', start + 12 * 60 * minute + 1);
	});

	test('many tries at one instant do not slip through together', async () => {
		const answers = await Promise.all(Array.from({ length: 12 }, () => answer('ines@example.org', 'wrong')));
		expect(answers.filter(({ kind }) => kind === 'invalid')).toHaveLength(5);
	});
});

describe('one address', () => {
	test('that tries many e-mails is slowed down as well, later', () => {
		const tries = (from: number, to: number) => {
			for (let i = from; i < to; i++) countTry(db, `person${i}@example.org`, '10.0.0.9', start);
		};
		tries(0, 60);
		expect(() => tries(60, 61)).toThrow('Please wait 30 seconds');
		expect(() => countTry(db, 'person60@example.org', '10.0.0.8', start)).not.toThrow();
	});

	test('is not freed by signing in with one account of its own', () => {
		for (let i = 0; i < 59; i++) countTry(db, `person${i}@example.org`, '10.0.0.9', start);
		countTry(db, 'own@example.org', '10.0.0.9', start);
		forgetFailures(db, 'own@example.org', '10.0.0.9', start);
		countTry(db, 'person60@example.org', '10.0.0.9', start);
		expect(() => countTry(db, 'person61@example.org', '10.0.0.9', start)).toThrow(Refusal);
	});
});

test('neither e-mail nor address can be read in the database', async () => {
	await failTimes(1, 'stranger@example.org', start, '203.0.113.77');
	expect(db.select().from(signInFailures).all()).toHaveLength(2);
	const bytes = Buffer.from(db.$client.serialize());
	expect([bytes.includes('stranger@example.org'), bytes.includes('203.0.113.77')]).toEqual([false, false]);
});
