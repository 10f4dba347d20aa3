import { describe, expect, test } from 'vitest';
import { replacePolicy, startPolicies } from '../../src/lib/domain/policies-in-force.ts';
import type { PolicyPatch } from '../../src/lib/domain/policy.ts';
import { finishSimulation, leadReasons, newSimulation, simulateFact } from '../../src/lib/domain/simulation.ts';
import type { Instant } from '../../src/lib/domain/time.ts';
import { at, fact, only, person, session, type Line } from './story.ts';

const march = { from: '2026-03-02T00:00:00Z', until: '2026-03-30T00:00:00Z' };
const everybody = new Map([
	['ines', 'harbour'],
	['noor', 'harbour']
]);

interface Told {
	lines: Line[];
	policy?: PolicyPatch;
	teams?: Record<string, PolicyPatch>;
	window?: { from: string; until: string };
}

/** What is counted: findings as `ines day-over: 2`, prompts as `ines exposure: 1`. */
function simulated({ lines, policy = {}, teams = {}, window = march }: Told) {
	const policies = startPolicies(policy);
	for (const [team, patch] of Object.entries(teams)) replacePolicy(policies, team, patch);
	const simulation = newSimulation(policies, everybody, { from: at(window.from), until: at(window.until) });
	for (const line of lines) simulateFact(simulation, fact(line));
	const { findings, prompts } = finishSimulation(simulation);
	return {
		findings: [...findings].flatMap(([rule, perPerson]) => [...perPerson].map(([who, times]) => `${who} ${rule}: ${times}`)),
		prompts: leadReasons.flatMap((reason) => [...prompts[reason]].map(([who, times]) => `${who} ${reason}: ${times}`))
	};
}

const ines = person('ines', {}, '2026-01-05T00:00:00Z');
/** Six hours and a minute, without a break that would matter here. */
const long = (date: string, more: Record<string, unknown> = {}) => session('ines', `${date}T09:00:00Z`, `${date}T15:01:00Z`, more);
const dayOver = only({ 'day-over': { minutes: 360 } });

describe('findings', () => {
	test('are counted per rule and person', () => {
		const lines = [ines, person('noor', {}, '2026-01-05T00:00:00Z'), long('2026-03-03'), long('2026-03-04')];
		expect(simulated({ lines, policy: only({ 'day-over': {}, 'day-limit': {} }) }).findings).toEqual([
			'ines day-limit: 2',
			'ines day-over: 2'
		]);
	});

	test('are counted from the first instant of the window to before its end', () => {
		const recorded = [
			['2026-02-25', '2026-03-01T23:59:59.999Z'],
			['2026-02-26', '2026-03-02T00:00:00Z'],
			['2026-03-25', '2026-03-29T23:59:59.999Z'],
			['2026-03-26', '2026-03-30T00:00:00Z']
		] as const;
		const lines = recorded.map(([date, when]) => long(date, { at: when }));
		expect(simulated({ lines: [ines, ...lines], policy: dayOver }).findings).toEqual(['ines day-over: 2']);
	});

	test('look back beyond the window', () => {
		const before = ['2026-02-26', '2026-02-27', '2026-02-28', '2026-03-01'].map((date) => long(date));
		const policy = only({ 'week-limit': { minutes: 1800 } });
		expect(simulated({ lines: [ines, ...before, long('2026-03-02')], policy }).findings).toEqual(['ines week-limit: 1']);
	});

	test('follow the policy that is tried out, and a team’s over the organisation’s', () => {
		const lines = [ines, long('2026-03-03')];
		expect(simulated({ lines, policy: only({ 'day-over': { minutes: 361 } }) }).findings).toEqual([]);
		const teams = { harbour: { rules: { 'day-over': { minutes: 360 } } }, quay: { rules: { 'day-over': { on: false } } } };
		expect(simulated({ lines, policy: only({ 'day-over': { minutes: 361 } }), teams }).findings).toEqual(['ines day-over: 1']);
	});

	test('follow from the policy all along, whatever was in force', () => {
		const was: Line = { at: '2026-01-05T00:00:00Z', type: 'policy', policy: { rules: { 'day-over': { on: false } } } };
		expect(simulated({ lines: [was, ines, long('2026-03-03')], policy: dayOver }).findings).toEqual(['ines day-over: 1']);
	});

	test('are those of people in the teams: of others, and of entries from before the first fact, nothing is', () => {
		const lines: Line[] = [
			ines,
			person('otto', {}, '2026-01-05T00:00:00Z'),
			session('otto', '2026-03-03T09:00:00Z', '2026-03-03T15:01:00Z'),
			{ at: '2026-03-03T16:00:00Z', type: 'amend', id: 'older', start: '2026-02-03T09:00:00Z', end: '2026-02-03T15:01:00Z' },
			{ at: '2026-03-03T16:00:01Z', type: 'void', id: 'older' }
		];
		expect(simulated({ lines, policy: dayOver })).toEqual({ findings: [], prompts: [] });
	});

	test('of what people say of themselves are never counted', () => {
		const about = (type: string, minute: string, more: object): Line => ({
			at: `2026-03-03T12:${minute}:00Z`,
			type,
			person: 'ines',
			...more
		});
		const lines = [
			ines,
			about('sharing', '00', { prompt: true }),
			about('check-in', '01', { instrument: 'pulse', answers: [4, 4, 4, 4] }),
			about('share-concern', '02', {}),
			about('contact-request', '03', { when: 'today' }),
			about('acknowledge', '04', { reason: 'contact' }),
			about('withdraw', '05', { reason: 'contact' }),
			long('2026-03-03', { at: '2026-03-03T16:00:00Z', violent: 'yes' })
		];
		const policy = only({ 'violent-material': {}, concern: {}, 'contact-requested': {} });
		expect(simulated({ lines, policy })).toEqual({ findings: [], prompts: [] });
	});
});

describe('prompts to a lead', () => {
	/** Offers answered after a minute: seen, offered and answered takes three working days and that minute. */
	const answered = { alerts: { responseMinutes: 1 } };
	const routine = (days: number) => ({ ...only({ 'routine-conversation': { days } }), ...answered });
	const quarter = { from: '2026-03-02T00:00:00Z', until: '2026-05-31T00:00:00Z' };

	test('come as often as the policy says, because each is answered', () => {
		expect(simulated({ lines: [ines], policy: routine(28), window: quarter }).prompts).toEqual(['ines routine: 3']);
		expect(simulated({ lines: [ines], policy: routine(14), window: quarter }).prompts).toEqual(['ines routine: 5']);
	});

	test('do not depend on how those of another policy were answered', () => {
		const when = (day: string, type: string, more: object): Line => ({ at: `${day}T12:00:00Z`, type, person: 'ines', ...more });
		const steps = [
			when('2026-03-10', 'conversation', { reasons: ['routine'] }),
			when('2026-04-08', 'acknowledge', { reason: 'routine' }),
			when('2026-05-08', 'close', { reason: 'exposure' })
		];
		expect(simulated({ lines: [ines, ...steps], policy: routine(14), window: quarter }).prompts).toEqual(['ines routine: 5']);
	});

	test('wait after a conversation of one’s own, and after one that served a request for contact too', () => {
		const talk = (reasons: string[]): Line => ({ at: '2026-03-08T12:00:00Z', type: 'conversation', person: 'ines', reasons });
		const policy = routine(80);
		const [from, until] = ['2026-01-05T00:00:00Z', '2026-05-26T00:00:00Z'];
		const prompts = (reasons: string[]) => simulated({ lines: [ines, talk(reasons)], policy, window: { from, until } }).prompts;
		// Due on 17 March, 71 days after she began; after a talk on 8 March not before 27 May.
		for (const reasons of [[], ['contact', 'routine'], ['concern', 'routine']]) expect(prompts(reasons), reasons.join()).toEqual([]);
		for (const reasons of [['routine'], ['routine', 'session']]) expect(prompts(reasons), reasons.join()).toEqual(['ines routine: 1']);
	});

	test('stay open through a talk about something else', () => {
		// Raised on 30 January; answered on 4 February, so that the next comes on 4 March.
		const talk: Line = { at: '2026-01-31T12:00:00Z', type: 'conversation', person: 'ines', reasons: ['contact', 'routine'] };
		const window = { from: '2026-01-05T00:00:00Z', until: '2026-03-04T00:00:00Z' };
		expect(simulated({ lines: [ines, talk], policy: routine(28), window }).prompts).toEqual(['ines routine: 1']);
	});

	test('count to before the end of the window', () => {
		const until = (end: string) => simulated({ lines: [ines], policy: routine(28), window: { from: '2026-01-05T00:00:00Z', until: end } });
		expect(until('2026-01-30T00:00:00Z').prompts).toEqual([]);
		expect(until('2026-01-30T00:00:00.001Z').prompts).toEqual(['ines routine: 1']);
	});

	const threeDays = { acknowledgeMinutes: 480, offerMinutes: 480, responseMinutes: 480 };
	test.each<[what: string, second: string, patch: PolicyPatch]>([
		['seen, offered and answered in a day each', '2026-03-03', {}],
		['seen in two', '2026-03-04', { alerts: { ...threeDays, acknowledgeMinutes: 960 } }],
		['offered in two', '2026-03-04', { alerts: { ...threeDays, offerMinutes: 960 } }],
		['answered in two', '2026-03-04', { alerts: { ...threeDays, responseMinutes: 960 } }],
		['with a holiday between', '2026-03-04', { calendar: { holidays: ['2026-02-02'] } }],
		['with Mondays free', '2026-03-04', { calendar: { hours: { mon: [] } } }],
		['with longer days', '2026-03-02', { calendar: { hours: { fri: [['06:00', '18:00']], mon: [['06:00', '18:00']] } } }],
		['in Auckland, where the first of the days is half over', '2026-03-04', { calendar: { zone: 'Pacific/Auckland' } }]
	])('are answered in the working time of the policy that is tried out: %s', (_what, second, patch) => {
		// The first is raised on Friday, 30 January, 00:00; the second 28 days after the day on which that was answered.
		const policy: PolicyPatch = { ...routine(28), alerts: threeDays, ...patch };
		const prompts = (until: Instant) =>
			simulated({ lines: [ines], policy, window: { from: '2026-01-05T00:00:00Z', until: new Date(until).toISOString() } }).prompts;
		expect([prompts(at(`${second}T00:00:00Z`)), prompts(at(`${second}T00:00:00Z`) + 1)]).toEqual([
			['ines routine: 1'],
			['ines routine: 2']
		]);
	});

	test('of one reason do not wait for the answer to another', () => {
		const policy = { ...only({ 'day-over': { minutes: 360 }, 'routine-conversation': { days: 7 } }), ...answered };
		const window = { from: '2026-01-05T00:00:00Z', until: '2026-02-23T00:00:00Z' };
		// One about hours, on 14 January; routine ones on 13 and 26 January, on 5 and 17 February.
		expect(simulated({ lines: [ines, long('2026-01-14')], policy, window }).prompts).toEqual(['ines exposure: 1', 'ines routine: 4']);
	});

	test('about limits rise once while one is open, and after the quiet time again', () => {
		// Raised on 3 March 15:01; answered after 24 working hours, and a minute, on the 6th 15:02; closed 28 days later, on 3 April; quiet until the 10th.
		const dates = ['2026-03-03', '2026-03-05', '2026-03-20', '2026-04-01', '2026-04-07', '2026-04-10', '2026-04-11'];
		const lines = [ines, ...dates.map((date) => long(date))];
		const window = { from: '2026-03-01T00:00:00Z', until: '2026-04-30T00:00:00Z' };
		expect(simulated({ lines, policy: { ...dayOver, ...answered }, window })).toEqual({
			findings: ['ines day-over: 7'],
			prompts: ['ines exposure: 2']
		});
		const shorter = { ...dayOver, alerts: { ...answered.alerts, followUpDays: 1, quietDays: 0 } };
		expect(simulated({ lines, policy: shorter, window }).prompts).toEqual(['ines exposure: 4']);
	});

	test('that were corrected away are not answered', () => {
		const slip = long('2026-03-03', { id: 'slip' });
		const lines = [ines, slip, { at: '2026-03-03T16:00:00Z', type: 'void', id: 'slip' }, long('2026-03-04'), long('2026-03-05')];
		expect(simulated({ lines, policy: dayOver })).toEqual({ findings: ['ines day-over: 3'], prompts: ['ines exposure: 2'] });
		// Nobody speaks with her because of it: the routine conversation of 27 March is due all the same.
		const policy = only({ 'day-over': { minutes: 360 }, 'routine-conversation': { days: 100 } });
		expect(simulated({ lines: lines.slice(0, 3), policy }).prompts).toEqual(['ines exposure: 1', 'ines routine: 1']);
	});

	test('are not those about an overdue appointment, which go to a welfare officer', () => {
		const due: Line = { at: '2026-03-02T09:00:00Z', type: 'appointment', id: 'a1', person: 'ines', kind: 'counselling', due: '2026-03-03' };
		const policy = only({ 'session-overdue': { graceDays: 7 } } as NonNullable<PolicyPatch['rules']>);
		expect(simulated({ lines: [ines, due], policy })).toEqual({ findings: ['ines session-overdue: 1'], prompts: [] });
	});
});
