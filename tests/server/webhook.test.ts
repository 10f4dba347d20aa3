import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createLine, type AddressInfo, type Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { CannotSend, type Letter } from '#lib/server/delivery/letter.ts';
import { isPrivate, webhookPost } from '#lib/server/delivery/webhook.ts';
import { certificate } from '../support/smtp.ts';

const letter: Letter = { id: 'letter', to: '@edda', urgent: true };
const secret = 'a secret that both sides have';
let server: Server | undefined;
afterEach(async () => {
	await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
	server = undefined;
});

interface Received {
	headers: IncomingHttpHeaders;
	body: string;
}

async function bridge(status = 204, tls = false): Promise<{ port: number; received: Received[] }> {
	const received: Received[] = [];
	const key = readFileSync(new URL('../support/localhost-key.pem', import.meta.url));
	const answer: Parameters<typeof createServer>[1] = (request, response) => {
		let body = '';
		request.on('data', (chunk) => (body += String(chunk)));
		request.on('end', () => {
			received.push({ headers: request.headers, body });
			response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end();
		});
	};
	server = tls ? createTlsServer({ key, cert: certificate }, answer) : createServer(answer);
	await new Promise<void>((resolve) => server?.listen(0, 'localhost', resolve));
	return { port: (server.address() as AddressInfo).port, received };
}

async function codeOf(sending: Promise<void>): Promise<string> {
	try {
		await sending;
	} catch (fault) {
		if (fault instanceof CannotSend) return `${fault.code}${fault.forGood ? ' for good' : ''}`;
		throw fault;
	}
	return 'sent';
}

/** As somebody at the other end would check it, from the description alone. */
function isGenuine({ headers, body }: Received, nowSeconds: number): boolean {
	const [timestamp, signed] = [String(headers['breakwater-timestamp']), String(headers['breakwater-signature'])];
	if (Math.abs(nowSeconds - Number(timestamp)) > 300) return false;
	const wanted = Buffer.from(`v1=${createHmac('sha256', secret).update(timestamp).update('.').update(body, 'utf8').digest('hex')}`);
	return wanted.length === signed.length && timingSafeEqual(wanted, Buffer.from(signed));
}

describe('what is posted', () => {
	it('is signed over body and time, and says neither who nor why', async () => {
		const { port, received } = await bridge();
		const post = webhookPost({ url: `http://localhost:${port}/hook`, secret, allowPrivate: true }, () => 1_790_000_000_000);
		expect(await codeOf(post(letter))).toBe('sent');
		const [first] = received as [Received];
		expect(JSON.parse(first.body)).toEqual({ id: 'letter', to: '@edda', text: 'Please open Breakwater today.' });
		expect(isGenuine(first, 1_790_000_100)).toBe(true);
		expect(isGenuine({ ...first, body: first.body.replace('@edda', '@otto') }, 1_790_000_100)).toBe(false);
		expect(isGenuine({ ...first, headers: { ...first.headers, 'breakwater-timestamp': '1790000050' } }, 1_790_000_100)).toBe(false);
		expect(isGenuine(first, 1_790_000_301)).toBe(false);
	});

	it('goes over TLS to a certificate that is trusted, and to no other', async () => {
		const { port, received } = await bridge(200, true);
		const settings = { url: `https://localhost:${port}`, secret, allowPrivate: true };
		expect(await codeOf(webhookPost({ ...settings, ca: certificate })(letter))).toBe('sent');
		expect(await codeOf(webhookPost(settings)(letter))).toBe('webhook-unreachable');
		expect(received).toHaveLength(1);
	});

	it.each([
		[302, 'webhook-302'],
		[410, 'webhook-410 for good'],
		[500, 'webhook-500']
	])('answered with %i, it was not taken', async (status, code) => {
		const { port, received } = await bridge(status);
		expect(await codeOf(webhookPost({ url: `http://localhost:${port}`, secret, allowPrivate: true })(letter))).toBe(code);
		expect(received).toHaveLength(1);
	});
});

describe('a bridge that drips', () => {
	const open: (() => Promise<unknown>)[] = [];
	afterEach(() => Promise.all(open.splice(0).map((close) => close())));
	async function drip(head: string): Promise<string> {
		const lines = new Set<Socket>();
		const dripping = createLine((line) => {
			lines.add(line.on('error', () => {}));
			line.write(head);
			const drops = setInterval(() => line.write('x-drop: 1\r\n'), 20);
			line.on('close', () => clearInterval(drops));
		});
		open.push(() => {
			for (const line of lines) line.destroy();
			return new Promise((resolve) => dripping.close(resolve));
		});
		await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(dripping.address() as AddressInfo).port}`;
	}

	it('its head is not waited for without end', async () => {
		const url = await drip('HTTP/1.1 200 OK\r\n');
		expect(await codeOf(webhookPost({ url, secret, allowPrivate: true, longestMs: 300 })(letter))).toBe('webhook-timeout');
	});

	it('its body is not waited for at all, and given up quietly', async () => {
		const url = await drip('HTTP/1.1 200 OK\r\n\r\n');
		expect(await codeOf(webhookPost({ url, secret, allowPrivate: true, longestMs: 200 })(letter))).toBe('sent');
		await new Promise((resolve) => setTimeout(resolve, 500));
	});
});

describe('private addresses', () => {
	it.each([
		'https://localhost:1',
		'https://127.0.0.1:1',
		'https://[::1]:1',
		'https://[::ffff:10.0.0.1]:1',
		'https://192.168.1.5',
		'https://2130706433'
	])('%s is refused before anything is sent', async (url) => {
		expect(await codeOf(webhookPost({ url, secret, allowPrivate: false })(letter))).toBe('webhook-private');
	});

	it('http without TLS is refused', async () => {
		const { port, received } = await bridge();
		expect(await codeOf(webhookPost({ url: `http://localhost:${port}`, secret, allowPrivate: false })(letter))).toBe('webhook-without-tls');
		expect(received).toEqual([]);
	});

	it.each([
		['8.8.8.8', false],
		['172.15.255.255', false],
		['172.16.0.0', true],
		['100.64.0.1', true],
		['169.254.169.254', true],
		['::', true],
		['::1', true],
		['::ffff:127.0.0.1', true],
		['fd00::1', true],
		['fe80::1', true],
		['fec0::1', true],
		['::10.0.0.1', true],
		['::ffff', true],
		['::7f00:1', true],
		['64:ff9b::a00:1', true],
		['64:ff9b:1::a00:1', true],
		['64:ff9b:2::1', false],
		['2002:a00:1::1', true],
		['2002:7f00:1::', true],
		['2003::1', false],
		['2606:4700::1111', false],
		['2001:4860:4860::8888', false]
	])('%s: %s', (address, expected) => expect(isPrivate(address)).toBe(expected));
});
