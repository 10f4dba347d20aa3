import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import autocannon, { type Request } from 'autocannon';
import { root, run } from '../../src/cli/install.mjs';
import { sameSite, startApp, temporaryFolder } from '../support/app.ts';
import { onWorkingDay, seedPeople } from './bench-people.ts';
import { logAction, logFields, withDatabase } from './desk.ts';

/**
 * `npm run bench:log`: signed-in people log sessions by hand through the built server, next to a bare SvelteKit action that
 * inserts one row into a database with the same cipher and PRAGMAs. Both in one run, taking turns, so that the machine's mood
 * falls on both. Not a test: it asserts that everything was stored, and prints how fast.
 */

const setting = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const peopleCount = setting('BENCH_PEOPLE', 1000);
const sessionCount = setting('BENCH_SESSIONS', 100_000);
const rounds = setting('BENCH_ROUNDS', 5);
// Short enough that nobody's days fill up beyond what a day can hold.
const seconds = setting('BENCH_SECONDS', 3);
const connections = 8;
const minute = 60_000;

interface Contender {
	name: string;
	url: string;
	pid: number;
	request: () => Request;
	latencies: number[];
	seconds: number;
	/** Seconds of processor time that the server used meanwhile. */
	processor: number;
}

const dataDir = temporaryFolder('bench');
console.log(`Storing ${peopleCount} people and ${sessionCount} sessions.`);
const { cookies, work } = withDatabase(dataDir, (db) => seedPeople(db, { people: peopleCount, sessions: sessionCount, minutes: 40 }));
const app = await startApp({ dataDir });
const bare = await startBare();

let turn = 0;
const breakwater: Contender = {
	name: 'Breakwater',
	url: app.url,
	pid: app.pid,
	// Everybody in turn, so that nobody's day grows to hundreds of sessions, which no real day has.
	request: () => {
		const at = onWorkingDay(Date.now() - (60 + ((turn * 37) % (5 * 24 * 60))) * minute);
		return form(logAction, logFields(work, Date.now() - at), cookies[turn++ % cookies.length]);
	},
	latencies: [],
	seconds: 0,
	processor: 0
};
const bareAction: Contender = {
	name: 'bare action',
	url: bare.url,
	pid: bare.pid,
	request: () => form('/', { start: new Date().toISOString(), end: new Date().toISOString() }),
	latencies: [],
	seconds: 0,
	processor: 0
};

try {
	for (const contender of [breakwater, bareAction]) await measure({ ...contender, latencies: [] }, 3);
	const ratios: number[] = [];
	for (let round = 1; round <= rounds; round++) {
		const [ours, theirs] = [await measure(breakwater, seconds), await measure(bareAction, seconds)];
		ratios.push(ours / theirs);
		console.log(`round ${round}: Breakwater ${ours.toFixed(0)}/s, bare action ${theirs.toFixed(0)}/s, ratio ${(ours / theirs).toFixed(2)}`);
	}
	console.log('');
	for (const contender of [breakwater, bareAction]) report(contender);
	console.log(
		`ratio of the rates ${(rate(breakwater) / rate(bareAction)).toFixed(2)} (rounds ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}; to reach: 0.5)`
	);
	console.log(
		`ratio of processor time per request ${(processorMs(bareAction) / processorMs(breakwater)).toFixed(2)} (what counts where other programs keep the machine busy)`
	);
	const { now, peak } = memory(app.pid);
	console.log(`memory of the Breakwater server: ${now} MB resident, ${peak} MB at most (to reach: under 200)`);
} finally {
	await app.stop();
	bare.stop();
}
const stored =
	withDatabase(dataDir, ({ $client }) => ($client.prepare('select count(*) as n from exposures').get() as { n: number }).n) - sessionCount;
if (stored < breakwater.latencies.length) throw new Error(`${breakwater.latencies.length} were acknowledged and only ${stored} stored`);
console.log(`${stored} sessions stored, every acknowledged one among them.`);

/** Sends forms for a while; returns how many a second were answered with a redirect. @throws Error at the first other answer */
async function measure(contender: Contender, forSeconds: number): Promise<number> {
	const before = contender.latencies.length;
	let other: string | undefined;
	const from = performance.now();
	const processorFrom = processorSeconds(contender.pid);
	const onResponse = (status: number, body: string) => {
		if (status !== 303) other ??= `${status}\n${body.slice(0, 2000)}`;
	};
	const setupRequest = (request: Request) => ({ ...request, ...contender.request() });
	const options = { url: contender.url, connections, duration: forSeconds, requests: [{ setupRequest, onResponse }] };
	const result = await new Promise<autocannon.Result>((resolve, reject) => {
		const instance = autocannon(options, (error: unknown, done) => (error ? reject(error as Error) : resolve(done)));
		instance.on('response', (_client, _status, _bytes, ms) => void contender.latencies.push(ms));
	});
	const took = (performance.now() - from) / 1000;
	if (other !== undefined) throw new Error(`${contender.name} answered ${other}`);
	if (result.errors > 0) throw new Error(`${contender.name}: ${result.errors} requests got no answer`);
	contender.seconds += took;
	contender.processor += processorSeconds(contender.pid) - processorFrom;
	return (contender.latencies.length - before) / took;
}

function form(path: string, fields: Record<string, string | string[]>, cookie?: string): Request {
	const body = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString();
	const headers = { ...sameSite, 'content-type': 'application/x-www-form-urlencoded', ...(cookie && { cookie }) };
	return { method: 'POST', path, headers, body };
}

function rate({ latencies, seconds }: Contender): number {
	return latencies.length / seconds;
}

function report(contender: Contender): void {
	const sorted = contender.latencies.toSorted((a, b) => a - b);
	const at = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1);
	console.log(
		`${contender.name.padEnd(12)} ${rate(contender).toFixed(0).padStart(6)}/s   p50 ${at(0.5)} ms   p99 ${at(0.99)} ms   ${processorMs(contender).toFixed(2)} ms of processor each   ${sorted.length} requests`
	);
}

function processorMs({ processor, latencies }: Contender): number {
	return (processor * 1000) / latencies.length;
}

/** User and system time of a process, where the machine tells (Linux). */
function processorSeconds(pid: number): number {
	try {
		const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /, '')
			.split(' ');
		return (Number(fields[11]) + Number(fields[12])) / 100;
	} catch {
		return NaN;
	}
}

function memory(pid: number): { now: string; peak: string } {
	try {
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		const mb = (name: string) => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024).toFixed(0);
		return { now: mb('VmRSS'), peak: mb('VmHWM') };
	} catch {
		return { now: 'unknown', peak: 'unknown' };
	}
}

/** Builds `bare-app` in an ignored folder of the project, where it finds the project's packages, and starts it. */
async function startBare(): Promise<{ url: string; pid: number; stop: () => void }> {
	const folder = join(root, '.svelte-kit', 'bare-app');
	rmSync(folder, { recursive: true, force: true });
	const source = join(root, 'tests', 'reliability', 'bare-app');
	for (const name of ['package.json', 'vite.config.ts']) cpSync(join(source, name), join(folder, name));
	cpSync(join(source, 'app.html'), join(folder, 'src', 'app.html'));
	// Named as routes only here: in the source they would be taken for routes of Breakwater's own.
	for (const name of ['page.svelte', 'page.server.ts']) cpSync(join(source, name), join(folder, 'src', 'routes', `+${name}`));
	const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
	const status = await run(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
		cwd: folder,
		env: { ...process.env, NODE_ENV: 'production' }
	});
	if (status !== 0) throw new Error('the bare action could not be built');
	const env = {
		...process.env,
		HOST: 'localhost',
		PORT: '0',
		NODE_ENV: 'production',
		BARE_DATABASE: join(temporaryFolder('bare'), 'bare.db')
	};
	const server = spawn(process.execPath, [join(folder, 'build', 'index.js')], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
	process.on('exit', () => server.kill('SIGKILL'));
	const port = await new Promise<string>((resolve, reject) => {
		server.stdout.on('data', (chunk) => {
			const found = /Listening on .*:(\d+)/.exec(String(chunk))?.[1];
			if (found) resolve(found);
		});
		server.on('close', () => reject(new Error('the bare action did not start')));
	});
	return { url: `http://localhost:${port}`, pid: server.pid ?? 0, stop: () => void server.kill('SIGKILL') };
}
