import { eq } from 'drizzle-orm';
import { conversationFrom } from '#lib/domain/alert.ts';
import type { Instant, LocalDate } from '#lib/domain/time.ts';
import { meanwhile, supportItems } from './alert-steps.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { conversations, type AlertEventDetail, type SupportItem } from './db/schema/records.ts';
import { withTx } from './db/tx.ts';
import { queueForNewcomers } from './delivery/outbox.ts';
import { localDate } from './local-time.ts';
import { currentRoute, lastDayToSpeak, servableBy } from './opened-prompt.ts';
import { shortDay } from './prompt-words.ts';
import { routeOf, type AlertRow } from './recipients.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import type { Viewer } from './viewer.ts';
import { keepEvent } from './alert-events.ts';

export interface NewConversation {
	/** The form's id, which becomes the conversation's. */
	id: string;
	/** The alert from which it is recorded: it says with whom. */
	alertId: string;
	/** The open alerts that it served, at least one. */
	served: readonly string[];
	/** What was agreed; may be nothing. */
	items: readonly SupportItem[];
	/** When to speak again; null leaves it to the clock. */
	on: LocalDate | null;
}

/**
 * Records one conversation: it closes a routine prompt that it served and takes others on to "follow up". One at a time, never in bulk.
 * Sent twice it is recorded once.
 * @throws Refusal `not-found` for an alert that is not the viewer's to see; `invalid` on `served` or `on`; `conflict` for an alert that was closed meanwhile, or a form id that stands for another conversation
 */
export function recordConversation(db: Db, viewer: Viewer, what: NewConversation, now: Instant): void {
	withTx(db, () => {
		const { alert } = currentRoute(db, viewer, what.alertId, now);
		const items = supportItems.filter((item) => what.items.includes(item));
		if (isRepeated(db, viewer, alert.personId, { ...what, items })) return;
		const served = servedBy(db, viewer, alert, what.served, now);
		const { on } = what;
		if (on !== null) checkDate(db, viewer, served, on, now);
		const reasons = served.map(({ reason }) => reason);
		const { personId: person } = alert;
		const row = { id: what.id, personId: person, reasons, items, recordedBy: viewer.id };
		recordFact(db, now, {
			personId: person,
			actorId: viewer.id,
			fact: (at) => ({ type: 'conversation', at, person, reasons }),
			write: (at) => {
				db.insert(conversations)
					.values({ ...row, recordedAt: at })
					.run();
				for (const each of served) {
					const detail: AlertEventDetail = { items, ...(on !== null && staysOpen(each) ? { on } : {}) };
					keepEvent(db, { alertId: each.id, personId: person, at, event: 'conversation', level: each.level, actorId: viewer.id, detail });
				}
			}
		});
		// It may be somebody's who is away, and only looked in.
		queueForNewcomers(db, now, person);
	});
}

function isRepeated(db: Db, viewer: Viewer, personId: string, { id, served, items }: NewConversation): boolean {
	const earlier = db.select().from(conversations).where(eq(conversations.id, id)).get();
	if (!earlier) return false;
	const same = earlier.recordedBy === viewer.id && earlier.personId === personId && earlier.reasons.length === new Set(served).size;
	if (same && earlier.items.join() === items.join()) return true;
	throw new Refusal('conflict', 'This form was sent before, with something else in it. Please load the page again; nothing new was saved.');
}

/** The open alerts with these ids. What was closed meanwhile is said, what was never theirs is not. */
function servedBy(db: Db, viewer: Viewer, { personId }: AlertRow, ids: readonly string[], now: Instant): AlertRow[] {
	if (ids.length === 0) throw invalid('served', 'Please tick what you talked about. Of several conversations, record each by itself.');
	const open = servableBy(db, viewer, personId, now);
	for (const id of ids) {
		if (open.some((alert) => alert.id === id)) continue;
		const route = routeOf(db, viewer, id, now);
		if (!route || route.alert.personId !== personId) throw notFound();
		throw meanwhile();
	}
	return open.filter(({ id }) => ids.includes(id));
}

/** Whether a conversation leaves this alert to be followed up. */
function staysOpen({ reason, state }: AlertRow): boolean {
	const from: readonly string[] = [...conversationFrom, 'accepted'];
	return reason !== 'routine' && from.includes(state);
}

function checkDate(db: Db, viewer: Viewer, served: readonly AlertRow[], on: LocalDate, now: Instant): void {
	const open = served.filter(staysOpen);
	if (open.length === 0)
		throw invalid('on', 'Nothing stays open after this conversation, so there is no date to keep. Please leave it empty.');
	const today = localDate(viewer.zone, now);
	const last = lastDayToSpeak(db, viewer, open, now);
	if (on < today) throw invalid('on', 'This date has passed. Please choose today or a later day.');
	if (on > last) throw invalid('on', `Please choose ${shortDay(last, today)} or an earlier day.`);
}
