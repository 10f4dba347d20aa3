import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import * as v from 'valibot';
import { isPlain } from './cipher.ts';
import { damaged, errorCode } from './faults.ts';
import { filesOf, isEmpty, openBoth } from './opening.ts';
import { schema } from './schema.ts';
import type { Keys } from '../keys.ts';
import { CannotOpen } from '../refusal.ts';

export { errorCode } from './faults.ts';

type Connection = BetterSQLite3Database<typeof schema> & { $client: Database.Database };

/** The database with the keys that open its sealed columns: they always travel together. */
export type Db = Connection & { readonly keys: Keys };

const pragmas: readonly (readonly [name: string, set: string, expected: unknown])[] = [
	['journal_mode', 'WAL', 'wal'],
	['synchronous', 'FULL', 2],
	['foreign_keys', 'ON', 1],
	['busy_timeout', '5000', 5000],
	['trusted_schema', 'OFF', 0],
	// What is deleted is overwritten, and does not stay in the free part of a page.
	['secure_delete', 'ON', 1],
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
	const { database: file, personKeys } = filesOf(dataDir);
	const isNew = isEmpty(file);
	if (!isNew && !isPlain(file) && isEmpty(personKeys))
		throw new CannotOpen(`The person keys are missing: put ${personKeys} back, from the same copy as the database. Nothing was changed.`);
	const { client, keys } = openBoth(dataDir, databaseKey, isNew);
	try {
		if (!isNew) check(client, file, migrations);
		const db = wrap(client, keys);
		migrate(db, { migrationsFolder: migrations });
		checkPersonKeys(db, personKeys);
		return db;
	} catch (error) {
		client.close();
		keys.close();
		throw error;
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
		throw damaged(`The database ${file}`, String(result).split('\n')[0] ?? '');
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
