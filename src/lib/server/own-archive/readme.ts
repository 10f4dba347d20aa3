import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { dateWords, localDate } from '../local-time.ts';
import { clockWords } from '../moments.ts';
import { findOrganisation } from '../organisation.ts';
import type { Viewer } from '../viewer.ts';
import { files } from './files.ts';
import { leftOut } from './left-out.ts';

/** What stands in `README.txt`: what this is, how to read it, each file, and what is not in it and why. */
export function readme(db: Db, viewer: Viewer, now: Instant): string {
	const date = localDate(viewer.zone, now);
	const made = `${dateWords(date, '')}, ${clockWords(viewer.zone, now)} (${viewer.zone})`;
	const reasons = Map.groupBy(leftOut, ([, why]) => why);
	return [
		...[
			'MY DATA',
			'',
			`What Breakwater keeps about ${viewer.name}, at ${findOrganisation(db)?.name ?? 'this organisation'}.`,
			`Made on ${made}.`,
			''
		],
		...wrapped(
			'This is yours. Whoever has this file can read all of it, your answers too: keep it where nobody else comes by it, and think twice before you send it by e-mail.'
		),
		...['', 'HOW TO READ IT', ''],
		...howToRead.flatMap((each) => wrapped(each, '- ')),
		...['', 'THE FILES', ''],
		...files.flatMap(({ name, about }) => [name, ...wrapped(about, '  '), '']),
		...['WHAT IS NOT IN HERE, AND WHY', ''],
		...[...reasons].flatMap(([why, what]) => [...wrapped(why, '- '), ...wrapped(what.map(([each]) => each).join(', '), '  (', ')')]),
		...wrapped(
			'What you did for others as their lead, welfare officer, peer supporter or administrator is about them. It stands in their records, and they can read it there.',
			'- '
		),
		''
	].join('\r\n');
}

const howToRead = [
	'Each kind of record is there twice, with the same lines: as .csv for a spreadsheet, and as .json for programs. A file with no lines means that nothing of that kind is kept.',
	'Instants are in UTC: 2026-11-23T09:12:00.000Z. Dates without a time are in your own time zone, which stands in “days”.',
	'In the .csv files a text that a spreadsheet would take for a formula has an apostrophe (’) in front. The .json files hold it as it is.',
	'Long codes are only there to tell lines apart, and to show which belong together: “alertId” is the “id” of a line in “prompts”.',
	'Where a name stands, that is who did it, or whom it was addressed to. Where it is empty, a clock or a rule did it.'
];

const width = 100;

function wrapped(text: string, first = '', last = ''): string[] {
	const indent = ' '.repeat(first.length);
	const lines: string[] = [];
	let line = first;
	for (const word of `${text}${last}`.split(' ')) {
		if (line.trim() !== '' && line.length + word.length + 1 > width) {
			lines.push(line.trimEnd());
			line = indent;
		}
		line += line.endsWith(' ') || line === '' || line.endsWith('(') ? word : ` ${word}`;
	}
	return [...lines, line];
}
