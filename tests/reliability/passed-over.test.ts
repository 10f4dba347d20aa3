import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { routes } from '$app/manifest';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterAbsence } from '#lib/server/absences.ts';
import { planAppointment } from '#lib/server/appointments.ts';
import { catchUp } from '#lib/server/consequences.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { organisation } from '#lib/server/db/schema/organisation.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { alerts } from '#lib/server/db/schema/records.ts';
import { logSession } from '#lib/server/exposures.ts';
import { exclude, includeAgain } from '#lib/server/sharing.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { root } from '../../src/cli/install.mjs';
import { cookieOf } from '../support/access-facts.ts';
import { DAY, HOUR, MINUTE } from '../support/alerting.ts';
import { startApp, temporaryFolder, visitor, type App, type Visitor } from '../support/app.ts';
import { cast, type Cast, type FirstName } from '../support/cast.ts';
import { workIds } from '../support/exposure.ts';

/**
 * "Not this person" is invisible to the one who is passed over: whatever they ask for, they get the bytes that they would get of the same person
 * had nobody been passed over. Ines shares nothing, has logged work, an absence and an appointment; no prompt about her is open. Wen has passed limits.
 */

let app: App;
let db: Db;
let c: Cast;
let workTypeId: string;
const now = Date.now();
const appointment = crypto.randomUUID();

const places = routes
	.filter(({ id, page }) => page && !id.includes('[') && !id.endsWith('/sign-out'))
	.map(({ id }) => id.replace(/\/\([^)]+\)/g, '') || '/');

beforeAll(async () => {
	const dataDir = join(temporaryFolder(), 'data');
	mkdirSync(dataDir, { mode: 0o700 });
	db = openDatabase(dataDir, '', join(root, 'drizzle'));
	// So few days that no routine conversation is due.
	c = cast(db, now - 16 * DAY);
	db.update(organisation).set({ leadHours: true }).run();
	workTypeId = workIds(db).images;
	plantInes();
	// On each day of two weeks: on the newest list, whatever day it is.
	for (let day = 14; day >= 1; day--) works(c.wen, day, 5.5);
	for (const { id } of db.select({ id: people.id }).from(people).all()) catchUp(db, id, now);
	expect(db.select().from(alerts).where(eq(alerts.personId, c.ines.id)).all()).toEqual([]);
	app = await startApp({ dataDir });
});

afterAll(async () => {
	await app?.stop();
	db?.$client.close();
	db?.keys.close();
});

function works(who: Viewer, daysAgo: number, hours: number): void {
	const end = now - (now % DAY) - daysAgo * DAY + 16 * HOUR;
	logSession(db, who, { id: crypto.randomUUID(), start: end - hours * HOUR, end, workTypeId }, end + MINUTE);
}

function plantInes(): void {
	for (const day of [9, 3, 2]) works(c.ines, day, 3);
	const inDays = (days: number) => new Date(now + days * DAY).toISOString().slice(0, 10);
	const away = { personId: c.ines.id, from: inDays(12), to: inDays(14), sure: null };
	enterAbsence(db, c.ines, { id: crypto.randomUUID(), ...away }, now - HOUR);
	planAppointment(db, c.edda, { id: appointment, personId: c.ines.id, kind: 'counselling', due: inDays(5) }, now - HOUR);
}

const browserOf = async ({ id }: Viewer) => visitor(app, await cookieOf(db, id, Date.now()));

/** Everything that somebody can ask for, and what there is about one person. */
async function everything(asking: Visitor, whose: Viewer): Promise<Record<string, string>> {
	const paths = [...places, `/policy/${c.harbour}`, `/appointments/${appointment}`];
	const found = await Promise.all([...paths, ...aboutOne(whose)].map(async (path) => [path, bytesOf(await asking.get(path))] as const));
	return Object.fromEntries(found);
}

const aboutOne = ({ id }: Viewer) => [
	...['', '?show=limits', '?show=limits&why=review', '?show=hours', '?show=hours&why=review', '?show=trends'].map(
		(query) => `/people/${id}${query}`
	),
	`/appointments/plan?person=${id}&kind=counselling`
];

/** Without what differs from one answer to the next, whoever asks: nonces, ids of forms and of errors, the clock. */
function bytesOf({ status, text }: { status: number; text: string }): string {
	const lasting = new Set([...Object.values(c).flatMap((each) => (typeof each === 'object' ? each.id : [])), appointment]);
	return `${status} ${text}`
		.replace(/nonce="[^"]*"/g, 'nonce')
		.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => (lasting.has(id) ? id : 'id'))
		.replace(/\b1[0-9]{12}\b/g, 'instant')
		.replace(/\b\d\d:\d\d\b/g, 'clock');
}

/** Pages that are not the same. */
function differing(before: Record<string, string>, after: Record<string, string>): string[] {
	return Object.keys(before).filter((path) => before[path] !== after[path]);
}

const supervisors = ['mara', 'jonas', 'edda', 'otto', 'hale', 'rui'] as const satisfies readonly FirstName[];

describe('to somebody whom Ines has passed over', () => {
	it.each(supervisors)('each page has the same bytes as before: %s', async (first) => {
		const who = c[first];
		const asking = await browserOf(who);
		const before = await everything(asking, c.ines);
		exclude(db, c.ines, { personId: who.id }, Date.now());
		const after = await everything(asking, c.ines);
		includeAgain(db, c.ines, { personId: who.id }, Date.now());
		expect(differing(before, after)).toEqual([]);
		expect(Object.keys(before).length).toBeGreaterThan(40);
	});

	it('somebody with limits looks like somebody without', async () => {
		const asking = await browserOf(c.mara);
		// Without the frame, which counts what is open about Wen.
		const limitsOf = async (whose: Viewer) => {
			const text = bytesOf(await asking.get(`/people/${whose.id}?show=limits`));
			return /<main.*<\/main>/s.exec(text)?.[0].replaceAll(whose.id, 'theirs').replaceAll(whose.name, 'Somebody');
		};
		const none = await limitsOf(c.ines);
		expect(await limitsOf(c.wen)).not.toBe(none);
		exclude(db, c.wen, { personId: c.mara.id }, Date.now());
		expect(await limitsOf(c.wen)).toBe(none);
		includeAgain(db, c.wen, { personId: c.mara.id }, Date.now());
	});

	it('is on the list, and Ines reads that they can open what their role opens', async () => {
		exclude(db, c.ines, { personId: c.jonas.id }, Date.now());
		expect((await (await browserOf(c.jonas)).get('/people')).text).toContain('Ines Calder');
		expect((await (await browserOf(c.ines)).get('/privacy')).text).toContain('also somebody you pass over, because a gap would tell them');
	});
});
