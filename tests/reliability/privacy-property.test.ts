import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { routes } from '$app/manifest';
import { afterEach, describe, expect, it } from 'vitest';
import { openDatabase, type Db } from '#lib/server/db/connection.ts';
import { randomFor, type Random } from '#lib/server/sample/random.ts';
import { root } from '../../src/cli/install.mjs';
import { outcomeOf, outcomeOfData } from '../support/access-answers.ts';
import { cookieOf } from '../support/access-facts.ts';
import { startApp, temporaryFolder, visitor, type App, type Answer, type Fields } from '../support/app.ts';
import { hasPage, mayKnow, mayRead, type Known, type Secret } from '../support/privacy-oracle.ts';
import {
	noteNames,
	notePassedOver,
	randomOffice,
	someNames,
	stands,
	storedAlerts,
	supervisorsOf,
	type Office,
	type Planted
} from '../support/random-office.ts';

/**
 * Of organisations made by chance: no answer of the server holds anything that domain.md §6 does not allow whoever asked, before and after
 * people move, take back a name, pass somebody over, lose a role or are disabled; and each of these counts from the next request. What is allowed
 * is said by hand in privacy-oracle.ts.
 */

const long = process.env.BREAKWATER_LONG === '1';
const offices = long ? 12 : 1;
const changes = long ? 25 : 10;
/** In the long run others each day; BREAKWATER_SEED gives those of another day, or whatever failed, again. */
const seed = process.env.BREAKWATER_SEED ?? (long ? new Date().toISOString().slice(0, 10) : '2026-11-23');

/** Everything that needs no parameter and answers with a page. */
const places = routes.filter(({ id, page }) => page && !id.includes('[')).map(({ id }) => id.replace(/\/\([^)]+\)/g, '') || '/');
const leavesEverything = ['/sign-out'];
/** What stands in data about somebody else for nobody: answers, scores, details of sessions; and bands and trends, but for those whom they named. */
const details = /[{,]"?(answers?|scores?|item\d|criterion|concern|findings?|aftermath|violent|material|context|history|sealed)"?:/;
const bandsAndTrends = /[{,]"?(bands?|scales?)"?:/;

/** Where supervisors read of others: asked for again after each change. */
const supervising = ['/prompts', '/people', '/appointments', '/appointments/plan', '/absences/team', '/prompts/weekly-list'];

let app: App | undefined;
let db: Db | undefined;

afterEach(async () => {
	await app?.stop();
	db?.$client.close();
	db?.keys.close();
	[app, db] = [undefined, undefined];
});

describe('what the server answers', () => {
	it.each(Array.from({ length: offices }, (_, index) => `${seed} office ${index + 1}`))(
		'holds nothing that is not for whoever asked: %s',
		async (name) => {
			console.log(`BREAKWATER_SEED=${seed} gives these offices again`);
			const search = await begin(name);
			await search.supervisorsKnock();
			for (let left = changes; left > 0; left--) await search.somethingChanges();
			await search.everybodyLooksEverywhere();
			console.log(`${name}: ${search.summary()}`);
			expect(search.found).toEqual([]);
			// Whoever may read something does: else nothing was looked for.
			for (const secret of search.mayBeRead) expect([...search.read], secret).toContain(secret);
		},
		600_000
	);
});

interface Search {
	/** What somebody read who may not. */
	found: string[];
	/** Which sorts of secrets somebody else read, or for one's own the person, who may. */
	read: Set<string>;
	/** Which of them somebody may read at the beginning. */
	mayBeRead: readonly string[];
	/** At what has an address of its own, and where they read of others. */
	supervisorsKnock(): Promise<void>;
	/** Everybody at that, and at all pages; each holds its data and what is made of it. */
	everybodyLooksEverywhere(): Promise<void>;
	somethingChanges(): Promise<void>;
	summary(): string;
}

/** Each person asks one thing after the other, as they do; all of them at the same time. */
async function atOnce(people: readonly Known[], each: (who: Known) => Promise<void>): Promise<void> {
	await Promise.all(people.map(each));
}

async function begin(name: string): Promise<Search> {
	const dataDir = join(temporaryFolder(), 'data');
	mkdirSync(dataDir, { mode: 0o700 });
	db = openDatabase(dataDir, '', join(root, 'drizzle'));
	const random = randomFor(name);
	const now = Date.now();
	const office = randomOffice(db, random, now);
	const cookies = new Map<string, string>();
	for (const { id } of office.world.people) cookies.set(id, await cookieOf(db, id, now));
	app = await startApp({ dataDir });
	return searchIn(db, app, office, random, cookies);
}

function searchIn(db: Db, app: App, office: Office, random: Random, cookies: Map<string, string>): Search {
	const { world, planted } = office;
	const found: string[] = [];
	const read = new Set<string>();
	const done: string[] = [];
	let [asked, aboutOthers] = [0, 0];

	const mayAnybody = (secret: Secret) =>
		planted.some(({ about }) => world.people.some((who) => who !== about && mayKnow(world, who, about, secret)));
	const prompted = storedAlerts(db).some((alert) =>
		world.people.some(
			(who) => who.id !== alert.personId && mayRead(world, who, world.people.find(({ id }) => id === alert.personId) as Known, alert)
		)
	);
	const mayBeRead = ['own', 'details', ...(['limits', 'hours', 'absence'] as const).filter(mayAnybody)];
	if (prompted) mayBeRead.push('prompt');
	if (mayAnybody('trends')) mayBeRead.push('trends', 'bands');

	const visitorOf = ({ id }: Known) => visitor(app, cookies.get(id));
	const knownAs = (id: string) => world.people.find((each) => each.id === id) as Known;
	const data = (path: string) => (path === '/' ? '' : path).replace(/(\?|$)/, '/__data.json$1');

	/** Checks one answer; what stands in the address was known to whoever asked. */
	function check(who: Known, path: string, { text }: Answer): void {
		asked++;
		const say = (about: Known, what: string) =>
			found.push(`${who.name} read ${what} of ${about.name} at ${path}, after ${done.at(-1) ?? 'nothing'}`);
		const lists = who.admin && /^\/admin\/(organisation|audit)\b/.test(path);
		const alerts = storedAlerts(db).filter(({ id }) => text.includes(id) && !path.includes(id));
		for (const alert of alerts) {
			const about = knownAs(alert.personId);
			if (!mayRead(world, who, about, alert)) say(about, `the prompt about ${alert.reason}`);
			else if (who !== about) read.add('prompt');
		}
		for (const { about, marks } of planted) {
			for (const { secret, text: mark } of marks) {
				if (!stands(text, mark) || path.includes(mark)) continue;
				// The administrator keeps the lists of work and partners, not who used them.
				if (lists && /^(Zephyrine|Quillhaven)/.test(mark)) continue;
				const inPrompt = secret === 'limits' && readsFigure(who, about);
				if (!mayKnow(world, who, about, secret) && !inPrompt) say(about, `${secret} (${mark})`);
				else if (who !== about || secret === 'own') read.add(secret);
			}
		}
	}

	/** The figure over a limit stands in the prompt about it. */
	function readsFigure(who: Known, about: Known): boolean {
		const theirs = storedAlerts(db).filter(({ personId, reason }) => personId === about.id && reason === 'exposure');
		return theirs.some((alert) => mayRead(world, who, about, alert));
	}

	async function look(who: Known, path: string): Promise<Answer> {
		const answer = await visitorOf(who).get(data(path));
		check(who, path, answer);
		return answer;
	}

	/** Of a page about somebody else: no field that could hold what they answered or what they logged in detail. */
	function checkFields(who: Known, path: string, { text }: Answer, mayTrends: boolean): void {
		const field = details.exec(text)?.[1] ?? (mayTrends ? undefined : bandsAndTrends.exec(text)?.[1]);
		if (field) found.push(`${who.name} read a field ${field} at ${path}, after ${done.at(-1) ?? 'nothing'}`);
		aboutOthers++;
	}

	/** Everything that has an address of its own, asked for by somebody who knows the address. */
	async function lookAt(who: Known, { about, pages }: Planted): Promise<void> {
		const opens = async (path: string, may: boolean, what: string) => {
			const answer = await look(who, path);
			if (who === about && details.test(answer.text)) read.add('details');
			if (who !== about && bandsAndTrends.test(answer.text)) read.add('bands');
			if (who !== about) checkFields(who, path, answer, path.endsWith('show=trends') && mayKnow(world, who, about, 'trends'));
			const outcome = outcomeOfData(answer);
			if (outcome === 'open' && !may)
				found.push(`${who.name} opened ${what} of ${about.name} at ${path}, after ${done.at(-1) ?? 'nothing'}`);
			return outcome === 'open';
		};
		const knows = (secret: Parameters<typeof mayKnow>[3]) => mayKnow(world, who, about, secret);
		const another = who !== about;
		await opens(`/sessions/${pages.session}`, !another, 'the session');
		await opens(`/check-in/${pages.checkIn}`, !another, 'the check-in');
		await opens(`/held/${pages.held}`, !another, 'the form that waits');
		if (pages.appointment) await opens(`/appointments/${pages.appointment}`, another && knows('appointment'), 'the appointment');
		const page = hasPage(world, who, about);
		await opens(`/people/${about.id}`, page || (another && knows('trends')), 'the record');
		// Whoever is passed over opens a list without a line: what stands in it is looked for in `check`.
		await opens(`/people/${about.id}?show=limits&why=review`, page, 'the limits passed');
		await opens(`/people/${about.id}?show=hours&why=review`, another && knows('hours'), 'the hours');
		if (await opens(`/people/${about.id}?show=trends`, another && knows('trends'), 'bands and trends')) read.add('trends');
		for (const alert of storedAlerts(db).filter(({ personId }) => personId === about.id)) {
			const may = another && mayRead(world, who, about, alert);
			if (await opens(`/prompts/${alert.id}`, may, `the prompt about ${alert.reason}`)) world.opened.add(`${who.id} ${alert.id}`);
		}
	}

	/** Those who supervise anybody, or once did: of whom a change can be the reason that they read less. */
	const supervisors = world.people.filter(({ roles }) => roles.length > 0);

	async function knock(at: readonly Planted[], who: readonly Known[]): Promise<void> {
		await atOnce(who, async (each) => {
			for (const place of [...supervising, `/prompts/weekly-list?week=${office.week}`])
				checkFields(each, place, await look(each, place), false);
			for (const about of at) await lookAt(each, about);
		});
	}

	async function send(who: Known, path: string, fields: Fields, what: string): Promise<boolean> {
		const { status, headers } = await visitorOf(who).post(path, fields);
		const taken = status === 200 || outcomeOf({ status, headers }) === 'onward';
		if (taken) done.push(what);
		return taken;
	}

	const admin = world.people.find((each) => each.admin) as Known;

	/** What can change, as people do it: through the forms. Each returns whom it is about, or whom it takes something from. */
	const kindsOfChange: Record<string, () => Promise<{ at: readonly Planted[]; who: readonly Known[] } | null>> = {
		async passOver() {
			const one = random.pick(planted);
			const near = supervisorsOf(world, one.about).filter(({ id }) => !one.about.excluded.has(id));
			const who = near.length > 0 ? random.pick(near) : null;
			if (!who || !(await send(one.about, '/privacy?/exclude', { personId: who.id }, `${one.about.name} passed over ${who.name}`)))
				return null;
			notePassedOver(one.about, who.id);
			return { at: [one], who: supervisors };
		},
		async takeBack() {
			const one = random.pick(planted.filter(({ about }) => about.excluded.size > 0).concat(planted));
			const [id] = one.about.excluded;
			if (!id || !(await send(one.about, '/privacy?/include', { personId: id }, `${one.about.name} took back passing over`))) return null;
			one.about.excluded.delete(id);
			return { at: [one], who: supervisors };
		},
		async share() {
			const one = random.pick(planted);
			const { prompt, trends } = someNames(random, world, one.about);
			const fields = { 'prompt[]': prompt, 'trends[]': trends };
			if (!(await send(one.about, '/privacy?/sharing', fields, `${one.about.name} named others`))) return null;
			noteNames(one.about, { prompt, trends });
			return { at: [one], who: supervisors };
		},
		async move() {
			const one = random.pick(planted);
			const teamId = office.teams.find((id) => id !== one.about.team) ?? '';
			if (!(await send(admin, `/admin/people/${one.about.id}?/home`, { teamId }, `${one.about.name} moved`))) return null;
			one.about.team = teamId;
			return { at: [one], who: supervisors };
		},
		async endRole() {
			const who = random.pick(supervisors);
			const role = who.roles.length > 0 ? random.pick(who.roles) : null;
			if (!role || !(await send(admin, `/admin/people/${who.id}?/endRole`, { id: role.id }, `${who.name} is no ${role.role} any more`)))
				return null;
			who.roles = who.roles.filter((each) => each !== role);
			return { at: planted, who: [who] };
		},
		async disable() {
			const who = random.pick(supervisors.filter((each) => !each.admin));
			if (who.disabled || random.chance(0.5)) return null;
			if (!(await send(admin, `/admin/people/${who.id}?/disable`, {}, `${who.name} was disabled`))) return null;
			who.disabled = true;
			return { at: planted, who: [who] };
		}
	};

	return {
		found,
		read,
		mayBeRead,
		supervisorsKnock: () => knock(planted, supervisors),
		async everybodyLooksEverywhere() {
			await atOnce(world.people, async (who) => {
				for (const place of places.filter((path) => !leavesEverything.includes(path))) check(who, place, await visitorOf(who).get(place));
				for (const team of office.teams) await look(who, `/policy/${team}`);
			});
			await knock(planted, world.people);
		},
		async somethingChanges() {
			for (let tries = 20; tries > 0; tries--) {
				const change = await random.pick(Object.values(kindsOfChange))();
				if (!change) continue;
				return knock(change.at, change.who);
			}
		},
		summary: () =>
			`${world.people.length} people, ${planted.length} with secrets, ${asked} answers (${aboutOthers} about others, without such fields), ${done.length} changes`
	};
}
