import { sql } from 'drizzle-orm';
import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { people } from './people.ts';

/** Secret links under which a calendar program fetches a supervisor's dates. Only the SHA-256 of the link's token is kept. */
export const calendarFeeds = sqliteTable(
	'calendar_feeds',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		tokenHash: text('token_hash').notNull().unique(),
		createdAt: integer('created_at').notNull(),
		/** When it was fetched last, to the minute. */
		fetchedAt: integer('fetched_at'),
		revokedAt: integer('revoked_at')
	},
	(t) => [
		uniqueIndex('calendar_feeds_current')
			.on(t.personId)
			.where(sql`${t.revokedAt} is null`)
	]
);
