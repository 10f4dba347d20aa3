import { erasureDays } from '../erasure-requests.ts';
import { keptClasses, type KeptId } from '../kept-about.ts';
import type { Configuration } from './configuration.ts';
import { isKept } from './kept-parts.ts';
import { all, list, table, text, theirs, type Block, type PaperText, type Section } from './paper.ts';
import { askedOf, lineRows, onGround, otherNumbers, protection, ruleRows, sentOut, sessionParts, sightRows } from './parts.ts';
import { retentionRows } from './retention-table.ts';

/** The privacy notice for staff. “The person” of the tables is whoever reads it. */
export function staffNotice(c: Configuration): PaperText {
	return {
		sections: [
			{ title: 'Who is responsible', blocks: responsible(c) },
			{ title: 'What it is for', blocks: purposes(c) },
			{ title: 'What is kept about you', blocks: kept(c) },
			{
				title: 'Who sees what',
				blocks: [
					text('Where a table says “the person”, that is you, in what concerns your record.'),
					table(['What', 'Who'], ...sightRows(c)),
					text(
						`The quarterly report of the organisation is the same for everybody. No count under ${c.fewest} people is shown in the next one; earlier ones followed the number of their time.`
					)
				]
			},
			{
				title: 'When somebody is asked to offer you a word',
				blocks: [table(['Because of', 'Asked first', 'If nothing happens'], ...lineRows(c)), text(inPassing)]
			},
			{ title: 'The numbers that it goes by', blocks: numbers(c) },
			{ title: 'How long it is kept', blocks: [table(['What', 'How long', 'Then'], ...retentionRows(c))] },
			{ title: 'Where it lies, and what leaves it', blocks: [list(...protection(c)), list(...sentOut(c))] },
			rights(c)
		],
		unknown: [
			'On which legal basis the organisation relies, and what follows from that for your right to object.',
			'Who looks after the machine, where it stands, and where copies of it lie.',
			'What else the organisation keeps about you outside of Breakwater.'
		]
	};
}

const inPassing =
	'Whoever is away, or whom you passed over with “not this person”, is left out without a word to them. You see each step, and who has seen it. You can say yes, no or not now to any offer, without a reason.';

function responsible({ organisation, employers, helpLines }: Configuration): Block[] {
	return [
		text(`${organisation} runs this Breakwater.`),
		...(employers.length > 0
			? [
					text(
						`People of ${all(employers, '')} work with it as well: their leads are those of the team they work in, their welfare officers those of their own employer.`
					)
				]
			: []),
		theirs('Address and contact, and the data protection officer', 'Whom to write to about your data.'),
		text(`“I need help now” on every page lists: ${helpLines.join('; ')}. Opening it leaves no trace.`)
	];
}

const purposes = (c: Configuration): Block[] => [
	list(
		'To see how many hours of work with harmful material there are, against limits that are a precaution.',
		`To give you a way of ${askedOf(c).asked.length > 0 ? 'checking in on yourself, and of ' : ''}asking for a word with somebody.`,
		'To see to it that whoever is asked offers support, and that it is followed up.'
	),
	text(
		'It is not for judging your work. There is no risk score, no ranking, no watching of keys or screens, and nothing is decided by the software: a person is asked to offer a word, and you answer as you like.'
	)
];

/** What “My privacy” says of each class, as things are set. */
function asSet(c: Configuration): Partial<Record<KeptId, string>> {
	const { on } = sessionParts(c);
	return {
		sessions: `Beginning and end, or the minutes of a day, and the work type (${all(c.workTypes, 'none on the list')})${on.length > 0 ? `; if you say so, ${all(on, '')}` : ''}. Earlier versions stay when you correct one.`,
		'check-ins': `${all(askedOf(c).asked, '')}. Your answers and what was noticed in them. Each can be skipped, and nobody learns that it was.`,
		words: 'Up to 200 characters each. They are yours alone.'
	};
}

function kept(c: Configuration): Block[] {
	const { off } = sessionParts(c);
	const { asked, waiting } = askedOf(c);
	return [
		list(...keptClasses.filter(({ id }) => isKept(c, id)).map(({ id, name, words }) => `${name}: ${asSet(c)[id] ?? words}`)),
		...(off.length > 0 ? [text(`Not asked here: ${all(off, '')}.`)] : []),
		...(asked.length === 0 ? [text('No check-ins are asked here.')] : []),
		...(waiting.length > 0 ? [text(`Turned on, but asked of nobody until its wording is added: ${all(waiting, '')}.`)] : []),
		...(c.fields.has('words') ? [] : [text('Free text is off: there is nowhere to write any about yourself.')]),
		text(
			'What was recorded while a part was on stays yours to read until its time is over. Nothing about cases is kept: no pictures, addresses, hashes, case numbers.'
		)
	];
}

function numbers(c: Configuration): Block[] {
	const rules = ruleRows(c);
	const off = rules.filter(({ row }) => row[1] === 'off').map(({ row: [title = ''] }) => title);
	const shown = rules.filter(({ row }) => row[1] !== 'off').map(({ row }) => row);
	return [
		table(['What', 'When', 'Who learns of it'], ...shown),
		...(off.length > 0 ? [text(`Turned off: ${off.join('; ')}.`)] : []),
		table(['Also', 'As set'], ...otherNumbers(c)),
		...(c.teamsApart > 0
			? [text(`${c.teamsApart === 1 ? 'One team has' : `${c.teamsApart} teams have`} other numbers: see “The policy”.`)]
			: [])
	];
}

const rights = (c: Configuration): Section => ({
	title: 'What you can do',
	blocks: [
		list(
			'Under “My privacy”: see what is kept, who can see which part at this moment, by name, and who has looked; ask about a look.',
			'Take a copy of your data (JSON and CSV), print your record of hours and offers, delete your own words at once.',
			'Correct or withdraw a session; change at any time whom you named.',
			`Ask for erasure: the organisation has ${erasureDays} days to carry it out, or to say why not.`,
			`A copy for a court or for your lawyer takes two people${c.twoPeople ? ', one of them a head of welfare' : ''}; for a week they can open it, and you see who they are. With ${onGround(c)} only by an order or by your consent: you are asked under “My privacy”, agree with your password, and can withdraw at any time; until you agreed nobody can open it. If you cannot sign in any more, the two state that they have your consent signed on paper.`
		),
		theirs('Legal basis', 'Of the organisation’s choosing, with counsel; for health data one of its own.'),
		theirs('Where to complain', 'The supervisory authority, with its address.')
	]
});
