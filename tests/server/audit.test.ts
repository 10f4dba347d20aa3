import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dismissAlarm } from '#lib/server/alarms.ts';
import { auditCommand } from '#lib/server/audit-command.ts';
import { startAuditExport, trailState } from '#lib/server/audit-export.ts';
import { exportedHeads, headOf, headsFile, lastHeld, noteHead } from '#lib/server/audit-heads.ts';
import { verifyTrail } from '#lib/server/audit-verify.ts';
import { audit } from '#lib/server/audit.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { alarms } from '#lib/server/db/schema/alarms.ts';
import { withTx } from '#lib/server/db/tx.ts';
import { signature } from '#lib/server/delivery/webhook.ts';
import { root } from '../../src/cli/install.mjs';
import { temporaryFolder } from '../support/app.ts';
import { cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';

const now = Date.parse('2026-11-17T09:00:00Z');
const migrations = join(root, 'drizzle');
const mara = { id: 'mara' };
const write = (db: Db, times = 1) => {
	for (let n = 0; n < times; n++)
		audit(db, mara, { action: 'role.given', subject: { kind: 'person', id: 'ines' }, detail: { n } }, now + n);
};
const count = (db: Db) => db.$client.prepare<[], number>('select count(*) from audit_entries').pluck().get();

let opened: Db[] = [];
function onDisk(dataDir = join(temporaryFolder(), 'data')): { dataDir: string; db: Db } {
	mkdirSync(dataDir, { recursive: true, mode: 0o700 });
	const db = openDatabase(dataDir, '', migrations);
	opened.push(db);
	return { dataDir, db };
}
afterEach(() => {
	for (const db of opened) {
		db.$client.close();
		db.keys.close();
	}
	opened = [];
	vi.restoreAllMocks();
});

describe('an entry', () => {
	it('goes with the change that it tells of', () => {
		const db = memoryDb();
		expect(() =>
			withTx(db, () => {
				write(db);
				throw new Error('undone');
			})
		).toThrow('undone');
		expect(count(db)).toBe(0);
		write(db, 2);
		expect(verifyTrail(db, [])).toMatchObject({ last: { seq: 2 }, broken: null });
	});

	it.each([
		['a name', { action: 'role.given', subject: { kind: 'person', id: 'Ines Calder' } }],
		['an address', { action: 'role.given', detail: { to: 'ines@example.org' } }],
		['a sentence as a key', { action: 'role.given', detail: { 'what she said': 1 } }],
		['a long text', { action: 'role.given', detail: { text: 'x'.repeat(81) } }]
	] as const)('is refused with %s', (_, what) => {
		const db = memoryDb();
		expect(() => audit(db, mara, what, now)).toThrow('ids, numbers and fixed words');
		expect(count(db)).toBe(0);
	});

	it('written by two processes at once stands in one chain', async () => {
		const { dataDir, db } = onDisk();
		const writer = fileURLToPath(new URL('../support/audit-writer.ts', import.meta.url));
		const other = () => promisify(execFile)(process.execPath, [writer, dataDir, migrations, '150']);
		const both = Promise.all([other(), other()]);
		write(db, 50);
		await both;
		expect(verifyTrail(db, [])).toMatchObject({ last: { seq: 350 }, broken: null });
		const writers = db.$client.prepare<[], string>('select distinct actor_id from audit_entries').pluck().all();
		expect(writers).toHaveLength(3);
		// And in turn, on two connections of one process.
		const second = onDisk(dataDir).db;
		for (let n = 0; n < 20; n++) write(n % 2 ? db : second);
		expect(verifyTrail(second, [])).toMatchObject({ last: { seq: 370 }, broken: null });
	});
});

describe('the exported heads', () => {
	it('are lines of a file that its owner alone reads, and a torn line is passed over', () => {
		const db = memoryDb();
		const file = headsFile(temporaryFolder());
		expect([headOf(db, now), lastHeld(file), [...exportedHeads(file)]]).toEqual([null, { head: null, since: true, last: null }, []]);
		write(db, 3);
		const head = headOf(db, now);
		if (!head) throw new Error('no head');
		expect(head).toMatchObject({
			seq: 3,
			count: 3,
			at: '2026-11-17T09:00:00.000Z',
			mac: expect.stringMatching(/^[0-9a-f]{64}$/) as string
		});
		noteHead(file, head);
		writeFileSync(file, '{"seq":4,"at":', { flag: 'a' });
		write(db);
		noteHead(file, headOf(db, now) ?? head);
		expect([...exportedHeads(file)].map(({ seq }) => seq)).toEqual([3, 4]);
		expect(lastHeld(file)).toMatchObject({ head: { seq: 4 }, since: true });
		if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
	});

	it('are read whole where there are many', () => {
		const file = headsFile(temporaryFolder());
		const line = (seq: number) => JSON.stringify({ seq, at: 'x', mac: 'a'.repeat(64), count: seq });
		writeFileSync(file, Array.from({ length: 5000 }, (_, n) => line(n + 1) + '\n').join(''));
		expect([...exportedHeads(file)].map(({ seq }) => seq)).toEqual(Array.from({ length: 5000 }, (_, n) => n + 1));
		expect(lastHeld(file).head?.seq).toBe(5000);
	});
});

describe('the export', () => {
	const titles = (db: Db) =>
		db
			.select()
			.from(alarms)
			.all()
			.filter(({ endedAt }) => endedAt === null)
			.map(({ kind }) => kind);
	const stop = async (running: { stop(): Promise<void> }) => running.stop();

	it('notes the head at the start, every hour, and at the end', async () => {
		vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
		const { dataDir, db } = onDisk();
		write(db, 2);
		const running = startAuditExport(db, { dataDir, webhook: null }, () => now);
		const seqs = () => [...exportedHeads(headsFile(dataDir))].map(({ seq }) => seq);
		expect(seqs()).toEqual([2]);
		write(db);
		await vi.advanceTimersByTimeAsync(3_600_000);
		expect(seqs()).toEqual([2, 3]);
		expect(trailState(db)).toEqual({ exportedAt: now, holds: true, elsewhere: false });
		write(db);
		await stop(running);
		expect(seqs()).toEqual([2, 3, 4]);
		vi.useRealTimers();
		expect(titles(db)).toEqual([]);
	});

	it('raises an alarm while the file cannot be written', async () => {
		vi.spyOn(console, 'error').mockReturnValue();
		const { dataDir, db } = onDisk();
		write(db);
		mkdirSync(headsFile(dataDir));
		const running = startAuditExport(db, { dataDir: join(dataDir, 'nowhere'), webhook: null }, () => now);
		await running.export();
		expect(titles(db)).toEqual(['head']);
		mkdirSync(join(dataDir, 'nowhere'));
		await running.export();
		expect(titles(db)).toEqual([]);
		await stop(running);
	});

	it('raises an alarm where the trail does not go on from the last head', async () => {
		const { dataDir, db } = onDisk();
		write(db, 5);
		await stop(startAuditExport(db, { dataDir, webhook: null }, () => now));
		db.$client.exec('drop trigger audit_entries_no_delete; delete from audit_entries where seq > 3');
		const running = startAuditExport(db, { dataDir, webhook: null }, () => now);
		expect(trailState(db)?.holds).toBe(false);
		expect(titles(db)).toEqual(['trail']);
		await stop(running);
	});

	it('goes on saying that it does not hold, also after a new start and once the alarm was put away, until it is as it was', async () => {
		const { dataDir, db } = onDisk();
		const { ada } = cast(db, now);
		const start = () => startAuditExport(db, { dataDir, webhook: null }, () => now);
		let running = start();
		const firstOf = (db.$client.prepare('select max(seq) from audit_entries').pluck().get() as number) + 1;
		write(db, 3);
		db.$client.exec('drop trigger audit_entries_no_update');
		const edit = (by: number) => db.$client.prepare('update audit_entries set at = at + ? where seq = ?').run(by, firstOf + 1);
		edit(1);
		await running.export();
		expect([trailState(db)?.holds, titles(db)]).toEqual([false, ['trail']]);
		dismissAlarm(db, ada, db.select().from(alarms).get()?.id ?? '', now);
		for (let hour = 1; hour <= 2; hour++) {
			write(db);
			await running.export();
			expect([hour, trailState(db)?.holds, titles(db)]).toEqual([hour, false, []]);
		}
		await stop(running);
		running = start();
		expect([trailState(db)?.holds, titles(db)]).toEqual([false, []]);
		expect([...exportedHeads(headsFile(dataDir))].map(({ broken }) => broken === true)).toEqual([false, ...Array<true>(5).fill(true)]);
		expect(verifyTrail(db, []).broken?.seq).toBe(firstOf + 1);
		edit(-1);
		await running.export();
		expect([trailState(db)?.holds, verifyTrail(db, exportedHeads(headsFile(dataDir))).broken]).toEqual([true, null]);
		await stop(running);
		running = start();
		expect([trailState(db)?.holds, titles(db)]).toEqual([true, []]);
		await stop(running);
	});

	it('raises an alarm for what breaks after a break, too; and later, where there was no room for it', async () => {
		const { dataDir, db } = onDisk();
		const { ada } = cast(db, now);
		const running = startAuditExport(db, { dataDir, webhook: null }, () => now);
		write(db, 5);
		await running.export();
		const last = db.$client.prepare('select max(seq) from audit_entries').pluck().get() as number;
		db.$client.exec(
			`drop trigger audit_entries_no_delete; drop trigger audit_entries_no_update; delete from audit_entries where seq > ${last - 2}`
		);
		db.$client.exec("create trigger no_room before insert on alarms begin select raise(abort, 'no room'); end");
		await running.export();
		expect(titles(db)).not.toContain('trail');
		db.$client.exec('drop trigger no_room');
		await running.export();
		expect(titles(db)).toContain('trail');
		const putAway = () =>
			db
				.select()
				.from(alarms)
				.all()
				.forEach(({ id }) => dismissAlarm(db, ada, id, now));
		putAway();
		write(db, 4);
		await running.export();
		expect(titles(db)).toEqual([]);
		write(db, 2);
		db.$client.exec('update audit_entries set at = at + 1 where seq = (select max(seq) from audit_entries)');
		await running.export();
		expect(titles(db)).toEqual(['trail']);
		putAway();
		await running.export();
		expect(titles(db)).toEqual([]);
		await stop(running);
	});

	it('compares every head in the file at the start, not the last alone', async () => {
		const { dataDir, db } = onDisk();
		write(db, 5);
		const cut = headOf(db, now);
		db.$client.exec('drop trigger audit_entries_no_delete; delete from audit_entries where seq > 3');
		write(db, 4);
		for (const head of [cut, headOf(db, now)]) if (head !== null) noteHead(headsFile(dataDir), head);
		const running = startAuditExport(db, { dataDir, webhook: null }, () => now);
		expect([trailState(db)?.holds, titles(db)]).toEqual([false, ['trail']]);
		await stop(running);
	});

	it('raises an alarm where nothing of the trail is left, with the heads or without them', async () => {
		const { dataDir, db } = onDisk();
		const empty = startAuditExport(db, { dataDir, webhook: null }, () => now);
		expect(trailState(db)?.holds).toBeNull();
		await stop(empty);
		expect(titles(db)).toEqual([]);
		cast(db, now);
		const running = startAuditExport(db, { dataDir, webhook: null }, () => now);
		db.$client.exec('drop trigger audit_entries_no_delete; delete from audit_entries; delete from alarms');
		await running.export();
		expect([trailState(db)?.holds, titles(db)]).toEqual([false, ['trail']]);
		await stop(running);
		db.$client.exec('delete from alarms');
		rmSync(headsFile(dataDir));
		const again = startAuditExport(db, { dataDir, webhook: null }, () => now);
		expect([trailState(db)?.holds, titles(db)]).toEqual([false, ['trail']]);
		await stop(again);
	});

	it('goes to a listener elsewhere, signed, and raises an alarm where that does not take it', async () => {
		vi.spyOn(console, 'error').mockReturnValue();
		const got: { headers: IncomingHttpHeaders; body: string }[] = [];
		let status = 500;
		const listener = createServer((request, response) => {
			let body = '';
			request.on('data', (part: Buffer) => (body += part.toString()));
			request.on('end', () => {
				got.push({ headers: request.headers, body });
				response.writeHead(status).end();
			});
		});
		await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
		const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/heads`;
		const secret = 'a secret of more than thirty-two characters';
		const { dataDir, db } = onDisk();
		write(db, 2);
		const running = startAuditExport(db, { dataDir, webhook: { url, secret, allowPrivate: true } }, () => now);
		await vi.waitFor(() => expect(titles(db)).toEqual(['head']), { timeout: 20_000 });
		status = 204;
		await running.export();
		expect(titles(db)).toEqual([]);
		const last = got.at(-1);
		const head = headOf(db, now);
		expect(JSON.parse(last?.body ?? '')).toEqual({ id: expect.any(String) as string, kind: 'audit-head', ...head });
		expect(last?.headers['breakwater-signature']).toBe(
			`v1=${signature(secret, String(last?.headers['breakwater-timestamp']), last?.body ?? '')}`
		);
		await stop(running);
		listener.close();
	});
});

/** Changes one bit in each page that is not read as the file is opened. */
function damageFile(db: Db, dataDir: string): void {
	const pages = db.$client
		.prepare<[], number>(`select rootpage from sqlite_schema where rootpage > 1 and tbl_name <> '__drizzle_migrations'`)
		.pluck()
		.all();
	db.$client.close();
	db.keys.close();
	const file = join(dataDir, 'breakwater.db');
	const bytes = readFileSync(file);
	for (const at of pages.map((page) => (page - 1) * 4096 + 100)) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
	writeFileSync(file, bytes);
}

describe('npm run -s audit:verify', () => {
	let dataDir: string;
	let db: Db;
	beforeEach(async () => {
		({ dataDir, db } = onDisk());
		write(db, 12);
		await startAuditExport(db, { dataDir, webhook: null }, () => now).stop();
	});
	const verify = (...args: string[]) => auditCommand(args, { DATA_DIR: dataDir }, migrations);

	it('says in one line that the trail holds, while somebody writes', () => {
		write(db);
		expect(verify()).toEqual({ sentence: 'The audit trail holds: 13 entries; 2 exported heads agree.', holds: true });
	});

	it('is a command that ends with 1 and names the first broken entry', async () => {
		db.$client.exec(`drop trigger audit_entries_no_update; update audit_entries set actor_id = 'jonas' where seq = 7`);
		const run = promisify(execFile)(process.execPath, [join(root, 'src/cli/audit-verify.ts')], {
			env: { ...process.env, DATA_DIR: dataDir }
		});
		await expect(run).rejects.toMatchObject({
			code: 1,
			stdout: '',
			stderr: 'The audit trail does not hold. Entry 7 is not as it was written.\n'
		});
	});

	it('compares with heads that were kept elsewhere', () => {
		const copy = join(temporaryFolder(), 'copy.jsonl');
		writeFileSync(copy, readFileSync(headsFile(dataDir)));
		db.$client.exec('drop trigger audit_entries_no_delete; delete from audit_entries where seq > 9');
		writeFileSync(headsFile(dataDir), '');
		expect(verify('--heads', copy)).toMatchObject({ holds: false, sentence: expect.stringContaining('it ends with entry 9') as string });
		expect(verify()).toMatchObject({ holds: false, sentence: expect.stringContaining('cannot be told') as string });
	});

	it('takes an empty trail for whole only before Breakwater was set up', () => {
		rmSync(headsFile(dataDir));
		db.$client.exec('drop trigger audit_entries_no_delete; delete from audit_entries');
		expect(verify()).toMatchObject({ holds: true, sentence: expect.stringContaining('holds: 0 entries') as string });
		cast(db, now);
		db.$client.exec('delete from audit_entries');
		expect(verify()).toMatchObject({ holds: false, sentence: expect.stringContaining('It is empty') as string });
	});

	it('says in one line that the file is damaged, as the other commands do', async () => {
		damageFile(db, dataDir);
		const commands = [['audit-verify.ts'], ['records.ts', '--dry-run'], ['replay.ts', '--database'], ['keys-rotate.ts']];
		for (const [file, ...args] of commands) {
			const run = promisify(execFile)(process.execPath, [join(root, 'src/cli', file ?? ''), ...args], {
				env: { ...process.env, DATA_DIR: dataDir }
			});
			const line = expect.stringMatching(/^[^\n]*(damaged|cannot be read) \(SQLITE_CORRUPT\w*\)[^\n]*\n$/) as string;
			await expect(run, file).rejects.toMatchObject({ code: 1, stderr: line });
		}
	});

	it('says in one line what it cannot read', () => {
		expect(auditCommand([], { DATA_DIR: join(dataDir, 'nowhere') }, migrations)).toMatchObject({
			...{ holds: false, sentence: expect.stringMatching(/^There is no .*check DATA_DIR\.$/) as string }
		});
		expect(verify('--no-such')).toMatchObject({ holds: false, sentence: expect.stringMatching(/^Usage/) as string });
		expect(auditCommand([], { DATA_DIR: dataDir, DATABASE_KEY: 'x' }, migrations).sentence).toContain('64 hexadecimal digits');
	});
});
