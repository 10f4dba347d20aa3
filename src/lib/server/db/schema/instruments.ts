import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { people } from './people.ts';

/**
 * The wording of a published instrument in one language, as an administrator added it. Never changed (triggers refuse it): new wording
 * is a new row, and the one before is retired, because check-ins refer to what they were answered with.
 */
export const instrumentPacks = sqliteTable(
	'instrument_packs',
	{
		id: text('id').primaryKey(),
		instrument: text('instrument', { enum: ['who5', 'phq4', 'proqol5'] }).notNull(),
		/** BCP 47. */
		language: text('language').notNull(),
		title: text('title').notNull(),
		/** What is said before the questions, such as the time that they ask about; may be empty. */
		intro: text('intro').notNull(),
		/** The questions' texts, in order. */
		items: text('items', { mode: 'json' }).$type<string[]>().notNull(),
		/** What each answer is called, from the least number of the scale to the largest. */
		labels: text('labels', { mode: 'json' }).$type<string[]>().notNull(),
		/** Whether the answer with the largest number is shown first. */
		largestFirst: integer('largest_first', { mode: 'boolean' }).notNull(),
		/** Under what terms the wording may be used, and whose it is. */
		licence: text('licence').notNull(),
		owner: text('owner').notNull(),
		recordedAt: integer('recorded_at').notNull(),
		/** Who added it, and said with it that it may be used. */
		recordedBy: text('recorded_by')
			.notNull()
			.references(() => people.id),
		retiredAt: integer('retired_at'),
		retiredBy: text('retired_by')
	},
	(t) => [
		uniqueIndex('instrument_packs_in_use')
			.on(t.instrument, t.language)
			.where(sql`${t.retiredAt} is null`),
		check('instrument_packs_instrument', sql`${t.instrument} in ('who5', 'phq4', 'proqol5')`),
		check('instrument_packs_retired', sql`(${t.retiredAt} is null) = (${t.retiredBy} is null)`)
	]
);
