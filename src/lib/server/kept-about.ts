import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { earliestOf } from './exposure-rows.ts';
import { localDate, dateWords } from './local-time.ts';
import { looksAt } from './looks-at.ts';
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

type Rows = readonly { table: string; mine?: string; since: string }[];

interface Class {
	id: string;
	name: string;
	words: string;
	until: (durations: RetentionInForce) => string;
	rows: Rows;
}

const record = ({ recordYears }: RetentionInForce) => `until ${counted(recordYears, 'year')} after you leave`;
const whole = () => 'while the account lasts, then as long as your sessions';

const classes: readonly Class[] = [
	{
		...{
			id: 'check-ins',
			name: 'Check-ins',
			words: 'Your answers and what was noticed in them, sealed under a key of your own; and which ones you skipped.'
		},
		until: ({ answersMonths }) => `for ${counted(answersMonths, 'month')} each`,
		rows: [{ table: 'check_ins', since: 'recorded_at' }]
	},
	{
		...{ id: 'words', name: 'Words for yourself', words: 'Sealed in the same way. Nobody else can read them.' },
		until: ({ wordsDays }) => `for ${counted(wordsDays, 'day')} each, or until you delete them`,
		rows: [{ table: 'private_words', since: 'recorded_at' }]
	},
	{
		...{ id: 'findings', name: 'Notices and limits', words: 'What a rule found in your hours: notices to you alone, and limits passed.' },
		until: record,
		rows: [{ table: 'findings', since: 'at' }]
	},
	{
		...{
			id: 'prompts',
			name: 'Prompts about you',
			words: 'That somebody was asked to have a word with you, every step of it, and ticks on the weekly list.'
		},
		until: record,
		rows: [
			{ table: 'alerts', since: 'raised_at' },
			{ table: 'list_ticks', since: 'recorded_at' }
		]
	},
	{
		...{
			id: 'support',
			name: 'Conversations and plans',
			words: 'That you talked, what you agreed on, and where you say that it didn’t happen. Never what was said.'
		},
		until: record,
		rows: [
			{ table: 'conversations', since: 'recorded_at' },
			{ table: 'plans', since: 'proposed_at' }
		]
	},
	{
		...{ id: 'appointments', name: 'Counselling and assessments', words: 'When each was due, and whether you went.' },
		until: record,
		rows: [{ table: 'appointments', since: 'recorded_at' }]
	},
	{
		...{ id: 'absences', name: 'Absences', words: 'Dates alone, never why.' },
		until: record,
		rows: [{ table: 'absences', since: 'recorded_at' }]
	},
	{
		...{ id: 'choices', name: 'What you share, and whom you pass over', words: 'Your choices, and those before them.' },
		until: record,
		rows: [
			{ table: 'sharing_choices', since: 'recorded_at' },
			{ table: 'exclusions', since: 'recorded_at' }
		]
	},
	{
		...{ id: 'looks', name: 'Who has looked', words: 'Who looked at what of yours, on which day and why.' },
		until: ({ accessYears }) => `for ${counted(accessYears, 'year')} each`,
		rows: [{ table: 'access_entries', mine: looksAt('@me'), since: 'first_at' }]
	},
	{
		...{
			id: 'account',
			name: 'Your account',
			words: 'Name, e-mail address, team, roles, your time zone and limit factors; and the links that were made for you.'
		},
		until: whole,
		rows: [
			{ table: 'people', mine: 'id = @me', since: 'created_at' },
			{ table: 'roles', since: 'proposed_at' },
			{ table: 'home_teams', since: 'recorded_at' },
			{ table: 'person_versions', since: 'recorded_at' },
			{ table: 'factors', since: 'recorded_at' },
			{ table: 'invitations', since: 'created_at' }
		]
	},
	{
		...{ id: 'sign-ins', name: 'Sign-ins', words: 'Browsers that are signed in as you.' },
		until: () => 'until the sign-in ends',
		rows: [{ table: 'sign_ins', since: 'created_at' }]
	},
	{
		...{
			id: 'changes',
			name: 'Changes',
			words:
				'Sign-ins, roles, links, passwords, what you chose: who did it and when, in ids and fixed words. The trail shows if anybody tampers.'
		},
		until: () => 'for good, without your name once you are erased',
		rows: [{ table: 'audit_entries', mine: `subject_id = @me and subject = 'person'`, since: 'at' }]
	}
];

/** What is kept about the viewer: each class in plain words, how much of it there is, since when, and until when it is kept. */
export function keptAbout(db: Db, viewer: Viewer): KeptClass[] {
	const durations = retentionInForce(db);
	const shown = (at: Instant | null) => (at === null ? null : dateWords(localDate(viewer.zone, at), ''));
	return [
		sessions(db, viewer, durations),
		...classes.map(({ id, name, words, until, rows }) => {
			const found = rows.map((each) => countRows(db, viewer, each));
			const since = found.flatMap((each) => each.since ?? []);
			return {
				...{ id, name, words, until: until(durations) },
				count: found.reduce((sum, { n }) => sum + n, 0),
				since: shown(since.length > 0 ? Math.min(...since) : null)
			};
		})
	];
}

function countRows(db: Db, { id }: Viewer, { table, mine = 'person_id = @me', since }: Rows[number]): { n: number; since: Instant | null } {
	const query = db.$client.prepare<[object], { n: number; since: Instant | null }>(
		`select count(*) as n, min(${since}) as since from ${table} where ${mine}`
	);
	return query.get({ me: id }) ?? { n: 0, since: null };
}

/** By what there is an index for: a person's rows lie scattered over the largest table. */
function sessions(db: Db, viewer: Viewer, durations: RetentionInForce): KeptClass {
	const inForce = 'select count(*) from exposures where person_id = ? and superseded_at is null and';
	const count = ['end_at > 0', `date > ''`, `state = 'running'`]
		.map((which) => db.$client.prepare<[string], number>(`${inForce} ${which}`).pluck().get(viewer.id) ?? 0)
		.reduce((sum, n) => sum + n, 0);
	const { end, date } = earliestOf(db, viewer.id);
	const first = [end === null ? null : localDate(viewer.zone, end), date].filter((each) => each !== null).sort()[0];
	return {
		...{ id: 'sessions', name: 'Sessions', count, until: record(durations), since: first ? dateWords(first, '') : null },
		words:
			'When you worked with exposure, what work, what kind of material; each with its earlier versions. How it left you and whether it was violent are sealed under a key of your own.'
	};
}

function counted(n: number, one: string): string {
	return `${n} ${one}${n === 1 ? '' : 's'}`;
}
