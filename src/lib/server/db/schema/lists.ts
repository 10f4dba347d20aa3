import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { teams } from './organisation.ts';
import { people } from './people.ts';

/**
 * What a lead ticked for somebody on a week's list. Append-only (triggers refuse changes): the last row counts, and one with nothing
 * ticked takes back what was ticked before. The lists themselves are not stored: they follow from the findings and the calendar.
 */
export const listTicks = sqliteTable(
	'list_ticks',
	{
		id: integer('id').primaryKey({ autoIncrement: true }),
		teamId: text('team_id')
			.notNull()
			.references(() => teams.id),
		/** The ISO week in which the list was made, `2026-W46`. */
		week: text('week').notNull(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		rota: integer('rota', { mode: 'boolean' }).notNull(),
		breakCover: integer('break_cover', { mode: 'boolean' }).notNull(),
		otherWork: integer('other_work', { mode: 'boolean' }).notNull(),
		nothing: integer('nothing', { mode: 'boolean' }).notNull(),
		/** Ids of the findings that stood over their limits on the line as it was ticked: what was found later is not in hand. */
		shown: text('shown', { mode: 'json' }).$type<string[]>().notNull(),
		actorId: text('actor_id')
			.notNull()
			.references(() => people.id),
		recordedAt: integer('recorded_at').notNull()
	},
	(t) => [
		index('list_ticks_list').on(t.teamId, t.week),
		index('list_ticks_person').on(t.personId),
		check('list_ticks_week', sql`${t.week} glob '[0-9][0-9][0-9][0-9]-W[0-5][0-9]'`),
		check('list_ticks_nothing', sql`not (${t.nothing} and (${t.rota} or ${t.breakCover} or ${t.otherWork}))`),
		// One's own line is for somebody else to tick.
		check('list_ticks_own', sql`${t.actorId} <> ${t.personId}`)
	]
);
