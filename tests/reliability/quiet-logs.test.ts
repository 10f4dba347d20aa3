import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { sameSite, send, startApp, type Answer, type App } from '../support/app.ts';
import { furnishOffice } from '../support/office.ts';

/** In everything that is sent; it must not come out again on the terminal. */
const mark = 'zqxplanted';
const person = 'Ines Calder';

let app: App;
let db: Db;
let cookie: string;

beforeAll(async () => {
	const { dataDir, cookies } = await furnishOffice();
	db = openDatabase(dataDir, '', 'drizzle');
	app = await startApp({ dataDir });
	cookie = `breakwater=${cookies.ada}`;
});

afterAll(async () => {
	await app?.stop();
	db?.$client.close();
	db?.keys.close();
});

const headers = (): Record<string, string> => ({
	cookie,
	'user-agent': mark,
	referer: `${app.url}/${mark}`,
	'x-planted': mark,
	accept: 'text/html'
});

const get = (path: string) => send(app.url + path, { headers: headers() });

function post(path: string, body: string, type = 'application/x-www-form-urlencoded'): Promise<Answer> {
	return send(app.url + path, { method: 'POST', headers: { ...headers(), ...sameSite, 'content-type': type }, body });
}

const fields = (more: Record<string, string>) => new URLSearchParams(more).toString();

/** A fault of the data while something is asked: what `column` of the organisation holds is no JSON, and an error quotes it. */
async function faulty<T>(work: () => Promise<T>): Promise<T> {
	const { help_lines: before } = db.$client.prepare<[], { help_lines: string }>('select help_lines from organisation').get() ?? {
		help_lines: '[]'
	};
	const put = (text: string) => db.$client.prepare('update organisation set help_lines = ?').run(text);
	put(`${mark} ${person}\n    at ${mark}`);
	try {
		return await work();
	} finally {
		put(before);
	}
}

describe('what the server prints', () => {
	it('is nothing for what is refused with 400, 403, 404 and 409', async () => {
		const statuses = [
			(await post(`/admin?/team&${mark}`, fields({ id: mark, name: mark, zone: mark }))).status,
			(await post('/admin?/team', fields({ id: crypto.randomUUID(), name: `https://example.org/${mark}`, zone: 'Europe/London' }))).status,
			(await post('/admin?/team', `--x\r\ntorn ${mark}`, 'multipart/form-data; boundary=x')).status,
			(await post(`/admin?/${mark}`, fields({ name: mark }))).status,
			(await get(`/${mark}?${mark}=${person}`)).status,
			(await get(`/admin/people/${mark}?q=${mark}`)).status,
			(await get(`/prompts/${mark}`)).status,
			(await post('/admin', JSON.stringify({ mark }), 'application/json')).status,
			(await send(`${app.url}/admin?/team`, { method: 'POST', headers: { ...headers(), origin: `https://${mark}.example` }, body: mark }))
				.status
		];
		const signIn = { method: 'POST', headers: { ...sameSite, 'content-type': 'application/x-www-form-urlencoded' } };
		const wrong = await send(`${app.url}/sign-in`, {
			...signIn,
			body: fields({ email: `${mark}@example.org`, password: `${mark} ${mark}` })
		});
		statuses.push(wrong.status);
		expect(
			statuses.every((status) => status >= 400 && status < 500),
			statuses.join()
		).toBe(true);
		expect(app.output()).not.toContain(mark);
	});

	it('is, of a real fault, its number, its route and its place in the program: neither what was sent nor what the error quotes', async () => {
		const [read, sent] = await faulty(async () => [
			await get(`/admin/organisation?${mark}=${person}`),
			await post(`/admin/organisation?/addPartner&${mark}`, fields({ id: crypto.randomUUID(), name: `${mark} ${person}` }))
		]);
		for (const answer of [read, sent]) {
			expect(answer?.status).toBe(500);
			expect(answer?.text).not.toContain(mark);
		}
		const lines = app
			.output()
			.split('\n')
			.filter((line) => line.startsWith('{'));
		expect(lines.length).toBeGreaterThanOrEqual(2);
		for (const line of lines)
			expect(Object.keys(JSON.parse(line) as object).sort()).toEqual(['at', 'code', 'error', 'id', 'route', 'stack']);
		expect(app.output()).not.toMatch(new RegExp(`${mark}|${person}|example\\.org|Ada Finch`));
		expect(app.output()).toContain('/(app)/admin/organisation');
	});

	it('has no line for a request that was answered', async () => {
		// Breakwater may have something to say of itself meanwhile.
		const aboutRequests = () =>
			app
				.output()
				.split('\n')
				.filter((line) => line.startsWith('{') || line.includes(mark));
		const before = aboutRequests();
		for (const path of ['/today', '/admin', '/privacy', '/healthz']) await get(`${path}?${mark}`);
		expect(aboutRequests()).toEqual(before);
	});
});
