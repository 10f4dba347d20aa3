import { looksAt } from './looks-at.ts';

/**
 * What every table is to the records of people. Each has exactly one class; a test derives the tables from the schema. `kept`: ids, dates and fixed words
 * about what was done to records, or by whom a list was changed: they outlast the person they name by id. `nobody`: holds nobody.
 */
export type RecordClass = 'record' | 'answers' | 'words' | 'access' | 'short-lived' | 'account' | 'kept' | 'nobody';

/** On erasing somebody: `deleted`, or left as `counts` without what identifies them until the time after leaving is over. */
type OnErasing = 'deleted' | 'counts';

interface PersonTable {
	table: string;
	class: RecordClass;
	/** A condition for the rows about `@person`. */
	mine: string;
	erased: OnErasing;
}

const own = 'person_id = @person';
const deleted = (table: string, mine = own): PersonTable => ({ table, class: 'record', mine, erased: 'deleted' });
const counts = (table: string, mine = own): PersonTable => ({ table, class: 'record', mine, erased: 'counts' });
const theirAlerts = 'alert_id in (select id from alerts where person_id = @person)';

const theirDisputes = 'dispute_id in (select id from conversations where person_id = @person)';

/** The tables from which rows about one person go, in an order in which nothing refers to what went before it. */
export const personTables: readonly PersonTable[] = [
	{ table: 'check_ins', class: 'answers', mine: own, erased: 'deleted' },
	{ table: 'forgotten_answers', class: 'answers', mine: own, erased: 'deleted' },
	{ table: 'private_words', class: 'words', mine: own, erased: 'deleted' },
	{
		table: 'access_questions',
		class: 'access',
		mine: `entry_id in (select id from access_entries where ${looksAt('@person')})`,
		erased: 'deleted'
	},
	{ table: 'access_entries', class: 'access', mine: looksAt('@person'), erased: 'deleted' },
	...['sign_ins', 'held_forms', 'invitations', 'submissions', 'calendar_feeds'].map((table): PersonTable => ({
		table,
		class: 'short-lived',
		mine: own,
		erased: 'deleted'
	})),
	{ table: 'messages', class: 'short-lived', mine: `recipient_id = @person or ${theirAlerts} or ${theirDisputes}`, erased: 'deleted' },
	...['put_away', 'list_ticks', 'contact_requests', 'shared_concerns', 'absences', 'factors', 'sharing_choices', 'exclusions'].map(
		(table) => deleted(table)
	),
	deleted('delivery_choices'),
	deleted('reminder_choices'),
	deleted('disputes', 'conversation_id in (select id from conversations where person_id = @person)'),
	deleted('conversations'),
	deleted('planned_items', 'plan_id in (select id from plans where person_id = @person)'),
	deleted('plans'),
	counts('alert_findings', theirAlerts),
	counts('quieted'),
	counts('findings'),
	counts('alert_events'),
	counts('alerts'),
	counts('appointments'),
	counts('exposures')
];

/** The other tables, each with its class. */
const others: Readonly<Record<Exclude<RecordClass, 'record' | 'answers' | 'words' | 'access'>, readonly string[]>> = {
	'short-lived': ['sign_in_failures'],
	// What is left of an account is its id, with "Somebody who has left" for a name, and which team and roles it had.
	account: ['people', 'person_versions', 'home_teams', 'roles', 'on_call', 'hand_overs', 'clocks'],
	kept: [
		...['audit_entries', 'departures', 'disclosures', 'erasure_requests', 'erasures', 'holds', 'retention_versions'],
		...['policies', 'optional_versions', 'instrument_packs', 'alarms', 'reports', 'report_floors']
	],
	nobody: ['organisation', 'employers', 'teams', 'work_types', 'partners', 'watches', 'leases', 'retention_runs', 'erasing', 'never']
};

/** Every table of the schema with its class. */
export function classesOfTables(): ReadonlyMap<string, RecordClass> {
	const classes = new Map<string, RecordClass>(personTables.map((each) => [each.table, each.class]));
	for (const [name, tables] of Object.entries(others)) {
		for (const table of tables) {
			if (classes.has(table)) throw new Error(`${table} has two classes`);
			classes.set(table, name as RecordClass);
		}
	}
	return classes;
}
