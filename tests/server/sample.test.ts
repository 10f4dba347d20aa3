import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { promptsFor } from '#lib/server/alerts.ts';
import { verifyPassword } from '#lib/server/auth/passwords.ts';
import { checkInDue } from '#lib/server/check-ins.ts';
import { incompleteness } from '#lib/server/completeness.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { findOrganisation } from '#lib/server/organisation.ts';
import { isAnyChainBroken } from '#lib/server/recipients.ts';
import { compareWithReplay } from '#lib/server/replay/compare.ts';
import { sampleSignIns } from '#lib/server/sample/cast.ts';
import { loadSample } from '#lib/server/sample/load.ts';
import { offersFor } from '#lib/server/support.ts';
import { todayFor } from '#lib/server/today.ts';
import { findViewer, type Viewer } from '#lib/server/viewer.ts';
import { listsAtAGlance, listsFor } from '#lib/server/weekly-lists.ts';
import { memoryDb } from '../support/database.ts';

/** A Tuesday afternoon, 41 minutes after Ines started her timer. */
const now = Date.parse('2026-11-17T14:05:00Z');
const slow = 300_000;

let db: Db;
beforeAll(async () => {
	db = memoryDb();
	await loadSample(db, now);
}, slow);

function all<Row>(sql: string, ...parameters: unknown[]): Row[] {
	return db.$client.prepare<unknown[], Row>(sql).all(...parameters);
}

function column<Value>(sql: string): Value[] {
	return db.$client.prepare<[], Value>(sql).pluck().all();
}

function viewerNamed(name: string): Viewer {
	const viewer = findViewer(db, column<string>(`select id from people where name = '${name}'`)[0] ?? '');
	if (!viewer) throw new Error(`nobody is called ${name}`);
	return viewer;
}

describe('Who is there', () => {
	test('is an organisation that says it is a sample', () => {
		expect(findOrganisation(db)?.sample).toBe(true);
	});

	test('are three teams of 14, 12 and 4 people, and nobody without a team', () => {
		const sizes = all(
			'select t.name, count(*) as people from home_teams h join teams t on t.id = h.team_id where h.ended_at is null group by t.id order by people'
		);
		expect(sizes).toEqual([
			{ name: 'Lantern', people: 4 },
			{ name: 'Quay', people: 12 },
			{ name: 'Harbour', people: 14 }
		]);
		expect(column('select count(*) from people')).toEqual([30]);
	});

	test('are one secondee, one lead who also moderates, and one night worker', () => {
		const moderators = `select p.name from roles r join people p on p.id = r.person_id where r.role = 'moderator'`;
		expect(column(`${moderators} and p.employer_id <> (select employer_id from organisation)`)).toEqual(['Kit Ferro']);
		expect(
			column(`${moderators} and exists (select 1 from roles l where l.person_id = p.id and l.role = 'lead' and l.confirmed_at is not null)`)
		).toEqual(['Sander Vim']);
		expect(column(`select p.name from people p join person_versions v on v.person_id = p.id where v.day_start = '12:00'`)).toEqual([
			'Milo Ansty'
		]);
	});

	test('can be written to nowhere: every address ends in example.org', () => {
		expect(column<string>('select email from people').filter((email) => !email.endsWith('@example.org'))).toEqual([]);
	});

	test('includes everybody suggested for signing in, with the password that is printed', async () => {
		const hashes = new Map(
			all<{ email: string; hash: string }>('select email, password_hash as hash from people where joined_at is not null').map((row) => [
				row.email,
				row.hash
			])
		);
		expect(sampleSignIns().map(({ email }) => hashes.has(email))).not.toContain(false);
		const [first] = sampleSignIns();
		expect(await verifyPassword(hashes.get(first?.email ?? '') ?? '', first?.password ?? '')).toBe(true);
	});

	test('is complete: everybody has possible recipients, and no chain is broken', () => {
		expect([...incompleteness(db).values()]).toEqual([[], [], []]);
		expect(isAnyChainBroken(db, now)).toBe(false);
	});
});

describe('What happened in 90 days', () => {
	test('left weekly lists with ticks of every kind, and some still to do', () => {
		const lead = viewerNamed('Jonas Pike');
		expect(listsFor(db, lead, null, now).lists.map(({ team, made }) => `${team}, ${made}`)).toEqual(
			['Harbour', 'Lantern', 'Quay'].map((team) => `${team}, Monday 16 November`)
		);
		expect(listsAtAGlance(db, lead, now).some(({ open }) => open > 0)).toBe(true);
		const [ticks] = all<Record<string, number>>(
			'select max(rota) as rota, max(break_cover) as cover, max(other_work) as work, max("nothing") as none from list_ticks'
		);
		expect(ticks).toEqual({ rota: 1, cover: 1, work: 1, none: 1 });
	});

	test('left alerts in every state', () => {
		const states = ['raised', 'acknowledged', 'offered', 'accepted', 'declined', 'unanswered', 'followed-up', 'closed', 'corrected'];
		expect(new Set(column('select distinct state from alerts'))).toEqual(new Set(states));
	});

	test('holds alerts for every reason, escalated ones and a withdrawn one', () => {
		expect(column<string>('select distinct reason from alerts order by 1')).toEqual([
			'concern',
			'contact',
			'exposure',
			'routine',
			'session'
		]);
		expect(column<number>('select distinct level from alerts order by 1')).toEqual([0, 1, 2]);
		expect(column(`select count(*) from alert_events where event = 'withdrawn'`)).toEqual([1]);
	});

	test('gives each supervisor a handful of open prompts, and not a flood', () => {
		const counts = ['Mara Voss', 'Jonas Pike', 'Edda Quill', 'Rui Tamm', 'Hale Brandt'].map(
			(name) => promptsFor(db, viewerNamed(name), now).length
		);
		expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
		expect(Math.max(...counts)).toBeLessThanOrEqual(8);
	});

	test('holds sessions, timers, day totals, corrections and voids of twenty people', () => {
		const kinds = all<{ kind: string; n: number }>(
			`select kind, count(*) as n from exposures where superseded_at is null and state = 'ended' group by kind`
		);
		expect(Object.fromEntries(kinds.map(({ kind, n }) => [kind, n > 9]))).toEqual({ session: true, timer: true, 'day-total': true });
		expect(column('select count(distinct person_id) from exposures')).toEqual([20]);
		expect(column<number>(`select count(*) from exposures where state = 'void'`)[0]).toBeGreaterThan(0);
		expect(column<number>(`select count(*) from exposures where version > 1 and kind = 'session' and state = 'ended'`)[0]).toBeGreaterThan(
			0
		);
	});

	test('lies in the past, each step after the one before', () => {
		const columns = [
			'alert_events.at',
			'findings.at',
			'exposures.recorded_at',
			'exposures.end_at',
			'check_ins.recorded_at',
			'absences.recorded_at',
			'conversations.recorded_at',
			'contact_requests.recorded_at',
			'appointments.recorded_at',
			'appointments.outcome_at',
			'alerts.entered_at',
			'clocks.advanced_to',
			'list_ticks.recorded_at',
			'people.created_at'
		];
		for (const each of columns) {
			const [table, name] = each.split('.');
			expect({ column: each, latest: (column<number>(`select max(${name}) from ${table}`)[0] ?? Infinity) <= now }).toEqual({
				column: each,
				latest: true
			});
		}
		expect(
			column('select count(*) from alert_events e join alert_events f on f.alert_id = e.alert_id and f.id > e.id and f.at < e.at')
		).toEqual([0]);
	});

	test('is what the rules make of the facts that are stored', () => {
		const differences: unknown[] = [];
		const { findings, alertEvents } = compareWithReplay(db, (difference) => differences.push(difference));
		expect(differences).toEqual([]);
		expect(Math.min(findings, alertEvents)).toBeGreaterThan(100);
	});

	test('is up to date: looking at every clock again finds nothing', () => {
		const outputs = column<string>('select id from people').flatMap((id) => catchUp(db, id, now));
		expect(outputs).toEqual([]);
	});
});

test('Ines finds an offer, a check-in that is due, and her timer running', () => {
	const ines = viewerNamed('Ines Calder');
	expect(offersFor(db, ines, now).map(({ by, items }) => ({ by, items }))).toEqual([{ by: 'Mara Voss', items: ['a talk'] }]);
	expect(checkInDue(db, ines, now)).toBe(true);
	const today = todayFor(db, ines, now);
	expect(today.timer?.start).toBe(now - 41 * 60_000);
	expect(today.figures.today.ms).toBe(168 * 60_000);
});

test(
	'The same instant gives the same figures, whenever it is loaded',
	async () => {
		const again = memoryDb();
		await loadSample(again, now);
		expect(digest(again)).toBe(digest(db));
	},
	slow
);

function digest(of: Db): string {
	const queries = [
		'select person_id, kind, state, start_at, end_at, date, minutes, recorded_at from exposures order by id, version',
		'select person_id, at, audience, rule, period, value from findings order by person_id, at, rule, period',
		'select person_id, at, event, level, actor_id from alert_events order by id',
		'select id, person_id, skipped, recorded_at from check_ins order by id'
	];
	const hash = createHash('sha256');
	for (const query of queries) hash.update(JSON.stringify(of.$client.prepare(query).raw().all()));
	return hash.digest('hex');
}

test('An organisation that is there already is left as it is', async () => {
	await expect(loadSample(db, now)).rejects.toThrow('set up already');
});
