import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { earliestOf } from './exposure-rows.ts';
import { localDate, dateWords } from './local-time.ts';
import { classesOfTables, personTables, type RecordClass } from './record-classes.ts';
import { shortLivedDays } from './retention-due.ts';
import { retentionInForce, type RetentionInForce } from './retention.ts';
import type { Viewer } from './viewer.ts';

/** One class of what is kept about the viewer. */
export interface KeptClass {
	id: string;
	name: string;
	/** What it is, in plain words. */
	words: string;
	count: number;
	/** `Monday 8 January 2024`; null where there is none yet. */
	since: string | null;
	/** For how long: goes on from “Kept”. */
	until: string;
}

interface Rows {
	table: string;
	/** The column that says since when; none: it is not told. */
	since?: string;
	/** Which are the viewer's, `@person`, of a table that does not say it in the list of record classes. */
	mine?: string;
}

export type KeptId =
	| 'sessions'
	| 'check-ins'
	| 'words'
	| 'findings'
	| 'prompts'
	| 'asked'
	| 'support'
	| 'appointments'
	| 'absences'
	| 'choices'
	| 'looks'
	| 'account'
	| 'sign-ins'
	| 'messages'
	| 'forms'
	| 'decisions'
	| 'changes';

interface Class {
	id: KeptId;
	name: string;
	words: string;
	/** What is counted. All tables of one entry have the same class of records, which decides for how long. */
	rows: readonly Rows[];
	/** What belongs to it and is not counted of its own. */
	also?: readonly string[];
	/** For how long, where it is not as its class of records says. */
	until?: string;
}

/** For how long each class of records is kept, with the times in force: goes on from “Kept”. */
const until: Record<Exclude<RecordClass, 'nobody'>, (durations: RetentionInForce) => string> = {
	record: ({ recordYears }) => `until ${counted(recordYears, 'year')} after you leave`,
	answers: ({ answersMonths }) => `for ${counted(answersMonths, 'month')} each`,
	words: ({ wordsDays }) => `for ${counted(wordsDays, 'day')} each, or until you delete them`,
	access: ({ accessYears }) => `for ${counted(accessYears, 'year')} each`,
	'short-lived': () => `until they are over, and for ${counted(shortLivedDays, 'day')} after that at most (longer under a legal hold)`,
	account: ({ recordYears }) => `until ${counted(recordYears, 'year')} after you leave; then your name and address are blanked`,
	kept: () => 'for good, without your name once you are erased'
};

/** Every table that can hold something about somebody stands in one of these, and each of these in the papers (tests). */
export const keptClasses: readonly Class[] = [
	{
		...{ id: 'sessions', name: 'Sessions', rows: [{ table: 'exposures' }] },
		words:
			'When you worked with exposure, what work, what kind of material; each with its earlier versions. How it left you and whether it was violent are sealed under a key of your own.'
	},
	{
		...{ id: 'check-ins', name: 'Check-ins' },
		words: 'Your answers and what was noticed in them, sealed under a key of your own; and which ones you skipped.',
		...{ rows: [{ table: 'check_ins', since: 'recorded_at' }], also: ['forgotten_answers'] }
	},
	{
		...{ id: 'words', name: 'Words for yourself', words: 'Sealed in the same way. Nobody else can read them.' },
		rows: [{ table: 'private_words', since: 'recorded_at' }]
	},
	{
		...{ id: 'findings', name: 'Notices and limits' },
		words: 'What a rule found in your hours: notices to you alone, and limits passed; and which notices you put away, sealed.',
		...{ rows: [{ table: 'findings', since: 'at' }], also: ['quieted', 'alert_findings', 'put_away'] }
	},
	{
		...{ id: 'prompts', name: 'Prompts about you' },
		words: 'That somebody was asked to have a word with you, every step of it, offers and your answers, and ticks on the weekly list.',
		rows: [
			{ table: 'alerts', since: 'raised_at' },
			{ table: 'list_ticks', since: 'recorded_at' }
		],
		also: ['alert_events']
	},
	{
		...{
			id: 'asked',
			name: 'What you asked for, or shared',
			words: 'Whom you asked for contact, when it suits or today; and whom you told of a concern.'
		},
		rows: [
			{ table: 'contact_requests', since: 'recorded_at' },
			{ table: 'shared_concerns', since: 'recorded_at' }
		]
	},
	{
		...{ id: 'support', name: 'Conversations and plans' },
		words: 'That you talked, what you agreed on, and where you say that it didn’t happen. Never what was said.',
		rows: [
			{ table: 'conversations', since: 'recorded_at' },
			{ table: 'plans', since: 'proposed_at' }
		],
		also: ['disputes', 'planned_items']
	},
	{
		...{ id: 'appointments', name: 'Counselling and assessments', words: 'When each was due, and whether you went.' },
		rows: [{ table: 'appointments', since: 'recorded_at' }]
	},
	{
		...{ id: 'absences', name: 'Absences and limit factors' },
		words: 'Dates alone, never why; and which part of the usual limits was agreed with you, for which dates, and by whom it was entered.',
		rows: [
			{ table: 'absences', since: 'recorded_at' },
			{ table: 'factors', since: 'recorded_at' }
		]
	},
	{
		...{
			id: 'choices',
			name: 'What you share, whom you pass over, how you are told',
			words:
				'Whom you named and whom you passed over; by which ways and when you are told, your quiet hours, your name in the chat and your reminders; and what you had chosen before.'
		},
		rows: ['sharing_choices', 'exclusions', 'delivery_choices', 'reminder_choices'].map((table) => ({ table, since: 'recorded_at' }))
	},
	{
		...{ id: 'looks', name: 'Who has looked', words: 'Who looked at what of yours, on which day and why; and what you asked about it.' },
		rows: [
			{ table: 'access_entries', since: 'first_at' },
			{ table: 'access_questions', since: 'asked_at' }
		]
	},
	{
		...{ id: 'account', name: 'Your account' },
		words:
			'Name, e-mail address, team, roles, your time zone, when your day begins and since when you do this work; when you were on call and handed it over; and when the rules look at your hours next.',
		rows: [
			{ table: 'people', mine: 'id = @person', since: 'created_at' },
			{ table: 'roles', since: 'proposed_at' },
			...['home_teams', 'person_versions', 'on_call'].map((table) => ({ table, since: 'recorded_at' })),
			{ table: 'hand_overs', mine: '@person in (from_id, to_id)', since: 'recorded_at' }
		],
		also: ['clocks']
	},
	{
		...{ id: 'sign-ins', name: 'Sign-ins and links' },
		words:
			'Browsers that are or were signed in as you, invitations and calendar links. How often a sign-in failed is counted under a code that says no name.',
		rows: ['sign_ins', 'invitations', 'calendar_feeds'].map((table) => ({ table, since: 'created_at' })),
		also: ['sign_in_failures'],
		until: `until you sign out, or for about a day after a sign-in ends; links until they are over, and for ${counted(shortLivedDays, 'day')} after that at most (both longer under a legal hold, but signing out still ends a sign-in at once)`
	},
	{
		...{ id: 'messages', name: 'Messages' },
		words: 'That an e-mail or a chat message went to you, or to others because of a prompt about you. Neither says about whom, nor why.',
		rows: [{ table: 'messages', since: 'created_at' }]
	},
	{
		...{ id: 'forms', name: 'Forms' },
		words:
			'What you were typing as a sign-in ended, sealed, for an hour; and the numbers of forms that you sent, for a week, so that nothing is stored twice. These go also under a legal hold.',
		rows: [{ table: 'held_forms' }, { table: 'submissions', since: 'recorded_at' }],
		until: 'for a week at most'
	},
	{
		...{ id: 'decisions', name: 'Leaving, legal holds, copies and erasure' },
		words:
			'That you leave, that a hold was placed on your record or a copy of it was asked for, that you agreed to one, that you asked to be erased: who decided what and when.',
		rows: [
			{ table: 'departures', since: 'recorded_at' },
			{ table: 'holds', since: 'placed_at' },
			...['disclosures', 'erasure_requests'].map((table) => ({ table, since: 'asked_at' })),
			{ table: 'erasures', since: 'erased_at' }
		]
	},
	{
		...{ id: 'changes', name: 'Changes' },
		words:
			'Sign-ins, roles, links, passwords, what you chose: who did it and when, in ids and fixed words. The trail shows if anybody tampers. So is what you changed for everybody: policies, settings, reports.',
		rows: [{ table: 'audit_entries', mine: `subject_id = @person and subject = 'person'`, since: 'at' }],
		also: ['policies', 'optional_versions', 'instrument_packs', 'retention_versions', 'report_floors', 'reports', 'alarms']
	}
];

/** What is kept about the viewer: each class in plain words, how much of it there is, since when, and until when it is kept. */
export function keptAbout(db: Db, viewer: Viewer): KeptClass[] {
	const durations = retentionInForce(db);
	return keptClasses.map((each) => {
		const { id, name, words, rows, until: own } = each;
		const { count, since } = id === 'sessions' ? sessions(db, viewer) : countAll(db, viewer, rows);
		return { ...{ id, name, words, count, since }, until: own ?? until[recordClassOf(each)](durations) };
	});
}

/** The class of records that all tables of one class of what is kept have. */
export function recordClassOf({ id, rows }: Pick<Class, 'id' | 'rows'>): Exclude<RecordClass, 'nobody'> {
	const of = classesOfTables().get(rows[0]?.table ?? '');
	if (of === undefined || of === 'nobody') throw new Error(`${id} has no class of records`);
	return of;
}

type Found = Pick<KeptClass, 'count' | 'since'>;

function countAll(db: Db, viewer: Viewer, rows: readonly Rows[]): Found {
	const found = rows.map((each) => countRows(db, viewer, each));
	const since = found.flatMap((each) => each.since ?? []);
	return {
		count: found.reduce((sum, { n }) => sum + n, 0),
		since: since.length > 0 ? dateWords(localDate(viewer.zone, Math.min(...since)), '') : null
	};
}

function countRows(db: Db, { id }: Viewer, { table, mine, since }: Rows): { n: number; since: Instant | null } {
	const theirs = mine ?? personTables.find((each) => each.table === table)?.mine ?? 'person_id = @person';
	const query = db.$client.prepare<[object], { n: number; since: Instant | null }>(
		`select count(*) as n, ${since === undefined ? 'null' : `min(${since})`} as since from ${table} where ${theirs}`
	);
	return query.get({ person: id }) ?? { n: 0, since: null };
}

/** By what there is an index for: a person's rows lie scattered over the largest table. */
function sessions(db: Db, viewer: Viewer): Found {
	const inForce = 'select count(*) from exposures where person_id = ? and superseded_at is null and';
	const count = ['end_at > 0', `date > ''`, `state = 'running'`]
		.map((which) => db.$client.prepare<[string], number>(`${inForce} ${which}`).pluck().get(viewer.id) ?? 0)
		.reduce((sum, n) => sum + n, 0);
	const { end, date } = earliestOf(db, viewer.id);
	const first = [end === null ? null : localDate(viewer.zone, end), date].filter((each) => each !== null).sort()[0];
	return { count, since: first ? dateWords(first, '') : null };
}

function counted(n: number, one: string): string {
	return `${n} ${one}${n === 1 ? '' : 's'}`;
}
