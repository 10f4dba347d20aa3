import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '#lib/server/auth/passwords.ts';
import { tokenHash } from '#lib/server/auth/token.ts';
import { people, signIns } from '#lib/server/db/schema/people.ts';
import { sameSite, send, startApp, temporaryFolder, visitor, type Answer, type App } from '../support/app.ts';
import { furnish, signInAs, withDatabase } from './desk.ts';

const password = 'velvet otter counts';
const hour = 3_600_000;
let app: App;
/** A cookie of Ines whose sign-in ended an hour ago: what she was typing in front of when she went for lunch. */
let ended: string;

beforeAll(async () => {
	const dataDir = temporaryFolder();
	furnish(dataDir);
	const passwordHash = await hashPassword(password);
	ended = withDatabase(dataDir, (db) => {
		db.update(people).set({ passwordHash }).run();
		const row = db.select({ id: people.id }).from(people).where(eq(people.emailKey, 'ines@example.org')).get();
		if (!row) throw new Error('no Ines');
		const cookie = signInAs(db, row.id, Date.now() - 2 * hour);
		const idHash = tokenHash(cookie.slice('breakwater='.length));
		db.update(signIns)
			.set({ expiresAt: Date.now() - hour })
			.where(eq(signIns.idHash, idHash))
			.run();
		return cookie;
	});
	app = await startApp({ dataDir });
});
afterAll(() => app.stop());

const typed =
	'id=3d6f0a52-9f1e-4e57-8a8f-0d6f3c1b7a10&start=09%3A00&material%5B%5D=image&material%5B%5D=video&note=a+lantern+%3Cb%3E&password=secret-thing';

function sendLate(accept = 'text/html', body = typed): Promise<Answer> {
	const headers = { ...sameSite, accept, cookie: ended, 'content-type': 'application/x-www-form-urlencoded' };
	return send(`${app.url}/support?/contact`, { method: 'POST', headers, body });
}

function tokenIn(location: string | undefined): string {
	return new URL(location ?? '', app.url).searchParams.get('held') ?? '';
}

async function signInAgain(email: string, held: string) {
	const browser = visitor(app);
	const { headers } = await browser.post('/sign-in', { email, password, held, to: '' });
	return { browser, to: headers.location };
}

describe('a form that is sent after the sign-in ended', () => {
	test('is kept, and given back whole to the same person after signing in, without JavaScript', async () => {
		const answer = await sendLate();
		expect(answer.status).toBe(303);
		const token = tokenIn(answer.headers.location);
		expect((await send(app.url + answer.headers.location, { headers: { accept: 'text/html' } })).text).toContain('What you typed is kept');

		const { browser, to } = await signInAgain('ines@example.org', token);
		expect(to).toBe(`/held/${token}`);
		const { status, text } = await browser.get(to ?? '');
		expect(status).toBe(200);
		expect(text).toContain('Nothing is lost');
		expect(text).toContain('action="/support?/contact"');
		for (const field of [
			'name="start" value="09:00"',
			'name="material[]" value="image"',
			'name="material[]" value="video"',
			'value="a lantern &lt;b>"'
		])
			expect(text).toContain(field);
		expect(text).not.toContain('secret-thing');
	});

	test('is kept as well when a script sent it', async () => {
		const { status, text } = await sendLate('application/json');
		const answer = JSON.parse(text) as { type: string; location: string };
		expect([status, answer.type]).toEqual([200, 'redirect']);
		expect(tokenIn(answer.location)).toHaveLength(43);
	});

	test('is never shown to somebody else, who begins as usual', async () => {
		const token = tokenIn((await sendLate()).headers.location);
		const { browser, to } = await signInAgain('tomas@example.org', token);
		expect(to).toBe('/');
		const { status, text } = await browser.get(`/held/${token}`);
		expect([status, text.includes('lantern')]).toEqual([404, false]);
	});

	test('is not kept where it is larger than 64 KB, and the person is told', async () => {
		const { headers } = await sendLate('text/html', `note=${'x'.repeat(70_000)}`);
		expect(headers.location).toBe('/sign-in?to=%2Fsupport&lost=');
		expect((await send(app.url + headers.location, { headers: { accept: 'text/html' } })).text).toContain('could not be kept');
	});

	test('is not kept for a stranger', async () => {
		const headers = { ...sameSite, 'content-type': 'application/x-www-form-urlencoded', cookie: `breakwater=${'a'.repeat(40)}` };
		const { status, headers: answered } = await send(`${app.url}/support?/contact`, { method: 'POST', headers, body: typed });
		expect([status, tokenIn(answered.location)]).toEqual([303, '']);
	});
});

describe('nobody signed in', () => {
	test('is sent to sign in from any page behind it, with the way back', async () => {
		expect((await send(`${app.url}/support?x=1`)).headers.location).toBe('/sign-in?to=%2Fsupport%3Fx%3D1');
	});

	test('gets the same as JSON where a script asks for a page’s data', async () => {
		const { text } = await send(`${app.url}/support/__data.json`);
		expect(JSON.parse(text)).toEqual({ type: 'redirect', status: 303, location: '/sign-in?to=%2Fsupport' });
	});

	test('gets 401 for anything sent that is no form', async () => {
		expect(
			(await send(`${app.url}/support`, { method: 'POST', headers: { ...sameSite, 'content-type': 'application/json' }, body: '{}' }))
				.status
		).toBe(401);
	});
});

test('signing in sets a cookie that scripts cannot read, and signing out ends it on the server', async () => {
	const { browser } = await signInAgain('ines@example.org', '');
	const cookie = browser.cookie();
	expect((await browser.get('/support')).status).toBe(200);
	const out = await browser.post('/sign-out', {});
	expect([out.status, out.headers.location]).toEqual([303, '/sign-in']);
	expect((await send(`${app.url}/support`, { headers: { cookie } })).headers.location).toBe('/sign-in?to=%2Fsupport');
});

test('every page forbids storing, framing and sniffing', async () => {
	const { headers } = await send(`${app.url}/sign-in`);
	expect(headers).toMatchObject({
		'cache-control': 'no-store',
		'x-frame-options': 'DENY',
		'x-content-type-options': 'nosniff',
		'referrer-policy': 'same-origin',
		'cross-origin-opener-policy': 'same-origin'
	});
	expect(headers['strict-transport-security']).toBeUndefined();
});
