import type { Configuration } from './configuration.ts';
import { askedOf, ruleRows } from './parts.ts';

/** Risks as things are set, each with what is there against it; the third cell is the organisation's to fill in. */
export function riskRows(c: Configuration): string[][] {
	return [...ofPeople(c), ...ofTheMachine(c)].map(([risk, against]) => [risk, against, '']);
}

type Risk = [risk: string, against: string];

const some = (...risks: (Risk | false)[]): Risk[] => risks.filter((risk) => risk !== false);

function ofPeople(c: Configuration): Risk[] {
	const asked = askedOf(c).asked.length > 0;
	const contactOff = ruleRows(c).some(({ id, on }) => id === 'contact-requested' && !on);
	return some(
		asked && [
			'People answer what is expected of them, for fear of consequences',
			'Leads never see answers, scores or bands; skipping is not shown; whom a concern prompts is named by the person; “no prompt” is shown as no information'
		],
		[
			'Hours or prompts are used to judge performance',
			'No ranking, no sorting by hours or prompts, no export per person for leads, no score; the purpose is stated and each look noted'
		],
		[
			'Somebody consents to a copy for a lawyer or a court because their employer wants it',
			'The person is asked alone, with their password; no reason is asked for a no, and they can withdraw; two people, each opening noted. Of a closed account two people state that consent was signed on paper: who closed it is in the audit trail'
		],
		c.leadHours && [
			'Leads read hours by week, and compare',
			'A purpose has to be stated, each look is noted and shown to the person; it can be turned off under “Optional parts”'
		],
		[
			'Somebody looks out of curiosity',
			'Looks are noted before they are shown; the person reads them and can ask the head of welfare about one'
		],
		[
			'Somebody is recognised in the report',
			`Figures about fewer than ${c.fewest} people are left out of the next one, and others with them from which they could be worked out`
		],
		contactOff && ['Somebody asks for contact, and nobody is told', 'None: this rule is turned off. Please turn it on'],
		['A prompt is left lying', 'Each step has a clock; what nobody does is passed on, and never to another kind of person than was chosen'],
		!c.twoPeople && [
			'One administrator gives themself a role that sees others',
			'The change is in the audit trail. With a head of welfare it would take two people'
		],
		c.employers.length > 0 && [
			'An employer learns what people do at the host, or the other way round',
			'Leads are the host’s, welfare officers the own employer’s; neither sees what is the other’s'
		],
		c.fields.has('words') && [
			'Free text holds what should not be there',
			'200 characters, sealed, the author’s alone, deleted by itself; what looks like case material is refused'
		]
	);
}

function ofTheMachine(c: Configuration): Risk[] {
	const { channels } = c;
	return some(
		[
			'The disk or a copy is stolen',
			'Encrypted as a whole; sealed values under keys of their own, in a second file that is to be kept apart'
		],
		!c.keyApart && [
			'A copy of the folder holds the key as well',
			'None as it is set: hand the key to the server from outside (DATABASE_KEY), and delete the file'
		],
		c.https !== true && [
			'What is sent between browser and server is read on the way',
			'None known as it is set: give an https address (ORIGIN) and put a proxy in front'
		],
		[
			`Whoever administers the machine reads everything${askedOf(c).asked.length > 0 ? ', answers included' : ''}`,
			'Encryption does not protect from them. Choose them with care, and say so to the people concerned'
		],
		channels.email && [
			'A letter betrays that somebody has to do with support',
			'It says neither about whom nor why; quiet hours; it can be chosen per person'
		],
		channels.chat && ['The provider of the chat learns who was told, and when', 'It says neither about whom nor why; posts are signed'],
		[
			'Somebody with the database changes the trail',
			channels.auditElsewhere
				? 'Entries are chained under a key outside of the database, and a fingerprint is sent elsewhere every hour'
				: 'Entries are chained under a key outside of the database, and a fingerprint is written to a file every hour; nothing is sent elsewhere, so whoever holds the whole machine could replace both'
		],
		['The key is lost, and everything with it', 'A second copy of the key in a safe place: the organisation’s to see to']
	);
}
