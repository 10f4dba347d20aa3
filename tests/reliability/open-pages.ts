import { readFileSync } from 'node:fs';
import { request, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import type { Db } from '#lib/server/db/connection.ts';
import { people, personVersions } from '#lib/server/db/schema/people.ts';
import { createPerson } from '#lib/server/people.ts';
import { giveRole } from '#lib/server/roles.ts';
import { system } from '#lib/server/viewer.ts';
import { startApp, temporaryFolder, visitor, type App } from '../support/app.ts';
import { cast } from '../support/cast.ts';
import { exposureWork, logAction, logFields, signInAs, withDatabase, zone } from './desk.ts';

/** A built server with many people, each of whom has Today open, and what that takes of memory. */

const day = 86_400_000;

export interface OpenPages {
	app: App;
	cookies: readonly string[];
	log: (cookie: string) => Promise<unknown>;
	/** Opens the line of one page; `hears` is called at each change it is told of. */
	listen: (cookie: string, hears?: () => void) => Promise<ClientRequest>;
	/** Resident memory of the server in bytes, once it has had time to tidy up. */
	settled: () => Promise<number>;
}

/** Starts the server for so many people. Each has loaded the page once and some have logged, as in a server in use; no line is open yet. */
export async function startForMany(count: number): Promise<OpenPages> {
	const dataDir = temporaryFolder('open-pages');
	const { cookies, work } = withDatabase(dataDir, (db) => seed(db, count));
	const app = await startApp({ dataDir });
	const log = (cookie: string) => visitor(app, cookie).post(logAction, logFields(work, (60 + Math.floor(Math.random() * 4_000)) * 60_000));
	for (const [index, cookie] of cookies.entries()) {
		await visitor(app, cookie).get('/today');
		if (index % 5 === 0) await log(cookie);
	}
	return { app, cookies, log, listen: (cookie, hears) => listen(app, cookie, hears), settled: () => settled(app) };
}

function seed(db: Db, count: number) {
	const now = Date.now();
	const c = cast(db, now - 30 * day);
	const account = { employerId: c.ownEmployer, zone: 'Europe/London', dayStart: '00:00', startDate: '2024-01-08' };
	const cookies = Array.from({ length: count }, (_, index) => {
		const id = createPerson(db, system, { ...account, name: `Somebody ${index}`, email: `somebody${index}@example.org` }, now - 30 * day);
		giveRole(db, system, { id: crypto.randomUUID(), personId: id, role: 'moderator', teamId: c.quay }, now - 30 * day);
		db.update(people).set({ joinedAt: now, sharingAskedAt: now }).where(eq(people.id, id)).run();
		return signInAs(db, id, now);
	});
	db.update(personVersions).set({ zone }).run();
	return { cookies, work: exposureWork(db) };
}

function listen(app: App, cookie: string, hears?: () => void): Promise<ClientRequest> {
	return new Promise((resolve, reject) => {
		const asked = request(`${app.url}/live`, { headers: { cookie, accept: 'text/event-stream' }, agent: false }, (response) => {
			if (response.statusCode !== 200) return reject(new Error(`answered ${response.statusCode}`));
			response.setEncoding('utf8').on('data', (text: string) => text.includes('event: changed') && hears?.());
			response.once('data', () => resolve(asked));
		});
		asked.on('error', reject);
		asked.end();
	});
}

async function settled(app: App): Promise<number> {
	await sleep(20_000);
	return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${app.pid}/status`, 'utf8'))?.[1]) * 1024;
}
