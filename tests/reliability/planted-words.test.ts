import { randomUUIDv7 } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { organisation } from '#lib/server/db/schema/organisation.ts';
import { signIns } from '#lib/server/db/schema/people.ts';
import { sessionFields } from '#lib/server/organisation.ts';
import { startApp, temporaryFolder, visitor } from '../support/app.ts';
import { foundIn } from '../support/planted-words.ts';
import { furnish, logAction, logFields, withDatabase } from './desk.ts';

/** What somebody types, in whatever way it reaches a server. */
const typed = ['Herons over the estuary', 'Marmalade tin', 'Quince jelly', 'Kettle drum', 'gravel path'];

test('a server that takes, refuses and loses what people type prints none of it, nor who they are', async () => {
	const dataDir = temporaryFolder('said');
	const desk = furnish(dataDir);
	withDatabase(dataDir, (db) => {
		const fields = [...sessionFields, 'words'] as const;
		db.update(organisation)
			.set({ fields: [...fields] })
			.run();
	});
	const app = await startApp({ dataDir });
	const ines = visitor(app, desk.ines);
	const session = { ...logFields(desk.work, 3 * 3_600_000), violent: 'yes', aftermath: '7' };
	expect((await ines.post(logAction, session)).status).toBe(303);
	const pulse = { id: randomUUIDv7(), item0: '4', item1: '4', item2: '3', item3: '2' };
	expect((await ines.post('/check-in?/answer', pulse)).status).toBe(303);
	expect((await ines.post('/check-in?/answer', { ...pulse, id: 'Marmalade tin', item0: 'Quince jelly' })).status).toBe(400);
	expect((await ines.post(logAction, { ...session, id: randomUUIDv7(), aftermath: 'Kettle drum', start: 'gravel path' })).status).toBe(400);
	await ines.post('/words?/write', { id: randomUUIDv7(), text: 'Herons over the estuary' });
	for (const path of ['/Marmalade tin', '/today?q=Quince jelly', '/nowhere?x=Kettle drum', '/people/gravel path', '/%E0%A4%A'])
		await ines.get(encodeURI(path).replace('%25E0%25A4%25A', '%E0%A4%A'));
	await visitor(app).post('/sign-in', { email: 'ines@example.org', password: 'Marmalade tin' });
	await visitor(app).post('/sign-in', { email: 'Quince jelly', password: 'Kettle drum' });
	// Something that goes wrong inside: the number of it is printed, and nothing of what was typed.
	withDatabase(dataDir, (db) => db.$client.exec('alter table exposures rename to exposures_elsewhere'));
	const failed = await ines.post(logAction, { ...session, id: randomUUIDv7(), note: 'Herons over the estuary' });
	expect(failed.status).toBe(500);
	withDatabase(dataDir, (db) => {
		db.$client.exec('alter table exposures_elsewhere rename to exposures');
		db.update(signIns)
			.set({ expiresAt: Date.now() - 1 })
			.run();
	});
	// The sign-in has ended: what is sent is kept, sealed, for when they are back.
	expect((await ines.post('/check-in?/answer', { ...pulse, note: 'gravel path' })).headers.location).toMatch(/held/);
	await app.kill();

	const printed = Buffer.from(app.output());
	expect(app.output()).toMatch(/"route":"\/\(app\)\/today\/log"/);
	const people = ['Ines Calder', 'ines@example.org', 'example.org', 'Tomas Reed'];
	expect(foundIn(printed, [...typed, ...people, '"aftermath"', '[4,4,3,2]', session.id])).toEqual([]);

	// The server was killed: its files are as they were that moment, log of changes and all.
	const copy = temporaryFolder('copied');
	cpSync(dataDir, copy, { recursive: true });
	for (const name of readdirSync(copy))
		expect(foundIn(readFileSync(join(copy, name)), [...typed, ...people, 'CREATE', 'exposures']), name).toEqual([]);
});
