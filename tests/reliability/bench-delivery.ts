import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import autocannon, { type Request } from 'autocannon';
import { createOrganisation } from '#lib/server/accounts.ts';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';
import { teams } from '#lib/server/db/schema/organisation.ts';
import { homeTeams, people, personVersions, roles } from '#lib/server/db/schema/people.ts';
import { alertEvents, alerts, clocks } from '#lib/server/db/schema/records.ts';
import { sameSite, startApp, temporaryFolder } from '../support/app.ts';
import { mailServer } from '../support/smtp.ts';
import { exposureWork, logAction, logFields, signInAs, withDatabase, zone } from './desk.ts';

/**
 * `npm run bench:delivery`: e-mails that stand in the outbox go to a local mail server over TLS, each to a recipient of its own, while people log
 * sessions. Not a test: it asserts that every one arrived, once, and prints how fast, and what the logging loses by it. In rounds, so that the
 * machine's mood falls on both.
 */

const setting = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const letters = setting('BENCH_LETTERS', 10_000);
const rounds = setting('BENCH_ROUNDS', 3);
const seconds = setting('BENCH_SECONDS', 4);
const moderators = 400;
const leadsPerTeam = 100;
const minute = 60_000;
const day = 86_400_000;

/** The mail server, in a thread of its own: counts, and keeps who got something. */
async function sink(): Promise<void> {
	let taken = 0;
	const recipients = new Set<string>();
	const { port } = await mailServer(() => 'take', {
		onData(stream, session, done) {
			stream.resume();
			stream.on('end', () => {
				taken++;
				for (const { address } of session.envelope.rcptTo) recipients.add(address);
				done();
			});
		}
	});
	parentPort?.postMessage({ port });
	parentPort?.on('message', () => parentPort?.postMessage({ taken, recipients: recipients.size }));
}

async function main(): Promise<void> {
	const worker = new Worker(fileURLToPath(import.meta.url));
	const told = <T>(ask?: string) =>
		new Promise<T>((resolve) => {
			worker.once('message', resolve);
			if (ask !== undefined) worker.postMessage(ask);
		});
	const { port } = await told<{ port: number }>();
	const counted = () => told<{ taken: number; recipients: number }>('count');
	const taken = async () => (await counted()).taken;
	const dataDir = temporaryFolder('bench-delivery');
	console.log(`Storing ${letters} leads and ${moderators} moderators.`);
	const { cookies, work, asked } = withDatabase(dataDir, seed);
	const certificate = fileURLToPath(new URL('../support/localhost-certificate.pem', import.meta.url));
	const env = { SMTP_URL: `smtps://localhost:${port}`, MAIL_FROM: 'Breakwater <breakwater@example.org>', NODE_EXTRA_CA_CERTS: certificate };
	const app = await startApp({ dataDir, env });
	const db = openDatabase(dataDir, '', 'drizzle');
	const log = () => measure(app.url, cookies, work);
	try {
		// Everybody logs once before anything is measured: the first time makes somebody's key.
		do await log();
		while (turn < moderators);
		const [alone, beside]: [number[], number[]] = [[], []];
		let [sent, sendingMs, processor] = [0, 0, 0];
		for (let round = 0; round < rounds; round++) {
			alone.push(await log());
			const before = await taken();
			raise(db, asked.slice(Math.floor((asked.length * round) / rounds), Math.floor((asked.length * (round + 1)) / rounds)));
			while ((await taken()) === before) await pause(20);
			const [from, first] = [performance.now(), await taken()];
			beside.push(await log());
			const meanwhile = (await taken()) - first;
			console.log(
				`round ${round + 1}: logging alone ${alone.at(-1)?.toFixed(0)}/s, beside sending ${beside.at(-1)?.toFixed(0)}/s (${(meanwhile / ((performance.now() - from) / 1000)).toFixed(0)} letters/s)`
			);
			const [restFrom, restFirst, restProcessor] = [performance.now(), await taken(), processorSeconds(app.pid)];
			while (dueIn(db) > 0) await pause(50);
			sendingMs += performance.now() - restFrom;
			sent += (await taken()) - restFirst;
			processor += processorSeconds(app.pid) - restProcessor;
		}
		const sum = (all: number[]) => all.reduce((total, each) => total + each, 0);
		console.log(
			`\n${sent} letters with nothing else to do: ${((sent * 1000) / sendingMs).toFixed(0)}/s, ${((processor * 1000) / sent).toFixed(2)} ms of processor each`
		);
		console.log(`logging beside sending: ${(sum(beside) / sum(alone)).toFixed(2)} of what it is alone (to reach: 0.8)`);
		console.log(`memory of the server: ${memory(app.pid)}`);
		const end = await counted();
		if (end.taken !== letters || end.recipients !== letters)
			throw new Error(`${end.taken} letters arrived, for ${end.recipients} people, not one for each of ${letters}`);
		console.log(`${letters} queued, ${letters} arrived, none twice.`);
	} finally {
		db.$client.close();
		db.keys.close();
		await app.stop();
		await worker.terminate();
	}
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Seconds of processor time of a process so far, where the machine tells (Linux). */
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

function memory(pid: number): string {
	try {
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		const mb = (name: string) => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024).toFixed(0);
		return `${mb('VmRSS')} MB resident, ${mb('VmHWM')} MB at most`;
	} catch {
		return 'unknown';
	}
}

let turn = 0;

/** Logs sessions for some seconds; returns how many a second were stored. @throws Error at the first other answer */
async function measure(url: string, cookies: readonly string[], work: string): Promise<number> {
	let [stored, other] = [0, ''];
	const onResponse = (status: number, body: string) => {
		if (status === 303) stored++;
		else other ||= `${status}\n${body.slice(0, 1000)}`;
	};
	const setupRequest = (request: Request): Request => {
		const fields = logFields(work, (60 + ((turn * 37) % (5 * 24 * 60))) * minute);
		const headers = { ...sameSite, 'content-type': 'application/x-www-form-urlencoded', cookie: cookies[turn++ % cookies.length] ?? '' };
		const body = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString();
		return { ...request, method: 'POST', path: logAction, headers, body };
	};
	const from = performance.now();
	await autocannon({ url, connections: 8, duration: seconds, requests: [{ setupRequest, onResponse }] });
	if (other !== '') throw new Error(`answered ${other}`);
	return stored / ((performance.now() - from) / 1000);
}

/** An alert, and the leads who see it. */
interface Asked {
	personId: string;
	leads: string[];
}

/** Alerts that went on to all leads of a team, with a message to every one of them. */
function raise(db: Db, asked: readonly Asked[]): void {
	const now = Date.now();
	const rest = { level: 1, channel: 'email', n: 1, urgent: true, state: 'waiting', dueAt: now, createdAt: now, triedSince: now } as const;
	db.$client.exec('begin immediate');
	for (const { personId, leads } of asked) {
		const alertId = randomUUID();
		const at = { raisedAt: now, enteredAt: now };
		db.insert(alerts)
			.values({ id: alertId, personId, reason: 'contact', toKind: 'lead', state: 'raised', level: 1, ...at })
			.run();
		const event = { alertId, personId, at: now };
		db.insert(alertEvents)
			.values([
				{ ...event, event: 'raised', level: 0 },
				{ ...event, event: 'escalated', level: 1 }
			])
			.run();
		for (const recipientId of leads)
			db.insert(messages)
				.values({ id: randomUUID(), alertId, recipientId, ...rest })
				.run();
	}
	db.$client.exec('commit');
}

function dueIn(db: Db): number {
	const due = db.$client.prepare<[number], number>(`select count(*) from messages where state = 'waiting' and due_at <= ?`);
	return due.pluck().get(Date.now()) ?? 0;
}

/** Teams with very many leads, all of whom will see the alert about somebody of the team; beside them people who log, of a team of their own. */
function seed(db: Db): { cookies: string[]; work: string; asked: Asked[] } {
	const now = Date.now();
	const began = now - 120 * day;
	const employerId = createOrganisation(db, { name: 'Bench', zone, sample: false }, began);
	const person = (teamId: string, role: 'lead' | 'moderator'): string => {
		const id = randomUUID();
		const email = `${id}@example.org`;
		const account = { id, name: 'Somebody', email, emailKey: email, employerId, createdAt: began, joinedAt: began, sharingAskedAt: began };
		db.insert(people).values(account).run();
		db.insert(personVersions)
			.values({ personId: id, version: 1, zone, dayStart: '00:00', startDate: '2024-01-08', recordedAt: began })
			.run();
		db.insert(homeTeams).values({ id: randomUUID(), personId: id, teamId, recordedAt: began }).run();
		db.insert(roles).values({ id: randomUUID(), personId: id, role, teamId, proposedAt: began, confirmedAt: began }).run();
		db.insert(clocks).values({ personId: id, firstFactAt: began, lastFactAt: now, advancedTo: now, nextDueAt: null }).run();
		return id;
	};
	const team = (): string => {
		const id = randomUUID();
		db.insert(teams)
			.values({ id, name: `Team ${id}`, zone, createdAt: began })
			.run();
		return id;
	};
	db.$client.exec('begin immediate');
	const asked = Array.from({ length: Math.ceil(letters / leadsPerTeam) }, (_, n): Asked => {
		const teamId = team();
		const leads = Array.from({ length: Math.min(leadsPerTeam, letters - n * leadsPerTeam) }, () => person(teamId, 'lead'));
		return { personId: person(teamId, 'moderator'), leads };
	});
	const own = team();
	const cookies = Array.from({ length: moderators }, () => signInAs(db, person(own, 'moderator'), now));
	db.$client.exec('commit');
	return { cookies, work: exposureWork(db), asked };
}

await (isMainThread ? main() : sink());
