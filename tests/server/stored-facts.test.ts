import { describe, expect, test } from 'vitest';
import { criteria } from '#lib/domain/concern.ts';
import type { Fact } from '#lib/domain/facts.ts';
import { replay } from '#lib/domain/replay.ts';
import { allRules } from '#lib/domain/rules/list.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { goAway } from '#lib/server/away.ts';
import { createPerson, setHomeTeam } from '#lib/server/people.ts';
import { changeDays } from '#lib/server/person-days.ts';
import { compareWithReplay, type Agreement, type Difference } from '#lib/server/replay/compare.ts';
import { runNow } from '#lib/server/retention-runs.ts';
import { chooseSharing } from '#lib/server/sharing.ts';
import { storedFacts } from '#lib/server/stored-facts.ts';
import { storedOutputs } from '#lib/server/stored-outputs.ts';
import { system, type Viewer } from '#lib/server/viewer.ts';
import { askFor, DAY, exceed, HOUR, monday } from '../support/alerting.ts';
import { cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { addMadeUp } from '../support/wording.ts';
import { liveRandomMonth, monthStart } from '../support/random-month.ts';

const seeds = ['gannet', 'petrel', 'fulmar', ...(process.env.BREAKWATER_LONG ? Array.from({ length: 40 }, (_, nth) => `skua ${nth}`) : [])];

/** By type: a new one has to be named here, and then to happen. */
const everyFact: Record<Fact['type'], true> = {
	...{ person: true, member: true, policy: true, factor: true, absence: true, sharing: true, 'share-concern': true, 'check-in': true },
	...{ session: true, 'timer-start': true, 'timer-stop': true, 'timer-drop': true, 'day-total': true, amend: true, void: true },
	...{ appointment: true, 'appointment-attended': true, 'appointment-declined': true, 'contact-request': true, conversation: true },
	...{
		'day-total-corrected': true,
		'absences-corrected': true,
		'factors-corrected': true,
		'appointment-drop': true,
		'concern-forgotten': true
	},
	...{ acknowledge: true, offer: true, response: true, 'follow-up': true, close: true, withdraw: true }
};

function compare(db: Db): Agreement & { different: Difference[] } {
	const different: Difference[] = [];
	return { ...compareWithReplay(db, (difference) => different.push(difference)), different };
}

describe('A random month of two teams', () => {
	const done = new Map<string, number>();
	const facts = new Set<string>();
	const outputs = new Set<unknown>();
	const criteriaMet = new Set<unknown>();

	test.each(seeds)(
		'leaves the same behind as a replay of its facts (%s)',
		(seed) => {
			const db = memoryDb();
			const month = liveRandomMonth(db, seed);
			for (const [name, times] of month.done) done.set(name, (done.get(name) ?? 0) + times);
			const { different, findings, alertEvents } = compare(db);
			expect(different).toEqual([]);
			expect(Math.min(findings, alertEvents)).toBeGreaterThan(100);
			// Nor is anybody's clock behind: the schedulers have missed nothing that was due.
			expect([...replay(storedFacts(db), {}, month.until)]).toHaveLength(findings + alertEvents);
			for (const { type } of storedFacts(db)) facts.add(type);
			for (const { printed } of storedOutputs(db)) {
				outputs.add(printed['rule'] ?? printed['event']);
				criteriaMet.add(printed['criterion']);
			}
			// Two years later the answers of its first half are gone.
			runNow(db, { name: 'records', holder: 'test' }, monthStart + (15 + 731) * DAY);
			expect(compare(db).different).toEqual([]);
			for (const { type } of storedFacts(db)) facts.add(type);
		},
		300_000
	);

	test.each(process.env.BREAKWATER_LONG ? ['tern', 'skua'] : [])(
		'and two years with less in them (%s)',
		(seed) => {
			const db = memoryDb();
			const { until } = liveRandomMonth(db, seed, 700, 9 * HOUR);
			const { different, findings, alertEvents } = compare(db);
			expect(different).toEqual([]);
			expect([...replay(storedFacts(db), {}, until)]).toHaveLength(findings + alertEvents);
			for (const { printed } of storedOutputs(db)) criteriaMet.add(printed['criterion']);
		},
		600_000
	);

	// What it seldom comes to by chance: each takes several check-ins with two weeks between them.
	test.each([
		['index-twice-low', [12, 11]],
		['index-fall', [20, 21, 12]]
	])('and somebody whose index says %s', (_, sums) => {
		const db = memoryDb();
		const { ada, ines } = cast(db, monday);
		const packId = addMadeUp(db, ada, 'who5', monday);
		for (const [nth, sum] of sums.entries()) {
			const answers = [0, 1, 2, 3, 4].map((item) => Math.floor((sum + item) / 5));
			recordCheckIn(db, ines, { id: crypto.randomUUID(), instrument: 'who5', answers, packId }, monday + 14 * nth * DAY + HOUR);
		}
		expect(compare(db).different).toEqual([]);
		for (const { printed } of storedOutputs(db)) criteriaMet.add(printed['criterion']);
	});

	test('held everything that can happen, several times', () => {
		expect([...done].filter(([, times]) => times < 3)).toEqual([]);
		expect([...facts].sort()).toEqual(Object.keys(everyFact).sort());
		const events = ['raised', 'evidence', 'renewed', 'quieted', 'unanswered', 'escalated', 'corrected', 'closed'];
		expect([...outputs].sort()).toEqual([...events, ...allRules.map(({ id }) => id)].sort());
		expect([...criteriaMet]).toEqual(expect.arrayContaining([...criteria]));
	});
});

describe('A difference', () => {
	function week(): Db {
		const db = memoryDb();
		liveRandomMonth(db, 'tern', 4);
		expect(compare(db).different).toEqual([]);
		return db;
	}

	test('shows where a finding that the rules ask for is missing', () => {
		const db = week();
		const planted = db.$client
			.prepare<[], { id: string; at: number; person: string }>(
				`select id, at, person_id as person from findings where rule = 'day-action' limit 1`
			)
			.get();
		db.$client.prepare('delete from findings where id = ?').run(planted?.id);
		const { different, differences } = compare(db);
		expect(differences).toBe(1);
		expect(different).toMatchObject([
			{ only: 'replay', at: new Date(planted?.at ?? 0).toISOString(), person: planted?.person, rule: 'day-action' }
		]);
	});

	test('shows where something is stored that the rules do not ask for, or with another value', () => {
		const db = week();
		db.$client.exec(`update findings set value = value + 1 where id = (select id from findings where rule = 'day-action' limit 1)`);
		db.$client.exec(
			`insert into alert_events (alert_id, person_id, at, event, level) select alert_id, person_id, at, 'escalated', 2 from alert_events limit 1`
		);
		const told = compare(db).different.map(({ only, rule, event }) => `${only} ${String(rule ?? event)}`);
		expect(told.sort()).toEqual(['replay day-action', 'stored day-action', 'stored escalated']);
	});

	test('shows where something followed from a fact that is gone', () => {
		const db = memoryDb();
		const c = cast(db, monday);
		askFor(db, c.ines, c.mara, 'lead', monday + HOUR);
		db.$client.exec('delete from contact_requests');
		expect(compare(db).different).toMatchObject([
			{ only: 'stored', rule: 'contact-requested' },
			{ only: 'stored', reason: 'contact', event: 'raised' }
		]);
	});

	test('is said in a sentence where the facts cannot follow one another', () => {
		const db = memoryDb();
		const c = cast(db, monday);
		exceed(db, c.ines, monday + HOUR);
		db.$client
			.prepare(
				`insert into alert_events (alert_id, person_id, at, event, level)
			select id, person_id, raised_at + 1, 'followed-up', 0 from alerts where person_id = ?`
			)
			.run(c.ines.id);
		expect(() => compare(db)).toThrow('field "type": The exposure alert is raised: follow-up is not possible.');
	});
});

describe('The facts of a person', () => {
	test('begin with their first home team, in the days that are theirs by then, with what is known of them by then', () => {
		const db = memoryDb();
		const c = cast(db, monday);
		const days = { zone: 'Europe/London', dayStart: '00:00', startDate: '2026-01-01' };
		const juno = createPerson(db, system, { name: 'Juno Vale', email: 'juno@example.org', employerId: c.ownEmployer, ...days }, monday);
		changeDays(db, system, { personId: juno, ...days, dayStart: '12:00' }, monday + HOUR);
		const leave = { id: crypto.randomUUID(), until: '2026-12-01', deputyId: null };
		goAway(db, c.again({ id: juno } as Viewer), leave, monday + 2 * HOUR);
		const theirs = () => [...storedFacts(db)].filter((fact) => 'person' in fact && fact.person === juno);
		expect(theirs()).toEqual([]);
		setHomeTeam(db, system, { personId: juno, teamId: c.quay }, monday + DAY);
		expect(theirs()).toEqual([
			{ type: 'person', at: monday + DAY, person: juno, ...days, dayStart: '12:00' },
			{ type: 'absence', at: monday + DAY, person: juno, from: '2026-11-09', to: '2026-12-01' },
			{ type: 'member', at: monday + DAY, person: juno, team: c.quay }
		]);
		changeDays(db, system, { personId: juno, ...days }, monday + 2 * DAY);
		expect(theirs().at(-1)).toEqual({ type: 'person', at: monday + 2 * DAY, person: juno, ...days });
		catchUp(db, juno, monday + 70 * DAY);
		expect(compare(db)).toMatchObject({ differences: 0, findings: 1 });
	});

	test('are compared no further than their clock has come', () => {
		const db = memoryDb();
		const c = cast(db, monday);
		exceed(db, c.ines, monday + HOUR);
		// Ines's clock stays behind: in the meantime her alert would have escalated.
		catchUp(db, c.tomas.id, monday + 20 * DAY);
		expect(compare(db).different).toEqual([]);
		catchUp(db, c.ines.id, monday + 20 * DAY);
		const after = compare(db);
		expect(after.different).toEqual([]);
		expect(after.alertEvents).toBeGreaterThan(1);
	});

	test('say of sharing whether somebody is named, and not who', () => {
		const db = memoryDb();
		const c = cast(db, monday);
		db.$client
			.prepare(`insert into roles (id, person_id, role, team_id, proposed_at, confirmed_at) values ('r', ?, 'welfare', ?, 0, 0)`)
			.run(c.otto.id, c.harbour);
		const choose = (prompt: string[], at: number, trends: string[] = []) => chooseSharing(db, c.ines, { prompt, trends }, at);
		choose([], monday + HOUR, [c.edda.id]);
		choose([c.edda.id], monday + 2 * HOUR);
		choose([c.edda.id, c.otto.id], monday + 3 * HOUR);
		choose([c.otto.id], monday + 4 * HOUR);
		choose([], monday + 5 * HOUR);
		const person = c.ines.id;
		expect([...storedFacts(db)].filter(({ type }) => type === 'sharing')).toEqual([
			{ type: 'sharing', at: monday + 2 * HOUR, person, prompt: true },
			{ type: 'sharing', at: monday + 5 * HOUR, person, prompt: false }
		]);
	});

	test('come in order, whatever they are about', () => {
		const db = memoryDb();
		const c = cast(db, monday);
		goAway(db, c.mara, { id: crypto.randomUUID(), until: '2026-11-12', deputyId: null }, monday + 2 * HOUR);
		exceed(db, c.ines, monday + HOUR);
		exceed(db, c.sol, monday + 3 * HOUR);
		const instants = [...storedFacts(db)].map(({ at }) => at);
		expect(instants).toEqual([...instants].sort((a, b) => a - b));
		expect(instants.slice(-3)).toEqual([monday + HOUR, monday + 2 * HOUR, monday + 3 * HOUR]);
	});
});
