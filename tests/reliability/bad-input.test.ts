import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '#lib/server/auth/session.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { startApp, temporaryFolder, type App } from '../support/app.ts';
import { addFacts } from '../support/bad-input-facts.ts';
import { badForms, setup, type BadForm } from '../support/bad-input-table.ts';
import { attemptsOf, expectSilence, filledIn, post, takeBack, tryAll, type Place } from '../support/bad-input-try.ts';
import { readForms } from '../support/form-page.ts';
import { furnishOffice } from '../support/office.ts';
import { gained, keysIn, storedIn, writesOf } from '../support/stored.ts';

let place: Place;
let app: App;
let db: Db;
let tried = 0;

beforeAll(async () => {
	const { dataDir, cookies } = await furnishOffice();
	const now = Date.now();
	const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };
	db = openDatabase(dataDir, '', 'drizzle');
	const facts = await addFacts(db, now);
	const vera = (await signIn(db, facts.vera, now, limits)).id;
	app = await startApp({ dataDir });
	place = { app, db, facts, cookies: { ...cookies, vera }, before: new Map(), writes: 0, bringKeysBack: keysIn(dataDir) };
	// That somebody opened a prompt is noted once.
	for (const form of badForms) await filledIn(place, form);
	place.writes = writesOf(db);
	place.before = storedIn(db);
});

afterAll(async () => {
	await app?.stop();
	db?.$client.close();
	db?.keys.close();
	console.log(`${badForms.length + 1} forms, ${tried} ways of sending them wrongly`);
});

/** Tries everything that is wrong with a form; what was not as expected, by the name of the attempt. */
async function wrongs(where: Place, form: BadForm, from?: string): Promise<Record<string, string[]>> {
	const { path, body } = await filledIn(where, form, from);
	const attempts = attemptsOf(where, form, body);
	tried += attempts.length;
	return await tryAll(where, form, path, attempts);
}

const nameOf = ({ route, action }: BadForm) => `${route}?/${action}`;

it('every action has its row', async () => {
	const modules = import.meta.glob<{ actions?: Record<string, unknown> }>('../../src/routes/**/+page.server.ts');
	const found: string[] = [];
	for (const [file, load] of Object.entries(modules)) {
		const route = file.slice('../../src/routes'.length, -'/+page.server.ts'.length);
		for (const name of Object.keys((await load()).actions ?? {})) found.push(`${route}?/${name}`);
	}
	// The sample is a button without a field; tests/server/sample.test.ts presses it. Tests of a channel are there where one is set up:
	// delivery.test.ts sends those.
	const elsewhere = ['/(public)/setup/[token]?/sample', '/(app)/admin/deliveries?/email', '/(app)/admin/deliveries?/chat'];
	const written = [...badForms, setup].map(nameOf).concat(elsewhere);
	expect([...new Set(written)].sort()).toEqual(found.sort());
});

describe('as it should be, twice at once', () => {
	it.each(badForms.map((form) => [nameOf(form), form] as const))('%s is stored once', async (_, form) => {
		const { path, body } = await filledIn(place, form);
		const single = await post(place, form, path, body);
		const once = takeBack(place);
		expect([200, 303], readForms(single.text).alerts.join(' ')).toContain(single.status);
		const both = await Promise.all([post(place, form, path, body), post(place, form, path, body)]);
		const stored = takeBack(place);
		expect(stored).toEqual({ ...once, ...form.twice });
		for (const { status } of both) expect([200, 303, 400, 404, 409]).toContain(status);
		expect(both.some(({ status }) => status === single.status)).toBe(true);
	});
});

describe('one thing wrong at a time', () => {
	it.each(badForms.map((form) => [nameOf(form), form] as const))('%s', async (_, form) => {
		expect(await wrongs(place, form)).toEqual({});
	});
});

describe('setting it up', () => {
	it('refuses what is wrong, and then sets it up once', async () => {
		const dataDir = temporaryFolder();
		const empty = await startApp({ dataDir });
		const own = openDatabase(dataDir, '', 'drizzle');
		const there: Place = { ...place, app: empty, db: own, cookies: {}, writes: writesOf(own), before: storedIn(own) };
		const link = new URL(empty.setupLink ?? '').pathname;
		expect(await wrongs(there, setup, link)).toEqual({});
		const { body } = await filledIn(there, setup, link);
		const both = await Promise.all([post(there, setup, link, body), post(there, setup, link, body)]);
		expect(both.map(({ status }) => status).sort()).toEqual([303, expect.toBeOneOf([404, 409])]);
		expect(gained(there.before, storedIn(own))).toMatchObject({ organisation: 1, people: 1 });
		expectSilence(empty);
		own.$client.close();
		own.keys.close();
		await empty.stop();
	});
});

describe('sent by script', () => {
	const sample = badForms.filter(({ action }) => ['session', 'invite', 'team', 'away', 'answer', 'details'].includes(action));
	it.each(sample.map((form) => [nameOf(form), form] as const))(
		'%s answers in JSON with the sentence and what was typed',
		async (_, form) => {
			const { path, body } = await filledIn(place, form);
			for (const attempt of attemptsOf(place, form, body).filter(({ verdict, name }) => verdict === 'no' && !name.endsWith('megabyte'))) {
				const headers = { accept: 'application/json', 'x-sveltekit-action': 'true' };
				const { text, status } = await post(place, form, path, attempt.body, headers);
				expect([attempt.name, status, takeBack(place)]).toEqual([attempt.name, 400, {}]);
				const result = JSON.parse(text) as { type: string; status: number; data: string };
				expect([attempt.name, result.type, result.status]).toEqual([attempt.name, 'failure', 400]);
				expect(result.data).toContain('"errors"');
				expect(result.data).toContain(JSON.stringify(attempt.at?.replace('[]', '')));
			}
		}
	);
});

it('what was typed is nowhere in what the server printed', () => expectSilence(app));
