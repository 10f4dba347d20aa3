import { replacePolicy, startPolicies, type PoliciesInForce } from '#lib/domain/policies-in-force.ts';
import type { PolicyPatch } from '#lib/domain/policy.ts';
import type { Population } from '#lib/domain/simulation-cells.ts';
import { simulationResult, type SimulationResult } from '#lib/domain/simulation-result.ts';
import type { Counted } from '#lib/domain/simulation-rules.ts';
import { finishSimulation, newSimulation, simulateFact, type SimulatedWindow } from '#lib/domain/simulation.ts';
import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { unsealedFacts } from '../stored-facts.ts';

/** A policy to be tried out. */
export interface Proposal {
	/** The team whose own policy it would be; null: the organisation's. */
	teamId: string | null;
	patch: PolicyPatch;
	/** Length of the window in days, which `from` and `until` (UTC ms) delimit. */
	days: number;
	window: SimulatedWindow;
}

/** Exposure recorded longer before the window moves nothing within it: rules look back 56 days at most, but for a run of days without a free one. */
const reachBackMs = 183 * MS_PER_DAY;

/**
 * Counts what the policies in force, and the proposed one in the place of one of them, would have raised within the window. The database
 * is as it was at one moment and is only read; nothing that is sealed is opened.
 * @param inForce as they were when it was asked for: a run may wait, and is compared with what its author saw
 * @param goOn is told after every few facts which share (0 to 1) is done; where it returns false, the simulation ends there
 * @returns null where it was ended
 */
export function simulate(
	db: Db,
	proposal: Proposal,
	inForce: readonly PolicyInForce[],
	goOn: (share: number) => boolean
): SimulationResult | null {
	db.$client.exec('begin');
	try {
		const population = populationOf(db, proposal);
		const counted = count(db, proposal, inForce, population, goOn);
		return counted && simulationResult(population, ...counted);
	} finally {
		db.$client.exec('rollback');
	}
}

const factsBetweenLooks = 64;

function count(
	db: Db,
	proposal: Proposal,
	inForce: readonly PolicyInForce[],
	{ teamOf }: Population,
	goOn: (share: number) => boolean
): [Counted, Counted] | null {
	const { window, teamId, patch } = proposal;
	const [present, proposed] = [policiesOf(inForce), policiesOf(inForce)];
	replacePolicy(proposed, teamId ?? undefined, patch);
	const both = [newSimulation(present, teamOf, window), newSimulation(proposed, teamOf, window)] as const;
	const since = window.from - reachBackMs;
	const expected = factsExpected(db, since);
	let done = 0;
	for (const fact of unsealedFacts(db, since)) {
		for (const simulation of both) simulateFact(simulation, fact);
		if (++done % factsBetweenLooks === 0 && !goOn(Math.min(done / expected, 0.99))) return null;
	}
	const [tallyPresent, tallyProposed] = [finishSimulation(both[0]), finishSimulation(both[1])];
	return goOn(1)
		? [
				{ policies: present, tally: tallyPresent },
				{ policies: proposed, tally: tallyProposed }
			]
		: null;
}

/** For the bar alone: entries whose version changed nothing that the rules look at are counted too. */
function factsExpected(db: Db, since: Instant): number {
	return (
		db.$client.prepare<[Instant], number>('select 1 + count(*) from exposures where counts and recorded_at >= ?').pluck().get(since) ?? 1
	);
}

/** A policy as somebody put it in force: the organisation's (`team` null), or a team's own. */
export interface PolicyInForce {
	team: string | null;
	patch: PolicyPatch;
}

/** The organisation's policy and the teams' own, as they are now. */
export function patchesNow(db: Db): PolicyInForce[] {
	const found = db.$client
		.prepare<[], { team: string | null; patch: string }>(
			'select team_id as team, patch from policies order by team_id is not null, recorded_at, rowid'
		)
		.all();
	return [...new Map(found.map(({ team, patch }) => [team, JSON.parse(patch) as PolicyPatch]))].map(([team, patch]) => ({ team, patch }));
}

/** @throws InvalidFact where some combination leaves no working hours */
export function policiesOf(patches: readonly PolicyInForce[]): PoliciesInForce {
	const policies = startPolicies(patches.find(({ team }) => team === null)?.patch ?? {});
	for (const { team, patch } of patches) if (team !== null) replacePolicy(policies, team, patch);
	return policies;
}

function populationOf(db: Db, { teamId, days, window }: Proposal): Population {
	const leads = db.$client
		.prepare<[], { team: string; id: string }>(
			`select team_id as team, person_id as id from roles
			where role = 'lead' and confirmed_at is not null and ended_at is null order by position, proposed_at, id`
		)
		.all();
	const leadsOf = new Map<string, string[]>();
	for (const { team, id } of leads) leadsOf.set(team, [...(leadsOf.get(team) ?? []), id]);
	return { teamOf: homeTeamsAt(db, window.until), leadsOf, team: teamId, days };
}

/** The home team of everybody who had one at an instant, those whose account was disabled then aside. */
export function homeTeamsAt(db: Db, at: Instant): Map<string, string> {
	const found = db.$client
		.prepare<[{ at: Instant }], { person: string; team: string }>(
			`select person_id as person, team_id as team from home_teams h join people p on p.id = h.person_id
			where h.recorded_at < @at and (h.ended_at is null or h.ended_at >= @at) and (p.disabled_at is null or p.disabled_at >= @at)`
		)
		.all({ at });
	return new Map(found.map(({ person, team }) => [person, team]));
}
