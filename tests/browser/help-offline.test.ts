import type { Request } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.ts';
import { failOnComplaints, newContext, openBrowser, ready, see, takeComplaints, type Browser, type Page } from '../support/browser.ts';
import { furnishOffice, type Office } from '../support/office.ts';

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

/** An open page follows what happens, whether help is open or not. */
const isByItself = (request: Request) => 'x-looks-again' in request.headers() || request.url().endsWith('/live');

/** Opens and closes "I need help now" without a network, on a wide screen and on a phone; returns what was asked of the network. */
async function useHelp(page: Page): Promise<string[]> {
	await page.waitForLoadState('networkidle');
	const asked: string[] = [];
	let looked = false;
	page.on('request', (request) => (isByItself(request) ? (looked = true) : asked.push(request.url())));
	await page.context().setOffline(true);
	const button = page.getByText('I need help now').first();
	const help = page.getByRole('region', { name: 'Help now' });
	for (const width of [1280, 360]) {
		await page.setViewportSize({ width, height: 780 });
		await button.click();
		await see(help.getByText('Samaritans')).toBeVisible();
		await see(help.getByRole('link', { name: '999' })).toHaveAttribute('href', 'tel:999');
		await see(help.getByRole('link', { name: '116 123' })).toBeInViewport();
		await button.click();
		await see(help).toBeHidden();
	}
	// Chromium notes that it could not.
	if (looked) takeComplaints();
	return asked;
}

describe.each([
	['with JavaScript', true],
	['without JavaScript', false]
])('Help now opens without a network, asks nothing of it and leaves no trace, %s', (_, javaScript) => {
	test.each([
		['not signed in', null, '/sign-in'],
		['signed in', 'tomas', '/today'],
		['a lead', 'mara', '/prompts'],
		['the administrator', 'ada', '/admin'],
		['where there is no page', 'tomas', '/nowhere'],
		['on a link that does not work any more', null, '/invitation/nothing']
	] as const)('%s', async (_name, who, path) => {
		const context = await newContext(browser, app, { javaScript, signedIn: who ? office.cookies[who] : undefined });
		const page = await context.newPage();
		const answer = await page.goto(path);
		if (javaScript) await ready(page);
		// Chromium notes the status of a page that is not there.
		if (answer?.status() === 404) takeComplaints();
		const address = page.url();
		expect(await useHelp(page)).toEqual([]);
		expect(page.url()).toBe(address);
		expect(await context.storageState().then(({ origins }) => origins)).toEqual([]);
		await context.close();
	});
});
