import { erasureDays } from '../erasure-requests.ts';
import type { Configuration } from './configuration.ts';
import { all, list, table, text, theirs, type Block, type PaperText } from './paper.ts';
import { askedOf, healthParts, lineRows, onGround, otherNumbers, protection, ruleRows, sentOut, sessionParts, sightRows } from './parts.ts';
import { retentionRows } from './retention-table.ts';
import { riskRows } from './risks.ts';

/** The impact assessment, filled in with what this Breakwater does (Article 35(7) of the GDPR); what only the organisation can judge is left to it. */
export function impactAssessment(c: Configuration): PaperText {
	return {
		sections: [
			{ title: 'Why an assessment', blocks: why(c) },
			{ title: 'What is done', blocks: done(c) },
			{ title: 'Who sees it, and who is prompted', blocks: seen(c) },
			{ title: 'Necessary, and in proportion', blocks: necessity(c) },
			{ title: 'Numbers in force', blocks: [table(['What', 'When', 'Who learns of it'], ...ruleRows(c).map(({ row }) => row)), also(c)] },
			{ title: 'Kept for', blocks: [table(['What', 'How long', 'Then'], ...retentionRows(c))] },
			{ title: 'Risks, and what is there against them', blocks: risks(c) },
			{ title: 'Protection', blocks: [list(...protection(c))] },
			{ title: 'Asked for their view', blocks: views() },
			{ title: 'Outcome', blocks: outcome() }
		],
		unknown: [
			'How likely and how grave each risk is here: that is for the organisation.',
			'The legal basis, national law, agreements with the works council.',
			'The machine, its copies and those who look after it; what happens outside of Breakwater.'
		]
	};
}

function why(c: Configuration): Block[] {
	return [
		text(
			`Employees depend on their employer, data about health, or what may be taken for such, are kept (${all(healthParts(c), '')}), and hours are compared with limits: together that usually calls for an assessment before the work begins.`
		),
		theirs('Whether one is required here', 'By the list of the supervisory authority.')
	];
}

function done(c: Configuration): Block[] {
	const { on, off } = sessionParts(c);
	const { asked, waiting } = askedOf(c);
	return [
		text(
			`${c.organisation} logs sessions of work with harmful material (by hand or by the worker’s own timer)${on.length > 0 ? `, where given with ${all(on, '')}` : ''}. ${off.length > 0 ? `Off: ${all(off, '')}. ` : ''}${asked.length > 0 ? `It offers check-ins (${all(asked, '')}) that can be skipped unseen. ` : 'It asks no check-ins. '}${waiting.length > 0 ? `On without a wording, and asked of nobody: ${all(waiting, '')}. ` : ''}${c.fields.has('words') ? 'People may write up to 200 characters for themselves. ' : 'Free text about oneself is off. '}Rules compare hours with limits, and a prompt asks a human to offer support. Offers, answers, conversations and appointments are kept as dates and ticks.`
		),
		...(c.employers.length > 0
			? [text(`People of ${all(c.employers, '')} work here as well; their welfare officers are their own employer’s.`)]
			: [])
	];
}

const seen = (c: Configuration): Block[] => [
	table(['What', 'Who sees it'], ...sightRows(c)),
	table(['Prompt because of', 'Asked first', 'Passed on to'], ...lineRows(c)),
	list(...sentOut(c))
];

function necessity(c: Configuration): Block[] {
	return [
		list(
			'Hours: as a precaution. In the larger surveys hours alone hardly predict harm; violent material and missing support do. So hours make no score, and nothing about somebody’s health is claimed from them.',
			askedOf(c).asked.length > 0 &&
				'Check-ins: screening alone helps nobody; the response does. Answers therefore stay with the person, who names whom a concern may prompt.',
			c.leadHours
				? 'Hours by week for leads: turned on here. Limits passed and whether room is left would be enough for a rota; say why they are not.'
				: 'Hours by week are not shown to leads: limits passed and whether room is left are enough for a rota.',
			`Report: counts alone, in the next one from ${c.fewest} people on, the same for everybody.`,
			'Left out: case material, reasons of absences, what was said, watching of keys, screens or idle time.'
		),
		...(c.leadHours ? [theirs('Why leads need hours by week')] : []),
		theirs('Could it be reached with less?', 'Which parts could be turned off here.'),
		text(
			`A copy of a record for a court or the person’s own lawyer: by two people${c.twoPeople ? ', one a head of welfare' : ''}, open for a week, each opening noted for the person. With ${onGround(c)} only by an order or by the person’s consent. They give it themselves, with their password, and can withdraw it at any time; where they cannot sign in, two people state that they have it on paper. Whether consent given to an employer is free is for the organisation to judge.`
		),
		text(
			`Rights: each person sees, copies, corrects and prints their own record, sees who looked, and can ask for erasure (${erasureDays} days).`
		)
	];
}

const also = (c: Configuration): Block => table(['Also', 'As set'], ...otherNumbers(c));

const risks = (c: Configuration): Block[] => [
	text('Likelihood and gravity are for the organisation to judge.'),
	table(['Risk', 'What is there against it', 'Likely? Grave? (yours)'], ...riskRows(c)),
	theirs('Further risks', 'Of this organisation, its buildings, its contracts.')
];

const views = (): Block[] => [
	theirs('The people concerned, or their representatives', 'Works council, staff association: when, and what they said.'),
	theirs('The data protection officer’s advice'),
	text('The summary for a works council is a paper of its own.')
];

const outcome = (): Block[] => [
	theirs('Risks that remain, and who accepts them'),
	theirs('Decision, date, name'),
	theirs('To be looked at again on')
];
