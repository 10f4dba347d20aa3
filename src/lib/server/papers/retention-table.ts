import { erasureDays } from '../erasure-requests.ts';
import { keyCopiesDays } from '../erasures.ts';
import type { RecordClass } from '../record-classes.ts';
import { shortLivedDays } from '../retention-due.ts';
import type { Configuration } from './configuration.ts';
import { keptAs, keptRow } from './kept-parts.ts';
import { counted, list, table, text, theirs, type PaperText } from './paper.ts';
import { askedOf } from './parts.ts';

type Row = [what: string, howLong: string, then: string];

/** A row for each class of records; sign-ins and forms go sooner than what else is short-lived. */
function classRows(c: Configuration): Record<Exclude<RecordClass, 'nobody'> | 'sign-ins' | 'forms', Row> {
	const { recordYears, answersMonths, wordsDays, accessYears } = c.durations;
	const before = (on: boolean, what: string) => (on ? what : `${what} (off: only what was kept before)`);
	return {
		record: [keptAs('record'), `until ${counted(recordYears, 'year')} after leaving`, 'erased'],
		answers: [
			before(askedOf(c).asked.length > 0, 'Check-ins: answers, scores, concerns'),
			`${counted(answersMonths, 'month')} after they were answered`,
			'deleted; it stays known that there were some'
		],
		words: [
			before(c.fields.has('words'), 'Words written for oneself'),
			`${counted(wordsDays, 'day')}, or until the author deletes them`,
			'deleted'
		],
		access: ['Who has looked at whose record, and questions about it', `${counted(accessYears, 'year')} after the look`, 'deleted'],
		'short-lived': ['Invitations, calendar links, messages that were sent', `until they are over, and ${shortLivedDays} days`, 'deleted'],
		'sign-ins': ['Sign-ins', 'until somebody signs out; else about a day after they end', 'deleted'],
		forms: [
			'Forms: what was being typed as a sign-in ended; numbers of those that were sent',
			'an hour; a week',
			'deleted, also under a legal hold'
		],
		account: [
			keptRow(c, 'account'),
			`until ${counted(recordYears, 'year')} after leaving`,
			'name and address are blanked; its team, roles and dates stay under a number'
		],
		kept: [keptAs('kept'), 'for good', 'it holds ids, dates and fixed words; no name once the person is erased']
	};
}

export const retentionRows = (c: Configuration): Row[] => Object.values(classRows(c));

/** The retention table: what is kept for how long, and what can change that. */
export function retentionTable(c: Configuration): PaperText {
	const { recordYears } = c.durations;
	return {
		sections: [
			{
				title: 'What is kept, and for how long',
				blocks: [
					text('Once a day Breakwater takes away what is over, and notes how much of each class went.'),
					table(['What', 'How long', 'Then'], ...retentionRows(c))
				]
			},
			{
				title: 'What changes it',
				blocks: [
					list(
						'Leaving: access ends with the day of leaving; from then on the years after leaving count.',
						'A legal hold (who, why, until when) stops what goes by itself, and erasure, for one person, who sees it. Signing out still ends a sign-in, and authors can still delete their own words.',
						`A wish to be erased is to be answered within ${erasureDays} days. Carried out, it deletes what the person answered, wrote, chose and agreed on, and blanks the name; counts of hours, limits, prompts and appointments stay without a name until ${counted(recordYears, 'year')} after leaving.`,
						`Erasing destroys the person’s key. Copies of the keys may be kept for ${keyCopiesDays} days; after that nothing sealed can be read from any copy.`
					)
				]
			},
			{
				title: 'For the organisation to fill in',
				blocks: [
					theirs('Why these times', 'With counsel: the claims and duties that each of them follows from.'),
					theirs('Copies', 'Where copies of the database and of the keys lie, for how long, and who can reach them.')
				]
			}
		],
		unknown: [
			'Copies that the organisation makes of the folder: how many there are, and for how long.',
			'What people print, download or forward, and what is kept in mail and chat.',
			'Logs of a proxy or of the machine itself.'
		]
	};
}
