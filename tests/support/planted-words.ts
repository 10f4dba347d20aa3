import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { holdForm } from '#lib/server/auth/held-forms.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { schema } from '#lib/server/db/schema.ts';
import { organisation } from '#lib/server/db/schema/organisation.ts';
import { amend } from '#lib/server/exposure-corrections.ts';
import { exposureOf } from '#lib/server/exposure-rows.ts';
import { logSession } from '#lib/server/exposures.ts';
import { sessionFields } from '#lib/server/organisation.ts';
import { writeWords } from '#lib/server/private-words.ts';
import { keepPutAway } from '#lib/server/put-away.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { workIds } from './exposure.ts';
import { addMadeUp } from './wording.ts';
import type { Cast } from './cast.ts';

/** Columns with bytes that are nobody's words. */
const notSealed = ['audit_entries.mac'];

/** `table.column` of everything that is sealed: whatever holds bytes is, or is named above. */
export function sealedColumns(): string[] {
	return Object.values(schema)
		.flatMap((table) => {
			if (!is(table, SQLiteTable)) return [];
			const { name, columns } = getTableConfig(table);
			return columns.filter((column) => column.getSQLType() === 'blob').map((column) => `${name}.${column.name}`);
		})
		.filter((column) => !notSealed.includes(column));
}

/** What is put into a sealed column, and what of it must be found nowhere: as it would stand there if the column were left open. */
interface Planted {
	plant: (db: Db, people: Cast, now: number) => void;
	words: readonly string[];
}

const id = () => crypto.randomUUID();
const HOUR = 3_600_000;
const putAwayUntil = 1_795_431_234_567;

/** By sealed column. A new one needs words of its own here. */
export const planted: Readonly<Record<string, Planted>> = {
	'exposures.sealed': {
		plant(db, { ines }, now) {
			const what = { id: id(), start: now - 3 * HOUR, end: now - 2 * HOUR, workTypeId: workIds(db).images };
			logSession(db, ines, { ...what, violent: 'yes', aftermath: 7 }, now);
			const before = exposureOf(db, ines.id, what.id);
			if (!before) throw new Error('the session was not stored');
			amend(db, ines, { ...what, formId: id(), version: before.version, violent: 'yes', aftermath: 9 }, now + 1);
		},
		words: ['"violent":"yes"', '"aftermath":7', '"aftermath":9', '"finding":"2026-W47"']
	},
	'check_ins.sealed': {
		plant(db, { ada, ines, tomas }, now) {
			recordCheckIn(db, ines, { id: id(), instrument: 'pulse', answers: [4, 4, 3, 2] }, now + 2);
			const packId = addMadeUp(db, ada, 'who5', now);
			recordCheckIn(db, tomas, { id: id(), instrument: 'who5', packId, answers: [0, 1, 0, 2, 1] }, now + 2);
		},
		words: ['[4,4,3,2]', '[0,1,0,2,1]', '"criterion":', '"shared":false', '"score":']
	},
	'put_away.sealed': {
		plant: (db, { ines }) => keepPutAway(db, ines.id, putAwayUntil),
		words: [String(putAwayUntil), '"until":']
	},
	'private_words.sealed': {
		plant: (db, { ines }, now) => writeWords(db, ines, { id: id(), text: 'Herons over the estuary, naïve café' }, now + 3),
		words: ['Herons over the', 'estuary, naïve café']
	},
	'held_forms.sealed': {
		plant: (db, { ines }, now) => holdHere(db, ines, now),
		words: ['Marmalade tin', '/check-in?/answer-held']
	}
};

function holdHere(db: Db, ines: Viewer, now: number): void {
	holdForm(db, ines.id, { path: '/check-in?/answer-held', fields: [['note', 'Marmalade tin']] }, now + 4);
}

/** Plants all of them, with every optional part on. */
export function plantAll(db: Db, people: Cast, now: number): void {
	db.update(organisation)
		.set({ fields: [...sessionFields, 'words'] })
		.run();
	for (const { plant } of Object.values(planted)) plant(db, people, now);
}

/** A text as bytes, in the ways in which it could stand somewhere: UTF-8, UTF-16, hexadecimal, and base64 from each of its three offsets. */
function formsOf(text: string): Map<string, Buffer> {
	const utf8 = Buffer.from(text);
	const utf16 = Buffer.from(text, 'utf16le');
	const forms = new Map<string, Buffer>([
		['UTF-8', utf8],
		['UTF-16LE', utf16],
		['UTF-16BE', Buffer.from(utf16).swap16()],
		['hexadecimal', Buffer.from(utf8.toString('hex'))],
		['HEXADECIMAL', Buffer.from(utf8.toString('hex').toUpperCase())],
		['as JSON in JSON', Buffer.from(JSON.stringify(text).slice(1, -1))]
	]);
	for (const offset of [0, 1, 2]) {
		// The first and last signs also hold what stands beside it.
		const whole = Buffer.concat([Buffer.alloc(offset), utf8])
			.toString('base64')
			.replace(/=+$/, '');
		const inner = whole.slice(offset === 0 ? 0 : 4, (offset + utf8.length) % 3 === 0 ? undefined : -1);
		forms.set(`base64 from ${offset}`, Buffer.from(inner));
		forms.set(`base64url from ${offset}`, Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')));
	}
	return forms;
}

/** Bytes: what is shorter stands by chance in a megabyte that is encrypted. */
const shortest = 6;

/** Which of the words stand in these bytes, and in which form. A word has six letters or more. */
export function foundIn(bytes: Buffer, words: readonly string[]): string[] {
	if (words.some((word) => Buffer.byteLength(word) < shortest)) throw new Error('a word is too short to be looked for');
	return words.flatMap((word) =>
		[...formsOf(word)].flatMap(([form, sought]) => (sought.length >= shortest && bytes.includes(sought) ? [`${word} (${form})`] : []))
	);
}
