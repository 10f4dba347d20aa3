import { keptClasses, recordClassOf, type KeptId } from '../kept-about.ts';
import type { RecordClass } from '../record-classes.ts';
import type { Configuration } from './configuration.ts';
import { all, lowerFirst } from './paper.ts';
import { askedOf, sessionParts } from './parts.ts';

/** What is kept about people, class by class as “My privacy” lists it to each of them: its name, and what belongs to it. */
interface KeptPart {
	name: string;
	what: (c: Configuration) => string;
	/** Whether it can be as things are set; otherwise there is only what was kept before. */
	on?: (c: Configuration) => boolean;
}

const where = (c: Configuration) => {
	const { on } = sessionParts(c);
	return on.length > 0 ? `; where given ${all(on, '')}` : '';
};

const wordsAre = ({ fields }: Configuration) => fields.has('words');
const anyAsked = (c: Configuration) => askedOf(c).asked.length > 0;

const parts: Record<KeptId, KeptPart> = {
	sessions: { name: 'Sessions', what: (c) => `times, or the minutes of a day, work type${where(c)}; earlier versions` },
	'check-ins': {
		...{ name: 'Check-ins', on: anyAsked },
		what: (c) => `answers, scores and concerns (${all(askedOf(c).asked, '')}); which were skipped`
	},
	words: { name: 'Words written for oneself', what: () => 'up to 200 characters each', on: wordsAre },
	findings: { name: 'Notices and limits passed', what: () => 'what a rule found, and which notices were put away' },
	prompts: { name: 'Prompts', what: () => 'each with its steps, offers and answers to them; ticks on weekly lists' },
	asked: { name: 'Requests for contact and shared concerns', what: () => 'whom somebody asked or told, and when it suits' },
	support: { name: 'Conversations and plans', what: () => 'that there was one (not what was said), what was agreed on, what is disputed' },
	appointments: { name: 'Appointments', what: () => 'when each was due, attended or declined' },
	absences: {
		name: 'Absences and lower limits that were agreed',
		what: () => 'dates, never why; the part of the usual limits, and who entered it'
	},
	choices: {
		name: 'Choices of sharing, of passing somebody over, of being told',
		what: () =>
			'officers who were named, people who were passed over, ways and times of messages, quiet hours, a name in the chat, reminders'
	},
	looks: { name: 'Who has looked', what: () => 'at what, when and why; questions about it' },
	account: {
		name: 'Account',
		what: () =>
			'name, e-mail address, team, roles, time zone, when the day begins, day of starting this work; being on call and handing it over'
	},
	'sign-ins': { name: 'Sign-ins and links', what: () => 'browsers that are signed in, failed sign-ins, invitations, calendar links' },
	messages: { name: 'Messages', what: () => 'to whom one went, when and by which way; what is sent says neither about whom nor why' },
	forms: { name: 'Forms', what: () => 'what was being typed as a sign-in ended, numbers of forms that were sent' },
	decisions: {
		name: 'Leaving, legal holds, copies for a court or a lawyer, and erasure',
		what: () => 'who asked, agreed or decided what, and when'
	},
	changes: {
		name: 'The audit trail, versions of policies and settings, published reports',
		what: () => 'who did what, and when, in ids and fixed words; reasons of changes for everybody'
	}
};

/** Whether a class can be kept as things are set. */
export function isKept(c: Configuration, id: KeptId): boolean {
	return parts[id].on?.(c) ?? true;
}

/** A line for each class that can be kept as things are set. */
export function keptRows(c: Configuration): string[] {
	return keptClasses.filter(({ id }) => isKept(c, id)).map(({ id }) => `${parts[id].name}: ${parts[id].what(c)}.`);
}

/** The same of one class. */
export function keptRow(c: Configuration, id: KeptId): string {
	return `${parts[id].name}: ${parts[id].what(c)}`;
}

/** Names of what has one class of records. */
export function keptAs(wanted: RecordClass): string {
	const names = keptClasses.filter((each) => recordClassOf(each) === wanted).map(({ id }) => parts[id].name);
	return names.map((name, at) => (at === 0 ? name : lowerFirst(name))).join('; ');
}
