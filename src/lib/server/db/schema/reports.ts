import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Report } from '#lib/domain/report.ts';
import { people } from './people.ts';

/**
 * The organisation's report of a quarter: words and figures as they are published, never made anew. Made once, read by heads of welfare alone
 * until it is published, once; nothing else of it ever changes (triggers).
 */
export const reports = sqliteTable(
	'reports',
	{
		/** `2026-Q3`. */
		quarter: text('quarter').primaryKey(),
		report: text('report', { mode: 'json' }).$type<Report>().notNull(),
		preparedAt: integer('prepared_at').notNull(),
		preparedBy: text('prepared_by')
			.notNull()
			.references(() => people.id),
		publishedAt: integer('published_at'),
		publishedBy: text('published_by').references(() => people.id)
	},
	(t) => [
		check('reports_quarter', sql`${t.quarter} glob '[0-9][0-9][0-9][0-9]-Q[1-4]'`),
		check('reports_published', sql`(${t.publishedAt} is null) = (${t.publishedBy} is null)`)
	]
);

/** Append-only (triggers): of how many people at least a published figure is, from when on, whoever chose it, and why. The newest is in force. */
export const reportFloors = sqliteTable(
	'report_floors',
	{
		id: text('id').primaryKey(),
		fewest: integer('fewest').notNull(),
		authorId: text('author_id')
			.notNull()
			.references(() => people.id),
		reason: text('reason').notNull(),
		recordedAt: integer('recorded_at').notNull()
	},
	(t) => [check('report_floors_fewest', sql`${t.fewest} between 5 and 100`)]
);
