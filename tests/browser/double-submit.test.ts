import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { sameSite, startApp, type App } from '../support/app.ts';
import { dateThere, failOnComplaints, newContext, open, openBrowser, see, type Browser, type Page } from '../support/browser.ts';
import type { FirstName } from '../support/cast.ts';
import { furnishOffice, type Office } from '../support/office.ts';

let office: Office;
let app: App;
let browser: Browser;
let page: Page;

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

const show = (path: string, javaScript: boolean) => (javaScript ? open(page, path) : page.goto(path));

async function sitDown(who: FirstName, javaScript = true): Promise<void> {
	page = await (await newContext(browser, app, { javaScript, signedIn: office.cookies[who] })).newPage();
}
afterEach(() => page.context().close());

test.each([
	['with JavaScript', true, '07'],
	['without JavaScript', false, '08']
])('a session that is sent by a double click is stored once, %s', async (_, javaScript, hour) => {
	await sitDown('tomas', javaScript);
	await show('/today/log', javaScript);
	const form = page.locator('form[action="?/session"]');
	await form.getByLabel('Kind of work').selectOption('Report triage');
	await form.getByLabel('Date it began').fill(dateThere('Europe/London', 1));
	await form.getByLabel('From').fill(`${hour}:00`);
	await form.getByLabel('To', { exact: true }).fill(`${hour}:30`);
	let sent = 0;
	page.on('request', (request) => (sent += Number(request.method() === 'POST')));
	await form.getByRole('button', { name: 'Save this session' }).dblclick();
	await see(page.getByRole('status')).toContainText(`${hour}:00–${hour}:30, Report triage`);
	await see(page.getByRole('status')).not.toContainText('overlaps');
	if (javaScript) expect(sent).toBe(2);
	await show('/history', javaScript);
	await see(page.locator('details.day td.time', { hasText: `${hour}:00–${hour}:30` })).toHaveCount(1);
});

test('the same form, sent again later, stores nothing new', async () => {
	await sitDown('tomas', false);
	await page.goto('/today/log');
	const form = page.locator('form[action="?/total"]');
	await form.getByLabel('Day').fill(dateThere('Europe/London', 2));
	await form.getByLabel('Minutes').fill('77');
	await form.getByRole('button').click();
	await see(page.getByRole('status')).toContainText('1 h 17');
	const body = new URLSearchParams({
		id: new URL(page.url()).searchParams.get('saved') ?? '',
		date: dateThere('Europe/London', 2),
		minutes: '77',
		workTypeId: ''
	});
	const again = await page.request.post('/today/log?/total', {
		data: body.toString(),
		headers: { ...sameSite, 'content-type': 'application/x-www-form-urlencoded' },
		maxRedirects: 0
	});
	expect(again.status()).toBe(303);
	await page.goto('/history');
	await see(page.locator('details.day tr', { hasText: 'Several kinds of work' })).toHaveCount(1);
});

test('a request for contact is asked once', async () => {
	await sitDown('tomas');
	await open(page, '/support/contact');
	await page.getByRole('radio', { name: /^Edda Quill/ }).check();
	await page.getByRole('button', { name: 'Send' }).dblclick();
	await see(page.getByText('You asked Edda Quill. Not opened yet.')).toBeVisible();
	await see(page.getByRole('listitem').filter({ hasText: 'You asked Edda Quill' })).toHaveCount(1);
});

test('a check-in is stored once, and so is a timer', async () => {
	await sitDown('tomas');
	await open(page, '/check-in');
	const questions = page.locator('main fieldset');
	for (const [index, answer] of ['A little', 'Well', 'Never', 'Mostly'].entries()) {
		await questions.nth(index).getByRole('radio', { name: answer, exact: true }).check();
	}
	await page.getByRole('button', { name: 'Done' }).dblclick();
	await see(page.getByRole('heading', { name: 'Your check-in' })).toBeVisible();
	await see(page.getByRole('heading', { name: /Your last \d check-ins/ })).toHaveCount(0);
	await open(page, '/today');
	await page.getByRole('button', { name: 'URL checks for police' }).dblclick();
	await see(page.getByText(/^Running for/)).toBeVisible();
	await see(page.getByRole('group', { name: 'A question first' })).toHaveCount(0);
	await page.reload();
	await see(page.getByRole('table', { name: /Today’s sessions/ }).getByRole('link', { name: /^URL checks for police/ })).toHaveCount(1);
});

test('an account is made once', async () => {
	await sitDown('ada');
	await open(page, '/admin/people');
	await page.getByText('Invite somebody').click();
	const form = page.locator('form[action="?/invite"]');
	await form.getByLabel('Name').fill('Noa Finn');
	await form.getByLabel('E-mail address').fill('noa@example.org');
	await form.getByLabel('Home team', { exact: true }).selectOption('Harbour');
	await page.getByRole('button', { name: 'Make the account and its link' }).dblclick();
	await see(page.getByRole('link', { name: 'Noa Finn' })).toHaveCount(1);
	await open(page, '/admin/people');
	await see(page.getByRole('link', { name: 'Noa Finn' })).toHaveCount(1);
});

test('a step of a prompt is taken once', async () => {
	await sitDown('mara');
	const prompt = office.screens['/(app)/prompts/[id]']?.find(({ who, name }) => who === 'mara' && name.startsWith('/prompts/'));
	await open(page, prompt?.path ?? '');
	await page.getByRole('button', { name: 'Acknowledge' }).dblclick();
	await see(page.getByRole('button', { name: 'Offer this' })).toBeVisible();
	await open(page, prompt?.path ?? '');
	await see(page.getByRole('region', { name: 'Steps so far' }).getByRole('listitem').filter({ hasText: 'acknowledged it' })).toHaveCount(1);
});

test('an offer that was answered in another window says so where it is pressed', async () => {
	await sitDown('kit');
	await open(page, '/today');
	const other = await page.context().newPage();
	await open(other, '/today');
	await other.getByRole('button', { name: 'Not now' }).click();
	await see(other.getByRole('button', { name: 'Not now' })).toHaveCount(0);
	await page.getByRole('button', { name: 'Accept' }).click();
	await see(page.getByRole('alert')).toContainText('This offer was answered or withdrawn meanwhile');
	expect(new URL(page.url()).pathname).toBe('/today');
	await see(page.getByRole('button', { name: 'Accept' })).toHaveCount(0);
});
