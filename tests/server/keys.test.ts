import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { decrypt, derive, encrypt } from '#lib/server/encryption.ts';
import { memoryKeys } from '#lib/server/keys.ts';
import { KeyDestroyed } from '#lib/server/person-keys.ts';
import { CannotOpen } from '#lib/server/refusal.ts';
import { createSafely } from '#lib/server/safe-file.ts';
import { seal, unseal } from '#lib/server/seal.ts';
import { temporaryFolder } from '../support/app.ts';
import { rawPages } from '../support/raw-pages.ts';

let folder: string;
let opened: Db[];

beforeEach(() => {
	folder = temporaryFolder('keys');
	opened = [];
});
afterEach(() => {
	vi.restoreAllMocks();
	for (const db of opened) close(db);
	rmSync(folder, { recursive: true, force: true });
});

function open(): Db {
	const db = openDatabase(folder, '', 'drizzle');
	opened.push(db);
	return db;
}

function close(db: Db): void {
	db.$client.close();
	db.keys.close();
	opened = opened.filter((other) => other !== db);
}

/** As if the time had passed in which a process goes on with what it knows. */
function later(): void {
	const now = performance.now();
	vi.spyOn(performance, 'now').mockReturnValue(now + 1000);
}

const place = { table: 'check_ins', row: 'row', person: 'ines' } as const;

describe('destroying the key of Ines', () => {
	test('nothing that was sealed for her opens again, and nothing can be sealed; others are not touched', () => {
		const db = open();
		const [hers, his] = [seal(db, place, 'words'), seal(db, { ...place, person: 'tomas' }, 'words')];
		db.keys.destroyPersonKey('ines');
		expect(() => unseal(db, place, hers)).toThrow(KeyDestroyed);
		expect(() => seal(db, place, 'words')).toThrow(KeyDestroyed);
		expect(unseal(db, { ...place, person: 'tomas' }, his)).toBe('words');
	});

	test('holds in memory too, twice is once, and her name stays among the holders: no key is made for her anew', () => {
		const keys = memoryKeys();
		keys.personKey('ines');
		keys.destroyPersonKey('ines');
		keys.destroyPersonKey('ines');
		keys.destroyPersonKey('never had one');
		expect(() => keys.personKey('ines')).toThrow(/key was destroyed/);
		expect(() => keys.personKey('never had one')).toThrow(KeyDestroyed);
		expect(keys.holders()).toEqual(new Set(['ines', 'never had one']));
		keys.close();
	});

	test('holds after a new start', () => {
		const first = open();
		const sealed = seal(first, place, 'words');
		first.keys.destroyPersonKey('ines');
		close(first);
		const second = open();
		expect(() => unseal(second, place, sealed)).toThrow(KeyDestroyed);
	});

	test('ends what another process knows within a second, and what others have stays', () => {
		const [own, others] = [open(), open()];
		const sealed = seal(own, place, 'words');
		const tomas = own.keys.personKey('tomas');
		expect(unseal(others, place, sealed)).toBe('words');
		own.keys.destroyPersonKey('ines');
		later();
		expect(() => unseal(others, place, sealed)).toThrow(KeyDestroyed);
		expect(others.keys.personKey('tomas').equals(tomas)).toBe(true);
	});

	test('leaves no byte of it in the file, decrypted page by page', () => {
		const db = open();
		for (let n = 0; n < 300; n++) db.keys.personKey(`person ${n}`);
		const file = join(folder, 'person-keys.db');
		const secret = Buffer.from(readFileSync(join(folder, 'database.key'), 'utf8').trim(), 'hex');
		const pages = () => rawPages(file, derive(secret, 'person key file'));
		const wrapped = storedKey(file, derive(secret, 'person key file'), 'person 150');
		expect(decrypt(derive(secret, 'person keys'), wrapped, 'person-key|person 150').equals(db.keys.personKey('person 150'))).toBe(true);
		expect(pages().includes(wrapped)).toBe(true);
		db.keys.destroyPersonKey('person 150');
		// Any sixteen bytes of it: the rest of an overwritten value would do to try out.
		for (let at = 0; at + 16 <= wrapped.length; at++) expect(pages().includes(wrapped.subarray(at, at + 16))).toBe(false);
		expect(readdirSync(folder).filter((name) => name.startsWith('person-keys.db-'))).toEqual([]);
	});
});

function storedKey(file: string, key: Buffer, personId: string): Buffer {
	const store = new Database(file);
	store.pragma(`cipher = 'sqlcipher'`);
	store.pragma(`key = "x'${key.toString('hex')}'"`);
	const wrapped = store.prepare<[string], Buffer>('select wrapped from person_keys where person_id = ?').pluck().get(personId);
	store.close();
	if (!wrapped) throw new Error('no such key');
	return wrapped;
}

describe('a file that is not encrypted is refused in one line, and left as it is:', () => {
	const plain = (name: string) => {
		rmSync(join(folder, name), { force: true });
		const file = new Database(join(folder, name));
		file.exec('create table person_keys (person_id text primary key, wrapped blob)');
		file.close();
		return readFileSync(join(folder, name));
	};
	const attempts: [string, string][] = [
		['with a key file', ''],
		['with a key in the setting', 'ab'.repeat(32)]
	];

	test.each(attempts)('the database, %s', (_, key) => {
		close(openDatabase(folder, key, 'drizzle'));
		const content = plain('breakwater.db');
		expect(() => openDatabase(folder, key, 'drizzle')).toThrow(/^The database .*breakwater\.db is not encrypted.*Nothing was changed\.$/);
		expect(readFileSync(join(folder, 'breakwater.db')).equals(content)).toBe(true);
	});

	test.each(attempts)('the person keys, %s', (_, key) => {
		close(openDatabase(folder, key, 'drizzle'));
		const content = plain('person-keys.db');
		expect(() => openDatabase(folder, key, 'drizzle')).toThrow(/person-keys\.db is not encrypted.*Nothing was changed\.$/);
		expect(readFileSync(join(folder, 'person-keys.db')).equals(content)).toBe(true);
	});

	test('and where there is no key either, none is made for it', () => {
		plain('breakwater.db');
		expect(() => openDatabase(folder, '', 'drizzle')).toThrow(CannotOpen);
		expect(existsSync(join(folder, 'database.key'))).toBe(false);
	});
});

test('with the wrong key nothing is changed, also where the last process was killed and left a log', () => {
	const db = open();
	db.$client.prepare(`insert into employers (id, name, created_at) values ('kept', 'Kept', 0)`).run();
	const copy = temporaryFolder('killed');
	for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(copy, name));
	const right = readFileSync(join(copy, 'database.key'));
	const before = readFileSync(join(copy, 'breakwater.db-wal'));
	expect(before.length).toBeGreaterThan(0);
	writeFileSync(join(copy, 'database.key'), 'a1'.repeat(32));
	expect(() => openDatabase(copy, '', 'drizzle')).toThrow(/wrong key/);
	expect(readFileSync(join(copy, 'breakwater.db-wal')).equals(before)).toBe(true);
	writeFileSync(join(copy, 'database.key'), right);
	const again = openDatabase(copy, '', 'drizzle');
	opened.push(again);
	expect(again.$client.prepare('select id from employers').pluck().all()).toEqual(['kept']);
});

test('a sealed value opens with its own key and context alone', () => {
	const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
	const sealed = encrypt(key, Buffer.from('words'), 'here');
	expect(decrypt(key, sealed, 'here').toString()).toBe('words');
	expect(() => decrypt(other, sealed, 'here')).toThrow();
	expect(() => decrypt(key, sealed, 'there')).toThrow();
	sealed[sealed.length - 1] = Number(sealed.at(-1)) ^ 1;
	expect(() => decrypt(key, sealed, 'here')).toThrow();
});

describe('making the key of a new database', () => {
	/** Prints the keys of some folders. */
	const make = `import { findSecrets } from './src/lib/server/keys.ts';
		const [, , at, ...folders] = ['', ...process.argv];
		await new Promise((resolve) => setTimeout(resolve, Number(at) - Date.now()));
		for (const each of folders) console.log(findSecrets(each, '', true)[0].toString('hex'));`;
	const args = (at: number, folders: string[]) => ['--input-type=module', '-e', make, String(at), ...folders];

	test('several processes that start at once agree on one', async () => {
		const run = promisify(execFile);
		// Often, and at a moment that all have in common: they are to meet.
		const folders = Array.from({ length: 50 }, (_, n) => join(folder, String(n)));
		const at = Date.now() + 2000;
		const printed = await Promise.all([1, 2, 3].map(() => run(process.execPath, args(at, folders))));
		expect(new Set(printed.map(({ stdout }) => stdout)).size).toBe(1);
		expect(folders.map((each) => readFileSync(join(each, 'database.key'), 'utf8')).join('')).toBe(printed[0]?.stdout);
		for (const each of folders) expect(readdirSync(each)).toEqual(['database.key']);
	});

	test('what another process made in the meantime stays', () => {
		const file = join(folder, 'database.key');
		createSafely(file, 'theirs');
		createSafely(file, 'ours');
		expect(readFileSync(file, 'utf8')).toBe('theirs');
		expect(readdirSync(folder)).toEqual(['database.key']);
	});

	test.runIf(process.platform !== 'win32')('one that ends before it could write leaves no empty key, and the next one makes it', () => {
		// Not one byte can be written to a file.
		const { status } = spawnSync('sh', ['-c', 'ulimit -f 0; exec "$@"', 'sh', process.execPath, ...args(0, [folder])]);
		expect(status).not.toBe(0);
		expect(existsSync(join(folder, 'database.key'))).toBe(false);
		writeFileSync(join(folder, 'database.key.0f0f.making'), '');
		open();
		expect(readFileSync(join(folder, 'database.key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
		expect(readdirSync(folder).filter((name) => name.endsWith('.making'))).toEqual([]);
	});
});

describe('a file that does not open: what is said tells apart', () => {
	const file = (name: string) => join(folder, name);
	const refusal = (key = '') => {
		try {
			close(openDatabase(folder, key, 'drizzle'));
		} catch (error) {
			if (error instanceof CannotOpen) return error.message;
			throw error;
		}
		return 'opened';
	};
	/** The same file of another Breakwater. */
	function another(name: string): void {
		const elsewhere = temporaryFolder('another');
		const db = openDatabase(elsewhere, '', 'drizzle');
		db.$client.close();
		db.keys.close();
		copyFileSync(join(elsewhere, name), file(name));
	}
	const overwrite = (name: string, at: number) => {
		const content = readFileSync(file(name));
		writeFileSync(file(name), content.fill('x', at, at + 100));
	};

	test.each<[string, RegExp, () => void]>([
		['the wrong key', /it is the wrong key/, () => writeFileSync(file('database.key'), 'a1'.repeat(32))],
		['the right key, another database', /the key opens the person keys beside it.*from another copy/, () => another('breakwater.db')],
		[
			'the right key, another file of person keys',
			/person-keys\.db is under another key than the database/,
			() => another('person-keys.db')
		],
		['a first page that is damaged', /the key opens the person keys beside it.*it is damaged/, () => overwrite('breakwater.db', 200)],
		['a page that is damaged', /breakwater\.db is damaged/, () => overwrite('breakwater.db', 4096 * 8 + 200)],
		['something else', /breakwater\.db is damaged.*something else/, () => writeFileSync(file('breakwater.db'), 'Dear diary. '.repeat(400))],
		['person keys cut short', /person-keys\.db is damaged/, () => truncateSync(file('person-keys.db'), 5000)],
		['a folder', /cannot be opened \(/, () => (rmSync(file('breakwater.db')), mkdirSync(file('breakwater.db')))],
		[
			'a key file that is a folder',
			/key file .* cannot be read \(EISDIR\)/,
			() => (rmSync(file('database.key')), mkdirSync(file('database.key'), 0o700))
		]
	])('%s', (_, sentence, spoil) => {
		close(open());
		spoil();
		expect(refusal()).toMatch(sentence);
		expect(refusal()).toMatch(/Nothing was changed/);
	});

	test('person keys that somebody has to themselves', () => {
		close(open());
		const secret = Buffer.from(readFileSync(file('database.key'), 'utf8').trim(), 'hex');
		const holder = new Database(file('person-keys.db'));
		holder.pragma(`cipher = 'sqlcipher'`);
		holder.pragma(`key = "x'${derive(secret, 'person key file').toString('hex')}'"`);
		holder.exec('begin exclusive');
		expect(refusal()).toMatch(/person-keys\.db is in use; perhaps its keys are being rotated/);
		holder.close();
		expect(refusal()).toBe('opened');
	}, 20_000);

	test.runIf(process.getuid?.() === 0)('a user who may not', () => {
		close(open());
		const open65534 = `import { openDatabase } from './src/lib/server/db/connection.ts';
			try { openDatabase(process.argv[1], 'ab'.repeat(32), 'drizzle'); } catch (error) { console.log(error.message); }`;
		const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', open65534, folder], {
			uid: 65534,
			encoding: 'utf8'
		});
		expect(stdout, stderr).toMatch(/this user may not read and write it/);
	});
});
