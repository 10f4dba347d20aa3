import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { clockOf, dueAt, highestLevel, stepsAllowed, type AlertState, type Step } from '../../src/lib/domain/alert.ts';
import { advance, applyFact } from '../../src/lib/domain/engine.ts';
import { reasons, type Reason } from '../../src/lib/domain/facts.ts';
import { InvalidFact } from '../../src/lib/domain/invalid-fact.ts';
import { newPersonState, type PersonState } from '../../src/lib/domain/person-state.ts';
import { combinePolicies, defaultPolicy } from '../../src/lib/domain/policy.ts';
import { replay } from '../../src/lib/domain/replay.ts';
import { at, fact, person, said, told, total, type Line } from './story.ts';

const states: AlertState[] = ['raised', 'acknowledged', 'offered', 'accepted', 'declined', 'unanswered', 'followed-up'];
const steps: Step[] = ['acknowledge', 'offer', 'response', 'follow-up', 'close', 'withdraw'];
const start = at('2026-03-02T09:00Z');
// Without routine prompts, which would come in between.
const policy = combinePolicies({ rules: { 'routine-conversation': { on: false } } });

/** Sol with an open alert in a state, entered on Monday at nine. */
function sol(reason: Reason, state: AlertState, level = 0): PersonState {
	const someone = newPersonState({ id: 'sol', zone: 'UTC', startDate: '2020-01-01' }, start);
	const alert = { reason, state, level, raisedAt: start, enteredAt: start, clock: null, today: false, evidence: [] };
	someone.alerts[reason] = { ...alert, clock: clockOf(alert, policy.alerts, start) };
	return someone;
}
const stepFact = (step: Step, reason: Reason, answer = 'accepted'): Line => ({
	at: '2026-03-02T09:10:00Z',
	type: step,
	person: 'sol',
	reason,
	...(step === 'response' ? { answer } : {})
});

describe('a step', () => {
	const allowed: Record<Step, AlertState[]> = {
		acknowledge: ['raised'],
		offer: ['raised', 'acknowledged', 'unanswered', 'declined'],
		response: ['offered', 'unanswered'],
		'follow-up': ['accepted'],
		close: ['accepted', 'declined', 'unanswered', 'followed-up'],
		withdraw: states
	};
	const leads: Partial<Record<Step, AlertState>> = {
		acknowledge: 'acknowledged',
		offer: 'offered',
		response: 'accepted',
		'follow-up': 'followed-up'
	};
	const all = reasons.flatMap((reason) => states.flatMap((state) => steps.map((step) => [reason, state, step] as const)));

	test.each(all)('%s alert, %s: %s', (reason, state, step) => {
		const someone = sol(reason, state);
		const may = allowed[step].includes(state) && (step !== 'withdraw' || reason === 'contact' || reason === 'concern');
		expect(stepsAllowed({ reason, state }).includes(step)).toBe(may);
		const before = structuredClone(someone);
		const apply = () => applyFact(someone, policy, fact(stepFact(step, reason))).map(said);
		if (!may) {
			expect(apply).toThrow(InvalidFact);
			expect(someone).toEqual(before);
			return;
		}
		const closes = step === 'close' || step === 'withdraw';
		expect(apply()).toEqual(closes ? [`2026-03-02T09:10Z ${reason} closed 0`] : []);
		expect(someone.alerts[reason]?.state).toBe(closes ? undefined : leads[step]);
	});

	test.each([['declined'], ['not-now']])('response %s leads to declined, where no clock runs', (answer) => {
		const someone = sol('contact', 'offered');
		applyFact(someone, policy, fact(stepFact('response', 'contact', answer)));
		expect(someone.alerts.contact).toMatchObject({ state: 'declined', clock: null });
		expect(advance(someone, policy, at('2027-03-02T00:00Z'))).toEqual([]);
	});

	test.each(reasons)('is refused where no %s alert is open', (reason) => {
		const someone = newPersonState({ id: 'sol', zone: 'UTC', startDate: '2020-01-01' }, start);
		expect(() => applyFact(someone, policy, fact(stepFact('offer', reason)))).toThrow(`No ${reason} alert is open`);
	});
});

describe('a conversation', () => {
	const talk = (...named: Reason[]): Line => ({ at: '2026-03-02T09:10:00Z', type: 'conversation', person: 'sol', reasons: named });

	test.each(reasons.flatMap((reason) => states.map((state) => [reason, state] as const)))('that names a %s alert, %s', (reason, state) => {
		const someone = sol(reason, state);
		const out = applyFact(someone, policy, fact(talk(reason))).map(said);
		if (reason === 'routine') {
			expect(out).toEqual(['2026-03-02T09:10Z routine closed 0']);
			expect(someone.alerts).toEqual({});
			return;
		}
		expect(out).toEqual([]);
		const moves = ['raised', 'acknowledged', 'offered', 'unanswered'].includes(state);
		expect(someone.alerts[reason]?.state).toBe(moves ? 'accepted' : state);
		expect(someone.alerts[reason]?.enteredAt).toBe(moves ? at('2026-03-02T09:10Z') : start);
	});

	it('leaves alone what it does not name, and ignores what is not open', () => {
		const someone = sol('exposure', 'raised');
		expect(applyFact(someone, policy, fact(talk('concern')))).toEqual([]);
		expect(applyFact(someone, policy, fact({ ...talk(), at: '2026-03-02T09:11:00Z' }))).toEqual([]);
		expect(someone.alerts.exposure?.state).toBe('raised');
	});
});

describe('the clock', () => {
	/** What happens by itself to Sol's alert in a fortnight or so. */
	const alone = (reason: Reason, state: AlertState, level = 0, until = '2026-04-30T00:00Z') =>
		advance(sol(reason, state, level), policy, at(until)).map(said);

	test.each<[Reason, AlertState, number, string[]]>([
		['exposure', 'raised', 0, ['2026-03-02T17:00Z exposure escalated 1']],
		['exposure', 'acknowledged', 0, ['2026-03-03T17:00Z exposure escalated 1']],
		['exposure', 'offered', 0, ['2026-03-06T17:00Z exposure unanswered 0', '2026-03-10T17:00Z exposure escalated 1']],
		['exposure', 'offered', 1, ['2026-03-06T17:00Z exposure unanswered 1']],
		['exposure', 'accepted', 0, ['2026-03-30T09:00Z exposure escalated 1']],
		['exposure', 'declined', 0, []],
		['exposure', 'followed-up', 0, []],
		['exposure', 'raised', 1, []],
		['routine', 'raised', 0, ['2026-03-02T17:00Z routine escalated 1']],
		['session', 'raised', 0, ['2026-03-02T17:00Z session escalated 1', '2026-03-03T17:00Z session escalated 2']],
		['concern', 'unanswered', 1, ['2026-03-03T17:00Z concern escalated 2']],
		['contact', 'raised', 0, ['2026-03-02T13:00Z contact escalated 1', '2026-03-02T17:00Z contact escalated 2']],
		['contact', 'acknowledged', 1, ['2026-03-02T13:00Z contact escalated 2']],
		[
			'contact',
			'offered',
			0,
			['2026-03-06T17:00Z contact unanswered 0', '2026-03-09T13:00Z contact escalated 1', '2026-03-09T17:00Z contact escalated 2']
		]
	])('%s %s at level %d', (reason, state, level, expected) => expect(alone(reason, state, level)).toEqual(expected));

	it('says when it runs out, and that nothing will where it stands at its highest level', () => {
		const due = (reason: Reason, state: AlertState, level = 0) => {
			const alert = sol(reason, state, level).alerts[reason];
			return alert === undefined ? undefined : dueAt(alert, policy.calendar, []);
		};
		expect(due('exposure', 'raised')).toBe(at('2026-03-02T17:00Z'));
		expect(due('exposure', 'raised', 1)).toBeNull();
		expect(due('exposure', 'offered', 1)).toBe(at('2026-03-06T17:00Z'));
		expect(due('concern', 'declined')).toBeNull();
	});

	it('stands still while Sol is away, but not for a request for contact', () => {
		const away = fact({ at: '2026-03-02T10:00:00Z', type: 'absence', person: 'sol', from: '2026-03-02', to: '2026-03-04' });
		for (const [reason, expected] of [
			['exposure', '2026-03-05T17:00Z'],
			['contact', '2026-03-02T13:00Z']
		] as const) {
			const someone = sol(reason, 'raised');
			applyFact(someone, policy, away);
			expect(advance(someone, policy, at(expected)).map(said)).toEqual([`${expected} ${reason} escalated 1`]);
		}
	});

	it('keeps its length when the policy changes, but follows the calendar, at the latest at the fact', () => {
		const someone = sol('exposure', 'raised');
		const shorter = combinePolicies({ rules: policy.rules, alerts: { acknowledgeMinutes: 1 } });
		const change = (when: string) => fact({ at: when, type: 'policy', policy: {} });
		expect(applyFact(someone, shorter, change('2026-03-02T10:00:00Z'))).toEqual([]);
		const longDays = combinePolicies({ rules: policy.rules, calendar: { hours: { mon: [['00:00', '24:00']] } } });
		expect(applyFact(someone, longDays, change('2026-03-02T16:59:59Z'))).toEqual([]);
		// Since nine it is eight hours only at 17:00; with Monday open from midnight nothing changes before nine.
		expect(advance(someone, longDays, at('2026-03-02T17:00Z')).map(said)).toEqual(['2026-03-02T17:00Z exposure escalated 1']);

		const other = sol('concern', 'raised');
		const noHoliday = combinePolicies({ rules: policy.rules });
		const holiday = combinePolicies({ rules: policy.rules, calendar: { holidays: ['2026-03-02'] } });
		applyFact(other, holiday, change('2026-03-02T10:00:00Z'));
		expect(advance(other, holiday, at('2026-03-03T12:00Z'))).toEqual([]);
		expect(applyFact(other, noHoliday, change('2026-03-03T12:00:00Z')).map(said)).toEqual(['2026-03-03T12:00Z concern escalated 1']);
		expect(advance(other, noHoliday, at('2026-03-04T12:00Z')).map(said)).toEqual(['2026-03-04T12:00Z concern escalated 2']);
	});

	it('of no length runs out at once, up to the highest level', () => {
		const eager = combinePolicies({ rules: policy.rules, alerts: { followUpDays: 0 } });
		const someone = sol('concern', 'raised');
		const talk = fact({ at: '2026-03-02T09:10:00Z', type: 'conversation', person: 'sol', reasons: ['concern'] });
		expect(applyFact(someone, eager, talk).map(said)).toEqual([
			'2026-03-02T09:10Z concern escalated 1',
			'2026-03-02T09:10Z concern escalated 2'
		]);
	});

	it('never escalates above the highest level, whatever happens', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...reasons),
				fc.constantFrom(...states),
				fc.array(fc.tuple(fc.constantFrom(...steps), fc.nat(20_000)), { maxLength: 12 }),
				(reason, state, moves) => {
					const someone = sol(reason, state);
					let now = start;
					for (const [step, minutes] of moves) {
						now += minutes * 60_000;
						const out = advance(someone, policy, now);
						expect(Math.max(0, ...out.map((each) => (each.kind === 'alert' ? each.level : 0)))).toBeLessThanOrEqual(highestLevel(reason));
						const alert = someone.alerts[reason];
						if (alert !== undefined && stepsAllowed(alert).includes(step)) {
							applyFact(someone, policy, fact({ ...stepFact(step, reason), at: new Date(now).toISOString() }));
						}
					}
				}
			)
		);
	});
});

const quiet = { rules: { 'routine-conversation': { on: false } } };
const alerts = (lines: Line[], until?: string, more = {}) =>
	told(lines, { ...quiet, ...more }, until).filter((line) =>
		/raised|evidence|renewed|quieted|corrected|closed|unanswered|escalated/.test(line)
	);
const mara = person('mara', { zone: 'UTC' });
const step = (when: string, type: string, reason: string, more = {}): Line => ({ at: when, type, person: 'mara', reason, ...more });

describe('findings and the open alert', () => {
	it('adds evidence to an open exposure alert', () => {
		const lines = [
			mara,
			total('mara', '2026-03-02', 400, '2026-03-02T18:00:00Z'),
			total('mara', '2026-03-03', 400, '2026-03-03T08:00:00Z')
		];
		expect(alerts(lines)).toEqual(['2026-03-02T18:00Z exposure raised 0', '2026-03-03T08:00Z exposure evidence 0']);
	});

	it('renews a request for contact, level kept, and once today is always today', () => {
		const ask = (when: string, how: string): Line => ({ at: when, type: 'contact-request', person: 'mara', when: how });
		const lines = [
			mara,
			ask('2026-03-02T09:00:00Z', 'today'),
			step('2026-03-02T10:30:00Z', 'acknowledge', 'contact'),
			ask('2026-03-02T11:00:00Z', 'soon')
		];
		expect(alerts(lines, '2026-03-02T12:00:00Z')).toEqual([
			'2026-03-02T09:00Z contact raised 0',
			'2026-03-02T10:00Z contact escalated 1',
			'2026-03-02T11:00Z contact renewed 1',
			'2026-03-02T12:00Z contact escalated 2'
		]);
	});

	it('gives four hours of clock time for the offer to somebody who asked for today', () => {
		const lines = [
			mara,
			{ at: '2026-03-06T20:00:00Z', type: 'contact-request', person: 'mara', when: 'today' },
			step('2026-03-06T20:30:00Z', 'acknowledge', 'contact')
		];
		expect(alerts(lines, '2026-03-07T00:30:00Z')).toEqual(['2026-03-06T20:00Z contact raised 0', '2026-03-07T00:30Z contact escalated 1']);
	});

	it('renews a shared concern, and keeps a private one private', () => {
		const phq4 = (when: string): Line => ({ at: when, type: 'check-in', person: 'mara', instrument: 'phq4', answers: [3, 0, 0, 0] });
		const lines = [
			mara,
			phq4('2026-03-02T09:00:00Z'),
			{ at: '2026-03-02T09:01:00Z', type: 'share-concern', person: 'mara' },
			{ at: '2026-03-02T09:02:00Z', type: 'sharing', person: 'mara', prompt: true },
			step('2026-03-02T09:03:00Z', 'offer', 'concern'),
			phq4('2026-03-02T09:04:00Z'),
			step('2026-03-02T09:05:00Z', 'withdraw', 'concern')
		];
		expect(told(lines, quiet)).toEqual([
			'2026-03-02T09:00Z concern 2026-03-02T09:00:00.000Z phq4-anxiety private',
			'2026-03-02T09:01Z concern-shared 2026-03-02T09:01:00.000Z',
			'2026-03-02T09:01Z concern raised 0',
			'2026-03-02T09:04Z concern 2026-03-02T09:04:00.000Z phq4-anxiety shared',
			'2026-03-02T09:04Z concern renewed 0',
			'2026-03-02T09:05Z concern closed 0'
		]);
	});

	it('is quiet for seven times 24 hours after an exposure alert was closed', () => {
		const story = (when: string) => [
			mara,
			total('mara', '2026-03-02', 400, '2026-03-02T18:00:00Z'),
			step('2026-03-02T18:01:00Z', 'offer', 'exposure'),
			step('2026-03-02T18:02:00Z', 'response', 'exposure', { answer: 'declined' }),
			step('2026-03-02T18:03:00Z', 'close', 'exposure'),
			total('mara', '2026-03-09', 400, when)
		];
		expect(alerts(story('2026-03-09T18:02:59.999Z')).at(-1)).toBe('2026-03-09T18:02:59.999Z exposure quieted 0');
		expect(alerts(story('2026-03-09T18:03:00Z')).at(-1)).toBe('2026-03-09T18:03Z exposure raised 0');
	});
});

describe('a correction', () => {
	const first = { ...total('mara', '2026-03-02', 400, '2026-03-02T18:00:00Z'), id: 'first' };
	const second = { ...total('mara', '2026-03-03', 400, '2026-03-03T08:00:00Z'), id: 'second' };
	const gone = (id: string, when: string): Line => ({ at: when, type: 'void', id });

	it('closes the alert when none of its findings holds any more, without a quiet time, and they may fire again', () => {
		const again = total('mara', '2026-03-02', 370, '2026-03-02T20:00:00Z');
		expect(
			told([mara, first, gone('first', '2026-03-02T19:00:00Z'), again], quiet).filter((line) => /day-over|exposure/.test(line))
		).toEqual([
			'2026-03-02T18:00Z day-over 2026-03-02 400',
			'2026-03-02T18:00Z exposure raised 0',
			'2026-03-02T19:00Z exposure corrected 0',
			'2026-03-02T20:00Z day-over 2026-03-02 370',
			'2026-03-02T20:00Z exposure raised 0'
		]);
	});

	it('waits for the last piece of evidence', () => {
		const lines = [mara, first, second, gone('first', '2026-03-03T09:00:00Z')];
		expect(alerts(lines)).not.toContain('2026-03-03T09:00Z exposure corrected 0');
		expect(alerts([...lines, gone('second', '2026-03-03T10:00:00Z')]).at(-1)).toBe('2026-03-03T10:00Z exposure corrected 0');
	});

	it('still happens once acknowledged, keeps the level, and never after an offer', () => {
		const acknowledged = [mara, first, step('2026-03-03T18:00:00Z', 'acknowledge', 'exposure'), gone('first', '2026-03-03T18:01:00Z')];
		expect(alerts(acknowledged).at(-1)).toBe('2026-03-03T18:01Z exposure corrected 1');
		const offered = [mara, first, step('2026-03-02T18:30:00Z', 'offer', 'exposure'), gone('first', '2026-03-02T19:00:00Z')];
		expect(alerts(offered)).toEqual(['2026-03-02T18:00Z exposure raised 0']);
	});

	it('asks for the policy, the factors and the zone now in force', () => {
		const small = { ...total('mara', '2026-03-02', 1, '2026-03-02T18:20:00Z'), id: 'small' };
		const off = { at: '2026-03-02T18:10:00Z', type: 'policy', policy: { rules: { ...quiet.rules, 'day-over': { on: false } } } };
		expect(alerts([mara, first, off, small, gone('small', '2026-03-02T18:30:00Z')]).at(-1)).toBe('2026-03-02T18:30Z exposure corrected 0');
		const more = { at: '2026-03-02T18:10:00Z', type: 'policy', policy: { rules: { ...quiet.rules, 'day-over': { minutes: 400 } } } };
		expect(alerts([mara, first, more, small, gone('small', '2026-03-02T18:30:00Z')]).at(-1)).toBe('2026-03-02T18:30Z exposure corrected 0');
	});

	it('asks about every date so far of an ISO week', () => {
		const day = (date: string, minutes: number, id: string) => ({ ...total('mara', date, minutes, `${date}T20:00:00Z`), id });
		const lines = [
			mara,
			day('2026-03-02', 340, 'a'),
			day('2026-03-03', 340, 'b'),
			day('2026-03-04', 340, 'c'),
			day('2026-03-05', 340, 'd'),
			day('2026-03-06', 340, 'e'),
			day('2026-03-08', 30, 'f')
		];
		expect(alerts(lines)).toEqual(['2026-03-06T20:00Z exposure raised 0']);
		// On the 9th the seven days no longer hold 1500 minutes, but on the 6th and the 8th they did.
		expect(alerts([...lines, gone('f', '2026-03-09T12:00:00Z')])).not.toContain('2026-03-09T12:00Z exposure corrected 0');
		expect(alerts([...lines, gone('a', '2026-03-09T12:00:00Z')]).at(-1)).toBe('2026-03-09T12:00Z exposure corrected 0');
	});
});

it('uses the defaults of the policy for its clocks', () => {
	const alert = { reason: 'contact' as const, state: 'offered' as const, today: true };
	expect(clockOf(alert, defaultPolicy.alerts, 5)).toEqual({ kind: 'working', minutes: 2400, startedAt: 5 });
});

describe('what an event names', () => {
	/** Every output in full, of a stream about Mara. */
	const outputs = (lines: Line[], until?: string) => [...replay(lines.map(fact), quiet, until === undefined ? undefined : at(until))];
	const events = (lines: Line[]) => outputs(lines).filter(({ kind }) => kind === 'alert');
	const first = { ...total('mara', '2026-03-02', 400, '2026-03-02T18:00:00Z'), id: 'first' };
	const cause = (date: string) => ({ rule: 'day-over', period: date });

	it('is the finding that raised it or is evidence, and all of them where it is corrected', () => {
		const second = { ...total('mara', '2026-03-03', 400, '2026-03-03T08:00:00Z'), id: 'second' };
		const gone = (id: string): Line => ({ at: '2026-03-03T09:00:00Z', type: 'void', id });
		expect(events([mara, first, second, gone('first'), gone('second')])).toEqual([
			{
				kind: 'alert',
				at: at('2026-03-02T18:00Z'),
				person: 'mara',
				reason: 'exposure',
				event: 'raised',
				level: 0,
				causes: [cause('2026-03-02')]
			},
			{
				kind: 'alert',
				at: at('2026-03-03T08:00Z'),
				person: 'mara',
				reason: 'exposure',
				event: 'evidence',
				level: 0,
				causes: [cause('2026-03-03')]
			},
			{
				kind: 'alert',
				at: at('2026-03-03T09:00Z'),
				person: 'mara',
				reason: 'exposure',
				event: 'corrected',
				level: 0,
				causes: [cause('2026-03-02'), cause('2026-03-03')]
			}
		]);
	});

	it('is what renewed it or was quieted, and nothing for a step of time or of somebody', () => {
		const ask = (when: string): Line => ({ at: when, type: 'contact-request', person: 'mara', when: 'soon' });
		const lines = [mara, ask('2026-03-02T09:00:00Z'), ask('2026-03-02T10:00:00Z'), step('2026-03-02T18:00:00Z', 'withdraw', 'contact')];
		expect(events(lines).map((each) => ('causes' in each ? each.causes?.map(({ period }) => period) : undefined))).toEqual([
			['2026-03-02T09:00:00.000Z'],
			['2026-03-02T10:00:00.000Z'],
			undefined,
			undefined
		]);
		const closed = [
			step('2026-03-02T18:01:00Z', 'offer', 'exposure'),
			step('2026-03-02T18:02:00Z', 'response', 'exposure', { answer: 'declined' }),
			step('2026-03-02T18:03:00Z', 'close', 'exposure')
		];
		expect(events([mara, first, ...closed, total('mara', '2026-03-04', 400, '2026-03-04T18:00:00Z')]).at(-1)).toMatchObject({
			event: 'quieted',
			causes: [cause('2026-03-04')]
		});
	});

	it('a finding names who learns of it', () => {
		const check = { at: '2026-03-02T19:00:00Z', type: 'check-in', person: 'mara', instrument: 'phq4', answers: [3, 3, 0, 0] };
		const shared = [{ at: '2026-03-02T18:30:00Z', type: 'sharing', person: 'mara', prompt: true }, check];
		const audiences = (lines: Line[]) =>
			outputs(lines).flatMap((each) => (each.kind === 'finding' ? [`${each.rule} ${each.audience}`] : []));
		expect(audiences([mara, first, check])).toEqual(['day-action notice', 'day-limit review', 'day-over alert', 'concern private']);
		expect(audiences([mara, first, ...shared]).at(-1)).toBe('concern alert');
	});
});

describe('evidence', () => {
	it('leaves the state and its clock as they are', () => {
		const lines = [
			mara,
			total('mara', '2026-03-02', 400, '2026-03-02T09:00:00Z'),
			step('2026-03-02T10:00:00Z', 'acknowledge', 'exposure'),
			total('mara', '2026-03-03', 400, '2026-03-03T09:00:00Z')
		];
		// 16 working hours after ten o'clock on Monday.
		expect(alerts(lines, '2026-03-04T10:00:00Z')).toEqual([
			'2026-03-02T09:00Z exposure raised 0',
			'2026-03-03T09:00Z exposure evidence 0',
			'2026-03-04T10:00Z exposure escalated 1'
		]);
	});

	it('is kept with the alert, which was asked for today only by a request', () => {
		const someone = newPersonState({ id: 'mara', zone: 'UTC', startDate: '2020-01-01' }, start);
		applyFact(someone, policy, fact(total('mara', '2026-03-02', 400, '2026-03-02T18:00:00Z')));
		expect(someone.alerts.exposure).toMatchObject({
			today: false,
			state: 'raised',
			evidence: [{ rule: 'day-over', period: '2026-03-02' }]
		});
		applyFact(someone, policy, fact({ at: '2026-03-02T18:01:00Z', type: 'contact-request', person: 'mara', when: 'soon' }));
		expect(someone.alerts.contact?.today).toBe(false);
		applyFact(someone, policy, fact({ at: '2026-03-02T18:02:00Z', type: 'contact-request', person: 'mara', when: 'today' }));
		expect(someone.alerts.contact).toMatchObject({ today: true, evidence: [{ rule: 'contact-requested' }, { rule: 'contact-requested' }] });
	});
});

describe('closing', () => {
	const asked = { at: '2026-03-02T18:01:00Z', type: 'contact-request', person: 'mara', when: 'soon' };

	it('a request for contact starts no quiet time for exposure', () => {
		const lines = [
			mara,
			asked,
			step('2026-03-02T18:02:00Z', 'withdraw', 'contact'),
			total('mara', '2026-03-02', 400, '2026-03-02T19:00:00Z')
		];
		expect(alerts(lines).at(-1)).toBe('2026-03-02T19:00Z exposure raised 0');
	});

	it('a routine alert by its steps moves the anchor of the next, closing another does not', () => {
		// 'mara' is 417 bytes: 14 + 417 mod 28 = 39 days after 2 March.
		const steps = (reason: string, day: string) => [
			step(`${day}T12:00:00Z`, 'offer', reason),
			step(`${day}T13:00:00Z`, 'response', reason, { answer: 'accepted' }),
			step(`${day}T14:00:00Z`, 'close', reason)
		];
		const routine = (lines: Line[]) =>
			told([mara, ...lines], {}, '2026-06-30T00:00:00Z').filter((line) => line.includes('routine-conversation'));
		expect(routine(steps('routine', '2026-04-13'))).toEqual([
			'2026-04-10T00:00Z routine-conversation 2026-03-02 39',
			'2026-05-11T00:00Z routine-conversation 2026-04-13 28'
		]);
		expect(routine([asked, ...steps('contact', '2026-03-20')])).toEqual(['2026-04-10T00:00Z routine-conversation 2026-03-02 39']);
	});
});

it('a void of an older entry can make the weeks before so light that this one stands out', () => {
	const day = (date: string, minutes: number, id: string) => ({ ...total('mara', date, minutes, `${date}T20:00:00Z`), id });
	const blocks = [day('2026-03-03', 400, 'a'), day('2026-03-10', 400, 'b'), day('2026-03-16', 10, 'c'), day('2026-03-17', 700, 'd')];
	const lines = [mara, ...blocks, day('2026-03-24', 700, 'e'), { at: '2026-03-24T21:00:00Z', type: 'void', id: 'd' }];
	expect(told(lines, quiet).filter((line) => line.includes('ramp'))).toEqual(['2026-03-24T21:00Z ramp 2026-W13 700']);
});
