import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import * as v from 'valibot';
import type { Db } from '../db/connection.ts';
import { cannotOpen, errorCode } from '../db/faults.ts';
import { filesOf, openBoth } from '../db/opening.ts';
import { schema } from '../db/schema.ts';
import { CannotOpen } from '../refusal.ts';

/**
 * Opens `DATA_DIR/breakwater.db` for reading alone: nothing is made, migrated or changed, and a server may be running on it.
 * @throws CannotOpen with one line
 */
export function openToRead(dataDir: string, databaseKey: string, migrations: string): Db {
	const { database: file, personKeys } = filesOf(dataDir);
	for (const needed of [file, personKeys]) {
		if (!existsSync(needed) || statSync(needed).size === 0) throw new CannotOpen(`There is no ${needed}: check DATA_DIR.`);
	}
	const { client, keys } = openBoth(dataDir, databaseKey, false);
	try {
		for (const setting of ['busy_timeout = 5000', 'trusted_schema = OFF', 'temp_store = MEMORY', 'query_only = ON']) client.pragma(setting);
		checkVersion(client, file, migrations);
		return Object.assign(drizzle(client, { schema }), { keys }) as unknown as Db;
	} catch (error) {
		client.close();
		keys.close();
		throw unreadable(dataDir, error);
	}
}

/**
 * Opens `DATA_DIR/breakwater.db` as {@link openToRead}, reads of it, and closes it.
 * @throws CannotOpen with one line, also for a damaged part that shows only as it is read; anything `read` throws
 */
export function readFrom<T>(dataDir: string, databaseKey: string, migrations: string, read: (db: Db) => T): T {
	const db = openToRead(dataDir, databaseKey, migrations);
	try {
		return read(db);
	} catch (error) {
		throw isUnreadable(error) ? unreadable(dataDir, error) : error;
	} finally {
		db.$client.close();
		db.keys.close();
	}
}

/** Whether a part of the file cannot be read, or is not what it was. */
export function isUnreadable(error: unknown): boolean {
	return /^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(errorCode(error));
}

/** What to say of it in one line. */
export function unreadable(dataDir: string, error: unknown): CannotOpen {
	const { database: file } = filesOf(dataDir);
	return cannotOpen(`The database ${file}`, file, error, `The database ${file} cannot be read.`);
}

const journalSchema = v.object({ entries: v.array(v.object({ when: v.number() })) });

function checkVersion(client: Database.Database, file: string, migrations: string): void {
	const journal = v.parse(journalSchema, JSON.parse(readFileSync(join(migrations, 'meta', '_journal.json'), 'utf8')));
	const wanted = Math.max(...journal.entries.map(({ when }) => when));
	const table = client.prepare(`select 1 from sqlite_schema where name = '__drizzle_migrations'`).get();
	const { at } = table
		? (client.prepare('select max(created_at) as at from __drizzle_migrations').get() as { at: number | null })
		: { at: null };
	if (at === wanted) return;
	const made = at !== null && at > wanted ? 'a newer' : 'an older';
	throw new CannotOpen(
		`The database ${file} is of ${made} Breakwater than this one: start that one, or the newest, first. Nothing was changed.`
	);
}
