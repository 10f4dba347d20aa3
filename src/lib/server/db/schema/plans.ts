import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { people } from './people.ts';
import { alerts } from './records.ts';

/**
 * What a person and one supervisor agree on: a row for each version, proposed by one of the two and in force once the other agrees. Triggers
 * refuse any change but these: it is agreed to once, and it ends once.
 */
export const plans = sqliteTable(
	'plans',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		supervisorId: text('supervisor_id')
			.notNull()
			.references(() => people.id),
		/** The accepted prompt from which the first version was made. */
		alertId: text('alert_id')
			.notNull()
			.references(() => alerts.id),
		/** One of the two. */
		proposedBy: text('proposed_by').notNull(),
		proposedAt: integer('proposed_at').notNull(),
		/** When the other one agreed. */
		agreedAt: integer('agreed_at'),
		endedAt: integer('ended_at'),
		endedBy: text('ended_by'),
		/** Not agreed to: `declined`, or `withdrawn` by whoever proposed it; agreed to: `ended`; either: `replaced` by a newer version. */
		outcome: text('outcome', { enum: ['declined', 'withdrawn', 'ended', 'replaced'] })
	},
	(t) => [
		uniqueIndex('plans_agreed')
			.on(t.personId, t.supervisorId)
			.where(sql`${t.agreedAt} is not null and ${t.endedAt} is null`),
		uniqueIndex('plans_proposed')
			.on(t.personId, t.supervisorId)
			.where(sql`${t.agreedAt} is null and ${t.endedAt} is null`),
		index('plans_supervisor').on(t.supervisorId, t.endedAt),
		check('plans_two', sql`${t.personId} <> ${t.supervisorId}`),
		check('plans_ended', sql`(${t.endedAt} is null) = (${t.endedBy} is null) and (${t.endedAt} is null) = (${t.outcome} is null)`),
		check(
			'plans_outcome',
			sql`${t.outcome} is null or ${t.outcome} = 'replaced'
				or (${t.outcome} in ('declined', 'withdrawn') and ${t.agreedAt} is null) or (${t.outcome} = 'ended' and ${t.agreedAt} is not null)`
		)
	]
);

/** What a version of a plan holds: tick-boxes and dates, never prose. Append-only. */
export const plannedItems = sqliteTable(
	'planned_items',
	{
		planId: text('plan_id')
			.notNull()
			.references(() => plans.id),
		item: text('item', { enum: ['rota', 'non-exposure', 'counselling', 'time-off-screen'] }).notNull(),
		from: text('from_date').notNull(),
		/** None: until one of the two ends the plan. */
		until: text('until_date')
	},
	(t) => [
		primaryKey({ columns: [t.planId, t.item] }),
		check('planned_items_item', sql`${t.item} in ('rota', 'non-exposure', 'counselling', 'time-off-screen')`),
		check('planned_items_order', sql`${t.until} is null or ${t.until} >= ${t.from}`)
	]
);
