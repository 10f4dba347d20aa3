import { describe, expect, test } from 'vitest';
import { isSameOrigin, knowsHost, ownPath } from '#lib/server/auth/doors.ts';

const local = { ORIGIN: '', PORT: 3000, ALLOWED_HOSTS: '' };
const proxied = { ORIGIN: 'https://breakwater.example.org', PORT: 3000, ALLOWED_HOSTS: 'intranet, other.example.org:8443' };

describe('a Host', () => {
	test.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST:3000'])('%s is this machine', (host) => {
		expect([knowsHost(host, local), knowsHost(host, proxied)]).toEqual([true, true]);
	});

	test.each([
		null,
		'',
		'localhost',
		'localhost:3001',
		'evil.example',
		'localhost:3000.evil.example',
		'evil.example:3000',
		'localhost:3000@evil',
		'[::1]',
		'0.0.0.0:3000'
	])('%s is refused', (host) => {
		expect([knowsHost(host, local), knowsHost(host, proxied)]).toEqual([false, false]);
	});

	test.each(['breakwater.example.org', 'intranet', 'intranet:9000', 'other.example.org:8443'])(
		'%s is known where settings name it',
		(host) => {
			expect([knowsHost(host, local), knowsHost(host, proxied)]).toEqual([false, true]);
		}
	);

	test.each(['other.example.org', 'other.example.org:9000', 'sub.breakwater.example.org', 'breakwater.example.org:81', 'xintranet'])(
		'%s is not quite one that settings name',
		(host) => {
			expect(knowsHost(host, proxied)).toBe(false);
		}
	);

	test('needs no port where it is the usual one', () => {
		expect(knowsHost('localhost', { ...local, PORT: 80 })).toBe(true);
	});
});

describe('a request that changes something', () => {
	const from = (sent: Record<string, string>, settings = local) => isSameOrigin(new Headers(sent), settings);

	test('comes from a page of ours where the browser says so', () => {
		expect(from({ 'sec-fetch-site': 'same-origin' })).toBe(true);
	});

	test.each(['cross-site', 'same-site', 'none', ''])('is refused where it says "%s", whatever the Origin', (site) => {
		expect(from({ 'sec-fetch-site': site, origin: 'http://localhost:3000', host: 'localhost:3000' })).toBe(false);
	});

	test('is judged by Origin where an old browser, or plain http, says nothing', () => {
		expect(from({ origin: 'http://localhost:3000', host: 'localhost:3000' })).toBe(true);
		for (const origin of ['http://evil.example', 'null', '', 'http://localhost:3001', 'http://localhost:3000.evil.example']) {
			expect(from({ origin, host: 'localhost:3000' })).toBe(false);
		}
	});

	test('is ours behind a proxy that passes another Host on', () => {
		expect(from({ origin: 'https://breakwater.example.org', host: 'localhost:3000' }, proxied)).toBe(true);
	});

	test('is refused where it says nothing at all', () => {
		expect(from({ host: 'localhost:3000' })).toBe(false);
	});
});

describe('where to go after signing in', () => {
	test.each(['/today', '/history?from=2026-03-01', '/a/b%20c'])('%s is a page of ours', (to) => {
		expect(ownPath(to)).toBe(to);
	});

	test.each([
		'',
		'today',
		'//evil.example',
		'/\\evil.example',
		'\\\\evil',
		'https://evil.example',
		'javascript:alert(1)',
		'/.//evil.example',
		'/a/..//evil.example',
		'/\t/evil.example',
		`/${'a'.repeat(3000)}`
	])('%s leads elsewhere, or nowhere', (to) => {
		expect(ownPath(to)).toBeNull();
	});
});
