import { AxeBuilder } from '@axe-core/playwright';
import { routes } from '$app/manifest';
import type { AxeResults, run } from 'axe-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.ts';
import { failOnComplaints, newContext, open, openBrowser, takeComplaints, type Browser, type Page } from '../support/browser.ts';
import { furnishOffice, type Office, type Screen } from '../support/office.ts';

declare global {
	interface Window {
		axe: { run: typeof run };
	}
}

let office: Office;
let app: App;
/** Without an organisation: the first-run pages. */
let empty: App;
let browser: Browser;

beforeAll(async () => {
	office = await furnishOffice();
	[app, empty, browser] = await Promise.all([startApp({ dataDir: office.dataDir }), startApp(), openBrowser()]);
});
afterAll(async () => {
	await browser.close();
	await Promise.all([app.stop(), empty.stop()]);
});
failOnComplaints();

/** What is wrong on the page as it is, in light and in dark, in a line each. */
async function faults(page: Page): Promise<string[]> {
	const wear = (look: 'light' | 'dark') => page.evaluate((to) => document.documentElement.setAttribute('data-look', to), look);
	await wear('light');
	// Legacy: without a second page to gather what frames say. There are no frames here.
	const light = await new AxeBuilder({ page })
		.options({ resultTypes: ['violations'] })
		.setLegacyMode()
		.analyze();
	await wear('dark');
	// By the script that is in the page by now. What does not depend on colours is the same in every look.
	const dark = await page.evaluate(() => window.axe.run({ runOnly: ['color-contrast', 'link-in-text-block'] }));
	return [...inWords('light', light), ...inWords('dark', dark)];
}

const inWords = (look: string, { violations }: AxeResults) =>
	violations
		.filter(({ impact }) => impact === 'serious' || impact === 'critical')
		.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${look}: ${id}: ${target.join(' ')} ${failureSummary ?? ''}`));

const unfold = (page: Page) =>
	page.locator('main details').evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));

/** Looks at several screens at once, each person with a window of their own. */
async function inspect(screens: readonly Screen[], server = app): Promise<string[]> {
	const found: string[] = [];
	const waiting = [...Map.groupBy(screens, ({ who }) => who)].sort(([, one], [, other]) => other.length - one.length);
	const work = async () => {
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			const [who, theirs] = next;
			const context = await newContext(browser, server, { signedIn: who ? office.cookies[who] : undefined });
			const page = await context.newPage();
			for (const screen of theirs) {
				await open(page, screen.path);
				if (new URL(page.url()).pathname !== screen.path.split('?')[0]) found.push(`${screen.name}: led to ${page.url()}`);
				await unfold(page);
				for (const fault of await faults(page)) found.push(`${screen.name}: ${fault}`);
			}
			await context.close();
		}
	};
	await Promise.all([work(), work(), work()]);
	return found;
}

const firstRun = ['/(public)', '/(public)/setup/[token]'];

test('every page has a screen here', () => {
	const pages = routes.filter(({ page }) => page).map(({ id }) => id);
	expect([...Object.keys(office.screens), ...firstRun].sort()).toEqual([...pages].sort());
});

test('no screen has a serious or critical fault', { timeout: 600_000 }, async () => {
	expect(await inspect(Object.values(office.screens).flat())).toEqual([]);
});

test('nor has first run', async () => {
	const screens = ['/', new URL(empty.setupLink ?? '').pathname].map((path) => ({ name: path, who: null, path }));
	expect(await inspect(screens, empty)).toEqual([]);
});

test('nor a form that was not taken', async () => {
	const page = await (await newContext(browser, app)).newPage();
	await open(page, '/sign-in');
	await page.getByLabel('E-mail address').fill('nobody@example.org');
	await page.getByLabel('Password', { exact: true }).fill('no such password');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('alert').waitFor();
	expect(await faults(page)).toEqual([]);
	await page.context().close();
});

test('nor a page that is not there', async () => {
	const page = await (await newContext(browser, app, { signedIn: office.cookies.tomas })).newPage();
	await open(page, '/nowhere');
	expect(await faults(page)).toEqual([]);
	expect(takeComplaints()).toHaveLength(1);
	await page.context().close();
});

test.each([
	['signed in', 'ines', '/today', 1280],
	['signed in, on a phone', 'ines', '/today', 360],
	['not signed in', null, '/sign-in', 1280]
] as const)('nor Help now and the menus, opened: %s', async (_, who, path, width) => {
	const page = await (await newContext(browser, app, { width, signedIn: who ? office.cookies[who] : undefined })).newPage();
	await open(page, path);
	await page.getByText('I need help now').first().click();
	await page.getByRole('region', { name: 'Help now' }).waitFor();
	expect(await faults(page)).toEqual([]);
	await page.getByText('I need help now').first().click();
	const more = page.locator('nav details.more > summary');
	if (await more.isVisible()) {
		await more.click();
		expect(await faults(page)).toEqual([]);
	}
	await page.context().close();
});

test('nor a hidden screen', async () => {
	const page = await (await newContext(browser, app, { signedIn: office.cookies.ines })).newPage();
	await open(page, '/today');
	await page.keyboard.press('Escape');
	await page.getByRole('dialog', { name: 'Screen hidden' }).waitFor();
	expect(await faults(page)).toEqual([]);
	await page.context().close();
});
