import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { listTicks } from './db/schema/lists.ts';
import { firstTime, withTx } from './db/tx.ts';
import { listChanges, shownAs, ticksOn, type LineOfList, type ListChange, type Tick } from './list-ticks.ts';
import { invalid, Refusal } from './refusal.ts';
import { tellLeads, tellPerson } from './telling.ts';
import type { Viewer } from './viewer.ts';
import { requireLine } from './weekly-lists.ts';

/** One line of one list, and the form's own id. */
export interface LineForm extends LineOfList {
	id: string;
}

/** What is ticked, and the line's own `shown` as the viewer had it before them. */
export interface Ticks {
	changes: readonly ListChange[];
	shown: string;
}

const lineChanged =
	'This line has changed since you opened the page, so nothing was saved yet. What you ticked is still here: please look at the line, and save again.';

/**
 * Ticks what changes for somebody on a list: something, or that nothing does. What was ticked before is kept; the last counts, for the limits
 * that stood there as it was ticked. The same form sent twice is stored once.
 * @throws Refusal `invalid` on `changes`; `conflict` where the line says something else by now; `not-found` for a line that the viewer does not
 * see, their own among them
 */
export function tickLine(db: Db, viewer: Viewer, what: LineForm & Ticks, now: Instant): void {
	const changes = listChanges.filter((change) => what.changes.includes(change));
	withTx(db, () => {
		const over = requireLine(db, viewer, what, now);
		if (changes.length === 0) throw invalid('changes', 'Please tick what changes, or “Nothing changes”.');
		if (changes.includes('nothing') && changes.length > 1)
			throw invalid('changes', 'Please tick either “Nothing changes” or what changes, not both.');
		if (!isFirst(db, viewer, what, changes, now)) return;
		if (what.shown !== shownAs(over)) throw new Refusal('conflict', lineChanged);
		record(db, viewer, what, { changes, over }, now);
	});
}

/**
 * Takes back what was ticked for somebody on a list; it stays on record that it was. Safe to call twice.
 * @throws Refusal `not-found` for a line that the viewer does not see
 */
export function takeBackTicks(db: Db, viewer: Viewer, what: LineForm, now: Instant): void {
	withTx(db, () => {
		const over = requireLine(db, viewer, what, now);
		if (isFirst(db, viewer, what, [], now) && lastTick(db, what)) record(db, viewer, what, { changes: [], over }, now);
	});
}

function isFirst(db: Db, viewer: Viewer, { id, personId }: LineForm, changes: readonly ListChange[], now: Instant): boolean {
	return firstTime(db, `list:${viewer.id}:${personId}:${changes.join('+')}:${id}`, viewer.id, now);
}

function lastTick(db: Db, { teamId, week, personId }: LineOfList): Tick | undefined {
	return ticksOn(db, teamId, week).findLast((tick) => tick.personId === personId);
}

interface Said {
	changes: readonly ListChange[];
	/** Ids of the findings that stand over their limits. */
	over: string[];
}

/** Stores it, unless the same was ticked last, of the same limits or more. */
function record(db: Db, viewer: Viewer, { teamId, week, personId }: LineForm, { changes, over }: Said, now: Instant): void {
	const last = lastTick(db, { teamId, week, personId });
	const isNew = changes.length > 0 && over.some((each) => !last?.shown.includes(each));
	if (last?.changes.join() === changes.join() && !isNew) return;
	tellPerson(db, personId);
	tellLeads(db, personId);
	const ticked = (change: ListChange) => changes.includes(change);
	db.insert(listTicks)
		.values({
			...{ teamId, week, personId, actorId: viewer.id, recordedAt: now, shown: over },
			...{ rota: ticked('rota'), breakCover: ticked('break-cover'), otherWork: ticked('other-work'), nothing: ticked('nothing') }
		})
		.run();
	const action = changes.length === 0 ? 'list.taken-back' : 'list.ticked';
	audit(db, viewer, { action, subject: { kind: 'person', id: personId }, detail: { teamId, week } }, now);
}
