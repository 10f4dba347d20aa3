/**
 * What is not in the archive, and why: `table` or `table.column` as the database calls them. The reasons stand in the archive's README, for the
 * person; a test holds that whatever the schema has is either written or here.
 */
const reasons: readonly (readonly [why: string, ...what: string[]])[] = [
	[
		'What opens a door (passwords, sign-ins, links) is kept only as a hash from which nothing can be read, and would help whoever finds this archive.',
		...['people.password_hash', 'sign_ins.id_hash', 'invitations.token_hash', 'calendar_feeds.token_hash', 'sign_in_failures']
	],
	['It is your e-mail address a second time, in small letters.', 'people.email_key'],
	['What you were typing when a sign-in ended is given back to you when you sign in, and is gone then.', 'held_forms'],
	['The numbers of forms that were sent, so that none counts twice; they are gone after a week and say nothing.', 'submissions'],
	['Until when Breakwater has looked at the clock for you: it follows from everything else here.', 'clocks'],
	['It stands with your findings.', 'quieted', 'alert_findings'],
	[
		'About whom a message was is that person’s, and how it was sent, or why it was not, is the machine’s.',
		...['messages.alert_id', 'messages.alarm_id', 'messages.dispute_id', 'messages.leased_until', 'messages.letter_id', 'messages.problem']
	],
	['It binds each line of the trail of changes to the one before, so that tampering shows.', 'audit_entries.mac'],
	[
		'It numbers the lines of everybody, so that it would tell how much happened to others in between.',
		...['audit_entries.seq', 'alert_events.id']
	],
	['It is the id of the entry a second time, where each opening of a copy stands by itself.', 'access_entries.opening'],
	['It says that the line is about a person: you.', 'audit_entries.subject'],
	['Two gates that are always empty: they keep anything from being changed by mistake.', 'never', 'erasing'],
	['Whoever was erased cannot sign in, and nothing can be read of them.', 'erasures'],
	[
		'It belongs to the organisation, and says nothing of you.',
		...['organisation', 'employers', 'teams', 'work_types', 'partners', 'policies', 'optional_versions', 'instrument_packs'],
		...['alarms', 'watches', 'leases', 'retention_versions', 'retention_runs', 'reports', 'report_floors']
	]
];

/** By what is left out: why. */
export const leftOut: ReadonlyMap<string, string> = new Map(reasons.flatMap(([why, ...what]) => what.map((each) => [each, why] as const)));
