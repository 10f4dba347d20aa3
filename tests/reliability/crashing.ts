import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Db } from '#lib/server/db/connection.ts';
import { people, personVersions } from '#lib/server/db/schema/people.ts';
import { compareWithReplay, type Difference } from '#lib/server/replay/compare.ts';
import { randomFor, type Random } from '#lib/server/sample/random.ts';
import { startApp, temporaryFolder, visitor, type App, type Fields, type Visitor } from '../support/app.ts';
import { cast } from '../support/cast.ts';
import { mailServer, type Mailbox } from '../support/smtp.ts';
import { acknowledged, exposureWork, logAction, logFields, signInAs, withDatabase, zone } from './desk.ts';

/**
 * The built server, killed at random moments while four people log sessions and ask for contact and a mail server takes letters. What is looked at
 * while it is dead, and when it has been started again, is the promise of this program: nothing that was acknowledged is lost, nothing is there
 * twice, every prompt that follows is there, and every letter goes out.
 */

const minute = 60_000;
/** After so many rounds with one database another one is begun: all of it is replayed after each kill. */
const roundsPerHouse = 30;
/** Lets a letter arrive at the mail server whose sender is dead. */
const slowestMs = 60;
/** How long they work at most before the server is killed. */
const longestRoundMs = 500;
/** How long it may take until every letter has gone out in the end. */
const patienceMs = 60_000;

export interface CrashFigures {
	/** Times that the server was killed. */
	kills: number;
	/** Forms that were acknowledged, and of those how many only after a restart: their first answer never came. */
	stored: number;
	again: number;
	/** Findings and alert events that agree with a replay, at the end of each database. */
	agreed: number;
	/** Letters that arrived, and how many of them for the second time. */
	letters: number;
	twice: number;
}

/**
 * Kills the server so many times.
 * @param seed decides who does what, and when it ends; not how far the server has come by then
 * @param tell is given a line now and then
 * @throws Error with the seed, the round and what is wrong
 */
export async function crash(rounds: number, seed: string, tell: (line: string) => void = () => {}): Promise<CrashFigures> {
	const figures: CrashFigures = { kills: 0, stored: 0, again: 0, agreed: 0, letters: 0, twice: 0 };
	for (let round = 0; round < rounds; round += roundsPerHouse) {
		try {
			await crashHouse(Math.min(roundsPerHouse, rounds - round), `${seed} ${round}`, figures);
		} catch (fault) {
			throw new Error(`seed ${seed}, after ${figures.kills} kills: ${fault instanceof Error ? fault.message : String(fault)}`, {
				cause: fault
			});
		}
		tell(`${figures.kills} kills: ${figures.stored} stored, ${figures.letters} letters, ${figures.twice} of them twice`);
	}
	return figures;
}

/** A form that somebody sends; its id is that of what it stores. */
interface Form {
	who: Visitor;
	action: string;
	fields: Fields & { id: string };
	done: boolean;
}

interface House {
	app: App;
	mailbox: Mailbox;
	random: Random;
	forms: Form[];
	next: (who: Visitor) => Form;
	clients: Visitor[];
	kills: number;
	/** Letters that had arrived at the last kill and were not noted as sent. */
	unnoted: ReadonlySet<string>;
}

async function crashHouse(rounds: number, seed: string, figures: CrashFigures): Promise<void> {
	const house = await furnishHouse(randomFor(seed));
	const { app, mailbox } = house;
	try {
		for (let round = 0; round < rounds; round++) {
			await workUntilKilled(house);
			figures.kills++;
			withDatabase(app.dataDir, (db) => check(db, house));
			await app.restart();
			figures.again += await sendAgain(house);
		}
		await settle(house);
		await app.stop();
		figures.agreed += withDatabase(app.dataDir, (db) => check(db, house));
		figures.twice += withDatabase(app.dataDir, (db) => checkLetters(db, house));
		figures.letters += mailbox.letters.length;
		figures.stored += house.forms.filter(({ done }) => done).length;
	} finally {
		await app.kill();
		await mailbox.close();
	}
}

/** Each always asks the same supervisor, so that every message is wanted until it is sent. */
async function furnishHouse(random: Random): Promise<House> {
	// Some letters are slow, some are refused for now, some lines are cut: all of them are tried again.
	const mailbox = await mailServer(() => {
		if (random.chance(0.05)) return { code: 451 };
		return random.chance(0.05) ? 'cut' : { takeAfterMs: random.between(0, slowestMs) };
	});
	const dataDir = temporaryFolder('crash');
	const { work, asks } = withDatabase(dataDir, (db) => {
		const now = Date.now();
		const c = cast(db, now - 90 * 24 * 60 * minute);
		db.update(people).set({ sharingAskedAt: now }).run();
		db.update(personVersions).set({ zone }).run();
		const pairs = [
			[c.ines, `lead:${c.mara.id}`],
			[c.tomas, `welfare:${c.edda.id}`],
			[c.wen, `lead:${c.jonas.id}`],
			[c.bea, `peer:${c.rui.id}`]
		] as const;
		return { work: exposureWork(db), asks: pairs.map(([{ id }, to]) => ({ cookie: signInAs(db, id, now), to })) };
	});
	const certificate = fileURLToPath(new URL('../support/localhost-certificate.pem', import.meta.url));
	const mail = { SMTP_URL: `smtps://localhost:${mailbox.port}`, MAIL_FROM: 'Breakwater <breakwater@seawall.example>' };
	const app = await startApp({ dataDir, env: { ...mail, NODE_EXTRA_CA_CERTS: certificate } });
	const clients = asks.map(({ cookie }) => visitor(app, cookie));
	const toOf = new Map(clients.map((client, n) => [client, asks[n]?.to ?? '']));
	const next = (who: Visitor): Form => {
		const asking = random.chance(0.3);
		const fields = asking
			? { id: randomUUID(), to: toOf.get(who) ?? '', when: 'soon' }
			: logFields(work, random.between(60, 5 * 24 * 60) * minute);
		return { who, action: asking ? '/support/contact' : logAction, fields, done: false };
	};
	return { app, mailbox, random, forms: [], next, clients, kills: 0, unnoted: new Set() };
}

/** Everybody sends one form after the other, each of them in two windows, until the server is gone. */
async function workUntilKilled(house: House): Promise<void> {
	const { app, clients, random } = house;
	const killed = new AbortController();
	const working = [...clients, ...clients].map(async (who) => {
		while (!killed.signal.aborted) {
			const form = house.next(who);
			house.forms.push(form);
			await send(form);
		}
	});
	await sleep(random.between(20, longestRoundMs));
	await app.kill();
	house.kills++;
	killed.abort();
	await Promise.all(working);
	await sleep(slowestMs + 20);
}

/** Whoever gets no answer knows nothing, and has the form still. @throws Error where the answer is a refusal */
async function send(form: Form): Promise<void> {
	const answer = await form.who.post(form.action, form.fields).catch(() => null);
	if (answer === null) return;
	if (!acknowledged(answer)) throw new Error(`${form.action} was answered ${answer.status}: ${answer.text.slice(0, 300)}`);
	form.done = true;
}

/** The server is there again: so are the forms that were not answered. */
async function sendAgain({ forms }: House): Promise<number> {
	const unanswered = forms.filter(({ done }) => !done);
	await Promise.all(unanswered.map(send));
	const lost = unanswered.filter(({ done }) => !done).length;
	if (lost > 0) throw new Error(`${lost} forms were not answered by a server that runs`);
	return unanswered.length;
}

/** Waits until nothing is left to be sent; the server, which has just been started, sees as another's writing that what failed is due again. */
async function settle({ app, mailbox }: House): Promise<void> {
	const until = Date.now() + patienceMs;
	for (;;) {
		const waiting = withDatabase(app.dataDir, (db) => {
			hurry(db, restOfIt);
			return count(db, `select count(*) from messages where state = 'waiting'`);
		});
		if (waiting === 0) return;
		if (Date.now() > until) throw new Error(`${waiting} messages are not sent; ${mailbox.tries()} letters were begun`);
		await sleep(500);
	}
}

/** What of the outbox may be hurried while a server runs: not what it is sending. */
const restOfIt = 'and leased_until = 0';

/** As if the two minutes of every lease had passed, the pause before the next attempt, the wait of exposure and the hour of the digest. */
function hurry(db: Db, which: '' | typeof restOfIt = ''): void {
	db.$client.prepare(`update messages set leased_until = 0, due_at = min(due_at, ?) where state = 'waiting' ${which}`).run(Date.now());
}

/** What has to be so whenever the server is dead. Returns how much agrees with a replay. */
function check(db: Db, house: House): number {
	const wrong: string[] = [];
	const stored = (table: string) =>
		new Map(db.$client.prepare<[], [string, number]>(`select id, count(*) from ${table} group by id`).raw().all());
	const [sessions, requests] = [stored('exposures'), stored('contact_requests')];
	for (const { action, fields, done } of house.forms) {
		const times = (action === logAction ? sessions : requests).get(fields.id) ?? 0;
		if (times > 1 || (done && times === 0)) wrong.push(`${action} ${fields.id} is there ${times} times`);
	}
	const sent = new Set(house.forms.map(({ fields }) => fields.id));
	for (const id of [...sessions.keys(), ...requests.keys()]) if (!sent.has(id)) wrong.push(`${id} is there, and nobody sent it`);
	const tell = (difference: Difference) => void wrong.push(JSON.stringify(difference));
	const { findings, alertEvents, differences } = compareWithReplay(db, tell);
	if (differences > 0) wrong.push(`${differences} differences from a replay`);
	wrong.push(...unasked(db));
	const sound = db.$client.pragma('integrity_check', { simple: true });
	if (sound !== 'ok') wrong.push(`the file is not sound: ${String(sound)}`);
	if (wrong.length > 0) throw new Error(wrong.slice(0, 10).join('\n'));
	checkLetters(db, house);
	hurry(db);
	return findings + alertEvents;
}

/** Requests and open alerts of those who work here about which nobody was written to. */
function unasked(db: Db): string[] {
	const requests = `select 'request ' || request.id from contact_requests as request where
		(select count(distinct n) from messages join alerts as alert on alert.id = alert_id
			where alert.person_id = request.person_id and alert.reason = 'contact' and recipient_id = request.to_id)
		<> (select count(*) from contact_requests as own where own.person_id = request.person_id)`;
	const prompts = `select concat_ws(' ', 'alert', id, reason, state, level, raised_at) from alerts where closed_at is null
		and person_id in (select person_id from sign_ins) and not exists (select 1 from messages where alert_id = alerts.id)`;
	return [requests, prompts].flatMap((query) =>
		db.$client
			.prepare<[], string>(query)
			.pluck()
			.all()
			.map((what) => `nobody was told of ${what}`)
	);
}

/**
 * Every message noted as sent did arrive, and the last kill found one letter at most that had arrived and was not noted: only that can arrive twice.
 * Returns how many letters did. @throws Error where any of this is not so
 */
function checkLetters(db: Db, house: House): number {
	const { mailbox, kills } = house;
	const lost = count(db, `select count(*) from messages where alert_id is not null and state in ('dropped', 'dead')`);
	if (lost > 0) throw new Error(`${lost} messages were given up`);
	// What went out as one letter was noted at one instant; that of its rows which was taken first gave it its name.
	const sent = db.$client
		.prepare<[], string>(
			`select group_concat(id, ',' order by urgent desc, due_at, id) from messages
			where state = 'sent' group by recipient_id, channel, ended_at`
		)
		.pluck()
		.all();
	const arrived = Map.groupBy(mailbox.letters, ({ text }) => /^Message-ID: <([^@]+)@/im.exec(text)?.[1] ?? '');
	for (const ids of sent) if (!arrived.has(ids.split(',')[0] ?? '')) throw new Error(`noted as sent, and never arrived: ${ids}`);
	const noted = new Set(sent.flatMap((ids) => ids.split(',')));
	const unnoted = [...arrived.keys()].filter((id) => !noted.has(id));
	const left = unnoted.filter((id) => !house.unnoted.has(id));
	if (left.length > 1) throw new Error(`one kill left ${left.length} letters that had arrived and were not noted as sent`);
	house.unnoted = new Set(unnoted);
	const letters = [...arrived].filter(([id]) => noted.has(id)).reduce((sum, [, copies]) => sum + copies.length, 0);
	const twice = letters - sent.length;
	if (twice > kills) throw new Error(`${twice} letters arrived twice after ${kills} kills`);
	return twice;
}

function count(db: Db, query: string): number {
	return db.$client.prepare<[], number>(query).pluck().get() ?? 0;
}
