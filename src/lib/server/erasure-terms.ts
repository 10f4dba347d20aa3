import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { erasureDays } from './erasure-requests.ts';
import { keyCopiesDays } from './erasures.ts';
import { dateWords, localDate } from './local-time.ts';
import { personTables } from './record-classes.ts';
import { retentionInForce } from './retention.ts';
import type { Viewer } from './viewer.ts';

/** One line of what goes, or what stays: in plain words, and how much of it there is. */
export interface Term {
	words: string;
	count: number;
}

/** What an erasure would mean for the viewer. */
export interface ErasureTerms {
	goes: Term[];
	/** What is left of it without a name, for the counts of the organisation. */
	stays: Term[];
	/** Within so many days it is carried out, and for so many more copies of the keys are kept. */
	days: number;
	keyDays: number;
	/** The date from which, at the latest, nothing can be read anywhere, if it is asked for now. */
	unreadable: string;
	/** What can be read longer, because it is not sealed: in copies of the database that were made before. */
	copies: string;
	/** For how many years after leaving the counts stay. */
	years: number;
}

interface Line {
	words: string;
	/** Whose rows are counted, and which of them. */
	tables: readonly string[];
	which?: string;
	/** What goes or stays with them, and is not counted of its own. */
	also?: readonly string[];
}

/** What is deleted of findings, though their table stays: see `erasePerson`. */
const uncounted = `(withdrawn_at is not null or audience = 'notice')`;
/** Of sessions it is the same with earlier versions and what was no exposure; by what there is an index for. */
const counted = `superseded_at is null and end_at > 0 and state = 'ended' and counts`;

/** In the order in which they are told. Every table from which rows go on erasing stands in one of these (a test). */
export const going: readonly Line[] = [
	{ words: 'check-ins: your answers, scores and what was noticed in them', tables: ['check_ins'], also: ['forgotten_answers'] },
	{ words: 'words that you wrote for yourself', tables: ['private_words'] },
	{ words: 'notices to you', tables: ['findings'], which: uncounted, also: ['put_away'] },
	{
		words: 'whom you asked for contact, named, shared with or passed over',
		tables: ['contact_requests', 'shared_concerns', 'sharing_choices', 'exclusions']
	},
	{
		words: 'conversations and plans, and ticks on weekly lists',
		tables: ['conversations', 'plans', 'list_ticks'],
		also: ['disputes', 'planned_items']
	},
	{ words: 'absences and limit factors', tables: ['absences', 'factors'] },
	{ words: 'who has looked at your record, and your questions about it', tables: ['access_entries'], also: ['access_questions'] },
	{
		words: 'sign-ins and links, and how you are told of things',
		tables: ['sign_ins', 'invitations', 'calendar_feeds', 'delivery_choices', 'reminder_choices'],
		also: ['held_forms', 'submissions', 'messages']
	}
];

export const staying: readonly Line[] = [
	{
		words:
			'sessions and day totals: when and how long, which work, and for which partner body; without what you said of them and their earlier versions',
		tables: ['exposures'],
		which: counted
	},
	{
		words: 'limits that were passed, without the figures',
		tables: ['findings'],
		which: `not ${uncounted}`,
		also: ['quieted', 'alert_findings']
	},
	{
		words: 'prompts about you: when each step was taken, without whom you chose or what was offered',
		tables: ['alerts'],
		also: ['alert_events']
	},
	{ words: 'appointments: when they were due and whether they were kept', tables: ['appointments'] }
];

/** Only what is sealed goes with the key: nothing here reaches a copy of the database that lies elsewhere. */
const copies =
	'That is what is sealed. Copies of the database that were made before still hold your name, your hours, prompts about you and what you chose, for as long as your organisation keeps such copies.';

/** What would go and what would stay, if the viewer were erased now. */
export function erasureTerms(db: Db, viewer: Viewer, now: Instant): ErasureTerms {
	const latest = localDate(viewer.zone, now + (erasureDays + keyCopiesDays) * MS_PER_DAY);
	const terms = (lines: readonly Line[]) => lines.map((line) => ({ words: line.words, count: countOf(db, viewer, line) }));
	return {
		...{ goes: terms(going), stays: terms(staying) },
		...{ days: erasureDays, keyDays: keyCopiesDays, unreadable: dateWords(latest, ''), copies, years: retentionInForce(db).recordYears }
	};
}

/** By the conditions that erasing itself goes by. */
function countOf(db: Db, { id }: Viewer, { tables, which = '1' }: Line): number {
	const of = personTables.filter(({ table }) => tables.includes(table));
	const count = ({ table, mine }: { table: string; mine: string }) =>
		db.$client.prepare<[object], number>(`select count(*) from ${table} where (${mine}) and ${which}`).pluck().get({ person: id }) ?? 0;
	return of.reduce((sum, each) => sum + count(each), 0);
}
