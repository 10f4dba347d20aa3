import { describe, expect, it } from 'vitest';
import {
	defaultDelivery,
	nextClock,
	pauseAfter,
	sendableAt,
	triedForMs,
	undisturbed,
	type DeliveryChoice,
	type Pace
} from '#lib/domain/delivery.ts';
import type { Reason } from '#lib/domain/facts.ts';

const at = (text: string) => Date.parse(text);
const london = 'Europe/London';
const nights = { from: '20:00', to: '07:30' };
const noon = { from: '12:00', to: '13:00' };

describe('when a message may be sent', () => {
	it.each<[string, { reason: Reason; at: string; onCall?: boolean; pace?: Exclude<Pace, 'off'> }, Partial<DeliveryChoice>, string]>([
		['contact at once', { reason: 'contact', at: '2026-11-23T10:00Z' }, {}, '2026-11-23T10:00Z'],
		['a concern at once', { reason: 'concern', at: '2026-11-23T10:00Z' }, {}, '2026-11-23T10:00Z'],
		['routine with the next digest', { reason: 'routine', at: '2026-11-23T10:00Z' }, {}, '2026-11-24T09:00Z'],
		['a digest that is just due takes it along', { reason: 'routine', at: '2026-11-23T09:00Z' }, {}, '2026-11-23T09:00Z'],
		['routine at once for who wants it', { reason: 'routine', at: '2026-11-23T10:00Z', pace: 'at-once' }, {}, '2026-11-23T10:00Z'],
		['exposure a quarter of an hour later', { reason: 'exposure', at: '2026-11-23T10:00Z', pace: 'at-once' }, {}, '2026-11-23T10:15Z'],
		[
			'at once does not depend on what else is chosen',
			{ reason: 'routine', at: '2026-11-23T10:00Z', pace: 'at-once' },
			{ email: 'off', chat: 'digest' },
			'2026-11-23T10:00Z'
		],
		[
			'nor does once a day',
			{ reason: 'routine', at: '2026-11-23T10:00Z', pace: 'digest' },
			{ email: 'at-once', chat: 'at-once' },
			'2026-11-24T09:00Z'
		],
		[
			'at once, but not in quiet hours',
			{ reason: 'routine', at: '2026-11-23T22:00Z', pace: 'at-once' },
			{ quiet: nights },
			'2026-11-24T07:30Z'
		],
		['exposure just before the digest waits for the next one', { reason: 'exposure', at: '2026-11-23T08:46Z' }, {}, '2026-11-24T09:00Z'],
		['exposure a quarter of an hour before it goes with it', { reason: 'exposure', at: '2026-11-23T08:45Z' }, {}, '2026-11-23T09:00Z'],
		['a concern at night waits for the morning', { reason: 'concern', at: '2026-11-23T22:00Z' }, { quiet: nights }, '2026-11-24T07:30Z'],
		['after midnight too', { reason: 'concern', at: '2026-11-24T03:00Z' }, { quiet: nights }, '2026-11-24T07:30Z'],
		['the last quiet minute', { reason: 'concern', at: '2026-11-24T07:29:59Z' }, { quiet: nights }, '2026-11-24T07:30Z'],
		['the end of the quiet hours is not quiet', { reason: 'concern', at: '2026-11-24T07:30Z' }, { quiet: nights }, '2026-11-24T07:30Z'],
		['nor is the minute that begins with it', { reason: 'concern', at: '2026-11-24T07:30:30Z' }, { quiet: nights }, '2026-11-24T07:30:30Z'],
		['by day at once', { reason: 'concern', at: '2026-11-23T12:00Z' }, { quiet: nights }, '2026-11-23T12:00Z'],
		['in summer by the clocks there', { reason: 'concern', at: '2026-07-01T19:30Z' }, { quiet: nights }, '2026-07-02T06:30Z'],
		['their beginning is', { reason: 'concern', at: '2026-11-23T20:00Z' }, { quiet: nights }, '2026-11-24T07:30Z'],
		['contact waits too', { reason: 'contact', at: '2026-11-23T22:00Z' }, { quiet: nights }, '2026-11-24T07:30Z'],
		['but not for who is on call', { reason: 'contact', at: '2026-11-23T22:00Z', onCall: true }, { quiet: nights }, '2026-11-23T22:00Z'],
		[
			'on call or not, a concern waits',
			{ reason: 'concern', at: '2026-11-23T22:00Z', onCall: true },
			{ quiet: nights },
			'2026-11-24T07:30Z'
		],
		['before noon', { reason: 'concern', at: '2026-11-23T11:59:59Z' }, { quiet: noon }, '2026-11-23T11:59:59Z'],
		['quiet from noon on', { reason: 'concern', at: '2026-11-23T12:00Z' }, { quiet: noon }, '2026-11-23T13:00Z'],
		['after it', { reason: 'concern', at: '2026-11-23T13:00:30Z' }, { quiet: noon }, '2026-11-23T13:00:30Z'],
		['quiet at noon', { reason: 'concern', at: '2026-11-23T12:10Z' }, { quiet: noon }, '2026-11-23T13:00Z'],
		[
			'quiet from and to the same time is no quiet',
			{ reason: 'concern', at: '2026-11-23T12:30Z' },
			{ quiet: { from: '12:00', to: '12:00' } },
			'2026-11-23T12:30Z'
		],
		[
			'a digest inside quiet hours waits for their end',
			{ reason: 'routine', at: '2026-11-23T10:00Z' },
			{ digestAt: '06:00', quiet: nights },
			'2026-11-24T07:30Z'
		],
		['the clocks go forward over the digest', { reason: 'routine', at: '2026-03-28T12:00Z' }, { digestAt: '01:30' }, '2026-03-29T01:30Z'],
		['they go back: the first of the two', { reason: 'routine', at: '2026-10-24T12:00Z' }, { digestAt: '01:30' }, '2026-10-25T00:30Z'],
		['between the two, the next day', { reason: 'routine', at: '2026-10-25T00:45Z' }, { digestAt: '01:30' }, '2026-10-26T01:30Z']
	])('%s', (_, { reason, at: recorded, onCall = false, pace = 'digest' }, choice, expected) => {
		const instant = sendableAt({ reason, at: at(recorded), onCall }, pace, { ...defaultDelivery, ...choice }, london);
		expect(new Date(instant).toISOString()).toBe(new Date(expected).toISOString());
	});

	it.each(['Australia/Lord_Howe', 'Pacific/Apia', 'America/St_Johns', 'Asia/Kathmandu', 'Africa/Casablanca'])(
		'in %s the digest comes within 25 hours, and the zone’s clocks show it',
		(zone) => {
			const shown = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' });
			for (let hour = 0; hour < 24 * 400; hour += 7) {
				const from = at('2026-01-01T00:00Z') + hour * 3_600_000;
				const digest = nextClock(zone, '09:00', from);
				expect(digest - from).toBeGreaterThanOrEqual(0);
				expect(digest - from).toBeLessThanOrEqual(25 * 3_600_000);
				expect(shown.format(digest)).toBe('09:00');
			}
		}
	);
});

describe('the end of quiet hours where the clocks change', () => {
	const lordHowe = 'Australia/Lord_Howe';
	const santiago = 'America/Santiago';
	it.each<[string, string, { from: string; to: string }, string, string]>([
		// At 01:00Z it is 02:00, and 01:00 again.
		['back, before the first end', london, { from: '22:00', to: '01:30' }, '2026-10-25T00:10Z', '2026-10-25T00:30Z'],
		['back, from the evening before', london, { from: '22:00', to: '01:30' }, '2026-10-24T22:00Z', '2026-10-25T00:30Z'],
		['back, the first end', london, { from: '22:00', to: '01:30' }, '2026-10-25T00:30Z', '2026-10-25T00:30Z'],
		['back, between both', london, { from: '22:00', to: '01:30' }, '2026-10-25T00:59:30Z', '2026-10-25T00:59:30Z'],
		['back, quiet once more', london, { from: '22:00', to: '01:30' }, '2026-10-25T01:10Z', '2026-10-25T01:30Z'],
		['back, its last minute', london, { from: '22:00', to: '01:30' }, '2026-10-25T01:29:59Z', '2026-10-25T01:30Z'],
		['back, the second end', london, { from: '22:00', to: '01:30' }, '2026-10-25T01:30Z', '2026-10-25T01:30Z'],
		['back, quiet within the hour alone', london, { from: '01:05', to: '01:30' }, '2026-10-25T01:10Z', '2026-10-25T01:30Z'],
		['back, an hour more of the night', london, nights, '2026-10-24T22:00Z', '2026-10-25T07:30Z'],
		['back, an hour more after midnight', london, nights, '2026-10-25T00:10Z', '2026-10-25T07:30Z'],
		['back, the end after the hour', london, { from: '22:00', to: '02:15' }, '2026-10-25T00:10Z', '2026-10-25T02:15Z'],
		// At 01:00Z it is 02:00.
		['forward, an hour less of the night', london, nights, '2026-03-28T23:00Z', '2026-03-29T06:30Z'],
		['forward, an end that is not shown', london, { from: '22:00', to: '01:30' }, '2026-03-29T00:10Z', '2026-03-29T01:30Z'],
		['forward, after it', london, { from: '22:00', to: '01:30' }, '2026-03-29T01:10Z', '2026-03-29T01:10Z'],
		// Half an hour: at 15:00Z it is 02:00, and 01:30 again; and in October at 15:30Z it is 02:30.
		['back by half an hour, before', lordHowe, { from: '22:00', to: '01:45' }, '2026-04-04T14:10Z', '2026-04-04T14:45Z'],
		['back by half an hour, once more', lordHowe, { from: '22:00', to: '01:45' }, '2026-04-04T15:05Z', '2026-04-04T15:15Z'],
		['back by half an hour, the whole night', lordHowe, nights, '2026-04-04T11:00Z', '2026-04-04T21:00Z'],
		['forward by half an hour', lordHowe, nights, '2026-10-03T11:00Z', '2026-10-03T20:30Z'],
		// At 03:00Z it is midnight, and 23:00 again, of the day before.
		['back over midnight, before', santiago, { from: '22:00', to: '23:30' }, '2026-04-05T02:10Z', '2026-04-05T02:30Z'],
		['back over midnight, once more', santiago, { from: '22:00', to: '23:30' }, '2026-04-05T03:10Z', '2026-04-05T03:30Z'],
		['back over midnight, until the morning', santiago, nights, '2026-04-05T03:10Z', '2026-04-05T11:30Z']
	])('%s', (_, zone, quiet, from, end) => {
		const asked = { reason: 'concern', at: at(from), onCall: false } as const;
		expect(new Date(undisturbed(asked, { ...defaultDelivery, quiet }, zone)).toISOString()).toBe(new Date(end).toISOString());
	});
});

describe('the clocks of a zone', () => {
	it.each([
		['America/St_Johns', '23:00', '2026-07-01T22:30Z', '2026-07-02T01:30Z'],
		['America/St_Johns', '23:00', '2026-07-02T01:31Z', '2026-07-03T01:30Z'],
		['Asia/Kathmandu', '00:30', '2026-07-01T18:00Z', '2026-07-01T18:45Z']
	])('in %s next show %s after %s at %s', (zone, clock, from, next) => expect(nextClock(zone, clock, at(from))).toBe(at(next)));

	it('never show what is no time', () => {
		expect(() => nextClock(london, '9h', 0)).toThrow('no 9h in Europe/London');
	});
});

it('is once a day in the morning until somebody chooses', () => {
	expect(defaultDelivery).toEqual({ email: 'digest', chat: 'off', chatName: null, digestAt: '09:00', quiet: null });
});

it('tries a message for a day', () => expect(triedForMs).toBe(86_400_000));

describe('pauses', () => {
	it.each([
		[1, 60_000],
		[2, 120_000],
		[6, 1_920_000],
		[7, 3_600_000],
		[100, 3_600_000]
	])('after %i failures: anything below %i ms', (attempts, bound) => {
		expect(pauseAfter(attempts, 0)).toBe(0);
		expect(pauseAfter(attempts, 0.5)).toBe(bound / 2);
		expect(pauseAfter(attempts, 0.999999)).toBeLessThan(bound);
	});
});
