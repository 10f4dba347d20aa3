import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { listTicks } from './db/schema/lists.ts';
import { firstTime, withTx } from './db/tx.ts';
import { listChanges, ticksOn, type LineOfList, type ListChange } from './list-ticks.ts';
import { invalid } from './refusal.ts';
import { tellLeads, tellPerson } from './telling.ts';
import type { Viewer } from './viewer.ts';
import { requireLine } from './weekly-lists.ts';

/** One line of one list, and the form's own id. */
export interface LineForm extends LineOfList {
	id: string;
}

/**
 * Ticks what changes for somebody on a list: something, or that nothing does. What was ticked before is kept; the last counts. The same
 * form sent twice is stored once.
 * @throws Refusal `invalid` on `changes`; `not-found` for a line that the viewer does not see, their own among them
 */
export function tickLine(db: Db, viewer: Viewer, what: LineForm & { changes: readonly ListChange[] }, now: Instant): void {
	const changes = listChanges.filter((change) => what.changes.includes(change));
	withTx(db, () => {
		requireLine(db, viewer, what, now);
		if (changes.length === 0) throw invalid('changes', 'Please tick what changes, or “Nothing changes”.');
		if (changes.includes('nothing') && changes.length > 1)
			throw invalid('changes', 'Please tick either “Nothing changes” or what changes, not both.');
		record(db, viewer, what, changes, now);
	});
}

/**
 * Takes back what was ticked for somebody on a list; it stays on record that it was. Safe to call twice.
 * @throws Refusal `not-found` for a line that the viewer does not see
 */
export function takeBackTicks(db: Db, viewer: Viewer, what: LineForm, now: Instant): void {
	withTx(db, () => {
		requireLine(db, viewer, what, now);
		if (ticksOn(db, what.teamId, what.week).some(({ personId }) => personId === what.personId)) record(db, viewer, what, [], now);
	});
}

function record(db: Db, viewer: Viewer, what: LineForm, changes: readonly ListChange[], now: Instant): void {
	const { id, teamId, week, personId } = what;
	if (!firstTime(db, `list:${viewer.id}:${personId}:${changes.join('+')}:${id}`, viewer.id, now)) return;
	const last = ticksOn(db, teamId, week).findLast((tick) => tick.personId === personId);
	if (last && last.changes.join() === changes.join()) return;
	tellPerson(db, personId);
	tellLeads(db, personId);
	const ticked = (change: ListChange) => changes.includes(change);
	db.insert(listTicks)
		.values({
			...{ teamId, week, personId, actorId: viewer.id, recordedAt: now },
			...{ rota: ticked('rota'), breakCover: ticked('break-cover'), otherWork: ticked('other-work'), nothing: ticked('nothing') }
		})
		.run();
	const action = changes.length === 0 ? 'list.taken-back' : 'list.ticked';
	audit(db, viewer, { action, subject: { kind: 'person', id: personId }, detail: { teamId, week } }, now);
}
