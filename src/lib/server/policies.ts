import { eq, sql } from 'drizzle-orm';
import { combinePolicies, type Policy } from '#lib/domain/policy.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { policies } from './db/schema/organisation.ts';

/** The policy in force for a team, and the versions that it is combined of. */
export interface PolicyInForce {
	policy: Policy;
	/** The organisation's version; null before the first one. */
	policyId: string | null;
	teamPolicyId: string | null;
	/** When the later of the two was put in force (UTC ms); -Infinity without any. */
	since: Instant;
}

/** What was in force at an instant, and what was put in force after it, in order. */
export interface PolicyCourse {
	inForce: PolicyInForce;
	changes: readonly { at: Instant; inForce: PolicyInForce }[];
}

type Versions = Pick<PolicyInForce, 'policyId' | 'teamPolicyId'>;

const queries = perDatabase(prepare);

function prepare(db: Db) {
	const newest = (where: string) => `(select id from policies where ${where} order by recorded_at desc, rowid desc limit 1)`;
	return {
		newest: db.$client.prepare<[string | null], Versions>(
			`select ${newest('team_id is null')} as policyId, ${newest('team_id = ?')} as teamPolicyId`
		),
		newestBy: db.$client.prepare<[{ team: string | null; at: Instant }], Versions>(
			`select ${newest('team_id is null and recorded_at <= @at')} as policyId, ${newest('team_id = @team and recorded_at <= @at')} as teamPolicyId`
		),
		instantsAfter: db.$client
			.prepare<[{ team: string | null; after: Instant }], Instant>(
				`select recorded_at from policies where team_id is null and recorded_at > @after
				union select recorded_at from policies where team_id = @team and recorded_at > @after order by 1`
			)
			.pluck(),
		version: db
			.select({ patch: policies.patch, at: policies.recordedAt })
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
	const { policyId = null, teamPolicyId = null } = queries(db).newest.get(teamId) ?? {};
	return policyOfVersions(db, policyId, teamPolicyId);
}

/** As {@link policyFor}, but of the versions recorded by `at` (UTC ms): what was in force then. */
export function policyAt(db: Db, teamId: string | null, at: Instant): PolicyInForce {
	const { policyId = null, teamPolicyId = null } = queries(db).newestBy.get({ team: teamId, at }) ?? {};
	return policyOfVersions(db, policyId, teamPolicyId);
}

/** The policies of a team from `after` (UTC ms) on: what was in force then, and each that came since. Rarely more than the one. */
export function policyCourse(db: Db, teamId: string | null, after: Instant): PolicyCourse {
	const newest = policyFor(db, teamId);
	if (newest.since <= after) return { inForce: newest, changes: [] };
	const instants = queries(db).instantsAfter.all({ team: teamId, after });
	return { inForce: policyAt(db, teamId, after), changes: instants.map((at) => ({ at, inForce: policyAt(db, teamId, at) })) };
}

/** The policy that two versions make, the organisation's and a team's: the one that a finding fired under, say. */
export function policyOfVersions(db: Db, policyId: string | null, teamPolicyId: string | null): PolicyInForce {
	const { combined, version } = queries(db);
	const key = `${policyId ?? ''}|${teamPolicyId ?? ''}`;
	const before = combined.get(key);
	if (before) return before;
	const [own, ofTeam] = [policyId, teamPolicyId].map((id) => (id === null ? undefined : version.get({ id })));
	const since = Math.max(own?.at ?? -Infinity, ofTeam?.at ?? -Infinity);
	const inForce = { policy: combinePolicies(own?.patch ?? {}, ofTeam?.patch ?? {}), policyId, teamPolicyId, since };
	if (combined.size >= mostCombined) combined.clear();
	combined.set(key, inForce);
	return inForce;
}
