import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

const file = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The certificate that the mail server of the tests shows: for localhost alone, signed by nobody. */
export const certificate = file('localhost-certificate.pem');

export interface Mailbox {
	port: number;
	/** Whole letters, as they came over the line, in order. */
	letters: { to: string[]; text: string; secure: boolean }[];
	/** How many letters were begun. */
	tries: () => number;
	/** Whether no line to it is open. */
	isIdle: () => boolean;
	close: () => Promise<void>;
}

/** What the server does with the n-th letter (from 1): take it, answer with an error, or cut the line in the middle of it. */
export type Behaviour = (n: number) => 'take' | 'cut' | { code: number; afterMs?: number } | { takeAfterMs: number };

/** A real SMTP server on a port of its own. @param options what differs from: TLS from the first byte, anybody may send */
export async function mailServer(behave: Behaviour = () => 'take', options: SMTPServerOptions = {}): Promise<Mailbox> {
	const letters: Mailbox['letters'] = [];
	const lines = new Set<Socket>();
	const cut = () => {
		for (const line of lines) line.destroy();
	};
	let tries = 0;
	const server = new SMTPServer({
		secure: true,
		authOptional: true,
		key: file('localhost-key.pem'),
		cert: certificate,
		logger: false,
		onData(stream, session, done) {
			const does = behave(++tries);
			let text = '';
			stream.on('data', (chunk) => {
				text += String(chunk);
				if (does === 'cut') cut();
			});
			stream.on('end', () => {
				const take = () => {
					letters.push({ to: session.envelope.rcptTo.map(({ address }) => address), text, secure: session.secure });
					done();
				};
				if (does === 'take') return take();
				if (does === 'cut') return;
				if ('takeAfterMs' in does) return void setTimeout(take, does.takeAfterMs);
				setTimeout(() => done(Object.assign(new Error('not now'), { responseCode: does.code })), does.afterMs ?? 0);
			});
		},
		...options
	});
	server.on('error', () => {});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const inside = (server.server.address() as AddressInfo).port;
	// Everything goes through a line of its own, which can be cut as a cable is: without a word to either side.
	const wire = createServer({ noDelay: true }, (client) => {
		const host = connect({ port: inside, host: '127.0.0.1', noDelay: true });
		for (const [end, other] of [
			[client, host],
			[host, client]
		] as const) {
			lines.add(end);
			end.on('error', () => {});
			end.on('close', () => {
				lines.delete(end);
				other.destroy();
			});
			end.pipe(other);
		}
	});
	await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
	return {
		port: (wire.address() as AddressInfo).port,
		letters,
		tries: () => tries,
		isIdle: () => lines.size === 0,
		async close() {
			cut();
			await new Promise((resolve) => wire.close(resolve));
			await new Promise<void>((resolve) => server.close(resolve));
		}
	};
}

/** One that takes a letter and then answers a line at a time, without ever coming to its last. */
export async function drippingServer(): Promise<Mailbox> {
	const lines = new Set<Socket>();
	let tries = 0;
	const server = createTlsServer({ key: file('localhost-key.pem'), cert: certificate }, (line) => {
		lines.add(line.on('error', () => {}));
		line.on('close', () => lines.delete(line));
		line.write('220 dripping\r\n');
		let end = '';
		line.setEncoding('utf8').on('data', (text: string) => {
			end = (end + text).slice(-5);
			if (end === '\r\n.\r\n') {
				tries++;
				const drops = setInterval(() => line.write('250-a moment\r\n'), 50);
				line.on('close', () => clearInterval(drops));
			} else if (/^(EHLO|MAIL|RCPT) /.test(text)) line.write('250 go on\r\n');
			else if (text.startsWith('DATA')) line.write('354 go on\r\n');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		...{ port: (server.address() as AddressInfo).port, letters: [], tries: () => tries, isIdle: () => lines.size === 0 },
		async close() {
			for (const line of lines) line.destroy();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}
