import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	closeSync,
	cpSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
	writeSync
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { root, serverFlags } from '../../src/cli/install.mjs';
import { cast } from '../support/cast.ts';
import { send, startApp, startInVain, temporaryFolder, type App } from '../support/app.ts';

/** What is in a folder, byte for byte. */
function fingerprint(folder: string): Record<string, string> {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	return Object.fromEntries(
		files.map((entry) => [
			entry.name,
			createHash('sha256')
				.update(readFileSync(join(entry.parentPath, entry.name)))
				.digest('hex')
		])
	);
}

let left: Promise<string> | undefined;

/** A data folder that a server used and left in good order: a copy of one, which is the same for all of them. */
async function used(): Promise<string> {
	const folder = await (left ??= usedOnce());
	const copy = temporaryFolder();
	cpSync(folder, copy, { recursive: true });
	return copy;
}

async function usedOnce(): Promise<string> {
	const app = await startApp();
	expect(await app.stop()).toBe(0);
	return app.dataDir;
}

/** Opens the database of a stopped server. */
function change(dataDir: string, work: (db: Db) => void): void {
	const db = openDatabase(dataDir, '', 'drizzle');
	work(db);
	db.$client.close();
	db.keys.close();
}

function addPersonKey(dataDir: string): void {
	change(dataDir, ({ keys }) => void keys.personKey('somebody'));
}

async function expectRefusal(dataDir: string, sentence: RegExp, env: Record<string, string> = {}): Promise<void> {
	const before = fingerprint(dataDir);
	const { status, stdout, stderr } = await startInVain({ dataDir, env });
	expect(stderr).toMatch(sentence);
	expect(stderr.trimEnd().split('\n'), stderr).toHaveLength(1);
	expect(stdout).toBe('');
	expect(status).toBe(1);
	expect(fingerprint(dataDir)).toEqual(before);
}

describe('a server', () => {
	let app: App;

	beforeAll(async () => {
		app = await startApp();
	});

	test('says where it is, and on an empty database how to set it up', async () => {
		expect(app.output()).toContain(`Breakwater is ready: ${app.url}`);
		expect(app.setupLink).not.toBeNull();
		expect((await send(String(app.setupLink), { headers: { accept: 'text/html' } })).status).toBe(200);
	});

	test('tells a second one on the same port in one line that it is taken', async () => {
		const { status, stderr } = await startInVain({ env: { PORT: new URL(app.url).port } });
		expect(stderr).toMatch(/^Port \d+ of localhost is in use/);
		expect(stderr.trimEnd().split('\n')).toHaveLength(1);
		expect(status).toBe(1);
	});

	test('stops on SIGTERM with status 0, at once where nothing is running, and starts again', async () => {
		expect((await send(app.url)).status).toBeLessThan(500);
		const from = Date.now();
		expect(await app.stop()).toBe(0);
		expect(Date.now() - from).toBeLessThan(5000);
		await app.restart();
		expect((await send(app.url)).status).toBeLessThan(500);
		expect(await app.stop()).toBe(0);
	});

	test('leaves its files to their owner, encrypted from the first byte', async () => {
		const files = readdirSync(app.dataDir);
		expect(files).toEqual(expect.arrayContaining(['breakwater.db', 'database.key', 'person-keys.db']));
		if (process.platform !== 'win32') expect(statSync(join(app.dataDir, 'database.key')).mode & 0o777).toBe(0o600);
		for (const name of files) {
			const content = readFileSync(join(app.dataDir, name));
			expect(content.subarray(0, 15).toString('latin1'), name).not.toBe('SQLite format 3');
			for (const word of ['CREATE TABLE', 'exposures', 'person_keys']) expect(content.includes(word), `${word} in ${name}`).toBe(false);
		}
	});

	test('starts after being killed at once', async () => {
		const killed = await startApp();
		await killed.kill();
		await killed.restart();
		expect((await send(killed.url)).status).toBeLessThan(500);
		await killed.stop();
	});
});

describe('a server that cannot start says so in one line, ends with status 1 and changes nothing:', () => {
	test('another key', async () => {
		const dataDir = await used();
		await expectRefusal(dataDir, /wrong key/, { DATABASE_KEY: '0f'.repeat(32) });
		writeFileSync(join(dataDir, 'database.key'), 'a1'.repeat(32));
		await expectRefusal(dataDir, /wrong key/);
	});

	test('no key', async () => {
		const dataDir = await used();
		rmSync(join(dataDir, 'database.key'));
		await expectRefusal(dataDir, /key of the database is missing/);
	});

	test('a malformed key', async () => {
		const dataDir = await used();
		await expectRefusal(dataDir, /64 hexadecimal digits/, { DATABASE_KEY: 'secret' });
		writeFileSync(join(dataDir, 'database.key'), '');
		await expectRefusal(dataDir, /64 hexadecimal digits/);
	});

	// The first page, one in the middle, the last one.
	test.each([0, 0.5, 0.99])('a database with bytes overwritten at %f of its length', async (part) => {
		const dataDir = await used();
		const file = join(dataDir, 'breakwater.db');
		const at = Math.floor(statSync(file).size * part);
		const handle = openSync(file, 'r+');
		writeSync(handle, Buffer.alloc(64, 'x'), 0, 64, at + 100);
		closeSync(handle);
		await expectRefusal(dataDir, /damaged|wrong key/);
	});

	test('a database cut short', async () => {
		const dataDir = await used();
		const file = join(dataDir, 'breakwater.db');
		truncateSync(file, Math.floor(statSync(file).size / 2));
		await expectRefusal(dataDir, /damaged|wrong key|cannot be opened/);
	});

	test('something else in the place of the database', async () => {
		const dataDir = await used();
		writeFileSync(join(dataDir, 'breakwater.db'), 'Dear diary, this is no database at all. '.repeat(200));
		await expectRefusal(dataDir, /damaged|wrong key/);
	});

	test('damaged person keys', async () => {
		const dataDir = await used();
		writeFileSync(join(dataDir, 'person-keys.db'), Buffer.alloc(8192, 'x'));
		await expectRefusal(dataDir, /person keys/);
	});

	test.each(['breakwater.db', 'person-keys.db'])('a key, and a %s that is not encrypted', async (name) => {
		const dataDir = await used();
		rmSync(join(dataDir, name));
		const plain = new Database(join(dataDir, name));
		plain.exec('create table people (name text)');
		plain.close();
		await expectRefusal(dataDir, /is not encrypted, and Breakwater opens encrypted files alone/);
		const key = readFileSync(join(dataDir, 'database.key'), 'utf8').trim();
		rmSync(join(dataDir, 'database.key'));
		await expectRefusal(dataDir, /is not encrypted/, { DATABASE_KEY: key });
	});

	test('person keys gone', async () => {
		const dataDir = await used();
		rmSync(join(dataDir, 'person-keys.db'));
		await expectRefusal(dataDir, /person keys/);
	});

	test('person keys emptied to nothing', async () => {
		const dataDir = await used();
		truncateSync(join(dataDir, 'person-keys.db'), 0);
		await expectRefusal(dataDir, /person keys are missing/);
	});

	test('person keys of an earlier day', async () => {
		const dataDir = await used();
		const early = readFileSync(join(dataDir, 'person-keys.db'));
		change(dataDir, (db) => void cast(db, Date.UTC(2026, 10, 2)));
		writeFileSync(join(dataDir, 'person-keys.db'), early);
		await expectRefusal(dataDir, /^The person keys in .* lack those of \d+ of \d+ people: put the file back/);
	});

	test('a database emptied to nothing, where there are person keys', async () => {
		const dataDir = await used();
		addPersonKey(dataDir);
		truncateSync(join(dataDir, 'breakwater.db'), 0);
		await expectRefusal(dataDir, /breakwater\.db/);
	});

	test('a database gone, where there are person keys', async () => {
		const dataDir = await used();
		addPersonKey(dataDir);
		renameSync(join(dataDir, 'breakwater.db'), join(dataDir, 'elsewhere.db'));
		await expectRefusal(dataDir, /breakwater\.db/);
	});

	test('a database of a newer version', async () => {
		const dataDir = await used();
		change(dataDir, ({ $client }) => {
			$client.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run('of-the-future', Date.UTC(2100, 0));
		});
		await expectRefusal(dataDir, /newer Breakwater/);
	});

	test('a file where the data folder should be', async () => {
		const folder = temporaryFolder();
		const file = join(folder, 'in-the-way');
		writeFileSync(file, 'not a folder');
		const { status, stderr } = await startInVain({ dataDir: file });
		expect(stderr).toMatch(/DATA_DIR/);
		expect(stderr.trimEnd().split('\n'), stderr).toHaveLength(1);
		expect(status).toBe(1);
		expect(readFileSync(file, 'utf8')).toBe('not a folder');
	});

	test('a folder where the database should be', async () => {
		const dataDir = temporaryFolder();
		mkdirSync(join(dataDir, 'breakwater.db'));
		const { status, stderr } = await startInVain({ dataDir, env: { DATABASE_KEY: '0f'.repeat(32) } });
		expect(stderr.trimEnd().split('\n'), stderr).toHaveLength(1);
		expect(stderr).toMatch(/breakwater\.db|person-keys\.db/);
		expect(status).toBe(1);
	});

	test.each([
		['PORT', '70000', /^The setting PORT must be at most 65535\.$/],
		['PORT', 'eighty', /^The setting PORT must be a whole number\.$/],
		['IDLE_MINUTES', '1', /^The setting IDLE_MINUTES must be at least 5\.$/],
		['SMTP_URL', 'smtps://mail.example.org', /^The setting MAIL_FROM must be a sender /],
		['WEBHOOK_URL', 'https://chat.example.org/hook', /^The setting WEBHOOK_SECRET must have 32 characters/],
		['ORIGIN', 'breakwater.example.org', /^The setting ORIGIN must be an address without a path/],
		['HOST', 'no.such.host.invalid', /^Nothing can listen on no\.such\.host\.invalid/]
	])('%s=%s', async (name, value, sentence) => {
		const dataDir = temporaryFolder();
		const { status, stderr } = await startInVain({ dataDir, env: { [name]: value } });
		expect(stderr.trimEnd()).toMatch(sentence);
		expect(stderr.trimEnd().split('\n')).toHaveLength(1);
		expect(status).toBe(1);
		expect(readdirSync(dataDir)).toEqual([]);
	});

	test('a port that some other program holds', async () => {
		const other = createServer().listen(0, 'localhost');
		await new Promise((resolve) => other.once('listening', resolve));
		const { port } = other.address() as AddressInfo;
		const { status, stderr } = await startInVain({ env: { PORT: String(port) } });
		other.close();
		expect(stderr).toMatch(/is in use/);
		expect(status).toBe(1);
	});
});

describe('a fault that nobody foresaw is told by its class, its code and its place, without what it says,', () => {
	const mark = 'zqxplanted';

	const expectFault = (output: string, fault: RegExp) => {
		expect(output).toMatch(/^Something happened that Breakwater does not expect\./m);
		expect(output).toMatch(fault);
		expect(output).toMatch(/^ {4}at /m);
		expect(output).not.toContain(mark);
	};

	/** Has a process throw at an event of its own. */
	const throwing = (event: string) => {
		const thrower = `process.on('${event}', () => { throw new RangeError(process.env.MARK, { cause: new TypeError(process.env.MARK) }); })`;
		return { MARK: mark, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(thrower)}` };
	};

	/** Its error quotes the words, one of which looks like a line of a stack. */
	const unreadable = async () => {
		const dataDir = await used();
		change(dataDir, (db) => {
			cast(db, Date.UTC(2026, 10, 2));
			db.$client.prepare('update organisation set help_lines = ?').run(`${mark} Ines Calder\n    at ${mark}`);
		});
		return dataDir;
	};

	test('as the server starts', async () => {
		const { status, stdout, stderr } = await startInVain({ dataDir: await unreadable() });
		expectFault(stderr, /^SyntaxError \(code: unknown\)$/m);
		expect([status, stdout]).toEqual([1, '']);
	});

	test.skipIf(process.platform === 'win32')('as it runs', async () => {
		const app = await startApp({ env: throwing('SIGUSR2') });
		process.kill(app.pid, 'SIGUSR2');
		await expect.poll(() => app.output()).toContain('TypeError');
		expectFault(app.output(), /^RangeError \(code: unknown\)\n( {4}at .+\n)+caused by TypeError \(code: unknown\)\n {4}at /m);
		expect(await app.stop()).toBe(1);
	});

	test.each(['audit-verify', 'keys-rotate', 'records', 'replay'])('in the command %s', (command) => {
		const { status, stderr } = spawnSync(process.execPath, [...serverFlags, join(root, 'src', 'cli', `${command}.ts`), '--help'], {
			...{ cwd: root, encoding: 'utf8', env: { ...process.env, ...throwing('beforeExit') } }
		});
		expectFault(stderr, /^RangeError \(code: unknown\)$/m);
		expect(status).toBe(1);
	});
});
