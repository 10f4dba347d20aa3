import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { logSession } from '#lib/server/exposures.ts';
import { writeWords } from '#lib/server/private-words.ts';
import { temporaryFolder } from '../support/app.ts';
import { cast, type Cast } from '../support/cast.ts';
import { foundIn, planted, plantAll, sealedColumns } from '../support/planted-words.ts';
import { rawPages } from '../support/raw-pages.ts';

/** A Monday, 11:00 in London. */
const now = Date.UTC(2026, 10, 16, 11);
const words = Object.values(planted).flatMap((each) => each.words);

let folder: string;
let db: Db;
let people: Cast;
const said: string[] = [];

beforeAll(() => {
	for (const stream of [process.stdout, process.stderr])
		vi.spyOn(stream, 'write').mockImplementation((chunk) => said.push(String(chunk)) > 0);
	for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
		vi.spyOn(console, level).mockImplementation((...parts) => void said.push(parts.map(String).join(' ')));
	folder = temporaryFolder('planted');
	db = openDatabase(folder, '', 'drizzle');
	people = cast(db, now - 86_400_000);
	plantAll(db, people, now);
	failWith(people);
	vi.restoreAllMocks();
});
afterAll(() => {
	db.$client.close();
	db.keys.close();
});

/** What is refused must not be told either. */
function failWith({ ines }: Cast): void {
	const id = crypto.randomUUID();
	const attempts = [
		() => writeWords(db, ines, { id, text: `Herons over the estuary, naïve café ${'!'.repeat(200)}` }, now),
		() => recordCheckIn(db, ines, { id, instrument: 'pulse', answers: [4, 4, 3, 2, 9] }, now),
		() => logSession(db, ines, { id, start: now, end: now - 1, workTypeId: null, violent: 'yes', aftermath: 9 }, now)
	];
	for (const attempt of attempts) {
		let refusal: unknown;
		try {
			attempt();
		} catch (error) {
			refusal = error;
		}
		const text = refusal instanceof Error ? `${refusal.message}\n${refusal.stack}\n${JSON.stringify(refusal)}` : '';
		expect(text).not.toBe('');
		said.push(text);
	}
}

/** Every page of the database as it stands on disk, decrypted; with what was deleted. */
function decrypted(of: Db): Buffer {
	of.$client.pragma('wal_checkpoint(TRUNCATE)');
	return rawPages(of.$client.name, of.keys.fileKey);
}

test('every sealed column of the schema has words planted in it', () => {
	expect(sealedColumns().sort()).toEqual(Object.keys(planted).sort());
	for (const column of sealedColumns()) {
		const [table = '', name = ''] = column.split('.');
		expect(db.$client.prepare(`select count(*) from ${table} where ${name} is not null`).pluck().get(), column).toBeGreaterThan(0);
	}
});

test('a decrypted copy of the database holds none of them, in any form', () => {
	const copy = decrypted(db);
	// It is the database, and this search finds what stands there.
	for (const there of ['Ines Calder', 'ines@example.org', 'CREATE TABLE', 'put_away']) expect(copy.includes(there), there).toBe(true);
	expect(foundIn(copy, words)).toEqual([]);
});

test('nothing that was printed, and no refusal, holds any of them', () => {
	expect(foundIn(Buffer.from(said.join('\n')), words)).toEqual([]);
});

describe('the search would notice', () => {
	test.each(Object.keys(planted))('%s left open', (column) => {
		const [table = '', name = ''] = column.split('.');
		const copyFolder = temporaryFolder('left-open');
		db.$client.pragma('wal_checkpoint(TRUNCATE)');
		cpSync(folder, copyFolder, { recursive: true });
		const copy = openDatabase(copyFolder, '', 'drizzle');
		try {
			for (const trigger of copy.$client.prepare<[], string>(`select name from sqlite_schema where type = 'trigger'`).pluck().all())
				copy.$client.exec(`drop trigger ${trigger}`);
			const length = copy.$client.prepare<[], number>(`select max(length(${name})) from ${table}`).pluck().get() ?? 0;
			for (const word of planted[column]?.words ?? []) {
				const open = Buffer.from(`{${word}`.padEnd(length)).subarray(0, length);
				copy.$client.prepare(`update ${table} set ${name} = ? where ${name} is not null`).run(open);
				expect(foundIn(decrypted(copy), [word])).toContain(`${word} (UTF-8)`);
			}
		} finally {
			copy.$client.close();
			copy.keys.close();
		}
	});

	test('other ways of writing it down', () => {
		const utf16 = Buffer.from('Herons', 'utf16le');
		const forms = [
			utf16,
			Buffer.from(utf16).swap16(),
			Buffer.from(Buffer.from('Herons').toString('hex')),
			Buffer.from('{"text":"{\\"until\\":1}"}')
		];
		for (const form of forms)
			expect(foundIn(Buffer.concat([Buffer.from('a'), form]), ['Herons', '"until":']), form.toString()).toHaveLength(1);
	});

	test.each(['aftermath', 'Wörter', '[4,4,3,2]'])('%s in the middle of what is written as base64', (word) => {
		for (const before of ['', 'a', 'ab', 'abc'])
			for (const after of ['', 'z', 'zy', 'zyx']) {
				const text = Buffer.from(Buffer.from(before + word + after).toString('base64'));
				expect(foundIn(text, [word]), text.toString()).not.toEqual([]);
			}
	});
});

describe('without the key, nothing at all can be read in', () => {
	const anything = [
		...words,
		...['Ines Calder', 'Mara Voss', 'ines@example.org', 'example.org', 'Harbour', 'Lanternworks', 'Seawall', 'Europe/London'],
		...['CREATE TABLE', 'create table', 'sqlite_', 'SQLite format 3', 'exposures', 'check_ins', 'person_keys', 'kept_keys', 'audit trail'],
		...['moderator', 'welfare', 'account.created', 'INTEGER', 'drizzle']
	];
	const everyFile = (of: string) => readdirSync(of).filter((name) => name !== 'database.key');

	test('the files of a server that runs, its log of changes included', () => {
		db.$client.prepare(`insert into employers (id, name, created_at) values ('late', 'Wheelbarrow & Daughters', 0)`).run();
		db.keys.personKey(people.ines.id);
		const files = everyFile(folder);
		expect(files).toEqual(expect.arrayContaining(['breakwater.db', 'breakwater.db-wal', 'person-keys.db']));
		for (const file of files) {
			const content = readFileSync(join(folder, file));
			if (file !== 'breakwater.db-shm') expect(content.length, file).toBeGreaterThan(0);
			expect(foundIn(content, [...anything, 'Wheelbarrow', people.ines.id]), file).toEqual([]);
		}
	});

	test('a copy made as the README says: the server stopped, the folder copied', () => {
		db.$client.close();
		db.keys.close();
		const backup = temporaryFolder('backup');
		cpSync(folder, backup, { recursive: true });
		db = openDatabase(folder, '', 'drizzle');
		const files = everyFile(backup);
		expect(files.sort()).toEqual(['breakwater.db', 'person-keys.db']);
		for (const file of files) expect(foundIn(readFileSync(join(backup, file)), [...anything, people.ines.id]), file).toEqual([]);
		const opened = openDatabase(backup, '', 'drizzle');
		expect(opened.$client.prepare('select name from people where id = ?').pluck().get(people.ines.id)).toBe('Ines Calder');
		opened.$client.close();
		opened.keys.close();
	});
});
