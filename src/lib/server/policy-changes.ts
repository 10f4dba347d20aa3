import { desc, eq, isNull, sql } from 'drizzle-orm';
import { checkCombined, combinePolicies, parsePolicyPatch, type PolicyPatch } from '#lib/domain/policy.ts';
import { policyFields } from '#lib/domain/policy-fields.ts';
import { valueAt } from '#lib/domain/policy-values.ts';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import { tellDue } from './clocks.ts';
import { refuseIfAhead, refuseWhileResting } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { organisation, policies, teams } from './db/schema/organisation.ts';
import { withTx } from './db/tx.ts';
import { requireAuthor } from './policy-authors.ts';
import { invalid, Refusal } from './refusal.ts';
import { openTeam } from './teams.ts';
import { tellEverybody } from './telling.ts';
import type { Actor } from './viewer.ts';

export interface PolicyVersion {
	/** The form's id, which becomes the version's. */
	id: string;
	/** Whose; null: the organisation's. */
	teamId: string | null;
	/** All that it says of its own, in place of what the earlier version said. */
	patch: PolicyPatch;
	/** 1 to {@link longestReason} characters. */
	reason: string;
	/** The version that the author saw; null: none yet. */
	basedOn: string | null;
}

export const longestReason = 200;

/**
 * Puts a version of the organisation's policy, or of a team's, in force: at `now`, or just after the last fact of anybody it is for. It is one
 * fact about each of them, and is stored once: whoever is evaluated next passes through it (`consequences.ts`), up to its instant under
 * the policy before. So this is quick for any number of people; the scheduler then looks at them in slices. Sent twice, it is stored once.
 * @returns the instant from which it is in force
 * @throws Refusal `not-allowed`, `not-found`, `invalid` beside the path of a key (`reason`, or `patch` where nothing differs), `conflict` where
 * somebody changed it meanwhile, or where this machine's clock once stood ahead, or may do so now
 */
export function changePolicy(db: Db, actor: Actor, version: PolicyVersion, now: Instant): Instant {
	requireAuthor(db, actor);
	const { id, teamId, patch, basedOn } = version;
	const reason = checkedReason(version.reason);
	return withTx(db, () => {
		const sent = db.select().from(policies).where(eq(policies.id, id)).get();
		if (sent) return sentBefore(sent, actor, version);
		refusePolicy(db, teamId, patch, basedOn);
		const at = inForceFrom(db, teamId, now);
		db.insert(policies).values({ id, teamId, patch, authorId: actor.id, reason, recordedAt: at }).run();
		audit(db, actor, { action: 'policy.changed', subject: { kind: 'policy', id }, detail: { teamId } }, now);
		wakeEverybody(db, teamId, at);
		tellEverybody(db);
		keepZones(db);
		return at;
	});
}

/**
 * What is wrong with a patch in place of the one in force.
 * @throws Refusal `not-found`, `invalid`, `conflict` as {@link changePolicy}
 */
export function refusePolicy(db: Db, teamId: string | null, patch: PolicyPatch, basedOn: string | null): void {
	if (teamId !== null) openTeam(db, teamId);
	const parsed = parsePolicyPatch(patch);
	if (!parsed.ok) throw invalid(parsed.path || 'patch', parsed.message);
	const before = newestVersion(db, teamId);
	if ((before?.id ?? null) !== basedOn) throw new Refusal('conflict', changedMeanwhile);
	if (samePolicy(before?.patch ?? {}, patch)) throw invalid('patch', 'Nothing is different yet, so there is nothing to put in force.');
	refuseEmptyWeeks(db, teamId, patch);
}

export const changedMeanwhile =
	'Somebody else has changed this in the meantime. Nothing was put in force: please look at it as it is now, and make your change again.';

/** @throws Refusal `invalid` beside `reason` */
export function checkedReason(text: string): string {
	const reason = text.trim();
	if (reason === '') throw invalid('reason', 'Please say why, in a few words: everybody can read it.');
	if (reason.length > longestReason) throw invalid('reason', `Please keep this to ${longestReason} characters.`);
	return reason;
}

type Row = typeof policies.$inferSelect;

function sentBefore(row: Row, actor: Actor, { teamId, patch }: PolicyVersion): Instant {
	if (row.teamId === teamId && row.authorId === actor.id && samePolicy(row.patch, patch)) return row.recordedAt;
	throw new Refusal('conflict', 'This form was used for something else before. Please load the page again; nothing was saved.');
}

/** The version in force of the organisation's policy, or of a team's own; undefined where there is none. */
export function newestVersion(db: Db, teamId: string | null): Row | undefined {
	const whose = teamId === null ? isNull(policies.teamId) : eq(policies.teamId, teamId);
	return db
		.select()
		.from(policies)
		.where(whose)
		.orderBy(desc(policies.recordedAt), desc(sql`rowid`))
		.get();
}

/** Whether two patches say the same, in whatever order. */
function samePolicy(a: PolicyPatch, b: PolicyPatch): boolean {
	return policyFields.every(({ path }) => JSON.stringify(valueAt(a, path)) === JSON.stringify(valueAt(b, path)));
}

/**
 * Where a combination leaves no working hours, no clock would ever run out. A closed team's counts too: its facts are replayed.
 * @throws Refusal `invalid` beside `calendar.hours.mon`
 */
export function refuseEmptyWeeks(db: Db, teamId: string | null, patch: PolicyPatch): void {
	const organisations = teamId === null ? patch : (newestVersion(db, null)?.patch ?? {});
	const refuse = (whose: string) =>
		invalid('calendar.hours.mon', `A week needs at least one period of working hours: ${whose} would be left with none.`);
	if (checkCombined(combinePolicies(organisations))) throw refuse('the organisation');
	for (const { id, name } of db.select().from(teams).all()) {
		const own = id === teamId ? patch : newestVersion(db, id)?.patch;
		if (own && checkCombined(combinePolicies(organisations, own))) throw refuse(`the team “${name}”`);
	}
}

/** Whom a version is for: everybody for whom the rules have begun, or those of them whose home team it is. */
const affected = `first_fact_at is not null and (@team is null or person_id in
	(select person_id from home_teams where team_id = @team and ended_at is null))`;

/** Later than every fact, and every evaluation, of whom it is for, and than every version: it is held against those of the organisation and of all teams. */
function inForceFrom(db: Db, teamId: string | null, now: Instant): Instant {
	refuseWhileResting(db);
	const latest = db.$client
		.prepare<[{ team: string | null }], { lastFactAt: Instant; advancedTo: Instant }>(
			`select max(coalesce(max(last_fact_at), 0), coalesce((select max(recorded_at) from policies), 0)) as lastFactAt,
				coalesce(max(advanced_to), 0) as advancedTo from clocks where ${affected}`
		)
		.get({ team: teamId });
	if (!latest) return now;
	refuseIfAhead(latest, now);
	return Math.max(now, latest.lastFactAt + 1, latest.advancedTo + 1);
}

/** Their next fact comes after it, and what it makes true is evaluated at once. */
function wakeEverybody(db: Db, teamId: string | null, at: Instant): void {
	db.$client
		.prepare(`update clocks set last_fact_at = @at, next_due_at = min(coalesce(next_due_at, @at), @at) where ${affected}`)
		.run({ team: teamId, at });
	tellDue(db, at);
}

/** The zone of a team, and of the organisation for new accounts and teams, is the one in which its working hours are counted. */
function keepZones(db: Db): void {
	const organisations = newestVersion(db, null)?.patch ?? {};
	db.update(organisation)
		.set({ zone: combinePolicies(organisations).calendar.zone })
		.run();
	for (const { id, zone: known } of db.select().from(teams).all()) {
		const { zone } = combinePolicies(organisations, newestVersion(db, id)?.patch ?? {}).calendar;
		if (zone !== known) db.update(teams).set({ zone }).where(eq(teams.id, id)).run();
	}
}
