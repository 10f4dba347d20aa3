import { afterAll, beforeAll, expect, test } from 'vitest';
import { instrumentIds } from '#lib/domain/instruments/instrument.ts';
import { packInstruments } from '#lib/domain/instruments/wording.ts';
import { rules } from '#lib/domain/rules/list.ts';
import type { PolicyPatch } from '#lib/domain/policy.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { organisation } from '#lib/server/db/schema/organisation.ts';
import { people } from '#lib/server/db/schema/people.ts';
import { teams } from '#lib/server/db/schema/organisation.ts';
import { allOptionalFields } from '#lib/server/organisation.ts';
import { changePolicy, newestVersion } from '#lib/server/policy-changes.ts';
import { findViewer } from '#lib/server/viewer.ts';
import { eq } from 'drizzle-orm';
import { startApp, type App } from '../support/app.ts';
import { failOnComplaints, newContext, open, openBrowser, see, type Browser, type Page } from '../support/browser.ts';
import { furnishOffice, inOffice } from '../support/office.ts';
import { addMadeUp } from '../support/wording.ts';

let app: App;
let browser: Browser;
let page: Page;

beforeAll(async () => {
	const office = await furnishOffice();
	await inOffice(office.dataDir, turnOnEverything);
	const channels = { SMTP_URL: 'smtp://localhost:2525', MAIL_FROM: 'breakwater@example.org', WEBHOOK_URL: 'https://chat.example.org/hook' };
	app = await startApp({ dataDir: office.dataDir, env: { ...channels, WEBHOOK_SECRET: 'x'.repeat(32) } });
	browser = await openBrowser();
	page = await (await newContext(browser, app, { signedIn: office.cookies.tomas })).newPage();
});
afterAll(async () => {
	await browser.close();
	await app.stop();
});
failOnComplaints();

/** As much to say as there can be: every rule, instrument and field on, odd numbers, teams with their own, the longest name. */
function turnOnEverything(db: Db): void {
	const now = Date.now();
	const ada = findViewer(db, String(db.select().from(people).where(eq(people.name, 'Ada Finch')).get()?.id));
	if (!ada) throw new Error('no administrator');
	const name = 'Harbour Office for the Protection of Children on the Internet and of its Workers'.padEnd(80, '.');
	const on = { fields: [...allOptionalFields], instruments: [...instrumentIds], leadHours: true };
	db.update(organisation)
		.set({ name, ...on })
		.run();
	for (const instrument of packInstruments) addMadeUp(db, ada, instrument, now);
	const odd = (minutes: unknown) => (typeof minutes === 'number' ? { minutes: minutes + 5 } : {});
	const all = rules.map(({ id, defaults }) => [id, { on: true, ...('minutes' in defaults && odd(defaults.minutes)) }]);
	const patch = { rules: Object.fromEntries(all) as PolicyPatch['rules'] } as PolicyPatch;
	const change = (teamId: string | null, changed: PolicyPatch) =>
		changePolicy(
			db,
			ada,
			{ id: crypto.randomUUID(), teamId, patch: changed, reason: 'For the test', basedOn: newestVersion(db, teamId)?.id ?? null },
			now
		);
	change(null, patch);
	for (const { id } of db.select().from(teams).all()) change(id, { breakLength: 15 });
}

test('the summary for a works council lies on one sheet, with everything on, on A4 as on Letter', async () => {
	await open(page, '/papers/works-council');
	await see(page.getByRole('article')).toContainText('other numbers');
	for (const format of ['A4', 'Letter']) expect([format, pagesOf(await page.pdf({ format }))]).toEqual([format, 1]);
});

test('the privacy notice takes more than one: pages are counted', async () => {
	await open(page, '/papers/staff-notice');
	expect(pagesOf(await page.pdf({ format: 'A4' }))).toBeGreaterThan(1);
});

function pagesOf(pdf: Buffer): number {
	return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}
