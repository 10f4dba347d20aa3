import { asc, eq, getTableColumns, inArray } from 'drizzle-orm';
import type { Instant, LocalDate } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { alertEvents, contactRequests } from './db/schema/records.ts';
import type { AlertRow } from './recipients.ts';
import { tellAlert } from './telling.ts';
import type { Viewer } from './viewer.ts';

export type EventRow = typeof alertEvents.$inferSelect & { actor: string | null };

const leaving: readonly string[] = ['renewed', 'corrected', 'closed'];

/** Stores a step of an alert, or what a rule did to it; call it before the alert itself is changed. Whoever sees it is told. */
export function keepEvent(db: Db, event: typeof alertEvents.$inferInsert): void {
	tellAlert(db, event.alertId, event.at, leaving.includes(event.event));
	db.insert(alertEvents).values(event).run();
	const { alertId, actorId, level, at } = event;
	audit(db, { id: actorId ?? null }, { action: `alert.${event.event}`, subject: { kind: 'alert', id: alertId }, detail: { level } }, at);
}

/** All steps of these alerts with their actors' names, oldest first: for the person they are about. Others read {@link eventsFor}. */
export function eventsOf(db: Db, of: readonly Pick<AlertRow, 'id'>[]): EventRow[] {
	if (of.length === 0) return [];
	return db
		.select({ ...getTableColumns(alertEvents), actor: people.name })
		.from(alertEvents)
		.leftJoin(people, eq(people.id, alertEvents.actorId))
		.where(
			inArray(
				alertEvents.alertId,
				of.map(({ id }) => id)
			)
		)
		.orderBy(asc(alertEvents.id))
		.all();
}

/**
 * The steps of these alerts that the viewer may read, oldest first per alert; the caller has checked that they may see the alerts.
 * A request for contact is addressed: what followed an earlier one to somebody else stays with whom it was addressed to and who took
 * part in it. For whoever does not see the earlier ones, theirs is the first.
 */
export function eventsFor(db: Db, viewer: Viewer, of: readonly AlertRow[]): EventRow[] {
	const events = Map.groupBy(eventsOf(db, of), ({ alertId }) => alertId);
	const kinds = kindsAsked(db, of);
	return of.flatMap((alert) => {
		const own = events.get(alert.id) ?? [];
		return alert.reason === 'contact' ? visible(viewer, requestsIn(own), kinds) : own;
	});
}

function visible({ id }: Viewer, requests: readonly EventRow[][], kinds: ReadonlyMap<string, string>): EventRow[] {
	const target = ([asked]: EventRow[]) => asked && `${asked.detail?.toId} ${kinds.get(instantKey(asked.personId, asked.at))}`;
	const present = target(requests.at(-1) ?? []);
	const from = requests.findLastIndex((request) => target(request) !== present) + 1;
	const theirs = (request: EventRow[]) => request.some(({ actorId, detail }) => actorId === id || detail?.toId === id);
	const [first, ...rest] = requests.filter((request, index) => index >= from || theirs(request)).flat();
	return first ? [{ ...first, event: first.event === 'renewed' ? 'raised' : first.event }, ...rest] : [];
}

/** The events of one alert by the request that they followed. */
function requestsIn(events: readonly EventRow[]): EventRow[][] {
	const requests: EventRow[][] = [];
	for (const event of events) {
		if (event.event === 'raised' || event.event === 'renewed' || requests.length === 0) requests.push([]);
		requests.at(-1)?.push(event);
	}
	return requests;
}

/** As what somebody was asked, by person and instant, which a request shares with its event. */
function kindsAsked(db: Db, of: readonly AlertRow[]): Map<string, string> {
	const ids = of.filter(({ reason }) => reason === 'contact').map(({ personId }) => personId);
	if (ids.length === 0) return new Map();
	const rows = db.select().from(contactRequests).where(inArray(contactRequests.personId, ids)).all();
	return new Map(rows.map(({ personId, recordedAt, toKind }) => [instantKey(personId, recordedAt), toKind]));
}

const instantKey = (personId: string, at: number) => `${personId} ${at}`;

/** Since when an alert is there for whoever sees these of its events. */
export function askedAt(events: readonly EventRow[]): (alert: AlertRow) => Instant {
	return ({ id, raisedAt }) => events.find(({ alertId }) => alertId === id)?.at ?? raisedAt;
}

/** The date chosen last for speaking again, per alert. */
export function chosenDates(events: readonly EventRow[]): Map<string, LocalDate> {
	const dates = new Map<string, LocalDate>();
	for (const { alertId, event, detail } of events) {
		if (event === 'conversation' && detail?.on) dates.set(alertId, detail.on);
		if (event === 'answered' || event === 'offered' || event === 'renewed') dates.delete(alertId);
	}
	return dates;
}
