import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parseFact } from '../../src/lib/domain/facts-parse.ts';
import { InvalidFact } from '../../src/lib/domain/invalid-fact.ts';
import { formatOutput } from '../../src/lib/domain/output.ts';
import { replay } from '../../src/lib/domain/replay.ts';
import { at, fact, only, person, session, told, total, type Line } from './story.ts';

const examples = new URL('./examples/', import.meta.url);
const read = (name: string) =>
	readFileSync(new URL(name, examples), 'utf8')
		.split('\n')
		.filter((line) => line !== '');
const streams = readdirSync(examples).filter((name) => name.endsWith('.facts.jsonl'));

describe('the streams that belong to the specification', () => {
	it('are both here', () => expect(streams).toHaveLength(2));

	test.each(streams)('%s gives exactly what is expected, keys in order', (name) => {
		const [, hour] = /until-(.+)Z\.facts/.exec(name) as unknown as [string, string];
		const facts = read(name).map((line) => fact(JSON.parse(line) as Line));
		const told = [...replay(facts, {}, at(`${hour}:00:00Z`))].map((output) => JSON.stringify(formatOutput(output)));
		const expected = read(name.replace('.facts.', '.expected.')).map((line) => JSON.stringify(JSON.parse(line)));
		expect(told).toEqual(expected);
	});
});

describe('instants near the first and the last that can be', () => {
	test.each([
		['0001-01-01', 'Pacific/Honolulu', '0000-12-31', '0000-W52'],
		['0001-01-01', 'Pacific/Auckland', '0001-01-01', '0001-W01'],
		['9999-12-31', 'Pacific/Honolulu', '9999-12-31', '9999-W52'],
		['9999-12-31', 'Pacific/Kiritimati', '+010000-01-01', '9999-W52']
	])('%s in %s has the dates of the calendar', (date, zone, day, week) => {
		const hour = date.startsWith('0') ? '00' : '22';
		const when = `${date}T${hour}:59:59.999Z`;
		const policy = { rules: { 'day-over': { minutes: 1 }, 'week-limit': { minutes: 1 }, 'week-action': { minutes: 1 } } };
		const lines = [
			person('wen', { zone, startDate: '0000-01-01' }, `${date}T${hour}:00:00Z`),
			session('wen', `${date}T${hour}:00:00Z`, when, { id: 's' })
		];
		const found = told(lines, policy);
		expect(found.filter((line) => line.includes('day-over')).map((line) => line.split(' ')[2])).toEqual([day]);
		expect(found.filter((line) => /week-(limit|action)/.test(line)).map((line) => line.split(' ')[2])).toEqual([week, week]);
		expect(found.join()).not.toMatch(/NaN/);
		// What was found is looked at again by its date.
		const same: Line = { at: when, type: 'amend', id: 's', start: `${date}T${hour}:00:00Z`, end: `${date}T${hour}:59:00Z` };
		const alone = only({ 'day-over': { minutes: 1 } });
		expect(told([...lines, same], alone)).toEqual(told(lines, alone));
	});
});

describe('the order of output', () => {
	it('is by instant, person, then rule or event name, over all facts of an instant', () => {
		const when = '2026-03-02T18:00:00Z';
		const lines = [
			person('wen'),
			person('bea'),
			total('wen', '2026-03-02', 400, when),
			total('bea', '2026-03-02', 400, when),
			{ at: when, type: 'contact-request', person: 'bea', when: 'soon' }
		];
		expect(told(lines)).toEqual([
			'2026-03-02T18:00Z contact-requested 2026-03-02T18:00:00.000Z',
			'2026-03-02T18:00Z day-action 2026-03-02 400',
			'2026-03-02T18:00Z day-limit 2026-03-02 400',
			'2026-03-02T18:00Z day-over 2026-03-02 400',
			'2026-03-02T18:00Z exposure raised 0',
			'2026-03-02T18:00Z contact raised 0',
			'2026-03-02T18:00Z day-action 2026-03-02 400',
			'2026-03-02T18:00Z day-limit 2026-03-02 400',
			'2026-03-02T18:00Z day-over 2026-03-02 400',
			'2026-03-02T18:00Z exposure raised 0'
		]);
	});

	it('takes findings of time before overdue steps before facts', () => {
		// At 17:00 the clock runs out; the acknowledgement of that very instant comes too late for it.
		const lines = [
			person('wen', { zone: 'UTC' }),
			total('wen', '2026-03-02', 400, '2026-03-02T09:00:00Z'),
			{ at: '2026-03-02T17:00:00Z', type: 'acknowledge', person: 'wen', reason: 'exposure' }
		];
		expect(told(lines).at(-1)).toBe('2026-03-02T17:00Z exposure escalated 1');
	});
});

describe('the end', () => {
	const lines = [
		person('wen', { zone: 'UTC' }),
		total('wen', '2026-03-02', 400, '2026-03-02T09:00:00Z'),
		total('wen', '2026-03-03', 400, '2026-03-03T09:00:00Z')
	];

	it('is the last fact unless said otherwise', () => expect(told(lines).at(-1)).toBe('2026-03-03T09:00Z exposure evidence 1'));
	it('includes what is due by then', () => {
		expect(told(lines, {}, '2026-03-02T17:00:00Z').at(-1)).toBe('2026-03-02T17:00Z exposure escalated 1');
		expect(told(lines, {}, '2026-03-02T16:59:59.999Z').at(-1)).toBe('2026-03-02T09:00Z exposure raised 0');
	});
	it('still checks later facts', () => {
		const wrong = { at: '2026-03-04T09:00:00Z', type: 'offer', person: 'wen', reason: 'concern' };
		expect(() => told([...lines, wrong], {}, '2026-03-01T00:00:00Z')).toThrow(InvalidFact);
	});
	it('of nothing is nothing', () => expect(told([], {}, '2026-03-01T00:00:00Z')).toEqual([]));
});

describe('teams and policies', () => {
	const strict = { rules: { 'day-over': { minutes: 100 } } };
	const days = (name: string) =>
		[200, 200].map((minutes, index) => total(name, `2026-03-0${index + 3}`, minutes, `2026-03-0${index + 3}T1${index}:00:00Z`));
	const member = (name: string, team: string, when = '2026-03-02T08:00:00Z'): Line => ({ at: when, type: 'member', person: name, team });
	const policy = (when: string, body: object, team?: string): Line => ({
		at: when,
		type: 'policy',
		policy: body,
		...(team === undefined ? {} : { team })
	});
	const over = (lines: Line[], organisation = {}) =>
		told(
			[...lines].sort((a, b) => at(a.at) - at(b.at)),
			organisation
		).filter((line) => line.includes('day-over')).length;

	it("lays a team's policy over the organisation's", () => {
		const lines = [person('wen'), person('bea'), member('wen', 'night'), member('bea', 'day'), ...days('wen'), ...days('bea')];
		expect(over(lines)).toBe(0);
		expect(over(lines, strict)).toBe(4);
		expect(over([...lines, policy('2026-03-02T09:00:00Z', strict, 'night')])).toBe(2);
		expect(over([...lines, policy('2026-03-02T09:00:00Z', { rules: { 'day-over': { on: false } } }, 'night')], strict)).toBe(2);
	});

	it('replaces an earlier policy whole, from its instant on', () => {
		const lines = [person('wen'), member('wen', 'night'), ...days('wen')];
		expect(over([...lines, policy('2026-03-04T01:00:00Z', {}, 'night')], strict)).toBe(2);
		expect(over([...lines, policy('2026-03-04T01:00:00Z', {})], strict)).toBe(1);
	});

	it("uses the home team's policy at the instant", () => {
		const lines = [
			person('wen'),
			policy('2026-03-02T07:00:00Z', strict, 'night'),
			member('wen', 'night', '2026-03-04T01:00:00Z'),
			...days('wen')
		];
		expect(over(lines)).toBe(1);
	});

	it('tells a running timer at once of a new policy or team', () => {
		const timer = { at: '2026-03-03T09:00:00Z', type: 'timer-start', id: 't', person: 'wen' };
		const soon = { rules: { 'break-due': { minutes: 20 } } };
		const found = (line: Line) => told([person('wen'), policy('2026-03-02T07:00:00Z', soon, 'night'), timer, line]).join();
		expect(found(member('wen', 'night', '2026-03-03T09:30:00Z'))).toBe('2026-03-03T09:30Z break-due 2026-03-03T09:00:00.000Z 30');
		expect(found(policy('2026-03-03T09:25:00Z', soon))).toBe('2026-03-03T09:25Z break-due 2026-03-03T09:00:00.000Z 25');
	});
});

describe('appointments', () => {
	it('are closed one by one', () => {
		const made = (id: string): Line => ({
			at: '2026-03-02T08:00:00Z',
			type: 'appointment',
			id,
			person: 'wen',
			kind: 'counselling',
			due: '2026-03-03'
		});
		const lines = [
			person('wen', { zone: 'UTC' }),
			made('a'),
			made('b'),
			{ at: '2026-03-02T09:00:00Z', type: 'appointment-declined', id: 'a' }
		];
		expect(told(lines, {}, '2026-03-11T00:00:00Z')).toContain('2026-03-11T00:00Z session-overdue b 8');
		expect(told(lines, {}, '2026-03-11T00:00:00Z').join()).not.toContain('session-overdue a');
	});
});

describe('a person who moves', () => {
	it('has all dates read with the new zone', () => {
		const evening = session('wen', '2026-03-02T20:00:00Z', '2026-03-03T01:30:00Z');
		const moved = person('wen', { zone: 'America/New_York' }, '2026-03-03T02:00:00Z');
		const more = { ...session('wen', '2026-03-03T02:00:00Z', '2026-03-03T02:31:00Z'), at: '2026-03-03T02:31:00Z' };
		expect(told([person('wen'), evening]).join()).not.toContain('day-over');
		expect(told([person('wen'), evening, moved, more])).toContain('2026-03-03T02:31Z day-over 2026-03-02 361');
	});
});

describe('a fact that cannot be', () => {
	const sol = person('sol', { zone: 'UTC' });
	const timer = { at: '2026-03-02T09:00:00Z', type: 'timer-start', id: 't', person: 'sol' };
	const done = {
		at: '2026-03-02T12:00:00Z',
		type: 'session',
		id: 's',
		person: 'sol',
		start: '2026-03-02T10:00:00Z',
		end: '2026-03-02T11:00:00Z'
	};
	const sum = { at: '2026-03-02T12:00:00Z', type: 'day-total', id: 'd', person: 'sol', date: '2026-03-01', minutes: 5 };
	const due = { at: '2026-03-02T12:00:00Z', type: 'appointment', id: 'k', person: 'sol', kind: 'counselling', due: '2026-03-20' };
	const later = '2026-03-02T13:00:00Z';
	const ask = { at: later, type: 'contact-request', person: 'sol', when: 'soon' };

	test.each<[string, Line[], string]>([
		['about somebody unknown', [timer], 'person'],
		['an earlier instant', [sol, done, timer], 'at'],
		['an id used twice, even by another kind', [sol, done, { ...sum, id: 's' }], 'id'],
		["an id used twice, even another person's", [sol, person('mara'), done, { ...done, person: 'mara' }], 'id'],
		['an id whose entry was voided', [sol, done, { at: later, type: 'void', id: 's' }, { ...done, at: later }], 'id'],
		['voided twice', [sol, sum, { at: later, type: 'void', id: 'd' }, { at: later, type: 'void', id: 'd' }], 'id'],
		['a void of a running timer', [sol, timer, { at: later, type: 'void', id: 't' }], 'id'],
		['a void of an appointment', [sol, due, { at: later, type: 'void', id: 'k' }], 'id'],
		['a void of nothing', [sol, { at: later, type: 'void', id: 'x' }], 'id'],
		[
			'an amendment of a day total',
			[sol, sum, { at: later, type: 'amend', id: 'd', start: '2026-03-02T09:00:00Z', end: '2026-03-02T10:00:00Z' }],
			'id'
		],
		[
			'an amendment of a running timer',
			[sol, timer, { at: later, type: 'amend', id: 't', start: '2026-03-02T09:00:00Z', end: '2026-03-02T10:00:00Z' }],
			'id'
		],
		[
			'an amendment that ends before it starts',
			[sol, done, { at: later, type: 'amend', id: 's', start: '2026-03-02T10:00:00Z', end: '2026-03-02T09:00:00Z' }],
			'end'
		],
		[
			'an amendment that ends later than it is recorded',
			[sol, done, { at: later, type: 'amend', id: 's', start: '2026-03-02T10:00:00Z', end: '2026-03-02T13:00:00.001Z' }],
			'end'
		],
		...(['amend', 'void', 'appointment-attended', 'timer-stop'] as const).flatMap((type) =>
			['s', 'd', 'k', 't']
				.filter((id) => !{ amend: 's', void: 'sd', 'appointment-attended': 'k', 'timer-stop': 't' }[type].includes(id))
				.map((id): [string, Line[], string] => [
					`${type} of "${id}", where everything there is has another kind`,
					[
						sol,
						timer,
						done,
						sum,
						due,
						{ at: later, type, id, ...(type === 'amend' && { start: '2026-03-02T09:00:00Z', end: '2026-03-02T10:00:00Z' }) }
					],
					'id'
				])
		),
		['a session without length', [sol, { ...done, end: done.start }], 'end'],
		['a session over 16 hours', [sol, { ...done, start: '2026-03-01T18:59:59.999Z' }], 'end'],
		['a session that ends later than it is recorded', [sol, { ...done, end: '2026-03-02T12:00:00.001Z' }], 'end'],
		['a second running timer', [sol, timer, { ...timer, id: 'u' }], 'person'],
		['a timer stopped twice', [sol, timer, { at: later, type: 'timer-stop', id: 't' }, { at: later, type: 'timer-stop', id: 't' }], 'id'],
		['a timer stopped as it starts', [sol, timer, { at: timer.at, type: 'timer-stop', id: 't' }], 'at'],
		['a timer that ended before it started', [sol, timer, { at: later, type: 'timer-stop', id: 't', end: '2026-03-02T08:00:00Z' }], 'end'],
		['a timer of 17 hours without its end', [sol, timer, { at: '2026-03-03T02:00:00Z', type: 'timer-stop', id: 't' }], 'at'],
		['a day total of tomorrow', [sol, { ...sum, date: '2026-03-03' }], 'date'],
		['two requests for contact at one instant', [sol, ask, ask], 'at'],
		[
			'an appointment attended and then declined',
			[sol, due, { at: later, type: 'appointment-attended', id: 'k' }, { at: later, type: 'appointment-declined', id: 'k' }],
			'id'
		],
		['a session attended', [sol, done, { at: later, type: 'appointment-attended', id: 's' }], 'id'],
		['a step where nothing is open', [sol, { at: later, type: 'close', person: 'sol', reason: 'contact' }], 'reason'],
		['a step that the state does not allow', [sol, ask, { at: later, type: 'close', person: 'sol', reason: 'contact' }], 'type'],
		[
			'a policy that leaves a team no working hours',
			[
				{ at: later, type: 'policy', team: 'night', policy: { calendar: { hours: { mon: [] } } } },
				{ at: later, type: 'policy', policy: { calendar: { hours: { tue: [], wed: [], thu: [], fri: [] } } } }
			],
			'policy.calendar.hours'
		]
	])('%s is named by its index and field', (_, lines, field) => {
		const result = () => told(lines);
		expect(result).toThrow(InvalidFact);
		try {
			result();
		} catch (error) {
			expect(error).toMatchObject({ index: lines.length - 1, field });
		}
	});

	it('is none of these at their very edge', () => {
		expect(() => told([sol, { ...done, start: '2026-03-01T19:00:00Z', end: '2026-03-02T11:00:00Z' }])).not.toThrow();
		expect(() =>
			told([sol, timer, { at: '2026-03-03T01:00:00Z', type: 'timer-stop', id: 't' }, { ...timer, id: 'u', at: '2026-03-03T01:00:00Z' }])
		).not.toThrow();
		expect(() => told([sol, ask, { ...ask, at: '2026-03-02T13:00:00.001Z' }])).not.toThrow();
		expect(() => told([sol, { ...sum, date: '2026-03-02' }])).not.toThrow();
	});

	it('says which team a policy leaves without working hours', () => {
		const closed = { mon: [], tue: [], wed: [], thu: [], fri: [] };
		const policy = (team: object) => ({ at: later, type: 'policy', policy: { calendar: { hours: closed } }, ...team });
		expect(() => told([policy({ team: 'night' })])).toThrow(/hours\. \(with team night's policy laid over\)$/);
		expect(() => told([policy({})])).toThrow(/hours\.$/);
	});

	it('an organisation without working hours is refused before any fact', () => {
		const closed = { mon: [], tue: [], wed: [], thu: [], fri: [] };
		expect(() => told([], { calendar: { hours: closed } })).toThrow('at least one period');
	});
});

it('parses what the examples hold without a complaint', () => {
	for (const name of streams) for (const line of read(name)) expect(parseFact(JSON.parse(line)).ok).toBe(true);
});
