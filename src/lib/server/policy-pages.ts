import { and, asc, count, eq, isNull, or, sql } from 'drizzle-orm';
import type { PolicyPatch } from '#lib/domain/policy.ts';
import { policyChanges, shownPolicy, type PolicyChange, type PolicyLayers, type ShownTheme } from '#lib/domain/policy-shown.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { policies, teams } from './db/schema/organisation.ts';
import { homeTeams, people } from './db/schema/people.ts';
import { momentWords } from './moments.ts';
import { isAuthor, requireAuthor } from './policy-authors.ts';
import { changePolicy, newestVersion, refusePolicy } from './policy-changes.ts';
import { formOfPolicy, policyFromForm, type PolicyForm } from './policy-form.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Viewer } from './viewer.ts';

/** One version, as it is listed. */
export interface ShownVersion {
	id: string;
	who: string;
	when: string;
	why: string;
	/** From the version before it. */
	changes: PolicyChange[];
}

export interface PolicyPage {
	/** Whose policy; null: the organisation's. */
	team: { id: string; name: string } | null;
	fields: ShownTheme[];
	/** Newest first. */
	versions: ShownVersion[];
	mayChange: boolean;
	/** The teams whose policy the viewer may read. */
	teams: { id: string; name: string; own: boolean; closed: boolean }[];
}

/**
 * A policy for reading: the organisation's for everybody with an account; a team's for those who belong to it or hold a role in it, and for
 * authors, who read a closed team's too. @throws Refusal `not-found`
 */
export function policyPage(db: Db, viewer: Viewer, teamId: string | null, now: Instant): PolicyPage {
	const readable = readableTeams(db, viewer);
	const team = teamId === null ? null : readable.find(({ id }) => id === teamId);
	if (team === undefined) throw notFound();
	return {
		team: team && { id: team.id, name: team.name },
		fields: shownPolicy(layersOf(db, teamId)),
		versions: versionsShown(db, viewer, teamId, now),
		mayChange: isAuthor(db, viewer) && !team?.closed,
		teams: readable
	};
}

function readableTeams(db: Db, viewer: Viewer): PolicyPage['teams'] {
	const all = isAuthor(db, viewer);
	const own = new Set([viewer.homeTeam?.id, ...viewer.roles.map(({ teamId }) => teamId)]);
	const known = db
		.select()
		.from(teams)
		.orderBy(sql`${teams.closedAt} is not null`, asc(teams.name))
		.all();
	return known
		.filter(({ id, closedAt }) => all || (own.has(id) && closedAt === null))
		.map(({ id, name, closedAt }) => ({ id, name, own: id === viewer.homeTeam?.id, closed: closedAt !== null }));
}

/** The organisation's patch in force, and the team's over it. */
export function layersOf(db: Db, teamId: string | null): PolicyLayers {
	const organisation = newestVersion(db, null)?.patch ?? {};
	return { organisation, team: teamId === null ? null : (newestVersion(db, teamId)?.patch ?? {}) };
}

const over = ({ organisation }: PolicyLayers, teamId: string | null, patch: PolicyPatch): PolicyLayers =>
	teamId === null ? { organisation: patch, team: null } : { organisation, team: patch };

/** The form of a policy, for its authors. */
export interface PolicyEdit {
	team: PolicyPage['team'];
	fields: ShownTheme[];
	values: PolicyForm;
	/** The version that the form shows; null: none yet. */
	version: string | null;
}

/** @throws Refusal `not-allowed`, `not-found` */
export function policyEdit(db: Db, viewer: Viewer, teamId: string | null): PolicyEdit {
	requireAuthor(db, viewer);
	const team = teamId === null ? null : readableTeams(db, viewer).find(({ id, closed }) => id === teamId && !closed);
	if (team === undefined) throw notFound();
	const version = newestVersion(db, teamId);
	return {
		team: team && { id: team.id, name: team.name },
		fields: shownPolicy(layersOf(db, teamId)),
		values: formOfPolicy(version?.patch ?? {}),
		version: version?.id ?? null
	};
}

/** What a form of a policy was sent with. */
export interface ProposedPolicy {
	teamId: string | null;
	/** All inputs, by name. */
	form: Readonly<Record<string, unknown>>;
	/** The version that the author saw; empty: none yet. */
	basedOn: string;
}

/** What putting a proposed policy in force would do, for its author to look at once more. */
export interface PolicyLook {
	changes: PolicyChange[];
	/** How many people it is for. */
	people: number;
	/** The form again, without what was left empty. */
	values: PolicyForm;
}

/**
 * Looks at a proposed policy without storing anything.
 * @throws Refusal as {@link putInForce}
 */
export function lookAtPolicy(db: Db, viewer: Viewer, proposed: ProposedPolicy): PolicyLook {
	requireAuthor(db, viewer);
	const patch = readPatch(proposed);
	const { teamId, form } = proposed;
	refusePolicy(db, teamId, patch, proposed.basedOn || null);
	const layers = layersOf(db, teamId);
	const values = Object.entries(form).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '');
	return {
		changes: policyChanges(layers, over(layers, teamId, patch)),
		people: peopleUnder(db, teamId),
		values: Object.fromEntries(values)
	};
}

/**
 * Puts the policy of a form in force.
 * @throws Refusal as `changePolicy`; `invalid` beside every field that cannot be read
 */
export function putInForce(
	db: Db,
	viewer: Viewer,
	{ id, reason, ...proposed }: ProposedPolicy & { id: string; reason: string },
	now: Instant
): void {
	const { teamId, basedOn } = proposed;
	changePolicy(db, viewer, { id, teamId, patch: readPatch(proposed), reason, basedOn: basedOn || null }, now);
}

function readPatch({ form }: ProposedPolicy): PolicyPatch {
	const { patch, errors } = policyFromForm(form);
	if (Object.keys(errors).length === 0) return patch;
	throw new Refusal('invalid', 'Nothing was put in force yet: please look at the marked fields.', errors);
}

function peopleUnder(db: Db, teamId: string | null): number {
	const home = and(isNull(homeTeams.endedAt), isNull(people.disabledAt), teamId === null ? undefined : eq(homeTeams.teamId, teamId));
	return db.select({ n: count() }).from(homeTeams).innerJoin(people, eq(people.id, homeTeams.personId)).where(home).get()?.n ?? 0;
}

interface Recorded {
	version: typeof policies.$inferSelect;
	who: string | null;
}

/** In order; a team's are read over the organisation's version of their time. */
function versionsShown(db: Db, viewer: Viewer, teamId: string | null, now: Instant): ShownVersion[] {
	const all: Recorded[] = db
		.select({ version: policies, who: people.name })
		.from(policies)
		.leftJoin(people, eq(people.id, policies.authorId))
		.where(teamId === null ? isNull(policies.teamId) : or(isNull(policies.teamId), eq(policies.teamId, teamId)))
		.orderBy(asc(policies.recordedAt), sql`${policies}.rowid`)
		.all();
	let layers: PolicyLayers = { organisation: {}, team: teamId === null ? null : {} };
	const shown: ShownVersion[] = [];
	for (const { version, who } of all) {
		const before = layers;
		layers = version.teamId === null ? { ...layers, organisation: version.patch } : { ...layers, team: version.patch };
		if (version.teamId !== teamId) continue;
		const { id, reason: why, recordedAt } = version;
		const when = momentWords(viewer.zone, recordedAt, now);
		shown.unshift({ id, who: who ?? 'Breakwater', when, why, changes: policyChanges(before, layers) });
	}
	return shown;
}
