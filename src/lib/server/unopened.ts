import type { Instant } from '#lib/domain/time.ts';
import { questionsWaiting } from './access-questions.ts';
import { eventsOf, type EventRow } from './alert-events.ts';
import type { Db } from './db/connection.ts';
import { asksAnew } from './delivery/askings.ts';
import { disputesWaiting } from './disputes.ts';
import { routesOf } from './recipients.ts';
import type { Viewer } from './viewer.ts';

/**
 * How many of the open alerts that the viewer sees they have not opened since they were asked, or asked anew. For a head of welfare what waits of
 * conversations that are said not to have happened, and of questions about who has looked, counts as well.
 */
export function unopenedFor(db: Db, viewer: Viewer, now: Instant): number {
	const rows = routesOf(db, viewer, now).map(({ alert }) => alert);
	const events = Map.groupBy(eventsOf(db, rows), ({ alertId }) => alertId);
	const unopened = rows.filter(({ id }) => !hasOpened(viewer, events.get(id) ?? [])).length;
	return unopened + disputesWaiting(db, viewer, now) + questionsWaiting(db, viewer, now);
}

/**
 * Whether the viewer had opened an alert, and has not since it was asked anew. A page that still shows it must not look again by itself:
 * the person would read "seen by", and nobody was there.
 */
export function isAskedAnew(db: Db, viewer: Viewer, alertId: string): boolean {
	const events = eventsOf(db, [{ id: alertId }]);
	return events.some((event) => isSeenBy(viewer, event)) && !hasOpened(viewer, events);
}

/** Whether the viewer has opened an alert since it was raised, last renewed, or an offer stayed unanswered. @param events all of the alert, oldest first */
export function hasOpened(viewer: Viewer, events: readonly EventRow[]): boolean {
	const asked = events.findLastIndex(({ event }) => asksAnew(event));
	return events.slice(asked + 1).some((event) => isSeenBy(viewer, event));
}

function isSeenBy({ id }: Viewer, { event, actorId }: EventRow): boolean {
	return event === 'seen' && actorId === id;
}
