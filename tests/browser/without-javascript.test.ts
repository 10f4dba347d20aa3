import { afterAll, beforeAll, expect, test } from 'vitest';
import { eq } from 'drizzle-orm';
import { hashPassword } from '#lib/server/auth/passwords.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { startApp, type App } from '../support/app.ts';
import { dateThere, failOnComplaints, newContext, openBrowser, see, type Browser, type Page } from '../support/browser.ts';
import { furnishOffice, inOffice } from '../support/office.ts';

let app: App;
let browser: Browser;
let page: Page;

beforeAll(async () => {
	const { dataDir } = await furnishOffice();
	const passwordHash = await hashPassword('velvet otter counts');
	await inOffice(dataDir, (db) => db.update(people).set({ passwordHash }).where(eq(people.emailKey, 'tomas@example.org')).run());
	app = await startApp({ dataDir });
	browser = await openBrowser();
	page = await (await newContext(browser, app, { javaScript: false })).newPage();
});
afterAll(async () => {
	await browser.close();
	await app.stop();
});
failOnComplaints();

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

test('Tomas is asked to sign in, mistypes, keeps what he typed, and comes where he wanted to go', async () => {
	await page.goto('/today/log');
	await see(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
	await page.getByLabel('E-mail address').fill('tomas@example.org');
	await page.getByLabel('Password', { exact: true }).fill('velvet otter count');
	await press('Sign in');
	await see(page.getByRole('alert')).toBeVisible();
	await see(page.getByLabel('E-mail address')).toHaveValue('tomas@example.org');
	await page.getByLabel('Password', { exact: true }).fill('velvet otter counts');
	await press('Sign in');
	await see(page.getByRole('heading', { name: 'Log what you did' })).toBeVisible();
});

test('he logs a session by hand; what was not taken is kept, with a sentence beside the field', async () => {
	const form = page.locator('form[action="?/session"]');
	await form.getByLabel('Kind of work').selectOption('Report triage');
	await form.getByLabel('Date it began').fill(dateThere('Europe/London', 1));
	await form.getByLabel('From').fill('09:00');
	await form.getByLabel('To', { exact: true }).fill('09:00');
	await press('Save this session');
	await see(form.locator('.error')).toBeVisible();
	await see(form.getByLabel('Kind of work').getByRole('option', { selected: true })).toHaveText('Report triage');
	await see(form.getByLabel('From')).toHaveValue('09:00');
	await form.getByLabel('To', { exact: true }).fill('10:30');
	// What could be wrong is unfolded.
	await form.getByRole('radio', { name: 'First seen' }).check();
	await press('Save this session');
	await see(page.getByRole('status')).toContainText('09:00–10:30, Report triage');
});

test('he starts a timer and stops it', async () => {
	await page.goto('/today');
	await press('Image and video assessment');
	await see(page.getByText(/^Running for/)).toBeVisible();
	await press('Stop');
	await see(page.getByRole('status')).toContainText('Image and video assessment');
});

test('he answers his check-in, once a week', async () => {
	await page.goto('/check-in');
	const questions = page.locator('main fieldset');
	for (const [index, answer] of ['A little', 'Well', 'Never', 'Mostly'].entries()) {
		await questions.nth(index).getByRole('radio', { name: answer, exact: true }).check();
	}
	await press('Done');
	await see(page.getByRole('heading', { name: 'Your check-in' })).toBeVisible();
	await see(page.getByRole('region', { name: 'What you answered' })).toContainText('A little');
	await page.goto('/check-in');
	await see(page.getByText('This week’s check-in is done.')).toBeVisible();
});

test('he asks Mara for contact, and withdraws it', async () => {
	await page.goto('/support/contact');
	await page.getByRole('radio', { name: /^Mara Voss/ }).check();
	await press('Send');
	await see(page.getByText('You asked Mara Voss. Not opened yet.')).toBeVisible();
	await page.getByText('Withdraw this').click();
	await press('Yes, withdraw it');
	await see(page.getByText('You asked Mara Voss. Not opened yet.')).toHaveCount(0);
	await see(page.getByRole('region', { name: 'Earlier' })).toContainText('You withdrew');
});

test('he signs out, and going back shows nothing', async () => {
	await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Sign out' }).click();
	await see(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
	await page.goBack();
	await see(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
	expect((await page.request.get('/support', { maxRedirects: 0 })).status()).toBe(303);
});
