import { erasureDays } from '../erasure-requests.ts';
import type { Configuration } from './configuration.ts';
import { keptRows } from './kept-parts.ts';
import { all, list, table, text, theirs, type Block, type PaperText } from './paper.ts';
import { askedOf, healthParts, lineRows, protection, sentOut, sessionParts, sightRows } from './parts.ts';
import { retentionRows } from './retention-table.ts';

/** The record of processing, in the order of Article 30(1) of the GDPR. */
export function processingRecord(c: Configuration): PaperText {
	return {
		sections: [
			{ title: 'Controller', blocks: controller(c) },
			{ title: 'Purposes', blocks: purposes() },
			{ title: 'Whose data, and which', blocks: data(c) },
			{ title: 'Recipients', blocks: [table(['What', 'Who sees it'], ...sightRows(c)), routes(c), list(...sentOut(c)), processors()] },
			{
				title: 'Countries outside the EU, the EEA and the United Kingdom',
				blocks: [
					text('Breakwater itself sends nothing anywhere but what stands under “Recipients”.'),
					theirs('Transfers', 'Where the machine, the mail server and the chat’s provider are; safeguards where needed.')
				]
			},
			{
				title: 'How long',
				blocks: [
					table(['What', 'How long', 'Then'], ...retentionRows(c)),
					text(`A wish to be erased is to be answered within ${erasureDays} days; a legal hold stops both.`)
				]
			},
			{ title: 'Protection', blocks: [list(...protection(c)), text(`The folder is ${c.dataDir} of the server.`), organisational()] }
		],
		unknown: [
			'The legal basis, and the condition for health data.',
			'Processors: who runs the machine, its copies, the mail and the chat.',
			'Measures outside of Breakwater: doors, contracts, training, who may administer the machine.'
		]
	};
}

function controller({ organisation, employers }: Configuration): Block[] {
	return [
		text(`${organisation}.`),
		...(employers.length > 0
			? [
					theirs(
						`Joint controllers or processors: ${all(employers, '')}`,
						'Their people work here; leads are the host’s, welfare officers those of their own employer. Say who is responsible for what.'
					)
				]
			: []),
		theirs('Address, contact, representative, data protection officer')
	];
}

const purposes = (): Block[] => [
	list(
		'Protecting the health of people who work with harmful material: hours against limits, breaks, support that is offered and followed up.',
		'Showing that support was offered, within which time, as counts.',
		'Keeping appointments of counselling and psychological assessment.'
	),
	text('Not: judging performance, ranking, or decisions by software. There is no screen for these.'),
	theirs('Legal basis', 'Articles 6 and, for health data, 9, with national law.')
];

function data(c: Configuration): Block[] {
	const { off } = sessionParts(c);
	const { asked, waiting } = askedOf(c);
	const secondees = c.employers.length > 0 ? `; among both, people of ${all(c.employers, '')}` : '';
	return [
		list(
			`Whose: people who work with harmful material; leads, welfare officers, heads of welfare, peers, administrators${secondees}.`,
			...keptRows(c)
		),
		...(off.length > 0 ? [text(`Off: ${all(off, '')}.`)] : []),
		text(
			`Health data, or what may be taken for it: ${all(healthParts(c), '')}. That somebody asked for contact or had an appointment may be, too.`
		),
		...(asked.length === 0 ? [text('No check-ins are asked.')] : []),
		...(waiting.length > 0 ? [text(`On, but without a wording, and so asked of nobody: ${all(waiting, '')}.`)] : []),
		text('What was kept while a part was on stays until its time is over. No case material is kept.')
	];
}

const routes = (c: Configuration): Block => table(['Prompt because of', 'Asked first', 'Passed on to'], ...lineRows(c));

const processors = (): Block => theirs('Processors and others who receive data', 'Contracts, hosting, mail, chat, support.');

const organisational = (): Block =>
	theirs('Measures of the organisation', 'Who may administer the machine; keys and copies; training; what happens after a breach.');
