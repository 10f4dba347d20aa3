import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { people } from './people.ts';

/** Why an erasure that somebody asked for is not carried out. */
export const declineReasons = ['legal-hold', 'legal-duty', 'legal-claim', 'asked-by-mistake'] as const;
export type DeclineReason = (typeof declineReasons)[number];

/**
 * Somebody asked that what is kept about them be erased. Open until it is taken back, carried out or declined, once (a trigger): one of a person is
 * open at a time. No reason is asked.
 */
export const erasureRequests = sqliteTable(
	'erasure_requests',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		/** From then on the 28 days count. */
		askedAt: integer('asked_at').notNull(),
		takenBackAt: integer('taken_back_at'),
		carriedOutAt: integer('carried_out_at'),
		/** The administrator who did; none where a rule did, because the time for which it is kept was over. */
		carriedOutBy: text('carried_out_by').references(() => people.id),
		declinedAt: integer('declined_at'),
		declinedBy: text('declined_by').references(() => people.id),
		declinedFor: text('declined_for', { enum: declineReasons })
	},
	(t) => [
		uniqueIndex('erasure_requests_open')
			.on(t.personId)
			.where(sql`${t.takenBackAt} is null and ${t.carriedOutAt} is null and ${t.declinedAt} is null`),
		index('erasure_requests_asked')
			.on(t.askedAt)
			.where(sql`${t.takenBackAt} is null and ${t.carriedOutAt} is null and ${t.declinedAt} is null`),
		check(
			'erasure_requests_ended',
			sql`(${t.takenBackAt} is not null) + (${t.carriedOutAt} is not null) + (${t.declinedAt} is not null) <= 1`
		),
		check(
			'erasure_requests_declined',
			sql`(${t.declinedAt} is null) = (${t.declinedBy} is null) and (${t.declinedAt} is null) = (${t.declinedFor} is null)`
		),
		check('erasure_requests_reason', sql`${t.declinedFor} in ('legal-hold', 'legal-duty', 'legal-claim', 'asked-by-mistake')`),
		check('erasure_requests_carried_out', sql`${t.carriedOutBy} is null or ${t.carriedOutAt} is not null`),
		check('erasure_requests_order', sql`coalesce(${t.takenBackAt}, ${t.carriedOutAt}, ${t.declinedAt}, ${t.askedAt}) >= ${t.askedAt}`)
	]
);
