import { sql } from 'drizzle-orm';
import {
	blob,
	check,
	index,
	integer,
	primaryKey,
	real,
	sqliteTable,
	text,
	uniqueIndex,
	type AnySQLiteColumn
} from 'drizzle-orm/sqlite-core';
import { instrumentPacks } from './instruments.ts';
import { partners, workTypes } from './organisation.ts';
import { people } from './people.ts';

export type Material = 'image' | 'video' | 'audio' | 'text' | 'live' | 'contact';
export type Filter = 'blur' | 'greyscale' | 'muted' | 'thumbnails' | 'none';

/**
 * Exposure sessions, timers and day totals. A row is one version; the current one has no `supersededAt`.
 * Amending and voiding add a version and never overwrite.
 */
export const exposures = sqliteTable(
	'exposures',
	{
		id: text('id').notNull(),
		version: integer('version').notNull(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		kind: text('kind', { enum: ['session', 'timer', 'day-total'] }).notNull(),
		state: text('state', { enum: ['running', 'ended', 'void'] }).notNull(),
		start: integer('start_at'),
		end: integer('end_at'),
		date: text('date'),
		minutes: integer('minutes'),
		/** Whether it is exposure: resolved from the work type, or from the answer where that one asks. */
		counts: integer('counts', { mode: 'boolean' }).notNull(),
		workTypeId: text('work_type_id').references(() => workTypes.id),
		partnerId: text('partner_id').references(() => partners.id),
		material: text('material', { mode: 'json' }).$type<Material[]>(),
		context: text('context', { enum: ['known', 'first-seen', 'mixed'] }),
		filters: text('filters', { mode: 'json' }).$type<Filter[]>(),
		/** Sealed: `aftermath`, `violent`, and the finding `violent-material`. In every version, so that having one says nothing. */
		sealed: blob('sealed', { mode: 'buffer' }).notNull(),
		voidReason: text('void_reason', { enum: ['by-mistake', 'twice', 'not-exposure', 'other'] }),
		recordedAt: integer('recorded_at').notNull(),
		recordedBy: text('recorded_by').notNull(),
		supersededAt: integer('superseded_at')
	},
	(t) => [
		primaryKey({ columns: [t.id, t.version] }),
		uniqueIndex('exposures_running')
			.on(t.personId)
			.where(sql`${t.state} = 'running' and ${t.supersededAt} is null`),
		// Holds all that the rules read of a session: a person's rows lie scattered over the file.
		index('exposures_times')
			.on(t.personId, t.end, t.start, t.counts, t.state)
			.where(sql`${t.supersededAt} is null and ${t.end} is not null`),
		index('exposures_dates')
			.on(t.personId, t.date)
			.where(sql`${t.supersededAt} is null and ${t.date} is not null`),
		// Written with corrections alone: logging leaves it alone.
		index('exposures_corrected')
			.on(t.personId, t.end)
			.where(sql`${t.supersededAt} is not null and ${t.end} is not null`),
		index('exposures_corrected_dates')
			.on(t.personId, t.date)
			.where(sql`${t.supersededAt} is not null and ${t.date} is not null`),
		check('exposures_kind', sql`${t.kind} in ('session', 'timer', 'day-total')`),
		check('exposures_state', sql`${t.state} in ('running', 'ended', 'void')`),
		check(
			'exposures_shape',
			sql`case when ${t.kind} = 'day-total'
				then ${t.date} is not null and ${t.minutes} is not null and ${t.minutes} between 1 and 960 and ${t.start} is null and ${t.end} is null and ${t.state} <> 'running'
				else ${t.start} is not null and ${t.date} is null and ${t.minutes} is null
					and (${t.state} = 'void' or (${t.state} = 'running') = (${t.end} is null)) end`
		),
		check(
			'exposures_length',
			sql`${t.end} is null or (${t.end} > ${t.start} and ${t.end} - ${t.start} <= 57600000 and ${t.end} <= ${t.recordedAt})`
		),
		check('exposures_running_kind', sql`${t.state} <> 'running' or ${t.kind} = 'timer'`),
		check('exposures_void', sql`(${t.state} = 'void') = (${t.voidReason} is not null)`)
	]
);

export const checkIns = sqliteTable(
	'check_ins',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		instrument: text('instrument', { enum: ['pulse', 'who5', 'phq4', 'proqol5'] }).notNull(),
		skipped: integer('skipped', { mode: 'boolean' }).notNull(),
		/** Sealed: answers, score and the concern finding, padded to one length so that size says nothing. */
		sealed: blob('sealed', { mode: 'buffer' }),
		/** The wording that was answered; the pulse's is built in, and a skip answers none. */
		packId: text('pack_id').references(() => instrumentPacks.id),
		recordedAt: integer('recorded_at').notNull()
	},
	(t) => [
		index('check_ins_person').on(t.personId, t.instrument, t.recordedAt),
		uniqueIndex('check_ins_instant').on(t.personId, t.recordedAt),
		check('check_ins_sealed', sql`${t.skipped} = (${t.sealed} is null)`),
		check('check_ins_pack', sql`(${t.packId} is not null) = (${t.instrument} <> 'pulse' and not ${t.skipped})`)
	]
);

/** "Share this" pressed for once, after a concern that stayed private. */
export const sharedConcerns = sqliteTable('shared_concerns', {
	id: text('id').primaryKey(),
	personId: text('person_id')
		.notNull()
		.references(() => people.id),
	/** The welfare officer it was shared with. */
	officerId: text('officer_id')
		.notNull()
		.references(() => people.id),
	recordedAt: integer('recorded_at').notNull()
});

export const contactRequests = sqliteTable(
	'contact_requests',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		toId: text('to_id')
			.notNull()
			.references(() => people.id),
		/** As which of theirs the recipient was chosen: escalation never widens it. */
		toKind: text('to_kind', { enum: ['lead', 'welfare', 'peer'] }).notNull(),
		when: text('when_wanted', { enum: ['today', 'soon'] }).notNull(),
		recordedAt: integer('recorded_at').notNull()
	},
	(t) => [
		uniqueIndex('contact_requests_instant').on(t.personId, t.recordedAt),
		check('contact_requests_kind', sql`${t.toKind} in ('lead', 'welfare', 'peer')`),
		check('contact_requests_when', sql`${t.when} in ('today', 'soon')`)
	]
);

/** Counselling and psychological-assessment appointments: dates only. Another date is a new one, which says what it replaces. */
export const appointments = sqliteTable(
	'appointments',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		kind: text('kind', { enum: ['counselling', 'assessment'] }).notNull(),
		due: text('due').notNull(),
		recordedAt: integer('recorded_at').notNull(),
		recordedBy: text('recorded_by'),
		/** `moved` to another date, or `withdrawn` because it was entered by mistake: then it was never to be attended. */
		outcome: text('outcome', { enum: ['attended', 'declined', 'moved', 'withdrawn'] }),
		outcomeAt: integer('outcome_at'),
		outcomeBy: text('outcome_by'),
		replaces: text('replaces').references((): AnySQLiteColumn => appointments.id)
	},
	(t) => [
		index('appointments_person').on(t.personId, t.due),
		uniqueIndex('appointments_replaces').on(t.replaces),
		check('appointments_kind', sql`${t.kind} in ('counselling', 'assessment')`),
		check(
			'appointments_outcome',
			sql`(${t.outcome} is null) = (${t.outcomeAt} is null) and (${t.outcome} is null or ${t.outcome} in ('attended', 'declined', 'moved', 'withdrawn'))`
		)
	]
);

/** A rule fired for a person at an instant. `concern` and `violent-material` have no rows here: they are sealed with the check-in, the session. */
export const findings = sqliteTable(
	'findings',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		at: integer('at').notNull(),
		/** `rule|period`: what makes it fire once. */
		key: text('key').notNull(),
		rule: text('rule').notNull(),
		period: text('period').notNull(),
		value: real('value'),
		audience: text('audience', { enum: ['notice', 'review', 'alert'] }).notNull(),
		/** The policy versions it fired under: the organisation's and the team's, where there was one. */
		policyId: text('policy_id'),
		teamPolicyId: text('team_policy_id'),
		/** Set when the alert was corrected: the finding no longer holds and may fire again. */
		withdrawnAt: integer('withdrawn_at'),
		/** When the person put the notice away. */
		dismissedAt: integer('dismissed_at')
	},
	(t) => [
		uniqueIndex('findings_once')
			.on(t.personId, t.key)
			.where(sql`${t.withdrawnAt} is null`),
		index('findings_person').on(t.personId, t.at, t.withdrawnAt, t.key)
	]
);

/**
 * Sealed: up to when a person has put away the notices that are kept sealed. Everybody has the row from the beginning of their account,
 * and it is sealed anew with whatever notice is put away.
 */
export const putAway = sqliteTable('put_away', {
	personId: text('person_id')
		.primaryKey()
		.references(() => people.id),
	sealed: blob('sealed', { mode: 'buffer' }).notNull()
});

export const alerts = sqliteTable(
	'alerts',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		reason: text('reason', { enum: ['exposure', 'contact', 'concern', 'session', 'routine'] }).notNull(),
		state: text('state', {
			enum: ['raised', 'acknowledged', 'offered', 'accepted', 'declined', 'unanswered', 'followed-up', 'closed', 'corrected']
		}).notNull(),
		level: integer('level').notNull(),
		raisedAt: integer('raised_at').notNull(),
		/** When the present state was entered. */
		enteredAt: integer('entered_at').notNull(),
		/** When its clock started: on entering the state, or at the last escalation within it. */
		clockStartedAt: integer('clock_started_at'),
		/** The clock's fixed length in ms (clock time) or in minutes of working time; none in states without a clock. */
		clockMs: integer('clock_ms'),
		clockWorkingMinutes: integer('clock_working_minutes'),
		/** When the next step is due; recomputed when calendar or absences change. */
		dueAt: integer('due_at'),
		/** A contact that was ever "today" stays so. */
		today: integer('today', { mode: 'boolean' }).notNull().default(false),
		/** Whom the person chose: of contact, whom they asked; of concern, nobody here (their sharing choices decide) or the officer of "share this". */
		toId: text('to_id').references(() => people.id),
		toKind: text('to_kind', { enum: ['lead', 'welfare', 'peer'] }),
		closedAt: integer('closed_at')
	},
	(t) => [
		uniqueIndex('alerts_open')
			.on(t.personId, t.reason)
			.where(sql`${t.closedAt} is null`),
		index('alerts_person').on(t.personId, t.raisedAt),
		index('alerts_unclosed')
			.on(t.closedAt)
			.where(sql`${t.closedAt} is null`),
		check('alerts_reason', sql`${t.reason} in ('exposure', 'contact', 'concern', 'session', 'routine')`),
		check('alerts_closed', sql`(${t.state} in ('closed', 'corrected')) = (${t.closedAt} is not null)`),
		check(
			'alerts_clock',
			sql`(${t.clockStartedAt} is null and ${t.clockMs} is null and ${t.clockWorkingMinutes} is null)
				or (${t.clockStartedAt} is not null and (${t.clockMs} is null) <> (${t.clockWorkingMinutes} is null))`
		),
		check('alerts_level', sql`${t.level} between 0 and 2`)
	]
);

/** What an offer put on the table, or a conversation agreed: tick-boxes, never prose. */
export type SupportItem = 'talk' | 'rota' | 'non-exposure' | 'peer' | 'counselling' | 'time-off-screen';

/** Details of one step; which of them are there follows from the event. */
export interface AlertEventDetail {
	items?: SupportItem[];
	answer?: 'accepted' | 'declined' | 'not-now';
	/** For how an offer is meant: when it suits, or in person after no answer. */
	manner?: 'when-it-suits' | 'in-person';
	/** Follow-up date chosen, `YYYY-MM-DD`. */
	on?: string;
	toId?: string;
	when?: 'today' | 'soon';
}

/** Append-only (triggers refuse changes): every step, with actor and instant, visible to the person it is about. */
export const alertEvents = sqliteTable(
	'alert_events',
	{
		id: integer('id').primaryKey({ autoIncrement: true }),
		alertId: text('alert_id')
			.notNull()
			.references(() => alerts.id),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		at: integer('at').notNull(),
		event: text('event', {
			enum: [
				'raised',
				'evidence',
				'renewed',
				'unanswered',
				'escalated',
				'corrected',
				'closed',
				'seen',
				'acknowledged',
				'offered',
				'answered',
				'conversation',
				'followed-up',
				'withdrawn'
			]
		}).notNull(),
		level: integer('level').notNull(),
		/** Who did it; none where the clock or a rule did. */
		actorId: text('actor_id').references(() => people.id),
		detail: text('detail', { mode: 'json' }).$type<AlertEventDetail>()
	},
	(t) => [index('alert_events_alert').on(t.alertId, t.id), index('alert_events_person').on(t.personId, t.at)]
);

/** An exposure finding less than the quiet days after its alert closed: noted, nobody prompted. */
export const quieted = sqliteTable('quieted', {
	findingId: text('finding_id')
		.primaryKey()
		.references(() => findings.id),
	personId: text('person_id').notNull(),
	at: integer('at').notNull()
});

/** The findings that raised an alert or added evidence to it. */
export const alertFindings = sqliteTable(
	'alert_findings',
	{
		alertId: text('alert_id')
			.notNull()
			.references(() => alerts.id),
		findingId: text('finding_id')
			.notNull()
			.references(() => findings.id)
	},
	(t) => [primaryKey({ columns: [t.alertId, t.findingId] })]
);

/** A recorded conversation, one at a time. */
export const conversations = sqliteTable(
	'conversations',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		/** Of the open alerts, the reasons it served. */
		reasons: text('reasons', { mode: 'json' }).$type<string[]>().notNull(),
		items: text('items', { mode: 'json' }).$type<SupportItem[]>().notNull(),
		recordedAt: integer('recorded_at').notNull(),
		recordedBy: text('recorded_by').notNull()
	},
	(t) => [index('conversations_person').on(t.personId, t.recordedAt)]
);

/** Where each person's clock stands: up to when time has been evaluated, and when it next must be. */
export const clocks = sqliteTable(
	'clocks',
	{
		personId: text('person_id')
			.primaryKey()
			.references(() => people.id),
		/** The first fact that the rules look at; none while the person has never had a home team, and the clock stands still. */
		firstFactAt: integer('first_fact_at'),
		lastFactAt: integer('last_fact_at').notNull(),
		advancedTo: integer('advanced_to').notNull(),
		nextDueAt: integer('next_due_at')
	},
	(t) => [
		// In the order in which they are evaluated: many fall due at one instant, such as the start of a day.
		index('clocks_due')
			.on(t.nextDueAt, t.personId)
			.where(sql`${t.nextDueAt} is not null`)
	]
);
