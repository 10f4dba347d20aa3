import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.ts';
import { failOnComplaints, newContext, open, openBrowser, type Browser, type Page } from '../support/browser.ts';
import { furnishOffice, type Office, type Screen } from '../support/office.ts';

const width = 360;
let office: Office;
let app: App;
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

/** What does not fit, and what is too small to press; with everything unfolded. */
function misfits(page: Page): Promise<string[]> {
	return page.evaluate((width) => {
		document.querySelectorAll('main details').forEach((details) => details.setAttribute('open', ''));
		const found: string[] = [];
		const root = document.documentElement;
		if (root.scrollWidth > width) {
			const wide = [...document.querySelectorAll('main *')].filter((element) => element.getBoundingClientRect().right > width + 1);
			found.push(
				`${root.scrollWidth} px wide: ${wide
					.map((element) => `${element.localName}.${element.className}`)
					.slice(-3)
					.join(', ')}`
			);
		}
		for (const element of document.querySelectorAll<HTMLElement>('a, button, input:not([type="hidden"]), select, textarea, summary')) {
			if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('.visually-hidden, .skip')) continue;
			// Links within a sentence have the height of its line (WCAG 2.5.8); a tick is pressed by its whole label.
			const inSentence = element.localName === 'a' && getComputedStyle(element).display === 'inline';
			const target = element.matches('[type="checkbox"], [type="radio"]') ? (element.closest('label') ?? element) : element;
			const box = target.getBoundingClientRect();
			const least = element.matches('.btn, .input, .chip, summary, nav *') ? 44 : 24;
			const name = (element.getAttribute('aria-label') ?? target.textContent ?? '').trim().slice(0, 40);
			if (!inSentence && (box.height < least || box.width < 24))
				found.push(`${element.localName} “${name}” is ${Math.round(box.width)} × ${Math.round(box.height)}`);
		}
		return found;
	}, width);
}

async function inspect(screens: readonly Screen[], server: App): Promise<string[]> {
	const found: string[] = [];
	const waiting = [...Map.groupBy(screens, ({ who }) => who)].sort(([, one], [, other]) => other.length - one.length);
	const work = async () => {
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			const [who, theirs] = next;
			const context = await newContext(browser, server, { width, height: 780, signedIn: who ? office.cookies[who] : undefined });
			const page = await context.newPage();
			for (const screen of theirs) {
				await open(page, screen.path);
				for (const misfit of await misfits(page)) found.push(`${screen.name}: ${misfit}`);
			}
			await context.close();
		}
	};
	await Promise.all([work(), work(), work()]);
	return found;
}

test(`on a phone of ${width} px nothing scrolls sideways, and everything is large enough to press`, async () => {
	expect(await inspect(Object.values(office.screens).flat(), app)).toEqual([]);
});

test('so it is on first run', async () => {
	const screens = ['/', new URL(empty.setupLink ?? '').pathname].map((path) => ({ name: path, who: null, path }));
	expect(await inspect(screens, empty)).toEqual([]);
});
