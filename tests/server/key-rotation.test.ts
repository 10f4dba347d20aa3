import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encryptAnew } from '#lib/server/db/cipher.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { holdForm, findHeldForm } from '#lib/server/auth/held-forms.ts';
import { goOnRotating, watchForRotation } from '#lib/server/key-rotation.ts';
import { rotateKeys } from '#lib/server/key-rotation-command.ts';
import { readRotation, removeRotation, writeRotation, type Rotation } from '#lib/server/key-rotation-file.ts';
import { fileKeyOf } from '#lib/server/keys.ts';
import { compareWithReplay } from '#lib/server/replay/compare.ts';
import { cast } from '../support/cast.ts';
import { temporaryFolder } from '../support/app.ts';

const now = Date.UTC(2026, 10, 23, 9);
const [oldSecret, newSecret] = [Buffer.alloc(32, 0xab), Buffer.alloc(32, 0xcd)];
const [oldKey, newKey] = [oldSecret.toString('hex'), newSecret.toString('hex')];
const form = { path: '/today', fields: [['note', 'lantern']] as [string, string][] };

let folder: string;
let dataDir: string;
let opened: Db[];

beforeEach(() => {
	folder = temporaryFolder('rotation');
	dataDir = join(folder, 'data');
	mkdirSync(dataDir);
	opened = [];
});
afterEach(() => {
	for (const db of opened) close(db);
	rmSync(folder, { recursive: true, force: true });
});

function open(key: string): Db {
	const db = openDatabase(dataDir, key, 'drizzle');
	opened.push(db);
	return db;
}

function close(db: Db): void {
	db.$client.close();
	db.keys.close();
	opened = opened.filter((other) => other !== db);
}

/** What must be the same whatever the key. */
function whatIsKept(db: Db) {
	const person = db.$client.prepare<[], string>('select person_id from put_away order by person_id').pluck().all();
	return {
		people: Object.fromEntries(person.map((id) => [id, db.keys.personKey(id).toString('hex')])),
		audit: db.keys.auditKey.toString('hex'),
		hash: db.keys.hashKey.toString('hex'),
		rows: db.$client.prepare('select name from people order by id').pluck().all(),
		integrity: db.$client.pragma('integrity_check', { simple: true })
	};
}

/** A database of the cast under the key; closed again. */
function furnished(key: string) {
	const db = open(key);
	cast(db, now);
	const kept = whatIsKept(db);
	close(db);
	return kept;
}

const wanted: Rotation = { old: oldSecret, new: newSecret, rekeyed: false };

async function command(args: string[], env: Record<string, string> = {}, patienceMs = 200) {
	const written = { out: '', error: '' };
	const sink = (name: 'out' | 'error') => new Writable({ write: (chunk, _, done) => ((written[name] += String(chunk)), done()) });
	const surroundings = {
		args,
		env: { DATA_DIR: dataDir, ...env },
		migrations: 'drizzle',
		out: sink('out'),
		error: sink('error'),
		patienceMs
	};
	const status = await rotateKeys(surroundings);
	return { status, ...written };
}

describe('wherever it was cut off, either key opens everything, and going on ends it:', () => {
	/** Each leaves the files as they are when a process is killed after that step. */
	const steps: [string, (db: Db) => void][] = [
		['it is written down that it is wanted', () => undefined],
		['the person keys are wrapped anew', (db) => db.keys.rewrap(newSecret)],
		[
			'both files are encrypted anew',
			(db) => {
				db.keys.rewrap(newSecret);
				db.$client.pragma('journal_mode = DELETE');
				encryptAnew(db.$client, fileKeyOf(newSecret));
			}
		],
		['that is written down too', (db) => void goOnRotating(db, dataDir, oldKey, now)]
	];
	const starts = steps.flatMap(([name, work]) => [oldKey, newKey].map((key) => [name, key === oldKey ? 'old' : 'new', key, work] as const));

	test.each(starts)('%s; started with the %s key', (_, which, key, work) => {
		const kept = furnished(oldKey);
		const before = open(oldKey);
		writeRotation(dataDir, wanted);
		close(before);
		const cutOff = open(oldKey);
		work(cutOff);
		close(cutOff);

		const db = open(key);
		expect(whatIsKept(db)).toEqual(kept);
		expect(goOnRotating(db, dataDir, key, now)).toBe(which === 'old' ? 'to-be-set' : 'finished');
		expect(whatIsKept(db)).toEqual(kept);
		expect(db.$client.pragma('journal_mode', { simple: true })).toBe('wal');
		expect(db.$client.pragma('busy_timeout', { simple: true })).toBe(5000);
		const later = db.keys.personKey('somebody who joined later').toString('hex');
		close(db);

		const last = open(newKey);
		if (which === 'old') expect(goOnRotating(last, dataDir, newKey, now)).toBe('finished');
		expect(goOnRotating(last, dataDir, newKey, now)).toBe('none');
		expect(whatIsKept(last)).toEqual(kept);
		expect(last.keys.personKey('somebody who joined later').toString('hex')).toBe(later);
		close(last);
		expect(() => open(oldKey)).toThrow(/wrong key/);
		expect(readdirSync(dataDir).sort()).toEqual(['breakwater.db', 'person-keys.db']);
	});

	test('the key file is replaced, and its last step was not', () => {
		const kept = furnished('');
		const secret = Buffer.from(readFileSync(join(dataDir, 'database.key'), 'utf8').trim(), 'hex');
		const db = open('');
		writeRotation(dataDir, { ...wanted, old: secret });
		close(db);
		const cutOff = open('');
		expect(goOnRotating(cutOff, dataDir, '', now)).toBe('finished');
		writeRotation(dataDir, { ...wanted, old: secret, rekeyed: true });
		close(cutOff);
		const next = open('');
		expect(whatIsKept(next)).toEqual(kept);
		expect(goOnRotating(next, dataDir, '', now)).toBe('finished');
		expect(readdirSync(dataDir).filter((name) => name.startsWith('key-rotation'))).toEqual([]);
	});
});

describe('what another server makes meanwhile can be read when it is over:', () => {
	const joined = (db: Db) => db.keys.personKey('somebody who joined meanwhile').toString('hex');

	/** The files as another process leaves them that has just encrypted both, and has yet to write that down. */
	function rekeyedElsewhere(): void {
		const db = open(oldKey);
		db.keys.rewrap(newSecret);
		db.$client.pragma('journal_mode = DELETE');
		encryptAnew(db.$client, fileKeyOf(newSecret));
		close(db);
	}

	test.each([
		['old', oldKey],
		['new', newKey]
	])('it started with the %s key before it was written down that everything is under the new one', (_, key) => {
		const kept = furnished(oldKey);
		writeRotation(dataDir, wanted);
		rekeyedElsewhere();
		const second = open(key);
		const made = joined(second);
		// The first one goes on, and wraps nothing anew any more.
		writeRotation(dataDir, { ...wanted, rekeyed: true });
		removeRotation(dataDir);
		close(second);
		const later = open(newKey);
		expect(joined(later)).toBe(made);
		expect(whatIsKept(later)).toEqual(kept);
	});

	test('it started while the rotation was wanted, and that was given up', () => {
		const kept = furnished(oldKey);
		writeRotation(dataDir, wanted);
		const second = open(oldKey);
		const made = joined(second);
		close(second);
		removeRotation(dataDir);
		const later = open(oldKey);
		expect(joined(later)).toBe(made);
		expect(whatIsKept(later)).toEqual(kept);
	});

	test('the database could not be encrypted anew after the person keys were: both servers read what either makes', () => {
		furnished(oldKey);
		const first = open(oldKey);
		writeRotation(dataDir, wanted);
		first.keys.rewrap(newSecret);
		const second = open(oldKey);
		const made = joined(second);
		expect(joined(first)).toBe(made);
		const another = first.keys.personKey('another').toString('hex');
		expect(second.keys.personKey('another').toString('hex')).toBe(another);
		close(second);
		expect(goOnRotating(first, dataDir, oldKey, now)).toBe('to-be-set');
		removeRotation(dataDir);
		close(first);
		const later = open(newKey);
		expect(joined(later)).toBe(made);
		expect(later.keys.personKey('another').toString('hex')).toBe(another);
	});

	test('nobody comes in while a file is encrypted anew: the lock is kept until it is given back', () => {
		furnished(oldKey);
		const { $client } = open(oldKey);
		$client.pragma('locking_mode = EXCLUSIVE');
		$client.pragma('journal_mode = DELETE');
		encryptAnew($client, fileKeyOf(newSecret));
		const look = `const client = new (require('better-sqlite3'))(process.argv[1], { timeout: 0 });
			client.pragma("cipher = 'sqlcipher'");
			client.pragma(\`key = "x'\${process.argv[2]}'"\`);
			try { console.log(client.prepare('select count(*) from sqlite_schema').pluck().get() > 0); } catch (error) { console.log(error.code); }`;
		// In a process of its own: the locks are between processes.
		const other = () => spawnSync(process.execPath, ['-e', look, $client.name, fileKeyOf(newSecret).toString('hex')], { encoding: 'utf8' });
		expect(other().stdout.trim()).toBe('SQLITE_BUSY');
		$client.pragma('locking_mode = NORMAL');
		$client.prepare('select 1 from sqlite_schema').get();
		expect(other().stdout.trim()).toBe('true');
	});
});

describe('while a server runs', () => {
	test('it goes on with the connection and the statements it has, and so do sealed values, held forms and the trail', () => {
		const db = open(oldKey);
		const who = cast(db, now);
		const token = String(holdForm(db, who.ines.id, form, now));
		const statement = db.$client.prepare('select count(*) from people').pluck();
		const people = statement.get();
		const kept = whatIsKept(db);
		writeRotation(dataDir, wanted);
		expect(goOnRotating(db, dataDir, oldKey, now)).toBe('to-be-set');
		expect(statement.get()).toBe(people);
		expect(whatIsKept(db)).toEqual(kept);
		expect(findHeldForm(db, who.ines, token, now + 1)).toEqual(form);
		expect(db.keys.fileKey.equals(fileKeyOf(newSecret))).toBe(true);
		expect(db.$client.prepare(`select count(*) from audit_entries where action = 'key.rotated'`).pluck().get()).toBe(1);
		// What is written from now on is there for whoever opens it with the new key.
		db.$client.prepare(`insert into employers (id, name, created_at) values ('after', 'After', 0)`).run();
		expect(open(newKey).$client.prepare(`select name from employers where id = 'after'`).pluck().get()).toBe('After');
		compareWithReplay(db, (difference) => expect(difference).toBeUndefined());
	});

	test('it waits while another process has the database open, and while something is being read, and nothing is changed', () => {
		furnished(oldKey);
		const [db, other] = [open(oldKey), open(oldKey)];
		writeRotation(dataDir, wanted);
		expect(goOnRotating(db, dataDir, oldKey, now)).toBe('busy');
		expect(db.$client.pragma('journal_mode', { simple: true })).toBe('wal');
		expect(other.$client.prepare('select count(*) from people').pluck().get()).toBeGreaterThan(0);
		close(other);
		const rows = db.$client.prepare('select id from people').iterate();
		rows.next();
		expect(goOnRotating(db, dataDir, oldKey, now)).toBe('busy');
		expect(rows.next().done).toBe(false);
		rows.return?.();
		expect(readRotation(dataDir, oldSecret)?.rekeyed).toBe(false);
		expect(goOnRotating(db, dataDir, oldKey, now)).toBe('to-be-set');
	});

	test('it says in one line what it found and what it did', () => {
		furnished(oldKey);
		const said: string[] = [];
		const say = (line: string) => void said.push(line);
		const first = open(oldKey);
		writeRotation(dataDir, wanted);
		watchForRotation(first, dataDir, oldKey, say, () => now)();
		expect(said.splice(0)).toEqual([
			expect.stringMatching(/cut off: the database opened with the old key, and the rotation goes on/),
			expect.stringMatching(/^The keys were rotated\. The old DATABASE_KEY still opens everything/)
		]);
		close(first);
		const second = open(newKey);
		watchForRotation(second, dataDir, newKey, say, () => now)();
		watchForRotation(second, dataDir, newKey, say, () => now)();
		expect(said).toEqual(['The keys were rotated: the new key opens everything, the old one nothing any more.']);
		for (const line of said) expect(line).not.toMatch(/[0-9a-f]{16}/);
	});

	test('a file of another rotation, or of none, is nothing to it', () => {
		const kept = furnished(oldKey);
		writeRotation(dataDir, { old: randomBytes(32), new: randomBytes(32), rekeyed: true });
		const db = open(oldKey);
		expect(goOnRotating(db, dataDir, oldKey, now)).toBe('none');
		writeFileSync(join(dataDir, 'key-rotation.json'), 'Dear diary');
		expect(goOnRotating(db, dataDir, oldKey, now)).toBe('none');
		expect(whatIsKept(db)).toEqual(kept);
		expect(() => open(newKey)).toThrow(/wrong key/);
	});
});

describe('the command', () => {
	test('replaces the key file, and the old key opens nothing any more', async () => {
		const kept = furnished('');
		const before = readFileSync(join(dataDir, 'database.key'), 'utf8').trim();
		const { status, out, error } = await command([]);
		expect({ status, error }).toEqual({ status: 0, error: '' });
		expect(out).toMatch(/^The keys were rotated/);
		const after = readFileSync(join(dataDir, 'database.key'), 'utf8').trim();
		expect(after).not.toBe(before);
		expect(out).not.toContain(after);
		if (process.platform !== 'win32') expect(statSync(join(dataDir, 'database.key')).mode & 0o777).toBe(0o600);
		expect(whatIsKept(open(''))).toEqual(kept);
		expect(() => open(before)).toThrow(/wrong key/);
		expect(readdirSync(dataDir).filter((name) => !/^(breakwater\.db|person-keys\.db|database\.key)/.test(name))).toEqual([]);
	});

	test('with a setting: puts the new key where it is told, prints neither, and both work until the new one was used', async () => {
		const kept = furnished(oldKey);
		const keyFile = join(folder, 'next.key');
		const { status, out } = await command(['--key-file', keyFile], { DATABASE_KEY: oldKey });
		expect(status).toBe(0);
		const fresh = readFileSync(keyFile, 'utf8').trim();
		if (process.platform !== 'win32') expect(statSync(keyFile).mode & 0o777).toBe(0o600);
		for (const key of [fresh, oldKey]) expect(out).not.toContain(key);
		expect(out).toContain(keyFile);
		const withOld = open(oldKey);
		expect(whatIsKept(withOld)).toEqual(kept);
		close(withOld);

		const again = await command(['--key-file', keyFile], { DATABASE_KEY: oldKey });
		expect(again).toEqual({ status: 0, out, error: '' });
		expect(readFileSync(keyFile, 'utf8').trim()).toBe(fresh);
		rmSync(keyFile);
		await command(['--key-file', keyFile], { DATABASE_KEY: oldKey });
		expect(readFileSync(keyFile, 'utf8').trim(), 'a key that was mislaid is given out again').toBe(fresh);
		const otherFile = join(folder, 'other.key');
		writeFileSync(otherFile, newKey);
		expect((await command(['--key-file', otherFile], { DATABASE_KEY: oldKey })).error).toMatch(/to another key .* is under way/);

		const finished = await command(['--key-file', keyFile], { DATABASE_KEY: fresh });
		expect(finished.out).toMatch(/the old one nothing any more/);
		expect(whatIsKept(open(fresh))).toEqual(kept);
		expect(() => open(oldKey)).toThrow(/wrong key/);
	});

	test('takes the new key from the file where it is there already', async () => {
		const kept = furnished(oldKey);
		const keyFile = join(folder, 'next.key');
		writeFileSync(keyFile, newKey);
		expect((await command(['--key-file', keyFile], { DATABASE_KEY: oldKey })).status).toBe(0);
		expect(whatIsKept(open(newKey))).toEqual(kept);
	});

	test('gives up after a while where another process does not let go, says so, and leaves it wanted', async () => {
		furnished('');
		const others = [open(''), open('')];
		const { status, error } = await command([]);
		expect(status).toBe(1);
		expect(error).toMatch(/^Another process has the database open.*\n$/);
		for (const db of others) close(db);
		const next = open('');
		expect(goOnRotating(next, dataDir, '', now)).toBe('finished');
	});

	/** As a server that encrypts a large file anew. */
	function keepToOneself(db: Db): () => void {
		db.$client.pragma('locking_mode = EXCLUSIVE');
		db.$client.pragma('journal_mode = DELETE');
		return () => void (db.$client.pragma('locking_mode = NORMAL'), db.$client.prepare('select 1 from sqlite_schema').get());
	}

	test('waits where nobody else is let in, says so, and goes on with the rotation that is under way: it begins no second one', async () => {
		furnished('');
		const server = open('');
		const secret = Buffer.from(readFileSync(join(dataDir, 'database.key'), 'utf8').trim(), 'hex');
		writeRotation(dataDir, { ...wanted, old: secret });
		const letIn = keepToOneself(server);
		// It looks for five seconds, and then sleeps for one.
		setTimeout(() => (letIn(), close(server)), 100);
		const { status, out, error } = await command([], {}, 30_000);
		expect({ status, error }).toEqual({ status: 0, error: '' });
		expect(out).toMatch(/Waiting for it\.\nThe keys were rotated/);
		expect(readFileSync(join(dataDir, 'database.key'), 'utf8').trim()).toBe(newKey);
	}, 20_000);

	test('says that nothing was begun where nobody else is let in all the while', async () => {
		furnished('');
		const before = readFileSync(join(dataDir, 'database.key'));
		keepToOneself(open(''));
		const { status, out, error } = await command([], {}, 0);
		expect(status).toBe(1);
		expect(out).toMatch(/Waiting until it does/);
		expect(error).toMatch(/no rotation was begun, and nothing was changed/);
		expect(existsSync(join(dataDir, 'key-rotation.json'))).toBe(false);
		expect(readFileSync(join(dataDir, 'database.key')).equals(before)).toBe(true);
	}, 20_000);

	test.each<[string, string[], Record<string, string>, number, RegExp]>([
		['nowhere to put it', [], { DATABASE_KEY: oldKey }, 2, /--key-file FILE where to put the new one\. Nothing was changed/],
		['beside the data', ['--key-file', 'DATA/next.key'], { DATABASE_KEY: oldKey }, 2, /must lie outside DATA_DIR/],
		['beside the data, behind dots', ['--key-file', 'DATA/..x/next.key'], { DATABASE_KEY: oldKey }, 2, /must lie outside DATA_DIR/],
		['the same key again', ['--key-file', 'SAME'], { DATABASE_KEY: oldKey }, 2, /holds the key that is in use/],
		['no folder for it', ['--key-file', 'FOLDER/no/next.key'], { DATABASE_KEY: oldKey }, 1, /cannot be written/],
		['the wrong key', ['--key-file', 'FOLDER/next.key'], { DATABASE_KEY: newKey }, 1, /wrong key/],
		['no key', [], {}, 1, /There is no key/],
		['a malformed key', [], { DATABASE_KEY: 'secret' }, 1, /64 hexadecimal digits/],
		['a word it does not know', ['--now'], {}, 2, /--now/]
	])('says in one line what is wrong, and changes nothing: %s', async (_, args, env, status, sentence) => {
		furnished(oldKey);
		writeFileSync(join(folder, 'same.key'), oldKey);
		const before = readFileSync(join(dataDir, 'breakwater.db'));
		const places = args.map((arg) => arg.replace('DATA', dataDir).replace('SAME', join(folder, 'same.key')).replace('FOLDER', folder));
		const ended = await command(places, env);
		expect(ended.status).toBe(status);
		expect(ended.error).toMatch(sentence);
		expect(ended.error.trimEnd().split('\n')).toHaveLength(1);
		expect(ended.out).toBe('');
		expect(readFileSync(join(dataDir, 'breakwater.db')).equals(before)).toBe(true);
		expect(existsSync(join(dataDir, 'key-rotation.json'))).toBe(false);
		expect(existsSync(join(folder, 'next.key'))).toBe(false);
	});

	test('explains itself', async () => {
		const { status, out } = await command(['--help']);
		expect(status).toBe(0);
		expect(out).toContain('--key-file FILE');
	});
});
