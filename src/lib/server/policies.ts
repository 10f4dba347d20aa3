import { desc, eq, isNull, sql } from 'drizzle-orm';
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
	const newest = () => db.select({ id: policies.id, patch: policies.patch }).from(policies);
	const order = [desc(policies.recordedAt), desc(sql`rowid`)] as const;
	return {
		organisation: newest()
			.where(isNull(policies.teamId))
			.orderBy(...order)
			.limit(1)
			.prepare(),
		team: newest()
			.where(eq(policies.teamId, sql.placeholder('team')))
			.orderBy(...order)
			.limit(1)
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
	const organisation = known.organisation.get();
	const team = teamId === null ? undefined : known.team.get({ team: teamId });
	const key = `${organisation?.id ?? ''}|${team?.id ?? ''}`;
	const before = known.combined.get(key);
	if (before) return before;
	const inForce = {
		policy: combinePolicies(organisation?.patch ?? {}, team?.patch ?? {}),
		policyId: organisation?.id ?? null,
		teamPolicyId: team?.id ?? null
	};
	if (known.combined.size >= mostCombined) known.combined.clear();
	known.combined.set(key, inForce);
	return inForce;
}
