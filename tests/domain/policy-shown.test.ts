import { describe, expect, it, test } from 'vitest';
import type { PolicyPatch } from '#lib/domain/policy.ts';
import { policyChanges, shownPolicy, type PolicyLayers } from '#lib/domain/policy-shown.ts';
import { policyThemes } from '#lib/domain/policy-fields.ts';

const layers = (organisation: PolicyPatch = {}, team: PolicyPatch | null = null): PolicyLayers => ({ organisation, team });
const dayLimit = (minutes: number): PolicyPatch => ({ rules: { 'day-limit': { minutes } } });
const hours = (days: object) => layers({ calendar: { hours: days } });
const topics = (of: PolicyLayers) => shownPolicy(of).flatMap((theme) => theme.topics);

describe('a topic in a few words', () => {
	test.each<[string, PolicyLayers, string]>([
		['breakLength', layers(), '10 min'],
		['day-limit', layers(), 'over 5 h in a day'],
		['day-limit', layers(dayLimit(200)), 'over 3 h 20 in a day'],
		['day-limit', layers(dayLimit(200), dayLimit(100)), 'over 1 h 40 in a day'],
		['day-limit', layers({ rules: { 'day-limit': { on: false } } }), 'off'],
		['month-limit', layers(), 'off'],
		['ramp', layers(), 'over 1.5 times the mean of the three weeks before, and over 10 h in seven days'],
		['concern', layers(), 'on'],
		['concern', layers({ rules: { concern: { on: false } } }), 'off'],
		['offerMinutes', layers(), '16 h of working time'],
		['contactTodayOfferMinutes', layers(), '4 h'],
		['newStarter', layers(), '50 % until day 28, 75 % until day 56'],
		['hours', layers(), 'Mon–Fri: 09:00–17:00; Sat–Sun: not a working day'],
		[
			'hours',
			hours({ wed: [], sat: [['09:00', '12:00']] }),
			'Mon–Tue: 09:00–17:00; Wed: not a working day; Thu–Fri: 09:00–17:00; Sat: 09:00–12:00; Sun: not a working day'
		],
		['holidays', layers(), 'none']
	])('%s', (id, of, summary) => expect(topics(of).find((each) => each.id === id)?.summary).toBe(summary));

	it('says beside it what it is for, who learns of it and where its numbers come from', () => {
		const themes = policyThemes.map(({ topics: all, ...theme }) => ({
			...theme,
			topics: all.map(({ id, title, about, who, source }) => ({ id, title, about, who, source }))
		}));
		expect(shownPolicy(layers())).toMatchObject(themes);
	});
});

describe('a field of the policy', () => {
	const field = (path: string, of: PolicyLayers) =>
		topics(of)
			.flatMap(({ fields }) => fields)
			.find((each) => each.path === path);

	it('says what is in force, whose it is, and what would be without it', () => {
		expect(field('rules.day-limit.minutes', layers(dayLimit(200), dayLimit(100)))).toEqual({
			...{ path: 'rules.day-limit.minutes', kind: 'minutes', label: 'Exposure in a day, over', unit: 'minutes' },
			...{ now: '1 h 40', origin: 'team', standard: '5 h' },
			...{ without: '3 h 20', whose: 'the organisation’s', example: '200' }
		});
	});

	test.each<[string, PolicyLayers, object]>([
		['of a team without a number of its own', layers(dayLimit(200), {}), { now: '3 h 20', origin: 'organisation', without: '3 h 20' }],
		['of a team under the defaults', layers({}, {}), { now: '5 h', origin: 'default', whose: 'the organisation’s', without: '5 h' }],
		['of the organisation', layers(dayLimit(200)), { now: '3 h 20', origin: 'organisation', whose: 'the default', without: '5 h' }],
		['of the organisation, as it came', layers(), { now: '5 h', origin: 'default', whose: 'the default', example: '300' }]
	])('%s', (_whose, of, shown) => expect(field('rules.day-limit.minutes', of)).toMatchObject(shown));

	it('gives no list as an example of what to type', () => {
		expect(field('newStarter', layers())?.example).toBe('');
		expect(field('calendar.zone', layers())?.example).toBe('UTC');
	});
});

describe('what changes between two policies', () => {
	const limit = 'Over the day’s limit: exposure in a day, over';
	test.each<[string, PolicyLayers, PolicyLayers, [what: string, from: string, to: string][]]>([
		['nothing', layers(dayLimit(200), {}), layers(dayLimit(200), {}), []],
		['a number for the first time', layers(), layers(dayLimit(200)), [[limit, '5 h (the default)', '3 h 20']]],
		['back to the default', layers(dayLimit(200)), layers(), [[limit, '3 h 20', '5 h (the default)']]],
		['one number for another', layers(dayLimit(200)), layers(dayLimit(100)), [[limit, '3 h 20', '1 h 40']]],
		['a team goes its own way', layers(dayLimit(200), {}), layers(dayLimit(200), dayLimit(100)), [[limit, '3 h 20', '1 h 40']]],
		[
			'a team gives up its own number, which is the organisation’s',
			layers(dayLimit(200), dayLimit(200)),
			layers(dayLimit(200), {}),
			[[limit, '3 h 20 (the team’s own)', '3 h 20 (the organisation’s)']]
		],
		['the default is held fast', layers(), layers(dayLimit(300)), [[limit, '5 h (the default)', '5 h (the organisation’s)']]],
		[
			'several, in the order of the screen; a topic of one field goes by its title, and days keep their capital',
			layers(),
			layers({ calendar: { zone: 'Europe/London', hours: { mon: [] } }, rules: { concern: { on: false } }, breakLength: 12 }),
			[
				['What counts as a break', '10 min (the default)', '12 min'],
				['A check-in that suggests a conversation might help', 'on (the default)', 'off'],
				['Working hours: Monday', '09:00–17:00 (the default)', 'not a working day'],
				['Time zone', 'UTC (the default)', 'Europe/London']
			]
		]
	])('%s', (_what, before, after, changes) =>
		expect(policyChanges(before, after).map(({ what, from, to }) => [what, from, to])).toEqual(changes)
	);

	it('goes by the path under which the policy is stored', () => {
		expect(policyChanges(layers(), layers(dayLimit(200))).map(({ path }) => path)).toEqual(['rules.day-limit.minutes']);
	});
});
