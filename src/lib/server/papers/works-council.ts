import { erasureDays } from '../erasure-requests.ts';
import type { Configuration } from './configuration.ts';
import { all, counted, list, lowerFirst, text, theirs, type PaperText } from './paper.ts';
import { askedOf, onGround, ruleRows } from './parts.ts';

/** Rules that somebody else than the person learns of, in a few words. */
function told(c: Configuration): string[] {
	const others = ruleRows(c).filter(({ on, row }) => on && !(row[2] ?? '').startsWith('The person alone'));
	return others.map(({ row: [title = '', when = '', who = ''] }, at) => {
		const weekly = who.includes('weekly list') ? ' (weekly list)' : '';
		return `${at === 0 ? title : lowerFirst(title)}${when === 'on' ? '' : `: ${when}`}${weekly}`;
	});
}

/** A summary for a works council: one sheet. */
export function worksCouncil(c: Configuration): PaperText {
	const { asked } = askedOf(c);
	return {
		sections: [
			{
				title: 'What it is',
				blocks: [
					text(
						`${c.organisation} logs hours of work with harmful material${asked.length > 0 ? ', lets people check in on themselves' : ''} and prompts a supervisor to offer support. It is no tool for judging performance: no risk score, no ranking, no watching of keys, screens or idle time, no decision by software. Nothing is locked or counted because of an answer.`
					)
				]
			},
			{
				title: 'Who sees what',
				blocks: [
					list(
						`The person alone: ${all(['single sessions', ...(asked.length > 0 ? ['answers', 'scores'] : []), ...(c.fields.has('words') ? ['own words'] : [])], '')}.`,
						`A copy for a court or the person’s own lawyer takes two people${c.twoPeople ? ', one a head of welfare' : ''}, who can open it for a week: with ${onGround(c)} only by an order or by the person’s consent, which they give themselves (after leaving: on paper) and can withdraw.`,
						asked.length > 0 &&
							'Welfare officers or heads of welfare whom the person has named, and nobody before that: bands and trend of check-ins. Leads never.',
						`Leads of the home team: limits passed, whether room is left today and this week, dates of absences${c.leadHours ? ', hours by week (with a stated purpose)' : ', but no hours by week'}.`,
						'Welfare officers of the home team and heads of welfare: limits passed; hours by week, with a stated purpose.',
						'Every look at somebody’s record is noted before it is shown, and the person reads who looked, when and why. Not noted: that an administrator sees a name in the lists of accounts, teams and messages or in the trail of changes.',
						`The quarterly report is the same for everybody; from the next one on it shows no count under ${c.fewest} people.`
					)
				]
			},
			{ title: 'What makes somebody ask', blocks: [text(`${told(c).join('; ') || 'Nothing: every rule is off'}.`), text(numbersOf(c))] },
			{
				title: 'What is kept, and how long',
				blocks: [
					text(durationsOf(c)),
					text(
						`Encrypted on the organisation’s own machine; what is most personal also under a key of each person’s own. ${channelsOf(c)} Erasure: answered within ${erasureDays} days.`
					)
				]
			},
			{ title: 'What people decide themselves', blocks: [text(choices(c))] },
			{ title: 'Agreed with the works council', blocks: [theirs('What was agreed, and when', '')] }
		],
		unknown: [
			'National law and agreements in force here',
			'Who runs the machine and its copies',
			'What supervisors do with what they are told'
		]
	};
}

function durationsOf(c: Configuration): string {
	const { recordYears, answersMonths, wordsDays, accessYears } = c.durations;
	const answers = askedOf(c).asked.length > 0 ? ` Answers: ${counted(answersMonths, 'month')}.` : '';
	const words = c.fields.has('words') ? ` Own words: ${counted(wordsDays, 'day')}.` : '';
	return `Sessions, limits, prompts, appointments: until ${counted(recordYears, 'year')} after leaving.${answers}${words} Who looked: ${counted(accessYears, 'year')}.`;
}

function numbersOf({ teamsApart }: Configuration): string {
	const apart = teamsApart === 0 ? '' : ` ${counted(teamsApart, 'team')} ${teamsApart === 1 ? 'has' : 'have'} other numbers.`;
	return `Each number, its source and each change of it can be read by everybody under “The policy”.${apart}`;
}

function channelsOf({ channels: { email, chat } }: Configuration): string {
	const on = [email ? 'e-mail' : '', chat ? 'chat' : ''].filter((each) => each !== '');
	return on.length === 0 ? 'Nothing is sent by e-mail or chat.' : `Messages by ${all(on, '')} say neither about whom nor why.`;
}

const choices = (c: Configuration) =>
	`${askedOf(c).asked.length > 0 ? 'Whether to answer a check-in (nobody learns that one was skipped). Whom a concern may prompt and who sees bands, by name, changeable at any time. ' : 'No check-ins are asked. '}Whom to ask for contact. Who is passed over (“not this person”), without a reason. Whether to accept an offer.`;
