import { createHash } from 'node:crypto';
import { and, asc, eq, type SQL } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { listTicks } from './db/schema/lists.ts';
import { people } from './db/schema/people.ts';
import { momentWords } from './moments.ts';
import type { Viewer } from './viewer.ts';

export const listChanges = ['rota', 'break-cover', 'other-work', 'nothing'] as const;
/** What a lead can tick on a list. */
export type ListChange = (typeof listChanges)[number];

export const changeLabels: Record<ListChange, string> = {
	rota: 'Rota',
	'break-cover': 'Break cover',
	'other-work': 'Other work',
	nothing: 'Nothing changes'
};

/** The line of one person on a team's list. */
export interface LineOfList {
	teamId: string;
	/** ISO week in which the list was made, `2026-W46`. */
	week: string;
	personId: string;
}

/** What was ticked for a line at an instant; nothing at all: it was taken back. */
export interface Tick extends LineOfList {
	changes: ListChange[];
	actorId: string;
	actor: string;
	at: Instant;
	/** Ids of the findings that stood over their limits on the line then. */
	shown: readonly string[];
}

/** All that was ever ticked on a team's list, oldest first. Not checked for a viewer. */
export function ticksOn(db: Db, teamId: string, week: string): Tick[] {
	return ticksWhere(db, and(eq(listTicks.teamId, teamId), eq(listTicks.week, week)));
}

/** All that was ever ticked about a person, oldest first. Not checked for a viewer. */
export function ticksAbout(db: Db, personId: string): Tick[] {
	return ticksWhere(db, eq(listTicks.personId, personId));
}

function ticksWhere(db: Db, where: SQL | undefined): Tick[] {
	return db
		.select({ tick: listTicks, actor: people.name })
		.from(listTicks)
		.innerJoin(people, eq(people.id, listTicks.actorId))
		.where(where)
		.orderBy(asc(listTicks.id))
		.all()
		.map(({ tick, actor }) => ({
			...{
				teamId: tick.teamId,
				week: tick.week,
				personId: tick.personId,
				actorId: tick.actorId,
				actor,
				at: tick.recordedAt,
				shown: tick.shown
			},
			changes: listChanges.filter((change) => tick[tickColumns[change]])
		}));
}

/** Stands for a set of findings in a form, so that what was ticked counts for them alone. Shaped as an id. */
export function shownAs(findingIds: readonly string[]): string {
	const hash = createHash('sha256')
		.update([...findingIds].sort().join())
		.digest('hex');
	return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** The column of each. */
export const tickColumns = { rota: 'rota', 'break-cover': 'breakCover', 'other-work': 'otherWork', nothing: 'nothing' } as const;

/** What was ticked, with who and when. */
export interface Ticked {
	/** `rota, break cover`; of what was taken back: `taken back`. */
	words: string;
	by: string;
	when: string;
}

/** A tick as it is read: by name, or `You`. */
export function tickedWords(viewer: Viewer, { changes, actorId, actor, at }: Tick, now: Instant): Ticked {
	const words = changes.map((change) => changeLabels[change].toLowerCase()).join(', ');
	return { words: words || 'taken back', by: actorId === viewer.id ? 'You' : actor, when: momentWords(viewer.zone, at, now) };
}
