import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, expect as playwrightExpect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { afterEach, expect } from 'vitest';
import type { App } from './app.ts';

export type { Browser, BrowserContext, Locator, Page } from '@playwright/test';

/** Playwright's assertions, which wait for what they say; generous, because the machine may be busy. */
export const see = playwrightExpect.configure({ timeout: 15_000 });

export function openBrowser(): Promise<Browser> {
	const path = chromiumPath();
	return chromium.launch({ args: ['--no-sandbox'], ...(path && { executablePath: path }) });
}

/** As `npm test` looks for it: CHROMIUM_PATH, one on the PATH, else Playwright's own. */
function chromiumPath(): string | undefined {
	const onPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap((name) =>
		(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
	);
	return process.env.CHROMIUM_PATH ?? onPath.find((file) => existsSync(file));
}

export interface Look {
	javaScript?: boolean;
	look?: 'light' | 'dark';
	width?: number;
	height?: number;
	/** Somebody who is signed in already: the value of their cookie. */
	signedIn?: string | undefined;
}

const complaints: string[] = [];

/** A browser window of somebody's own. What its pages complain of on the console, refused scripts and styles included, fails the test. */
export async function newContext(browser: Browser, app: Pick<App, 'url'>, look: Look = {}): Promise<BrowserContext> {
	const context = await browser.newContext({
		baseURL: app.url,
		javaScriptEnabled: look.javaScript ?? true,
		viewport: { width: look.width ?? 1280, height: look.height ?? 900 },
		reducedMotion: 'reduce',
		locale: 'en-GB'
	});
	context.setDefaultTimeout(15_000);
	await context.addInitScript(noteStart);
	const cookies = { breakwater: look.signedIn, look: look.look };
	for (const [name, value] of Object.entries(cookies)) if (value) await context.addCookies([{ name, value, url: app.url }]);
	context.on('console', (message) => {
		// How a form answers that was not taken is no fault; Chromium notes every such status.
		// Nor is a stream of events that broke with its server: the page comes back to it.
		if (message.location().url.endsWith('/live')) return;
		if (message.type() === 'error' && !/status of (400|409) /.test(message.text()))
			complaints.push(`${message.page()?.url() ?? ''}: ${message.text()}`);
	});
	context.on('weberror', (error) => complaints.push(`${error.page()?.url() ?? ''}: ${String(error.error())}`));
	return context;
}

/** Call once in a test file: a test whose pages complained fails. */
export function failOnComplaints(): void {
	afterEach(() => expect(takeComplaints()).toEqual([]));
}

/** What was complained of so far, where a test expects it. */
export function takeComplaints(): string[] {
	return complaints.splice(0);
}

/** Opens a page of the app and waits until its script has taken over; a press before that goes the way without JavaScript. */
export async function open(page: Page, path: string): Promise<void> {
	await page.goto(path);
	await ready(page);
}

/** Until then Kit moves the focus, and a press goes the way without JavaScript. */
export async function ready(page: Page): Promise<void> {
	await page.waitForFunction(() => 'kitListens' in window);
}

/** Runs in the page before anything else. That Kit listens for going back is among the last things of its start, all done in one go. */
function noteStart(): void {
	const listen = window.addEventListener.bind(window);
	window.addEventListener = (...what: Parameters<typeof listen>) => {
		if (what[0] === 'popstate') Object.assign(window, { kitListens: true });
		listen(...what);
	};
}

/** Signs in through the form. */
export async function signInAs(page: Page, who: { email: string; password: string }): Promise<void> {
	await open(page, '/sign-in');
	await page.getByLabel('E-mail address').fill(who.email);
	await page.getByLabel('Password', { exact: true }).fill(who.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.waitForURL((url) => url.pathname !== '/sign-in');
}

const daytimeZones = [
	'Pacific/Honolulu',
	'America/Phoenix',
	'America/Sao_Paulo',
	'Africa/Abidjan',
	'Africa/Nairobi',
	'Asia/Bangkok',
	'Asia/Tokyo',
	'Pacific/Noumea'
];

/** A zone without daylight saving in which it is around noon now: a story does not cross midnight, at whatever hour it is told. */
export function daytimeZone(now = Date.now()): string {
	const fromNoon = (timeZone: string) =>
		Math.abs(Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(now)) - 12);
	return daytimeZones.reduce((best, zone) => (fromNoon(zone) < fromNoon(best) ? zone : best));
}

/** The date `days` days before today there, as a date field wants it. */
export function dateThere(timeZone: string, days = 0, now = Date.now()): string {
	return new Intl.DateTimeFormat('sv-SE', { timeZone }).format(now - days * 86_400_000);
}
