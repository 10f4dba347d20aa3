import { randomUUID } from 'node:crypto';
import { policyChanges, shownPolicy, type PolicyChange, type PolicyLayers, type ShownTheme } from '#lib/domain/policy-shown.ts';
import type { PolicyPatch } from '#lib/domain/policy.ts';
import type { SimulatedWindow } from '#lib/domain/simulation.ts';
import { groupsShown } from '#lib/domain/suppression.ts';
import { addDays, MS_PER_DAY, personDayOf, personDayStart, type Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { withTx } from './db/tx.ts';
import { datesWords } from './local-time.ts';
import { findOrganisation } from './organisation.ts';
import { requireAuthor } from './policy-authors.ts';
import { refuseEmptyWeeks } from './policy-changes.ts';
import { formOfPolicy, type PolicyForm } from './policy-form.ts';
import { layersOf } from './policy-pages.ts';
import { notFound, Refusal } from './refusal.ts';
import { addRun, runsOf, stopRun, type Progress, type Run } from './simulation/runs.ts';
import { homeTeamsAt, patchesNow } from './simulation/simulate.ts';
import { changesOver, proposedPatch, triedThemes } from './simulation/tried.ts';
import { openTeams } from './team-pages.ts';
import type { Viewer } from './viewer.ts';

/** The lengths of the window, in days. */
export const simulatedDays = ['28', '90'] as const;

/** How many simulations one author may start in a day: enough to choose numbers, too few to go through them minute by minute. */
export const mostADay = 40;

export interface SimulatorPage {
	/** Whose own policy is shown, and would be replaced; null: the organisation's. */
	team: { id: string; name: string } | null;
	/** Teams that may be looked at by themselves. */
	teams: { id: string; name: string }[];
	/** Whether there are teams that may not. */
	someTooSmall: boolean;
	/** The name of the team that was asked for, where it may not. */
	tooSmall: string | null;
	fields: ShownTheme[];
	values: PolicyForm;
}

export interface NewSimulation {
	/** The form's id. */
	formId: string;
	teamId: string | null;
	days: (typeof simulatedDays)[number];
	/** The texts of the policy's fields, by path. */
	form: Readonly<Record<string, unknown>>;
}

/** A simulation as its author sees it. */
export interface SimulationPage {
	id: string;
	team: { id: string; name: string } | null;
	days: number;
	/** The dates that were counted, in words. */
	dates: string;
	changes: PolicyChange[];
	progress: Progress;
}

/**
 * The form of the simulator, for a team or the organisation; for the organisation too where the team is too small to be looked at by itself.
 * @param from an earlier simulation of the viewer's, whose numbers to begin with
 * @throws Refusal `not-allowed` for anybody but the authors of policies, `not-found` for a team that is none
 */
export function simulatorPage(db: Db, viewer: Viewer, teamId: string | null, now: Instant, from = ''): SimulatorPage {
	requireAuthor(db, viewer);
	const [open, teams] = [openTeams(db), teamsToLookAt(db, now)];
	const asked = teamId === null ? null : open.find(({ id }) => id === teamId);
	if (asked === undefined) throw notFound();
	const team = teams.find(({ id }) => id === teamId) ?? null;
	const { layers, present } = presentPolicy(db, team?.id ?? null);
	return {
		...{ team, teams, someTooSmall: teams.length < open.length, tooSmall: team === null ? (asked?.name ?? null) : null },
		fields: triedThemes(shownPolicy(layers)),
		values: valuesTriedOut(db, viewer, team?.id ?? null, now, from) ?? formOfPolicy(present)
	};
}

/**
 * What an earlier simulation of the viewer's changed, over the policy as it is now: what others put in force since stays. Null where it is forgotten, or
 * was about another policy. @throws Refusal `not-allowed`
 */
export function valuesTriedOut(db: Db, viewer: Viewer, teamId: string | null, now: Instant, id: string): PolicyForm | null {
	const run = ownRun(db, viewer, id, now);
	if (run?.proposal.teamId !== teamId) return null;
	return formOfPolicy(changesOver(presentPolicy(db, teamId).present, ownPatch(run.present), run.proposal.patch));
}

/**
 * Starts a simulation, or puts it in the queue, and stops the author's earlier one. A form sent twice starts it once; one that was changed,
 * after going back to it, starts another.
 * @returns the simulation's id
 * @throws Refusal `not-allowed`, `not-found` for a team that may not be looked at by itself, `invalid` for fields that cannot be, `too-often`
 */
export function startSimulation(db: Db, viewer: Viewer, { formId, teamId, days, form }: NewSimulation, now: Instant): string {
	requireAuthor(db, viewer);
	if (teamId !== null && !teamsToLookAt(db, now).some((team) => team.id === teamId)) throw notFound();
	const { layers, present } = presentPolicy(db, teamId);
	const window = windowOf(zoneOf(db), Number(days), now);
	const proposal = { teamId, patch: proposedPatch(present, form), days: Number(days), window };
	refuseEmptyWeeks(db, teamId, proposal.patch);
	const own = [...runsOf(db, now).values()].filter(({ authorId }) => authorId === viewer.id);
	const sent = own.find((run) => run.formId === formId && JSON.stringify(run.proposal) === JSON.stringify(proposal));
	if (sent) return sent.id;
	const id = randomUUID();
	withTx(db, () => {
		refuseTooMany(db, viewer, now);
		audit(db, viewer, { action: 'policy.simulated', subject: { kind: 'simulation', id }, detail: { teamId, days: Number(days) } }, now);
	});
	for (const run of own) stopRun(run);
	addRun(db, { id, formId, authorId: viewer.id, startedAt: now, present: layers, inForce: patchesNow(db), proposal });
	return id;
}

/** The viewer's simulation with this id; null where it is forgotten, or somebody else's. @throws Refusal `not-allowed` */
export function findSimulation(db: Db, viewer: Viewer, id: string, now: Instant): SimulationPage | null {
	const run = ownRun(db, viewer, id, now);
	if (run === null) return null;
	const { proposal, present, progress } = run;
	const { teamId, patch, days, window } = proposal;
	const proposed = teamId === null ? { ...present, organisation: patch } : { ...present, team: patch };
	return {
		...{ id, days, progress, changes: policyChanges(present, proposed) },
		team: openTeams(db).find((team) => team.id === teamId) ?? null,
		dates: datesOf(zoneOf(db), window, now)
	};
}

/** Stops a simulation of the viewer's that is going on or waits; any other stays as it is. @throws Refusal `not-allowed` */
export function stopSimulation(db: Db, viewer: Viewer, id: string, now: Instant): void {
	const run = ownRun(db, viewer, id, now);
	if (run) stopRun(run);
}

function ownRun(db: Db, viewer: Viewer, id: string, now: Instant): Run | null {
	requireAuthor(db, viewer);
	const run = runsOf(db, now).get(id);
	return run?.authorId === viewer.id ? run : null;
}

function presentPolicy(db: Db, teamId: string | null): { layers: PolicyLayers; present: PolicyPatch } {
	const layers = layersOf(db, teamId);
	return { layers, present: ownPatch(layers) };
}

/** That of the team, or of the organisation where it is about no team. */
const ownPatch = ({ organisation, team }: PolicyLayers): PolicyPatch => team ?? organisation;

function teamsToLookAt(db: Db, now: Instant): { id: string; name: string }[] {
	const { until } = windowOf(zoneOf(db), 0, now);
	const sizes = new Map<string, number>();
	for (const team of homeTeamsAt(db, until).values()) sizes.set(team, (sizes.get(team) ?? 0) + 1);
	const shown = groupsShown(sizes);
	return openTeams(db).filter(({ id }) => shown.has(id));
}

const zoneOf = (db: Db) => findOrganisation(db)?.zone ?? 'UTC';

/** Whole days, up to the last midnight: however often it is run in a day, it is run on the same facts about the same people. */
export function windowOf(zone: string, days: number, now: Instant): SimulatedWindow {
	const today = personDayOf(zone, '00:00', now);
	return { from: personDayStart(zone, '00:00', addDays(today, -days)), until: personDayStart(zone, '00:00', today) };
}

function datesOf(zone: string, { from, until }: SimulatedWindow, now: Instant): string {
	const dateOf = (instant: Instant) => personDayOf(zone, '00:00', instant);
	return datesWords(dateOf(from), dateOf(until - 1), dateOf(now));
}

/** Counted in the audit trail, which every process of this server writes to and no restart empties. */
const startsSince = perDatabase((db) =>
	db.$client
		.prepare<[string, Instant], number>(`select count(*) from audit_entries where actor_id = ? and at > ? and action = 'policy.simulated'`)
		.pluck()
);

function refuseTooMany(db: Db, { id }: Viewer, now: Instant): void {
	if ((startsSince(db).get(id, now - MS_PER_DAY) ?? 0) < mostADay) return;
	throw new Refusal(
		'too-often',
		`You have tried out ${mostADay} policies within a day. That is the most: many small steps could tell of single people.`
	);
}
