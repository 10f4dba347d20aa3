import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Work that one process at a time does, of all that have the database open; a row while somebody is at it. */
export const leases = sqliteTable('leases', {
	name: text('name').primaryKey(),
	/** One process; made up anew at each of its starts. */
	holder: text('holder').notNull(),
	/** From then on another may take it over. */
	expiresAt: integer('expires_at').notNull()
});
