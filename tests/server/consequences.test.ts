import { describe, expect, test } from 'vitest';
import { parseFact } from '#lib/domain/facts-parse.ts';
import type { Fact } from '#lib/domain/facts.ts';
import { replay } from '#lib/domain/replay.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { employers, policies } from '#lib/server/db/schema/organisation.ts';
import { people, personVersions } from '#lib/server/db/schema/people.ts';
import { alertEvents, alerts, clocks, exposures, findings } from '#lib/server/db/schema/records.ts';
import { memoryDb } from '../support/database.ts';
import { printed, storedOutputs, storeFact } from '../support/stored-facts.ts';

const at = (text: string) => Date.parse(text);

function newDb(): Db {
	const db = memoryDb();
	db.insert(employers).values({ id: 'seawall', name: 'Seawall', createdAt: 0 }).run();
	db.insert(policies).values({ id: 'first', teamId: null, patch: {}, reason: 'test', recordedAt: 0 }).run();
	return db;
}

function facts(lines: readonly Record<string, unknown>[]): Fact[] {
	return lines.map((line) => {
		const parsed = parseFact(line);
		if (!parsed.ok) throw new Error(`${parsed.field}: ${parsed.message}`);
		return parsed.fact;
	});
}

/** Stores the facts, with a look at the clock at each of `wakes`, up to `until`. */
function store(stream: readonly Fact[], until: number, wakes: readonly number[] = []): Db {
	const db = newDb();
	const people = [...new Set(stream.flatMap((fact) => (fact.type === 'person' ? [fact.person] : [])))];
	const moments = [...stream.map((fact) => ({ at: fact.at, fact })), ...wakes.map((wake) => ({ at: wake, fact: null }))].sort(
		(a, b) => a.at - b.at
	);
	for (const { at: now, fact } of moments) {
		if (fact) storeFact(db, fact);
		else
			for (const person of people) if (db.$client.prepare('select 1 from clocks where person_id = ?').get(person)) catchUp(db, person, now);
	}
	for (const person of people) catchUp(db, person, until);
	return db;
}

const ann = [
	{ at: '2026-03-02T08:00:00Z', type: 'person', person: 'ann', zone: 'Europe/London', startDate: '2025-01-01' },
	{ at: '2026-03-02T09:00:00Z', type: 'timer-start', person: 'ann', id: 't1' },
	{ at: '2026-03-02T15:30:00Z', type: 'timer-stop', id: 't1', violent: 'yes' },
	{ at: '2026-03-02T15:31:00Z', type: 'amend', id: 't1', start: '2026-03-02T09:00:00Z', end: '2026-03-02T13:00:00Z' },
	{ at: '2026-03-04T14:30:00Z', type: 'check-in', person: 'ann', instrument: 'who5', answers: [1, 1, 1, 1, 1] },
	{ at: '2026-03-05T14:30:00Z', type: 'contact-request', person: 'ann', when: 'soon' },
	{ at: '2026-03-05T15:30:00Z', type: 'acknowledge', person: 'ann', reason: 'contact' },
	{ at: '2026-03-06T09:30:00Z', type: 'offer', person: 'ann', reason: 'contact' },
	{ at: '2026-03-20T12:00:00Z', type: 'contact-request', person: 'ann', when: 'today' },
	{ at: '2026-03-20T12:30:00Z', type: 'conversation', person: 'ann', reasons: ['contact'] }
];

const bo = [
	{ at: '2026-03-23T08:00:00Z', type: 'person', person: 'bo', zone: 'Europe/London', startDate: '2026-03-02', dayStart: '12:00' },
	{ at: '2026-03-23T08:00:00.001Z', type: 'member', person: 'bo', team: 'night' },
	{
		at: '2026-03-23T08:00:00.002Z',
		type: 'policy',
		team: 'night',
		policy: { calendar: { zone: 'Europe/London' }, rules: { 'late-exposure': { on: true, after: '04:00' } } }
	},
	{ at: '2026-03-23T08:00:01Z', type: 'sharing', person: 'bo', prompt: true },
	{ at: '2026-03-24T07:00:00Z', type: 'session', id: 'a', person: 'bo', start: '2026-03-23T22:00:00Z', end: '2026-03-23T23:30:00Z' },
	{
		at: '2026-03-24T07:00:00.001Z',
		type: 'session',
		id: 'b',
		person: 'bo',
		start: '2026-03-23T23:39:59.999Z',
		end: '2026-03-24T00:45:00Z',
		violent: 'yes'
	},
	{
		at: '2026-03-24T07:00:00.002Z',
		type: 'session',
		id: 'b2',
		person: 'bo',
		start: '2026-03-24T01:00:00Z',
		end: '2026-03-24T01:00:01Z',
		violent: 'yes'
	},
	{ at: '2026-03-26T09:00:00Z', type: 'session', id: 'c', person: 'bo', start: '2026-03-24T03:30:00Z', end: '2026-03-24T04:10:00Z' },
	{ at: '2026-03-26T16:30:00Z', type: 'acknowledge', person: 'bo', reason: 'exposure' },
	{ at: '2026-03-27T09:00:00Z', type: 'offer', person: 'bo', reason: 'exposure' },
	{ at: '2026-03-27T10:00:00Z', type: 'response', person: 'bo', reason: 'exposure', answer: 'not-now' },
	{ at: '2026-03-28T10:00:00Z', type: 'close', person: 'bo', reason: 'exposure' },
	{ at: '2026-03-29T06:00:00Z', type: 'session', id: 'd', person: 'bo', start: '2026-03-28T23:30:00Z', end: '2026-03-29T03:30:00Z' },
	{ at: '2026-03-30T09:00:00Z', type: 'check-in', person: 'bo', instrument: 'pulse', answers: [4, 1, 4, 2] },
	{ at: '2026-03-30T09:05:00Z', type: 'conversation', person: 'bo', reasons: ['concern', 'routine'] },
	{ at: '2026-03-31T09:00:00Z', type: 'absence', person: 'bo', from: '2026-04-01', to: '2026-04-10' },
	{ at: '2026-03-31T09:10:00Z', type: 'appointment', id: 'k', person: 'bo', kind: 'counselling', due: '2026-04-05' },
	{ at: '2026-04-15T08:00:00Z', type: 'day-total', id: 'e', person: 'bo', date: '2026-04-14', minutes: 275 }
];

describe('what follows from facts that are stored', () => {
	for (const [name, stream, until] of [
		['a forgotten timer, an amendment, a private concern and contact', ann, at('2026-05-20T00:00:00Z')],
		['nights, late logging, a shared concern, absence and every reason', bo, at('2026-06-10T00:00:00Z')]
	] as const) {
		test(`${name}: the tables end up with what replay prints`, () => {
			const expected = printed([...replay(facts(stream), {}, until)]);
			expect(expected.length).toBeGreaterThan(15);
			expect(storedOutputs(store(facts(stream), until))).toEqual(expected);
		});

		test(`${name}: it makes no difference when the clock is looked at in between`, () => {
			const wakes = Array.from({ length: 300 }, (_, index) => at('2026-03-02T08:00:00Z') + index * 8_000_111);
			expect(storedOutputs(store(facts(stream), until, wakes))).toEqual(printed([...replay(facts(stream), {}, until)]));
		});
	}

	test('open alerts keep the state, level and clock that the rules gave them', () => {
		const until = at('2026-05-20T00:00:00Z');
		const open = store(facts(ann), until).select().from(alerts).all();
		expect(open.find(({ reason }) => reason === 'contact')).toMatchObject({ state: 'accepted', level: 2, today: true, closedAt: null });
		expect(open.find(({ reason }) => reason === 'exposure')).toMatchObject({ state: 'corrected', clockStartedAt: null });
	});

	test('a fact and its alert are both there or neither', () => {
		const db = store(facts(ann.slice(0, 1)), at('2026-03-02T08:00:00Z'));
		db.$client.exec(`create temp trigger no_alerts before insert on alerts begin select raise(abort, 'no alerts today'); end`);
		const long = facts([
			{ at: '2026-03-03T18:00:00Z', type: 'session', id: 'x', person: 'ann', start: '2026-03-03T08:00:00Z', end: '2026-03-03T16:00:00Z' }
		]);
		expect(() => storeAll(db, long)).toThrow('no alerts today');
		expect(db.select().from(exposures).all()).toEqual([]);
		expect(db.select().from(findings).all()).toEqual([]);
		db.$client.exec('drop trigger no_alerts');
		storeAll(db, long);
		expect(db.select().from(exposures).all()).toHaveLength(1);
		expect(db.select().from(alerts).all()).toMatchObject([{ reason: 'exposure', state: 'raised' }]);
	});

	test('the rules begin with the first home team', () => {
		const db = newDb();
		const start = at('2026-03-02T08:00:00Z');
		db.insert(people).values({ id: 'cy', name: 'cy', email: 'cy', emailKey: 'cy', employerId: 'seawall', createdAt: start }).run();
		db.insert(personVersions)
			.values({ personId: 'cy', version: 1, zone: 'UTC', dayStart: '00:00', startDate: '2025-01-01', recordedAt: start })
			.run();
		db.insert(clocks).values({ personId: 'cy', firstFactAt: null, lastFactAt: start, advancedTo: start, nextDueAt: null }).run();
		storeAll(
			db,
			facts([
				{ at: '2026-04-01T08:00:00Z', type: 'person', person: 'cy', zone: 'Europe/London', startDate: '2025-01-01' },
				{ at: '2026-04-02T08:00:00Z', type: 'absence', person: 'cy', from: '2026-04-02', to: '2026-04-03' },
				{ at: '2026-04-06T08:00:00Z', type: 'sharing', person: 'cy', prompt: true }
			])
		);
		catchUp(db, 'cy', at('2027-01-01T00:00:00Z'));
		expect(storedOutputs(db)).toEqual([]);
		const joins = facts([
			{ at: '2026-09-01T08:00:00Z', type: 'person', person: 'cy', zone: 'Europe/London', startDate: '2025-01-01' },
			{ at: '2026-09-01T08:00:00Z', type: 'member', person: 'cy', team: 'harbour' }
		]);
		storeAll(db, joins.slice(1));
		catchUp(db, 'cy', at('2027-01-01T00:00:00Z'));
		const expected = printed([...replay(joins, {}, at('2027-01-01T00:00:00Z'))]);
		expect(expected.length).toBeGreaterThan(1);
		expect(storedOutputs(db)).toEqual(expected);
	});

	test('steps of an alert cannot be changed or removed', () => {
		const db = store(facts(ann), at('2026-05-20T00:00:00Z'));
		expect(() => db.update(alertEvents).set({ level: 0 }).run()).toThrow('append-only');
		expect(() => db.delete(alertEvents).run()).toThrow('append-only');
	});

	test('facts of one person never share an instant, also where the clock steps back', () => {
		const db = store(facts(ann.slice(0, 1)), at('2026-03-02T08:00:00Z'));
		const twice = facts([
			{ at: '2026-03-05T14:30:00Z', type: 'contact-request', person: 'ann', when: 'soon' },
			{ at: '2026-03-05T14:30:00Z', type: 'contact-request', person: 'ann', when: 'soon' },
			{ at: '2026-03-05T14:25:01Z', type: 'contact-request', person: 'ann', when: 'soon' }
		]);
		storeAll(db, twice);
		const instants = db.$client
			.prepare('select recorded_at - ? as later from contact_requests order by 1')
			.pluck()
			.all(at('2026-03-05T14:30:00Z'));
		expect(instants).toEqual([0, 1, 2]);
	});

	test('a clock that once stood far ahead is said, and nothing gets a time that is still to come', () => {
		const db = store(facts(ann.slice(0, 1)), at('2026-03-02T08:00:00Z'));
		catchUp(db, 'ann', at('2027-03-05T14:30:00Z'));
		const [request] = facts([{ at: '2026-03-05T14:30:00Z', type: 'contact-request', person: 'ann', when: 'soon' }]);
		expect(() => storeFact(db, request as Fact)).toThrow(
			expect.objectContaining({ kind: 'conflict', message: expect.stringContaining('clock of the machine') })
		);
		expect(db.$client.prepare('select count(*) from contact_requests').pluck().get()).toBe(0);
	});
});

function storeAll(db: Db, stream: readonly Fact[]): void {
	for (const fact of stream) storeFact(db, fact);
}
