import { InvalidFact } from './invalid-fact.ts';
import { checkCombined, combinePolicies, type Policy, type PolicyPatch } from './policy.ts';

/** The organisation's policy and the teams', as they stand; combinations are made once and remembered. */
export interface PoliciesInForce {
	organisation: PolicyPatch;
	teams: Map<string, PolicyPatch>;
	combined: Map<string | null, Policy>;
}

function checkEach(policies: PoliciesInForce): void {
	for (const team of [null, ...policies.teams.keys()]) {
		const problem = checkCombined(policyOf(policies, team));
		if (problem === null) continue;
		const whose = team === null ? '' : ` (with team ${team}'s policy laid over)`;
		throw new InvalidFact(`policy.${problem.path}`, problem.message + whose);
	}
}

/** Starts with the organisation's policy. Throws InvalidFact where it leaves no working hours. */
export function startPolicies(organisation: PolicyPatch): PoliciesInForce {
	const policies: PoliciesInForce = { organisation, teams: new Map(), combined: new Map() };
	checkEach(policies);
	return policies;
}

/** The complete policy of a team (null: of people without one). */
export function policyOf(policies: PoliciesInForce, team: string | null): Policy {
	const known = policies.combined.get(team);
	if (known !== undefined) return known;
	const patch = team === null ? undefined : policies.teams.get(team);
	// Teams without a policy of their own share the organisation's object, and what is remembered about it.
	const policy = patch === undefined && team !== null ? policyOf(policies, null) : combinePolicies(policies.organisation, patch ?? {});
	policies.combined.set(team, policy);
	return policy;
}

/** Replaces the organisation's policy, or a team's. Throws InvalidFact where some combination leaves no working hours. */
export function replacePolicy(policies: PoliciesInForce, team: string | undefined, patch: PolicyPatch): void {
	if (team === undefined) policies.organisation = patch;
	else policies.teams.set(team, patch);
	policies.combined.clear();
	checkEach(policies);
}
