import { request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { tokenHash } from '#lib/server/auth/token.ts';
import { signIns } from '#lib/server/db/schema/people.ts';
import { send, startApp, temporaryFolder, visitor, type App } from '../support/app.ts';
import { furnish, logAction, logFields, withDatabase, type Desk } from './desk.ts';

let app: App;
let dataDir: string;
let desk: Desk;

beforeAll(async () => {
	dataDir = temporaryFolder();
	desk = furnish(dataDir);
	app = await startApp({ dataDir });
});
afterAll(() => app.stop());

const opened: Stream[] = [];
afterEach(() => opened.splice(0).forEach(({ hangUp }) => hangUp()));

interface Stream {
	response: IncomingMessage;
	text: () => string;
	ended: Promise<void>;
	hangUp: () => void;
}

function listen(cookie: string): Promise<Stream> {
	return new Promise((resolve, reject) => {
		const asked = request(`${app.url}/live`, { headers: { cookie, accept: 'text/event-stream' }, agent: false }, (response) => {
			let text = '';
			response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
			const ended = new Promise<void>((end) => response.once('close', end));
			const stream: Stream = { response, text: () => text, ended, hangUp: () => asked.destroy() };
			opened.push(stream);
			resolve(stream);
		});
		asked.on('error', reject);
		asked.end();
	});
}

async function until(what: () => boolean, ms: number): Promise<void> {
	for (const from = Date.now(); !what();) {
		if (Date.now() > from + ms) throw new Error(`not within ${ms} ms`);
		await sleep(20);
	}
}

const log = (cookie: string) => visitor(app, cookie).post(logAction, logFields(desk.work, 3 * 3_600_000 + Math.random() * 3_600_000));
const told = ({ text }: Stream) => text().includes('event: changed');

describe('a stream of events', () => {
	test('opens at once, is kept by nobody, and says that what another browser committed can be read, and nothing else', async () => {
		const stream = await listen(desk.ines);
		expect(stream.response.statusCode).toBe(200);
		expect(stream.response.headers).toMatchObject({
			'content-type': 'text/event-stream; charset=utf-8',
			'cache-control': 'no-store',
			'x-accel-buffering': 'no',
			'x-content-type-options': 'nosniff'
		});
		expect((await log(desk.ines)).status).toBe(303);
		await until(() => told(stream), 2_000);
		expect(stream.text()).toMatch(/^retry: \d+\nevent: whose\ndata: [0-9a-f-]{36}\n\n(:\n\n|event: changed\ndata: \d+\n\n)+$/);
	});

	test('says nothing of what is not for its reader', async () => {
		const stream = await listen(desk.tomas);
		await log(desk.ines);
		await sleep(300);
		expect(told(stream)).toBe(false);
	});

	test('ends when its sign-in is signed out, and cannot be opened again', async () => {
		const { cookie, enter } = anotherSignIn();
		await app.stop();
		enter();
		await app.restart();
		const stream = await listen(cookie);
		await visitor(app, cookie).post('/sign-out', {});
		await Promise.race([stream.ended, sleep(2_000).then(() => Promise.reject(new Error('still open')))]);
		expect(stream.text()).toContain('event: signed-out');
		expect((await listen(cookie)).response.statusCode).toBe(204);
	});

	test('neither it nor a page that looks again counts as using the sign-in; following a link does', async () => {
		const hash = tokenHash(desk.ines.slice('breakwater='.length));
		const seenAt = () => withDatabase(dataDir, (db) => db.select().from(signIns).where(eq(signIns.idHash, hash)).get()?.seenAt ?? 0);
		await app.stop();
		const before = Date.now() - 100 * 60_000;
		withDatabase(dataDir, (db) => db.update(signIns).set({ seenAt: before }).where(eq(signIns.idHash, hash)).run());
		await app.restart();
		await listen(desk.ines);
		const load = (headers: Record<string, string>) => send(`${app.url}/today/__data.json`, { headers: { cookie: desk.ines, ...headers } });
		expect((await load({ 'x-looks-again': '1' })).status).toBe(200);
		expect(seenAt()).toBe(before);
		expect((await load({})).status).toBe(200);
		expect(seenAt()).toBeGreaterThan(before);
	});

	test('lets the server end at once, and is there again after it', async () => {
		const stream = await listen(desk.ines);
		const from = Date.now();
		expect(await app.stop()).toBe(0);
		expect(Date.now() - from).toBeLessThan(5_000);
		await stream.ended;
		await app.restart();
		const again = await listen(desk.ines);
		await log(desk.ines);
		await until(() => told(again), 2_000);
	});
});

/** A sign-in of Tomas beside the one that he has. */
function anotherSignIn(): { cookie: string; enter: () => void } {
	const id = 'a'.repeat(20) + 'b'.repeat(20);
	const now = Date.now();
	return {
		cookie: `breakwater=${id}`,
		enter: () =>
			withDatabase(dataDir, (db) => {
				const tomas = db
					.select()
					.from(signIns)
					.where(eq(signIns.idHash, tokenHash(desk.tomas.slice('breakwater='.length))))
					.get();
				if (!tomas) throw new Error('no Tomas');
				db.insert(signIns)
					.values({ ...tomas, idHash: tokenHash(id), createdAt: now, seenAt: now })
					.run();
			})
	};
}
