import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { people } from './people.ts';
import { conversations } from './records.ts';

/** "That didn't happen", said of a recorded conversation by the person it is about. It stays; a head of welfare acknowledges it, once. */
export const disputes = sqliteTable(
	'disputes',
	{
		conversationId: text('conversation_id')
			.primaryKey()
			.references(() => conversations.id),
		/** Whose heads of welfare are told: the host's, where it served prompts of the lead line alone; else those of the person's employer. */
		told: text('told', { enum: ['host', 'employer'] }).notNull(),
		recordedAt: integer('recorded_at').notNull(),
		acknowledgedAt: integer('acknowledged_at'),
		acknowledgedBy: text('acknowledged_by').references(() => people.id)
	},
	(t) => [
		index('disputes_open')
			.on(t.recordedAt)
			.where(sql`${t.acknowledgedAt} is null`),
		check('disputes_told', sql`${t.told} in ('host', 'employer')`),
		check('disputes_acknowledged', sql`(${t.acknowledgedAt} is null) = (${t.acknowledgedBy} is null)`)
	]
);
