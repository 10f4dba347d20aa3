import { randomUUID } from 'node:crypto';
import { and, asc, eq, inArray, isNotNull, isNull, ne, or } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import { readClock } from './clocks.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { exclusions, onCall, people, roles, sharingChoices } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { linesChanged } from './lines-changed.ts';
import { endPlansWith } from './plans.ts';
import { invalid, notFound } from './refusal.ts';
import type { Role, Viewer } from './viewer.ts';

/** A welfare officer whom the viewer may name. */
export interface Officer {
	id: string;
	name: string;
}

/** Whom a concern may prompt; who may see bands and trends. */
export type SharingKind = 'prompt' | 'trends';

export interface SharingChoices {
	/** False until the question on joining was answered. */
	asked: boolean;
	/** By name; a head of welfare can be named to see bands and trends, and is prompted only where nobody before them is left. */
	officers: (Officer & { prompt: boolean; trends: boolean; mayPrompt: boolean })[];
	/** Named earlier, but not a welfare officer of the viewer's employer any more: they see nothing, and saving drops them. */
	former: string[];
}

export interface Exclusions {
	excluded: Officer[];
	/** Supervisors who could be excluded. */
	others: Officer[];
}

/** The welfare officers of the viewer's own employer: joined, enabled, not the viewer, not excluded by them. By name. */
export function officersOf(db: Db, viewer: Viewer): Officer[] {
	return holdersFor(db, viewer, ['welfare']);
}

/** Who can be named to see bands and trends: the same, and the heads of welfare of the viewer's own employer. By name. */
export function trendsOfficersOf(db: Db, viewer: Viewer): Officer[] {
	return holdersFor(db, viewer, ['welfare', 'head_of_welfare']);
}

function holdersFor(db: Db, viewer: Viewer, held: Role[]): Officer[] {
	const without = new Set(excludedIds(db, viewer));
	return db
		.selectDistinct({ id: people.id, name: people.name })
		.from(people)
		.innerJoin(roles, and(eq(roles.personId, people.id), inArray(roles.role, held), isNull(roles.endedAt), isNotNull(roles.confirmedAt)))
		.where(and(eq(people.employerId, viewer.employerId), isNotNull(people.joinedAt), isNull(people.disabledAt), ne(people.id, viewer.id)))
		.orderBy(asc(people.name))
		.all()
		.filter(({ id }) => !without.has(id));
}

function excludedIds(db: Db, viewer: Viewer): string[] {
	return db
		.select({ id: exclusions.excludedId })
		.from(exclusions)
		.where(and(eq(exclusions.personId, viewer.id), isNull(exclusions.endedAt)))
		.all()
		.map(({ id }) => id);
}

function current(db: Db, viewer: Viewer): { id: string; kind: SharingKind; officerId: string; name: string }[] {
	return db
		.select({ id: sharingChoices.id, kind: sharingChoices.kind, officerId: sharingChoices.officerId, name: people.name })
		.from(sharingChoices)
		.innerJoin(people, eq(people.id, sharingChoices.officerId))
		.where(and(eq(sharingChoices.personId, viewer.id), isNull(sharingChoices.endedAt)))
		.orderBy(asc(people.name))
		.all();
}

/** The viewer's sharing choices. Nobody is named until they say so. */
export function sharingOf(db: Db, viewer: Viewer): SharingChoices {
	const named = current(db, viewer);
	const officers = trendsOfficersOf(db, viewer);
	const prompted = new Set(officersOf(db, viewer).map(({ id }) => id));
	const has = (kind: SharingKind, officer: Officer) => named.some((choice) => choice.kind === kind && choice.officerId === officer.id);
	return {
		asked: viewer.sharingAsked,
		officers: officers.map((officer) => ({
			...officer,
			...{ prompt: has('prompt', officer), trends: has('trends', officer), mayPrompt: prompted.has(officer.id) }
		})),
		former: [...new Set(named.filter(({ officerId }) => !officers.some(({ id }) => id === officerId)).map(({ name }) => name))]
	};
}

/**
 * Sets whom a concern may prompt and who may see bands and trends, naming people; nobody is a choice. Answers the question on joining.
 * Sent twice it changes nothing the second time.
 * @throws Refusal `invalid` where somebody named is not a welfare officer of the viewer's own employer
 */
export function chooseSharing(db: Db, viewer: Viewer, what: { prompt: readonly string[]; trends: readonly string[] }, now: Instant): void {
	withTx(db, () => {
		const idsOf = (officers: readonly Officer[]) => new Set(officers.map(({ id }) => id));
		const officers = { prompt: idsOf(officersOf(db, viewer)), trends: idsOf(trendsOfficersOf(db, viewer)) };
		for (const kind of ['prompt', 'trends'] as const) {
			if (what[kind].some((id) => !officers[kind].has(id)))
				throw invalid(kind, 'Please choose from the list: somebody named is not a welfare officer of yours any more.');
		}
		const changed = setNamed(db, viewer, { prompt: new Set(what.prompt), trends: new Set(what.trends) }, now);
		if (changed) auditSharing(db, viewer, now);
		decideLater(db, viewer, now);
	});
}

/** Leaves the question on joining unanswered: nobody is named, and it is not asked again. */
export function decideLater(db: Db, viewer: Viewer, now: Instant): void {
	withTx(db, () => {
		const unasked = and(eq(people.id, viewer.id), isNull(people.sharingAskedAt));
		db.update(people).set({ sharingAskedAt: now }).where(unasked).run();
	});
}

/**
 * One entry for naming, for passing over and for taking that back, without whom: the trail outlasts the choice, and an exclusion is invisible to the
 * one who is passed over.
 */
function auditSharing(db: Db, viewer: Viewer, now: Instant): void {
	audit(db, viewer, { action: 'sharing.changed', subject: { kind: 'person', id: viewer.id } }, now);
}

/** Records the choices; the rules hear of it only where "anybody" becomes "nobody" or the other way round. Returns whether anything differs. */
function setNamed(db: Db, viewer: Viewer, wanted: Record<SharingKind, ReadonlySet<string>>, now: Instant): boolean {
	const before = current(db, viewer);
	const prompted = before.some(({ kind }) => kind === 'prompt');
	const ends = before.filter(({ kind, officerId }) => !wanted[kind].has(officerId)).map(({ id }) => id);
	const begins = (['prompt', 'trends'] as const).flatMap((kind) =>
		[...wanted[kind]]
			.filter((officerId) => !before.some((choice) => choice.kind === kind && choice.officerId === officerId))
			.map((officerId) => ({ kind, officerId }))
	);
	const write = (at: Instant) => {
		if (ends.length > 0) db.update(sharingChoices).set({ endedAt: at }).where(inArray(sharingChoices.id, ends)).run();
		for (const choice of begins)
			db.insert(sharingChoices)
				.values({ id: randomUUID(), personId: viewer.id, ...choice, recordedAt: at })
				.run();
	};
	const prompt = wanted.prompt.size > 0;
	// It is a fact all the same, and facts of one person follow one another.
	if (prompt === prompted) write(Math.max(now, readClock(db, viewer.id).lastFactAt));
	else
		recordFact(db, now, {
			personId: viewer.id,
			actorId: viewer.id,
			fact: (at) => ({ type: 'sharing', at, person: viewer.id, prompt }),
			write
		});
	linesChanged(db, now, viewer.id);
	return ends.length + begins.length > 0;
}

/** Whom the viewer has excluded, and whom they could: the leads and peers of the home team and who is on call for it, welfare officers and heads of welfare. */
export function exclusionsOf(db: Db, viewer: Viewer): Exclusions {
	const without = excludedIds(db, viewer);
	const excluded =
		without.length === 0
			? []
			: db.select({ id: people.id, name: people.name }).from(people).where(inArray(people.id, without)).orderBy(asc(people.name)).all();
	return { excluded, others: supervisorsOf(db, viewer).filter(({ id }) => !without.includes(id)) };
}

function supervisorsOf(db: Db, viewer: Viewer): Officer[] {
	const inTeam = viewer.homeTeam ? and(eq(roles.teamId, viewer.homeTeam.id), inArray(roles.role, ['lead', 'peer', 'welfare'])) : undefined;
	const calls = viewer.homeTeam
		? db
				.select({ id: onCall.personId })
				.from(onCall)
				.where(and(eq(onCall.teamId, viewer.homeTeam.id), isNull(onCall.endedAt)))
		: [];
	const ofEmployer = and(eq(people.employerId, viewer.employerId), eq(roles.role, 'welfare'));
	return db
		.selectDistinct({ id: people.id, name: people.name })
		.from(people)
		.innerJoin(roles, and(eq(roles.personId, people.id), isNull(roles.endedAt), isNotNull(roles.confirmedAt)))
		.where(
			and(
				isNull(people.disabledAt),
				ne(people.id, viewer.id),
				or(inTeam, ofEmployer, eq(roles.role, 'head_of_welfare'), inArray(people.id, calls))
			)
		)
		.orderBy(asc(people.name))
		.all();
}

/**
 * "Not this person": they receive nothing about the viewer from now on and are not told. Sharing choices that name them end, and so does a plan
 * with them.
 * @throws Refusal `invalid` for somebody who is no supervisor of the viewer
 */
export function exclude(db: Db, viewer: Viewer, what: { personId: string }, now: Instant): void {
	withTx(db, () => {
		const { excluded, others } = exclusionsOf(db, viewer);
		if (excluded.some(({ id }) => id === what.personId)) return;
		if (!others.some(({ id }) => id === what.personId)) throw invalid('personId', 'Please choose somebody from the list.');
		db.insert(exclusions).values({ id: randomUUID(), personId: viewer.id, excludedId: what.personId, recordedAt: now }).run();
		auditSharing(db, viewer, now);
		const named = current(db, viewer).filter(({ officerId }) => officerId !== what.personId);
		const still = (kind: SharingKind) => new Set(named.filter((choice) => choice.kind === kind).map(({ officerId }) => officerId));
		setNamed(db, viewer, { prompt: still('prompt'), trends: still('trends') }, now);
		endPlansWith(db, viewer, what.personId, now);
	});
}

/** Takes an exclusion back. What had been shared with them is not: it has to be chosen again. @throws Refusal `not-found` where they never were excluded */
export function includeAgain(db: Db, viewer: Viewer, what: { personId: string }, now: Instant): void {
	const theirs = and(eq(exclusions.personId, viewer.id), eq(exclusions.excludedId, what.personId));
	withTx(db, () => {
		if (!db.select({ id: exclusions.id }).from(exclusions).where(theirs).get()) throw notFound();
		const { changes } = db
			.update(exclusions)
			.set({ endedAt: now })
			.where(and(theirs, isNull(exclusions.endedAt)))
			.run();
		if (changes > 0) auditSharing(db, viewer, now);
		linesChanged(db, now, viewer.id);
	});
}
