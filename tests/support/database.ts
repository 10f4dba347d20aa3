import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { wrap, type Db } from '#lib/server/db/connection.ts';
import { memoryKeys } from '#lib/server/keys.ts';

const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url));

/** A database in memory with the real migrations, PRAGMAs and keys of its own. */
export function memoryDb(): Db {
	const db = wrap(new Database(':memory:'), memoryKeys());
	migrate(db, { migrationsFolder });
	return db;
}
