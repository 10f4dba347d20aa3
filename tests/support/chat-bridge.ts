import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChatBridge {
	port: number;
	/** Ids of what was shown to people, in order. */
	shown: string[];
	/** Posts that were taken and not shown, because their id was known. */
	copies: () => number;
	/** Posts that nobody signed with the secret in the last five minutes. */
	refused: () => number;
	close: () => Promise<void>;
}

/** What the bridge does with a post: show it, answer with an error before that, or cut the line after it. */
export type BridgeBehaviour = () => { showAfterMs: number; then?: 'cut' } | { code: number };

/** A chat bridge that checks what it gets as the README says, and no more: signature, time, and whether the id is new. */
export async function chatBridge(secret: string, behave: BridgeBehaviour): Promise<ChatBridge> {
	const shown: string[] = [];
	const known = new Set<string>();
	let copies = 0;
	let refused = 0;

	function show(body: string): void {
		const { id } = JSON.parse(body) as { id: string };
		if (known.has(id)) return void copies++;
		known.add(id);
		shown.push(id);
	}
	const server = createServer((request, response) => {
		let body = '';
		request.on('error', () => {});
		response.on('error', () => {});
		request.on('data', (chunk) => (body += String(chunk)));
		request.on('end', () => {
			if (!isGenuine(secret, request, body)) {
				refused++;
				return response.writeHead(403).end();
			}
			const does = behave();
			if ('code' in does) return response.writeHead(does.code).end();
			setTimeout(() => {
				show(body);
				if (does.then === 'cut') request.socket.destroy();
				else response.writeHead(204).end();
			}, does.showAfterMs);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		...{ port: (server.address() as AddressInfo).port, shown, copies: () => copies, refused: () => refused },
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			})
	};
}

function isGenuine(secret: string, { headers }: IncomingMessage, body: string): boolean {
	const [timestamp, signed] = [String(headers['breakwater-timestamp']), String(headers['breakwater-signature'])];
	if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
	const wanted = Buffer.from(`v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`);
	return wanted.length === signed.length && timingSafeEqual(wanted, Buffer.from(signed));
}
