import type { Instant } from '#lib/domain/time.ts';
import { noteReading, reading, type Reading } from './access-log.ts';
import type { Db } from './db/connection.ts';
import { factorsSeen, type FactorsSeen } from './factors-seen.ts';
import { hoursSeen, type HoursSeen } from './hours-seen.ts';
import { limitsSeen, type LimitsSeen } from './limits-seen.ts';
import { rightsOver, rightsOverOne, type Rights } from './person-rights.ts';
import { notFound, Refusal } from './refusal.ts';
import { trendsSeen, type TrendsSeen } from './trends-seen.ts';
import type { Viewer } from './viewer.ts';

/** Somebody of whose record the viewer may open something. Names alone: nothing to rank or to search by. */
export interface Openable {
	id: string;
	name: string;
	team: string | null;
}

/** The people of whose record the viewer may open something, by name; for most viewers nobody. */
export function openablePeople(db: Db, viewer: Viewer): Openable[] {
	return rightsOver(db, viewer).map(({ id, name, team }) => ({ id, name, team }));
}

export const recordParts = ['limits', 'hours', 'agreed', 'trends'] as const;
export type RecordPart = (typeof recordParts)[number];

/** What somebody can say they look for. */
export const statedPurposes = ['plan-support', 'return-to-work', 'asked-by-person', 'review'] as const;
export type StatedPurpose = (typeof statedPurposes)[number];

/** The page of one person: which parts the viewer may open, and for which a purpose is asked first. */
export interface PersonPage extends Openable {
	parts: { part: RecordPart; stated: boolean }[];
}

/**
 * A part of somebody's record as supervisors see it. Limits and hours are work data, for leads, officers and heads; lower limits that were agreed
 * are for officers and heads; bands and trends for those whom the person has named. None of them has a field for an answer or a score, and none may come.
 */
export type SeenPart = LimitsSeen | HoursSeen | FactorsSeen | TrendsSeen;

/** The page of somebody of whose record the viewer may open something. @throws Refusal `not-found` for anybody else */
export function personPage(db: Db, viewer: Viewer, personId: string): PersonPage {
	const { id, name, team, ...rights } = allowed(db, viewer, personId);
	const stated = { limits: rights.limits === 'stated', hours: true, agreed: rights.agreed === 'stated', trends: false };
	const parts = recordParts.filter((part) => mayOpen(rights, part)).map((part) => ({ part, stated: stated[part] }));
	return { id, name, team, parts };
}

/**
 * Opens one part of somebody's record, noted for them first. Null where a purpose has to be stated and was not: then nothing is read.
 * @throws Refusal `not-found` for what the viewer may not open; `full` where it cannot be noted
 */
export function openPart(
	db: Db,
	viewer: Viewer,
	{ personId, part, purpose }: { personId: string; part: RecordPart; purpose: StatedPurpose | null },
	now: Instant
): SeenPart | null {
	return reading(db, () => {
		const rights = allowed(db, viewer, personId);
		if (!mayOpen(rights, part)) throw notFound();
		const why = whyOf(rights, part, purpose);
		if (why === null) return null;
		noteReading(db, viewer, { kind: part, why: { purpose: why } }, [personId], now);
		if (part === 'limits') return limitsSeen(db, viewer, rights, now);
		if (part === 'agreed') return factorsSeen(db, viewer, rights, { now, why });
		return part === 'hours' ? hoursSeen(db, viewer, rights, now) : trendsSeen(db, viewer, rights, now);
	});
}

/**
 * Refuses a form of a part for which a purpose has to be stated and was not, as the part itself would not open.
 * @throws Refusal `not-found` for what the viewer may not open; `conflict` without the purpose
 */
export function requirePurpose(
	db: Db,
	viewer: Viewer,
	{ personId, part, purpose }: { personId: string; part: RecordPart; purpose: StatedPurpose | null }
): void {
	const rights = allowed(db, viewer, personId);
	if (!mayOpen(rights, part)) throw notFound();
	if (whyOf(rights, part, purpose) !== null) return;
	throw new Refusal('conflict', 'Please open this again and say first what you need it for; nothing was saved.');
}

function allowed(db: Db, viewer: Viewer, personId: string): Rights {
	const rights = rightsOverOne(db, viewer, personId);
	if (!rights) throw notFound();
	return rights;
}

function mayOpen({ limits, hours, agreed, namedAt }: Pick<Rights, 'limits' | 'hours' | 'agreed' | 'namedAt'>, part: RecordPart): boolean {
	return { limits: limits !== null, hours, agreed: agreed !== null, trends: namedAt !== null }[part];
}

/** Why a part is opened; null where it has to be stated. */
export type Why = Extract<Reading['why'], { purpose: unknown }>['purpose'];

function whyOf({ limits, agreed }: Rights, part: RecordPart, purpose: StatedPurpose | null): Why | null {
	if (part === 'trends') return 'named';
	return { limits, agreed, hours: null }[part] === 'duty' ? 'duty' : purpose;
}
