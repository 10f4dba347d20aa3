import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { people, personVersions, signIns } from '#lib/server/db/schema/people.ts';
import { startApp, temporaryFolder, type App } from '../support/app.ts';
import {
	daytimeZone,
	failOnComplaints,
	newContext,
	open,
	openBrowser,
	see,
	takeComplaints,
	type Browser,
	type BrowserContext,
	type Page
} from '../support/browser.ts';
import { cast } from '../support/cast.ts';
import { signInAs, withDatabase } from '../reliability/desk.ts';

// Mara's list stands open on a second screen while her sign-in ends.

let app: App;
let browser: Browser;
const ids = { mara: '', jonas: '' };

beforeAll(async () => {
	const dataDir = temporaryFolder();
	withDatabase(dataDir, (db) => {
		const now = Date.now();
		const c = cast(db, now - 86_400_000);
		db.update(personVersions).set({ zone: daytimeZone() }).run();
		for (const who of ['mara', 'jonas'] as const) {
			ids[who] = c[who].id;
			db.update(people).set({ sharingAskedAt: now }).where(eq(people.id, ids[who])).run();
		}
	});
	app = await startApp({ dataDir });
	browser = await openBrowser();
});
afterAll(async () => {
	await browser?.close();
	await app?.stop();
});
failOnComplaints();

let context: BrowserContext;
let page: Page;

beforeEach(async () => {
	context = await newContext(browser, app);
	await enter('mara');
	page = await context.newPage();
	await standBy(page);
});
afterEach(() => context.close());

/** Opens the list, and waits until it stands by for news. */
async function standBy(of: Page): Promise<void> {
	const listening = opensLine(of);
	await open(of, '/prompts');
	await listening;
	// It looks once when its line stands.
	await of.waitForTimeout(700);
}

const opensLine = (of: Page) =>
	of.waitForResponse((response) => response.url().endsWith('/live') && response.request().method() === 'GET' && response.status() === 200);

/** Signs this browser in, beside its open pages. */
async function enter(who: keyof typeof ids): Promise<void> {
	const cookie = withDatabase(app.dataDir, (db) => signInAs(db, ids[who]));
	await context.addCookies([{ name: 'breakwater', value: cookie.slice('breakwater='.length), url: app.url }]);
}

/** What the idle limit does, without the wait. */
function endSignIns(): void {
	withDatabase(app.dataDir, (db) => db.update(signIns).set({ expiresAt: Date.now() }).run());
}

const line = () => page.getByText(/^You are signed out, so this page no longer follows/);
const until = () => page.locator('input[name="until"]');

async function type(): Promise<string> {
	await page.getByText('Away from today', { exact: true }).click();
	const typed = await until().getAttribute('max');
	await until().fill(typed ?? '');
	return typed ?? '';
}

test('nothing of the list stays on the screen, and after the next sign-in in another window it is there again and follows', async () => {
	await see(page.getByText('No prompt is open for you.')).toBeVisible();
	endSignIns();
	await page.waitForURL((url) => url.pathname === '/sign-in', { timeout: 5_000 });
	await see(page.getByText(/^Your sign-in had ended/)).toBeVisible();
	await see(page.getByText('No prompt is open for you.')).toBeHidden();
	await enter('mara');
	const follows = opensLine(page);
	await open(await context.newPage(), '/settings');
	await page.waitForURL(/\/prompts$/);
	await follows;
});

test('what she is typing stays, with a line that says why the page stands still, until she has signed in again', async () => {
	const typed = await type();
	expect(typed).not.toBe('');
	endSignIns();
	await see(line()).toBeVisible();
	await see(until()).toHaveValue(typed);
	await page.waitForTimeout(6_000);
	await see(line()).toBeVisible();
	await enter('mara');
	await opensLine(page);
	await see(line()).toBeHidden();
	await see(until()).toHaveValue(typed);
	expect(new URL(page.url()).pathname).toBe('/prompts');
});

test('typed long ago, it still stays; once the form is cleared the page goes', async () => {
	const typed = await type();
	// The page is told of it, and would look again as soon as nobody is at work on a form.
	withDatabase(app.dataDir, (db) => signInAs(db, ids.jonas));
	await page.waitForTimeout(2_000);
	await page.getByRole('heading', { level: 1 }).click();
	endSignIns();
	await see(line()).toBeVisible();
	await page.evaluate(() => {
		const now = Date.now.bind(Date);
		Date.now = () => now() + 601_000;
	});
	await page.waitForTimeout(6_000);
	await see(line()).toBeVisible();
	await see(until()).toHaveValue(typed);
	await page.evaluate(() => document.querySelectorAll('form').forEach((form) => form.reset()));
	await page.waitForURL((url) => url.pathname === '/sign-in');
});

test('what she typed is not there for somebody else who signs in at the same desk', async () => {
	const typed = await type();
	endSignIns();
	await see(line()).toBeVisible();
	await enter('jonas');
	await opensLine(page);
	await see(line()).toBeHidden();
	await see(until()).not.toHaveValue(typed);
});

test('a sign-in that ended while the server was away is found out as well', async () => {
	await app.stop();
	endSignIns();
	await app.restart();
	await page.waitForURL((url) => url.pathname === '/sign-in');
	takeComplaints();
});

test('a page that made room for newer ones says nothing of it, and comes back', async () => {
	await context.route('**/live', (route) => route.fulfill({ contentType: 'text/event-stream', body: 'event: enough\ndata: \n\n' }), {
		times: 1
	});
	await page.clock.install();
	await open(page, '/prompts');
	await page.waitForTimeout(1_000);
	await see(line()).toBeHidden();
	const back = opensLine(page);
	await page.clock.fastForward(61_000);
	await back;
	await see(page.getByText('No prompt is open for you.')).toBeVisible();
});
