import { readFileSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '#lib/server/auth/passwords.ts';
import { signIn } from '#lib/server/auth/session.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { send, startApp, visitor, type App } from '../support/app.ts';
import { failOnComplaints, newContext, open, openBrowser, see, type Browser, type Page } from '../support/browser.ts';
import { furnishOffice, inOffice } from '../support/office.ts';

const password = 'slate harbour lantern 27';
let app: App;
let browser: Browser;
let page: Page;
let admin: Page;
/** Sign-ins of Ines: in the browser, and on another machine. */
let ines: string;
let elsewhere: string;

beforeAll(async () => {
	const office = await furnishOffice();
	const passwordHash = await hashPassword(password);
	await inOffice(office.dataDir, async (db) => {
		const changed = db.update(people).set({ passwordHash }).where(eq(people.name, 'Ines Calder')).returning({ id: people.id }).get();
		const limits = { IDLE_MINUTES: 120, IDLE_MINUTES_SUPERVISORS: 30, SIGN_IN_HOURS: 13 };
		elsewhere = (await signIn(db, changed?.id ?? '', Date.now(), limits)).id;
	});
	ines = office.cookies.ines;
	app = await startApp({ dataDir: office.dataDir });
	browser = await openBrowser();
	page = await (await newContext(browser, app, { signedIn: office.cookies.ines })).newPage();
	admin = await (await newContext(browser, app, { signedIn: office.cookies.ada })).newPage();
});
afterAll(async () => {
	await browser.close();
	await app.stop();
});
failOnComplaints();

describe('My privacy', () => {
	test('says who can see what right now, by name, and who has looked', async () => {
		await open(page, '/privacy');
		const sees = page.getByRole('region', { name: 'Who can see what, right now' });
		await see(sees).toContainText('Single sessions, answers, scores, words of your own');
		await see(sees).toContainText('Nobody but you');
		await see(sees).toContainText('Mara Voss');
		await see(page.getByRole('region', { name: 'Who has looked' })).toContainText('Ask why');
	});

	test('gives the archive to whoever types the password, and not from a screen left open', async () => {
		await open(page, '/privacy/my-data');
		await page.getByLabel('Your password').fill('not the password');
		await page.getByRole('button', { name: 'Save my data' }).click();
		await see(page.getByRole('alert')).toContainText('This is not your present password.');
		const bare = await page.request.get('/privacy/my-data/archive', { maxRedirects: 0 });
		expect([bare.status(), bare.headers()['location']]).toEqual([303, '/privacy/my-data']);

		await page.getByLabel('Your password').fill(password);
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save my data' }).click()]);
		expect(download.suggestedFilename()).toMatch(/^my-data-\d{4}-\d\d-\d\d\.zip$/);
		const files = unzipSync(readFileSync(await download.path()));
		expect(strFromU8(files['README.txt'] ?? new Uint8Array())).toContain('What Breakwater keeps about Ines Calder');
		const account = JSON.parse(strFromU8(files['json/account.json'] ?? new Uint8Array())) as unknown[];
		expect(account).toMatchObject([{ email: 'ines@example.org' }]);
		expect(strFromU8(files['csv/sessions.csv'] ?? new Uint8Array()).split('\r\n').length).toBeGreaterThan(3);
		// The password was for that one time.
		expect((await page.request.get('/privacy/my-data/archive', { maxRedirects: 0 })).status()).toBe(303);
	});

	test('gives it once, and only to the sign-in in which the password was typed', async () => {
		const mine = visitor(app, `breakwater=${ines}`);
		expect((await mine.post('/privacy/my-data', { password })).headers.location).toBe('/privacy/my-data/archive');
		const ticket = mine
			.cookie()
			.split('; ')
			.filter((each) => !each.startsWith('breakwater='));
		const fetched = async (session: string) => {
			const sent = { cookie: [`breakwater=${session}`, ...ticket].join('; ') };
			return (await send(`${app.url}/privacy/my-data/archive`, { headers: sent })).status;
		};
		expect([await fetched(elsewhere), await fetched(ines), await fetched(ines)]).toEqual([303, 200, 303]);
	});

	test('prints my record as a PDF, on A4 and Letter, without the frame of the app', async () => {
		await open(page, '/privacy/record');
		await see(page.getByRole('button', { name: 'Print or save as PDF' })).toBeVisible();
		await see(page.getByRole('article')).toContainText('Ines Calder');
		for (const format of ['A4', 'Letter']) {
			const pdf = await page.pdf({ format });
			expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
			expect(pdf.length).toBeGreaterThan(10_000);
		}
		await page.emulateMedia({ media: 'print' });
		await see(page.getByRole('navigation', { name: 'My privacy' })).toBeHidden();
		await see(page.getByLabel('From')).toBeHidden();
		await see(page.getByRole('heading', { name: 'Record of exposure work' })).toBeVisible();
		await page.emulateMedia({ media: null });
	});

	test('says which period it cannot show', async () => {
		await open(page, '/privacy/record?from=2026-02-30&to=2026-03-01');
		await see(page.getByText('Please give two dates that the calendar has.')).toBeVisible();
	});

	test('asks for erasure, shows the administrator until when, and takes it back', async () => {
		await open(page, '/privacy/erasure');
		await see(page.getByRole('region', { name: 'What goes' })).toContainText('check-ins');
		await page.getByLabel('Your password').fill(password);
		await page.getByRole('button', { name: 'Ask to be erased' }).click();
		await see(page.getByRole('heading', { name: 'You asked to be erased' })).toBeVisible();
		await see(page.getByText('28 days are left')).toBeVisible();
		await open(admin, '/admin');
		// Hers and another one; whose they are stands where they are carried out.
		const cards = admin.getByRole('article').filter({ hasText: '28 days are left' });
		await see(cards).toHaveCount(2);
		await see(cards.filter({ hasText: 'Ines Calder' })).toHaveCount(0);
		await open(admin, '/admin/records');
		await see(admin.getByRole('article').filter({ hasText: 'Ines Calder' })).toBeVisible();

		await page.getByRole('button', { name: 'Take it back' }).click();
		await see(page.getByText('Taken back. Everything stays as it is.')).toBeVisible();
		await open(admin, '/admin');
		await see(cards).toHaveCount(1);
	});
});
