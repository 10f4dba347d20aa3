import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '#lib/server/db/connection.ts';
import { sameSite, send, startApp, temporaryFolder, visitor, type App, type Question } from '../support/app.ts';
import { furnish, signInAs, withDatabase } from './desk.ts';

let app: App;
/** The cookie of an administrator. */
let ada: string;

beforeAll(async () => {
	const dataDir = temporaryFolder();
	furnish(dataDir);
	ada = withDatabase(dataDir, (db) => signInAs(db, idOf(db, 'Ada Finch')));
	app = await startApp({ dataDir, env: { ALLOWED_HOSTS: 'breakwater.example.org' } });
});
afterAll(() => app.stop());

const idOf = (db: Db, name: string) => db.$client.prepare<[string], string>('select id from people where name = ?').pluck().get(name) ?? '';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };
/** Well sent and incomplete: taken means 400, and no failed sign-in is counted. */
const typed = 'email=&password=';
const taken = 400;

function post(headers: Record<string, string>, body = typed): Promise<{ status: number; text: string }> {
	return send(`${app.url}/sign-in`, { method: 'POST', headers, body });
}

describe('a request that changes something', () => {
	test('is taken from a page of the same site', async () => {
		expect((await post({ ...form, ...sameSite })).status).toBe(taken);
	});

	const elsewhere: [string, Record<string, string>][] = [
		['another site, by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
		['a sibling host, by Sec-Fetch-Site', { 'sec-fetch-site': 'same-site' }],
		['a bookmark or an address bar', { 'sec-fetch-site': 'none' }],
		['another site, by Origin', { origin: 'https://evil.example' }],
		['a sandboxed frame', { origin: 'null' }],
		['nowhere in particular', {}],
		['another site that claims our Origin', { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' }]
	];
	const types: [string, Record<string, string>, string][] = [
		['a form', form, typed],
		['JSON', json, '{"email":"somebody@example.org"}'],
		['plain text', { 'content-type': 'text/plain' }, typed],
		['no type', {}, '']
	];
	describe.each(elsewhere)('from %s is refused', (_name, headers) => {
		test.each(types)('with %s', async (_type, contentType, body) => {
			expect((await post({ ...contentType, ...headers }, body)).status).toBe(403);
		});

		test.each(['PUT', 'PATCH', 'DELETE'])('with %s', async (method) => {
			expect((await send(`${app.url}/`, { method, headers })).status).toBe(403);
		});
	});

	test('is taken by Origin where the browser sends no Sec-Fetch-Site', async () => {
		expect((await post({ ...form, origin: app.url })).status).toBe(taken);
	});
});

describe('a request for the headers alone', () => {
	const looks = () =>
		withDatabase(app.dataDir, (db) => db.$client.prepare<[], number>('select count(*) from access_entries').pluck().get());

	test('opens nothing of anybody, and so notes no look; a page that is shown is noted', async () => {
		const page = `${app.url}/admin/people/${withDatabase(app.dataDir, (db) => idOf(db, 'Ines Calder'))}`;
		expect((await send(page, { method: 'HEAD', headers: { cookie: ada } })).status).toBe(405);
		expect(looks()).toBe(0);
		expect((await send(page, { headers: { cookie: ada, accept: 'text/html' } })).status).toBe(200);
		expect(looks()).toBe(1);
	});

	test('is answered by the stream of events, by which a page finds out whether it is signed in', async () => {
		const asked = async (headers: Record<string, string>) =>
			(await send(`${app.url}/live`, { method: 'HEAD', headers: { accept: 'text/event-stream', ...headers } })).status;
		expect([await asked({ cookie: ada }), await asked({})]).toEqual([200, 204]);
	});
});

describe('the Host', () => {
	const asked = async (host: string, question: Question = {}) =>
		(await send(`${app.url}/sign-in`, { ...question, headers: { accept: 'text/html', ...question.headers, host } })).status;

	test.each(['evil.example', 'localhost.evil.example', 'evil.example:3000', 'localhost:1', '127.0.0.1.nip.io'])(
		'%j is refused',
		async (host) => {
			for (const question of [{}, { method: 'POST', headers: { ...form, ...sameSite }, body: typed }]) {
				expect([400, 421], host).toContain(await asked(host, question));
			}
		}
	);

	test.each([
		'GET / HTTP/1.1\r\nHost:\r\nConnection: close',
		'GET / HTTP/1.0',
		'GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close'
	])('left out or forged in %j is refused', async (lines) => {
		const { hostname, port } = new URL(app.url);
		const socket = connect(Number(port), hostname);
		socket.end(`${lines}\r\n\r\n`);
		let answer = '';
		for await (const chunk of socket) answer += String(chunk);
		expect(answer).toMatch(/^HTTP\/1\.1 4(00|21) /);
	});

	test('of this machine, and of the settings, is answered', async () => {
		const { port } = new URL(app.url);
		for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `LOCALHOST:${port}`, 'breakwater.example.org']) {
			expect(await asked(host), host).toBeLessThan(400);
		}
	});

	test('is not taken from what a request says about proxies', async () => {
		const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-breakwater-protocol': 'javascript' };
		const { status, text } = await send(`${app.url}/sign-in`, { headers: { accept: 'text/html', ...headers } });
		expect(status).toBe(200);
		expect(text).not.toContain('evil.example');
	});
});

describe('what is sent to a form', () => {
	const page = () => visitor(app);

	test('one field of a megabyte is refused with a sentence beside it, and not sent back whole', async () => {
		const { status, text } = await page().post('/sign-in', { email: 'a'.repeat(1_000_000), password: 'a long enough password' });
		expect(status).toBe(400);
		expect(text).toMatch(/Please check the e-mail address: it is very long/);
		expect(text.length).toBeLessThan(200_000);
	});

	test('a password of a megabyte costs no hashing and is never sent back', async () => {
		const password = 'p'.repeat(1_000_000);
		const { status, text } = await page().post('/sign-in', { email: 'somebody@example.org', password });
		expect(status).toBe(400);
		expect(text).not.toContain('pppppppp');
	});

	test('five megabytes are refused as too large', async () => {
		const { status } = await post({ ...form, ...sameSite }, `email=${'a'.repeat(5_000_000)}`);
		expect(status).toBe(413);
		expect((await send(`${app.url}/sign-in`)).status).toBe(200);
	});

	test.each([
		['nothing', {}],
		['no such field', { nonsense: 'x' }],
		['a field twice', { email: ['a@example.org', 'b@example.org'], password: 'a long enough password' }],
		['a script tag', { email: '<script>alert(1)</script>', password: 'a long enough password' }],
		['control characters', { email: 'a\u0000b@example.org\r\nBcc: c@example.org', password: 'a long enough password' }],
		['emoji', { email: '🦭', password: '🦭' }]
	])('%s is refused with 400 and never runs', async (_name, fields) => {
		const { status, text } = await page().post('/sign-in', fields as Record<string, string>);
		expect(status).toBe(400);
		expect(text).not.toContain('<script>alert(1)');
	});

	test.each([
		['JSON where a form belongs', { ...json, ...sameSite }, '{"email":1}'],
		['a multipart form without a boundary', { 'content-type': 'multipart/form-data', ...sameSite }, 'x'],
		[
			'a torn multipart form',
			{ 'content-type': 'multipart/form-data; boundary=b', ...sameSite },
			'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\nx'
		]
	])('%s is a clear 4xx, no fault of the server', async (_name, headers, body) => {
		const { status } = await post(headers, body);
		expect(status).toBeGreaterThanOrEqual(400);
		expect(status).toBeLessThan(500);
	});

	test.each(['/no-such-page', '/%00', '/%E0%A4%A', '/..%2f..%2fetc%2fpasswd', '/sign-in?/noSuchAction'])(
		'%s is a clear 4xx or a way to sign in',
		async (path) => {
			const { status } = await send(app.url + path, { headers: { accept: 'text/html' } });
			expect(status).toBeLessThan(500);
		}
	);

	test('left the server standing, and its log free of what was typed', async () => {
		const { status } = await page().post('/sign-in', { email: 'somebody@example.org', password: 'a long enough password' });
		expect(status).toBeGreaterThanOrEqual(400);
		expect(status).toBeLessThan(500);
		expect((await send(`${app.url}/sign-in`)).status).toBe(200);
		expect(app.output()).not.toMatch(/somebody@example\.org|a long enough password|alert\(1\)/);
	});
});

describe('behind a proxy that speaks https', () => {
	let proxied: App;

	beforeAll(async () => {
		const dataDir = temporaryFolder();
		furnish(dataDir);
		proxied = await startApp({ dataDir, env: { ORIGIN: 'https://breakwater.example.org', ADDRESS_HEADER: 'x-forwarded-for' } });
	});
	afterAll(() => proxied.stop());

	test('the host of ORIGIN is answered, with and without the header of the caller', async () => {
		const callers: Record<string, string>[] = [{}, { 'x-forwarded-for': '203.0.113.7' }];
		for (const extra of callers) {
			const headers = { host: 'breakwater.example.org', accept: 'text/html', ...extra };
			expect((await send(`${proxied.url}/sign-in`, { headers })).status).toBe(200);
			const posted = await send(`${proxied.url}/sign-in`, {
				method: 'POST',
				headers: { ...headers, ...form, origin: 'https://breakwater.example.org' },
				body: typed
			});
			expect(posted.status).toBe(taken);
			expect(posted.headers['strict-transport-security']).toBeDefined();
		}
	});
});

describe('what watchers ask', () => {
	const token = 'a token of more than sixteen characters';
	let watched: App;
	beforeAll(async () => {
		watched = await startApp({ env: { METRICS_TOKEN: token } });
	});
	afterAll(() => watched.stop());

	test.each(['/healthz', '/readyz'])('%s is answered by whatever name it is asked, with two letters and nothing else', async (path) => {
		for (const host of ['10.0.0.7:3000', 'breakwater.internal', 'localhost']) {
			const { status, text, headers } = await send(`${watched.url}${path}`, { headers: { host } });
			expect([status, text, headers['cache-control'], headers['set-cookie']]).toEqual([200, 'ok\n', 'no-store', undefined]);
		}
		expect(await send(`${watched.url}${path}`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
		expect((await send(`${watched.url}${path}`, { method: 'POST', headers: sameSite })).status).toBe(405);
	});

	test('no other page is answered by another name', async () => {
		for (const path of ['/', '/sign-in', '/healthz/more', '/healthz?/x'])
			expect((await send(`${watched.url}${path}`, { headers: { host: '10.0.0.7' } })).status).toBe(path === '/healthz?/x' ? 200 : 421);
	});

	test('the figures are there with the token, and else nowhere', async () => {
		const read = (authorization?: string, of = watched) => send(`${of.url}/metrics`, { headers: authorization ? { authorization } : {} });
		const { status, headers, text } = await read(`Bearer ${token}`);
		expect([status, headers['content-type'], headers['cache-control']]).toEqual([
			200,
			'text/plain; version=0.0.4; charset=utf-8',
			'no-store'
		]);
		expect(text).toMatch(/^breakwater_database_bytes [1-9]\d+$/m);
		for (const wrong of [undefined, 'Bearer', `Bearer ${token} `.repeat(2), `Basic ${token}`, `Bearer ${token.slice(1)}`])
			expect((await read(wrong)).status).toBe(404);
		expect((await read('Bearer ', app)).status).toBe(404);
	});
});
