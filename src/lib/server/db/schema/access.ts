import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { people } from './people.ts';

/** What of another person's record was looked at. */
export const readKinds = [
	/** A prompt about them, with its steps. */
	'prompt',
	/** That there is a prompt, in a list of them. */
	'prompts',
	/** Limits passed, on the weekly list of the team. */
	'weekly-list',
	/** Limits passed, on the person's page. */
	'limits',
	/** Hours of exposure. */
	'hours',
	/** Lower limits that were agreed with them. */
	'agreed',
	/** Whether room is left today and this week. */
	'headroom',
	/** Bands and trends of check-ins. */
	'trends',
	/** Dates of absences. */
	'absences',
	/** Dates of appointments. */
	'appointments',
	/** A plan agreed with them. */
	'plan',
	/** A conversation that they say did not happen. */
	'dispute',
	/** Their account: address, roles, team, days. */
	'account',
	/** What is decided about their record: a legal hold, a copy, leaving, a wish to be erased. */
	'keeping',
	/** A question of theirs about who has looked. */
	'question',
	/** A copy of their record for a court or for their lawyer. */
	'disclosure',
	/** What is counted for the organisation's report: counts of many people, nothing of theirs alone was shown. */
	'report'
] as const;
export type ReadKind = (typeof readKinds)[number];

/** Why it was looked at: a prompt, a duty of the role, or what somebody said when they were asked. */
export const readPurposes = [
	'prompt',
	/** The weekly list, the rota, absences of the own team: a lead's or an officer's everyday duty. */
	'duty',
	/** The person has named the viewer. */
	'named',
	/** Stated by the viewer. */
	'plan-support',
	'return-to-work',
	'asked-by-person',
	'review',
	/** An administrator's. */
	'administration',
	'legal'
] as const;
export type ReadPurpose = (typeof readPurposes)[number];

/** Who has looked at whose record: one row for each viewer, person, kind, purpose and day; for each opening of a copy one of its own. Only its last instant and its count ever change (a trigger). */
export const accessEntries = sqliteTable(
	'access_entries',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		viewerId: text('viewer_id')
			.notNull()
			.references(() => people.id),
		kind: text('kind', { enum: readKinds }).notNull(),
		purpose: text('purpose', { enum: readPurposes }).notNull(),
		/** The prompt that it was about; empty where there was none (SQLite takes every null for another value). */
		alertId: text('alert_id').notNull().default(''),
		/** Of a copy for a court or a lawyer: the entry's own id, because each opening stands by itself; empty for everything else. */
		opening: text('opening').notNull().default(''),
		/** Of the viewer, `YYYY-MM-DD`. */
		day: text('day').notNull(),
		firstAt: integer('first_at').notNull(),
		lastAt: integer('last_at').notNull(),
		/** How often on that day; what follows within ten minutes belongs to the same look. */
		count: integer('count').notNull()
	},
	(t) => [
		// The day first: what is noted of hundreds of people lies together, and not in as many places (looks-at.ts).
		uniqueIndex('access_entries_day').on(t.day, t.personId, t.viewerId, t.kind, t.purpose, t.alertId, t.opening),
		check('access_entries_another', sql`${t.personId} <> ${t.viewerId}`),
		check('access_entries_prompt', sql`(${t.purpose} = 'prompt') = (${t.alertId} <> '')`),
		check('access_entries_count', sql`${t.count} > 0 and ${t.lastAt} >= ${t.firstAt}`)
	]
);

/** What a head of welfare can answer to a question about an entry. */
export const questionAnswers = ['in-order', 'spoken', 'not-in-order'] as const;
export type QuestionAnswer = (typeof questionAnswers)[number];

/** "Why was this looked at?": once for each entry, answered once (a trigger). */
export const accessQuestions = sqliteTable(
	'access_questions',
	{
		entryId: text('entry_id')
			.primaryKey()
			.references(() => accessEntries.id),
		askedAt: integer('asked_at').notNull(),
		answer: text('answer', { enum: questionAnswers }),
		answeredAt: integer('answered_at'),
		answeredBy: text('answered_by').references(() => people.id)
	},
	(t) => [
		check('access_questions_answer', sql`${t.answer} in ('in-order', 'spoken', 'not-in-order')`),
		check(
			'access_questions_answered',
			sql`(${t.answer} is null) = (${t.answeredAt} is null) and (${t.answer} is null) = (${t.answeredBy} is null)`
		)
	]
);
