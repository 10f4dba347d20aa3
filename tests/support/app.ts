import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { build, root, serverFlags } from '../../src/cli/install.mjs';

/** A running build, as `npm start` runs it, on a port of its own and a data folder that is removed afterwards. */
export interface App {
	/** `http://localhost:<port>`; the same after {@link App.restart}. */
	readonly url: string;
	readonly dataDir: string;
	/** Process id of the server. */
	readonly pid: number;
	/** The one-time set-up link that the terminal showed; null where the database has an organisation. */
	readonly setupLink: string | null;
	/** Everything the server printed since the last start. */
	output(): string;
	/** SIGTERM; returns the exit status. */
	stop(): Promise<number | null>;
	/** SIGKILL: what a power cut leaves of a process. */
	kill(): Promise<void>;
	/** Starts again on the same port and data folder, after stop or kill. */
	restart(): Promise<void>;
}

export interface AppOptions {
	env?: Record<string, string>;
	dataDir?: string;
}

type Server = ChildProcessByStdio<null, Readable, Readable>;

const cleanUp: (() => void)[] = [];
const cleanAll = () => cleanUp.splice(0).forEach((remove) => remove());
process.on('exit', cleanAll);
// Vitest ends its workers without `exit`; the benchmark uses this file without Vitest.
if (process.env.VITEST) (await import('vitest')).afterAll(cleanAll);

/** A folder that is removed when the tests end. */
export function temporaryFolder(name = 'data'): string {
	const folder = mkdtempSync(join(tmpdir(), `breakwater-${name}-`));
	cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** Once per test file: a build that fails would fail for every test again. */
let built: Promise<void> | undefined;

export async function startApp({ env = {}, dataDir = temporaryFolder() }: AppOptions = {}): Promise<App> {
	await (built ??= build(process.execPath));
	let running = await launch(dataDir, { PORT: '0', ...env });
	const port = String(new URL(running.url).port);
	return {
		get url() {
			return running.url;
		},
		dataDir,
		get pid() {
			return running.server.pid ?? 0;
		},
		get setupLink() {
			return /https?:\/\/\S*set-?up\S*/i.exec(running.output())?.[0] ?? null;
		},
		output: () => running.output(),
		stop: () => end(running.server, 'SIGTERM'),
		async kill() {
			await end(running.server, 'SIGKILL');
		},
		async restart() {
			running = await launch(dataDir, { ...env, PORT: port });
		}
	};
}

/** Starts the server where it is expected not to start: what it printed, and its exit status. */
export async function startInVain({ env = {}, dataDir = temporaryFolder() }: AppOptions = {}): Promise<{
	status: number | null;
	stdout: string;
	stderr: string;
}> {
	await (built ??= build(process.execPath));
	const server = spawnServer(dataDir, { PORT: '0', ...env });
	let [stdout, stderr] = ['', ''];
	server.stdout.on('data', (chunk) => {
		stdout += String(chunk);
		if (stdout.includes('is ready')) server.kill('SIGKILL');
	});
	server.stderr.on('data', (chunk) => (stderr += String(chunk)));
	const [status] = (await once(server, 'close')) as [number | null];
	return { status, stdout, stderr };
}

async function launch(dataDir: string, env: Record<string, string>) {
	const server = spawnServer(dataDir, env);
	let output = '';
	const ready = new Promise<string>((resolve, reject) => {
		const read = (chunk: Buffer) => {
			output += String(chunk);
			const port = /is ready: .*?(?:port |:)(\d+)\)?\n/.exec(output)?.[1];
			if (port) resolve(port);
		};
		server.stdout.on('data', read);
		server.stderr.on('data', read);
		server.on('close', (status) => reject(new Error(`the server ended with status ${status} and said:\n${output}`)));
	});
	// With an ORIGIN of its own the server announces that one; the tests still come straight to the port.
	const port = await ready;
	return { server, url: `http://localhost:${port}`, output: () => output };
}

function spawnServer(dataDir: string, env: Record<string, string>): Server {
	const settings = [
		'HOST',
		'ORIGIN',
		'ALLOWED_HOSTS',
		'DATABASE_KEY',
		'ADDRESS_HEADER',
		'BODY_SIZE_LIMIT',
		'NODE_ENV',
		'SMTP_URL',
		'WEBHOOK_URL'
	];
	const inherited = Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !settings.includes(name) && !name.startsWith('VITE'))
	);
	const server = spawn(process.execPath, [...serverFlags, join(root, 'src', 'cli', 'serve.ts')], {
		cwd: root,
		env: { ...inherited, DATA_DIR: dataDir, ...env },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	const kill = () => void server.kill('SIGKILL');
	cleanUp.unshift(kill);
	server.on('close', () => {
		if (cleanUp.includes(kill)) cleanUp.splice(cleanUp.indexOf(kill), 1);
	});
	return server;
}

async function end(server: Server, signal: NodeJS.Signals): Promise<number | null> {
	if (server.exitCode !== null || server.signalCode !== null) return server.exitCode;
	const closed = once(server, 'close');
	server.kill(signal);
	const [status] = (await closed) as [number | null];
	return status;
}

export interface Answer {
	status: number;
	headers: IncomingHttpHeaders;
	text: string;
}

export interface Question {
	method?: string;
	headers?: Record<string, string>;
	body?: string | Buffer;
	/** Hangs up after the first part of the answer: a stream of events never ends. */
	hangUp?: boolean;
}

/** One request with exactly these headers, which `fetch` does not allow. */
export function send(url: string, { method = 'GET', headers = {}, body, hangUp = false }: Question = {}): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const request = httpRequest(url, { method, headers, agent: false }, (response) => {
			let text = '';
			response.setEncoding('utf8');
			const done = () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
			response.on('data', (chunk: string) => {
				text += chunk;
				if (!hangUp) return;
				done();
				request.destroy();
			});
			response.on('end', done);
			response.on('error', reject);
		});
		request.on('error', reject);
		request.end(body);
	});
}

/** What a browser sends beside a form of the same site. */
export const sameSite = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', accept: 'text/html' } as const;

export type Fields = Record<string, string | string[]>;

/** Somebody with a browser without JavaScript: keeps cookies, does not follow redirects by itself. */
export interface Visitor {
	get(path: string): Promise<Answer>;
	/** Sends a form, as a browser does from a page of the same site. */
	post(path: string, fields: Fields, headers?: Record<string, string>): Promise<Answer>;
	cookie(): string;
}

/** @param signedIn the cookie of a sign-in made beforehand, as `name=value` */
export function visitor(app: Pick<App, 'url'>, signedIn?: string): Visitor {
	const cookies = new Map<string, string>(signedIn ? [signedIn.split('=', 2) as [string, string]] : []);
	const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
	const keep = (answer: Answer) => {
		for (const line of answer.headers['set-cookie'] ?? []) {
			const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
			if (value === '' || /max-age=0/i.test(line)) cookies.delete(name);
			else cookies.set(name, value);
		}
		return answer;
	};
	const ask = async (path: string, question: Question) => {
		const headers = { ...(cookies.size > 0 && { cookie: cookie() }), ...question.headers };
		return keep(await send(new URL(path, app.url).href, { ...question, headers }));
	};
	return {
		get: (path) => ask(path, { headers: { accept: 'text/html' } }),
		post: (path, fields, headers = {}) => ask(path, formOf(fields, headers)),
		cookie
	};
}

function formOf(fields: Fields, headers: Record<string, string>): Question {
	const body = new URLSearchParams();
	for (const [name, value] of Object.entries(fields)) for (const text of [value].flat()) body.append(name, text);
	return {
		method: 'POST',
		headers: { 'content-type': 'application/x-www-form-urlencoded', ...sameSite, ...headers },
		body: body.toString()
	};
}
