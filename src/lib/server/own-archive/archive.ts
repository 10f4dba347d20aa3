import { setImmediate } from 'node:timers/promises';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from '../audit.ts';
import type { Db } from '../db/connection.ts';
import { Refusal } from '../refusal.ts';
import type { Viewer } from '../viewer.ts';
import { csvLine, type Row } from './cells.ts';
import type { ArchiveFile } from './file.ts';
import { files } from './files.ts';
import { readme } from './readme.ts';
import { headingsOf, rowsOf } from './rows.ts';

/** People for whom an archive is on its way: one at a time, it keeps the processor busy. */
const onTheirWay = new WeakMap<Db, Set<string>>();

/**
 * All that is kept about the viewer as one zip archive, piece by piece: README.txt, and a CSV and a JSON file of each kind of record. It is made as
 * fast as it is taken, and holds a few hundred rows at a time, however many there are. Whoever calls has asked for the password.
 * @returns a generator; where it is returned early (the browser has gone), nothing stays behind
 * @throws Refusal `too-often` where one is on its way; `full`
 */
export function ownArchive(db: Db, viewer: Viewer, now: Instant): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
	const busy = onTheirWay.get(db) ?? new Set();
	onTheirWay.set(db, busy);
	if (busy.has(viewer.id))
		throw new Refusal('too-often', 'Your data is on its way already. Please wait until that file is complete, then ask again.');
	audit(db, viewer, { action: 'export.own-archive', subject: { kind: 'person', id: viewer.id } }, now);
	return packed(textsOf(db, viewer, now), now, {
		begins: () => void busy.add(viewer.id),
		ends: () => void busy.delete(viewer.id)
	});
}

type Entry = readonly [name: string, pieces: Iterable<string>];

function* textsOf(db: Db, viewer: Viewer, now: Instant): Generator<Entry, void, void> {
	yield ['README.txt', [readme(db, viewer, now)]];
	for (const file of files) {
		yield [`csv/${file.name}.csv`, csvOf(db, viewer, file)];
		yield [`json/${file.name}.json`, jsonOf(db, viewer, file)];
	}
}

/** One file of the viewer's own archive for spreadsheets, some rows at a time. */
export function csvOf(db: Db, viewer: Viewer, file: ArchiveFile): Generator<string, void, void> {
	return csvLines(headingsOf(file), rowsOf(db, viewer, file));
}

/** The same rows as JSON. */
export function jsonOf(db: Db, viewer: Viewer, file: ArchiveFile): Generator<string, void, void> {
	return jsonLines(rowsOf(db, viewer, file));
}

/** For spreadsheets, which take it for UTF-8 by its first character. */
export function* csvLines(headings: readonly string[], pages: Iterable<readonly Row[]>): Generator<string, void, void> {
	yield `\ufeff${csvLine(headings)}`;
	for (const rows of pages) yield rows.map((row) => csvLine(headings.map((heading) => row[heading] ?? null))).join('');
}

/** @param pages some rows at a time, none of them empty */
export function* jsonLines(pages: Iterable<readonly Row[]>): Generator<string, void, void> {
	let before = '[\n';
	for (const rows of pages) {
		yield before + rows.map((row) => JSON.stringify(row)).join(',\n');
		before = ',\n';
	}
	yield before === '[\n' ? '[]\n' : '\n]\n';
}

/**
 * Packs files as a ZIP archive, a piece at a time: nothing but the present piece is held, and others are served in between.
 * @param now the time of its entries (UTC ms)
 * @param work told when the packing begins, and when it ended, in whichever way
 */
export async function* packed(
	entries: Iterable<Entry>,
	now: Instant,
	work: { begins: () => void; ends: () => void }
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
	try {
		// Here and not before: of a generator that was never started nothing is ended either.
		work.begins();
		// Loaded when somebody asks for it, and not with the server.
		const { Zip, ZipDeflate } = await import('fflate');
		let made: Uint8Array<ArrayBuffer>[] = [];
		const zip = new Zip((fault, piece) => {
			if (fault) throw fault;
			made.push(piece);
		});
		function* taken() {
			yield* made;
			made = [];
		}
		for (const [name, pieces] of entries) {
			const entry = new ZipDeflate(name, { level: 6 });
			entry.mtime = now;
			zip.add(entry);
			for (const text of pieces) {
				entry.push(encoder.encode(text));
				yield* taken();
				// A client that takes all at once would otherwise keep everybody else waiting.
				await setImmediate();
			}
			entry.push(new Uint8Array(), true);
		}
		zip.end();
		yield* taken();
	} finally {
		work.ends();
	}
}

const encoder = new TextEncoder();
