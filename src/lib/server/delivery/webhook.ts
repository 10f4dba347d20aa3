import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { CannotSend, type Letter, type Post } from './letter.ts';

export interface WebhookSettings {
	url: string;
	/** What signatures are made with; the other side has it too. */
	secret: string;
	/** Whether addresses of private networks, and http without TLS, are allowed: for a chat bridge in the same house. */
	allowPrivate: boolean;
	/** For a test's own certificate: its PEM. */
	ca?: string;
	/** How long one may take in all (ms): an answer that drips would hold up whatever waits. */
	longestMs?: number;
}

/** Between two signs of the other side. */
const waitMs = 20_000;
const longestMs = 60_000;

/**
 * A POST of JSON `{ id, to, text }` to a chat bridge, signed as {@link signedPost} says.
 * @param clock UTC ms
 */
export function webhookPost(settings: WebhookSettings, clock: () => number = Date.now): Post {
	const send = signedPost(settings, clock);
	return (letter) => send(JSON.stringify({ id: letter.id, to: letter.to, text: words(letter) }));
}

/**
 * A POST of JSON that carries `breakwater-timestamp` (seconds) and `breakwater-signature`: `v1=` and the hexadecimal HMAC-SHA-256 of the timestamp,
 * a dot and the body. Whoever checks both, and that the timestamp is of the last five minutes and the body's `id` was not seen before, cannot be
 * fooled with an old copy, and shows nothing twice where a post is repeated: it has the same id then. No redirect is followed.
 * @param clock UTC ms
 */
export function signedPost({ url, secret, ...how }: WebhookSettings, clock: () => number): (body: string) => Promise<void> {
	const target = new URL(url);
	return (body) => {
		const timestamp = String(Math.floor(clock() / 1000));
		const headers = {
			'content-type': 'application/json',
			'content-length': Buffer.byteLength(body),
			'breakwater-timestamp': timestamp,
			'breakwater-signature': `v1=${signature(secret, timestamp, body)}`
		};
		return post(target, { longestMs, ...how, headers, body });
	};
}

function words({ urgent, test }: Letter): string {
	if (test) return 'This is the test that you asked for. Messages from Breakwater arrive.';
	return urgent ? 'Please open Breakwater today.' : 'There is something in Breakwater for you.';
}

/** What `breakwater-signature` holds after `v1=`. */
export function signature(secret: string, timestamp: string, body: string): string {
	return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

interface Outgoing extends Omit<WebhookSettings, 'url' | 'secret'> {
	headers: Record<string, string | number>;
	body: string;
	longestMs: number;
}

function post(target: URL, { headers, body, allowPrivate, ca, longestMs }: Outgoing): Promise<void> {
	if (target.protocol !== 'https:' && !allowPrivate) return Promise.reject(new CannotSend('webhook-without-tls', false));
	const host = target.hostname.replace(/^\[|\]$/g, '');
	// An address as such is never looked up.
	if (!allowPrivate && isIP(host) !== 0 && isPrivate(host)) return Promise.reject(new CannotSend('webhook-private', false));
	const signal = AbortSignal.timeout(longestMs);
	return new Promise((resolve, reject) => {
		const request = target.protocol === 'https:' ? requestTls : requestPlain;
		const options = { method: 'POST', headers, timeout: waitMs, signal, ...(ca === undefined ? {} : { ca }) };
		const outgoing = request(target, { ...options, ...(allowPrivate ? {} : { lookup: publicLookup }) }, (answer) => {
			answer.resume();
			const status = answer.statusCode ?? 0;
			if (status >= 200 && status < 300) return resolve();
			// 410: the bridge says that this address is gone for good.
			reject(new CannotSend(`webhook-${status}`, status === 410));
		});
		outgoing.on('timeout', () => outgoing.destroy(new CannotSend('webhook-timeout', false)));
		const unreachable = () => new CannotSend(signal.aborted ? 'webhook-timeout' : 'webhook-unreachable', false);
		outgoing.on('error', (fault) => reject(fault instanceof CannotSend ? fault : unreachable()));
		outgoing.end(body);
	});
}

/** Looked up once, and connected to what was checked: a name cannot point elsewhere in between. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
	lookup(hostname, { ...options, all: true }, (fault, addresses) => {
		if (fault) return callback(fault, []);
		if (addresses.some(({ address }) => isPrivate(address))) return callback(new CannotSend('webhook-private', false), []);
		const [first] = addresses;
		if (options.all) callback(null, addresses);
		else callback(null, first?.address ?? '', first?.family);
	});
};

const privateNetworks = new BlockList();
for (const [network, prefix] of [
	['0.0.0.0', 8],
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['127.0.0.0', 8],
	['169.254.0.0', 16],
	['172.16.0.0', 12],
	['192.0.0.0', 24],
	['192.168.0.0', 16],
	['198.18.0.0', 15],
	['224.0.0.0', 3]
] as const)
	privateNetworks.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
	['::', 96],
	['64:ff9b::', 96],
	['64:ff9b:1::', 48],
	['2002::', 16],
	['fc00::', 7],
	['fe80::', 10],
	['fec0::', 10],
	['ff00::', 8]
] as const)
	privateNetworks.addSubnet(network, prefix, 'ipv6');

/**
 * Whether an address belongs to this machine, to a network of one's own, or to nobody (RFC 6890), or could lead to such a one by way of IPv4
 * (NAT64, 6to4, IPv4-compatible). IPv4 written as IPv6 counts as IPv4.
 */
export function isPrivate(address: string): boolean {
	return privateNetworks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
