import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.ts';
import { failOnComplaints, newContext, openBrowser, ready, see, type Browser, type Locator, type Page } from '../support/browser.ts';
import type { FirstName } from '../support/cast.ts';
import { furnishOffice, type Office } from '../support/office.ts';

// The page is there before its script: what somebody types and ticks in between must still be there once the script takes over.

let office: Office;
let app: App;
let browser: Browser;

beforeAll(async () => {
	office = await furnishOffice();
	app = await startApp({ dataDir: office.dataDir });
	browser = await openBrowser();
});
afterAll(async () => {
	await browser.close();
	await app.stop();
});
failOnComplaints();

/** Shows a page whose script comes only after `use`. */
async function onSlowLine(who: FirstName | null, path: string, use: (page: Page) => Promise<void>): Promise<Page> {
	const page = await (await newContext(browser, app, { signedIn: who ? office.cookies[who] : undefined })).newPage();
	const { promise: line, resolve: arrive } = Promise.withResolvers<void>();
	await page.route('**/*.js', async (route) => {
		await line;
		await route.continue();
	});
	await page.goto(path, { waitUntil: 'commit' });
	await use(page);
	arrive();
	await ready(page);
	return page;
}

test('what was typed stays', async () => {
	const email = (page: Page) => page.getByLabel('E-mail address');
	const page = await onSlowLine(null, '/sign-in', (page) => email(page).fill('tomas@example.org'));
	await see(email(page)).toHaveValue('tomas@example.org');
	await page.context().close();
});

const choices: [FirstName, string, (page: Page) => Locator][] = [
	['tomas', '/check-in', (page) => page.getByRole('radio', { name: 'Very well' })],
	['tomas', '/support/contact', (page) => page.getByRole('radio', { name: /^Edda Quill/ })],
	['wen', '/welcome/sharing', (page) => page.getByRole('group', { name: /who may be asked/ }).getByLabel('Edda Quill')],
	['tomas', '/settings', (page) => page.getByRole('radio', { name: 'Dark', exact: true })]
];
test.each(choices)('what %s ticked on %s stays', async (who, path, choice) => {
	const page = await onSlowLine(who, path, (page) => choice(page).check());
	expect(await choice(page).isChecked()).toBe(true);
	await page.context().close();
});
