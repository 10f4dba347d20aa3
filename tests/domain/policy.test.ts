import { describe, expect, it, test } from 'vitest';
import { checkCombined, combinePolicies, defaultPolicy, parsePolicyPatch } from '../../src/lib/domain/policy.ts';

describe('the default policy', () => {
	it('is the one of the specification', () => {
		expect(JSON.parse(JSON.stringify(defaultPolicy))).toEqual({
			breakLength: 10,
			rules: {
				'break-due': { on: true, minutes: 50 },
				'break-missed': { on: true, minutes: 90 },
				'day-action': { on: true, minutes: 240 },
				'day-limit': { on: true, minutes: 300 },
				'day-over': { on: true, minutes: 360 },
				'week-action': { on: true, minutes: 1400 },
				'week-limit': { on: true, minutes: 1500 },
				'fortnight-limit': { on: false, minutes: 3000 },
				'month-limit': { on: false, minutes: 6000 },
				'days-in-row': { on: true, days: 6 },
				'late-exposure': { on: false, after: '16:00' },
				ramp: { on: true, factor: 1.5, minutes: 600 },
				'violent-material': { on: true },
				'timer-forgotten': { on: true, minutes: 120 },
				'nothing-logged': { on: true, days: 3 },
				'contact-requested': { on: true },
				concern: { on: true },
				'session-overdue': { on: true, graceDays: 7 },
				'routine-conversation': { on: true, days: 28 }
			},
			newStarter: [
				{ days: 28, factor: 0.5 },
				{ days: 56, factor: 0.75 }
			],
			alerts: {
				quietDays: 7,
				acknowledgeMinutes: 480,
				offerMinutes: 960,
				responseMinutes: 2400,
				followUpDays: 28,
				contactSoonMinutes: 240,
				contactTodayAcknowledgeMinutes: 60,
				contactTodayOfferMinutes: 240
			},
			calendar: {
				zone: 'UTC',
				holidays: [],
				hours: {
					mon: [['09:00', '17:00']],
					tue: [['09:00', '17:00']],
					wed: [['09:00', '17:00']],
					thu: [['09:00', '17:00']],
					fri: [['09:00', '17:00']],
					sat: [],
					sun: []
				}
			}
		});
	});

	it('passes its own check', () => {
		expect(parsePolicyPatch(JSON.parse(JSON.stringify(defaultPolicy))).ok).toBe(true);
		expect(checkCombined(defaultPolicy)).toBeNull();
	});
});

describe('combining', () => {
	it('lays the later over the earlier at any depth, and replaces lists whole', () => {
		const combined = combinePolicies(
			{ rules: { 'day-limit': { minutes: 200 }, ramp: { factor: 2 } }, newStarter: [{ days: 7, factor: 0.2 }] },
			{ rules: { 'day-limit': { on: false } }, calendar: { hours: { mon: [] } } }
		);
		expect(combined.rules['day-limit']).toEqual({ on: false, minutes: 200 });
		expect(combined.rules.ramp).toEqual({ on: true, factor: 2, minutes: 600 });
		expect(combined.newStarter).toEqual([{ days: 7, factor: 0.2 }]);
		expect(combined.calendar.hours.mon).toEqual([]);
		expect(combined.calendar.hours.tue).toEqual([['09:00', '17:00']]);
		expect(defaultPolicy.rules['day-limit']).toEqual({ on: true, minutes: 300 });
	});

	it('needs one period a week', () => {
		const closed = { mon: [], tue: [], wed: [], thu: [], fri: [] };
		expect(checkCombined(combinePolicies({ calendar: { hours: closed } }))).toMatchObject({ path: 'calendar.hours' });
		expect(checkCombined(combinePolicies({ calendar: { hours: { ...closed, sun: [['00:00', '24:00']] } } }))).toBeNull();
	});
});

describe('a policy as written', () => {
	const hours = (mon: unknown) => ({ calendar: { hours: { mon } } });

	test.each<[unknown]>([
		[{}],
		[{ rules: {} }],
		[{ breakLength: 1, alerts: { quietDays: 0, acknowledgeMinutes: 40320, followUpDays: 366 } }],
		[{ newStarter: [] }],
		[
			{
				newStarter: [
					{ days: 0, factor: 0.01 },
					{ days: 366, factor: 10 }
				]
			}
		],
		[{ rules: { 'routine-conversation': { days: 1 }, 'nothing-logged': { days: 0 }, 'session-overdue': { graceDays: 0 } } }],
		[hours([])],
		[{ calendar: { zone: 'Europe/London', holidays: ['2026-03-09', '2026-01-01'] } }],
		[{ rules: { 'late-exposure': { after: '23:59' }, ramp: { factor: 0.01 } } }],
		[
			hours([
				['00:00', '12:00'],
				['12:00', '24:00']
			])
		]
	])('%j is right', (json) => expect(parsePolicyPatch(json)).toEqual({ ok: true, patch: json }));

	test.each<[unknown, string]>([
		[null, ''],
		[[], ''],
		['default', ''],
		[{ brakeLength: 5 }, 'brakeLength'],
		[JSON.parse('{"__proto__": {"breakLength": 5}}'), '__proto__'],
		[{ breakLength: null }, 'breakLength'],
		[{ breakLength: 0 }, 'breakLength'],
		[{ breakLength: 40321 }, 'breakLength'],
		[{ breakLength: 1.5 }, 'breakLength'],
		[{ breakLength: '10' }, 'breakLength'],
		[{ rules: { 'day-limits': {} } }, 'rules.day-limits'],
		[{ rules: { 'concern-shared': { on: false } } }, 'rules.concern-shared'],
		[{ rules: { 'day-limit': { days: 3 } } }, 'rules.day-limit.days'],
		[{ rules: { 'day-limit': { on: 1 } } }, 'rules.day-limit.on'],
		[{ rules: { 'day-limit': null } }, 'rules.day-limit'],
		[{ rules: { 'days-in-row': { days: 367 } } }, 'rules.days-in-row.days'],
		[{ rules: { 'days-in-row': { days: -1 } } }, 'rules.days-in-row.days'],
		[{ rules: { 'routine-conversation': { days: 0 } } }, 'rules.routine-conversation.days'],
		[{ rules: { 'session-overdue': { graceDays: 367 } } }, 'rules.session-overdue.graceDays'],
		[{ rules: { ramp: { factor: 0.009 } } }, 'rules.ramp.factor'],
		[{ rules: { ramp: { factor: 10.1 } } }, 'rules.ramp.factor'],
		[{ rules: { 'late-exposure': { after: '24:00' } } }, 'rules.late-exposure.after'],
		[{ rules: { 'late-exposure': { after: '9:00' } } }, 'rules.late-exposure.after'],
		[{ rules: { 'late-exposure': { after: '16:00 ' } } }, 'rules.late-exposure.after'],
		[{ rules: { 'late-exposure': { after: ' 16:00' } } }, 'rules.late-exposure.after'],
		[{ rules: { 'late-exposure': { after: ['16:00'] } } }, 'rules.late-exposure.after'],
		[{ rules: { 'late-exposure': { after: 16 } } }, 'rules.late-exposure.after'],
		[{ rules: { ramp: { factor: '1.5' } } }, 'rules.ramp.factor'],
		[{ rules: { ramp: { factor: null } } }, 'rules.ramp.factor'],
		[{ newStarter: {} }, 'newStarter'],
		[{ newStarter: [{ days: 28 }] }, 'newStarter.0.factor'],
		[{ newStarter: [{ days: 28, factor: 1, on: true }] }, 'newStarter.0.on'],
		[
			{
				newStarter: [
					{ days: 28, factor: 0.5 },
					{ days: 28, factor: 0.7 }
				]
			},
			'newStarter.1'
		],
		[{ alerts: { quietDays: 367 } }, 'alerts.quietDays'],
		[{ alerts: { offerMinutes: 0 } }, 'alerts.offerMinutes'],
		[{ calendar: { zone: 'Nowhere' } }, 'calendar.zone'],
		[{ calendar: { zone: ['Europe/London'] } }, 'calendar.zone'],
		[{ calendar: { zone: 0 } }, 'calendar.zone'],
		[{ calendar: { holidays: ['2026-02-29'] } }, 'calendar.holidays.0'],
		[{ calendar: { holidays: ['2026-03-09', ['2026-03-10']] } }, 'calendar.holidays.1'],
		[{ calendar: { holidays: [20260309] } }, 'calendar.holidays.0'],
		[{ calendar: { holidays: '2026-03-09' } }, 'calendar.holidays'],
		[{ calendar: { hours: { monday: [] } } }, 'calendar.hours.monday'],
		[hours([['09:00']]), 'calendar.hours.mon.0'],
		[hours([['09:00', '12:00', '13:00']]), 'calendar.hours.mon.0'],
		[hours(['09']), 'calendar.hours.mon.0'],
		[hours([null]), 'calendar.hours.mon.0'],
		[hours([{ 0: '09:00', 1: '17:00', length: 2 }]), 'calendar.hours.mon.0'],
		[hours([['9:00', '17:00']]), 'calendar.hours.mon.0'],
		[hours([['09:00', '24:30']]), 'calendar.hours.mon.0'],
		[hours([['09:00', '17']]), 'calendar.hours.mon.0'],
		[hours([[null, '17:00']]), 'calendar.hours.mon.0'],
		[hours([['09:00', null]]), 'calendar.hours.mon.0'],
		[hours([['09:00', '09:00']]), 'calendar.hours.mon.0'],
		[hours([['24:00', '24:00']]), 'calendar.hours.mon.0'],
		[
			hours([
				['09:00', '12:00'],
				['11:59', '17:00']
			]),
			'calendar.hours.mon.1'
		],
		[
			hours([
				['13:00', '17:00'],
				['09:00', '12:00']
			]),
			'calendar.hours.mon.1'
		],
		[
			hours([
				['09:00', '24:00'],
				['23:00', '24:00']
			]),
			'calendar.hours.mon.1'
		]
	])('%j is wrong at %s', (json, path) => expect(parsePolicyPatch(json)).toMatchObject({ ok: false, path }));
});
