import type { Instant } from '#lib/domain/time.ts';
import { noteReading } from './access-log.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import * as records from './db/schema/records.ts';
import { withTx } from './db/tx.ts';
import { hoursByDay, limitsByDay, type SumsFile } from './disclosed-sums.ts';
import { openableDisclosure } from './disclosure-openings.ts';
import { answersWords, disclosureWords } from './disclosures.ts';
import { dateWords, localDate } from './local-time.ts';
import { clockWords } from './moments.ts';
import { findOrganisation } from './organisation.ts';
import { csvLines, csvOf, jsonLines, jsonOf, packed } from './own-archive/archive.ts';
import type { ArchiveFile } from './own-archive/file.ts';
import { files } from './own-archive/files.ts';
import { namesById, recordPerson } from './record-people.ts';
import type { Viewer } from './viewer.ts';

/** Single sessions are nobody else's (domain.md §6): they go where answers go, with consent or by an order. */
const sessions: ArchiveFile = {
	...{ name: 'sessions', table: records.exposures, mine: 'person_id = @me' },
	about: 'Times of exposure, each version of each entry. Neither what was seen nor how it felt.',
	columns: {
		...{ id: 'as-is', version: 'as-is', kind: 'as-is', state: 'as-is', start: 'instant', end: 'instant', date: 'as-is', minutes: 'as-is' },
		...{ counts: 'yes-no', voidReason: 'as-is', recordedAt: 'instant', recordedBy: 'person', supersededAt: 'instant' }
	}
};

function ofArchive(name: string): ArchiveFile {
	const file = files.find((each) => each.name === name);
	if (!file) throw new Error(`the archive has no file ${name}`);
	return file;
}

/** What a court or a lawyer may have of somebody's record (domain.md §6): account, sums of hours, limits passed, prompts and their steps. */
function filesIn(withAnswers: boolean): (ArchiveFile | SumsFile)[] {
	const account = ['account', 'home-teams', 'roles'].map(ofArchive);
	const prompts = ['prompts', 'prompt-steps'].map(ofArchive);
	return [...account, hoursByDay, limitsByDay, ...prompts, ...(withAnswers ? [sessions, ofArchive('check-ins')] : [])];
}

export interface Pack {
	/** Of the file; it says no name. */
	fileName: string;
	pieces: AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>;
}

/**
 * Opens a confirmed copy of somebody's record, as one zip archive. That it was opened stands in the person's log and in the audit trail before anything
 * of it is read.
 * @throws Refusal `not-found` for anybody but the two who decided it, and where it is over; `full`
 */
export function disclosurePack(db: Db, viewer: Viewer, id: string, now: Instant): Pack {
	const row = withTx(db, () => {
		const found = openableDisclosure(db, viewer, id, now);
		noteReading(db, viewer, { kind: 'disclosure', why: { purpose: 'legal' } }, [found.personId], now);
		const subject = { kind: 'person', id: found.personId };
		audit(db, viewer, { action: 'record.disclosed', subject, detail: { disclosure: id, answers: found.answers } }, now);
		return found;
	});
	const { personId, answers } = row;
	const { name, zone, dayStart } = recordPerson(db, personId);
	// The files are those that people take along of themselves: they are read for the person whose they are.
	const subject: Viewer = { id: personId, name, zone, dayStart, employerId: '', homeTeam: null, roles: [], sharingAsked: true };
	const texts = textsOf(db, subject, filesIn(answers !== 'none'), coverOf(db, row, viewer, now), now);
	const pieces = packed(texts, now, { begins: () => {}, ends: () => {} });
	return { fileName: `record-${localDate(viewer.zone, now)}-${id.slice(0, 8)}.zip`, pieces };
}

function* textsOf(
	db: Db,
	subject: Viewer,
	all: readonly (ArchiveFile | SumsFile)[],
	cover: string,
	now: Instant
): Generator<readonly [string, Iterable<string>]> {
	const list = all.map(({ name, about }) => `${name}: ${about}`);
	yield ['README.txt', [[cover, '', ...list, ''].join('\r\n')]];
	for (const file of all) {
		const summed = 'rows' in file;
		yield [`csv/${file.name}.csv`, summed ? csvLines(file.headings, file.rows(db, subject, now)) : csvOf(db, subject, file)];
		yield [`json/${file.name}.json`, summed ? jsonLines(file.rows(db, subject, now)) : jsonOf(db, subject, file)];
	}
}

function coverOf(db: Db, row: ReturnType<typeof openableDisclosure>, viewer: Viewer, now: Instant): string {
	const names = namesById(db);
	const made = `${dateWords(localDate(viewer.zone, now), '')}, ${clockWords(viewer.zone, now)} (${viewer.zone})`;
	return [
		`COPY OF A RECORD: ${names.get(row.personId)}`,
		`${findOrganisation(db)?.name ?? ''}, ${made}`,
		`For ${disclosureWords[row.reason]}, ${answersWords[row.answers]}.`,
		`Asked for by ${names.get(row.askedBy)}, confirmed by ${names.get(row.confirmedBy ?? '')}. The person can see that it was made, by whom and for whom.`,
		'What the person logged says how long they worked with material. It is no measure of their health, and nothing here is a diagnosis.'
	].join('\r\n');
}
