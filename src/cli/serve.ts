import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { errorCode } from '#lib/server/db/faults.ts';
import { readSettings, type Settings } from '#lib/server/settings.ts';
import { endUnexpectedly } from './unexpected.ts';

/** `npm start`: serves the build. What is known to go wrong on the way is one line and exit status 1. */

const protocolHeader = 'x-breakwater-protocol';
const shutdownMs = 10_000;
/** More than any form of ours holds. */
const mostBytes = 4 * 1024 * 1024;
const buildUrl = new URL('../../build/handler.js', import.meta.url);

let answer: RequestListener = (_request, response) => {
	response
		.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2' })
		.end('Breakwater is starting. Please try again in a moment.\n');
};

const settings = attempt(() => readSettings(process.env));
const origin = attempt(() => parseOrigin(settings.ORIGIN));
const server = createServer((request, response) => answer(request, response));
// Generous for a slow line, short enough that idle or dripping connections do not pile up. Proxies keep connections for up to
// a minute: ours stay open a little longer, so that it is never us who closes one just as a request arrives.
server.headersTimeout = 20_000;
server.requestTimeout = 60_000;
server.keepAliveTimeout = 65_000;
server.once('error', (error: NodeJS.ErrnoException) => giveUp(listenError(error, settings)));
server.listen(settings.PORT, settings.HOST, () => void start());

async function start(): Promise<void> {
	const { port } = server.address() as AddressInfo;
	prepareEnvironment(port);
	try {
		const { handler } = (await import(buildUrl.href)) as {
			handler: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
		};
		answer = (request, response) => {
			if (Number(request.headers['content-length']) > mostBytes) return refuseSize(request, response);
			setInternalHeaders(request, origin?.protocol === 'https:' ? 'https' : 'http');
			handler(request, response, () => response.writeHead(404).end());
		};
	} catch (error) {
		giveUp(startError(error) ?? endUnexpectedly(error));
	}
	process.on('SIGTERM', stop).on('SIGINT', stop);
	console.log(`Breakwater is ready: ${origin ? `${origin.origin} (on ${settings.HOST}, port ${port})` : `http://localhost:${port}`}`);
}

/**
 * Lets what is sent run out, unread, and answers then: a line that is cut while somebody still sends loses the answer. The time for a request
 * is the end of it in any case.
 */
function refuseSize(request: IncomingMessage, response: ServerResponse): void {
	const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
	const sentence = 'This is more than a form can hold, so nothing was stored. Please go back and send less.\n';
	request.resume().once('end', () => response.writeHead(413, headers).end(sentence));
}

/** The build reads these when it is imported; the port only now because it may have been chosen by the system (PORT=0). */
function prepareEnvironment(port: number): void {
	process.env.PORT = String(port);
	process.env.BODY_SIZE_LIMIT = String(mostBytes);
	process.env.PROTOCOL_HEADER = protocolHeader;
	delete process.env.HOST_HEADER;
	delete process.env.PORT_HEADER;
}

/**
 * ORIGIN alone says whether people come by https: nothing that a request claims about itself counts. The host stays as sent,
 * for the app to refuse those it does not know.
 */
function setInternalHeaders(request: IncomingMessage, protocol: string): void {
	request.headers[protocolHeader] = protocol;
	// A request that did not come through the proxy has no such header, and the adapter would answer 500.
	const addressHeader = settings.ADDRESS_HEADER.toLowerCase();
	if (addressHeader) request.headers[addressHeader] ??= request.socket.remoteAddress ?? '';
}

let stopping = false;

/** Lets running requests end, then closes the database (the app does, on `sveltekit:shutdown`) and ends. */
function stop(signal: NodeJS.Signals): void {
	if (stopping) return;
	stopping = true;
	const accepted = answer;
	answer = (request, response) => {
		response.setHeader('connection', 'close');
		accepted(request, response);
	};
	server.close(() => void endApp(signal));
	// Streams that stand open would keep it from ending.
	(process as NodeJS.EventEmitter).emit('breakwater:closing');
	server.closeIdleConnections();
	setInterval(() => server.closeIdleConnections(), 250).unref();
	setTimeout(() => server.closeAllConnections(), shutdownMs).unref();
}

/** Waits for what the app says it still has to end, such as a letter that is under way; not for ever. */
async function endApp(signal: NodeJS.Signals): Promise<void> {
	const endings: Promise<void>[] = [];
	(process as NodeJS.EventEmitter).emit('sveltekit:shutdown', signal, (ending: Promise<void>) => endings.push(ending));
	setTimeout(() => process.exit(0), shutdownMs).unref();
	await Promise.allSettled(endings);
	process.exit(0);
}

/** @throws Error with one line that says what ORIGIN should look like */
function parseOrigin(text: string): URL | null {
	if (text === '') return null;
	const url = URL.canParse(text) ? new URL(text) : null;
	if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash && !url.username) return url;
	throw new Error('The setting ORIGIN must be an address without a path, such as https://breakwater.example.org.');
}

function listenError(error: NodeJS.ErrnoException, { HOST, PORT }: Settings): string {
	if (error.code === 'EADDRINUSE')
		return `Port ${PORT} of ${HOST} is in use: perhaps Breakwater is running already. Stop that, or set PORT to another number.`;
	if (error.code === 'EACCES') return `This user may not listen on port ${PORT}. Set PORT to a number from 1024 up.`;
	return `Nothing can listen on ${HOST}, port ${PORT} (${errorCode(error)}). Check HOST and PORT.`;
}

/** The one line to print of a known error while starting; null for any other. */
function startError(error: unknown): string | null {
	if (!(error instanceof Error)) return null;
	// By name: the build has a copy of the class of its own.
	if (error.name === 'CannotOpen' || error.constructor.name.startsWith('CannotOpen')) return error.message;
	const code = 'code' in error ? errorCode(error) : errorCode(error.cause);
	if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code.startsWith('SQLITE_IOERR')) {
		return `The database in ${settings.DATA_DIR} cannot be prepared (${code}): check the free space of that disk. Nothing that was stored is lost.`;
	}
	if (code === 'SQLITE_BUSY') return `The database in ${settings.DATA_DIR} is in use by another program. Stop that one first.`;
	if (code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(fileURLToPath(buildUrl)))
		return 'There is no build yet: run npm start, or npm run build first.';
	return null;
}

function attempt<T>(read: () => T): T {
	try {
		return read();
	} catch (error) {
		return giveUp(isSetting(error) ? error.message : endUnexpectedly(error));
	}
}

function isSetting(error: unknown): error is Error {
	return error instanceof Error && error.message.startsWith('The setting');
}

function giveUp(sentence: string): never {
	console.error(sentence);
	process.exit(1);
}
