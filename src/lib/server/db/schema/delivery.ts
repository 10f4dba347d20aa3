import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { alarms } from './alarms.ts';
import { disputes } from './disputes.ts';
import { people } from './people.ts';
import { alerts } from './records.ts';

/** Ways in which a message leaves the house. What stands in the app itself is derived from the alerts, and needs no row. */
export type Channel = 'email' | 'webhook';

/**
 * The outbox: a message to a supervisor about an alert, written in the transaction of the event that causes it. It says neither about whom it
 * is nor why. One row for each alert, level, recipient, channel and asking (`n`): asked again, they get another one. About an alarm, one for
 * each administrator and channel; about a dispute, one for each head of welfare and channel; a reminder of a check-in, one a week; of a break, one for
 * each stretch.
 */
export const messages = sqliteTable(
	'messages',
	{
		id: text('id').primaryKey(),
		alertId: text('alert_id').references(() => alerts.id),
		/** Instead of an alert: what is wrong with Breakwater itself, for an administrator. */
		alarmId: text('alarm_id').references(() => alarms.id),
		/** Instead of an alert: a conversation of which somebody said that it didn't happen, for a head of welfare. */
		disputeId: text('dispute_id').references(() => disputes.conversationId),
		/** Instead of an alert: the Monday of the week whose check-in is due, for whoever asked to be reminded of it. */
		checkInOf: text('check_in_of'),
		/** Instead of an alert: the beginning of the stretch (ISO 8601) after which a break is due, for whoever asked to be reminded of it. */
		breakOf: text('break_of'),
		level: integer('level').notNull(),
		recipientId: text('recipient_id')
			.notNull()
			.references(() => people.id),
		channel: text('channel', { enum: ['email', 'webhook'] }).notNull(),
		/** The how many-th asking of this alert it belongs to, from 1: it was raised, renewed, an offer stayed unanswered, or somebody took a step. */
		n: integer('n').notNull(),
		/** Whether it says "today": somebody asked for contact, or shared a concern. */
		urgent: integer('urgent', { mode: 'boolean' }).notNull(),
		state: text('state', { enum: ['waiting', 'sent', 'dropped', 'dead'] }).notNull(),
		/** Not sent before: the wait of exposure, a digest's hour, the end of quiet hours, the next attempt. */
		dueAt: integer('due_at').notNull(),
		/** While it is being sent; after that instant whoever sent it is taken to be gone. */
		leasedUntil: integer('leased_until').notNull().default(0),
		attempts: integer('attempts').notNull().default(0),
		/** Id of the letter in which it goes out, since it was taken first: tried again, it is the same letter, and the other side can tell a copy. */
		letterId: text('letter_id'),
		/** A short code of the last failure, or why it was dropped; never what a server answered. */
		problem: text('problem'),
		createdAt: integer('created_at').notNull(),
		/** From when its retries count: since it was tried first, or sent again by hand. */
		triedSince: integer('tried_since').notNull(),
		endedAt: integer('ended_at')
	},
	(t) => [
		uniqueIndex('messages_once').on(t.alertId, t.level, t.recipientId, t.channel, t.n),
		uniqueIndex('messages_alarm_once')
			.on(t.alarmId, t.recipientId, t.channel)
			.where(sql`${t.alarmId} is not null`),
		uniqueIndex('messages_dispute_once')
			.on(t.disputeId, t.recipientId, t.channel)
			.where(sql`${t.disputeId} is not null`),
		uniqueIndex('messages_check_in_once')
			.on(t.recipientId, t.checkInOf, t.channel)
			.where(sql`${t.checkInOf} is not null`),
		uniqueIndex('messages_break_once')
			.on(t.recipientId, t.breakOf, t.channel)
			.where(sql`${t.breakOf} is not null`),
		index('messages_failing')
			.on(t.triedSince)
			.where(sql`${t.state} = 'waiting' and ${t.problem} is not null`),
		index('messages_state').on(t.state, t.channel),
		check(
			'messages_about',
			sql`(${t.alertId} is not null) + (${t.alarmId} is not null) + (${t.disputeId} is not null) + (${t.checkInOf} is not null) + (${t.breakOf} is not null) = 1`
		),
		index('messages_due')
			.on(t.channel, t.urgent, t.dueAt, t.id)
			.where(sql`${t.state} = 'waiting'`),
		index('messages_recipient')
			.on(t.recipientId, t.channel)
			.where(sql`${t.state} = 'waiting'`),
		index('messages_by_end').on(t.state, t.endedAt),
		check('messages_channel', sql`${t.channel} in ('email', 'webhook')`),
		check('messages_state', sql`${t.state} in ('waiting', 'sent', 'dropped', 'dead')`),
		check('messages_ended', sql`(${t.state} = 'waiting') = (${t.endedAt} is null)`)
	]
);

/** How a supervisor wants to be told; the newest row is in force, and nobody has to have one. */
export const deliveryChoices = sqliteTable(
	'delivery_choices',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		/** What is not urgent: at once, once a day, or not at all. What is urgent comes at once unless it is off. */
		email: text('email', { enum: ['at-once', 'digest', 'off'] }).notNull(),
		/** The same for the organisation's chat. */
		chat: text('chat', { enum: ['at-once', 'digest', 'off'] }).notNull(),
		/** Their name there. */
		chatName: text('chat_name'),
		/** `HH:MM` of the digest in their own zone. */
		digestAt: text('digest_at').notNull(),
		/** `HH:MM` between which nothing is sent; both or neither. */
		quietFrom: text('quiet_from'),
		quietTo: text('quiet_to'),
		recordedAt: integer('recorded_at').notNull()
	},
	(t) => [
		index('delivery_choices_person').on(t.personId, t.recordedAt),
		check('delivery_choices_email', sql`${t.email} in ('at-once', 'digest', 'off')`),
		check('delivery_choices_chat', sql`${t.chat} in ('at-once', 'digest', 'off')`),
		check('delivery_choices_chat_name', sql`${t.chat} = 'off' or ${t.chatName} is not null`),
		check('delivery_choices_quiet', sql`(${t.quietFrom} is null) = (${t.quietTo} is null)`)
	]
);

/** Who asked to be reminded by e-mail, and of what; nobody is, who did not ask. */
export const reminderChoices = sqliteTable(
	'reminder_choices',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		/** That a check-in, or that a break is due. */
		about: text('about', { enum: ['check-in', 'break'] }).notNull(),
		recordedAt: integer('recorded_at').notNull(),
		endedAt: integer('ended_at')
	},
	(t) => [
		uniqueIndex('reminder_choices_open')
			.on(t.personId, t.about)
			.where(sql`${t.endedAt} is null`),
		check('reminder_choices_about', sql`${t.about} in ('check-in', 'break')`)
	]
);
