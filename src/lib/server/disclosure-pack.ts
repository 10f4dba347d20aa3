import type { Instant } from '#lib/domain/time.ts';
import { noteReading, reading } from './access-log.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { disclosedFiles } from './disclosed-files.ts';
import type { SumsFile } from './disclosed-sums.ts';
import { consentTo, openableDisclosure } from './disclosure-openings.ts';
import { saidNo } from './disclosure-lists.ts';
import { forWords, withWords } from './disclosures.ts';
import { dateWords, localDate } from './local-time.ts';
import { clockWords } from './moments.ts';
import { findOrganisation } from './organisation.ts';
import { csvLines, csvOf, jsonLines, jsonOf, packed } from './own-archive/archive.ts';
import type { ArchiveFile } from './own-archive/file.ts';
import { namesById, recordPerson } from './record-people.ts';
import { notFound } from './refusal.ts';
import { findViewer, type Viewer } from './viewer.ts';

export interface Pack {
	/** Of the file; it says no name. */
	fileName: string;
	pieces: AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>;
}

/**
 * Opens a confirmed copy of somebody's record, as one zip archive. That it was opened stands in the person's log and in the audit trail before anything
 * of it is read. While it is taken, it is looked at anew before each piece whether it is open still: where it is not, the archive breaks off.
 * @param clock what time it is when a piece is taken, as that may be hours later
 * @throws Refusal `not-found` for anybody but the two who decided it, and where it is over; `full`
 */
export function disclosurePack(db: Db, viewer: Viewer, id: string, now: Instant, clock: () => Instant = () => now): Pack {
	const row = reading(db, () => {
		const found = openableDisclosure(db, viewer, id, now);
		noteReading(db, viewer, { kind: 'disclosure', why: { purpose: 'legal' } }, [found.personId], now);
		const subject = { kind: 'person', id: found.personId };
		audit(
			db,
			viewer,
			{ action: 'record.disclosed', subject, detail: { disclosure: id, answers: found.answers, consent: consentTo(db, found) } },
			now
		);
		return found;
	});
	const { personId, answers } = row;
	const { name, zone, dayStart } = recordPerson(db, personId);
	// The files are those that people take along of themselves: they are read for the person whose they are.
	const subject: Viewer = { id: personId, name, zone, dayStart, employerId: '', homeTeam: null, roles: [], sharingAsked: true };
	const stillOpen = () => void openableDisclosure(db, requireStillThere(db, viewer), id, clock());
	const texts = textsOf(db, subject, disclosedFiles(answers !== 'none'), coverOf(db, row, viewer, now), now);
	const pieces = packed(whileOpen(texts, stillOpen), now, { begins: () => {}, ends: () => {} });
	return { fileName: `record-${localDate(viewer.zone, now)}-${id.slice(0, 8)}.zip`, pieces };
}

type Entry = readonly [name: string, pieces: Iterable<string>];

/** As roles are now: those of the request in which it was opened may be long gone. */
function requireStillThere(db: Db, { id }: Viewer): Viewer {
	const viewer = findViewer(db, id);
	if (!viewer) throw notFound();
	return viewer;
}

/** Before each file and each slice of one is read, and before the archive is complete, `stillOpen` may throw. */
function* whileOpen(entries: Iterable<Entry>, stillOpen: () => void): Generator<Entry> {
	function* checked(pieces: Iterable<string>): Generator<string> {
		stillOpen();
		for (const piece of pieces) {
			yield piece;
			stillOpen();
		}
	}
	for (const [name, pieces] of entries) yield [name, checked(pieces)];
}

function* textsOf(db: Db, subject: Viewer, all: readonly (ArchiveFile | SumsFile)[], cover: string, now: Instant): Generator<Entry> {
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
	const made = `${dated(viewer, now)} (${viewer.zone})`;
	return [
		`COPY OF A RECORD: ${names.get(row.personId)}`,
		`${findOrganisation(db)?.name ?? ''}, ${made}`,
		`For ${forWords(row.reason)}, ${withWords(row.answers)}.`,
		...consentLine(db, row, viewer),
		`Asked for by ${names.get(row.askedBy)}, confirmed by ${names.get(row.confirmedBy ?? '')}. The person can see that it was made, by whom and for whom.`,
		'What the person logged says how long they worked with material. It is no measure of their health, and nothing here is a diagnosis.'
	].join('\r\n');
}

function consentLine(db: Db, row: ReturnType<typeof openableDisclosure>, viewer: Viewer): string[] {
	if (row.agreedAt !== null) return [`They agreed themselves, signed in and with their password: ${dated(viewer, row.agreedAt)}.`];
	if (consentTo(db, row) !== 'on-paper') return [];
	const no = saidNo(db, row, viewer);
	return ['They cannot sign in: both of these two state that they hold their signed consent on paper.', ...(no === null ? [] : [no])];
}

/** In full: whoever reads it does so on another day. */
function dated({ zone }: Viewer, at: Instant): string {
	return `${dateWords(localDate(zone, at), '')}, ${clockWords(zone, at)}`;
}
