import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { erasePerson } from '#lib/server/erasures.ts';
import { startKeeper, type Keeper } from '#lib/server/keeper.ts';
import { deleteAllWords, deleteWords, writeWords } from '#lib/server/private-words.ts';
import { HOUR, monday } from '../support/alerting.ts';
import { temporaryFolder } from '../support/app.ts';
import { cast, type Cast } from '../support/cast.ts';
import { plantAll } from '../support/planted-words.ts';
import { rawPages } from '../support/raw-pages.ts';

let db: Db;
let c: Cast;
let keeper: Keeper;

beforeEach(() => {
	vi.useFakeTimers({ now: monday });
	db = openDatabase(temporaryFolder('deleted'), '', 'drizzle');
	c = cast(db, monday - 24 * HOUR);
	plantAll(db, c, monday);
	keeper = startKeeper(db);
	// What is due at the start, and the daily run.
	vi.advanceTimersByTime(10_000);
});

afterEach(() => {
	keeper.stop();
	db.$client.close();
	db.keys.close();
	vi.useRealTimers();
});

/** Every page of the file, decrypted, whether in use or free; and how long the log of changes is. */
const pages = () => rawPages(db.$client.name, db.keys.fileKey);
const logBytes = () => readFileSync(`${db.$client.name}-wal`).length;

const sealed = () => db.$client.prepare<[], Buffer>('select sealed from private_words').pluck().all();
const write = (text: string) => {
	const id = crypto.randomUUID();
	writeWords(db, c.ines, { id, text }, monday + HOUR);
	db.$client.pragma('wal_checkpoint(TRUNCATE)');
	return id;
};

test('of somebody who was erased neither name nor address nor a sealed byte is left in the file, or in the log of changes', () => {
	db.$client.pragma('wal_checkpoint(TRUNCATE)');
	const theirs = sealed();
	expect(theirs.length).toBeGreaterThan(0);
	for (const there of ['Ines Calder', 'ines@example.org', ...theirs]) expect(pages().includes(there)).toBe(true);
	erasePerson(db, c.ada, c.ines.id, monday + HOUR);
	expect(logBytes()).toBeGreaterThan(0);
	vi.advanceTimersByTime(1000);
	expect(logBytes()).toBe(0);
	for (const gone of ['Ines Calder', 'ines@example.org', ...theirs]) expect(pages().includes(gone)).toBe(false);
	expect(pages().includes('Mara Voss')).toBe(true);
});

test.each<[string, (id: string) => void]>([
	['one of them', (id) => deleteWords(db, c.ines, id)],
	['all of them', () => void deleteAllWords(db, c.ines)]
])('of words that their author has deleted, %s, nothing is left either, not even sealed', (_, remove) => {
	const id = write('Long week, slow tea');
	const bytes = db.$client.prepare<[string], Buffer>('select sealed from private_words where id = ?').pluck().get(id) ?? '';
	expect(pages().includes(bytes)).toBe(true);
	remove(id);
	vi.advanceTimersByTime(1000);
	expect(logBytes()).toBe(0);
	expect(pages().includes(bytes)).toBe(false);
});

test('while somebody else reads it is tried again until they are through', () => {
	const other = openDatabase(db.$client.name.replace(/\/[^/]*$/, ''), '', 'drizzle');
	const id = write('Long week, slow tea');
	other.$client.exec('begin');
	other.$client.prepare('select count(*) from people').get();
	deleteWords(db, c.ines, id);
	vi.advanceTimersByTime(1000);
	expect(logBytes()).toBeGreaterThan(0);
	other.$client.exec('commit');
	other.$client.close();
	other.keys.close();
	vi.advanceTimersByTime(61_000);
	expect(logBytes()).toBe(0);
});
