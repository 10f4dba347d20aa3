import { sql } from 'drizzle-orm';
import { blob, check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * What was changed, by whom and when: ids and fixed words, never a name or a typed text. Append-only (triggers); each entry is bound to the one before by an
 * HMAC whose key lies outside the database. No foreign keys: an entry outlasts what it is about.
 */
export const auditEntries = sqliteTable(
	'audit_entries',
	{
		/** 1, 2, 3, …: without a gap (a trigger). */
		seq: integer('seq').primaryKey(),
		at: integer('at').notNull(),
		/** None where the clock or a rule did it. */
		actorId: text('actor_id'),
		action: text('action').notNull(),
		/** What it was done to: a word such as `person`, `team`, `alert`, and its id. */
		subject: text('subject'),
		subjectId: text('subject_id'),
		/** Further ids, numbers and fixed words. */
		detail: text('detail', { mode: 'json' }).$type<Record<string, string | number | boolean | null>>(),
		/** HMAC-SHA-256 over the one before and this entry. */
		mac: blob('mac', { mode: 'buffer' }).notNull()
	},
	(t) => [
		index('audit_entries_at').on(t.at),
		index('audit_entries_subject').on(t.subjectId),
		check('audit_entries_mac', sql`length(${t.mac}) = 32`),
		check('audit_entries_about', sql`(${t.subject} is null) = (${t.subjectId} is null)`)
	]
);
