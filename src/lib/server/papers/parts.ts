import { rules } from '#lib/domain/rules/list.ts';
import type { OptionalField } from '../db/schema/organisation.ts';
import type { Configuration } from './configuration.ts';
import { all, lowerFirst } from './paper.ts';

/** What of the configuration several papers say. Rows are cells of a table. */

const fieldWords: Record<Exclude<OptionalField, 'words'>, string> = {
	material: 'the kind of material',
	context: 'whether it was known or first seen',
	violent: 'whether it was violent (sealed)',
	filters: 'which filters were used',
	aftermath: 'how it left one, 0 to 10 (sealed)',
	partner: 'the partner body it was for'
};

/** What a session may hold beside its times and work type: what is on, and what is off. */
export function sessionParts({ fields }: Configuration): { on: string[]; off: string[] } {
	const words = Object.entries(fieldWords).map(([field, each]) => ({ each, on: fields.has(field as OptionalField) }));
	return { on: words.filter(({ on }) => on).map(({ each }) => each), off: words.filter(({ on }) => !on).map(({ each }) => each) };
}

/** Names of the instruments that people are asked, and of those that are on without a wording. */
export function askedOf({ instruments }: Configuration): { asked: string[]; waiting: string[] } {
	const names = (wanted: boolean) => instruments.filter(({ asked }) => asked === wanted).map(({ name }) => name);
	return { asked: names(true), waiting: names(false) };
}

/** What is health data, or may be, in words; lower limits can always be agreed. */
export function healthParts(c: Configuration): string[] {
	const { asked } = askedOf(c);
	return [
		...(asked.length > 0 ? [`answers, scores and concerns of check-ins (${all(asked, '')})`] : []),
		...(c.fields.has('aftermath') ? ['how a session left somebody'] : []),
		...(c.fields.has('words') ? ['what somebody writes for themselves'] : []),
		'lower limits that were agreed with somebody'
	];
}

const needsCheckIns = ['concern'];

/** Of a rule that is on and cannot fire as things are set: why; else null. */
function idle(c: Configuration, id: string): string | null {
	if (id === 'violent-material' && !c.fields.has('violent')) return 'cannot happen, as it is not asked';
	return needsCheckIns.includes(id) && askedOf(c).asked.length === 0 ? 'cannot happen, as nothing is asked' : null;
}

/** Each rule: what, from when on, who learns of it. */
export function ruleRows(c: Configuration): { id: string; on: boolean; row: string[] }[] {
	return c.policy.flatMap(({ topics }) =>
		topics
			.filter(({ who }) => who !== null)
			.map(({ id, title, summary, who }) => {
				const why = summary === 'off' ? null : idle(c, id);
				return { id, on: summary !== 'off' && why === null, row: [title, why ?? summary, who ?? ''] };
			})
	);
}

/** The numbers that are no rule: breaks, first weeks, how long a prompt waits, working hours. */
export function otherNumbers(c: Configuration): string[][] {
	return c.policy.flatMap(({ id, title: theme, topics }) =>
		topics
			.filter(({ who }) => who === null)
			.map(({ title, summary }) => [id === 'clocks' ? `${theme}: ${lowerFirst(title)}` : title, summary])
	);
}

const isOn = (c: Configuration, ...ids: string[]) => ruleRows(c).some(({ id, on }) => on && ids.includes(id));

const exposureRules = rules.filter(({ reason }) => reason === 'exposure').map(({ id }) => id);

/** Who is asked because of what, and who after them. */
export function lineRows(c: Configuration): string[][] {
	const wellbeing = 'the other welfare officers of the same employer, then that employer’s head of welfare';
	const named = isOn(c, 'concern')
		? 'the officers whom the person has named, or shared it with'
		: 'the officers whom the person shared it with';
	const rows: (string[] | false)[] = [
		isOn(c, ...exposureRules) && [
			'Exposure over a limit (with the figure)',
			'the first lead of the home team',
			'the other leads of the team, in order; nobody beyond it'
		],
		isOn(c, 'contact-requested') && [
			'Asked for contact',
			'whom the person chose: a lead, a welfare officer or a peer',
			'others of the same kind (for “today” also those on the team’s on-call list); after leads and officers the head of welfare, after peers nobody'
		],
		askedOf(c).asked.length > 0 && ['Shared a concern (never which check-in, question or score)', named, wellbeing],
		isOn(c, 'session-overdue') && [
			'An overdue appointment',
			'the officers whom the person has named; else those of the home team',
			wellbeing
		],
		isOn(c, 'routine-conversation') && [
			'A routine conversation',
			'the first lead of the home team',
			'the other leads of the team, in order'
		]
	];
	return rows.filter((row) => row !== false);
}

/** What a copy for a court or a lawyer holds by the person's consent or by an order alone; nobody's role gives it. */
export function onGround(c: Configuration): string {
	return `${askedOf(c).asked.length > 0 ? 'single sessions, answers, scores' : 'single sessions'}, times of day, requests for contact and shared concerns`;
}

/** What of a person is seen by whom. */
export function sightRows(c: Configuration): string[][] {
	const { asked } = askedOf(c);
	const own = [asked.length > 0 && 'answers and scores', c.fields.has('words') && 'words written for oneself'].filter(
		(each) => each !== false
	);
	const hours = 'welfare officers of the home team and heads of welfare, who state why';
	const rows: (string[] | false)[] = [
		[
			`Single sessions (work, details)${own.length > 0 ? `, ${all(own, '')}` : ''}`,
			`the person alone; ${askedOf(c).asked.length > 0 ? 'sessions, answers and scores' : 'sessions'} by their consent or by an order also whoever opens a copy for a court or their own lawyer`
		],
		asked.length > 0 && [
			'Bands and trend of check-ins',
			'the welfare officers or heads of welfare whom the person has named; nobody before that'
		],
		['Limits passed', 'leads and welfare officers of the home team; heads of welfare, who state why'],
		['Hours of exposure by week', c.leadHours ? `leads of the home team, who state why; ${hours}` : `${hours}; leads not`],
		['Whether room is left today and this week', 'leads of the home team'],
		[
			'Prompts and their steps',
			'whom the prompt was sent or passed on to; whoever opens a copy for a court or their own lawyer, those about contact and concerns only by consent or an order'
		],
		['Dates of absences', 'leads of the home team'],
		['Dates of appointments, attended or declined', 'the welfare officers who look after them'],
		[
			'Lower limits that were agreed (the part, dates)',
			'welfare officers of the home team; heads of welfare of the same employer, who state why'
		],
		...decisionRows,
		['Account, team, roles; entries of the audit trail (no content); that no message reaches somebody who supervises', 'administrators']
	];
	return rows.filter((row) => row !== false);
}

/** What is decided, agreed or asked about a record, of everybody alike. */
const decisionRows: string[][] = [
	['Plans', 'the two who agreed, until four weeks after its end; nobody else'],
	['That the person says of a conversation: “that didn’t happen”', 'heads of welfare, never whoever recorded it'],
	['Questions about who has looked', 'heads of welfare, never whoever looked'],
	['That the person leaves, or asks to be erased (dates, never why)', 'administrators'],
	[
		'Legal holds; copies that were asked for, and what came of them',
		'administrators; heads of welfare of the organisation and of the person’s employer'
	]
];

/** What leaves the machine by itself. */
export function sentOut({ channels }: Configuration): string[] {
	return [
		channels.email
			? 'E-mail is on: a letter says that there is something to look at, never about whom and never why. It passes through the organisation’s mail server, which therefore knows who was written to, and when.'
			: 'E-mail is off: no letter is sent.',
		channels.chat
			? 'A chat bridge is on: a post says that there is something to look at, never about whom and never why. The chat’s provider learns who was told, and when.'
			: 'No chat is connected.',
		channels.auditElsewhere
			? 'Every hour a fingerprint of the audit trail is sent to a second place. It holds nothing about anybody.'
			: 'No fingerprint of the audit trail is sent elsewhere.',
		...(channels.metrics ? ['Figures about the server itself (counts, never anybody) can be read by the organisation’s monitoring.'] : [])
	];
}

/** How what is kept is protected, as set. */
export function protection(c: Configuration): string[] {
	const { idle: minutes, idleSupervisors, hours } = c.signIn;
	return [
		'Everything lies in one folder on one machine of the organisation’s, in a database that is encrypted as a whole (AES-256).',
		c.keyApart
			? 'The key of the database is handed to the server from outside that folder.'
			: 'The key of the database lies in a file in that same folder, readable by its owner alone: whoever copies the folder has both.',
		`Sealed once more, under a key of each person’s own (AES-256-GCM): ${all(sealedParts(c), '')}.`,
		c.https === true
			? 'Browsers reach it by HTTPS.'
			: 'No HTTPS address is set: unless a proxy provides it, what is sent between browser and server is not encrypted.',
		`A sign-in ends after ${minutes} minutes without use (${idleSupervisors} for those who supervise or administer), and after ${hours} hours in any case. Passwords are kept as argon2id hashes.`,
		'Whoever looks at somebody else’s record is noted before anything is shown: who, what, when, why. The person reads that log, and can ask about an entry. Not noted is that an administrator sees a name in a list: of accounts, teams, deliveries and people whom no message reaches, or in the trail of changes.',
		'Changes of accounts, roles, numbers and records are entries of a chain that shows whether one was altered, removed or cut off.',
		c.twoPeople
			? 'Making somebody lead, welfare officer or head of welfare takes two people.'
			: 'There is no head of welfare yet: until there is one, an administrator alone gives the roles that see others.',
		'Text fields refuse what looks like case material: addresses, file names, hashes, case numbers.'
	];
}

/** What stands under a key of each person's own. What is off was perhaps on before: what was kept then stays sealed. */
function sealedParts(c: Configuration): string[] {
	const { fields } = c;
	return [
		...(askedOf(c).asked.length > 0 ? ['answers and scores', 'concerns'] : []),
		...(fields.has('violent') ? ['whether a session was violent'] : []),
		...(fields.has('aftermath') ? ['how it left one'] : []),
		...(fields.has('words') ? ['words written for oneself'] : []),
		'forms that were interrupted by the end of a sign-in'
	];
}
