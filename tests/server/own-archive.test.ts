import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { strFromU8, Unzip, UnzipInflate, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { factors, people } from '#lib/server/db/schema/people.ts';
import { deliveryChoices } from '#lib/server/db/schema/delivery.ts';
import { withTx } from '#lib/server/db/tx.ts';
import { insertVersion, firstVersion } from '#lib/server/exposure-versions.ts';
import { ownArchive } from '#lib/server/own-archive/archive.ts';
import { csvLine } from '#lib/server/own-archive/cells.ts';
import { files } from '#lib/server/own-archive/files.ts';
import { leftOut } from '#lib/server/own-archive/left-out.ts';
import { takeTicket, ticketFor, ticketMs } from '#lib/server/own-archive/ticket.ts';
import { exclude } from '#lib/server/sharing.ts';
import { seal } from '#lib/server/seal.ts';
import { findViewer, type Viewer } from '#lib/server/viewer.ts';
import { crowd } from '../support/crowd.ts';
import { memoryDb } from '../support/database.ts';
import { furnishOffice } from '../support/office.ts';

type Line = Record<string, unknown>;

/** The office of the screens: everybody has a little of everything. */
let db: Db;
let ines: Viewer;
let archive: Record<string, string>;
const now = Date.now();

beforeAll(async () => {
	const { dataDir } = await furnishOffice();
	db = openDatabase(dataDir, '', 'drizzle');
	ines = viewerNamed('Ines Calder');
	const choice = { id: crypto.randomUUID(), email: 'off', digestAt: '09:00', recordedAt: now } as const;
	db.insert(deliveryChoices)
		.values({ ...choice, personId: ines.id, chat: 'digest', chatName: '=1+2' })
		.run();
	exclude(db, ines, { personId: viewerNamed('Jonas Pike').id }, now);
	db.insert(factors).values({ id: crypto.randomUUID(), personId: ines.id, factor: 750, from: '2026-01-05', recordedAt: now }).run();
	const sealed = seal(db, { table: 'private_words', row: 'mine', person: ines.id }, { text: 'A long week, but the sea was calm.' });
	db.$client
		.prepare('insert into private_words (id, person_id, recorded_at, sealed) values (?, ?, ?, ?)')
		.run('mine', ines.id, now, sealed);
	archive = await unpacked(db, ines);
}, 120_000);

afterAll(() => {
	db.$client.close();
	db.keys.close();
});

function viewerNamed(name: string): Viewer {
	const row = db
		.select()
		.from(people)
		.all()
		.find((person) => person.name === name);
	const viewer = row && findViewer(db, row.id);
	if (!viewer) throw new Error('nobody of that name');
	return viewer;
}

async function unpacked(of: Db, viewer: Viewer): Promise<Record<string, string>> {
	const pieces: Uint8Array[] = [];
	for await (const piece of ownArchive(of, viewer, now)) pieces.push(piece);
	return Object.fromEntries(Object.entries(unzipSync(Buffer.concat(pieces))).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

const lines = (name: string) => JSON.parse(archive[`json/${name}.json`] ?? 'null') as Line[];
/** As the database has them, with whatever a trigger needs. */
function tablesOf(of: Db): { name: string; columns: { name: string; type: string }[] }[] {
	const names = of.$client
		.prepare<[], string>(
			`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name <> '__drizzle_migrations'`
		)
		.pluck()
		.all();
	return names.map((name) => ({ name, columns: of.$client.pragma(`table_info("${name}")`) as { name: string; type: string }[] }));
}
const columnsOf = (table: SQLiteTable) => Object.entries(table as unknown as Record<string, { name: string } | undefined>);

describe('what the archive holds', () => {
	it('has every column of every table, or says why not', () => {
		const written = new Set(
			files.flatMap(({ table, columns, mine }) => {
				const { name } = getTableConfig(table);
				const named = columnsOf(table).flatMap(([key, column]) => (key in columns && column ? [`${name}.${column.name}`] : []));
				// The one by which the rows are found says who it is: the viewer.
				const owner = /^(\w+) = @me\b/.exec(mine)?.[1];
				return owner === undefined ? named : [...named, `${name}.${owner}`];
			})
		);
		const tables = tablesOf(db);
		const missing = tables.flatMap(({ name, columns }) =>
			columns.map((column) => `${name}.${column.name}`).filter((each) => !written.has(each) && !leftOut.has(each) && !leftOut.has(name))
		);
		expect(missing).toEqual([]);
		const known = new Set(tables.flatMap(({ name, columns }) => [name, ...columns.map((column) => `${name}.${column.name}`)]));
		expect([...leftOut.keys()].filter((each) => !known.has(each))).toEqual([]);
	});

	it('has every line of hers, in both forms', () => {
		for (const { name, table, mine } of files) {
			const count = db.$client.prepare<[object], number>(`select count(*) from "${getTableConfig(table).name}" where ${mine}`).pluck();
			const expected = count.get({ me: ines.id });
			expect([name, lines(name).length]).toEqual([name, expected]);
			// A cell of this office never holds a line break.
			expect([name, archive[`csv/${name}.csv`]?.split('\r\n').length]).toEqual([name, (expected ?? 0) + 2]);
		}
		const used = [
			'sessions',
			'check-ins',
			'prompts',
			'prompt-steps',
			'findings',
			'absences',
			'appointments',
			'who-has-looked',
			'sign-ins',
			'words'
		];
		for (const name of used) expect([name, lines(name).length > 0]).toEqual([name, true]);
	});

	it('has all versions of an entry that was amended or voided, and what was sealed of them', () => {
		const versions = Map.groupBy(lines('sessions'), ({ id }) => id);
		expect(
			[...versions.values()].some((each) => each.length > 1 && each[0]?.supersededAt !== null && each.at(-1)?.supersededAt === null)
		).toBe(true);
		expect(lines('sessions').some(({ voidReason }) => voidReason === 'twice')).toBe(true);
		expect(lines('sessions').some(({ kind, minutes }) => kind === 'day-total' && minutes === 200)).toBe(true);
		expect(lines('sessions').some(({ state }) => state === 'running')).toBe(true);
		expect(Object.keys(lines('sessions')[0] ?? {})).toEqual(
			expect.arrayContaining(['violent', 'aftermath', 'violentMaterialWeek', 'workType'])
		);
	});

	it('opens answers, scores and concerns for her, and her words', () => {
		const index = lines('check-ins').findLast(({ instrument, skipped }) => instrument === 'who5' && skipped === false);
		expect(index).toMatchObject({ answers: [1, 2, 1, 1, 1], scores: ['Wellbeing: 24 (very low)'] });
		expect(lines('check-ins').some(({ concern }) => concern !== null)).toBe(true);
		expect(lines('words')).toContainEqual(expect.objectContaining({ text: 'A long week, but the sea was calm.' }));
	});

	it('names who acted towards her, and nobody else', () => {
		const all = Object.values(archive).join('\n');
		expect(all).toContain('Mara Voss');
		for (const stranger of ['Sol Marsh', 'Bea Lund', 'Wen Alder', 'Tomas Reed'])
			expect([stranger, all.includes(stranger)]).toEqual([stranger, false]);
	});

	it('explains each file, and what is not in it', () => {
		const readme = archive['README.txt'] ?? '';
		for (const { name } of files) expect(readme).toContain(`\r\n${name}\r\n`);
		for (const what of leftOut.keys()) expect(readme).toContain(what);
		expect(readme).toContain('Ines Calder');
	});
});

describe('what it does not hold', () => {
	/** Every id that stands in a row about somebody else, and their addresses: derived from the schema, whatever tables there will be. */
	function planted(): string[] {
		const ofOthers = tablesOf(db).flatMap(({ name, columns }) => {
			const owner = columns.find((column) => column.name === 'person_id');
			const id = columns.find((column) => column.name === 'id' && column.type.toLowerCase() === 'text');
			if (!owner || !id) return [];
			return db.$client.prepare<[string], string>(`select id from "${name}" where person_id <> ?`).pluck().all(ines.id);
		});
		const others = db.$client.prepare<[string], { id: string; email: string }>('select id, email from people where id <> ?').all(ines.id);
		return [...ofOthers, ...others.flatMap(({ id, email }) => [id, email])];
	}

	it('has nothing of anybody else: no id of a row of theirs, and no address', () => {
		const secrets = planted();
		expect(secrets.length).toBeGreaterThan(100);
		const all = Object.values(archive).join('\n');
		expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
	});

	it('finds what is planted: of somebody else the same ids do stand in theirs', async () => {
		const secrets = planted();
		const theirs = Object.values(await unpacked(db, viewerNamed('Wen Alder'))).join('\n');
		expect(secrets.some((secret) => theirs.includes(secret))).toBe(true);
	});

	it('does not tell Jonas that Ines passed him over, nor Mara about whom her messages were', async () => {
		expect(lines('passed-over').map(({ excluded }) => excluded)).toEqual(['Jonas Pike']);
		for (const name of ['Jonas Pike', 'Mara Voss', 'Edda Quill']) {
			const theirs = await unpacked(db, viewerNamed(name));
			expect([name, Object.values(theirs).join('\n').includes('Ines Calder')]).toEqual([name, false]);
		}
	});

	it('does not tell Mara why a message to her was left off: passed over reads like any other reason', async () => {
		const [over, done] = ['Mara Voss', 'Edda Quill'].map((name) => viewerNamed(name).id);
		const insert = db.$client.prepare(
			`insert into messages (id, alert_id, level, recipient_id, channel, n, urgent, state, due_at, problem, created_at, tried_since, ended_at)
			select ?, id, 9, ?, 'email', 1, 0, 'dropped', @now, ?, @now, @now, @now from alerts limit 1`
		);
		insert.run('left-off-1', over, 'passed-over', { now });
		insert.run('left-off-2', done, 'in-hand', { now });
		const line = async (name: string, id: string) => {
			const messages = JSON.parse((await unpacked(db, viewerNamed(name)))['json/messages-to-me.json'] ?? '[]') as Line[];
			return { ...messages.find((each) => each.id === id), id: '' };
		};
		const marasLine = await line('Mara Voss', 'left-off-1');
		expect(marasLine).toMatchObject({ state: 'dropped' });
		expect(marasLine).toEqual(await line('Edda Quill', 'left-off-2'));
	});

	it('has no password and no token, hashed or not', () => {
		const all = Object.values(archive).join('\n');
		expect(all).not.toContain('argon2');
		const hashes = db.$client.prepare<[], string>('select id_hash from sign_ins union select token_hash from invitations').pluck().all();
		expect(hashes.filter((hash) => all.includes(hash))).toEqual([]);
	});
});

describe('a spreadsheet', () => {
	it.each([
		['=1+2', `"'=1+2"`],
		['+44 20', `"'+44 20"`],
		['-1', `"'-1"`],
		['@SUM(A1)', `"'@SUM(A1)"`],
		['\t=1', `"'\t=1"`],
		['  =1', `"'  =1"`],
		['＝1', `"'＝1"`],
		['\r\n', `"'\r\n"`],
		['say "no"', `"say ""no"""`],
		['a, b', '"a, b"'],
		['fine - really', '"fine - really"']
	])('takes %j for no formula', (text, cell) => expect(csvLine([text])).toBe(`${cell}\r\n`));

	it('keeps numbers as numbers, lists readable and what is not there empty', () => {
		expect(csvLine([-4.5, true, null, ['blur', 'muted'], { items: ['talk'] }])).toBe(
			'-4.5,true,,"blur; muted","{""items"":[""talk""]}"\r\n'
		);
	});

	it('gets the chat name of hers with an apostrophe, and a program as it is', () => {
		expect(archive['csv/how-i-am-told.csv']).toContain(`"'=1+2"`);
		expect(lines('how-i-am-told')).toEqual([expect.objectContaining({ chat: 'digest', chatName: '=1+2' })]);
	});
});

describe('taking it along', () => {
	it('is noted in the audit trail without saying more', () => {
		const entries = db.$client.prepare<[], Line>(
			`select actor_id as actor, subject_id as subject, detail from audit_entries where action = 'export.own-archive'`
		);
		expect(entries.all()).toContainEqual({ actor: ines.id, subject: ines.id, detail: null });
	});

	it('goes one at a time, and ends where the browser goes away', async () => {
		const first = ownArchive(db, ines, now);
		await first.next();
		expect(() => ownArchive(db, ines, now)).toThrow('on its way already');
		await first.return();
		const second = ownArchive(db, ines, now);
		await second.next();
		await second.return();
		// One that nobody ever started to take keeps nobody waiting.
		await ownArchive(db, ines, now).return();
		expect(Object.keys(await unpacked(db, ines))).toHaveLength(files.length * 2 + 1);
	});

	it('needs a ticket of one’s own that is no older than a minute', () => {
		const ticket = ticketFor(db, ines, 'her phone', now);
		expect(takeTicket(db, ines, 'her phone', ticket, now + ticketMs)).toBe(false);
		expect(takeTicket(db, viewerNamed('Wen Alder'), 'her phone', ticket, now)).toBe(false);
		for (const forged of ['', '.', `${now + 1e9}.${ticket.split('.')[1]}`, `${ticket}0`])
			expect(takeTicket(db, ines, 'her phone', forged, now)).toBe(false);
		expect(takeTicket(db, ines, 'her phone', ticket, now + ticketMs - 1)).toBe(true);
	});

	it('takes a ticket once, and in the sign-in in which the password was typed', () => {
		const ticket = ticketFor(db, ines, 'her phone', now + 1);
		expect(takeTicket(db, ines, 'her desk', ticket, now + 2)).toBe(false);
		expect(takeTicket(db, ines, 'her phone', ticket, now + 2)).toBe(true);
		expect(takeTicket(db, ines, 'her phone', ticket, now + 3)).toBe(false);
		// The password typed once more is another time.
		expect(takeTicket(db, ines, 'her phone', ticketFor(db, ines, 'her phone', now + 4), now + 5)).toBe(true);
	});
});

describe('with 100,000 sessions', () => {
	it('holds a few hundred of them at a time: memory stays flat', { timeout: 240_000 }, async () => {
		setFlagsFromString('--expose_gc');
		const collect = runInNewContext('gc') as () => void;
		const used = () => {
			collect();
			const { heapUsed, external } = process.memoryUsage();
			return (heapUsed + external) / 1e6;
		};
		const large = memoryDb();
		const [personId = ''] = crowd(large, 1, 0);
		const viewer = findViewer(large, personId);
		if (!viewer) throw new Error('nobody');
		const sessions = 100_000;
		withTx(large, () => {
			for (let n = 0; n < sessions; n++) {
				const start = n * 1_200_000;
				const times = { start, end: start + 600_000, recordedAt: start + 600_000, counts: true };
				insertVersion(large, {
					...{
						...firstVersion(personId, `session-${n}`),
						kind: 'session',
						state: 'ended',
						...times,
						private: { violent: 'no', aftermath: 3 }
					}
				});
			}
		});
		const found = { lines: 0, first: Infinity, most: 0 };
		const unzip = new Unzip((file) => {
			file.ondata = (fault, piece) => {
				if (fault) throw fault;
				if (file.name === 'json/sessions.json') found.lines += piece.reduce((sum, byte) => sum + Number(byte === 10), 0);
			};
			file.start();
		});
		unzip.register(UnzipInflate);
		let pieces = 0;
		for await (const piece of ownArchive(large, viewer, now)) {
			unzip.push(piece);
			if (++pieces % 100 !== 0) continue;
			found.most = Math.max(found.most, used());
			found.first = Math.min(found.first, found.most);
		}
		// Brackets stand on lines of their own.
		expect(found.lines).toBe(sessions + 2);
		expect(pieces).toBeGreaterThan(200);
		// All of it is 65 MB of text. On a busy machine more of it lies in between.
		expect(found.most - found.first).toBeLessThan(40);
		large.$client.close();
		large.keys.close();
	});
});
