import { expect, test } from 'vitest';
import { startApp, temporaryFolder, visitor, type App, type Visitor } from '../support/app.ts';
import { acknowledged, furnish, logAction, logFields, missing, withDatabase } from './desk.ts';

const long = process.env.BREAKWATER_LONG === '1';
const hour = 3_600_000;

async function desk(): Promise<{ app: App; ines: Visitor; tomas: Visitor; work: string }> {
	const dataDir = temporaryFolder();
	const { ines, tomas, work } = furnish(dataDir);
	const app = await startApp({ dataDir });
	return { app, ines: visitor(app, ines), tomas: visitor(app, tomas), work };
}

async function log(who: Visitor, work: string, ago: number): Promise<string> {
	const fields = logFields(work, ago);
	const answer = await who.post(logAction, fields);
	expect(acknowledged(answer), `${answer.status} ${answer.text.slice(0, 500)}`).toBe(true);
	return fields.id;
}

test('what was logged is there after a stop and a start, for the same sign-in', async () => {
	const { app, ines, work } = await desk();
	const id = await log(ines, work, 3 * hour);
	expect(await app.stop()).toBe(0);
	expect(missing(app.dataDir, [id])).toEqual([]);
	await app.restart();
	expect((await ines.get('/today')).status).toBe(200);
	const second = await log(ines, work, 2 * hour);
	await app.stop();
	expect(missing(app.dataDir, [id, second])).toEqual([]);
});

test('an entry that was acknowledged is there when the server is killed at that instant', async () => {
	const { app, ines, work } = await desk();
	const ids: string[] = [];
	for (let round = 1; round <= (long ? 50 : 4); round++) {
		ids.push(await log(ines, work, round * hour));
		await app.kill();
		expect(missing(app.dataDir, ids)).toEqual([]);
		await app.restart();
	}
	await app.stop();
});

test('a timer goes on running while the server is dead', async () => {
	const { app, ines, work } = await desk();
	const started = await ines.post('/today?/start', { id: crypto.randomUUID(), workTypeId: work });
	expect(acknowledged(started), started.text.slice(0, 500)).toBe(true);
	await app.kill();
	const running = withDatabase(app.dataDir, ({ $client }) =>
		$client.prepare(`select start_at from exposures where state = 'running'`).all()
	);
	expect(running).toHaveLength(1);
	await app.restart();
	expect(withoutMarkup((await ines.get('/today')).text)).toMatch(/stop/i);
	await app.kill();
});

test('killed in the middle of many writers: everything acknowledged is there, and the file is sound', async () => {
	const { app, ines, tomas, work } = await desk();
	for (let round = 0; round < (long ? 20 : 2); round++) {
		const ids: string[] = [];
		let alive = true;
		const writers = [ines, tomas, ines, tomas].map(async (who, writer) => {
			for (let step = 0; alive; step++) {
				const fields = logFields(work, ((writer * 997 + step * 31 + round * 101) % (20 * 24 * 60)) * 60_000 + hour);
				const answer = await who.post(logAction, fields).catch(() => null);
				if (answer && acknowledged(answer)) ids.push(fields.id);
			}
		});
		await expect.poll(() => ids.length, { timeout: 60_000 }).toBeGreaterThan(0);
		await new Promise((resolve) => setTimeout(resolve, Math.random() * 700));
		await app.kill();
		alive = false;
		await Promise.all(writers);
		expect(ids.length).toBeGreaterThan(0);
		expect(missing(app.dataDir, ids)).toEqual([]);
		expect(withDatabase(app.dataDir, ({ $client }) => $client.pragma('integrity_check', { simple: true }))).toBe('ok');
		await app.restart();
	}
	await app.stop();
});

test('a form sent twice at once, and again after a restart, is stored once', async () => {
	const { app, ines, work } = await desk();
	const fields = logFields(work, 4 * hour);
	const answers = await Promise.all([1, 2, 3].map(() => ines.post(logAction, fields)));
	expect(answers.map(acknowledged)).toEqual([true, true, true]);
	await app.kill();
	await app.restart();
	expect(acknowledged(await ines.post(logAction, fields))).toBe(true);
	await app.stop();
	const count = withDatabase(app.dataDir, ({ $client }) =>
		$client.prepare('select count(*) as n from exposures where id = ?').get(fields.id)
	);
	expect(count).toEqual({ n: 1 });
});

test('a request that is running when the server is told to stop is answered', async () => {
	const { app, ines, work } = await desk();
	const sent = Array.from({ length: 8 }, (_, n) => logFields(work, (n + 1) * hour));
	const answers = sent.map((fields) => ines.post(logAction, fields).catch(() => null));
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(await app.stop()).toBe(0);
	const kept = (await Promise.all(answers)).flatMap((answer, n) => (answer && acknowledged(answer) ? [sent[n]!.id] : []));
	expect(missing(app.dataDir, kept)).toEqual([]);
});

function withoutMarkup(html: string): string {
	return html.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');
}
