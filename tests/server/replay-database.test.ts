import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '#lib/server/db/connection.ts';
import { exceed, HOUR, monday } from '../support/alerting.ts';
import { temporaryFolder } from '../support/app.ts';
import { cast } from '../support/cast.ts';

const program = fileURLToPath(new URL('../../src/cli/replay.ts', import.meta.url));

function compare(dataDir: string, env: Record<string, string> = {}) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--database'], {
		encoding: 'utf8',
		env: { ...process.env, DATABASE_KEY: '', DATA_DIR: dataDir, ...env }
	});
	return { status, out: stdout, error: stderr };
}

/** A database in which Ines exceeded the limit of a day; `work` may do more before it is closed. */
function database(work: (db: ReturnType<typeof openDatabase>) => void = () => {}): string {
	const dataDir = temporaryFolder('compared');
	const db = openDatabase(dataDir, '', 'drizzle');
	exceed(db, cast(db, monday).ines, monday + HOUR);
	work(db);
	db.$client.close();
	db.keys.close();
	return dataDir;
}

const agreed = '5 findings and 1 alert event agree.\n';
const files = (folder: string) =>
	Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));

describe('npm run -s replay -- --database', () => {
	test('says how much agrees, and changes nothing', () => {
		const dataDir = database();
		const before = files(dataDir);
		expect(compare(dataDir)).toEqual({ status: 0, out: '', error: agreed });
		expect(files(dataDir)).toEqual(before);
	});

	test('may be asked while a server is running on it, in the middle of a transaction', () => {
		database((db) => {
			db.$client.exec("begin immediate; delete from findings where rule = 'day-action'");
			expect(compare(db.$client.name.replace(/breakwater\.db$/, ''))).toEqual({ status: 0, out: '', error: agreed });
			db.$client.exec('rollback');
		});
	});

	test('prints what differs, and ends with status 1', () => {
		const dataDir = database((db) => db.$client.exec(`delete from findings where rule = 'day-action'`));
		const { status, out, error } = compare(dataDir);
		expect({ status, error }).toEqual({ status: 1, error: '4 findings and 1 alert event agree; 1 other does not.\n' });
		const [line = '', ...more] = out.trimEnd().split('\n');
		expect(more).toEqual([]);
		expect(JSON.parse(line)).toEqual({
			only: 'replay',
			at: new Date(monday + HOUR).toISOString(),
			person: expect.any(String) as string,
			rule: 'day-action',
			period: '2026-11-09',
			value: 420
		});
	});

	test('reads a database of no other version', () => {
		const versioned = (at: string) => compare(database((db) => db.$client.exec(`update __drizzle_migrations set created_at = ${at}`)));
		expect(versioned('created_at - 1')).toMatchObject({
			status: 1,
			out: '',
			error: expect.stringContaining('of an older Breakwater') as string
		});
		expect(versioned('created_at + 1')).toMatchObject({
			status: 1,
			out: '',
			error: expect.stringContaining('of a newer Breakwater') as string
		});
	});

	test('says in one line what is missing or does not fit', () => {
		const dataDir = database();
		const one = (answer: ReturnType<typeof compare>, words: string) => {
			expect({ status: answer.status, out: answer.out }).toEqual({ status: 1, out: '' });
			expect(answer.error).toContain(words);
			expect(answer.error.trimEnd()).not.toContain('\n');
		};
		one(compare(join(dataDir, 'nowhere')), 'check DATA_DIR');
		one(compare(dataDir, { DATABASE_KEY: 'ab'.repeat(32) }), 'wrong key');
		one(compare(dataDir, { DATABASE_KEY: 'short' }), 'DATABASE_KEY must hold 64 hexadecimal digits');
		one(compare(dataDir, { PORT: 'many' }), 'The setting PORT must be a whole number');
		rmSync(join(dataDir, 'person-keys.db'));
		one(compare(dataDir), 'There is no ');
		expect(readdirSync(dataDir)).not.toContain('person-keys.db');
	});
});
