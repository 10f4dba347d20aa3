import { afterAll, describe, expect, it } from 'vitest';
import { memoryDb } from '../support/database.ts';
import * as keeping from '../support/keeping-constraints.ts';

/**
 * What the database itself refuses, whatever the program does. Every table has a row that is taken; each constraint is broken by
 * changing that row in the one place, and by nothing else. What the schema has and nothing here breaks fails the test.
 */

type Value = string | number | null | Buffer;
type Row = Record<string, Value>;

const db = memoryDb();
const sqlite = db.$client;
afterAll(() => {
	sqlite.close();
	db.keys.close();
});

const AT = Date.UTC(2026, 9, 5, 9);
const HOUR = 3_600_000;
const sealed = Buffer.from('sealed');

const alert = {
	...{ person_id: 'ines', state: 'raised', level: 0, raised_at: AT, entered_at: AT, today: 0, due_at: null, to_id: null, to_kind: null },
	...{ clock_started_at: AT, clock_ms: HOUR, clock_working_minutes: null, closed_at: null }
};
const person = { employer_id: 'own', created_at: AT, password_hash: null, joined_at: null, disabled_at: null, sharing_asked_at: null };
const finding = {
	...{ person_id: 'ines', at: AT, rule: 'day-action', period: '2026-10-05', value: 1, audience: 'notice' },
	...{ policy_id: null, team_policy_id: null, withdrawn_at: null, dismissed_at: null }
};
const exposure = {
	...{
		version: 1,
		person_id: 'ines',
		kind: 'session',
		state: 'ended',
		start_at: AT - HOUR,
		end_at: AT,
		date: null,
		minutes: null,
		counts: 1
	},
	...{ work_type_id: 'images', partner_id: 'police', material: null, context: null, filters: null, sealed, void_reason: null },
	...{ recorded_at: AT, recorded_by: 'ines', superseded_at: null }
};
const pack = {
	...{ instrument: 'who5', language: 'en', title: 'Sample', intro: '', items: '[]', labels: '[]', largest_first: 0 },
	...{ licence: 'free', owner: 'nobody', recorded_at: AT, recorded_by: 'ines', retired_at: null, retired_by: null }
};

const plan = {
	...{ person_id: 'ines', supervisor_id: 'mara', alert_id: 'contact', proposed_by: 'mara', proposed_at: AT },
	...{ agreed_at: null, ended_at: null, ended_by: null, outcome: null }
};
const over = { ended_at: AT, ended_by: 'ines' };
const looked = {
	...{ person_id: 'ines', viewer_id: 'mara', kind: 'limits', purpose: 'duty', alert_id: '', opening: '', day: '2026-10-05' },
	...{ first_at: AT, last_at: AT, count: 1 }
};
const unanswered = { answer: null, answered_at: null, answered_by: null };
const unread = { acknowledged_at: null, acknowledged_by: null };

/** What the rows below refer to. */
const there: [table: string, row: Row][] = [
	['employers', { id: 'own', name: 'Seawall', created_at: AT }],
	['teams', { id: 'harbour', name: 'Harbour', zone: 'Europe/London', created_at: AT, closed_at: null }],
	['people', { ...person, id: 'ines', name: 'Ines Calder', email: 'ines@example.org', email_key: 'ines@example.org' }],
	['people', { ...person, id: 'mara', name: 'Mara Voss', email: 'mara@example.org', email_key: 'mara@example.org' }],
	['people', { ...person, id: 'hale', name: 'Hale Brandt', email: 'hale@example.org', email_key: 'hale@example.org' }],
	['work_types', { id: 'images', name: 'Images', counts: 'yes', position: 0, retired_at: null }],
	['partners', { id: 'police', name: 'Police', retired_at: null }],
	['instrument_packs', { ...pack, id: 'wording' }],
	['alerts', { ...alert, id: 'contact', reason: 'contact' }],
	['findings', { ...finding, id: 'first', key: 'first' }],
	['alarms', { id: 'clock', kind: 'clock', since: AT, last_seen_at: AT, count: 1, ended_at: null, dismissed_at: null, dismissed_by: null }],
	['conversations', { id: 'first', person_id: 'ines', reasons: '[]', items: '[]', recorded_at: AT, recorded_by: 'mara' }],
	['conversations', { id: 'disputed', person_id: 'ines', reasons: '[]', items: '[]', recorded_at: AT + 1, recorded_by: 'mara' }],
	['disputes', { conversation_id: 'disputed', told: 'host', recorded_at: AT, acknowledged_at: null, acknowledged_by: null }],
	['access_entries', { ...looked, id: 'looked', kind: 'hours', purpose: 'review' }],
	['plans', { ...plan, id: 'first', agreed_at: AT, ended_at: AT, ended_by: 'ines', outcome: 'ended' }],
	[
		'appointments',
		{
			...{ id: 'earlier', person_id: 'ines', kind: 'counselling', due: '2026-09-07', recorded_at: AT, recorded_by: null },
			...{ outcome: 'moved', outcome_at: AT, outcome_by: 'mara', replaces: null }
		}
	]
];
for (const [table, row] of there) insert(table, row);

/** One row of each table that is taken as it stands. */
const rows: Record<string, Row> = {
	...keeping.rows,
	employers: { id: 'new', name: 'Lanternworks', created_at: AT },
	instrument_packs: { ...pack, id: 'new', instrument: 'phq4' },
	organisation: {
		...{ id: 1, name: 'Seawall', zone: 'Europe/London', employer_id: 'own', fields: '[]', help_lines: '[]', created_at: AT, sample: 0 },
		...{ instruments: '[]', lead_hours: 0 }
	},
	optional_versions: {
		id: 'new',
		fields: '[]',
		instruments: '[]',
		lead_hours: 0,
		author_id: null,
		reason: 'fewer questions',
		recorded_at: AT
	},
	partners: { id: 'new', name: 'Coast guard', retired_at: null },
	policies: { id: 'new', team_id: 'harbour', patch: '{}', author_id: null, reason: 'fewer hours', recorded_at: AT },
	reports: { quarter: '2026-Q3', report: '{}', prepared_at: AT, prepared_by: 'ines', published_at: AT, published_by: 'mara' },
	report_floors: { id: 'new', fewest: 12, author_id: 'ines', reason: 'rather more', recorded_at: AT },
	teams: { id: 'new', name: 'Quay', zone: 'Europe/London', created_at: AT, closed_at: null },
	work_types: { id: 'new', name: 'Video', counts: 'ask', position: 1, retired_at: null },
	absences: {
		...{ id: 'new', person_id: 'mara', from_date: '2026-10-05', to_date: '2026-10-05', deputy_id: 'ines', recorded_at: AT },
		...{ recorded_by: null, ended_at: null, ended_by: null }
	},
	exclusions: { id: 'new', person_id: 'ines', excluded_id: 'mara', recorded_at: AT, ended_at: null },
	factors: {
		...{
			id: 'new',
			person_id: 'ines',
			factor_thousandths: 1000,
			from_date: '2026-10-05',
			to_date: null
		},
		...{ recorded_at: AT, recorded_by: null, ended_at: null, ended_by: null }
	},
	held_forms: { id_hash: 'new', person_id: 'ines', sealed, expires_at: AT },
	home_teams: { id: 'new', person_id: 'ines', team_id: 'harbour', recorded_at: AT, recorded_by: null, ended_at: null },
	invitations: {
		...{
			id: 'new',
			token_hash: 'hash',
			person_id: 'ines',
			created_by: 'ada',
			created_at: AT,
			expires_at: AT,
			used_at: null,
			revoked_at: null
		}
	},
	alarms: {
		...{ id: 'new', kind: 'email', since: AT, last_seen_at: AT, count: 1, ended_at: null },
		...{ dismissed_at: AT, dismissed_by: 'mara' }
	},
	watches: { id: 1, looked_at: AT },
	delivery_choices: {
		...{ id: 'new', person_id: 'mara', email: 'digest', chat: 'digest', chat_name: 'mara', digest_at: '09:00', recorded_at: AT },
		...{ quiet_from: '22:00', quiet_to: '07:00' }
	},
	reminder_choices: { id: 'new', person_id: 'ines', about: 'check-in', recorded_at: AT, ended_at: null },
	hand_overs: { id: 'new', team_id: 'harbour', from_id: 'mara', to_id: 'ines', recorded_at: AT },
	messages: {
		...{
			id: 'new',
			alert_id: 'contact',
			alarm_id: null,
			dispute_id: null,
			check_in_of: null,
			break_of: null,
			level: 0,
			recipient_id: 'mara'
		},
		...{ channel: 'email', n: 1, urgent: 1 },
		...{
			state: 'waiting',
			due_at: AT,
			leased_until: 0,
			attempts: 0,
			letter_id: null,
			problem: null,
			created_at: AT,
			tried_since: AT,
			ended_at: null
		}
	},
	on_call: {
		...{ id: 'new', team_id: 'harbour', person_id: 'mara', position: 0, recorded_at: AT, recorded_by: null, ended_at: null },
		...{ handed_to: 'ines', handed_at: AT }
	},
	people: { ...person, id: 'new', name: 'Wen Alder', email: 'wen@example.org', email_key: 'wen@example.org' },
	person_versions: {
		...{ person_id: 'ines', version: 1, zone: 'Europe/London', day_start: '00:00', start_date: '2024-01-08', recorded_at: AT },
		recorded_by: null
	},
	roles: {
		...{ id: 'new', person_id: 'ines', role: 'moderator', team_id: 'harbour', position: 0, proposed_by: null, proposed_at: AT },
		...{ confirmed_by: null, confirmed_at: AT, ended_at: null, ended_by: null }
	},
	sharing_choices: { id: 'new', person_id: 'ines', kind: 'prompt', officer_id: 'mara', recorded_at: AT, ended_at: null },
	sign_in_failures: { key: 'new', count: 1, last_at: AT },
	sign_ins: { id_hash: 'new', person_id: 'ines', created_at: AT, seen_at: AT, expires_at: AT },
	submissions: { id: 'new', person_id: null, recorded_at: AT },
	alert_events: { id: 7, alert_id: 'contact', person_id: 'ines', at: AT, event: 'raised', level: 0, actor_id: 'mara', detail: null },
	alert_findings: { alert_id: 'contact', finding_id: 'first' },
	alerts: { ...alert, id: 'new', reason: 'exposure', to_id: 'mara' },
	appointments: {
		...{
			id: 'new',
			person_id: 'ines',
			kind: 'counselling',
			due: '2026-10-05',
			recorded_at: AT,
			recorded_by: null,
			outcome: null,
			outcome_at: null,
			outcome_by: null,
			replaces: 'earlier'
		}
	},
	check_ins: { id: 'new', person_id: 'ines', instrument: 'who5', skipped: 0, sealed, pack_id: 'wording', recorded_at: AT },
	clocks: { person_id: 'ines', first_fact_at: null, last_fact_at: AT, advanced_to: AT, next_due_at: null },
	contact_requests: { id: 'new', person_id: 'ines', to_id: 'mara', to_kind: 'lead', when_wanted: 'soon', recorded_at: AT },
	leases: { name: 'new', holder: 'first', expires_at: AT },
	conversations: { id: 'new', person_id: 'ines', reasons: '[]', items: '[]', recorded_at: AT, recorded_by: 'mara' },
	calendar_feeds: { id: 'new', person_id: 'mara', token_hash: 'hash', created_at: AT, fetched_at: null, revoked_at: null },
	access_entries: { ...looked, id: 'new' },
	audit_entries: {
		...{ seq: 1, at: AT, actor_id: 'mara', action: 'role.given', subject: 'person', subject_id: 'ines' },
		...{ detail: '{}', mac: Buffer.alloc(32) }
	},
	access_questions: { entry_id: 'looked', asked_at: AT, answer: 'spoken', answered_at: AT, answered_by: 'mara' },
	disputes: { conversation_id: 'first', told: 'host', recorded_at: AT, acknowledged_at: AT, acknowledged_by: 'mara' },
	exposures: { ...exposure, id: 'new' },
	findings: { ...finding, id: 'new', key: 'new' },
	list_ticks: {
		...{ id: 7, team_id: 'harbour', week: '2026-W41', person_id: 'ines', shown: '[]', rota: 0, break_cover: 0, other_work: 0, nothing: 0 },
		...{ actor_id: 'mara', recorded_at: AT }
	},
	planned_items: { plan_id: 'first', item: 'rota', from_date: '2026-10-05', until_date: '2026-10-05' },
	plans: { ...plan, id: 'new' },
	private_words: { id: 'new', person_id: 'ines', recorded_at: AT, sealed: Buffer.alloc(1053) },
	put_away: { person_id: 'ines', sealed },
	quieted: { finding_id: 'first', person_id: 'ines', at: AT },
	shared_concerns: { id: 'new', person_id: 'ines', officer_id: 'mara', recorded_at: AT }
};

/** The columns that may be empty; every other must hold something. */
const mayBeEmpty: Record<string, string[]> = {
	...keeping.mayBeEmpty,
	instrument_packs: ['retired_at', 'retired_by'],
	partners: ['retired_at'],
	// Of the whole organisation; where the program itself set it.
	policies: ['team_id', 'author_id'],
	optional_versions: ['author_id'],
	reports: ['published_at', 'published_by'],
	teams: ['closed_at'],
	work_types: ['retired_at'],
	absences: ['deputy_id', 'recorded_by', 'ended_at', 'ended_by'],
	exclusions: ['ended_at'],
	factors: ['to_date', 'recorded_by', 'ended_at', 'ended_by'],
	home_teams: ['recorded_by', 'ended_at'],
	invitations: ['used_at', 'revoked_at'],
	alarms: ['ended_at', 'dismissed_at', 'dismissed_by'],
	delivery_choices: ['chat_name', 'quiet_from', 'quiet_to'],
	messages: ['alert_id', 'alarm_id', 'dispute_id', 'check_in_of', 'break_of', 'letter_id', 'problem', 'ended_at'],
	reminder_choices: ['ended_at'],
	on_call: ['recorded_by', 'ended_at', 'handed_to', 'handed_at'],
	people: ['password_hash', 'joined_at', 'disabled_at', 'sharing_asked_at'],
	person_versions: ['recorded_by'],
	roles: ['team_id', 'proposed_by', 'confirmed_by', 'confirmed_at', 'ended_at', 'ended_by'],
	sharing_choices: ['ended_at'],
	submissions: ['person_id'],
	alert_events: ['actor_id', 'detail'],
	alerts: ['clock_started_at', 'clock_ms', 'clock_working_minutes', 'due_at', 'to_id', 'to_kind', 'closed_at'],
	appointments: ['recorded_by', 'outcome', 'outcome_at', 'outcome_by', 'replaces'],
	check_ins: ['sealed', 'pack_id'],
	calendar_feeds: ['fetched_at', 'revoked_at'],
	clocks: ['first_fact_at', 'next_due_at'],
	audit_entries: ['actor_id', 'subject', 'subject_id', 'detail'],
	access_questions: ['answer', 'answered_at', 'answered_by'],
	disputes: ['acknowledged_at', 'acknowledged_by'],
	planned_items: ['until_date'],
	plans: ['agreed_at', 'ended_at', 'ended_by', 'outcome'],
	exposures: [
		...['start_at', 'end_at', 'date', 'minutes', 'work_type_id', 'partner_id', 'material', 'context', 'filters'],
		...['void_reason', 'superseded_at']
	],
	findings: ['value', 'policy_id', 'team_policy_id', 'withdrawn_at', 'dismissed_at']
};

/** Which columns hold the id of something that has to exist. */
const refersTo: Record<string, Record<string, string>> = {
	...keeping.refersTo,
	instrument_packs: { recorded_by: 'people' },
	organisation: { employer_id: 'employers' },
	policies: { team_id: 'teams' },
	reports: { prepared_by: 'people', published_by: 'people' },
	report_floors: { author_id: 'people' },
	absences: { person_id: 'people', deputy_id: 'people' },
	exclusions: { person_id: 'people', excluded_id: 'people' },
	factors: { person_id: 'people' },
	held_forms: { person_id: 'people' },
	home_teams: { person_id: 'people', team_id: 'teams' },
	invitations: { person_id: 'people' },
	alarms: { dismissed_by: 'people' },
	delivery_choices: { person_id: 'people' },
	hand_overs: { team_id: 'teams', from_id: 'people', to_id: 'people' },
	messages: { alert_id: 'alerts', alarm_id: 'alarms', dispute_id: 'disputes', recipient_id: 'people' },
	reminder_choices: { person_id: 'people' },
	on_call: { person_id: 'people', team_id: 'teams', handed_to: 'people' },
	people: { employer_id: 'employers' },
	person_versions: { person_id: 'people' },
	roles: { person_id: 'people', team_id: 'teams' },
	sharing_choices: { person_id: 'people', officer_id: 'people' },
	sign_ins: { person_id: 'people' },
	alert_events: { alert_id: 'alerts', person_id: 'people', actor_id: 'people' },
	alert_findings: { alert_id: 'alerts', finding_id: 'findings' },
	alerts: { person_id: 'people', to_id: 'people' },
	appointments: { person_id: 'people', replaces: 'appointments' },
	calendar_feeds: { person_id: 'people' },
	check_ins: { person_id: 'people', pack_id: 'instrument_packs' },
	clocks: { person_id: 'people' },
	contact_requests: { person_id: 'people', to_id: 'people' },
	conversations: { person_id: 'people' },
	access_entries: { person_id: 'people', viewer_id: 'people' },
	access_questions: { entry_id: 'access_entries', answered_by: 'people' },
	disputes: { conversation_id: 'conversations', acknowledged_by: 'people' },
	planned_items: { plan_id: 'plans' },
	plans: { person_id: 'people', supervisor_id: 'people', alert_id: 'alerts' },
	exposures: { person_id: 'people', work_type_id: 'work_types', partner_id: 'partners' },
	findings: { person_id: 'people' },
	list_ticks: { team_id: 'teams', person_id: 'people', actor_id: 'people' },
	private_words: { person_id: 'people' },
	put_away: { person_id: 'people' },
	quieted: { finding_id: 'findings' },
	shared_concerns: { person_id: 'people', officer_id: 'people' }
};

/** What else has to change for a column to refer to something. */
const beside: Record<string, Row> = {
	...keeping.beside,
	'messages.alarm_id': { alert_id: null },
	'messages.dispute_id': { alert_id: null }
};

const total: Row = { kind: 'day-total', start_at: null, end_at: null, date: '2026-10-05', minutes: 90 };
const wrongTotals: Row[] = [{ date: null }, { minutes: null }, { minutes: 0 }, { minutes: 961 }, { start_at: AT - HOUR }, { end_at: AT }];
const running: Row = { kind: 'timer', state: 'running', end_at: null };

/** By the name of a CHECK: changes that it refuses, and changes just beside them that it takes. */
const checks: Record<string, { table: string; refused: Row[]; taken: Row[] }> = {
	...keeping.checks,
	organisation_single: { table: 'organisation', refused: [{ id: 2 }], taken: [] },
	reports_quarter: {
		table: 'reports',
		refused: ['2026', '2026-Q0', '2026-Q5', '26-Q1', '2026-Q11'].map((quarter) => ({ quarter })),
		taken: ['2026-Q1', '2026-Q4'].map((quarter) => ({ quarter }))
	},
	reports_published: {
		table: 'reports',
		refused: [{ published_at: null }, { published_by: null }],
		taken: [{ published_at: null, published_by: null }]
	},
	report_floors_fewest: { table: 'report_floors', refused: [{ fewest: 4 }, { fewest: 101 }], taken: [{ fewest: 5 }, { fewest: 100 }] },
	work_types_counts: {
		table: 'work_types',
		refused: [{ counts: 'sometimes' }, { counts: '' }],
		taken: [{ counts: 'yes' }, { counts: 'no' }]
	},
	alarms_kind: {
		table: 'alarms',
		refused: [{ kind: 'score' }, { kind: '' }],
		taken: ['webhook', 'undelivered', 'stuck', 'scheduler', 'chain', 'unreachable', 'trail', 'head', 'question', 'dispute', 'records'].map(
			(kind) => ({
				kind
			})
		)
	},
	alarms_dismissed: {
		...{ table: 'alarms', refused: [{ dismissed_at: null }, { dismissed_by: null }] },
		taken: [{ dismissed_at: null, dismissed_by: null }]
	},
	watches_single: { table: 'watches', refused: [{ id: 2 }], taken: [] },
	messages_about: {
		...{
			table: 'messages',
			refused: [
				{ alert_id: null },
				{ alarm_id: 'clock' },
				{ dispute_id: 'disputed' },
				{ check_in_of: '2026-10-05' },
				{ break_of: '2026-10-05T09:10:00.000Z' }
			]
		},
		taken: (
			[{ alarm_id: 'clock' }, { dispute_id: 'disputed' }, { check_in_of: '2026-10-05' }, { break_of: '2026-10-05T09:10:00.000Z' }] as Row[]
		).map((row) => ({
			alert_id: null,
			...row
		}))
	},
	delivery_choices_email: {
		...{ table: 'delivery_choices', refused: [{ email: 'weekly' }] },
		taken: [{ email: 'at-once' }, { email: 'off' }]
	},
	delivery_choices_chat: {
		...{ table: 'delivery_choices', refused: [{ chat: 'weekly' }] },
		taken: [{ chat: 'at-once' }, { chat: 'off' }]
	},
	delivery_choices_chat_name: {
		...{ table: 'delivery_choices', refused: [{ chat_name: null }] },
		taken: [{ chat: 'off', chat_name: null }, { chat: 'off' }]
	},
	reminder_choices_about: { table: 'reminder_choices', refused: [{ about: 'lunch' }], taken: [{ about: 'break' }] },
	delivery_choices_quiet: {
		...{ table: 'delivery_choices', refused: [{ quiet_from: null }, { quiet_to: null }] },
		taken: [{ quiet_from: null, quiet_to: null }]
	},
	messages_channel: { table: 'messages', refused: [{ channel: 'sms' }], taken: [{ channel: 'webhook' }] },
	messages_state: { table: 'messages', refused: [{ state: 'lost', ended_at: AT }], taken: [{ state: 'dead', ended_at: AT }] },
	messages_ended: {
		...{ table: 'messages', refused: [{ ended_at: AT }, { state: 'sent' }] },
		taken: ['sent', 'dropped'].map((state) => ({ state, ended_at: AT }))
	},
	on_call_handed: {
		...{ table: 'on_call', refused: [{ handed_to: null }, { handed_at: null }] },
		taken: [{ handed_to: null, handed_at: null }]
	},
	on_call_to_another: { table: 'on_call', refused: [{ handed_to: 'mara' }], taken: [] },
	absences_order: { table: 'absences', refused: [{ to_date: '2026-10-04' }], taken: [{ to_date: '2026-10-06' }] },
	absences_ended: {
		...{ table: 'absences', refused: [{ ended_at: AT }, { ended_by: 'mara' }] },
		taken: [{ ended_at: AT, ended_by: 'mara' }]
	},
	appointments_kind: { table: 'appointments', refused: [{ kind: 'session' }], taken: [{ kind: 'assessment' }] },
	appointments_outcome: {
		table: 'appointments',
		refused: [{ outcome: 'attended' }, { outcome_at: AT }, { outcome: 'missed', outcome_at: AT }],
		taken: ['attended', 'declined', 'moved', 'withdrawn'].map((outcome) => ({ outcome, outcome_at: AT }))
	},
	factors_order: { table: 'factors', refused: [{ to_date: '2026-10-04' }], taken: [{ to_date: '2026-10-05' }, { to_date: null }] },
	factors_ended: {
		...{ table: 'factors', refused: [{ ended_at: AT }, { ended_by: 'mara' }] },
		taken: [{ ended_at: AT, ended_by: 'mara' }]
	},
	factors_range: {
		...{ table: 'factors', refused: [{ factor_thousandths: 0 }, { factor_thousandths: -1 }, { factor_thousandths: 1001 }] },
		taken: [{ factor_thousandths: 1 }]
	},
	roles_role: {
		table: 'roles',
		refused: [{ role: 'owner' }, { role: '' }],
		taken: ['lead', 'welfare', 'peer'].map((role) => ({ role }))
	},
	roles_scope: {
		table: 'roles',
		refused: [{ team_id: null }, { role: 'admin' }, { role: 'head_of_welfare' }],
		taken: [
			{ role: 'admin', team_id: null },
			{ role: 'head_of_welfare', team_id: null }
		]
	},
	sharing_choices_kind: { table: 'sharing_choices', refused: [{ kind: 'answers' }], taken: [{ kind: 'trends' }] },
	alerts_reason: {
		table: 'alerts',
		refused: [{ reason: 'score' }],
		taken: ['concern', 'session', 'routine'].map((reason) => ({ reason }))
	},
	alerts_closed: {
		table: 'alerts',
		refused: [{ state: 'closed' }, { state: 'corrected' }, { closed_at: AT }],
		taken: [
			{ state: 'closed', closed_at: AT },
			{ state: 'corrected', closed_at: AT }
		]
	},
	alerts_clock: {
		table: 'alerts',
		refused: [
			{ clock_started_at: null },
			{ clock_ms: null },
			{ clock_working_minutes: 60 },
			{ clock_started_at: null, clock_ms: null, clock_working_minutes: 60 }
		],
		taken: [
			{ clock_started_at: null, clock_ms: null },
			{ clock_ms: null, clock_working_minutes: 60 }
		]
	},
	alerts_level: { table: 'alerts', refused: [{ level: -1 }, { level: 3 }], taken: [{ level: 2 }] },
	check_ins_sealed: {
		table: 'check_ins',
		refused: [{ skipped: 1, pack_id: null }, { sealed: null }],
		taken: [{ skipped: 1, sealed: null, pack_id: null }]
	},
	check_ins_pack: {
		table: 'check_ins',
		refused: [{ pack_id: null }, { instrument: 'pulse' }, { skipped: 1, sealed: null }],
		taken: [{ instrument: 'pulse', pack_id: null }]
	},
	instrument_packs_instrument: { table: 'instrument_packs', refused: [{ instrument: 'pulse' }], taken: [{ instrument: 'proqol5' }] },
	instrument_packs_retired: {
		...{ table: 'instrument_packs', refused: [{ retired_at: AT }, { retired_by: 'ines' }] },
		taken: [{ retired_at: AT, retired_by: 'ines' }]
	},
	private_words_one_length: { table: 'private_words', refused: [{ sealed }, { sealed: Buffer.alloc(1054) }], taken: [] },
	audit_entries_mac: { table: 'audit_entries', refused: [{ mac: Buffer.alloc(31) }, { mac: Buffer.alloc(33) }], taken: [] },
	audit_entries_about: {
		...{ table: 'audit_entries', refused: [{ subject: null }, { subject_id: null }] },
		taken: [{ subject: null, subject_id: null }]
	},
	access_entries_another: { table: 'access_entries', refused: [{ viewer_id: 'ines' }], taken: [{ person_id: 'mara', viewer_id: 'ines' }] },
	access_entries_prompt: {
		table: 'access_entries',
		refused: [{ purpose: 'prompt' }, { alert_id: 'contact' }],
		taken: [{ purpose: 'prompt', alert_id: 'contact' }]
	},
	access_entries_count: {
		table: 'access_entries',
		refused: [{ count: 0 }, { count: -1 }, { last_at: AT - 1 }],
		taken: [{ count: 2, last_at: AT + 1 }]
	},
	access_questions_answer: {
		table: 'access_questions',
		refused: [{ answer: 'because' }, { answer: '' }],
		taken: [{ answer: 'in-order' }, { answer: 'not-in-order' }]
	},
	access_questions_answered: {
		...{ table: 'access_questions', refused: [{ answer: null }, { answered_at: null }, { answered_by: null }] },
		taken: [unanswered]
	},
	disputes_told: { table: 'disputes', refused: [{ told: 'nobody' }], taken: [{ told: 'employer' }] },
	disputes_acknowledged: {
		...{ table: 'disputes', refused: [{ acknowledged_at: null }, { acknowledged_by: null }] },
		taken: [unread]
	},
	planned_items_item: {
		table: 'planned_items',
		refused: [{ item: 'talk' }, { item: '' }],
		taken: ['non-exposure', 'counselling', 'time-off-screen'].map((item) => ({ item }))
	},
	planned_items_order: {
		table: 'planned_items',
		refused: [{ until_date: '2026-10-04' }],
		taken: [{ until_date: '2026-10-06' }, { until_date: null }]
	},
	plans_two: {
		table: 'plans',
		refused: [{ supervisor_id: 'ines' }],
		taken: [{ person_id: 'mara', supervisor_id: 'ines' }]
	},
	plans_ended: {
		table: 'plans',
		refused: [
			{ ended_at: AT, outcome: 'declined' },
			{ ended_by: 'ines', outcome: 'declined' },
			{ ended_at: AT, ended_by: 'ines' }
		],
		taken: [{ ended_at: AT, ended_by: 'ines', outcome: 'declined' }]
	},
	plans_outcome: {
		table: 'plans',
		refused: [
			...['ended', 'lost'].map((outcome) => ({ ...over, outcome })),
			...['declined', 'withdrawn'].map((outcome) => ({ ...over, agreed_at: AT, outcome }))
		],
		taken: [
			...['withdrawn', 'replaced'].map((outcome) => ({ ...over, outcome })),
			...['ended', 'replaced'].map((outcome) => ({ ...over, agreed_at: AT, outcome }))
		]
	},
	contact_requests_kind: {
		table: 'contact_requests',
		refused: [{ to_kind: 'admin' }],
		taken: [{ to_kind: 'peer' }, { to_kind: 'welfare' }]
	},
	contact_requests_when: { table: 'contact_requests', refused: [{ when_wanted: 'never' }], taken: [{ when_wanted: 'today' }] },
	list_ticks_week: {
		table: 'list_ticks',
		refused: ['', '2026-41', '2026-W4', '2026-W61'].map((week) => ({ week })),
		taken: [{ week: '2026-W53' }]
	},
	list_ticks_nothing: {
		...{ table: 'list_ticks', refused: ['rota', 'break_cover', 'other_work'].map((tick) => ({ nothing: 1, [tick]: 1 })) },
		taken: [{ nothing: 1 }, { rota: 1, break_cover: 1, other_work: 1 }]
	},
	list_ticks_own: { table: 'list_ticks', refused: [{ person_id: 'mara' }], taken: [{ person_id: 'mara', actor_id: 'ines' }] },
	exposures_kind: { table: 'exposures', refused: [{ kind: 'guess' }], taken: [{ kind: 'timer' }] },
	exposures_state: { table: 'exposures', refused: [{ state: 'paused' }], taken: [] },
	exposures_shape: {
		table: 'exposures',
		refused: [
			...[
				{ start_at: null, end_at: null },
				{ start_at: null },
				{ date: '2026-10-05' },
				{ minutes: 60 },
				{ end_at: null },
				{ ...running, end_at: AT }
			],
			...wrongTotals.map((wrong) => ({ ...total, ...wrong }))
		],
		taken: [total, { ...total, minutes: 1 }, { ...total, minutes: 960 }, running]
	},
	exposures_length: {
		table: 'exposures',
		refused: [{ start_at: AT }, { start_at: AT + 1 }, { start_at: AT - 16 * HOUR - 1 }, { recorded_at: AT - 1 }],
		taken: [{ start_at: AT - 1 }, { start_at: AT - 16 * HOUR }]
	},
	exposures_running_kind: { table: 'exposures', refused: [{ ...running, kind: 'session' }], taken: [running] },
	exposures_void: {
		table: 'exposures',
		refused: [{ state: 'void' }, { void_reason: 'twice' }],
		taken: [{ state: 'void', void_reason: 'twice' }]
	}
};

/**
 * By the name of a unique index: a second row beside the one above that it refuses, and second rows that it takes. `first`: changes
 * to the row above, `ended`: what takes the first out of the way.
 */
const uniques: Record<string, { table: string; first?: Row; second: Row; ended?: Row; taken?: Row[] }> = {
	...keeping.uniques,
	employers_name_unique: { table: 'employers', second: { id: 'other' }, taken: [{ id: 'other', name: 'Other' }] },
	teams_name: {
		...{ table: 'teams', second: { id: 'other', name: 'QUAY' }, ended: { closed_at: AT } },
		taken: [{ id: 'other', name: 'Quay 2' }]
	},
	instrument_packs_in_use: {
		...{ table: 'instrument_packs', second: { id: 'other' }, ended: { retired_at: AT, retired_by: 'ines' } },
		taken: [
			{ id: 'other', language: 'de' },
			{ id: 'other', instrument: 'proqol5' }
		]
	},
	exclusions_current: {
		...{ table: 'exclusions', second: { id: 'other' }, ended: { ended_at: AT } },
		taken: [{ id: 'other', person_id: 'mara', excluded_id: 'ines' }]
	},
	home_teams_current: {
		table: 'home_teams',
		second: { id: 'other' },
		ended: { ended_at: AT },
		taken: [{ id: 'other', person_id: 'mara' }]
	},
	invitations_token_hash_unique: { table: 'invitations', second: { id: 'other' }, taken: [{ id: 'other', token_hash: 'another' }] },
	alarms_open: { table: 'alarms', second: { id: 'other' }, ended: { ended_at: AT }, taken: [{ id: 'other', kind: 'stuck' }] },
	messages_once: {
		...{ table: 'messages', second: { id: 'other' } },
		taken: ([{ level: 1 }, { recipient_id: 'ines' }, { channel: 'webhook' }, { n: 2 }] as Row[]).map((row) => ({ id: 'other', ...row }))
	},
	messages_alarm_once: {
		...{ table: 'messages', first: { alert_id: null, alarm_id: 'clock' }, second: { id: 'other', level: 1, n: 2 } },
		taken: [
			{ id: 'other', recipient_id: 'ines' },
			{ id: 'other', channel: 'webhook' }
		]
	},
	messages_dispute_once: {
		...{ table: 'messages', first: { alert_id: null, dispute_id: 'disputed' }, second: { id: 'other', level: 1, n: 2 } },
		taken: [
			{ id: 'other', recipient_id: 'ines' },
			{ id: 'other', channel: 'webhook' }
		]
	},
	messages_check_in_once: {
		...{ table: 'messages', first: { alert_id: null, check_in_of: '2026-10-05' }, second: { id: 'other', level: 1, n: 2 } },
		taken: [
			{ id: 'other', recipient_id: 'ines' },
			{ id: 'other', check_in_of: '2026-10-12' }
		]
	},
	messages_break_once: {
		...{ table: 'messages', first: { alert_id: null, break_of: '2026-10-05T09:10:00.000Z' }, second: { id: 'other', level: 1, n: 2 } },
		taken: [
			{ id: 'other', recipient_id: 'ines' },
			{ id: 'other', break_of: '2026-10-05T11:00:00.000Z' }
		]
	},
	reminder_choices_open: {
		...{ table: 'reminder_choices', second: { id: 'other' }, ended: { ended_at: AT } },
		taken: [
			{ id: 'other', person_id: 'mara' },
			{ id: 'other', about: 'break' }
		]
	},
	on_call_current: {
		...{ table: 'on_call', second: { id: 'other' }, ended: { ended_at: AT } },
		taken: [{ id: 'other', person_id: 'ines', handed_to: 'mara' }]
	},
	people_email_key_unique: { table: 'people', second: { id: 'other' }, taken: [{ id: 'other', email_key: 'other@example.org' }] },
	roles_current: {
		...{ table: 'roles', second: { id: 'other' }, ended: { ended_at: AT } },
		taken: [
			{ id: 'other', role: 'lead' },
			{ id: 'other', person_id: 'mara' }
		]
	},
	roles_current_everywhere: {
		...{ table: 'roles', first: { role: 'admin', team_id: null }, second: { id: 'other' }, ended: { ended_at: AT } },
		taken: [
			{ id: 'other', role: 'head_of_welfare' },
			{ id: 'other', person_id: 'mara' }
		]
	},
	sharing_choices_current: {
		...{ table: 'sharing_choices', second: { id: 'other' }, ended: { ended_at: AT } },
		taken: [{ id: 'other', kind: 'trends' }]
	},
	alerts_open: {
		...{ table: 'alerts', second: { id: 'other' }, ended: { state: 'closed', closed_at: AT } },
		taken: [
			{ id: 'other', reason: 'concern' },
			{ id: 'other', person_id: 'mara' }
		]
	},
	access_entries_day: {
		...{ table: 'access_entries', second: { id: 'other' } },
		taken: [
			{ id: 'other', day: '2026-10-06' },
			{ id: 'other', opening: 'other' },
			{ id: 'other', kind: 'headroom' },
			{ id: 'other', purpose: 'review' },
			{ id: 'other', purpose: 'prompt', alert_id: 'contact' }
		]
	},
	appointments_replaces: { table: 'appointments', second: { id: 'other' }, taken: [{ id: 'other', replaces: null }] },
	calendar_feeds_current: {
		...{ table: 'calendar_feeds', second: { id: 'other', token_hash: 'another' }, ended: { revoked_at: AT } },
		taken: [{ id: 'other', token_hash: 'another', person_id: 'ines' }]
	},
	calendar_feeds_token_hash_unique: {
		table: 'calendar_feeds',
		second: { id: 'other', person_id: 'ines' },
		taken: [{ id: 'other', person_id: 'ines', token_hash: 'another' }]
	},
	plans_agreed: {
		...{ table: 'plans', first: { agreed_at: AT }, second: { id: 'other' }, ended: { ended_at: AT, ended_by: 'ines', outcome: 'ended' } },
		taken: [
			{ id: 'other', person_id: 'mara', supervisor_id: 'ines' },
			{ id: 'other', agreed_at: null }
		]
	},
	plans_proposed: {
		...{ table: 'plans', second: { id: 'other' }, ended: { ended_at: AT, ended_by: 'ines', outcome: 'declined' } },
		taken: [
			{ id: 'other', person_id: 'mara', supervisor_id: 'ines' },
			{ id: 'other', agreed_at: AT }
		]
	},
	check_ins_instant: { table: 'check_ins', second: { id: 'other' }, taken: [{ id: 'other', recorded_at: AT + 1 }] },
	contact_requests_instant: { table: 'contact_requests', second: { id: 'other' }, taken: [{ id: 'other', recorded_at: AT + 1 }] },
	exposures_running: {
		...{ table: 'exposures', first: running, second: { id: 'other' }, ended: { superseded_at: AT } },
		taken: [
			{ id: 'other', person_id: 'mara' },
			{ id: 'other', state: 'ended', end_at: AT }
		]
	},
	findings_once: { table: 'findings', second: { id: 'other' }, ended: { withdrawn_at: AT }, taken: [{ id: 'other', key: 'other' }] }
};

const change = (table: string, to: Row) => () => {
	insert(table, rows[table] ?? {});
	const columns = Object.keys(to);
	sqlite
		.prepare(`update "${table}" set ${columns.map((column) => `"${column}" = ?`).join(', ')} where id = ?`)
		.run(...Object.values(to), rows[table]?.id);
};

/** Taking away the row that is there. */
const removal = (table: string) => () => {
	insert(table, rows[table] ?? {});
	sqlite.exec(`delete from ${table}`);
};

/** By the name of a trigger: what it refuses, what it says, and what passes beside it. */
const triggers: Record<string, { says: string; refused: (() => void)[]; taken: (() => void)[] }> = {
	...keeping.triggers(sqlite, insert),
	policies_no_update: { says: 'append-only', refused: [change('policies', { reason: 'more hours' })], taken: [] },
	optional_versions_no_update: { says: 'append-only', refused: [change('optional_versions', { reason: 'more' })], taken: [] },
	...Object.fromEntries(
		['policies', 'optional_versions'].map((table) => [`${table}_no_delete`, { says: 'append-only', refused: [removal(table)], taken: [] }])
	),
	delivery_choices_no_update: { says: 'append-only', refused: [change('delivery_choices', { email: 'off' })], taken: [] },
	delivery_choices_no_delete: { says: 'append-only', refused: [removal('delivery_choices')], taken: [] },
	audit_entries_no_update: {
		says: 'append-only',
		refused: [`actor_id = 'ines'`, 'seq = 2', 'at = at', 'mac = zeroblob(32)'].map((set) => () => {
			insert('audit_entries', rows.audit_entries ?? {});
			sqlite.exec(`update audit_entries set ${set}`);
		}),
		taken: []
	},
	audit_entries_no_delete: { says: 'append-only', refused: [removal('audit_entries')], taken: [] },
	audit_entries_in_order: {
		says: 'comes after the last one',
		refused: [
			() => insert('audit_entries', { ...rows.audit_entries, seq: 0 }),
			() => insert('audit_entries', { ...rows.audit_entries, seq: 2 }),
			() => {
				insert('audit_entries', rows.audit_entries ?? {});
				sqlite.exec(`insert or replace into audit_entries (seq, at, action, mac) values (1, ${AT}, 'role.ended', zeroblob(32))`);
			}
		],
		taken: [
			() => {
				insert('audit_entries', rows.audit_entries ?? {});
				insert('audit_entries', { ...rows.audit_entries, seq: 2 });
			}
		]
	},
	hand_overs_no_update: { says: 'append-only', refused: [change('hand_overs', { to_id: 'mara' })], taken: [] },
	hand_overs_no_delete: { says: 'append-only', refused: [removal('hand_overs')], taken: [] },
	alert_events_no_update: { says: 'append-only', refused: [change('alert_events', { level: 1 })], taken: [] },
	list_ticks_no_update: { says: 'append-only', refused: [change('list_ticks', { rota: 1 })], taken: [] },
	list_ticks_no_delete: {
		says: 'append-only',
		refused: [
			() => {
				insert('list_ticks', rows.list_ticks ?? {});
				sqlite.exec('delete from list_ticks');
			}
		],
		taken: []
	},
	alert_events_no_delete: {
		says: 'append-only',
		refused: [
			() => {
				insert('alert_events', rows.alert_events ?? {});
				sqlite.exec('delete from alert_events');
			}
		],
		taken: []
	},
	reports_keep: {
		says: 'never changed',
		refused: [
			...[`quarter = '2026-Q2'`, `report = '[]'`, `prepared_at = ${AT + 1}`, `prepared_by = 'mara'`].map((set) => () => {
				insert('reports', { ...rows.reports, published_at: null, published_by: null });
				sqlite.exec(`update reports set ${set}, published_at = ${AT}, published_by = 'mara'`);
			}),
			() => {
				insert('reports', rows.reports ?? {});
				sqlite.exec('update reports set published_at = null, published_by = null');
			},
			() => {
				insert('reports', rows.reports ?? {});
				sqlite.exec(`update reports set published_at = ${AT + 1}`);
			}
		],
		taken: [
			() => {
				insert('reports', { ...rows.reports, published_at: null, published_by: null });
				sqlite.exec(`update reports set published_at = ${AT}, published_by = 'mara'`);
			}
		]
	},
	reports_no_delete: {
		says: 'append-only',
		refused: [
			() => {
				insert('reports', rows.reports ?? {});
				sqlite.exec('delete from reports');
			}
		],
		taken: []
	},
	report_floors_no_update: { says: 'append-only', refused: [change('report_floors', { fewest: 5 })], taken: [] },
	report_floors_no_delete: { says: 'append-only', refused: [removal('report_floors')], taken: [] },
	plans_keep: {
		says: 'never changed',
		refused: [
			...Object.entries(otherPlan()).map(([column, value]) => change('plans', { [column]: value })),
			() => {
				change('plans', { agreed_at: AT })();
				sqlite.exec(`update plans set agreed_at = ${AT + 1} where id = 'new'`);
			},
			() => sqlite.exec(`update plans set outcome = 'replaced' where id = 'first'`)
		],
		taken: [
			change('plans', { agreed_at: AT }),
			change('plans', { ended_at: AT, ended_by: 'ines', outcome: 'declined' }),
			() => {
				change('plans', { agreed_at: AT })();
				sqlite.exec(`update plans set ended_at = ${AT}, ended_by = 'ines', outcome = 'ended' where id = 'new'`);
			}
		]
	},
	planned_items_no_update: {
		says: 'append-only',
		refused: [
			() => {
				insert('planned_items', rows.planned_items ?? {});
				sqlite.exec(`update planned_items set until_date = null`);
			}
		],
		taken: []
	},
	...Object.fromEntries(
		['plans', 'planned_items', 'disputes'].map((table) => [
			`${table}_no_delete`,
			{ says: 'append-only', refused: [removal(table)], taken: [] }
		])
	),
	access_entries_keep: {
		says: 'never changed',
		refused: [
			...Object.entries({
				person_id: 'mara',
				viewer_id: 'ines',
				kind: 'hours',
				purpose: 'review',
				day: '2026-10-06',
				first_at: AT - 1
			}).map(([column, value]) => change('access_entries', { [column]: value })),
			() => {
				insert('access_entries', { ...rows.access_entries, count: 2, last_at: AT + 2 });
				sqlite.exec(`update access_entries set count = 1 where id = 'new'`);
			},
			() => {
				insert('access_entries', { ...rows.access_entries, last_at: AT + 2 });
				sqlite.exec(`update access_entries set last_at = ${AT + 1} where id = 'new'`);
			}
		],
		taken: [change('access_entries', { count: 2, last_at: AT + 1 })]
	},
	access_questions_keep: {
		says: 'never changed',
		refused: [
			...[`asked_at = ${AT + 1}`, `entry_id = 'new'`].map((set) => () => {
				insert('access_questions', { ...rows.access_questions, ...unanswered });
				sqlite.exec(`update access_questions set ${set}, answer = 'spoken', answered_at = ${AT}, answered_by = 'mara'`);
			}),
			() => {
				insert('access_questions', { ...rows.access_questions, ...unanswered });
				sqlite.exec('update access_questions set asked_at = asked_at');
			},
			() => {
				insert('access_questions', rows.access_questions ?? {});
				sqlite.exec(`update access_questions set answer = 'in-order'`);
			}
		],
		taken: [
			() => {
				insert('access_questions', { ...rows.access_questions, ...unanswered });
				sqlite.exec(`update access_questions set answer = 'spoken', answered_at = ${AT}, answered_by = 'mara'`);
			}
		]
	},
	...Object.fromEntries(
		['access_entries', 'access_questions'].map((table) => [
			`${table}_no_delete`,
			{ says: 'append-only', refused: [removal(table)], taken: [] }
		])
	),
	disputes_keep: {
		says: 'never changed',
		refused: [
			...[`told = 'employer'`, `recorded_at = ${AT + 1}`, `conversation_id = 'second'`].map((set) => () => {
				insert('disputes', { ...rows.disputes, ...unread });
				sqlite.exec(`update disputes set ${set}, acknowledged_at = ${AT}, acknowledged_by = 'mara' where conversation_id = 'first'`);
			}),
			() => {
				insert('disputes', { ...rows.disputes, ...unread });
				sqlite.exec("update disputes set acknowledged_at = null where conversation_id = 'first'");
			},
			() => {
				insert('disputes', rows.disputes ?? {});
				sqlite.exec(`update disputes set acknowledged_at = ${AT + 1} where conversation_id = 'first'`);
			}
		],
		taken: [
			() => {
				insert('disputes', { ...rows.disputes, ...unread });
				sqlite.exec(`update disputes set acknowledged_at = ${AT}, acknowledged_by = 'mara' where conversation_id = 'first'`);
			}
		]
	},
	instrument_packs_keep: {
		says: 'never changed',
		refused: [
			...Object.entries(otherPack()).map(([column, value]) =>
				change('instrument_packs', { [column]: value, retired_at: AT, retired_by: 'ines' })
			),
			change('instrument_packs', { retired_at: null }),
			() => {
				change('instrument_packs', { retired_at: AT, retired_by: 'ines' })();
				sqlite.exec(`update instrument_packs set retired_at = ${AT + 1} where id = 'new'`);
			}
		],
		taken: [change('instrument_packs', { retired_at: AT, retired_by: 'ines' })]
	},
	instrument_packs_no_delete: {
		says: 'append-only',
		refused: [
			() => {
				insert('instrument_packs', rows.instrument_packs ?? {});
				sqlite.exec(`delete from instrument_packs where id = 'new'`);
			}
		],
		taken: []
	},
	absences_keep: {
		says: 'never changed',
		refused: [
			...Object.entries(otherAbsence()).map(([column, value]) => change('absences', { [column]: value, ended_at: AT, ended_by: 'mara' })),
			change('absences', { ended_at: null }),
			() => {
				change('absences', { ended_at: AT, ended_by: 'mara' })();
				sqlite.exec(`update absences set ended_at = ${AT + 1}`);
			}
		],
		taken: [change('absences', { ended_at: AT, ended_by: 'mara' })]
	},
	factors_keep: {
		says: 'never changed',
		refused: [
			...Object.entries(otherFactor()).map(([column, value]) => change('factors', { [column]: value, ended_at: AT, ended_by: 'mara' })),
			change('factors', { ended_at: null }),
			() => {
				change('factors', { ended_at: AT, ended_by: 'mara' })();
				sqlite.exec(`update factors set ended_at = ${AT + 1}`);
			}
		],
		taken: [change('factors', { ended_at: AT, ended_by: 'mara' })]
	},
	appointments_keep: {
		says: 'never changed',
		refused: [
			...Object.entries(otherAppointment()).map(([column, value]) =>
				change('appointments', { [column]: value, outcome: 'attended', outcome_at: AT })
			),
			change('appointments', { outcome: null }),
			() => {
				change('appointments', { outcome: 'attended', outcome_at: AT })();
				sqlite.exec(`update appointments set outcome = 'declined' where id = 'new'`);
			}
		],
		taken: [change('appointments', { outcome: 'attended', outcome_at: AT, outcome_by: 'mara' })]
	},
	exposures_keep_versions: {
		says: 'never changed',
		refused: [
			// Every column that a version holds, even together with the instant at which it was superseded.
			...Object.entries(otherVersion()).map(([column, value]) => change('exposures', { [column]: value, superseded_at: AT })),
			change('exposures', { superseded_at: null }),
			() => {
				change('exposures', { superseded_at: AT })();
				sqlite.exec(`update exposures set superseded_at = ${AT + 1}`);
			}
		],
		taken: [change('exposures', { superseded_at: AT })]
	},
	exposures_one_current: {
		says: 'one current version',
		refused: [
			() => {
				insert('exposures', rows.exposures ?? {});
				insert('exposures', { ...rows.exposures, version: 2 });
			}
		],
		taken: [
			() => {
				change('exposures', { superseded_at: AT })();
				insert('exposures', { ...rows.exposures, version: 2 });
			}
		]
	}
};

/** Another value for each column of a plan that stays as it is. */
function otherPlan(): Row {
	return { id: 'other', person_id: 'wen', supervisor_id: 'wen', alert_id: 'other', proposed_by: 'ines', proposed_at: AT + 1 };
}

/** Another value for each column of an instrument's wording. */
function otherPack(): Row {
	return {
		...{
			id: 'other',
			instrument: 'proqol5',
			language: 'de',
			title: 'Other',
			intro: 'Other',
			items: '["a"]',
			labels: '["a"]',
			largest_first: 1
		},
		...{ licence: 'other', owner: 'other', recorded_at: AT + 1, recorded_by: 'mara' }
	};
}

/** Another value for each column of an absence that stays as it is. */
function otherAbsence(): Row {
	return {
		...{ id: 'other', person_id: 'ines', from_date: '2026-10-04', to_date: '2026-10-06', deputy_id: null },
		...{ recorded_at: AT + 1, recorded_by: 'mara' }
	};
}

/** The same of a limit factor that was agreed. */
function otherFactor(): Row {
	return {
		...{ id: 'other', person_id: 'mara', factor_thousandths: 999, from_date: '2026-10-04', to_date: '2026-10-06' },
		...{ recorded_at: AT + 1, recorded_by: 'mara' }
	};
}

/** The same of an appointment. */
function otherAppointment(): Row {
	return {
		...{ id: 'other', person_id: 'mara', kind: 'assessment', due: '2026-10-06', recorded_at: AT + 1, recorded_by: 'mara' },
		replaces: null
	};
}

/** Another value for each column of a version that says something. */
function otherVersion(): Row {
	return {
		...{
			id: 'other',
			version: 2,
			person_id: 'mara',
			kind: 'timer',
			start_at: AT - 2 * HOUR,
			end_at: AT - 1,
			counts: 0,
			work_type_id: null
		},
		...{
			partner_id: null,
			material: '["image"]',
			context: 'known',
			filters: '["blur"]',
			sealed: Buffer.from('other'),
			recorded_at: AT + 1,
			recorded_by: 'mara'
		}
	};
}

/** What is refused by two columns together, or by none alone; these the trigger holds beside a CHECK. */
const together = ['date', 'minutes', 'state', 'void_reason'];

describe.each(Object.keys(rows))('%s', (table) => {
	const row = rows[table] ?? {};

	it('takes a row as it should be', () => taken(() => insert(table, row)));

	it('needs everything that may not be empty', () => {
		for (const column of Object.keys(row).filter((each) => !mayBeEmpty[table]?.includes(each) && !isRowId(table, each))) {
			refused(`NOT NULL constraint failed: ${table}.${column}`, () => insert(table, { ...row, [column]: null }));
		}
	});

	it('refers to what there is', () => {
		for (const column of Object.keys(refersTo[table] ?? {})) {
			// Only as a transaction ends: see erasures.test.ts.
			if (table === 'erasing' && column === 'until') continue;
			refused('FOREIGN KEY constraint failed', () => insert(table, { ...row, ...beside[`${table}.${column}`], [column]: 'nobody' }));
		}
	});

	it('has each key once', () => {
		const key = columnsOf(table).filter(({ pk }) => pk > 0);
		const names = key.map(({ name }) => `${table}.${name}`).join(', ');
		// What else there is once is another in the second row: nothing but the key can be why it is refused.
		const second = { ...row, ...Object.values(uniques).find((unique) => unique.table === table)?.taken?.[0] };
		for (const { name } of key) second[name] = row[name] ?? null;
		const twice = () => {
			insert(table, row);
			// A current version of an entry would be refused before its key is.
			if (table === 'exposures') sqlite.exec(`update exposures set superseded_at = ${AT}`);
			if (table === 'audit_entries') sqlite.exec('drop trigger audit_entries_in_order');
			insert(table, second);
		};
		refused(`UNIQUE constraint failed: ${names}`, twice);
	});
});

describe('checks', () => {
	it.each(Object.entries(checks))('%s', (name, check) => {
		for (const to of check.refused) refused(`CHECK constraint failed: ${name}`, () => insert(check.table, { ...rows[check.table], ...to }));
		for (const to of check.taken) taken(() => insert(check.table, { ...rows[check.table], ...to }));
	});
});

describe('what there is once', () => {
	it.each(Object.entries(uniques))('%s', (name, { table, first = {}, second, ended, taken: others = [] }) => {
		const row = { ...rows[table], ...first };
		const beside = (to: Row, before: Row = {}) => {
			insert(table, { ...row, ...before });
			insert(table, { ...row, ...to });
		};
		refused(namedIn(name), () => beside(second));
		if (ended) taken(() => beside(second, ended));
		for (const to of others) taken(() => beside(to));
	});
});

describe('triggers', () => {
	it.each(Object.entries(triggers))('%s', (_, trigger) => {
		for (const act of trigger.refused) refused(trigger.says, act);
		for (const act of trigger.taken) taken(act);
	});

	it('a version holds all its columns', () => {
		const held = [...Object.keys(otherVersion()), ...together, 'superseded_at'];
		expect(held.sort()).toEqual(
			columnsOf('exposures')
				.map(({ name }) => name)
				.sort()
		);
		const trigger = schemaOf('trigger').find(({ name }) => name === 'exposures_keep_versions')?.sql ?? '';
		for (const column of together) expect(trigger).toMatch(new RegExp(`new\\.${column}\\b[\\s\\S]*old\\.${column}\\b`));
	});
});

describe('nothing is left out', () => {
	const tables = schemaOf('table').filter(({ name }) => !name.startsWith('sqlite_') && name !== '__drizzle_migrations' && name !== 'never');

	it('tables and columns', () => {
		expect(Object.keys(rows).sort()).toEqual(tables.map(({ name }) => name).sort());
		for (const [table, row] of Object.entries(rows))
			expect([table, ...Object.keys(row).sort()]).toEqual([
				table,
				...columnsOf(table)
					.map(({ name }) => name)
					.sort()
			]);
	});

	it('checks', () => {
		const found = tables.flatMap(({ sql }) => [...sql.matchAll(/CONSTRAINT "(\w+)" CHECK/g)].map(([, name]) => name));
		expect(Object.keys(checks).sort()).toEqual(found.sort());
		// A check without a name would not be found by it.
		expect(tables.flatMap(({ sql }) => sql.match(/\bCHECK\b/g) ?? []).length).toBe(found.length);
	});

	it('unique indexes', () => {
		const found = schemaOf('index').filter(({ sql }) => sql?.startsWith('CREATE UNIQUE'));
		expect(Object.keys(uniques).sort()).toEqual(found.map(({ name }) => name).sort());
		expect(tables.filter(({ sql }) => /\bUNIQUE\b/.test(sql)).map(({ name }) => name)).toEqual([]);
	});

	it('triggers', () => {
		expect(Object.keys(triggers).sort()).toEqual(
			schemaOf('trigger')
				.map(({ name }) => name)
				.sort()
		);
	});

	it('references', () => {
		const found = tables.flatMap(({ name }) =>
			sqlite
				.prepare<[string], { from: string; table: string }>('select "from", "table" from pragma_foreign_key_list(?)')
				.all(name)
				.map(({ from, table }) => `${name}.${from} → ${table}`)
		);
		const written = Object.entries(refersTo).flatMap(([table, columns]) =>
			Object.entries(columns).map(([from, to]) => `${table}.${from} → ${to}`)
		);
		expect(written.sort()).toEqual(found.sort());
		expect(sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
	});

	it('columns that may be empty', () => {
		const found = tables.flatMap(({ name }) =>
			columnsOf(name)
				.filter(({ notnull }) => notnull === 0)
				.map((column) => `${name}.${column.name}`)
		);
		const written = Object.entries(mayBeEmpty).flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`));
		expect(written.sort()).toEqual(found.sort());
	});
});

function insert(table: string, row: Row): void {
	const columns = Object.keys(row);
	const names = columns.map((column) => `"${column}"`).join(', ');
	sqlite.prepare(`insert into "${table}" (${names}) values (${columns.map(() => '?').join(', ')})`).run(...Object.values(row));
}

/** Does it and takes it back; throws what the database says. */
function tried(act: () => void): void {
	sqlite.exec('savepoint tried');
	try {
		act();
	} finally {
		sqlite.exec('rollback to tried');
		sqlite.exec('release tried');
	}
}

function taken(act: () => void): void {
	expect(() => tried(act)).not.toThrow();
}

function refused(words: string, act: () => void): void {
	let said = 'it was taken';
	try {
		tried(act);
	} catch (error) {
		said = error instanceof Error ? error.message : String(error);
	}
	expect(said).toContain(words);
}

/** How the database names a unique index when it refuses: by its columns, or by its own name where it is made of an expression. */
function namedIn(index: string): string {
	const columns = sqlite.prepare<[string], { name: string | null }>('select name from pragma_index_info(?)').all(index);
	const table = uniques[index]?.table ?? '';
	if (columns.some(({ name }) => name === null)) return `UNIQUE constraint failed: index '${index}'`;
	return `UNIQUE constraint failed: ${columns.map(({ name }) => `${table}.${name}`).join(', ')}`;
}

/** The number that SQLite gives by itself where none is given. */
function isRowId(table: string, column: string): boolean {
	return (
		columnsOf(table).some(({ name, pk, type }) => name === column && pk > 0 && type.toUpperCase() === 'INTEGER') &&
		!/_versions$/.test(table)
	);
}

function columnsOf(table: string) {
	return sqlite
		.prepare<[string], { name: string; type: string; notnull: number; pk: number }>(
			'select name, type, "notnull", pk from pragma_table_info(?)'
		)
		.all(table);
}

function schemaOf(type: string) {
	return sqlite.prepare<[string], { name: string; sql: string }>('select name, sql from sqlite_schema where type = ?').all(type);
}
