import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '#lib/server/db/connection.ts';
import { compareWithReplay, type Difference } from '#lib/server/replay/compare.ts';
import { randomFor } from '#lib/server/sample/random.ts';
import { furnishHouse, slowestMs, type Form, type House } from './crash-house.ts';
import { checkLetters } from './crash-letters.ts';
import { acknowledged, logAction, withDatabase } from './desk.ts';

/**
 * The built server, killed at random moments while four people log sessions and ask for contact, a mail server takes letters and a chat bridge posts. What is looked at
 * while it is dead, and when it has been started again, is the promise of this program: nothing that was acknowledged is lost, nothing is there
 * twice, every prompt that follows is there, and every letter goes out.
 */

/** After so many rounds with one database another one is begun: all of it is replayed after each kill. */
const roundsPerHouse = 30;
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
	/** E-mails that arrived, and how many of them for the second time. */
	letters: number;
	twice: number;
	/** Posts that the chat showed, and those that it knew already and showed to nobody. */
	shown: number;
	copies: number;
}

/**
 * Kills the server so many times.
 * @param seed decides who does what, and when it ends; not how far the server has come by then
 * @param tell is given a line now and then
 * @throws Error with the seed, the round and what is wrong
 */
export async function crash(rounds: number, seed: string, tell: (line: string) => void = () => {}): Promise<CrashFigures> {
	const figures: CrashFigures = { kills: 0, stored: 0, again: 0, agreed: 0, letters: 0, twice: 0, shown: 0, copies: 0 };
	for (let round = 0; round < rounds; round += roundsPerHouse) {
		try {
			await crashHouse(Math.min(roundsPerHouse, rounds - round), `${seed} ${round}`, figures);
		} catch (fault) {
			throw new Error(`seed ${seed}, after ${figures.kills} kills: ${fault instanceof Error ? fault.message : String(fault)}`, {
				cause: fault
			});
		}
		const { kills, stored, letters, twice, shown, copies } = figures;
		tell(`${kills} kills: ${stored} stored, ${letters} e-mails, ${twice} of them twice; ${shown} posts, ${copies} copies dropped`);
	}
	return figures;
}

async function crashHouse(rounds: number, seed: string, figures: CrashFigures): Promise<void> {
	const house = await furnishHouse(randomFor(seed));
	const { app, post } = house;
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
		figures.twice += withDatabase(app.dataDir, (db) => checkLetters(db, post, house.kills));
		figures.letters += post.mailbox.letters.length;
		figures.shown += post.bridge.shown.length;
		figures.copies += post.bridge.copies();
		figures.stored += house.forms.filter(({ done }) => done).length;
	} finally {
		await app.kill();
		await post.mailbox.close();
		await post.bridge.close();
	}
}

/** Everybody sends one form after the other, each of them in two windows, until the server is gone. */
async function workUntilKilled(house: House): Promise<void> {
	const { app, clients, random, post } = house;
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
	// What was on its way still arrives; on a busy machine the lines close late.
	while (!post.mailbox.isIdle()) await sleep(10);
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
async function settle({ app, post }: House): Promise<void> {
	const until = Date.now() + patienceMs;
	for (;;) {
		const waiting = withDatabase(app.dataDir, (db) => {
			hurry(db, restOfIt);
			return count(db, `select count(*) from messages where state = 'waiting'`);
		});
		if (waiting === 0) return;
		if (Date.now() > until) throw new Error(`${waiting} messages are not sent; ${post.mailbox.tries()} e-mails were begun`);
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
	checkLetters(db, house.post, house.kills);
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

function count(db: Db, query: string): number {
	return db.$client.prepare<[], number>(query).pluck().get() ?? 0;
}
