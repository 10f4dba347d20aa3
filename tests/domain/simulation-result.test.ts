import { describe, expect, test } from 'vitest';
import { replacePolicy, startPolicies } from '#lib/domain/policies-in-force.ts';
import type { PolicyPatch } from '#lib/domain/policy.ts';
import { simulationResult } from '#lib/domain/simulation-result.ts';
import { newSimulation } from '#lib/domain/simulation.ts';

describe('what is shown of a simulation', () => {
	const names = (team: string, count: number) => Array.from({ length: count }, (_, index) => [`${team}${index}`, team] as const);
	const teamOf = new Map([...names('harbour', 14), ...names('quay', 12), ...names('lantern', 4)]);
	const leadsOf = new Map([
		['harbour', ['harbour0', 'harbour1']],
		['quay', ['quay0']],
		['lantern', ['harbour0']]
	]);

	interface Adds {
		findings?: number;
		exposure?: number;
		routine?: number;
	}
	type Times = (who: string) => Adds;
	interface Told {
		leads?: Map<string, string[]>;
		teams?: Record<string, PolicyPatch>;
		/** Of the proposed policy; the same as of the one in force where nothing else is said. */
		then?: Times;
		proposal?: PolicyPatch;
	}

	function shown(team: string | null, of: Times, { leads = leadsOf, teams = {}, then = of, proposal = {} }: Told = {}) {
		const counted = (policy: PolicyPatch, times: Times) => {
			const policies = startPolicies(policy);
			for (const [each, patch] of Object.entries(teams)) replacePolicy(policies, each, patch);
			const { tally } = newSimulation(policies, teamOf, { from: 0, until: 1 });
			for (const who of teamOf.keys()) {
				const { findings = 0, exposure = 0, routine = 0 } = times(who);
				if (findings > 0) tally.findings.get('day-limit')?.set(who, findings);
				if (exposure > 0) tally.prompts.exposure.set(who, exposure);
				if (routine > 0) tally.prompts.routine.set(who, routine);
			}
			return { policies, tally };
		};
		const result = simulationResult({ teamOf, leadsOf: leads, team, days: 28 }, counted({}, of), counted(proposal, then));
		const [exposure, routine, together] = result.loads;
		const [dayLimit, off] = (['day-limit', 'month-limit'] as const).map((id) => result.rules.find((rule) => rule.id === id));
		return {
			...{ people: result.people, leads: result.leads, rules: result.rules.length },
			...{ dayLimit: dayLimit?.present, dayLimitThen: dayLimit?.proposed, off: off?.present },
			...{ exposure: exposure?.present, routine: routine?.present, together: together?.present },
			then: { exposure: exposure?.proposed, routine: routine?.proposed, together: together?.proposed },
			text: JSON.stringify(result)
		};
	}
	const one = () => ({ findings: 1, exposure: 1, routine: 1 });

	test('of the organisation: everybody together, and the lead with most prompts', () => {
		expect(shown(null, one)).toMatchObject({ people: 30, leads: 2, rules: 16, off: 'off', dayLimit: { count: 30, people: 30 } });
		// harbour0 is asked about 13 of Harbour and 4 of Lantern, harbour1 about harbour0: the figure of 1 would be 30 without the others.
		expect(shown(null, one)).toMatchObject({ exposure: { mean: 3.8, busiest: 3.8 }, routine: { mean: 3.8, busiest: 3.8 } });
		expect(shown(null, one).together).toEqual({ mean: 7.5, busiest: 7.5 });
	});

	test('of a team: only where neither it nor what is left without it is small', () => {
		expect(shown('harbour', one)).toMatchObject({ people: 14, leads: 1, dayLimit: { count: 15, people: 10 } });
		expect(shown('quay', one)).toMatchObject({ dayLimit: 'few', exposure: 'few', routine: 'few', together: 'few' });
		expect(shown('harbour', (who) => ({ findings: who.startsWith('lantern') ? 0 : 1 })).dayLimit).toEqual({
			count: 15,
			people: 10
		});
		expect(shown('quay', (who) => ({ findings: who.startsWith('lantern') ? 0 : 1 })).dayLimit).toEqual({
			count: 10,
			people: 10
		});
	});

	test('of fewer than ten people: nothing, and no figure for leads', () => {
		const few = shown(null, (who) => (/^[a-z]+[0-2]$/.test(who) ? { findings: 9, exposure: 9, routine: 9 } : {}));
		expect(few).toMatchObject({ dayLimit: 'few', exposure: 'few', routine: 'few', together: 'few' });
	});

	test('of a rule that is off for one team alone: what the others add', () => {
		const teams = { quay: { rules: { 'day-limit': { on: false } } }, harbour: { rules: { 'month-limit': { on: true } } } };
		expect(shown(null, one, { teams })).toMatchObject({ dayLimit: { count: 30 }, off: 'few' });
		expect(shown('quay', one, { teams }).dayLimit).toBe('off');
	});

	test('of a single lead: the mean, and nothing of who has most', () => {
		expect(shown('harbour', one).routine).toEqual({ mean: 3.8, busiest: null });
		const single = new Map([...leadsOf.keys()].map((team) => [team, ['harbour0']]));
		expect(shown(null, one, { leads: single }).routine).toEqual({ mean: 7.5, busiest: null });
	});

	const isLed = (who: string) => !['harbour0', 'quay0'].includes(who) && !who.startsWith('lantern');
	test('of several leads: the one who has most, among those asked about enough people', () => {
		// Harbour’s 13 others twice each, Quay’s 11 others once.
		const members: Times = (who) => (isLed(who) ? { routine: who.startsWith('harbour') ? 2 : 1 } : {});
		expect(shown(null, members).routine).toEqual({ mean: 4.4, busiest: 6.3 });
		const few: Times = (who) => (/^(harbour|quay)[1-5]$/.test(who) ? { routine: 1 } : {});
		expect(shown(null, few).routine).toEqual({ mean: 1.3, busiest: null });
	});

	test('of the lead who has most together: only one who may be stated for each', () => {
		// Exposure: 13 of Harbour and 11 of Quay; routine: Quay alone, so that nobody of Harbour would be what is left over.
		const members: Times = (who) => (isLed(who) ? { exposure: 1, routine: who.startsWith('quay') ? 1 : 0 } : {});
		expect(shown(null, members)).toMatchObject({ exposure: { busiest: 3.8 }, routine: { busiest: null }, together: { busiest: null } });
		// Routine: of those that Ada is asked about more than half are about one person; exposure: Cleo’s four people take Hale’s with them.
		const dominated: Times = (who) => ({
			exposure: who.startsWith('harbour') ? 20 : 1,
			routine: who === 'harbour1' ? 15 : who.startsWith('quay') ? 9 : 1
		});
		const leads = new Map(Object.entries({ harbour: ['ada'], quay: ['hale'], lantern: ['cleo'] }));
		const of = shown(null, dominated, { leads });
		expect(of).toMatchObject({ exposure: { busiest: 70 }, routine: { busiest: 27.5 }, together: { busiest: null } });
	});

	test('of teams without a lead: no figure for leads', () => {
		expect(shown(null, one, { leads: new Map() })).toMatchObject({ leads: 0, routine: 'few', dayLimit: { count: 30 } });
		const someLeads = new Map([['harbour', ['harbour0', 'harbour1']]]);
		expect(shown(null, one, { leads: someLeads })).toMatchObject({ leads: 1, routine: { mean: 7.5, busiest: null } });
	});

	describe('of prompts together', () => {
		const people = (count: number) => (who: string) => Number(/\d+$/.exec(who)?.[0]) < count;
		const harbour = (count: number) => (who: string) => who.startsWith('harbour') && people(count)(who);

		test('nothing where one kind alone may be stated: the other would be the difference', () => {
			const nine: Times = (who) => ({ routine: 1, exposure: harbour(9)(who) ? 1 : 0 });
			expect(shown(null, nine)).toMatchObject({ exposure: 'few', routine: { mean: 3.8 }, together: 'few' });
			const ten: Times = (who) => ({ routine: 1, exposure: harbour(10)(who) ? 1 : 0 });
			expect(shown(null, ten)).toMatchObject({ exposure: { mean: 1.3 }, together: { mean: 5 } });
			expect(shown(null, () => ({ routine: 1 }))).toMatchObject({ exposure: 'few', together: 'few' });
		});

		test('a figure where neither kind may be stated, and both together may', () => {
			const either: Times = (who) => (who.startsWith('harbour') ? (people(7)(who) ? { exposure: 1 } : { routine: 2 }) : {});
			expect(shown(null, either)).toMatchObject({ exposure: 'few', routine: 'few', together: { mean: 2.5 } });
			const both: Times = (who) => (harbour(9)(who) ? { exposure: 1, routine: 1 } : {});
			expect(shown(null, both)).toMatchObject({ exposure: 'few', routine: 'few', together: 'few' });
		});

		test('those of the kinds that are on', () => {
			const teams = Object.fromEntries(
				['harbour', 'quay', 'lantern'].map((team) => [team, { rules: { 'routine-conversation': { on: false } } }] as const)
			);
			const exposure: Times = () => ({ exposure: 1 });
			expect(shown(null, exposure, { teams })).toMatchObject({ routine: 'off', exposure: { mean: 3.8 }, together: { mean: 3.8 } });
			const limits = { 'day-over': { on: false }, 'week-limit': { on: false } };
			expect(shown(null, () => ({}), { proposal: { rules: limits } })).toMatchObject({ exposure: 'few', then: { exposure: 'off' } });
			expect(shown(null, () => ({}), { proposal: { rules: { 'day-over': { on: false } } } })).toMatchObject({ then: { exposure: 'few' } });
			const all = { ...limits, 'routine-conversation': { on: false } };
			expect(shown(null, () => ({}), { proposal: { rules: all } })).toMatchObject({ then: { together: 'off' } });
		});
	});

	describe('of what changes', () => {
		const atFirst = (count: number, more: Adds, otherwise: Adds): Times => {
			const changed = new Set<string>([...teamOf.keys()].slice(0, count));
			return (who) => (changed.has(who) ? more : otherwise);
		};

		test.each([
			['for nobody', 0, 30],
			['for one person', 1, 30],
			['for nine people', 9, 30],
			['for ten', 10, 130]
		])('%s: the figure in force, until enough people are behind the difference', (_for, count, then) => {
			const now = { findings: 1, exposure: 1, routine: 1 };
			const more = atFirst(count, { findings: 11, exposure: 11, routine: 1 }, now);
			const result = shown(null, () => now, { then: more });
			expect([result.dayLimit, result.dayLimitThen]).toMatchObject([{ count: 30 }, { count: then }]);
			expect(result.then.exposure).toMatchObject({ mean: then / 8 > 4 ? 16.3 : 3.8 });
			expect(result.then.routine).toEqual(result.routine);
			const before = Math.round((30 + count * 10) / 5) * 5;
			const less = shown(null, more, { then: () => now });
			expect([less.dayLimit, less.dayLimitThen]).toMatchObject([{ count: before }, { count: count < 10 ? before : 30 }]);
		});

		test('mostly for one person: the figure in force', () => {
			const now: Times = () => ({ findings: 1 });
			const mostly =
				(times: number): Times =>
				(who) => ({ findings: who === 'harbour0' ? times : people12(who) ? 2 : 1 });
			const people12 = (who: string) => /^harbour(?:[1-9]|1\d)$/.test(who);
			expect(shown(null, now, { then: mostly(14) }).dayLimitThen).toMatchObject({ count: 55 });
			expect(shown(null, now, { then: mostly(15) }).dayLimitThen).toMatchObject({ count: 30 });
		});

		test('from too few to enough: too few still, where as few have made the difference', () => {
			const [nine, eleven] = [atFirst(9, { findings: 1 }, {}), atFirst(11, { findings: 1 }, {})];
			expect(shown(null, nine, { then: eleven })).toMatchObject({ dayLimit: 'few', dayLimitThen: 'few' });
			expect(shown(null, eleven, { then: nine })).toMatchObject({ dayLimit: { count: 10 }, dayLimitThen: { count: 10 } });
		});

		test('in a team: nothing that the change of the organisation would leave of the others', () => {
			const now: Times = () => ({ findings: 1 });
			const twice =
				(others: number): Times =>
				(who) => ({ findings: who.startsWith('harbour') || (who.startsWith('quay') && Number(who.slice(4)) < others) ? 2 : 1 });
			expect(shown('harbour', now, { then: twice(9) }).dayLimitThen).toMatchObject({ count: 15 });
			expect(shown('harbour', now, { then: twice(10) }).dayLimitThen).toMatchObject({ count: 30 });
		});

		test('for the lead who has most: only what changes for enough of the people they are asked about', () => {
			const now: Times = (who) => (isLed(who) ? { routine: who.startsWith('harbour') ? 2 : 1 } : {});
			const quays: Times = (who) => ({
				routine: (now(who).routine ?? 0) + (isLed(who) && (who.startsWith('quay') || /^harbour[1-9]$/.test(who)) ? 1 : 0)
			});
			expect(shown(null, now, { then: quays }).then.routine).toEqual({ mean: 6.9, busiest: null });
			const everybody: Times = (who) => ({ routine: (now(who).routine ?? 0) * 2 });
			expect(shown(null, now, { then: everybody }).then.routine).toEqual({ mean: 9.4, busiest: 12.5 });
		});
	});

	describe('of what is left over by subtraction', () => {
		const leads = new Map([
			['harbour', ['ada']],
			['quay', ['hale']],
			['lantern', ['hale']]
		]);
		const isHarbours = (who: string) => who.startsWith('harbour');

		test('beside a lead: nothing where the other leads’ change is that of a few', () => {
			const now: Times = () => ({ routine: 2 });
			const then =
				(others: number): Times =>
				(who) => ({ routine: isHarbours(who) ? 4 : /^quay\d$/.test(who) && Number(who.slice(4)) < others ? 6 : 2 });
			const all = (others: number) => shown(null, now, { leads, then: then(others) });
			expect(all(10).routine).toMatchObject({ busiest: 7.5 });
			expect([0, 3, 9, 10].map((others) => (all(others).then.routine as { busiest: number | null }).busiest)).toEqual([
				null,
				null,
				null,
				17.5
			]);
			// Unchanged, it stays.
			expect(shown(null, now, { leads }).then.routine).toMatchObject({ busiest: 7.5 });
		});

		test('beside a lead: nothing where the other’s prompts are mostly about one person', () => {
			const mostly =
				(times: number): Times =>
				(who) => ({ routine: isHarbours(who) ? 9 : who === 'quay0' ? times : 1 });
			expect(shown(null, mostly(15), { leads }).routine).toMatchObject({ busiest: 31.3 });
			expect(shown(null, mostly(16), { leads }).routine).toMatchObject({ busiest: null });
		});

		test('beside a lead: nothing where those without a lead are few', () => {
			const without = (...teams: string[]) => new Map([...leads].filter(([team]) => !teams.includes(team)));
			const now: Times = () => ({ routine: 1 });
			// Hale is asked about 12 of Quay and 4 of Lantern, or 12: then the four without a lead are left over, and the smallest with them.
			expect(shown(null, now, { leads: without() }).routine).toMatchObject({ busiest: 3.8 });
			const twice: Times = (who) => ({ routine: who.startsWith('quay') ? 2 : 1 });
			expect(shown(null, twice, { leads: without() }).routine).toMatchObject({ busiest: 7.5 });
			expect(shown(null, twice, { leads: without('lantern') }).routine).toMatchObject({ busiest: 3.8 });
		});

		test('beside a team: nothing where what the others add is mostly one person’s', () => {
			const mostly =
				(times: number): Times =>
				(who) => ({ findings: isHarbours(who) ? 1 : who === 'quay0' ? times : 1 });
			expect(shown('harbour', mostly(15)).dayLimit).toEqual({ count: 15, people: 10 });
			expect(shown('harbour', mostly(16)).dayLimit).toBe('few');
		});

		test('together: nothing where one person’s prompts alone are more', () => {
			const swapped =
				(first: 'exposure' | 'routine', second: 'exposure' | 'routine', changed: number): Times =>
				(who) => {
					const at = Number(who.slice(7));
					if (!isHarbours(who) || at >= 12) return who === 'harbour12' && changed > 0 ? { routine: changed } : {};
					return { [at < 6 ? first : second]: 1 };
				};
			const [now, then] = [swapped('exposure', 'routine', 0), swapped('routine', 'exposure', 5)];
			const result = shown(null, now, { leads, then });
			expect(result).toMatchObject({ exposure: 'few', routine: 'few', together: { mean: 1.3 } });
			expect(result.then).toEqual({ exposure: 'few', routine: 'few', together: result.together });
			// The same with both kinds stated.
			const often =
				(of: Times): Times =>
				(who) => ({ exposure: 3 + (of(who).exposure ?? 0), routine: 3 + (of(who).routine ?? 0) });
			const stated = shown(null, often(now), { leads, then: often(then) });
			expect(stated.then).toEqual({ exposure: stated.exposure, routine: stated.routine, together: stated.together });
			// What changes for enough people changes.
			const twice: Times = (who) => ({ exposure: 2 * (now(who).exposure ?? 0), routine: 2 * (now(who).routine ?? 0) });
			expect(shown(null, often(now), { leads, then: often(often(twice)) }).then.together).not.toEqual(stated.together);
		});
	});

	test('names nobody', () => {
		const { text } = shown(null, one);
		for (const who of [...teamOf.keys(), ...teamOf.values()]) expect(text).not.toContain(who);
	});
});
