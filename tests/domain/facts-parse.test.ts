import { describe, expect, it, test } from 'vitest';
import { parseFact } from '../../src/lib/domain/facts-parse.ts';
import { parseInstant } from '../../src/lib/domain/rfc3339.ts';
import { at } from './story.ts';

const when = '2026-03-02T09:00:00Z';
const examples: Record<string, Record<string, unknown>> = {
	person: { person: 'ines', zone: 'Europe/London', startDate: '2026-01-01', dayStart: '12:00' },
	member: { person: 'ines', team: 'night' },
	policy: { team: 'night', policy: { breakLength: 5 } },
	factor: { person: 'ines', factor: 0.5, from: '2026-01-01', to: '2026-01-01' },
	session: { id: 's', person: 'ines', start: when, end: when, violent: 'undisclosed' },
	'timer-start': { id: 't', person: 'ines' },
	'timer-stop': { id: 't', end: when, violent: 'no' },
	'day-total': { id: 'd', person: 'ines', date: '2026-03-01', minutes: 960 },
	amend: { id: 's', start: when, end: when },
	void: { id: 's' },
	'check-in': { person: 'ines', instrument: 'pulse', answers: [0, 1, 2, 3] },
	sharing: { person: 'ines', prompt: false },
	'share-concern': { person: 'ines' },
	'contact-request': { person: 'ines', when: 'today' },
	absence: { person: 'ines', from: '2026-03-01', to: '2026-03-02' },
	conversation: { person: 'ines', reasons: ['routine'] },
	appointment: { id: 'k', person: 'ines', kind: 'assessment', due: '2026-03-01' },
	'appointment-attended': { id: 'k' },
	'appointment-declined': { id: 'k' },
	acknowledge: { person: 'ines', reason: 'contact' },
	offer: { person: 'ines', reason: 'contact' },
	response: { person: 'ines', reason: 'contact', answer: 'not-now' },
	'follow-up': { person: 'ines', reason: 'contact' },
	close: { person: 'ines', reason: 'contact' },
	withdraw: { person: 'ines', reason: 'contact' }
};
const instants = new Set(['start', 'end']);
const optional = new Set(['dayStart', 'team policy', 'to factor', 'violent', 'end timer-stop', 'reasons', 'answers']);

describe.each(Object.keys(examples))('a %s fact', (type) => {
	const body = examples[type] as Record<string, unknown>;

	it('is read whole, instants as milliseconds', () => {
		const expected = Object.fromEntries(Object.entries(body).map(([key, value]) => [key, instants.has(key) ? at(value as string) : value]));
		expect(parseFact({ at: when, type, ...body })).toEqual({ ok: true, fact: { at: at(when), type, ...expected } });
	});

	it('names an unknown field', () => {
		expect(parseFact({ at: when, type, ...body, extra: 1 })).toMatchObject({ ok: false, field: 'extra' });
	});

	test.each(['at', ...Object.keys(body)])('names %s where it is null or empty', (field) => {
		for (const value of [null, '', {}, []]) {
			if (field === 'reasons' && Array.isArray(value)) continue;
			if (field === 'policy' && value !== null && typeof value === 'object' && !Array.isArray(value)) continue;
			const parsed = parseFact({ at: when, type, ...body, [field]: value });
			expect(parsed, JSON.stringify(value)).toMatchObject({ ok: false });
			expect((parsed as { field: string }).field.split('.')[0]).toBe(field);
		}
	});

	test.each(['at', ...Object.keys(body)].filter((field) => !optional.has(field) && !optional.has(`${field} ${type}`)))(
		'misses %s',
		(field) => {
			const rest = Object.fromEntries(Object.entries({ at: when, type, ...body }).filter(([key]) => key !== field));
			expect(parseFact(rest)).toMatchObject({ ok: false, field, message: 'This is missing.' });
		}
	);
});

test.each<[string, Record<string, unknown>, string]>([
	['factor', { factor: 0 }, 'factor'],
	['factor', { factor: 1.01 }, 'factor'],
	['factor', { to: '2025-12-31' }, 'to'],
	['absence', { to: '2026-02-28' }, 'to'],
	['day-total', { minutes: 0 }, 'minutes'],
	['day-total', { minutes: 961 }, 'minutes'],
	['day-total', { minutes: 1.5 }, 'minutes'],
	['day-total', { minutes: '5' }, 'minutes'],
	['day-total', { date: '2026-02-29' }, 'date'],
	['person', { zone: 'Mars/Olympus' }, 'zone'],
	['person', { zone: '+01:00' }, 'zone'],
	['person', { dayStart: '24:00' }, 'dayStart'],
	['check-in', { answers: [0, 1, 2] }, 'answers'],
	['check-in', { answers: [0, 1, 2, 5] }, 'answers'],
	['check-in', { answers: [0, 1, 2, 1.5] }, 'answers'],
	['check-in', { skipped: true }, 'answers'],
	['check-in', { skipped: false }, 'skipped'],
	['check-in', { instrument: 'phq9' }, 'instrument'],
	['conversation', { reasons: ['weather'] }, 'reasons.0'],
	['close', { reason: 'weather' }, 'reason'],
	['session', { violent: 'maybe' }, 'violent'],
	['policy', { policy: { breakLenght: 5 } }, 'policy']
])('%s with %j names %s', (type, change, field) => {
	expect(parseFact({ at: when, type, ...examples[type], ...change })).toMatchObject({ ok: false, field });
});

test('a check-in needs answers or a skip', () => {
	expect(parseFact({ at: when, type: 'check-in', person: 'ines', instrument: 'who5' })).toMatchObject({ ok: false, field: 'answers' });
	expect(parseFact({ at: when, type: 'check-in', person: 'ines', instrument: 'who5', skipped: true })).toMatchObject({ ok: true });
});

test.each([[null], [[]], ['person'], [5]])('%j is no fact', (json) => expect(parseFact(json)).toMatchObject({ ok: false, field: '' }));
test.each([['toString'], ['__proto__'], [7], [undefined]])('type %j is unknown', (type) =>
	expect(parseFact({ at: when, type })).toMatchObject({ ok: false, field: 'type' })
);

describe('instants', () => {
	test.each([
		['2026-03-02T09:00:00Z', '2026-03-02T09:00:00.000Z'],
		['2026-03-02t09:00:00z', '2026-03-02T09:00:00.000Z'],
		['2026-03-02T09:00:00.5Z', '2026-03-02T09:00:00.500Z'],
		['2026-03-02T09:00:00.123+05:45', '2026-03-02T03:15:00.123Z'],
		['2026-03-01T23:30:00-01:00', '2026-03-02T00:30:00.000Z'],
		['2026-03-02T09:00:00-00:00', '2026-03-02T09:00:00.000Z'],
		['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
		['0000-12-31T23:59:00-00:01', '0001-01-01T00:00:00.000Z'],
		['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z']
	])('%s is %s', (text, expected) => expect(parseInstant(text)).toBe(at(expected)));

	test.each([
		'2026-03-02T09:00:00',
		'2026-03-02T09:00Z',
		'2026-03-02',
		'2026-03-02 09:00:00Z',
		'2026-02-30T09:00:00Z',
		'2026-03-02T24:00:00Z',
		'2026-03-02T09:60:00Z',
		'2026-03-02T09:00:60Z',
		'2026-03-02T09:00:00.1234Z',
		'2026-03-02T09:00:00.Z',
		'2026-03-02T09:00:00+24:00',
		'2026-03-02T09:00:00+0100',
		'0000-12-31T23:59:59.999Z',
		'0001-01-01T00:00:59.999+00:01',
		'9999-12-31T23:59:00-00:01',
		' 2026-03-02T09:00:00Z',
		''
	])('%j is none', (text) => expect(parseInstant(text)).toBeNull());
});
