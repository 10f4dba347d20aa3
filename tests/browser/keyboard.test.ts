import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.ts';
import { failOnComplaints, newContext, open, openBrowser, see, type Browser, type Page } from '../support/browser.ts';
import { furnishOffice, type Office } from '../support/office.ts';

let office: Office;
let app: App;
let browser: Browser;
let page: Page;

beforeAll(async () => {
	office = await furnishOffice();
	app = await startApp({ dataDir: office.dataDir });
	browser = await openBrowser();
	page = await (await newContext(browser, app, { signedIn: office.cookies.tomas })).newPage();
});
afterAll(async () => {
	await browser.close();
	await app.stop();
});
failOnComplaints();

/** What has the focus, in words; nothing where it is on no element, but in the browser's own bar. */
const focused = () =>
	page.evaluate(() => {
		const { activeElement, body } = document;
		return activeElement === body ? '' : (activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? '').trim();
	});

/** Presses Tab until something with these words has the focus; fails where that does not come within a page's worth of stops. */
async function tabTo(words: string): Promise<void> {
	for (let stops = 0; stops < 80; stops++) {
		await page.keyboard.press('Tab');
		if ((await focused()).includes(words)) return;
	}
	throw new Error(`the keyboard does not come to “${words}”`);
}

describe('the timer', () => {
	test('a number starts the work that carries it, and s stops', async () => {
		await open(page, '/today');
		const first = page.locator('button[data-key="1"]');
		const work = ((await first.textContent()) ?? '').replace(/^\s*1\s*/, '').trim();
		await page.keyboard.press('1');
		await see(page.getByText(/^Running for/)).toBeVisible();
		await see(page.getByRole('main')).toContainText(`${work} · `);
		await page.keyboard.press('s');
		await see(page.getByRole('status')).toContainText('Saved');
		await see(page.getByText(/^Running for/)).toBeHidden();
	});

	test('a number pressed while one runs asks first, and has the focus', async () => {
		await page.keyboard.press('1');
		await see(page.getByText(/^Running for/)).toBeVisible();
		await page.keyboard.press('2');
		await see(page.getByRole('group', { name: 'A question first' })).toBeFocused();
		await page.getByRole('link', { name: 'Leave it as it is' }).focus();
		await page.keyboard.press('Enter');
		await see(page.getByRole('group', { name: 'A question first' })).toBeHidden();
		await page.keyboard.press('s');
		await see(page.getByText(/^Running for/)).toBeHidden();
	});

	test('with a modifier, in a field, and where they were turned off, keys do nothing', async () => {
		const posts: string[] = [];
		page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
		await page.keyboard.press('Alt+1');
		await page.getByLabel('Use these keys on this computer').uncheck();
		await page.keyboard.press('1');
		await open(page, '/today');
		await see(page.getByLabel('Use these keys on this computer')).not.toBeChecked();
		await page.keyboard.press('1');
		await page.getByLabel('Use these keys on this computer').check();
		await open(page, '/today/log');
		await page.getByLabel('Minutes').pressSequentially('123');
		await see(page.getByLabel('Minutes')).toHaveValue('123');
		expect(posts).toEqual([]);
	});
});

describe('Esc', () => {
	test('hides the screen, and nothing underneath can be reached, read or pressed', async () => {
		await open(page, '/today');
		await page.keyboard.press('Escape');
		const hidden = page.getByRole('dialog', { name: 'Screen hidden' });
		await see(hidden).toBeVisible();
		const box = await hidden.boundingBox();
		expect(box).toMatchObject({ x: 0, y: 0, width: 1280, height: 900 });
		const stops = new Set<string>();
		for (let stop = 0; stop < 8; stop++) {
			await page.keyboard.press('Tab');
			stops.add(await focused());
		}
		expect([...stops].filter((words) => words !== '' && !words.startsWith('Screen hidden'))).toEqual([]);
		await page.keyboard.press('1');
		await page.keyboard.press('Escape');
		await see(hidden).toBeHidden();
		await see(page.getByText(/^Running for/)).toBeHidden();
		await see(page.getByRole('heading', { name: 'Exposure today' })).toBeVisible();
	});

	test('the button in the rail hides it as well, and Enter shows it again', async () => {
		await tabTo('Hide screen');
		await page.keyboard.press('Enter');
		await see(page.getByRole('dialog', { name: 'Screen hidden' })).toBeVisible();
		await page.keyboard.press('Enter');
		await see(page.getByRole('dialog', { name: 'Screen hidden' })).toBeHidden();
	});
});

describe('without a mouse', () => {
	test.each([['/today'], ['/check-in'], ['/support/contact'], ['/privacy'], ['/settings']])(
		'Help now opens and closes on %s',
		async (path) => {
			await open(page, path);
			await tabTo('I need help now');
			await page.keyboard.press('Enter');
			await see(page.getByRole('region', { name: 'Help now' })).toBeVisible();
			await page.keyboard.press('Enter');
			await see(page.getByRole('region', { name: 'Help now' })).toBeHidden();
		}
	);

	test('the first stop skips to the content', async () => {
		await open(page, '/settings');
		await page.keyboard.press('Tab');
		expect(await focused()).toBe('Skip to the content');
		await see(page.getByRole('link', { name: 'Skip to the content' })).toBeInViewport();
		await page.keyboard.press('Enter');
		await see(page.locator('main')).toBeFocused();
		await page.keyboard.press('Tab');
		expect(await page.evaluate(() => document.querySelector('main')?.contains(document.activeElement))).toBe(true);
	});

	test('a check-in takes five keys', async () => {
		await open(page, '/check-in');
		await see(page.locator('main fieldset').first().getByRole('radio').first()).toBeFocused();
		for (const key of ['1', '2', '0', '1', 'Enter']) await page.keyboard.press(key);
		await see(page.getByRole('heading', { name: 'Your check-in' })).toBeVisible();
		await see(page.getByRole('region', { name: 'What you answered' })).toContainText('So-so');
	});
});
