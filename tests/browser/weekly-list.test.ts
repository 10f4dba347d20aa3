import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.ts';
import { failOnComplaints, newContext, openBrowser, see, type Browser, type Page } from '../support/browser.ts';
import type { FirstName } from '../support/cast.ts';
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

async function sitDown(who: FirstName, javaScript: boolean): Promise<Page> {
	return (await newContext(browser, app, { javaScript, signedIn: office.cookies[who] })).newPage();
}

test.each([
	['with JavaScript', true],
	['without JavaScript', false]
])('Mara ticks what changes for Wen, who reads it, and takes it back, %s', async (_, javaScript) => {
	const mara = await sitDown('mara', javaScript);
	await mara.goto('/prompts');
	await mara.getByRole('link', { name: 'Open the list' }).click();
	const line = mara.getByRole('listitem').filter({ has: mara.getByRole('heading', { name: 'Wen Alder' }) });
	await see(line).toContainText('5 h 30, with a limit of 5 h');
	await line.getByRole('checkbox', { name: 'Rota' }).check();
	await line.getByRole('checkbox', { name: 'Nothing changes' }).check();
	await line.getByRole('button', { name: /^Save/ }).click();
	await see(line.getByRole('alert')).toHaveText('Please tick either “Nothing changes” or what changes, not both.');
	await see(line.getByRole('checkbox', { name: 'Rota' })).toBeChecked();
	await line.getByRole('checkbox', { name: 'Nothing changes' }).uncheck();
	await line.getByRole('button', { name: /^Save/ }).click();
	await see(line).toContainText('What changes: rota · You, today');

	const wen = await sitDown('wen', javaScript);
	await wen.goto('/support');
	const own = wen.getByRole('region', { name: 'On the weekly list' });
	await see(own).toContainText('What changes: rota · Mara Voss, today');
	await see(own).toContainText('Mara Voss and Jonas Pike can see this.');

	await line.locator('summary').click();
	await line.getByRole('button', { name: /^Take it back/ }).click();
	await see(line).toContainText('taken back (You, today');
	await see(line.getByRole('checkbox', { name: 'Rota' })).not.toBeChecked();
	await wen.reload();
	await see(own).toContainText('taken back · Mara Voss');
	expect(await line.getByRole('button', { name: /^Take it back/ }).count()).toBe(0);
	await Promise.all([mara.context().close(), wen.context().close()]);
});
