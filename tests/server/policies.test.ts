import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PolicyPatch } from '#lib/domain/policy.ts';
import { policyThemes } from '#lib/domain/policy-fields.ts';
import { rules } from '#lib/domain/rules/list.ts';
import { catchUpSome } from '#lib/server/catching-up.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { organisation, policies, teams } from '#lib/server/db/schema/organisation.ts';
import { findings } from '#lib/server/db/schema/records.ts';
import { setHomeTeam } from '#lib/server/people.ts';
import { changePolicy, newestVersion } from '#lib/server/policy-changes.ts';
import { changeOptional } from '#lib/server/optional-parts.ts';
import { lookAtPolicy, policyEdit, policyPage, putInForce } from '#lib/server/policy-pages.ts';
import { policyFor } from '#lib/server/policies.ts';
import { floorPage } from '#lib/server/report-floors.ts';
import { giveRole } from '#lib/server/roles.ts';
import { simulatorPage } from '#lib/server/simulations.ts';
import { compareWithReplay, type Difference } from '#lib/server/replay/compare.ts';
import { closeTeam, createTeam } from '#lib/server/teams.ts';
import { startTimer, stopTimer } from '#lib/server/timers.ts';
import { system, type Actor } from '#lib/server/viewer.ts';
import { alertOf, askFor, exceed, HOUR, MINUTE, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { crowd } from '../support/crowd.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf, workIds } from '../support/exposure.ts';

let db: Db;
let c: Cast;
const id = () => crypto.randomUUID();

beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday);
});

function change(teamId: string | null, patch: PolicyPatch, now: number, who: Actor = c.hale, reason = 'Fewer hours for a while'): number {
	return changePolicy(db, who, { id: id(), teamId, patch, reason, basedOn: newestVersion(db, teamId)?.id ?? null }, now);
}

const london = { calendar: { zone: 'Europe/London' } };

/** What a replay of the stored facts makes otherwise than what is stored. */
function differences(): Difference[] {
	const told: Difference[] = [];
	compareWithReplay(db, (difference) => told.push(difference));
	return told;
}

const everybody = () => db.$client.prepare<[], string>('select person_id from clocks').pluck().all();
const catchUpAll = (now: number) => everybody().forEach((person) => catchUp(db, person, now));
const firedFor = (person: string) => db.select().from(findings).where(eq(findings.personId, person)).all();

describe('a change', () => {
	test('keeps who, when, why, and the version before', () => {
		const first = newestVersion(db, null);
		const at = change(null, { ...london, breakLength: 15 }, monday + HOUR, c.ada, 'Longer breaks');
		expect(at).toBe(monday + HOUR);
		const all = db
			.select()
			.from(policies)
			.all()
			.filter(({ teamId }) => teamId === null);
		expect(all).toEqual([
			first,
			{
				id: expect.any(String) as string,
				teamId: null,
				patch: { ...london, breakLength: 15 },
				authorId: c.ada.id,
				reason: 'Longer breaks',
				recordedAt: at
			}
		]);
		expect(policyFor(db, c.quay).policy.breakLength).toBe(15);
	});

	test('is read by everybody in words, from what to what', () => {
		change(null, { ...london, rules: { 'day-limit': { minutes: 270 }, 'day-over': { on: false } } }, monday + HOUR);
		change(null, { ...london, rules: { 'day-limit': { minutes: 240 } } }, monday + 2 * HOUR, c.ada, 'Still too many');
		const { versions } = policyPage(db, c.ines, null, monday + 3 * HOUR);
		expect(
			versions.map(({ who, when, why, changes }) => [who, when, why, ...changes.map(({ what, from, to }) => `${what}: ${from} → ${to}`)])
		).toEqual([
			[
				...['Ada Finch', 'today, 12:00', 'Still too many'],
				'Over the day’s limit: exposure in a day, over: 4 h 30 → 4 h',
				'Well over the day’s limit: this rule: off → on (the default)'
			],
			[
				...['Hale Brandt', 'today, 11:00', 'Fewer hours for a while'],
				'Over the day’s limit: exposure in a day, over: 5 h (the default) → 4 h 30',
				'Well over the day’s limit: this rule: on (the default) → off'
			],
			['Breakwater', 'today, 10:00', 'Defaults on setting up', 'Time zone: UTC (the default) → Europe/London']
		]);
	});

	test('comes after every fact and evaluation of whom it is for', () => {
		askFor(db, c.ines, c.mara, 'lead', monday + HOUR);
		catchUpAll(monday + HOUR + 1);
		const last = db.$client.prepare<[], number>('select max(max(last_fact_at, advanced_to)) from clocks').pluck().get() ?? 0;
		const first = change(null, { ...london, breakLength: 15 }, monday + HOUR);
		expect(first).toBe(last + 1);
		expect(change(null, { ...london, breakLength: 20 }, monday + HOUR)).toBe(first + 1);
		askFor(db, c.ines, c.edda, 'welfare', monday + HOUR);
		const { at } = db.$client.prepare<[], { at: number }>('select max(recorded_at) as at from contact_requests').get() ?? { at: 0 };
		expect(at).toBeGreaterThan(first + 1);
		catchUpAll(monday + 2 * HOUR);
		expect(differences()).toEqual([]);
	});

	test('sent twice is one; made on an older version it is refused', () => {
		const before = newestVersion(db, null)?.id ?? null;
		const version = { id: id(), teamId: null, patch: { breakLength: 15 }, reason: 'Once', basedOn: before };
		changePolicy(db, c.hale, version, monday + HOUR);
		expect(changePolicy(db, c.hale, version, monday + 2 * HOUR)).toBe(monday + HOUR);
		expect(refusalOf(() => changePolicy(db, c.ada, { ...version, patch: {} }, monday)).kind).toBe('conflict');
		const late = refusalOf(() => changePolicy(db, c.ada, { ...version, id: id(), patch: { breakLength: 20 } }, monday + HOUR));
		expect(late).toMatchObject({ kind: 'conflict', message: expect.stringContaining('Somebody else has changed this') as string });
		expect(db.select().from(policies).where(eq(policies.reason, 'Once')).all()).toHaveLength(1);
		expect(policyFor(db, null).policy.breakLength).toBe(15);
	});

	test('is for administrators and heads of welfare', () => {
		for (const who of [c.ines, c.mara, c.edda, c.rui, c.sol]) {
			expect(refusalOf(() => change(null, { breakLength: 15 }, monday, who)).kind).toBe('not-allowed');
			expect(refusalOf(() => policyEdit(db, who, null)).kind).toBe('not-allowed');
			expect(policyPage(db, who, null, monday)).toMatchObject({ mayChange: false, team: null });
		}
		expect(policyPage(db, c.hale, null, monday).mayChange).toBe(true);
		expect(() => change(c.quay, { breakLength: 15 }, monday, c.ada)).not.toThrow();
	});

	test('is not for another employer’s head of welfare, who reads it as everybody does; as an administrator they may', () => {
		giveRole(db, system, { id: id(), personId: c.pia.id, role: 'head_of_welfare', teamId: null }, monday);
		const pia = c.again(c.pia);
		const before = newestVersion(db, null);
		expect(refusalOf(() => change(null, { ...london, breakLength: 15 }, monday + HOUR, pia)).kind).toBe('not-allowed');
		expect(refusalOf(() => policyEdit(db, pia, null)).kind).toBe('not-allowed');
		const proposed = { teamId: null, form: { breakLength: '15' }, basedOn: before?.id ?? '' };
		expect(refusalOf(() => lookAtPolicy(db, pia, proposed)).kind).toBe('not-allowed');
		expect(refusalOf(() => putInForce(db, pia, { ...proposed, id: id(), reason: 'Longer' }, monday + HOUR)).kind).toBe('not-allowed');
		expect(refusalOf(() => simulatorPage(db, pia, null, monday)).kind).toBe('not-allowed');
		expect(refusalOf(() => floorPage(db, pia, monday)).kind).toBe('not-allowed');
		const nothing = { id: id(), fields: [], instruments: [], reason: 'Fewer', basedOn: null };
		expect(refusalOf(() => changeOptional(db, pia, nothing, monday)).kind).toBe('not-allowed');
		expect(newestVersion(db, null)).toEqual(before);
		expect(policyPage(db, pia, null, monday).mayChange).toBe(false);
		// A team of hers, and not another.
		expect(policyPage(db, pia, c.harbour, monday).mayChange).toBe(false);
		expect(refusalOf(() => policyPage(db, pia, c.quay, monday)).kind).toBe('not-found');
		giveRole(db, system, { id: id(), personId: c.pia.id, role: 'admin', teamId: null }, monday);
		expect(policyPage(db, c.again(c.pia), c.quay, monday).mayChange).toBe(true);
	});

	test('is never rewritten: the table refuses it', () => {
		expect(() => db.update(policies).set({ reason: 'Another' }).run()).toThrow(/append-only/);
		expect(() => db.delete(policies).run()).toThrow(/append-only/);
	});

	test('is refused where the clock of the machine once stood ahead', () => {
		askFor(db, c.ines, c.mara, 'lead', monday + 48 * HOUR);
		expect(refusalOf(() => change(null, { breakLength: 15 }, monday)).message).toContain('The clock of the machine');
	});
});

describe('what is refused', () => {
	const refused: [what: string, teamId: () => string | null, patch: unknown, at: string, says: RegExp][] = [
		['no minutes', () => null, { breakLength: 0 }, 'breakLength', /from 1 to 40320/],
		['a fraction of days', () => null, { rules: { 'days-in-row': { days: 1.5 } } }, 'rules.days-in-row.days', /0 to 366/],
		[
			'no day between routine conversations',
			() => null,
			{ rules: { 'routine-conversation': { days: 0 } } },
			'rules.routine-conversation.days',
			/1 to 366/
		],
		['a factor of nothing', () => null, { rules: { ramp: { factor: 0 } } }, 'rules.ramp.factor', /0.01 to 10/],
		['a rule that there is none of', () => null, { rules: { 'rest-day': { on: true } } }, 'rules.rest-day', /no such key/],
		[
			'steps that do not ascend',
			() => null,
			{
				newStarter: [
					{ days: 56, factor: 0.5 },
					{ days: 28, factor: 1 }
				]
			},
			'newStarter.1',
			/ascend/
		],
		['a zone of no place', () => null, { calendar: { zone: 'Europe/Atlantis' } }, 'calendar.zone', /such as Europe/],
		[
			'hours that overlap',
			() => null,
			{
				calendar: {
					hours: {
						mon: [
							['09:00', '13:00'],
							['12:00', '17:00']
						]
					}
				}
			},
			'calendar.hours.mon.1',
			/overlap/
		],
		['a week without hours', () => null, noHours(), 'calendar.hours.mon', /the organisation would be left with none/],
		['a week that only a team leaves empty', () => c.quay, noHours(), 'calendar.hours.mon', /the team “Quay” would be left with none/],
		['nothing', () => c.quay, london, 'patch', /Nothing is different/]
	];
	test.each(refused)('%s', (_, teamId, patch, at, says) => {
		const before = db.select().from(policies).all().length;
		const refusal = refusalOf(() => change(teamId(), patch as PolicyPatch, monday));
		expect(refusal.kind).toBe('invalid');
		expect(refusal.fields[at]).toMatch(says);
		expect(db.select().from(policies).all()).toHaveLength(before);
	});

	test('a change without a reason, or with a long one', () => {
		for (const reason of ['  ', 'x'.repeat(201)]) {
			expect(Object.keys(refusalOf(() => change(null, { breakLength: 15 }, monday, c.hale, reason)).fields)).toEqual(['reason']);
		}
	});

	test('a team that there is none of', () => {
		expect(refusalOf(() => change('nowhere', { breakLength: 15 }, monday)).kind).toBe('not-found');
		expect(refusalOf(() => policyPage(db, c.ada, 'nowhere', monday)).kind).toBe('not-found');
	});

	test('an organisation’s week that leaves a team without hours, though its own are right', () => {
		change(c.quay, { calendar: { zone: 'Europe/London', hours: { sat: [] } } }, monday);
		const weekend = { ...noHours().calendar?.hours, sat: [['09:00', '24:00']] as [string, string][] };
		const refusal = refusalOf(() => change(null, { calendar: { zone: 'Europe/London', hours: weekend } }, monday));
		expect(refusal.fields).toEqual({ 'calendar.hours.mon': expect.stringContaining('the team “Quay”') as string });
	});
});

function noHours(): PolicyPatch {
	return { calendar: { hours: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] } } };
}

describe('with a clock that was put back', () => {
	test('a version comes after all that it was held against, so that what is stored can be replayed', () => {
		const empty = id();
		createTeam(db, c.ada, { id: empty, name: 'Jetty', zone: 'UTC' }, monday);
		const saturdays = { hours: { sat: [['09:00', '17:00']] as [string, string][] } };
		const ahead = change(null, { calendar: { zone: 'Europe/London', ...saturdays } }, monday + 4 * MINUTE);
		const { sat: _, ...weekdays } = noHours().calendar?.hours ?? {};
		expect(change(empty, { calendar: { zone: 'UTC', hours: weekdays } }, monday + 1)).toBeGreaterThan(ahead);
		expect(differences()).toEqual([]);
	});
});

describe('a running timer', () => {
	test('gives notice at once of what a new policy makes true, under that policy', () => {
		startTimer(db, c.ines, { id: id(), workTypeId: workIds(db).images }, monday);
		const at = change(null, { ...london, rules: { 'break-due': { minutes: 20 } } }, monday + 30 * MINUTE);
		expect(firedFor(c.ines.id)).toEqual([]);
		catchUp(db, c.ines.id, monday + 31 * MINUTE);
		const policyId = newestVersion(db, null)?.id;
		expect(firedFor(c.ines.id)).toMatchObject([
			{ rule: 'break-due', at, value: 30, policyId, teamPolicyId: newestVersion(db, c.harbour)?.id }
		]);
		expect(differences()).toEqual([]);
	});

	test('is measured under the old policy up to the change, however late anybody looks', () => {
		const first = newestVersion(db, null)?.id;
		const timer = id();
		startTimer(db, c.ines, { id: timer, workTypeId: workIds(db).images }, monday);
		change(null, { ...london, rules: { 'break-due': { on: false }, 'timer-forgotten': { minutes: 80 } } }, monday + 60 * MINUTE);
		change(c.harbour, { ...london, rules: { 'timer-forgotten': { minutes: 100 } } }, monday + 70 * MINUTE);
		stopTimer(db, c.ines, { formId: id(), id: timer, end: null }, monday + 3 * HOUR);
		const found = firedFor(c.ines.id).map(({ rule, at, policyId }) => [rule, Math.floor((at - monday) / MINUTE), policyId === first]);
		expect(found.sort()).toEqual(
			[
				['break-due', 50, true],
				['timer-forgotten', 100, false],
				['break-missed', 90, false]
			].sort()
		);
		expect(differences()).toEqual([]);
	});
});

describe('an open prompt', () => {
	test('keeps the length of its clock and waits by the new working hours', () => {
		askFor(db, c.ines, c.mara, 'lead', monday + 1);
		// 4 working hours from 10:00; from 12:00 on nobody works on that day.
		change(c.harbour, { calendar: { zone: 'Europe/London', holidays: ['2026-11-09'] } }, monday + 2 * HOUR);
		catchUpAll(monday + 3 * HOUR);
		expect(alertOf(db, c.ines).dueAt).toBe(Date.UTC(2026, 10, 10, 13));
		expect(differences()).toEqual([]);
	});

	test('runs out at the change where its hours are past by then', () => {
		change(c.harbour, { calendar: { zone: 'Europe/London', hours: { mon: [] } } }, monday + 1);
		askFor(db, c.ines, c.mara, 'lead', monday + 2);
		const at = change(c.harbour, london, monday + 6 * HOUR);
		catchUpAll(monday + 7 * HOUR);
		expect(alertOf(db, c.ines)).toMatchObject({ level: 1, clockStartedAt: at });
		expect(differences()).toEqual([]);
	});

	test('keeps the version under which its findings fired', () => {
		const before = newestVersion(db, null)?.id;
		exceed(db, c.ines, monday + HOUR);
		const earlier = firedFor(c.ines.id);
		change(null, { ...london, rules: { 'day-over': { minutes: 600 } } }, monday + 2 * HOUR);
		catchUpAll(monday + 3 * HOUR);
		expect(firedFor(c.ines.id)).toEqual(earlier);
		expect(new Set(earlier.map(({ policyId }) => policyId))).toEqual(new Set([before]));
		exceed(db, c.tomas, monday + 3 * HOUR);
		expect(new Set(firedFor(c.tomas.id).map(({ policyId }) => policyId))).toEqual(new Set([newestVersion(db, null)?.id]));
		expect(firedFor(c.tomas.id).map(({ rule }) => rule)).not.toContain('day-over');
		expect(differences()).toEqual([]);
	});
});

describe('a team', () => {
	test('differs in what it says, and follows the organisation in the rest', () => {
		change(c.quay, { ...london, rules: { 'day-limit': { minutes: 200 } } }, monday);
		change(null, { ...london, breakLength: 20, rules: { 'day-limit': { minutes: 400 } } }, monday);
		expect(policyFor(db, c.quay).policy).toMatchObject({ breakLength: 20, rules: { 'day-limit': { on: true, minutes: 200 } } });
		expect(policyFor(db, c.harbour).policy.rules['day-limit'].minutes).toBe(400);
		const limit = policyPage(db, c.sol, c.quay, monday + HOUR)
			.fields.flatMap(({ topics }) => topics)
			.find(({ id: topic }) => topic === 'day-limit');
		expect(limit).toMatchObject({
			summary: 'over 3 h 20 in a day',
			fields: [{ origin: 'default' }, { origin: 'team', standard: '5 h', without: '6 h 40' }]
		});
	});

	test('is woken alone by its own policy, and everybody by the organisation’s', () => {
		catchUpAll(monday + HOUR);
		const dueAt = (at: number) => db.$client.prepare<[number], number>('select count(*) from clocks where next_due_at = ?').pluck().get(at);
		expect(dueAt(change(c.quay, { breakLength: 15 }, monday + HOUR))).toBe(3);
		catchUpAll(monday + 2 * HOUR);
		// Ada and Hale have no home team: their rules have not begun.
		expect(dueAt(change(null, { breakLength: 15 }, monday + 2 * HOUR))).toBe(13);
	});

	test('has the zone in which its hours are counted, wherever it is said', () => {
		const zones = () => [
			db.select().from(organisation).get()?.zone,
			...db
				.select()
				.from(teams)
				.orderBy(teams.name)
				.all()
				.map(({ zone }) => zone)
		];
		change(c.harbour, { calendar: { zone: 'Asia/Tokyo' } }, monday);
		change(c.quay, { breakLength: 15 }, monday);
		expect(zones()).toEqual(['Europe/London', 'Asia/Tokyo', 'Europe/London']);
		change(null, { calendar: { zone: 'Europe/Lisbon' } }, monday);
		expect(zones()).toEqual(['Europe/Lisbon', 'Asia/Tokyo', 'Europe/Lisbon']);
		expect(c.again(c.sol).homeTeam?.zone).toBe('Europe/Lisbon');
	});

	test('is read by those who belong to it, and by authors', () => {
		for (const who of [c.sol, c.nell, c.otto, c.ada, c.hale]) expect(policyPage(db, who, c.quay, monday).team?.name).toBe('Quay');
		for (const who of [c.ines, c.mara, c.edda]) {
			expect(refusalOf(() => policyPage(db, who, c.quay, monday)).kind).toBe('not-found');
			expect(policyPage(db, who, null, monday).teams).toEqual([{ id: c.harbour, name: 'Harbour', own: true, closed: false }]);
		}
	});

	test('that is closed is read by authors alone, and by nobody changed', () => {
		const jetty = id();
		createTeam(db, c.ada, { id: jetty, name: 'Jetty', zone: 'UTC' }, monday);
		change(jetty, { calendar: { zone: 'UTC' }, breakLength: 15 }, monday + HOUR);
		closeTeam(db, c.ada, jetty, monday + 2 * HOUR);
		for (const who of [c.ada, c.hale]) {
			const page = policyPage(db, who, jetty, monday + 3 * HOUR);
			expect(page).toMatchObject({ team: { name: 'Jetty' }, mayChange: false });
			expect(page.versions).toHaveLength(2);
			expect(policyPage(db, who, null, monday).teams.map(({ name, closed }) => [name, closed])).toEqual([
				['Harbour', false],
				['Quay', false],
				['Jetty', true]
			]);
			expect(refusalOf(() => policyEdit(db, who, jetty)).kind).toBe('not-found');
		}
		for (const who of [c.ines, c.mara]) expect(refusalOf(() => policyPage(db, who, jetty, monday)).kind).toBe('not-found');
	});

	test('that somebody joins after a change has them under its policy from then on', () => {
		change(c.quay, { ...london, rules: { 'break-due': { minutes: 20 } } }, monday);
		startTimer(db, c.ines, { id: id(), workTypeId: workIds(db).images }, monday + HOUR);
		setHomeTeam(db, c.ada, { personId: c.ines.id, teamId: c.quay }, monday + HOUR + 30 * MINUTE);
		expect(firedFor(c.ines.id)).toMatchObject([{ rule: 'break-due', at: monday + HOUR + 30 * MINUTE }]);
		expect(differences()).toEqual([]);
	});
});

describe('the form', () => {
	const fieldsOf = (form: Record<string, unknown>, basedOn = newestVersion(db, null)?.id ?? '') => ({ teamId: null, form, basedOn });

	test('shows what changes before anything is stored, and puts just that in force', () => {
		const { values, version } = policyEdit(db, c.hale, null);
		const form = {
			...values,
			'rules.day-limit.minutes': '270',
			'calendar.holidays.own': 'own',
			'calendar.holidays': '2026-12-26\n2026-12-25',
			reason: 'Christmas'
		};
		const looked = lookAtPolicy(db, c.hale, fieldsOf(form, version ?? ''));
		expect(looked).toMatchObject({
			people: 13,
			changes: [
				{ path: 'rules.day-limit.minutes', from: '5 h (the default)', to: '4 h 30' },
				{ path: 'calendar.holidays', from: 'none (the default)', to: 'Fri 25 December 2026, Sat 26 December 2026' }
			]
		});
		expect(newestVersion(db, null)?.id).toBe(version);
		putInForce(db, c.hale, { ...fieldsOf(looked.values, version ?? ''), id: id(), reason: 'Christmas' }, monday);
		expect(newestVersion(db, null)).toMatchObject({
			reason: 'Christmas',
			patch: { rules: { 'day-limit': { minutes: 270 } }, calendar: { zone: 'Europe/London', holidays: ['2026-12-25', '2026-12-26'] } }
		});
	});

	test.each([
		['0', 'Each part is a percentage from 1 to 1000.'],
		['0.99', 'Each part is a percentage from 1 to 1000.'],
		['1001', 'Each part is a percentage from 1 to 1000.'],
		['half', 'Please give each part as a percentage such as 75.']
	])('says in percent what is wrong with %s percent in the first weeks', (percent, says) => {
		const steps = { 'newStarter.own': 'own', 'newStarter.0.days': '28', 'newStarter.0.percent': percent };
		expect(refusalOf(() => lookAtPolicy(db, c.ada, fieldsOf(steps))).fields).toEqual({ newStarter: says });
	});

	test('says of every field what is wrong, all at once', () => {
		const form = { breakLength: 'ten', 'rules.day-limit.on': 'maybe', 'rules.ramp.factor': '11', 'rules.late-exposure.after': '25:00' };
		const lists = {
			'calendar.hours.mon.own': 'own',
			'calendar.hours.mon.0.from': '17:00',
			'calendar.hours.mon.0.to': '09:00',
			'calendar.holidays': 'Christmas'
		};
		const refusal = refusalOf(() => lookAtPolicy(db, c.ada, fieldsOf({ ...form, ...lists, 'newStarter.0.days': '28' })));
		expect(refusal.kind).toBe('invalid');
		expect(refusal.fields).toEqual({
			breakLength: 'Please give a whole number, or leave it empty.',
			'rules.day-limit.on': 'Please choose one.',
			'rules.ramp.factor': 'A number from 0.01 to 10 belongs here.',
			'rules.late-exposure.after': 'A clock time as HH:MM belongs here.',
			newStarter: 'Please fill in both parts of each line, or empty both.',
			'calendar.hours.mon': 'A period is two clock times, the second later; only the second may be 24:00.',
			'calendar.holidays': '“Christmas” is no date such as 2026-12-25. One on each line, please.'
		});
	});
});

test('every rule is on the screen by itself, with each of its parameters and a sentence', () => {
	const topics = policyThemes.flatMap(({ topics: all }) => all);
	for (const rule of rules) {
		const topic = topics.find(({ id: of }) => of === rule.id);
		expect(topic?.fields.map(({ path }) => path).sort()).toEqual(
			Object.keys(rule.defaults)
				.map((name) => `rules.${rule.id}.${name}`)
				.sort()
		);
		expect(topic?.about).toMatch(/\.$/);
		expect(topic?.who).toMatch(/\.$/);
		expect(topic?.source).not.toBe('');
	}
});

test('of five thousand people is put in force without looking at any of them, and each is looked at once afterwards', () => {
	const many = memoryDb();
	crowd(many, 5_000, monday);
	const begun = performance.now();
	const basedOn = newestVersion(many, null)?.id ?? null;
	const at = changePolicy(
		many,
		system,
		{ id: id(), teamId: null, patch: { breakLength: 15 }, reason: 'Longer breaks', basedOn },
		monday + 2
	);
	expect(performance.now() - begun).toBeLessThan(1_000);
	const due = () => many.$client.prepare<[number], number>('select count(*) from clocks where next_due_at <= ?').pluck().get(at);
	expect(due()).toBe(5_000);
	const lease = { name: 'scheduler', holder: 'test' };
	while (catchUpSome(many, lease, at, new Map()) === at);
	expect(due()).toBe(0);
});
