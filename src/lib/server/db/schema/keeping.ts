import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { people } from './people.ts';

/** How long each class of records is kept, from when, by whose choice and why. The newest version is in force; none: the defaults. Append-only. */
export const retentionVersions = sqliteTable(
	'retention_versions',
	{
		id: text('id').primaryKey(),
		/** Years after somebody has left. */
		recordYears: integer('record_years').notNull(),
		answersMonths: integer('answers_months').notNull(),
		wordsDays: integer('words_days').notNull(),
		accessYears: integer('access_years').notNull(),
		authorId: text('author_id').references(() => people.id),
		reason: text('reason').notNull(),
		recordedAt: integer('recorded_at').notNull()
	},
	(t) => [
		index('retention_versions_recorded').on(t.recordedAt),
		check(
			'retention_versions_range',
			sql`${t.recordYears} between 1 and 12 and ${t.answersMonths} between 6 and 72 and ${t.wordsDays} between 7 and 90 and ${t.accessYears} between 1 and 12`
		)
	]
);

/** What the daily run took away, by class: numbers alone. One a day, however many processes there are; one without an end goes on. */
export const retentionRuns = sqliteTable(
	'retention_runs',
	{
		/** Of the organisation, `YYYY-MM-DD`. */
		day: text('day').primaryKey(),
		startedAt: integer('started_at').notNull(),
		finishedAt: integer('finished_at'),
		/** People of whom everything went, because the time after they left was over. */
		records: integer('records').notNull().default(0),
		answers: integer('answers').notNull().default(0),
		words: integer('words').notNull().default(0),
		access: integer('access').notNull().default(0),
		/** Links, invitations, sign-ins and failures that were over. */
		shortLived: integer('short_lived').notNull().default(0),
		/** People of whom something would have gone, but for a legal hold. */
		held: integer('held').notNull().default(0),
		/** What could not be done, mostly for one person each, and is tried again by the next: read by whichever process ends the alarm. */
		failed: integer('failed').notNull().default(0)
	},
	(t) => [
		check(
			'retention_runs_counts',
			sql`min(${t.records}, ${t.answers}, ${t.words}, ${t.access}, ${t.shortLived}, ${t.held}, ${t.failed}) >= 0 and coalesce(${t.finishedAt}, ${t.startedAt}) >= ${t.startedAt}`
		)
	]
);

/** Of whom answers are gone because their time was over, and those recorded before when: so that what is left is not taken for all there was. */
export const forgottenAnswers = sqliteTable('forgotten_answers', {
	personId: text('person_id')
		.primaryKey()
		.references(() => people.id),
	before: integer('before').notNull()
});

export const holdKinds = ['court', 'claim', 'investigation', 'regulator', 'asked-by-person'] as const;
export type HoldKind = (typeof holdKinds)[number];

/** Legal holds: nothing of the person goes while one stands. It ends with its date, or is lifted by somebody other than who placed it. */
export const holds = sqliteTable(
	'holds',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		kind: text('kind', { enum: holdKinds }).notNull(),
		placedBy: text('placed_by')
			.notNull()
			.references(() => people.id),
		placedAt: integer('placed_at').notNull(),
		/** The last date on which it stands, `YYYY-MM-DD`, and the instant at which that date is over in the person's zone. */
		until: text('until_date').notNull(),
		untilAt: integer('until_at').notNull(),
		liftedBy: text('lifted_by').references(() => people.id),
		liftedAt: integer('lifted_at')
	},
	(t) => [
		index('holds_person').on(t.personId, t.untilAt),
		check('holds_kind', sql`${t.kind} in ('court', 'claim', 'investigation', 'regulator', 'asked-by-person')`),
		check('holds_order', sql`${t.untilAt} > ${t.placedAt}`),
		check('holds_lifted', sql`(${t.liftedAt} is null) = (${t.liftedBy} is null)`),
		check('holds_two', sql`${t.liftedBy} is null or ${t.liftedBy} <> ${t.placedBy}`)
	]
);

/** "Leaves on": from that date on the account is closed; from it the time counts for which their record is kept. */
export const departures = sqliteTable(
	'departures',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		/** The first date without access, `YYYY-MM-DD`, and where it begins in the person's zone. */
		from: text('from_date').notNull(),
		fromAt: integer('from_at').notNull(),
		recordedBy: text('recorded_by')
			.notNull()
			.references(() => people.id),
		recordedAt: integer('recorded_at').notNull(),
		/** When the account was closed. */
		closedAt: integer('closed_at'),
		/** They stay after all, or came back. */
		endedBy: text('ended_by').references(() => people.id),
		endedAt: integer('ended_at')
	},
	(t) => [
		uniqueIndex('departures_current')
			.on(t.personId)
			.where(sql`${t.endedAt} is null`),
		index('departures_due')
			.on(t.fromAt)
			.where(sql`${t.endedAt} is null and ${t.closedAt} is null`),
		check('departures_closed', sql`${t.closedAt} is null or ${t.closedAt} >= ${t.fromAt}`),
		check('departures_ended', sql`(${t.endedAt} is null) = (${t.endedBy} is null)`)
	]
);

/** Who was erased, by whom and why. What is left of them has no name. */
export const erasures = sqliteTable(
	'erasures',
	{
		personId: text('person_id')
			.primaryKey()
			.references(() => people.id),
		erasedAt: integer('erased_at').notNull(),
		/** The administrator; none where the time was over. */
		erasedBy: text('erased_by').references(() => people.id),
		/** When their key was destroyed: 30 days later no copy of it is left. None: it is about to be. */
		keyDestroyedAt: integer('key_destroyed_at'),
		/** When the last counts went as well, because the time after they left was over. */
		clearedAt: integer('cleared_at')
	},
	(t) => [
		check('erasures_order', sql`coalesce(${t.keyDestroyedAt}, ${t.erasedAt}) >= ${t.erasedAt}`),
		check('erasures_another', sql`${t.erasedBy} is null or ${t.erasedBy} <> ${t.personId}`)
	]
);

export const disclosureReasons = ['court', 'lawyer'] as const;
export type DisclosureReason = (typeof disclosureReasons)[number];

/**
 * Copies of somebody's record for a court or their lawyer: asked for by one, agreed to by the person where that is the ground, confirmed by a second
 * person, open for a week.
 */
export const disclosures = sqliteTable(
	'disclosures',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		reason: text('reason', { enum: disclosureReasons }).notNull(),
		/** Whether single sessions, answers and scores are in it, and on what ground. */
		answers: text('answers', { enum: ['none', 'consent', 'order'] }).notNull(),
		askedBy: text('asked_by')
			.notNull()
			.references(() => people.id),
		askedAt: integer('asked_at').notNull(),
		/** When the person agreed, themselves; where they cannot sign in, the two state that they did on paper, and it is empty. */
		agreedAt: integer('agreed_at'),
		confirmedBy: text('confirmed_by').references(() => people.id),
		confirmedAt: integer('confirmed_at'),
		/** Refused, or taken back; by the person: declined, or withdrawn where they had agreed. */
		endedBy: text('ended_by').references(() => people.id),
		endedAt: integer('ended_at')
	},
	(t) => [
		index('disclosures_person').on(t.personId, t.askedAt),
		check('disclosures_reason', sql`${t.reason} in ('court', 'lawyer')`),
		check('disclosures_answers', sql`${t.answers} in ('none', 'consent', 'order')`),
		check('disclosures_agreed', sql`${t.agreedAt} is null or (${t.answers} = 'consent' and ${t.agreedAt} >= ${t.askedAt})`),
		check('disclosures_confirmed', sql`(${t.confirmedAt} is null) = (${t.confirmedBy} is null)`),
		check('disclosures_ended', sql`(${t.endedAt} is null) = (${t.endedBy} is null)`),
		check('disclosures_two', sql`${t.confirmedBy} is null or (${t.confirmedBy} <> ${t.askedBy} and ${t.confirmedBy} <> ${t.personId})`),
		check('disclosures_another', sql`${t.askedBy} <> ${t.personId}`)
	]
);
