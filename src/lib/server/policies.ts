import { eq, sql } from 'drizzle-orm';
import { combinePolicies, type Policy } from '#lib/domain/policy.ts';
import type { Db } from './db/connection.ts';
import { policies } from './db/schema/organisation.ts';

/** The policy in force for a team, and the versions that it is combined of. */
export interface PolicyInForce {
	policy: Policy;
	/** The organisation's version; null before the first one. */
	policyId: string | null;
	teamPolicyId: string | null;
}

const byDb = new WeakMap<Db, ReturnType<typeof prepare>>();

function prepare(db: Db) {
	const newest = (where: string) => `(select id from policies where ${where} order by recorded_at desc, rowid desc limit 1)`;
	return {
		newest: db.$client.prepare<[string | null], { policyId: string | null; teamPolicyId: string | null }>(
			`select ${newest('team_id is null')} as policyId, ${newest('team_id = ?')} as teamPolicyId`
		),
		patch: db
			.select({ patch: policies.patch })
			.from(policies)
			.where(eq(policies.id, sql.placeholder('id')))
			.prepare(),
		combined: new Map<string, PolicyInForce>()
	};
}

const mostCombined = 500;

/**
 * The default with the organisation's policy and the team's laid over it, as they are now.
 * The same versions give the same object: the rules remember what they derive from it.
 */
export function policyFor(db: Db, teamId: string | null): PolicyInForce {
	let known = byDb.get(db);
	if (!known) byDb.set(db, (known = prepare(db)));
	const { policyId = null, teamPolicyId = null } = known.newest.get(teamId) ?? {};
	const key = `${policyId ?? ''}|${teamPolicyId ?? ''}`;
	const before = known.combined.get(key);
	if (before) return before;
	const patchOf = (id: string | null) => (id === null ? undefined : known.patch.get({ id })?.patch) ?? {};
	const inForce = { policy: combinePolicies(patchOf(policyId), patchOf(teamPolicyId)), policyId, teamPolicyId };
	if (known.combined.size >= mostCombined) known.combined.clear();
	known.combined.set(key, inForce);
	return inForce;
}
