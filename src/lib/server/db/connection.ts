import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import * as v from 'valibot';
import { isPlain, notEncrypted, openEncrypted } from './cipher.ts';
import { schema } from './schema.ts';
import { loadKeys, type Keys } from '../keys.ts';
import { CannotOpen } from '../refusal.ts';

type Connection = BetterSQLite3Database<typeof schema> & { $client: Database.Database };

/** The database with the keys that open its sealed columns: they always travel together. */
export type Db = Connection & { readonly keys: Keys };

const pragmas: readonly (readonly [name: string, set: string, expected: unknown])[] = [
	['journal_mode', 'WAL', 'wal'],
	['synchronous', 'FULL', 2],
	['foreign_keys', 'ON', 1],
	['busy_timeout', '5000', 5000],
	['trusted_schema', 'OFF', 0],
	// What SQLite sorts would stand readable in a temporary file.
	['temp_store', 'MEMORY', 2],
	// KiB, negative as SQLite has it: pages that were read once are decrypted once.
	['cache_size', '-4000', -4000],
	// Pages: one that many sessions touch is copied back once for all of them.
	['wal_autocheckpoint', '4000', 4000]
];

/** Wraps an open handle: sets the PRAGMAs, asserts each of them, and gives it the keys. Also what tests use for `:memory:`. */
export function wrap(client: Database.Database, keys: Keys): Db {
	for (const [name, set, expected] of pragmas) {
		client.pragma(`${name} = ${set}`);
		const actual: unknown = client.pragma(name, { simple: true });
		const memoryJournal = name === 'journal_mode' && client.memory && actual === 'memory';
		if (actual !== expected && !memoryJournal) {
			throw new CannotOpen(`The database does not take the setting ${name} = ${set} (it says ${String(actual)}).`);
		}
	}
	return Object.assign(drizzle(client, { schema }), { keys }) as unknown as Db;
}

/**
 * Opens `DATA_DIR/breakwater.db` with its key, checks it, migrates it and asserts the PRAGMAs.
 * @throws CannotOpen with one line; the file is unchanged then.
 */
export function openDatabase(dataDir: string, databaseKey: string, migrations: string): Db {
	const file = join(dataDir, 'breakwater.db');
	const isNew = !existsSync(file) || statSync(file).size === 0;
	if (isPlain(file)) throw new CannotOpen(`The database ${notEncrypted(file)}`);
	const keysFile = join(dataDir, 'person-keys.db');
	if (!isNew && (!existsSync(keysFile) || statSync(keysFile).size === 0)) {
		throw new CannotOpen(`The person keys are missing: put ${keysFile} back, from the same copy as the database. Nothing was changed.`);
	}
	const keys = loadKeys(dataDir, databaseKey, isNew);
	if (isNew && keys.holders().size > 0) {
		keys.close();
		throw new CannotOpen(
			`The database ${file} is missing or empty, and there are person keys beside it: put the last good copy back. Nothing was changed.`
		);
	}
	const client = openFile(file, keys, isNew);
	try {
		if (!isNew) check(client, file, migrations);
		const db = wrap(client, keys);
		migrate(db, { migrationsFolder: migrations });
		checkPersonKeys(db, keysFile);
		return db;
	} catch (error) {
		client.close();
		keys.close();
		throw error;
	}
}

function openFile(file: string, keys: Keys, isNew: boolean): Database.Database {
	try {
		const { client, key } = openEncrypted(file, keys.fileKeys);
		keys.opened(key);
		return client;
	} catch (error) {
		const code = errorCode(error);
		if (code === 'SQLITE_NOTADB') {
			throw new CannotOpen(
				`The database ${file} cannot be read with this key: it is the wrong key, or the file is damaged. Nothing was changed.`
			);
		}
		if (code === 'SQLITE_BUSY') {
			throw new CannotOpen(
				`The database ${file} is in use; perhaps its keys are being rotated. Start again in a moment. Nothing was changed.`
			);
		}
		// The list of tables itself is damaged: a check of the rest would not get that far.
		if (code === 'SQLITE_CORRUPT') throw damaged(file, code);
		throw new CannotOpen(
			`The database ${file} cannot be ${isNew ? 'made' : 'opened'} (${code}). Check the folder, its owner and the free space. Nothing was changed.`
		);
	}
}

function check(client: Database.Database, file: string, migrations: string): void {
	let result: unknown;
	try {
		result = client.pragma('quick_check(1)', { simple: true });
	} catch (error) {
		result = errorCode(error);
	}
	if (result !== 'ok') {
		throw damaged(file, String(result).split('\n')[0] ?? '');
	}
	const applied = client.prepare(`select 1 from sqlite_schema where name = '__drizzle_migrations'`).get()
		? (client.prepare('select max(created_at) as at from __drizzle_migrations').get() as { at: number | null }).at
		: null;
	if (applied !== null && applied > newestMigration(migrations)) {
		throw new CannotOpen(
			`The database ${file} was made by a newer Breakwater than this one. Nothing was changed: start the newer version.`
		);
	}
}

function damaged(file: string, how: string): CannotOpen {
	return new CannotOpen(`The database ${file} is damaged (${how}). Nothing was changed: put back the last good copy.`);
}

/** A key made anew would hide that the old one is gone: what it sealed could never be read. @throws CannotOpen */
function checkPersonKeys(db: Db, keysFile: string): void {
	const people = db.$client.prepare<[], string>('select person_id from put_away').pluck().all();
	const known = db.keys.holders();
	const without = people.filter((id) => !known.has(id)).length;
	if (without === 0) return;
	throw new CannotOpen(
		`The person keys in ${keysFile} lack those of ${without} of ${people.length} people: put the file back, from the same copy as the database. Nothing was changed.`
	);
}

const journalSchema = v.object({ entries: v.array(v.object({ when: v.number() })) });

function newestMigration(migrations: string): number {
	const journal = v.parse(journalSchema, JSON.parse(readFileSync(join(migrations, 'meta', '_journal.json'), 'utf8')));
	return Math.max(...journal.entries.map((entry) => entry.when));
}

/** SQLite's own name for an error, such as `SQLITE_FULL`; `unknown` where there is none. Holds nothing of anybody. */
export function errorCode(error: unknown): string {
	return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
