import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { discardHeldForm, findHeldForm, forgetHeldForms, holdForm, type HeldForm } from '#lib/server/auth/held-forms.ts';
import { endAllSessions, signIn, signOut } from '#lib/server/auth/session.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { heldForms } from '#lib/server/db/schema/people.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const hour = 3_600_000;
const start = Date.parse('2026-03-02T09:00:00Z');
const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };
const form: HeldForm = {
	path: '/today?/log',
	fields: [
		['start', '09:00'],
		['material[]', 'image'],
		['material[]', 'video'],
		['note', 'lantern "ünïcödé" 🦦']
	]
};

let db: Db;
let who: Cast;

beforeEach(() => {
	db = memoryDb();
	who = cast(db, start - 24 * hour);
});

const hold = (what = form, now = start) => {
	const token = holdForm(db, who.ines.id, what, now);
	if (token === null) throw new Error('not held');
	return token;
};

describe('what was typed when a sign-in had ended', () => {
	test('is given back to the same person, field by field', () => {
		expect(findHeldForm(db, who.ines, hold(), start + 1)).toEqual(form);
	});

	test('is never shown to anybody else, not even to an admin with the link', () => {
		const token = hold();
		for (const other of [who.tomas, who.mara, who.ada, who.hale]) expect(findHeldForm(db, other, token, start)).toBeNull();
		expect(findHeldForm(db, who.ines, createHash('sha256').update(token).digest('hex'), start)).toBeNull();
	});

	test('cannot be given to another person by changing the row', () => {
		const token = hold();
		db.update(heldForms).set({ personId: who.tomas.id }).run();
		expect(() => findHeldForm(db, who.tomas, token, start)).toThrow();
	});

	test('is kept for an hour, to the millisecond', () => {
		const token = hold();
		expect(findHeldForm(db, who.ines, token, start + hour - 1)).not.toBeNull();
		expect(findHeldForm(db, who.ines, token, start + hour)).toBeNull();
		forgetHeldForms(db, start + hour);
		expect(db.select().from(heldForms).all()).toEqual([]);
	});

	test('is sealed: neither a field nor the token can be read in the database', () => {
		const token = hold();
		const bytes = Buffer.from(db.$client.serialize());
		expect([bytes.includes('lantern'), bytes.includes('/today?/log'), bytes.includes(token)]).toEqual([false, false, false]);
	});

	test('leaves passwords out', () => {
		const token = hold({
			path: '/x',
			fields: [
				['password', 'velvet'],
				['newPassword', 'otter'],
				['name', 'Ines']
			]
		});
		expect(findHeldForm(db, who.ines, token, start)?.fields).toEqual([['name', 'Ines']]);
	});

	test('leaves out what looks like case content, says so, and keeps the rest', () => {
		const fields: HeldForm['fields'] = [
			['id', '0199c0de-0000-7000-8000-000000000001'],
			['email', 'ines@example.org'],
			['items[]', 'Fine.'],
			['items[]', 'See https://example.org/7'],
			['text', 'CR-2026-00417']
		];
		const token = hold({ path: '/words?/write', fields });
		expect(findHeldForm(db, who.ines, token, start)).toEqual({ path: '/words?/write', fields: fields.slice(0, 3), leftOut: true });
	});

	test('leaves out what nothing would be kept of, in the form it was typed in, or nobody would read through', () => {
		const fields: HeldForm['fields'] = [
			['to', '2026-12-24'],
			['to', 'See https://example.org/7'],
			['source', '{"url": "https://example.org/7"}'],
			['file', 'https://example.org/7'],
			['held', 'w7Qk0c1yZ3h5Xb2mN8vT4rLpDfGs6jHa'],
			['text', 'so '.repeat(6667)]
		];
		const token = hold({ path: '/absences?/enter', fields });
		expect(findHeldForm(db, who.ines, token, start)).toEqual({ path: '/absences?/enter', fields: fields.slice(0, 1), leftOut: true });
	});

	test('is kept up to 64 KB', () => {
		const parts = (most: number): HeldForm['fields'] => Array.from({ length: 4 }, () => ['a', 'x'.repeat(most / 4)]);
		expect(holdForm(db, who.ines.id, { path: '/x', fields: parts(64 * 1024) }, start)).toBeNull();
		expect(holdForm(db, who.ines.id, { path: '/x', fields: parts(60 * 1024) }, start)).not.toBeNull();
		expect(db.select().from(heldForms).all()).toHaveLength(1);
	});

	test('survives signing in again with the same browser', async () => {
		const before = await signIn(db, who.ines.id, start - 3 * hour, limits);
		const token = hold();
		await signIn(db, who.ines.id, start + 1, limits, before.id);
		expect(findHeldForm(db, who.ines, token, start + 2)).toEqual(form);
	});

	test('is gone after signing out, after all sign-ins were ended, and when the person throws it away', async () => {
		const one = hold();
		discardHeldForm(db, who.tomas, one);
		expect(findHeldForm(db, who.ines, one, start)).not.toBeNull();
		discardHeldForm(db, who.ines, one);
		expect(findHeldForm(db, who.ines, one, start)).toBeNull();

		const [two, session] = [hold(), await signIn(db, who.ines.id, start, limits)];
		signOut(db, session.id, start);
		expect(findHeldForm(db, who.ines, two, start)).toBeNull();

		const three = hold();
		endAllSessions(db, who.ines.id);
		expect(findHeldForm(db, who.ines, three, start)).toBeNull();
	});

	test('is kept ten times per person at most: the oldest goes first', () => {
		const tokens = Array.from({ length: 12 }, (_, i) => hold({ ...form, path: `/${i}` }, start + i));
		expect(tokens.map((token) => findHeldForm(db, who.ines, token, start + 20)?.path ?? null)).toEqual([
			null,
			null,
			...tokens.slice(2).map((_, i) => `/${i + 2}`)
		]);
	});
});
