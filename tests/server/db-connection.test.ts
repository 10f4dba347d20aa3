import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, wrap, type Db } from '#lib/server/db/connection.ts';
import { employers } from '#lib/server/db/schema/organisation.ts';
import { submissions } from '#lib/server/db/schema/people.ts';
import { firstTime, forgetSubmissions, grouped, isFull, withTx } from '#lib/server/db/tx.ts';
import { memoryKeys } from '#lib/server/keys.ts';
import { CannotOpen, Refusal } from '#lib/server/refusal.ts';
import { cast } from '../support/cast.ts';

let folder: string;
let open: Db[];

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'breakwater-connection-'));
	open = [];
});
afterEach(() => {
	for (const db of open) {
		db.$client.close();
		db.keys.close();
	}
	rmSync(folder, { recursive: true, force: true });
});

function onDisk(): Db {
	const db = openDatabase(folder, '', 'drizzle');
	open.push(db);
	return db;
}

function inMemory(): Db {
	const db = wrap(new Database(':memory:'), memoryKeys());
	migrate(db, { migrationsFolder: 'drizzle' });
	open.push(db);
	return db;
}

const kinds: [string, () => Db][] = [
	['on disk', onDisk],
	['in memory', inMemory]
];

const employer = (id: string) => ({ id, name: `Employer ${id}`, createdAt: 0 });
const names = (db: Db) =>
	db
		.select({ id: employers.id })
		.from(employers)
		.all()
		.map(({ id }) => id);

describe.each(kinds)('a database %s', (kind, make) => {
	test('has every PRAGMA that durability and integrity rest on', () => {
		const read = (name: string) => db.$client.pragma(name, { simple: true });
		const db = make();
		expect(read('journal_mode')).toBe(kind === 'on disk' ? 'wal' : 'memory');
		expect(read('synchronous')).toBe(2);
		expect(read('foreign_keys')).toBe(1);
		expect(read('busy_timeout')).toBe(5000);
		expect(read('trusted_schema')).toBe(0);
		expect(read('temp_store')).toBe(2);
	});

	test('stores nothing of a transaction that throws', () => {
		const db = make();
		const failing = () =>
			withTx(db, () => {
				db.insert(employers).values(employer('first')).run();
				throw new Error('the second step failed');
			});
		expect(failing).toThrow('the second step failed');
		expect(names(db)).toEqual([]);
		expect(db.$client.inTransaction).toBe(false);
	});

	test('stores all of a transaction, and what a transaction inside it wrote', () => {
		const db = make();
		const result = withTx(db, () => {
			db.insert(employers).values(employer('outer')).run();
			return withTx(db, () => db.insert(employers).values(employer('inner')).returning({ id: employers.id }).get().id);
		});
		expect(result).toBe('inner');
		expect(names(db).sort()).toEqual(['inner', 'outer']);
	});

	test('rolls the outer transaction back when the inner one throws', () => {
		const db = make();
		const failing = () =>
			withTx(db, () => {
				db.insert(employers).values(employer('outer')).run();
				withTx(db, () => {
					db.insert(employers).values(employer('inner')).run();
					throw new Error('inside');
				});
			});
		expect(failing).toThrow('inside');
		expect(names(db)).toEqual([]);
	});

	test('undoes the inner transaction alone where the outer one goes on without it', () => {
		const db = make();
		withTx(db, () => {
			db.insert(employers).values(employer('outer')).run();
			const inner = () =>
				withTx(db, () => {
					db.insert(employers).values(employer('inner')).run();
					throw new Error('inside');
				});
			expect(inner).toThrow('inside');
		});
		expect(names(db)).toEqual(['outer']);
	});

	test('refuses an asynchronous body: in the type, and at run time without storing anything', () => {
		const db = make();
		const asynchronous = () =>
			// @ts-expect-error a Promise is not a result of a transaction
			withTx(db, async () => {
				db.insert(employers).values(employer('early')).run();
				await Promise.resolve();
			});
		expect(asynchronous).toThrow(/promise/i);
		expect(names(db)).toEqual([]);
	});

	test('has the write lock from the first line of a transaction on', () => {
		const db = make();
		expect(withTx(db, () => db.$client.inTransaction)).toBe(true);
	});

	test('takes a form once, however often it is sent', () => {
		const db = make();
		const form = 'c3b2c0de-0000-4000-8000-000000000001';
		expect(firstTime(db, form, null, 1000)).toBe(true);
		expect(firstTime(db, form, null, 2000)).toBe(false);
		expect(firstTime(db, 'c3b2c0de-0000-4000-8000-000000000002', null, 2000)).toBe(true);
	});

	test('takes a form again whose transaction failed', () => {
		const db = make();
		const form = 'c3b2c0de-0000-4000-8000-000000000003';
		const failing = () =>
			withTx(db, () => {
				firstTime(db, form, null, 1000);
				throw new Error('later');
			});
		expect(failing).toThrow('later');
		expect(firstTime(db, form, null, 2000)).toBe(true);
	});

	test('forgets form ids after a week', () => {
		const db = make();
		firstTime(db, 'c3b2c0de-0000-4000-8000-000000000004', null, 0);
		const week = 7 * 86_400_000;
		expect(forgetSubmissions(db, week)).toBe(0);
		expect(forgetSubmissions(db, week + 1)).toBe(1);
		expect(db.select().from(submissions).all()).toEqual([]);
	});

	test('answers "full" when there is no room, keeps what was there, and goes on once there is room, without reopening', () => {
		const db = make();
		withTx(db, () => void db.insert(employers).values(employer('before')).run());
		const pages = Number(db.$client.pragma('page_count', { simple: true }));
		db.$client.pragma(`max_page_count = ${pages}`);
		const tooMuch = () =>
			withTx(db, () => {
				db.insert(employers).values(employer('small')).run();
				db.insert(employers)
					.values({ id: 'large', name: 'x'.repeat(1_000_000), createdAt: 0 })
					.run();
			});
		expect(tooMuch).toThrow(expect.objectContaining({ name: 'Refusal', kind: 'full' }));
		expect(db.$client.inTransaction).toBe(false);
		expect(names(db)).toEqual(['before']);

		db.$client.pragma('max_page_count = 1000000');
		expect(tooMuch).not.toThrow();
		expect(names(db).sort()).toEqual(['before', 'large', 'small']);
	});

	test('knows a full disk inside a nested transaction too', () => {
		const db = make();
		db.$client.pragma(`max_page_count = ${Number(db.$client.pragma('page_count', { simple: true }))}`);
		const nested = () =>
			withTx(db, () =>
				withTx(
					db,
					() =>
						void db
							.insert(employers)
							.values({ id: 'l', name: 'x'.repeat(1_000_000), createdAt: 0 })
							.run()
				)
			);
		expect(nested).toThrow(Refusal);
		expect(names(db)).toEqual([]);
	});
});

describe.each(kinds)('a group of transactions, %s', (_, make) => {
	const add = (db: Db, id: string) => grouped(db, () => void db.insert(employers).values(employer(id)).run());

	test('runs in the order in which it arrived, and gives everybody their own result', async () => {
		const db = make();
		const order: number[] = [];
		const results = await Promise.all([1, 2, 3].map((n) => grouped(db, () => (order.push(n), withTx(db, () => n * 10)))));
		expect(order).toEqual([1, 2, 3]);
		expect(results).toEqual([10, 20, 30]);
	});

	test('undoes what failed, and nothing else', async () => {
		const db = make();
		const failing = grouped(db, () => {
			withTx(db, () => void db.insert(employers).values(employer('half done')).run());
			throw new Refusal('conflict', 'not like that');
		});
		const outcomes = await Promise.allSettled([add(db, 'first'), failing, add(db, 'last')]);
		expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
		await expect(failing).rejects.toMatchObject({ kind: 'conflict' });
		expect(names(db).sort()).toEqual(['first', 'last']);
	});

	test('undoes a constraint that was broken, and nothing else', async () => {
		const db = make();
		const outcomes = await Promise.allSettled([add(db, 'same'), add(db, 'same'), add(db, 'other')]);
		expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
		expect(names(db).sort()).toEqual(['other', 'same']);
	});

	test('stores nothing of anybody where the commit fails, and says so to everybody who had done their work', async () => {
		const db = make();
		db.$client.exec(`create table waits (id text references employers (id) deferrable initially deferred)`);
		const dangling = grouped(db, () => void db.$client.prepare(`insert into waits values ('nobody')`).run());
		const outcomes = await Promise.allSettled([add(db, 'first'), dangling, add(db, 'last')]);
		expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
		expect(db.$client.inTransaction).toBe(false);
		expect(names(db)).toEqual([]);
		await add(db, 'afterwards');
		expect(names(db)).toEqual(['afterwards']);
	});

	test('refuses an asynchronous body, in the type and at run time, without storing anything of it', async () => {
		const db = make();
		// @ts-expect-error a Promise is not a result of a transaction
		const asynchronous = grouped(db, async () => {
			db.insert(employers).values(employer('early')).run();
			await Promise.resolve();
		});
		await Promise.allSettled([asynchronous, add(db, 'beside it')]);
		await expect(asynchronous).rejects.toThrow(/promise/i);
		expect(names(db)).toEqual(['beside it']);
	});

	test('takes what arrives meanwhile into the next group', async () => {
		const db = make();
		let second: Promise<void> | undefined;
		await grouped(db, () => void (second = add(db, 'second')));
		await second;
		expect(names(db)).toEqual(['second']);
	});

	test('runs everything in the asynchronous context it came from', async () => {
		const db = make();
		const context = new AsyncLocalStorage<string>();
		const seen = ['ines', 'tomas'].map((name) => context.run(name, () => grouped(db, () => context.getStore())));
		expect(await Promise.all(seen)).toEqual(['ines', 'tomas']);
	});
});

test('a group on a full disk: everybody whose work is gone is told, and what follows is stored once there is room', async () => {
	const db = onDisk();
	const add = (id: string, length: number) =>
		grouped(
			db,
			() =>
				void db
					.insert(employers)
					.values({ id, name: id.padEnd(length), createdAt: 0 })
					.run()
		);
	db.$client.pragma(`max_page_count = ${Number(db.$client.pragma('page_count', { simple: true }))}`);
	const outcomes = await Promise.allSettled([add('small', 10), add('large', 1_000_000), add('small too', 10)]);
	const stored = names(db).sort();
	for (const [index, id] of ['small', 'large', 'small too'].entries()) {
		const outcome = outcomes[index];
		expect(outcome?.status, id).toBe(stored.includes(id) ? 'fulfilled' : 'rejected');
		if (outcome?.status === 'rejected') expect(outcome.reason).toMatchObject({ kind: 'full' });
	}
	expect(stored).not.toContain('large');
	db.$client.pragma('max_page_count = 1000000');
	await add('afterwards', 10);
	expect(names(db)).toContain('afterwards');
});

test('nobody of a group is answered before it is on disk: another connection sees it by then, and one write serves all', async () => {
	const db = onDisk();
	const other = openDatabase(folder, '', 'drizzle');
	open.push(other);
	const version = () => Number(other.$client.pragma('data_version', { simple: true }));
	const before = version();
	const seen = ['first', 'second', 'third'].map(async (id) => {
		await grouped(db, () => {
			db.insert(employers).values(employer(id)).run();
			expect(names(other), 'not before the commit').toEqual([]);
		});
		return { stored: names(other).sort(), version: version() };
	});
	const answers = await Promise.all(seen);
	for (const { stored } of answers) expect(stored).toEqual(['first', 'second', 'third']);
	expect(new Set(answers.map((answer) => answer.version)).size).toBe(1);
	expect(answers[0]?.version).not.toBe(before);
});

test.each([
	['SQLITE_FULL', true],
	['SQLITE_IOERR_WRITE', true],
	['SQLITE_IOERR_SHMSIZE', true],
	['ENOSPC', true],
	['SQLITE_CONSTRAINT_UNIQUE', false],
	['SQLITE_CORRUPT', false]
])('%s counts as a full disk: %s', (code, full) => {
	expect(isFull(Object.assign(new Error(), { code }))).toBe(full);
});

test('a refusal and a constraint go through a transaction as they are', () => {
	const db = inMemory();
	const refusal = new Refusal('conflict', 'Somebody was quicker.');
	expect(() =>
		withTx(db, () => {
			throw refusal;
		})
	).toThrow(refusal);
	withTx(db, () => void db.insert(employers).values(employer('one')).run());
	expect(() => withTx(db, () => void db.insert(employers).values(employer('one')).run())).toThrow(
		expect.objectContaining({ code: 'SQLITE_CONSTRAINT_UNIQUE' })
	);
});

describe('the files', () => {
	const bytes = (name: string) => readFileSync(join(folder, name));

	test('are encrypted from the first byte and hold no word of what was stored', () => {
		const db = onDisk();
		withTx(db, () => void db.insert(employers).values({ id: 'planted', name: 'Wheelbarrow & Sons', createdAt: 0 }).run());
		db.$client.pragma('wal_checkpoint(TRUNCATE)');
		withTx(db, () => void db.insert(employers).values({ id: 'planted-2', name: 'Wheelbarrow & Daughters', createdAt: 0 }).run());
		db.keys.personKey('person-wheelbarrow');
		for (const name of ['breakwater.db', 'breakwater.db-wal', 'person-keys.db']) {
			const content = bytes(name);
			expect(content.length, name).toBeGreaterThan(0);
			expect(content.subarray(0, 15).toString('latin1'), name).not.toBe('SQLite format 3');
			for (const word of ['heelbarrow', 'employers', 'CREATE TABLE']) expect(content.includes(word), `${word} in ${name}`).toBe(false);
		}
	});

	test('open again with what was stored', () => {
		const first = onDisk();
		withTx(first, () => void first.insert(employers).values(employer('kept')).run());
		const key = first.keys.personKey('kept');
		first.$client.close();
		first.keys.close();
		open = [];
		const second = onDisk();
		expect(names(second)).toEqual(['kept']);
		expect(second.keys.personKey('kept').equals(key)).toBe(true);
	});

	test.runIf(process.platform !== 'win32')('keep the key to their owner', () => {
		onDisk();
		expect(statSync(join(folder, 'database.key')).mode & 0o777).toBe(0o600);
		expect(bytes('database.key').toString()).toMatch(/^[0-9a-f]{64}\n$/);
	});

	test.runIf(process.platform === 'linux')(
		'what is sorted stays in memory: no temporary file, while far more is sorted than the cache holds',
		() => {
			const db = onDisk();
			const sorted = db.$client.prepare<[], string>(
				`with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000)
			select 'heelbarrow' || hex(randomblob(150)) || i as word from n order by word`
			);
			const files = () =>
				readdirSync('/proc/self/fd').flatMap((handle) => {
					try {
						return [readlinkSync(`/proc/self/fd/${handle}`)];
					} catch {
						return [];
					}
				});
			const rows = sorted.pluck().iterate();
			rows.next();
			expect(files().filter((name) => name.includes('etilqs'))).toEqual([]);
			rows.return?.();
		}
	);

	describe('of person keys', () => {
		const keysFile = () => join(folder, 'person-keys.db');
		function closed(work: (db: Db) => void): void {
			const db = onDisk();
			work(db);
			db.$client.close();
			db.keys.close();
			open = [];
		}
		const account = (db: Db) => cast(db, Date.UTC(2026, 10, 2, 6));

		test('stay shut where the file is empty, and it is left as it is', () => {
			closed(account);
			truncateSync(keysFile(), 0);
			expect(onDisk).toThrow(/person keys are missing/);
			expect(statSync(keysFile()).size).toBe(0);
		});

		test('stay shut where a page is damaged', () => {
			closed((db) => {
				account(db);
				for (let n = 0; n < 200; n++) db.keys.personKey(`person ${n}`);
			});
			const content = bytes('person-keys.db');
			content.fill('x', content.length - 3000, content.length - 2900);
			writeFileSync(keysFile(), content);
			expect(onDisk).toThrow(/person keys/);
			expect(bytes('person-keys.db').equals(content)).toBe(true);
		});

		test('stay shut where somebody’s are lacking, instead of making new ones that open nothing', () => {
			closed(() => undefined);
			const early = bytes('person-keys.db');
			closed(account);
			const database = bytes('breakwater.db');
			writeFileSync(keysFile(), early);
			expect(onDisk).toThrow(/lack those of \d+ of \d+ people/);
			expect(bytes('person-keys.db').equals(early)).toBe(true);
			expect(bytes('breakwater.db').equals(database)).toBe(true);
		});
	});

	test('need no key file where the setting has the key', () => {
		open.push(openDatabase(folder, 'ab'.repeat(32), 'drizzle'));
		expect(existsSync(join(folder, 'database.key'))).toBe(false);
	});

	test('stay shut to a malformed key', () => {
		expect(() => openDatabase(folder, 'not hexadecimal', 'drizzle')).toThrow(CannotOpen);
		writeFileSync(join(folder, 'database.key'), 'nonsense');
		expect(() => openDatabase(folder, '', 'drizzle')).toThrow(CannotOpen);
		expect(existsSync(join(folder, 'breakwater.db'))).toBe(false);
	});
});
