import { sql } from 'drizzle-orm';
import { blob, check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { people } from './people.ts';

/** A few words that somebody wrote for themselves; gone after 90 days. */
export const privateWords = sqliteTable(
	'private_words',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		recordedAt: integer('recorded_at').notNull(),
		/** Always of one length, so that it does not say how much was written. */
		sealed: blob('sealed', { mode: 'buffer' }).notNull()
	},
	(t) => [
		index('private_words_person').on(t.personId, t.recordedAt),
		index('private_words_recorded').on(t.recordedAt),
		check('private_words_one_length', sql`length(${t.sealed}) = 1053`)
	]
);
