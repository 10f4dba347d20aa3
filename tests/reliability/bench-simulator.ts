import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '#lib/server/db/connection.ts';
import { roles } from '#lib/server/db/schema/people.ts';
import { sameSite, startApp, temporaryFolder, visitor, type Visitor } from '../support/app.ts';
import { onWorkingDay, seedPeople } from './bench-people.ts';
import { logAction, logFields, signInAs, withDatabase } from './desk.ts';

/**
 * How much a simulation of 90 days slows down what everybody else asks of the built server: signed-in people open Today and log sessions
 * at a steady rate, in turn without a simulation and with one. Part of `npm run bench:rules`; alone: `node tests/reliability/bench-simulator.ts`.
 */

const setting = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const minute = 60_000;
const workingDays = 64;

/** Requests of one phase: how long each took, in ms. */
interface Phase {
	today: number[];
	log: number[];
}

interface Office {
	url: string;
	cookies: readonly string[];
	work: string;
	author: Visitor;
}

/** Prints the figures. Settings: BENCH_SIMULATED_PEOPLE, BENCH_SIMULATIONS (how many), BENCH_RATE (requests a second). */
export async function benchSimulator(): Promise<void> {
	const people = setting('BENCH_SIMULATED_PEOPLE', 1000);
	const dataDir = temporaryFolder('bench-simulator');
	console.log(`A simulation of 90 days over ${people} people: storing them.`);
	const { cookies, work, authorCookie } = withDatabase(dataDir, (db) => {
		const seeded = seedPeople(db, { people, sessions: people * workingDays * 2, minutes: 135 });
		return { ...seeded, authorCookie: author(db) };
	});
	const app = await startApp({ dataDir });
	try {
		await takeTurns({ url: app.url, cookies, work, author: visitor(app, authorCookie) });
	} finally {
		await app.stop();
	}
}

/** Makes the first person an administrator too. @returns their cookie */
function author(db: Db): string {
	const personId = db.$client.prepare<[], string>('select id from people order by name limit 1').pluck().get() ?? '';
	const now = Date.now();
	db.insert(roles).values({ id: randomUUID(), personId, role: 'admin', teamId: null, proposedAt: now, confirmedAt: now }).run();
	return signInAs(db, personId, now);
}

async function takeTurns(office: Office): Promise<void> {
	await during(office, sleep(3000));
	const [without, beside]: [Phase[], Phase[]] = [[], []];
	const took: number[] = [];
	for (let turn = 0; turn < setting('BENCH_SIMULATIONS', 5); turn++) {
		const from = performance.now();
		beside.push(await during(office, simulate(office)));
		took.push(performance.now() - from);
		without.push(await during(office, sleep(took.at(-1))));
	}
	console.log(`  it takes ${(middle(took) / 1000).toFixed(1)} s beside them (median of ${took.length})`);
	for (const kind of ['today', 'log'] as const) report(kind, without, beside);
}

function report(kind: keyof Phase, without: readonly Phase[], beside: readonly Phase[]): void {
	const names = { today: 'opening Today', log: 'logging a session' };
	const [alone, busy] = [without, beside].map((phases) => phases.map((phase) => phase[kind])) as [number[][], number[][]];
	for (const [when, of] of [
		['without', alone],
		['beside a simulation', busy]
	] as const)
		console.log(
			`  ${names[kind]} ${when}: ${ms(at(of.flat(), 0.5))} (median), ${ms(at(of.flat(), 0.99))} (p99), ${of.flat().length} of them`
		);
	const ratio = (share: number) => (at(busy.flat(), share) / at(alone.flat(), share)).toFixed(2);
	const turns = busy.map((latencies, turn) => at(latencies, 0.99) / at(alone[turn] ?? [], 0.99));
	console.log(
		`  ratio ${ratio(0.5)} (median), ${ratio(0.99)} (p99; turns ${turns.map((each) => each.toFixed(2)).join(', ')}; to reach: under 1.5)`
	);
}

/** Tries out a policy, and looks how far it is as often as its page does. @throws Error where it does not come to its end */
async function simulate({ author }: Office): Promise<void> {
	const form = { id: randomUUID(), team: '', days: '90', 'rules.day-limit.minutes': '270', 'rules.routine-conversation.days': '14' };
	const { status, headers } = await author.post('/policy/simulator', form);
	if (status !== 303 || headers.location === undefined) throw new Error(`the simulation was not begun: ${status}`);
	for (;;) {
		await sleep(800);
		const { text } = await author.get(headers.location);
		if (text.includes('What it would have raised')) return;
		if (!text.includes('action="?/stop"')) throw new Error('the simulation did not come to its end');
	}
}

/** Sends requests at a steady rate, whether or not those before are answered, until `end`. */
async function during(office: Office, end: Promise<unknown>): Promise<Phase> {
	const phase: Phase = { today: [], log: [] };
	const agent = new Agent({ keepAlive: true });
	const every = 1000 / setting('BENCH_RATE', 25);
	const sent: Promise<void>[] = [];
	const isOver = end.then(
		() => true,
		() => true
	);
	const from = performance.now();
	for (let n = 1; !(await Promise.race([isOver, sleep(Math.max(from + n * every - performance.now(), 0), false)])); n++)
		sent.push(ask(office, agent, phase));
	await Promise.all(sent);
	agent.destroy();
	await end;
	return phase;
}

let turn = 0;

/** Everybody in turn opens Today or logs a session. @throws Error for any other answer than the one expected */
async function ask({ url, cookies, work }: Office, agent: Agent, phase: Phase): Promise<void> {
	turn++;
	const kind = turn % 2 === 0 ? 'today' : 'log';
	const headers = { ...sameSite, cookie: cookies[turn % cookies.length] };
	const ago = Date.now() - onWorkingDay(Date.now() - (60 + ((turn * 37) % (5 * 24 * 60))) * minute);
	const body = kind === 'log' ? new URLSearchParams(logFields(work, ago) as Record<string, string>).toString() : undefined;
	const from = performance.now();
	const status = await answered(new URL(kind === 'log' ? logAction : '/today', url), agent, headers, body);
	phase[kind].push(performance.now() - from);
	if (status !== (kind === 'log' ? 303 : 200)) throw new Error(`${kind} was answered ${status}`);
}

function answered(url: URL, agent: Agent, headers: Record<string, string | undefined>, body: string | undefined): Promise<number> {
	const type = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
	return new Promise((resolve, reject) => {
		const request = httpRequest(
			url,
			{ agent, method: body === undefined ? 'GET' : 'POST', headers: { ...headers, ...type } },
			(response) => {
				response.resume().on('end', () => resolve(response.statusCode ?? 0));
			}
		);
		request.on('error', reject).end(body);
	});
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
const middle = (values: readonly number[]) => at(values, 0.5);

function at(values: readonly number[], share: number): number {
	return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? NaN;
}

if (import.meta.main) await benchSimulator();
