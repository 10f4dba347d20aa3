import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { people } from './people.ts';

/** What can be wrong with Breakwater itself. None of them says anything of anybody. */
export const alarmKinds = [
	'email',
	'webhook',
	'undelivered',
	'stuck',
	'scheduler',
	'clock',
	'chain',
	'unreachable',
	'dispute',
	'question',
	'erasure',
	'trail',
	'head',
	'records'
] as const;
export type AlarmKind = (typeof alarmKinds)[number];

/** Operational alarms, for the administrators: no names, no reasons, no persons concerned. One of a kind is open at a time. */
export const alarms = sqliteTable(
	'alarms',
	{
		id: text('id').primaryKey(),
		kind: text('kind', { enum: alarmKinds }).notNull(),
		since: integer('since').notNull(),
		lastSeenAt: integer('last_seen_at').notNull(),
		/** How often it was seen. */
		count: integer('count').notNull().default(1),
		endedAt: integer('ended_at'),
		/** Put away by an administrator: out of sight, for a day at most where it goes on. */
		dismissedAt: integer('dismissed_at'),
		dismissedBy: text('dismissed_by').references(() => people.id)
	},
	(t) => [
		uniqueIndex('alarms_open')
			.on(t.kind)
			.where(sql`${t.endedAt} is null`),
		check(
			'alarms_kind',
			sql`${t.kind} in ('email', 'webhook', 'undelivered', 'stuck', 'scheduler', 'clock', 'chain', 'unreachable', 'dispute', 'question', 'erasure', 'trail', 'head', 'records')`
		),
		check('alarms_dismissed', sql`(${t.dismissedAt} is null) = (${t.dismissedBy} is null)`)
	]
);

/** When Breakwater last looked after itself: the row that shows that it can write, and that tells a clock which was put back meanwhile. */
export const watches = sqliteTable('watches', { id: integer('id').primaryKey(), lookedAt: integer('looked_at').notNull() }, (t) => [
	check('watches_single', sql`${t.id} = 1`)
]);
