import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { routes } from '$app/manifest';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFeed, revokeFeed } from '#lib/server/calendar-links.ts';
import { askForContact } from '#lib/server/contact.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { alerts } from '#lib/server/db/schema/records.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { root } from '../src/cli/install.mjs';
import { cookieOf, cookies, marks, plantFacts, type Ids } from './support/access-facts.ts';
import { digest, nameOf, outcomeOf, outcomeOfData, outcomeOfScript, pathOf } from './support/access-answers.ts';
import { endpoints, kinds, pages, type Form, type Kind, type Page, type Row } from './support/access-table.ts';
import { publishedQuarter } from './support/some-reports.ts';
import { sameSite, send, startApp, temporaryFolder, type Answer, type App } from './support/app.ts';

let app: App;
let db: Db;
let ids: Ids;
let signedInAs: Record<Kind, string | undefined>;
/** Everything that the server answered while the table was tried, cell by cell. */
const heard: { kind: Kind; asked: string; page: boolean; text: string; html: boolean }[] = [];

beforeAll(async () => {
	const dataDir = join(temporaryFolder(), 'data');
	mkdirSync(dataDir, { mode: 0o700 });
	db = openDatabase(dataDir, '', join(root, 'drizzle'));
	const now = Date.now();
	ids = plantFacts(db, now);
	signedInAs = await cookies(db, ids, now);
	app = await startApp({ dataDir });
});

afterAll(async () => {
	await app?.stop();
	db?.$client.close();
	db?.keys.close();
});

const forms = pages.flatMap((page) =>
	Object.entries(page.forms ?? {}).map(([name, form]) => [`${nameOf(page)} ?/${name}`, page, name, form] as const)
);

describe('the table is complete', () => {
	const modules = import.meta.glob<{ actions?: Record<string, unknown> }>('../src/routes/**/+page.server.ts');

	it('holds every route, and no other', () => {
		expect([...new Set([...pages, ...endpoints].map(({ route }) => route))].sort()).toEqual(routes.map(({ id }) => id).sort());
	});

	it('holds every action, and no other', async () => {
		const found: string[] = [];
		for (const [file, load] of Object.entries(modules)) {
			const route = file.slice('../src/routes'.length, -'/+page.server.ts'.length);
			for (const name of Object.keys((await load()).actions ?? {})) found.push(`${route}?/${name}`);
		}
		const written = new Set(pages.flatMap(({ route, forms = {} }) => Object.keys(forms).map((name) => `${route}?/${name}`)));
		expect([...written].sort()).toEqual(found.sort());
	});

	it('holds every endpoint, and no other', () => {
		const found = routes.filter(({ endpoint }) => endpoint).map(({ id }) => id);
		expect(found.sort()).toEqual([...new Set(endpoints.map(({ route }) => route))].sort());
	});

	it('has at least a thousand cells: each page, form and endpoint × each kind of person', () => {
		const rows = [...pages, ...endpoints, ...forms.map(([, , , form]) => form)];
		const cells = rows.flatMap(({ row }) => kinds.map((kind) => row[kind]));
		console.log(`The access matrix: ${rows.length} rows × ${kinds.length} kinds of person = ${cells.length} cells.`);
		expect(cells.every((cell) => cell !== undefined)).toBe(true);
		expect(cells.length).toBeGreaterThanOrEqual(1_000);
	});
});

describe('pages', () => {
	it.each(pages.map((page) => [nameOf(page), page] as const))('%s', async (_, page) => {
		const expected: Record<string, string> = {};
		const found: Record<string, string> = {};
		const path = pathOf(page, ids);
		const before = digest(db);
		const look = async (kind: Kind) => {
			expected[kind] = expected[`${kind}, data`] = page.row[kind];
			found[kind] = outcomeOf(await ask(kind, path));
			found[`${kind}, data`] = outcomeOfData(await ask(kind, `${path === '/' ? '' : path}/__data.json`));
		};
		await atOnce(kindsWho(page.row, 'may not'), look);
		expect(digest(db), `somebody who may not open ${path} stored something`).toBe(before);
		await atOnce(kindsWho(page.row, 'may'), look);
		expect(found).toEqual(expected);
	});
});

describe('endpoints', () => {
	it.each(endpoints.map((endpoint) => [nameOf(endpoint), endpoint] as const))('%s', async (_, endpoint) => {
		const found: Record<string, string> = {};
		const before = digest(db);
		const look = async (kind: Kind) => void (found[kind] = outcomeOf(await ask(kind, pathOf(endpoint, ids))));
		await atOnce(kindsWho(endpoint.row, 'may not'), look);
		expect(digest(db), 'somebody who may not open it stored something').toBe(before);
		await atOnce(kindsWho(endpoint.row, 'may'), look);
		expect(found).toEqual(endpoint.row);
	});

	it('a calendar is a file that nothing keeps, with what is in it for its owner alone', async () => {
		const { headers, text } = await ask('moderator', '/support/calendar');
		expect(headers).toMatchObject({
			'content-type': 'text/calendar; charset=utf-8',
			'content-disposition': 'attachment; filename="calendar.ics"',
			'cache-control': 'no-store'
		});
		for (const id of [ids.absence, ids.appointment]) {
			expect(text).toContain(`UID:${id}`);
			const others = heard.filter(({ kind, asked, text }) => kind !== 'moderator' && asked === '/support/calendar' && text.includes(id));
			expect(others).toEqual([]);
		}
	});
});

describe('a calendar link', () => {
	it('opens without a sign-in, is a file that nothing keeps, and names nobody', async () => {
		const link = `/feeds/${makeFeed(db, ids.cast.mara, Date.now())}`;
		const { status, headers, text } = await ask('nobody', link);
		expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/calendar; charset=utf-8', 'no-store']);
		expect(text).toMatch(/^BEGIN:VCALENDAR\r\n/);
		for (const { name } of [ids.cast.ines, ids.cast.mara, ids.cast.bea]) expect(text).not.toContain(name.split(' ')[0]);
	});

	it('that has ended looks like one that never was', async () => {
		const link = `/feeds/${makeFeed(db, ids.cast.mara, Date.now())}`;
		revokeFeed(db, ids.cast.mara, Date.now());
		const [ended, never] = [await ask('nobody', link), await ask('nobody', '/feeds/made-up-token')];
		expect([ended.status, ended.text, ended.headers['content-type']]).toEqual([404, never.text, 'text/plain; charset=utf-8']);
		expect(ended.headers['cache-control']).toBe('no-store');
	});
});

// Before anything is answered or closed below.
describe('the line of an alert', () => {
	/** What an alert is to somebody of the cast. */
	async function opens(who: Viewer, alertId: string): Promise<string> {
		const cookie = await cookieOf(db, who.id, Date.now());
		return outcomeOf(await send(`${app.url}/prompts/${alertId}`, { headers: { accept: 'text/html', cookie } }));
	}

	it('reaches a deputy by escalation, but nobody whom the person has excluded, and no officer of another employer', async () => {
		const { cast: c, alerts: of } = ids;
		expect(await opens(c.jonas, of.beaContact)).toBe('open');
		expect(await opens(c.jonas, of.inesContact)).toBe('hidden');
		expect(await opens(c.jonas, of.inesExposure)).toBe('hidden');
		expect(await opens(c.pia, of.beaConcern)).toBe('hidden');
		expect(await opens(c.bea, of.beaConcern)).toBe('hidden');
	});

	it('reaches the head of welfare once it was escalated twice, and not before', async () => {
		const { hale, kit, mara } = ids.cast;
		const now = Date.now();
		askForContact(db, kit, { id: crypto.randomUUID(), toId: mara.id, toKind: 'lead', when: 'soon' }, now);
		const theirs = and(eq(alerts.personId, kit.id), eq(alerts.reason, 'contact'));
		const id = db.select({ id: alerts.id }).from(alerts).where(theirs).get()?.id ?? '';
		const cookie = await cookieOf(db, hale.id, now);
		const list = async () => (await send(`${app.url}/prompts`, { headers: { accept: 'text/html', cookie } })).text;
		for (const level of [0, 1]) {
			db.update(alerts).set({ level }).where(theirs).run();
			expect(await list()).not.toContain(kit.name);
			expect(await opens(hale, id)).toBe('hidden');
		}
		db.update(alerts).set({ level: 2 }).where(theirs).run();
		expect(await list()).toContain(kit.name);
		expect(await opens(hale, id)).toBe('open');
	});
});

// Those who may not come first: nothing that is done later can be the reason for their "not found".
describe('forms that are not theirs', () => {
	it.each(forms)('%s', async (_, page, name, form) => {
		const expected: Record<string, string> = {};
		const found: Record<string, string> = {};
		const before = digest(db);
		const mayNot = page.route === '/(public)/sign-out' ? [] : kindsWho(form.row, 'may not');
		await atOnce(mayNot, async (kind) => {
			expected[kind] = expected[`${kind}, by script`] = form.row[kind];
			found[kind] = outcomeOf(await post(kind, page, name, form));
			const script = { accept: 'application/json', 'x-sveltekit-action': 'true' };
			found[`${kind}, by script`] = outcomeOfScript(await post(kind, page, name, form, script));
		});
		expect(found).toEqual(expected);
		expect(digest(db), `somebody who may not send ${name} stored something`).toBe(before);
	});
});

describe('forms that are theirs', () => {
	it.each(forms)('%s', async (_, page, name, form) => {
		const found: Record<string, string> = {};
		const may = kinds.filter((kind) => form.row[kind] === 'open' || page.route === '/(public)/sign-out');
		for (const kind of may) {
			const outcome = outcomeOf(await post(kind, page, name, form));
			// Where a form leads on, or what is wrong with it: it was taken.
			found[kind] = outcome === 'onward' ? 'open' : outcome;
		}
		expect(found).toEqual(Object.fromEntries(may.map((kind) => [kind, form.row[kind]])));
	});
});

const supervisors: readonly Kind[] = ['lead', 'otherLead', 'deputy', 'welfare', 'otherWelfare', 'secondeeOfficer', 'peer', 'head'];

/**
 * Every field that a list of prompts and an opened prompt may have. None of them can hold an answer, a score, a detail of a session
 * or which check-in it was; whoever adds a field says here that the new one cannot either.
 */
const promptFields = [
	// Whom it is about, why (the reason, never what is behind it), hours over a limit, since when, what comes next and when.
	...['prompts', 'prompt', 'id', 'person', 'reason', 'figure', 'figures', 'today', 'since', 'next', 'level', 'as'],
	...['due', 'words', 'soon', 'late'],
	// What was done and can be done.
	...['closed', 'inPerson', 'steps', 'when', 'allowed', 'servable', 'speakAgain', 'from', 'to', 'promises', 'items', 'value', 'label'],
	// Room left of the team's members, in one word each for today and the week; being away oneself.
	...['headroom', 'name', 'week', 'leads', 'away', 'until', 'deputies', 'deputyId', 'latest', 'now'],
	// What the two agreed on, as both of them read it; and who says that a conversation didn't happen, without what it was about.
	...['plans', 'other', 'mine', 'state', 'stateWords', 'mayAgree', 'lastDay', 'plan', 'form'],
	...['disputes', 'conversationId', 'recorded', 'said'],
	// Who asked why somebody looked at their record, and what can be answered: what was looked at is named by its sort alone.
	...['questions', 'replies', 'who', 'asked', 'why'],
	...['formIds', 'acknowledge', 'offer', 'conversation', 'followUp', 'close'],
	// The weekly list: of whom and when, how much over which limit (`shown`: a digest of their ids), what was ticked by whom.
	...['lists', 'without', 'earlier', 'later', 'choices', 'teamId', 'team', 'made', 'covers', 'lines', 'personId', 'open', 'formId'],
	...['limits', 'shown', 'what', 'rest', 'notes', 'ticked', 'ticks', 'by', 'before'],
	// Being on call: for which team, who else is, who took over or could.
	...['calls', 'entryId', 'onCall', 'others', 'handed', 'takers']
];
/** What every page is given, and how data is wrapped on its way. */
const frameFields = [
	...['organisation', 'sample', 'helpLines', 'detail', 'href', 'viewer', 'roles', 'homeTeam', 'unopened', 'alarms', 'look'],
	...['type', 'nodes', 'data', 'uses', 'params', 'search_params', 'error', 'status', 'message']
];

describe('what was answered', () => {
	/** Who may read a person's name anywhere: themself, who supervises them, whom they have asked, who keeps the accounts. */
	const mayName = {
		'Ines Calder': ['moderator', 'lead', 'deputy', 'welfare', 'head', 'admin'],
		// Escalated: the other officers and the head of welfare.
		'Bea Lund': ['lead', 'deputy', 'welfare', 'otherWelfare', 'head', 'admin'],
		// The welfare officer plans their appointments.
		'Tomas Reed': ['colleague', 'lead', 'deputy', 'welfare', 'peer', 'head', 'admin'],
		'Wen Alder': ['lead', 'deputy', 'welfare', 'head', 'admin'],
		'Sol Marsh': ['elsewhere', 'otherLead', 'otherWelfare', 'head', 'admin'],
		// The host's leads, and the officer of his own employer: not the host's.
		'Kit Ferro': ['secondee', 'lead', 'deputy', 'secondeeOfficer', 'head', 'admin'],
		// Where they are now, and nobody of where they were.
		'Ari Mool': ['formerMember', 'otherLead', 'otherWelfare', 'head', 'admin']
	} as const satisfies Record<string, readonly Kind[]>;

	it.each(Object.entries(mayName))('names %s to nobody but %s', (name, may: readonly Kind[]) => {
		expect(saying(name, (kind) => may.includes(kind))).toEqual([]);
		for (const kind of may)
			expect(
				heard.some((each) => each.kind === kind && each.text.includes(name)),
				`${name} to ${kind}`
			).toBe(true);
	});

	it('tells the peer nothing of what Tomas asked of the officer before, nor what he declined', () => {
		const read = heard.filter(({ kind, asked, page }) => kind === 'peer' && page && asked.includes(ids.alerts.tomasToPeer));
		expect(read.some(({ text }) => text.includes('Tomas Reed asked for contact.'))).toBe(true);
		expect(read.filter(({ text }) => /Edda Quill|declined/.test(text)).map(({ asked }) => asked)).toEqual([]);
	});

	it('holds what Ines logged and typed for her alone', () => {
		const hours = '08:07–15:41';
		// The administrator keeps the lists of work types and partners, and reads who changed them; not who used them.
		const lists = (kind: Kind, asked: string) => kind === 'moderator' || (kind === 'admin' && /\/admin\/(organisation|audit)/.test(asked));
		expect(saying(marks.work, lists)).toEqual([]);
		expect(saying(marks.partner, lists)).toEqual([]);
		expect(saying(marks.held, (kind) => kind === 'moderator')).toEqual([]);
		for (const secret of [hours, String(ids.start), String(ids.end)]) expect(saying(secret, (kind) => kind === 'moderator')).toEqual([]);
		for (const mark of [...Object.values(marks), hours])
			expect(
				heard.some(({ kind, text }) => kind === 'moderator' && text.includes(mark)),
				mark
			).toBe(true);
	});

	it('gives the ids of her things to nobody who did not send them', () => {
		const { session, total, timer, checkIn, notice } = ids;
		for (const id of [session, total, timer, checkIn, notice])
			expect(saying(id, (kind, asked) => kind === 'moderator' || asked.includes(id) || asked.startsWith('POST'))).toEqual([]);
	});

	// The moderators read such fields about themselves.
	it.each(kindsBut('moderator', 'colleague', 'elsewhere', 'formerMember', 'secondee'))(
		'holds no answer, score or detail of a session for the %s: no such field anywhere',
		(who) => {
			const fields =
				/[{,]"?(answers?|scores?|item\d|criterion|concern|findings?|aftermath|violent|material|context|bands?|history|sealed)"?:/;
			// For how long answers are kept, whoever's.
			expect(matching(who, fields).filter((asked) => !/^(POST )?\/admin\/records\b.*: answers$/.test(asked))).toEqual([]);
			// Of trends there is only the choice whom one's own are shown.
			const choices = ['/privacy', '/welcome/sharing'];
			expect(
				matching(who, /[{,]"?trends?"?:/).filter((asked) => !choices.some((path) => asked.replace('POST ', '').startsWith(path)))
			).toEqual([]);
		}
	);

	it.each(kindsBut('moderator'))('never holds the answers of Ines for the %s', (who) => {
		expect(heard.filter(({ kind, text }) => kind === who && /\[4,\s*4,\s*3,\s*2\]/.test(text)).map(({ asked }) => asked)).toEqual([]);
	});

	it('holds no word of a check-in in any data of the lead', () => {
		const words =
			/\banswers\b|\bscores?\b|criteri|aftermath|violent|stress|sleep|unwanted|felt|pulse|check-?in|wellbeing|\btrends?\b|\bbands?\b|symptom/gi;
		// There the lead chooses about themself, and reads what is kept about anybody.
		const own = ['/privacy', '/privacy/kept', '/privacy/erasure', '/welcome/sharing', '/settings'].map((path) => `${path}/__data.json`);
		// The rules themselves, the published report and the papers, about nobody: word for word what everybody of the team reads.
		const papers = ['staff-notice', 'works-council', 'retention'].map((paper) => `/papers/${paper}`);
		const rules = ['/guides/limits', '/policy', `/policy/${ids.cast.harbour}`, `/reports/${publishedQuarter}`, ...papers].map(
			(path) => `${path}/__data.json`
		);
		const read = (kind: Kind, rule: string) => {
			const text = heard.find((each) => each.kind === kind && each.asked === rule)?.text ?? '';
			return (JSON.parse(text) as { nodes: unknown[] }).nodes.at(-1);
		};
		for (const rule of rules) expect(read('lead', rule)).toEqual(read('colleague', rule));
		const data = heard.filter(({ kind, asked }) => kind === 'lead' && asked.endsWith('__data.json') && ![...own, ...rules].includes(asked));
		expect(data.length).toBeGreaterThan(pages.length / 2);
		expect(data.flatMap(({ asked, text }) => [...text.matchAll(words)].map(([word]) => `${asked}: ${word}`))).toEqual([]);
	});

	it('gives a supervisor the fields of a prompt and no others', () => {
		const found = new Set<string>();
		const read = heard.filter(
			({ kind, asked, page }) => supervisors.includes(kind) && page && /^\/prompts(\/[^/]+)?\/__data\.json$/.test(asked)
		);
		for (const { text } of read) for (const [, key] of text.matchAll(/[{,]"(\w+)":/g)) if (key) found.add(key);
		expect([...found].sort()).toEqual([...promptFields, ...frameFields].sort());
	});

	it('has "I need help now" with its numbers in every page, the error page and the sign-in page among them', async () => {
		await ask('nobody', '/there/is/nothing/here');
		await ask('moderator', '/there/is/nothing/here');
		const html = heard.filter((each) => each.html);
		expect(html.length).toBeGreaterThan(200);
		expect(
			html.filter(({ text }) => !text.includes('I need help now') || !text.includes('116 123')).map(({ kind, asked }) => `${kind} ${asked}`)
		).toEqual([]);
	});
});

describe('after the account was disabled', () => {
	it('a sign-in opens nothing', async () => {
		// Disabling ended the sign-ins there were; this one came about in spite of it.
		const cookie = await cookieOf(db, ids.disabled, Date.now());
		const before = digest(db);
		const inside = pages.filter(({ route }) => route.startsWith('/(app)'));
		await atOnce(inside, async (page) => {
			const answer = await send(app.url + pathOf(page, ids), { headers: { accept: 'text/html', cookie } });
			expect([nameOf(page), outcomeOf(answer)]).toEqual([nameOf(page), 'sign-in']);
		});
		const theirForms = forms.filter(([, { route }]) => route.startsWith('/(app)'));
		await atOnce(theirForms, async ([name, page, action, form]) => {
			expect([name, outcomeOf(await post('nobody', page, action, form, { cookie }))]).toEqual([name, 'sign-in']);
		});
		expect(digest(db)).toBe(before);
	});
});

/** Those who may not come first: what is read by those who may is noted, and is not laid at somebody else's door. */
function kindsWho(row: Row, asked: 'may' | 'may not'): Kind[] {
	return kinds.filter((kind) => (row[kind] === 'open') === (asked === 'may'));
}

/** Several requests are under way while the server is busy with one. */
async function atOnce<Each>(all: readonly Each[], each: (one: Each) => Promise<void>): Promise<void> {
	await Promise.all(all.map(each));
}

function kindsBut(...without: readonly Kind[]): Kind[] {
	return kinds.filter((kind) => !without.includes(kind));
}

/** Where somebody heard something of this form. */
function matching(who: Kind, form: RegExp): string[] {
	return heard
		.filter(({ kind, text }) => kind === who && form.test(text))
		.map(({ asked, text }) => `${asked}: ${form.exec(text)?.[1] ?? ''}`);
}

/** Who heard this who may not, and where. */
function saying(secret: string, may: (kind: Kind, asked: string) => boolean): string[] {
	return heard.filter(({ kind, asked, text }) => text.includes(secret) && !may(kind, asked)).map(({ kind, asked }) => `${kind} ${asked}`);
}

async function ask(kind: Kind, path: string, headers: Record<string, string> = { accept: 'text/html' }): Promise<Answer> {
	const cookie = signedInAs[kind];
	const hangUp = path === '/live';
	const answer = await send(app.url + path, { headers: { ...headers, ...(cookie && { cookie }) }, hangUp });
	hear(kind, path, answer, true);
	return answer;
}

async function post(kind: Kind, page: Page, name: string, { fields }: Form, headers: Record<string, string> = {}): Promise<Answer> {
	const body = new URLSearchParams();
	for (const [field, value] of Object.entries(fields(ids, kind))) for (const text of [value].flat()) body.append(field, text);
	const path = pathOf(page, ids) + (name === 'default' ? '' : `?/${name}`);
	const cookie = signedInAs[kind];
	const answer = await send(app.url + path, {
		method: 'POST',
		headers: { 'content-type': 'application/x-www-form-urlencoded', ...sameSite, ...headers, ...(cookie && { cookie }) },
		body: body.toString()
	});
	hear(kind, `POST ${path}`, answer, false);
	return answer;
}

function hear(kind: Kind, asked: string, { headers, text }: Answer, page: boolean): void {
	heard.push({ kind, asked, page, text, html: headers['content-type']?.startsWith('text/html') === true });
}
