import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { InstrumentId } from '#lib/domain/instruments/instrument.ts';
import type { PolicyPatch } from '#lib/domain/policy.ts';

/** What an organisation can turn on and off (domain.md §6): the optional fields of a session, and a few words for oneself. */
export type OptionalField = 'material' | 'context' | 'violent' | 'filters' | 'aftermath' | 'partner' | 'words';

/** One line of "I need help now". `href` is `tel:`, `sms:` or `https:`; empty where there is only text. */
export interface HelpLine {
	name: string;
	detail: string;
	href: string;
}

/** Exactly one row once set up; none before. */
export const organisation = sqliteTable(
	'organisation',
	{
		id: integer('id').primaryKey(),
		name: text('name').notNull(),
		zone: text('zone').notNull(),
		/** The employer that the organisation itself is; secondees have another one. */
		employerId: text('employer_id')
			.notNull()
			.references(() => employers.id),
		fields: text('fields', { mode: 'json' }).$type<OptionalField[]>().notNull(),
		/** Those that are on: the others are neither asked, stored, imported nor exported. */
		instruments: text('instruments', { mode: 'json' }).$type<InstrumentId[]>().notNull(),
		/** Whether leads may look at how many hours of exposure each of their people had. */
		leadHours: integer('lead_hours', { mode: 'boolean' }).notNull().default(false),
		helpLines: text('help_lines', { mode: 'json' }).$type<HelpLine[]>().notNull(),
		createdAt: integer('created_at').notNull(),
		/** True for the sample organisation: the screens say so. */
		sample: integer('sample', { mode: 'boolean' }).notNull().default(false)
	},
	(t) => [check('organisation_single', sql`${t.id} = 1`)]
);

export const employers = sqliteTable('employers', {
	id: text('id').primaryKey(),
	name: text('name').notNull().unique(),
	createdAt: integer('created_at').notNull()
});

export const teams = sqliteTable(
	'teams',
	{
		id: text('id').primaryKey(),
		name: text('name').notNull(),
		zone: text('zone').notNull(),
		createdAt: integer('created_at').notNull(),
		closedAt: integer('closed_at')
	},
	(t) => [
		uniqueIndex('teams_name')
			.on(sql`lower(${t.name})`)
			.where(sql`${t.closedAt} is null`)
	]
);

export const workTypes = sqliteTable(
	'work_types',
	{
		id: text('id').primaryKey(),
		name: text('name').notNull(),
		/** Whether it counts as exposure: the person is asked where it is `ask`. */
		counts: text('counts', { enum: ['yes', 'no', 'ask'] }).notNull(),
		position: integer('position').notNull(),
		retiredAt: integer('retired_at')
	},
	(t) => [check('work_types_counts', sql`${t.counts} in ('yes', 'no', 'ask')`)]
);

export const partners = sqliteTable('partners', {
	id: text('id').primaryKey(),
	name: text('name').notNull(),
	retiredAt: integer('retired_at')
});

/** Policy versions, the organisation's (no team) and the teams' own; the newest one recorded is in force. */
export const policies = sqliteTable(
	'policies',
	{
		id: text('id').primaryKey(),
		teamId: text('team_id').references(() => teams.id),
		patch: text('patch', { mode: 'json' }).$type<PolicyPatch>().notNull(),
		authorId: text('author_id'),
		reason: text('reason').notNull(),
		recordedAt: integer('recorded_at').notNull()
	},
	(t) => [index('policies_team').on(t.teamId, t.recordedAt)]
);

/** Append-only (triggers refuse changes): which optional fields and instruments were on from when, whether leads see hours, who chose it, and why. */
export const optionalVersions = sqliteTable('optional_versions', {
	id: text('id').primaryKey(),
	fields: text('fields', { mode: 'json' }).$type<OptionalField[]>().notNull(),
	instruments: text('instruments', { mode: 'json' }).$type<InstrumentId[]>().notNull(),
	leadHours: integer('lead_hours', { mode: 'boolean' }).notNull().default(false),
	authorId: text('author_id'),
	reason: text('reason').notNull(),
	recordedAt: integer('recorded_at').notNull()
});
