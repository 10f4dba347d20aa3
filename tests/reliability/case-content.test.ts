import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '#lib/server/auth/session.ts';
import { fieldPurposes, notLookedAt } from '#lib/server/case-content.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { startApp, temporaryFolder, type App } from '../support/app.ts';
import { addFacts } from '../support/bad-input-facts.ts';
import { fieldKinds } from '../support/bad-input-fields.ts';
import { badForms, setup, type BadForm } from '../support/bad-input-table.ts';
import { filledIn, tryAll, type Attempt, type Place } from '../support/bad-input-try.ts';
import { furnishOffice } from '../support/office.ts';
import { keysIn, storedIn, writesOf } from '../support/stored.ts';

let place: Place;
let app: App;
let db: Db;

beforeAll(async () => {
	const { dataDir, cookies } = await furnishOffice();
	const now = Date.now();
	db = openDatabase(dataDir, '', 'drizzle');
	const facts = await addFacts(db, now);
	const vera = (await signIn(db, facts.vera, now, { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 })).id;
	// With a chat, whose names stand in a form.
	app = await startApp({ dataDir, env: { WEBHOOK_URL: 'https://chat.example.org/hook', WEBHOOK_SECRET: 'x'.repeat(32) } });
	place = { app, db, facts, cookies: { ...cookies, vera }, before: new Map(), writes: 0, bringKeysBack: keysIn(dataDir) };
	// That somebody opened a page is noted once; a form that stands on none says so in its own test.
	for (const form of badForms) await filledIn(place, form).catch(() => null);
	place.before = storedIn(db);
	place.writes = writesOf(db);
});

afterAll(async () => {
	await app?.stop();
	db?.$client.close();
	db?.keys.close();
});

const nameOf = ({ route, action }: BadForm) => `${route}?/${action}`;
const isIn = (list: object, field: string) => Object.hasOwn(list, field.replace('[]', ''));
const isException = (field: string) => isIn(notLookedAt, field) || isIn(fieldPurposes, field);
const planted = 'See https://planted.example/zqx again';
/** What no field is for. */
const reference = ['Case no. zqx-4821/26', /a reference number/] as const;
/** Nor one for a licence, whose number is its own. */
const recording = ['See zqx-4821.mp4', /a file name/] as const;

function whatIsRefused(field: string): readonly [string, RegExp] {
	if (!isException(field)) return [planted, /a web address/];
	const { purposes } = fieldPurposes[field.replace('[]', '')] ?? {};
	return purposes?.includes('citation') ? recording : reference;
}

/** Which fields of which forms may hold an address, or are not looked at; whoever adds one says here that it is for that. */
const exceptions = [
	'/(public)/sign-in?/default email',
	'/(public)/sign-in?/default held',
	'/(public)/sign-in?/default password',
	'/(public)/sign-in?/default to',
	'/(public)/invitation/[token]?/default password',
	'/(public)/setup/[token]?/setup email',
	'/(public)/setup/[token]?/setup password',
	'/(public)/invitation/[token]?/default email',
	'/(app)/settings?/details email',
	'/(app)/settings?/told chatName',
	'/(app)/settings?/password email',
	'/(app)/privacy/erasure?/ask password',
	'/(app)/privacy/my-data?/default password',
	'/(app)/privacy?/agree password',
	'/(app)/settings?/password currentPassword',
	'/(app)/settings?/password password',
	// A date, or whom a contact is for.
	...[
		'absences?/enter',
		'absences?/change',
		'absences/team?/enter',
		'absences/team?/change',
		'support/contact?/default',
		'people/[id]?/agree'
	].map((form) => `/(app)/${form} to`),
	'/(app)/admin/people?/invite email',
	'/(app)/admin/organisation?/helpLines detail[]',
	'/(app)/admin/organisation?/helpLines href[]',
	...['preview', 'add'].flatMap((action) =>
		['licence', 'owner'].map((field) => `/(app)/admin/instruments/[instrument]?/${action} ${field}`)
	),
	...['file', 'source'].map((field) => `/(app)/admin/instruments/[instrument]?/read ${field}`)
];

/** Sends a web address in each field in turn, in a list as one of several, and where it may hold one what else is refused there; what was not as it should be. */
async function tried(where: Place, form: BadForm, from?: string): Promise<{ wrong: Record<string, string[]>; excepted: string[] }> {
	const { path, body } = await filledIn(where, form, from);
	const excepted = Object.keys(body).filter(isException);
	const attempts = Object.entries(body).flatMap(([field, value]): Attempt[] => {
		if (isIn(notLookedAt, field)) return [];
		const [text, says] = whatIsRefused(field);
		const sent = typeof value === 'string' ? text : [text, ...value.slice(1)];
		return [{ name: field, body: { ...body, [field]: sent }, verdict: 'no', at: field, says }];
	});
	const isTyped = ({ name }: Attempt) => ['name', 'why', 'words', 'wording'].includes(form.kinds?.[name] ?? fieldKinds[name] ?? '');
	const wrong = await tryAll(where, form, path, attempts.filter(isTyped));
	// What can only be chosen or ticked has the sentence above the form, and cannot show what nobody could have chosen.
	const chosen = await tryAll(
		where,
		{ ...form, above: true },
		path,
		attempts.filter((attempt) => !isTyped(attempt))
	);
	for (const [field, complaints] of Object.entries(chosen)) {
		const found = complaints.filter((complaint) => !complaint.includes(' lost '));
		if (found.length > 0) wrong[field] = found;
	}
	return { wrong, excepted };
}

const excepted = new Set<string>();

describe('a web address in a form', () => {
	it.each(badForms.map((form) => [nameOf(form), form] as const))('%s refuses it in every field', async (name, form) => {
		const result = await tried(place, form);
		for (const field of result.excepted) excepted.add(`${name} ${field}`);
		expect(result.wrong).toEqual({});
	});

	it('is refused in setting up as well', async () => {
		const dataDir = temporaryFolder();
		const empty = await startApp({ dataDir });
		const own = openDatabase(dataDir, '', 'drizzle');
		const there: Place = {
			...place,
			app: empty,
			db: own,
			cookies: {},
			before: storedIn(own),
			writes: writesOf(own),
			bringKeysBack: keysIn(dataDir)
		};
		const result = await tried(there, setup, new URL(empty.setupLink ?? '').pathname);
		for (const field of result.excepted) excepted.add(`${nameOf(setup)} ${field}`);
		expect(result.wrong).toEqual({});
		expect(empty.output()).not.toContain('zqx');
		own.$client.close();
		own.keys.close();
		await empty.stop();
	});

	it('may stand only where a field is for it', () => {
		expect([...excepted].sort()).toEqual([...exceptions].sort());
		for (const why of [...Object.values(notLookedAt), ...Object.values(fieldPurposes).map((each) => each.why)])
			expect(why.length).toBeGreaterThan(5);
	});

	it('is nowhere in what the server printed, nor in the database', () => {
		expect(app.output()).not.toMatch(/zqx|planted/);
		expect(JSON.stringify([...storedIn(db)])).not.toContain('planted.example');
	});
});
