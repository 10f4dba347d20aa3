import { sql } from 'drizzle-orm';
import { blob, check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { employers, teams } from './organisation.ts';

export const people = sqliteTable('people', {
	id: text('id').primaryKey(),
	name: text('name').notNull(),
	email: text('email').notNull(),
	/** Trimmed, NFKC, lower case: what signing in compares. */
	emailKey: text('email_key').notNull().unique(),
	/** Argon2id PHC string; none before the invitation is accepted. */
	passwordHash: text('password_hash'),
	employerId: text('employer_id')
		.notNull()
		.references(() => employers.id),
	createdAt: integer('created_at').notNull(),
	joinedAt: integer('joined_at'),
	disabledAt: integer('disabled_at'),
	/** When the sharing choices were answered on joining; until then the person is asked. */
	sharingAskedAt: integer('sharing_asked_at')
});

/** What decides how a person's instants become person-days; each change is a new version. */
export const personVersions = sqliteTable(
	'person_versions',
	{
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		version: integer('version').notNull(),
		zone: text('zone').notNull(),
		/** `HH:MM`; 12:00 for people who work nights. */
		dayStart: text('day_start').notNull(),
		/** First date of exposure work anywhere. */
		startDate: text('start_date').notNull(),
		recordedAt: integer('recorded_at').notNull(),
		recordedBy: text('recorded_by')
	},
	(t) => [primaryKey({ columns: [t.personId, t.version] })]
);

export const homeTeams = sqliteTable(
	'home_teams',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		teamId: text('team_id')
			.notNull()
			.references(() => teams.id),
		recordedAt: integer('recorded_at').notNull(),
		recordedBy: text('recorded_by'),
		endedAt: integer('ended_at')
	},
	(t) => [
		uniqueIndex('home_teams_current')
			.on(t.personId)
			.where(sql`${t.endedAt} is null`),
		index('home_teams_team').on(t.teamId)
	]
);

/** Who may do what where. Lead, welfare officer and head of welfare take effect when a second person confirms. */
export const roles = sqliteTable(
	'roles',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		role: text('role', { enum: ['moderator', 'lead', 'welfare', 'peer', 'admin', 'head_of_welfare'] }).notNull(),
		/** None for `admin` and `head_of_welfare`, which hold for the whole organisation. */
		teamId: text('team_id').references(() => teams.id),
		/** Order of leads: 0 first, 1 deputy, … */
		position: integer('position').notNull().default(0),
		proposedBy: text('proposed_by'),
		proposedAt: integer('proposed_at').notNull(),
		confirmedBy: text('confirmed_by'),
		confirmedAt: integer('confirmed_at'),
		endedAt: integer('ended_at'),
		endedBy: text('ended_by')
	},
	(t) => [
		// Two, because SQLite takes every null for another value.
		uniqueIndex('roles_current')
			.on(t.personId, t.role, t.teamId)
			.where(sql`${t.endedAt} is null`),
		uniqueIndex('roles_current_everywhere')
			.on(t.personId, t.role)
			.where(sql`${t.endedAt} is null and ${t.teamId} is null`),
		index('roles_team').on(t.teamId, t.role),
		check('roles_role', sql`${t.role} in ('moderator', 'lead', 'welfare', 'peer', 'admin', 'head_of_welfare')`),
		check('roles_scope', sql`(${t.role} in ('admin', 'head_of_welfare')) = (${t.teamId} is null)`)
	]
);

/** Who is on call for contact "today", per team, in order. */
export const onCall = sqliteTable(
	'on_call',
	{
		id: text('id').primaryKey(),
		teamId: text('team_id')
			.notNull()
			.references(() => teams.id),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		position: integer('position').notNull().default(0),
		recordedAt: integer('recorded_at').notNull(),
		recordedBy: text('recorded_by'),
		endedAt: integer('ended_at'),
		/** Who has taken over; on call again where that one is not there. */
		handedTo: text('handed_to').references(() => people.id),
		handedAt: integer('handed_at')
	},
	(t) => [
		uniqueIndex('on_call_current')
			.on(t.teamId, t.personId)
			.where(sql`${t.endedAt} is null`),
		check('on_call_handed', sql`(${t.handedTo} is null) = (${t.handedAt} is null)`),
		check('on_call_to_another', sql`${t.handedTo} is not ${t.personId}`)
	]
);

/** Who handed being on call over to whom, and when; to themself: is on call again. Append-only. */
export const handOvers = sqliteTable(
	'hand_overs',
	{
		id: text('id').primaryKey(),
		teamId: text('team_id')
			.notNull()
			.references(() => teams.id),
		fromId: text('from_id')
			.notNull()
			.references(() => people.id),
		toId: text('to_id')
			.notNull()
			.references(() => people.id),
		recordedAt: integer('recorded_at').notNull()
	},
	(t) => [index('hand_overs_team').on(t.teamId, t.recordedAt)]
);

/** Whom a person has named: for prompts about a concern, or to see bands and trends. */
export const sharingChoices = sqliteTable(
	'sharing_choices',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		kind: text('kind', { enum: ['prompt', 'trends'] }).notNull(),
		officerId: text('officer_id')
			.notNull()
			.references(() => people.id),
		recordedAt: integer('recorded_at').notNull(),
		endedAt: integer('ended_at')
	},
	(t) => [
		uniqueIndex('sharing_choices_current')
			.on(t.personId, t.kind, t.officerId)
			.where(sql`${t.endedAt} is null`),
		check('sharing_choices_kind', sql`${t.kind} in ('prompt', 'trends')`)
	]
);

/** "Not this person": no reason asked, invisible to the excluded one. */
export const exclusions = sqliteTable(
	'exclusions',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		excludedId: text('excluded_id')
			.notNull()
			.references(() => people.id),
		recordedAt: integer('recorded_at').notNull(),
		endedAt: integer('ended_at')
	},
	(t) => [
		uniqueIndex('exclusions_current')
			.on(t.personId, t.excludedId)
			.where(sql`${t.endedAt} is null`)
	]
);

/** Dates only, no kind. A supervisor may name a deputy. Dates that change are a new row, and the old one ends: it was no absence after all. */
export const absences = sqliteTable(
	'absences',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		from: text('from_date').notNull(),
		to: text('to_date').notNull(),
		deputyId: text('deputy_id').references(() => people.id),
		recordedAt: integer('recorded_at').notNull(),
		recordedBy: text('recorded_by'),
		endedAt: integer('ended_at'),
		endedBy: text('ended_by')
	},
	(t) => [
		index('absences_person').on(t.personId, t.to),
		check('absences_order', sql`${t.to} >= ${t.from}`),
		check('absences_ended', sql`(${t.endedAt} is null) = (${t.endedBy} is null)`)
	]
);

/**
 * A person's own limit factor, agreed with occupational health or on return to work: never why. One that ends early is a new row, and the old one
 * ends: it was not agreed after all.
 */
export const factors = sqliteTable(
	'factors',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		factor: integer('factor_thousandths').notNull(),
		from: text('from_date').notNull(),
		to: text('to_date'),
		recordedAt: integer('recorded_at').notNull(),
		recordedBy: text('recorded_by'),
		endedAt: integer('ended_at'),
		endedBy: text('ended_by')
	},
	(t) => [
		index('factors_person').on(t.personId),
		check('factors_range', sql`${t.factor} > 0 and ${t.factor} <= 1000`),
		check('factors_order', sql`${t.to} >= ${t.from}`),
		check('factors_ended', sql`(${t.endedAt} is null) = (${t.endedBy} is null)`)
	]
);

/** Signed-in browsers. Only the SHA-256 of the id is kept: a stolen database opens no session. */
export const signIns = sqliteTable(
	'sign_ins',
	{
		idHash: text('id_hash').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		createdAt: integer('created_at').notNull(),
		seenAt: integer('seen_at').notNull(),
		expiresAt: integer('expires_at').notNull()
	},
	(t) => [index('sign_ins_person').on(t.personId)]
);

export const invitations = sqliteTable(
	'invitations',
	{
		id: text('id').primaryKey(),
		tokenHash: text('token_hash').notNull().unique(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		createdBy: text('created_by').notNull(),
		createdAt: integer('created_at').notNull(),
		expiresAt: integer('expires_at').notNull(),
		usedAt: integer('used_at'),
		revokedAt: integer('revoked_at')
	},
	(t) => [index('invitations_person').on(t.personId)]
);

/** Failed sign-ins by a keyed hash of the e-mail or the address; nothing readable. */
export const signInFailures = sqliteTable('sign_in_failures', {
	key: text('key').primaryKey(),
	count: integer('count').notNull(),
	lastAt: integer('last_at').notNull()
});

/** What somebody was typing when the sign-in ended, sealed for that person and given back after signing in again. */
export const heldForms = sqliteTable('held_forms', {
	idHash: text('id_hash').primaryKey(),
	personId: text('person_id')
		.notNull()
		.references(() => people.id),
	sealed: blob('sealed', { mode: 'buffer' }).notNull(),
	expiresAt: integer('expires_at').notNull()
});

/** Form ids already taken: sending a form twice stores once. */
export const submissions = sqliteTable(
	'submissions',
	{
		id: text('id').primaryKey(),
		personId: text('person_id'),
		recordedAt: integer('recorded_at').notNull()
	},
	(t) => [index('submissions_recorded').on(t.recordedAt)]
);
