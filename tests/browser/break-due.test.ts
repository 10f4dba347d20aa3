import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { people, personVersions } from '#lib/server/db/schema/people.ts';
import { startApp, temporaryFolder, visitor, type App } from '../support/app.ts';
import { failOnComplaints, newContext, open, openBrowser, see, type Browser, type Page } from '../support/browser.ts';
import { cast } from '../support/cast.ts';
import { breakDueAt } from '../support/crowd.ts';
import { acknowledged, exposureWork, logAction, logFields, signInAs, withDatabase, zone } from '../reliability/desk.ts';

// One story of Ines, whose timer runs, told in order.

const minute = 60_000;
let app: App;
let browser: Browser;
let cookie: string;
let work: string;
let settings: Page;

beforeAll(async () => {
	const dataDir = temporaryFolder();
	withDatabase(dataDir, (db) => {
		const now = Date.now();
		const { ines } = cast(db, now - 2 * 24 * 60 * minute);
		db.update(people).set({ sharingAskedAt: now }).where(eq(people.id, ines.id)).run();
		db.update(personVersions).set({ zone }).run();
		breakDueAt(db, ines.id, now + 10 * minute);
		work = exposureWork(db);
		cookie = signInAs(db, ines.id, now);
	});
	app = await startApp({ dataDir });
	browser = await openBrowser();
});
afterAll(async () => {
	await browser?.close();
	await app?.stop();
});
failOnComplaints();

const window = async (look = {}) => newContext(browser, app, { signedIn: cookie.slice('breakwater='.length), ...look });
const line = (page: Page) => page.getByText('A good moment for a break.');

test('before it is due nothing is said; a tab in the background says it in its title once it is, without a line to the server', async () => {
	const page = await (await window()).newPage();
	await page.addInitScript(() => Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' }));
	await page.clock.install();
	let requests = 0;
	await open(page, '/history');
	page.on('request', () => requests++);
	expect(await page.title()).not.toContain('Break due');
	await page.clock.fastForward(11 * minute);
	await see(page).toHaveTitle(/^Break due · /);
	await see(line(page)).toBeVisible();
	expect(requests).toBe(0);
	await page.context().close();
});

test('it becomes due while another page is open: that page says so within two seconds', async () => {
	settings = await (await window()).newPage();
	const listening = settings.waitForResponse((response) => response.url().endsWith('/live'));
	await open(settings, '/settings');
	await listening;
	await see(line(settings)).toBeHidden();
	// What she had looked at five minutes before she started the timer.
	expect(acknowledged(await visitor(app, cookie).post(logAction, logFields(work, 66 * minute)))).toBe(true);
	await see.configure({ timeout: 2_000 })(line(settings)).toBeVisible();
	await see(settings).toHaveTitle('Break due · Settings · Breakwater');
});

test('the title of another page says it as well, and no title twice', async () => {
	await settings.getByRole('link', { name: 'Today' }).first().click();
	await see(settings).toHaveTitle(/^Break due · (?!Break due)/);
	await see(line(settings)).toBeHidden();
	await open(settings, '/settings');
	await see(settings).toHaveTitle('Break due · Settings · Breakwater');
});

test('a hidden screen says nothing, not in its title either', async () => {
	await settings.keyboard.press('Escape');
	await see(settings.getByRole('dialog', { name: 'Screen hidden' })).toBeVisible();
	await see(settings).toHaveTitle('Settings · Breakwater');
	await settings.keyboard.press('Escape');
	await see(settings).toHaveTitle('Break due · Settings · Breakwater');
});

test('without JavaScript each page says it as it is loaded', async () => {
	const page = await (await window({ javaScript: false })).newPage();
	await page.goto('/settings');
	await see(line(page)).toBeVisible();
	await see(page.getByText('Check-in due this week')).toBeVisible();
	await page.context().close();
});

test('stopping the timer takes it back, on the page that is open elsewhere too', async () => {
	const today = await (await window()).newPage();
	await open(today, '/today');
	await today.getByRole('button', { name: /^Stop/ }).first().click();
	await see(line(settings)).toBeHidden();
	await see(settings).toHaveTitle('Settings · Breakwater');
	await see(settings.getByText('Check-in due this week')).toBeVisible();
});
