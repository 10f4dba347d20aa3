import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { offer } from '#lib/server/alert-steps.ts';
import { makeFeed } from '#lib/server/calendar-links.ts';
import { encryptAnew, openEncrypted } from '#lib/server/db/cipher.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { answerOffer } from '#lib/server/support.ts';
import { findViewer } from '#lib/server/viewer.ts';
import { alertOf, askFor, MINUTE } from '../support/alerting.ts';
import { startApp, temporaryFolder, visitor, type App, type Visitor } from '../support/app.ts';
import { acknowledged, furnish, logAction, logFields, missing, signInAs, withDatabase } from './desk.ts';

/** A way to take the room away from a running server, and to give it back. */
interface Shortage {
	begin(app: App): void;
	end(app: App): void;
}

const mount = smallDisk();

/** A real disk of 24 MB in memory; null where this machine does not let us mount one. */
function smallDisk(): string | null {
	if (process.platform !== 'linux') return null;
	const folder = temporaryFolder('disk');
	if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0700', 'tmpfs', folder]).status !== 0) return null;
	afterAll(() => void spawnSync('umount', ['-l', folder]));
	return folder;
}

const canLimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;

async function writeUntilFull(who: Visitor, work: string, kept: string[]): Promise<string> {
	// The room that the write-ahead log has already is used up first.
	for (let n = 0; n < 5000; n++) {
		const fields = logFields(work, ((n * 7) % (25 * 24 * 60)) * 60_000 + 3_600_000);
		const { status, text } = await who.post(logAction, fields);
		if (status === 507) return text;
		expect(acknowledged({ status }), `${status} ${text.slice(0, 300)}`).toBe(true);
		kept.push(fields.id);
	}
	throw new Error('the disk never became full');
}

/** Mara is to follow up with Tomas, and has a link for her calendar: her sign-in, and where her calendar is. */
function promise(db: Db): { mara: string; feed: string } {
	const [mara, tomas] = ['Mara Voss', 'Tomas Reed'].map((name) =>
		findViewer(db, String(db.select().from(people).where(eq(people.name, name)).get()?.id))
	);
	if (!mara || !tomas) throw new Error('nobody to promise');
	const now = Date.now();
	askFor(db, tomas, mara, 'lead', now - 3 * MINUTE);
	const alertId = alertOf(db, tomas).id;
	offer(db, mara, { id: randomUUID(), alertId, items: ['talk'], manner: null }, now - 2 * MINUTE);
	answerOffer(db, tomas, { id: randomUUID(), alertId, answer: 'accepted' }, now - MINUTE);
	return { mara: signInAs(db, mara.id), feed: `/feeds/${makeFeed(db, mara, now)}` };
}

async function outlive(dataDir: string, shortage: Shortage): Promise<void> {
	const { work, ...cookies } = furnish(dataDir);
	const { mara, feed } = withDatabase(dataDir, promise);
	const app = await startApp({ dataDir });
	const lead = visitor(app, mara);
	const ines = visitor(app, cookies.ines);
	const kept: string[] = [];
	try {
		for (let round = 0; round < 2; round++) {
			shortage.begin(app);
			const page = await writeUntilFull(ines, work, kept);
			expect(page).toContain('The disk of this Breakwater is full');
			expect(page, 'help stays one click away').toMatch(/I need help now/);

			for (const path of ['/today', '/', '/history', '/support', '/check-in', '/policy'])
				expect((await ines.get(path)).status, path).toBeLessThan(400);
			expect((await visitor(app).get('/sign-in')).status).toBe(200);
			expect((await visitor(app, cookies.tomas).get('/today')).status).toBe(200);
			expect((await visitor(app).post('/sign-in', { email: 'ines@example.org', password: 'not the right one' })).status).toBe(507);

			// Of others nothing is shown that cannot be noted.
			const theirs = await lead.get('/prompts');
			expect(theirs.status).toBe(507);
			expect(theirs.text).toContain('so nothing is shown');

			// A calendar program goes on showing what was promised: that it was fetched is noted once there is room.
			const whileFull = await visitor(app).get(feed);
			expect([whileFull.status, whileFull.text]).toEqual([200, expect.stringContaining('SUMMARY:Follow up')]);
			if (round === 0) expect((await lead.get('/settings')).text).toContain('Not fetched yet.');

			shortage.end(app);
			const after = logFields(work, 2 * 3_600_000 + round * 60_000);
			const answer = await ines.post(logAction, after);
			expect(acknowledged(answer), `${answer.status} ${answer.text.slice(0, 300)}`).toBe(true);
			kept.push(after.id);
			expect((await visitor(app).get(feed)).text).toBe(whileFull.text);
			expect((await lead.get('/settings')).text).toContain('Last fetched');
		}
		expect((await lead.get('/prompts')).status).toBe(200);
		expect(await app.stop()).toBe(0);
		expect(missing(dataDir, kept)).toEqual([]);
		expect(withDatabase(dataDir, (db) => db.$client.pragma('integrity_check', { simple: true }))).toBe('ok');
	} finally {
		shortage.end(app);
		await app.stop();
	}
}

test.skipIf(mount === null)('a disk without room: writes answer 507, reads work, and it recovers without a restart', async () => {
	const dataDir = join(String(mount), 'data');
	mkdirSync(dataDir);
	const ballast = join(String(mount), 'ballast');
	await outlive(dataDir, {
		begin: () => fill(ballast),
		end: () => rmSync(ballast, { force: true })
	});
});

test.skipIf(mount === null)('a disk without room for it: keys are not rotated, and the file stays readable', () => {
	const folder = join(String(mount), 'keys');
	const ballast = join(String(mount), 'ballast');
	mkdirSync(folder);
	const file = join(folder, 'some.db');
	const [before, after] = [randomBytes(32), randomBytes(32)];
	const { client } = openEncrypted(file, [before]);
	client.exec(
		'create table some (it); with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000) insert into some select randomblob(4000) from n'
	);
	fill(ballast);
	truncateSync(ballast, statSync(ballast).size - 4_000_000);
	expect(() => encryptAnew(client, after)).toThrow(expect.objectContaining({ kind: 'full' }));
	expect(client.pragma('quick_check', { simple: true })).toBe('ok');
	rmSync(ballast);
	encryptAnew(client, after);
	client.close();
	const again = openEncrypted(file, [before, after]);
	expect(again.index).toBe(1);
	expect(again.client.pragma('quick_check', { simple: true })).toBe('ok');
	again.client.close();
	rmSync(folder, { recursive: true });
});

function fill(file: string): void {
	const handle = openSync(file, 'w');
	for (let size = 1 << 20; size >= 512; size >>= 1) {
		try {
			while (writeSync(handle, Buffer.alloc(size)) === size);
		} catch {
			// No room for a piece of this size: try half of it.
		}
	}
	closeSync(handle);
}

// The same without being root: no file may grow any further, for the running process alone.
test.skipIf(!canLimit)('a limit on the size of files: writes answer 507, reads work, and it recovers without a restart', async () => {
	const dataDir = temporaryFolder();
	const limit = (app: App, bytes: string) => expect(spawnSync('prlimit', ['--pid', String(app.pid), `--fsize=${bytes}:`]).status).toBe(0);
	await outlive(dataDir, {
		begin: (app) => limit(app, String(statSync(join(dataDir, 'breakwater.db-wal')).size)),
		end: (app) => void (app.pid && spawnSync('prlimit', ['--pid', String(app.pid), '--fsize=unlimited:']))
	});
});

test('at least one of the two ways above was open on this machine', (context) => {
	if (mount === null && !canLimit)
		context.skip('neither a small disk could be mounted (needs root) nor prlimit is there: a full disk was not tried');
	expect(mount !== null || canLimit).toBe(true);
});
