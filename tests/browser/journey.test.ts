import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.ts';
import {
	dateThere,
	daytimeZone,
	failOnComplaints,
	newContext,
	open,
	openBrowser,
	ready,
	see,
	signInAs,
	takeComplaints,
	type Browser,
	type Page
} from '../support/browser.ts';

// One story, told in order: each test goes on where the one before it ended, and nothing is told after one that failed.

const zone = daytimeZone();
const zoneWords = zone.replaceAll('_', ' ');
const people = {
	ada: { name: 'Ada Finch', email: 'ada@example.org', password: 'velvet otter counts' },
	mara: { name: 'Mara Voss', email: 'mara@example.org', password: 'quiet lantern harbour' },
	jonas: { name: 'Jonas Pike', email: 'jonas@example.org', password: 'seven pebbles rolling' },
	edda: { name: 'Edda Quill', email: 'edda@example.org', password: 'amber window thistle' },
	ines: { name: 'Ines Calder', email: 'ines@example.org', password: 'marble kite wednesday' }
};
type Who = keyof typeof people;
const joining = ['mara', 'jonas', 'edda', 'ines'] as const;

let app: App;
let browser: Browser;
/** Everybody at their own computer. */
const at = {} as Record<Who, Page>;
const links = {} as Record<Who, string>;

beforeAll(async () => {
	app = await startApp();
	browser = await openBrowser();
	for (const who of Object.keys(people) as Who[]) at[who] = await (await newContext(browser, app)).newPage();
});
afterAll(async () => {
	await browser.close();
	await app.stop();
});
failOnComplaints();
let brokenOff = false;
beforeEach(({ skip }) => skip(brokenOff, 'the story broke off before'));
afterEach(({ task }) => {
	brokenOff ||= task.result?.state === 'fail';
});

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
const heading = (page: Page, name: string | RegExp) =>
	see(page.getByRole('heading', { name, exact: typeof name === 'string' })).toBeVisible();

/** Goes to a place and waits until it is there: a press while one page replaces another may miss both. */
async function go(page: Page, place: string, title: string | RegExp = place) {
	// It may say beside that how many prompts are new.
	await page
		.getByRole('navigation', { name: 'Main' })
		.getByRole('link', { name: new RegExp(`^${place}( \\d+ new)?$`) })
		.click();
	await heading(page, title);
}

/** The part of a page with this heading. */
const part = (page: Page, name: string | RegExp) => page.getByRole('region', { name });

test('Ada follows the link from the terminal and sets the organisation up', async () => {
	const page = at.ada;
	await open(page, '/');
	await heading(page, 'This Breakwater is not set up yet');
	expect(app.setupLink).toContain('/setup/');
	await open(page, new URL(app.setupLink ?? '').pathname);
	await page.getByLabel('Name of the organisation').fill('Seawall');
	await page.getByLabel('Time zone').selectOption(zoneWords);
	await page.getByLabel('Your name').fill(people.ada.name);
	await page.getByLabel('Your e-mail address').fill(people.ada.email);
	await page.getByLabel('Choose a password').fill('password1234');
	await press(page, 'Set up');
	await see(page.locator('.error')).toBeVisible();
	await see(page.getByLabel('Name of the organisation')).toHaveValue('Seawall');
	await page.getByLabel('Choose a password').fill(people.ada.password);
	await press(page, 'Set up');
	await heading(page, 'Seawall');
	await open(at.mara, new URL(app.setupLink ?? '').pathname);
	await heading(at.mara, 'Sign in');
});

test('she makes a team and invites four people, each with a link to pass on', async () => {
	const page = at.ada;
	await page.getByLabel('Name', { exact: true }).fill('Harbour');
	await press(page, 'Make the team');
	await heading(page, 'Harbour');
	await go(page, 'Organisation', 'Seawall');
	await page.getByRole('link', { name: 'People' }).click();
	await heading(page, 'People');
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	for (const who of joining) {
		const { name, email } = people[who];
		const form = page.locator('form[action="?/invite"]');
		// As long as Ada is alone here, the form is open.
		if (who !== joining[0]) {
			await open(page, '/admin/people');
			await page.getByText('Invite somebody').click();
		}
		await form.getByLabel('Name').fill(name);
		await form.getByLabel('E-mail address').fill(email);
		await form.getByLabel('Home team', { exact: true }).selectOption('Harbour');
		await form.getByLabel('First date of exposure work').fill('2024-01-08');
		await form.getByRole('checkbox', { name: /^Moderator/ }).setChecked(who === 'ines');
		await press(page, 'Make the account and its link');
		await heading(page, `The link for ${name}`);
		links[who] = await part(page, `The link for ${name}`).getByRole('textbox').inputValue();
		await press(page, 'Copy');
		await see(part(page, `The link for ${name}`).getByText('Copied.')).toBeVisible();
		expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(links[who]);
	}
	expect(new Set(Object.values(links)).size).toBe(4);
});

test('each accepts, chooses a password, and from then on signs in with it', async () => {
	for (const who of joining) {
		const page = at[who];
		await open(page, links[who]);
		await heading(page, `Welcome, ${people[who].name}`);
		await page.getByLabel('Choose a password').fill(people[who].password);
		await press(page, 'Begin');
		await heading(page, 'What would you like to share, and with whom?');
		await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Sign out' }).click();
		await heading(page, 'Sign in');
		await signInAs(page, people[who]);
		await heading(page, 'What would you like to share, and with whom?');
		await ready(page);
	}
	const gone = await at.mara.request.get(links.mara);
	expect(gone.status()).toBe(404);
});

test('Ada gives the roles, in order, and puts Jonas on call', async () => {
	const page = at.ada;
	await go(page, 'Organisation', 'Seawall');
	await page.getByRole('link', { name: 'Harbour' }).click();
	await heading(page, 'Harbour');
	for (const [who, role] of [
		['mara', 'Lead'],
		['jonas', 'Lead'],
		['edda', 'Welfare officer']
	] as const) {
		const form = page.locator('form[action="?/role"]');
		await form.getByLabel('Person').selectOption({ label: `${people[who].name} (Harbour)` });
		await form.getByLabel('Role').selectOption(role);
		await form.getByRole('button', { name: 'Give the role' }).click();
		await see(part(page, role === 'Lead' ? 'Leads' : 'Welfare officers').getByRole('link', { name: people[who].name })).toBeVisible();
	}
	await see(part(page, 'Leads').getByRole('listitem').first()).toContainText('Mara Voss');
	await part(page, 'On call').getByLabel('Add to the list').selectOption('Jonas Pike');
	await part(page, 'On call').getByRole('button', { name: 'Add' }).click();
	await see(part(page, 'On call').getByText('1. Jonas Pike')).toBeVisible();
});

test('Ines names Edda for concerns, and nobody for trends; nothing was chosen for her', async () => {
	const page = at.ines;
	await open(page, '/');
	await heading(page, 'What would you like to share, and with whom?');
	const mayBeAsked = page.getByRole('group', { name: /who may be asked/ });
	await see(page.getByRole('checkbox', { checked: true })).toHaveCount(0);
	await mayBeAsked.getByLabel('Edda Quill').check();
	await press(page, 'Save');
	await see(page).toHaveURL(/\/today$/);
	await go(page, 'My privacy');
	await see(page.getByRole('group', { name: /who may be asked/ }).getByLabel('Edda Quill')).toBeChecked();
	await see(page.getByRole('group', { name: /Who may see how/ }).getByLabel('Edda Quill')).not.toBeChecked();
	for (const who of ['mara', 'jonas', 'edda'] as const) {
		await open(at[who], '/');
		await press(at[who], /Decide later|Go on/);
		await heading(at[who], 'Who would welcome a word');
	}
});

test('her timer runs on across a reload, in another tab and over a restart of the server', async () => {
	const page = at.ines;
	await go(page, 'Today', 'Exposure today');
	await press(page, 'URL checks for police');
	await see(page.getByText(/^Running for/)).toBeVisible();
	const since = await page.getByText(/URL checks for police · since \d\d:\d\d/).textContent();
	await page.reload();
	await see(page.getByText(since ?? '')).toBeVisible();

	const other = await page.context().newPage();
	await open(other, '/today');
	await see(other.getByText(since ?? '')).toBeVisible();
	await press(other, 'Image and video assessment');
	await see(other.getByRole('group', { name: 'A question first' })).toBeVisible();
	await other.getByRole('link', { name: 'Leave it as it is' }).click();
	await see(other.getByRole('group', { name: 'A question first' })).toBeHidden();

	await app.kill();
	await app.restart();
	// Pages that stand open may have asked just when nobody was there.
	takeComplaints();
	await open(page, '/today');
	await see(page.getByText(since ?? '')).toBeVisible();
	await press(page, 'Stop');
	await see(page.getByRole('status')).toContainText('URL checks for police');
	await see(page.getByText('No timer is running', { exact: false }).or(page.getByText('A pause so far'))).toBeVisible();
	await other.reload();
	await see(other.getByText(/^Running for/)).toBeHidden();
	await other.close();
});

test('she logs yesterday by hand, corrects it, and takes it out of the count, with each version kept', async () => {
	const page = at.ines;
	await go(page, 'History');
	await page.getByRole('link', { name: 'Log a past session' }).click();
	await heading(page, 'Log what you did');
	const form = page.locator('form[action="?/session"]');
	await form.getByLabel('Kind of work').selectOption('Report triage');
	await form.getByLabel('Date it began').fill(dateThere(zone, 1));
	await form.getByLabel('From').fill('09:00');
	await form.getByLabel('To', { exact: true }).fill('09:00');
	await press(page, 'Save this session');
	await see(form.locator('.error')).toBeVisible();
	await see(form.getByLabel('From')).toHaveValue('09:00');
	await form.getByLabel('To', { exact: true }).fill('10:30');
	await press(page, 'Save this session');
	await see(page.getByRole('status')).toContainText('Report triage');
	await page.getByRole('status').getByRole('link').click();
	await heading(page, 'Report triage');
	await part(page, 'Correct it').getByLabel('To', { exact: true }).fill('11:00');
	await press(page, 'Save the correction');
	await see(page.getByText('Saved. What it said before is kept below.')).toBeVisible();
	await see(part(page, 'What was said when').getByRole('listitem')).toHaveCount(2);
	await see(part(page, 'What was said when')).toContainText('10:30');

	await page.getByText('Take it out of the count').first().click();
	await page.getByRole('radio', { name: 'Logged twice' }).check();
	await page.getByLabel(/Yes, take it out/).check();
	await press(page, 'Take it out of the count');
	await see(page.getByText('because it was logged twice')).toBeVisible();
	await see(part(page, 'What was said when').getByRole('listitem')).toHaveCount(3);
	await go(page, 'History');
	// Yesterday may lie in the week before, which is folded.
	await page
		.locator('details.day')
		.filter({ hasText: 'Report triage' })
		.evaluate((day) => day.setAttribute('open', ''));
	await see(page.getByText('not counted: taken out')).toBeVisible();
});

test('her check-in takes four taps, and Edda, whom she named, learns no answer', async () => {
	const page = at.ines;
	await go(page, 'Today', 'Exposure today');
	await page.getByRole('link', { name: 'four taps' }).click();
	await heading(page, 'How has this week been?');
	const answers = ['Very much', 'Very badly', 'Never', 'Mostly'];
	const questions = page.locator('main fieldset');
	for (const [index, answer] of answers.entries()) await questions.nth(index).getByRole('radio', { name: answer, exact: true }).check();
	await press(page, 'Done');
	await heading(page, 'Your check-in');
	await see(page.getByText('this prompts')).toContainText('Edda Quill');
	await see(part(page, 'What you answered')).toContainText('Very badly');

	await open(at.edda, '/prompts');
	await at.edda.getByRole('link', { name: /^Open.*Ines Calder/ }).click();
	await heading(at.edda, 'Ines Calder');
	await see(at.edda.getByRole('main')).not.toContainText(/very (much|badly)|stress|sleep|score: /i);
	await open(at.mara, '/prompts');
	await see(at.mara.getByText('No prompt is open for you.')).toBeVisible();
});

test('she asks Mara for contact today', async () => {
	const page = at.ines;
	await go(page, 'Ask for contact');
	await page.getByRole('radio', { name: /^Mara Voss/ }).check();
	await page.getByRole('radio', { name: /^Today/ }).check();
	await see(page.getByRole('radio', { name: /^Today.*Jonas Pike/ })).toBeChecked();
	await press(page, 'Send');
	await heading(page, 'Support');
	await see(page.getByText('You asked Mara Voss, for today. Not opened yet.')).toBeVisible();
});

test('Mara opens the prompt, and Ines sees by whom it was seen', async () => {
	const page = at.mara;
	await open(page, '/prompts');
	await see(page.getByRole('main').getByRole('listitem').filter({ hasText: 'Ines Calder' })).toContainText(', today');
	await page.getByRole('link', { name: /^Open.*Ines Calder/ }).click();
	await heading(page, 'Ines Calder');
	await open(at.ines, '/support');
	await see(at.ines.getByText(/Seen by Mara Voss, \d\d:\d\d/)).toBeVisible();
});

test('Mara acknowledges and offers a talk; Ines finds the offer on Today and accepts', async () => {
	const page = at.mara;
	await press(page, 'Acknowledge');
	await see(page.getByRole('button', { name: 'Offer this' })).toBeVisible();
	await press(page, 'Offer this');
	await see(page.getByText('Please tick at least one thing that you can offer.').first()).toBeVisible();
	await page
		.getByRole('group', { name: /What can you offer/ })
		.getByRole('checkbox')
		.first()
		.check();
	await press(page, 'Offer this');
	await see(page.getByText('Your offer is with Ines Calder.')).toBeVisible();

	await open(at.ines, '/today');
	const offer = part(at.ines, /^Mara Voss offered/);
	await see(offer).toBeVisible();
	await offer.getByRole('button', { name: 'Accept' }).click();
	await see(offer).toBeHidden();
});

test('Mara records the conversation, follows up and closes', async () => {
	const page = at.mara;
	await open(page, '/prompts');
	await part(page, 'What I promised').getByRole('link', { name: 'Ines Calder' }).click();
	await page.getByText('Record a conversation').click();
	await press(page, 'Record the conversation');
	await see(part(page, 'Steps so far')).toContainText(/talked|conversation/i);
	await press(page, 'I have followed up');
	await see(page.getByText('The loop is closed, unless you would like to do more.')).toBeVisible();
	await page.getByText('Close this prompt').click();
	await press(page, 'Yes, close it');
	await see(page.getByText('No prompt is open for you.')).toBeVisible();
});

test('Ines sees every step that was recorded about her', async () => {
	const page = at.ines;
	await open(page, '/support');
	const earlier = part(page, 'Earlier');
	await earlier.locator('summary').click();
	const steps = (await earlier.getByRole('listitem').allTextContents()).map((step) => step.replace(/^\D*\d\d:\d\d/, ''));
	expect(steps).toEqual([
		'You asked Mara Voss for contact, today.',
		'Mara Voss opened it.',
		'Mara Voss took it on.',
		'Mara Voss offered: a talk.',
		'You accepted.',
		'Mara Voss noted that you talked.',
		'Mara Voss noted asking how things are now.',
		'Mara Voss closed it.'
	]);
});
