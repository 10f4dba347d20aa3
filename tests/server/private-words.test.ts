import { beforeEach, describe, expect, test } from 'vitest';
import { instrumentIds } from '#lib/domain/instruments/instrument.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { privateWords } from '#lib/server/db/schema/words.ts';
import { changeOptional, optionalPage } from '#lib/server/optional-parts.ts';
import { sessionFields } from '#lib/server/organisation.ts';
import { deleteAllWords, deleteWords, ownWords, writeWords } from '#lib/server/private-words.ts';
import { placeHold } from '#lib/server/holds.ts';
import { runNow } from '#lib/server/retention-runs.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { DAY, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf } from '../support/exposure.ts';

let db: Db;
let c: Cast;
const id = () => crypto.randomUUID();

beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday);
	turn(true);
});

function turn(on: boolean): void {
	const { version } = optionalPage(db, c.ada, monday);
	const fields = on ? ([...sessionFields, 'words'] as const) : sessionFields;
	changeOptional(db, c.ada, { id: id(), fields, instruments: instrumentIds, reason: 'We decided so', basedOn: version }, monday);
}

const write = (who: Viewer, text: string, now = monday, words = id()) => writeWords(db, who, { id: words, text }, now);
const texts = (who: Viewer, now = monday) => ownWords(db, who, now).map(({ text }) => text);

describe('a few words for oneself', () => {
	test('are off in a new organisation', () => {
		turn(false);
		expect(refusalOf(() => write(c.ines, 'Tired.')).kind).toBe('conflict');
		const others = optionalPage(memoryDb(), c.ada, monday).groups.find(({ id }) => id === 'others');
		expect(others?.parts).toMatchObject([{ id: 'words', on: false }]);
	});

	test('are the author’s to read, newest first, with the day on which they go', () => {
		write(c.ines, 'A long day.\r\nTomorrow is off.');
		write(c.ines, 'Better.', monday + DAY);
		expect(ownWords(db, c.ines, monday + DAY)).toMatchObject([
			{ text: 'Better.', written: 'today, 10:00', goes: 'on Monday 8 February 2027' },
			{ text: 'A long day.\nTomorrow is off.', written: 'yesterday, 10:00' }
		]);
	});

	test('are nobody else’s: neither lead, officer, head nor administrator has them', () => {
		write(c.ines, 'A long day.');
		for (const who of [c.mara, c.edda, c.hale, c.ada, c.rui]) expect(texts(who)).toEqual([]);
		const [row] = db.select().from(privateWords).all();
		for (const who of [c.mara, c.hale, c.ada]) expect(refusalOf(() => deleteWords(db, who, row?.id ?? '')).kind).toBe('not-found');
		expect(texts(c.ines)).toEqual(['A long day.']);
	});

	test('are sealed, and their size says nothing', () => {
		write(c.ines, 'x');
		write(c.ines, '\u{1F9AD}'.repeat(100));
		write(c.ines, '"\\'.repeat(100));
		const sizes = db
			.select()
			.from(privateWords)
			.all()
			.map(({ sealed }) => sealed.length);
		expect(new Set(sizes).size).toBe(1);
		expect(Buffer.from(db.$client.serialize()).includes('\u{1F9AD}\u{1F9AD}')).toBe(false);
	});

	test('cannot be moved to somebody else', () => {
		write(c.ines, 'A long day.');
		db.update(privateWords).set({ personId: c.mara.id }).run();
		expect(() => ownWords(db, c.mara, monday)).toThrow();
	});

	test('have 1 to 200 characters of plain text', () => {
		for (const text of ['', ' \n ', 'a'.repeat(201), 'a\u0000b', 'a\uD83Db', 'a\u2028b'])
			expect(refusalOf(() => write(c.ines, text)).fields).toHaveProperty('text');
		write(c.ines, 'é'.repeat(200));
		expect(texts(c.ines)).toHaveLength(1);
	});

	test('that look like case content are refused, and nothing is kept', () => {
		for (const text of ['See https://example.org/a', 'mara@example.org', 'It was IMG_4711.JPG', 'CR-2026-00417'])
			expect(refusalOf(() => write(c.ines, text)).fields).toHaveProperty('text');
		expect(db.select().from(privateWords).all()).toEqual([]);
	});

	test('are kept once where the form is sent twice, and not under the id of somebody else', () => {
		const same = id();
		write(c.ines, 'Once.', monday, same);
		write(c.ines, 'Once.', monday, same);
		expect(refusalOf(() => write(c.mara, 'Mine.', monday, same)).kind).toBe('conflict');
		expect(db.select().from(privateWords).all()).toHaveLength(1);
	});
});

describe('words go', () => {
	test('one at a time, and then are not found', () => {
		const first = id();
		write(c.ines, 'One.', monday, first);
		write(c.ines, 'Two.');
		deleteWords(db, c.ines, first);
		expect(texts(c.ines)).toEqual(['Two.']);
		expect(refusalOf(() => deleteWords(db, c.ines, first)).kind).toBe('not-found');
	});

	test('all at once, the author’s alone', () => {
		write(c.ines, 'One.');
		write(c.ines, 'Two.');
		write(c.mara, 'Mine.');
		expect([deleteAllWords(db, c.ines), deleteAllWords(db, c.ines)]).toEqual([2, 0]);
		expect([texts(c.ines), texts(c.mara)]).toEqual([[], ['Mine.']]);
	});

	const run = (now: number) => runNow(db, { name: 'records', holder: 'first' }, now);

	test('after 90 days: they are not shown from that instant on, and the next daily run deletes them', () => {
		write(c.ines, 'Old.');
		write(c.ines, 'Younger.', monday + 2 * DAY);
		expect(texts(c.ines, monday + 90 * DAY - 1)).toHaveLength(2);
		expect(texts(c.ines, monday + 90 * DAY)).toEqual(['Younger.']);
		run(monday + 91 * DAY);
		expect(db.select().from(privateWords).all()).toHaveLength(1);
	});

	test('not while a legal hold stands: their author reads that, and can still delete them', () => {
		write(c.ines, 'Old.');
		placeHold(db, c.ada, { id: id(), personId: c.ines.id, kind: 'court', until: '2027-12-31' }, monday);
		run(monday + 91 * DAY);
		expect(ownWords(db, c.ines, monday + 91 * DAY)).toMatchObject([{ text: 'Old.', goes: null }]);
		expect(deleteAllWords(db, c.ines)).toBe(1);
	});

	test('not by turning them off: what was written stays to be read and deleted', () => {
		write(c.ines, 'Before.');
		turn(false);
		expect(texts(c.ines)).toEqual(['Before.']);
		expect(deleteAllWords(db, c.ines)).toBe(1);
	});
});
