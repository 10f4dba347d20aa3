import type Database from 'better-sqlite3';
import { openEncrypted } from '#lib/server/db/cipher.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { withTx } from '#lib/server/db/tx.ts';
import { filesOf } from '#lib/server/db/opening.ts';
import { readSecret } from '#lib/server/keys.ts';
import { keyOfStore } from '#lib/server/person-keys.ts';

/** All rows of all tables, so that a test can go back to them. */
export type Stored = Map<string, unknown[][]>;

/** Changes by time alone: when a sign-in was last used. */
const passing = ['sign_ins'];
const uncounted = ['access_entries', 'clocks', 'leases', 'sign_in_failures', 'watches'];

const noted = ['sign-in.failed', 'sign-in.wrong-password', 'key.destroyed'];

/** Alarms come and go by themselves: what counts is whether somebody put one away (the last column). That a password was wrong is noted, and, up to a minute after an erasure, that the key is destroyed. */
function counted(name: string, rows: unknown[][]): unknown[][] {
	if (name === 'alarms') return rows.filter((row) => row.at(-1) !== null);
	return name === 'audit_entries' ? rows.filter((row) => !noted.some((action) => row.includes(action))) : rows;
}

/** Of rows that were compared before: what does not change is not written out again. */
const written = new WeakMap<unknown[][], string>();
function textOf(rows: unknown[][]): string {
	let text = written.get(rows);
	if (text === undefined) written.set(rows, (text = JSON.stringify(rows)));
	return text;
}

function same(rows: unknown[][], had: unknown[][] = []): boolean {
	return rows.length === had.length && textOf(rows) === textOf(had);
}

/** What is stored now. */
export function storedIn(db: Db): Stored {
	return new Map(tablesOf(db).map((name) => [name, rowsOf(db, name)]));
}

/**
 * How many rows each table has gained (or lost) since `before`; `changed` counts those where only the content is another.
 * Where clocks stand, who looked, how often a password was wrong and what Breakwater notes of itself does not count: nobody typed it.
 * @returns nothing at all where nothing was stored
 */
export function gained(before: Stored, now: Stored): Record<string, number | 'changed'> {
	const found: Record<string, number | 'changed'> = {};
	for (const [name, all] of [...now].filter(([table, rows]) => !uncounted.includes(table) && !same(rows, before.get(table)))) {
		const [had, rows] = [counted(name, before.get(name) ?? []), counted(name, all)];
		if (rows.length !== had.length) found[name] = rows.length - had.length;
		else if (!passing.includes(name) && !same(rows, had)) found[name] = 'changed';
	}
	return found;
}

/** Another number as soon as anybody else has written anything to the file since it was last asked. */
export function writesOf(db: Db): number {
	return db.$client.pragma('data_version', { simple: true }) as number;
}

/** Puts everything back as it was, past the triggers that refuse it to the program. */
export function putBack(db: Db, before: Stored): void {
	const sqlite = db.$client;
	const triggers = sqlite.prepare<[], { name: string; sql: string }>(`select name, sql from sqlite_schema where type = 'trigger'`).all();
	sqlite.pragma('foreign_keys = off');
	withTx(db, () => {
		const now = storedIn(db);
		const others = [...before].filter(([name, rows]) => !same(rows, now.get(name)));
		const guarded = triggers.filter(({ sql }) => others.some(([name]) => new RegExp(`\\bON ${name}\\b`).test(sql)));
		for (const { name } of guarded) sqlite.exec(`drop trigger "${name}"`);
		for (const [name, rows] of others) {
			sqlite.exec(`delete from "${name}"`);
			const [first] = rows;
			if (!first) continue;
			const insert = sqlite.prepare(`insert into "${name}" values (${first.map(() => '?').join(', ')})`);
			for (const row of rows) insert.run(row);
		}
		for (const { sql } of guarded) sqlite.exec(sql);
	});
	sqlite.pragma('foreign_keys = on');
}

/**
 * Notes the person keys beside a database. Returns how to bring back those that an erasure has destroyed since: the server takes somebody whose key is
 * destroyed for erased, and within a minute erases them again.
 */
export function keysIn(dataDir: string): () => void {
	const { personKeys } = filesOf(dataDir);
	const secret = readSecret(dataDir, '');
	if (!secret) throw new Error('there must be a secret');
	const within = <T>(use: (store: Database.Database) => T): T => {
		const store = openEncrypted(personKeys, [keyOfStore(secret)], { timeout: 5_000 }).client;
		try {
			return use(store);
		} finally {
			store.close();
		}
	};
	const before = within((store) => store.prepare<[], [Buffer, string]>('select wrapped, person_id from person_keys').raw().all());
	return () =>
		within((store) => {
			if (store.prepare('select 1 from person_keys where wrapped is null').get() === undefined) return;
			const bringBack = store.prepare('update person_keys set wrapped = ? where person_id = ? and wrapped is null');
			for (const row of before) bringBack.run(...row);
		});
}

function tablesOf(db: Db): string[] {
	const all = db.$client.prepare<[], { name: string }>(`select name from sqlite_schema where type = 'table' order by name`).all();
	return all.map(({ name }) => name).filter((name) => !name.startsWith('sqlite_') && name !== '__drizzle_migrations');
}

function rowsOf(db: Db, table: string): unknown[][] {
	return db.$client.prepare(`select * from "${table}"`).raw().all() as unknown[][];
}
