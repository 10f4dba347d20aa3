import { and, inArray, isNotNull, ne } from 'drizzle-orm';
import { recipientsAt, standsInLine, type Routed } from '#lib/domain/lines.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { alertEvents } from './db/schema/records.ts';
import type { AlertRow } from './recipients.ts';
import { rosterFor, type Roster } from './supervisors.ts';

/** What of an alert says who can read it; also of one that is about to be changed. */
export type Readable = Routed & Pick<AlertRow, 'id' | 'raisedAt' | 'closedAt'>;

/**
 * The names of everybody who can open each of one person's alerts now, for that person: those it is routed or escalated to while it is
 * open, and those who opened it and still stand in its line, also once it is closed.
 */
export function readersOf(db: Db, personId: string, of: readonly Readable[], now: Instant): (alert: Readable) => string[] {
	const roster = rosterFor(db, [personId], now);
	const readers = readersOn(roster, touchedBy(db, of));
	return (alert) => readers({ ...alert, personId }).map((id) => roster.name(id));
}

/** The ids of everybody who can open any of these alerts now. Not checked for a viewer. */
export function readerIds(db: Db, of: readonly (Readable & Pick<AlertRow, 'personId'>)[], now: Instant): Set<string> {
	if (of.length === 0) return new Set();
	const about = of.map(({ personId }) => personId);
	return new Set(of.flatMap(readersOn(rosterFor(db, about, now), touchedBy(db, of))));
}

function readersOn(roster: Roster, touched: readonly Touched[]): (alert: Readable & Pick<AlertRow, 'personId'>) => string[] {
	return (alert) => {
		const { supervisors, standing } = roster.about(alert.personId, alert);
		const routed = alert.closedAt === null ? recipientsAt(alert, supervisors, standing).map(({ id }) => id) : [];
		const kept = touched.filter(({ alertId, id }) => alertId === alert.id && standsInLine(alert, supervisors, standing, id) !== null);
		return [...new Set([...routed, ...kept.map(({ id }) => id)])];
	};
}

interface Touched {
	alertId: string;
	id: string;
}

/** Who opened these alerts, or recorded a step of them, beside the person. */
function touchedBy(db: Db, of: readonly Readable[]): Touched[] {
	if (of.length === 0) return [];
	const ids = of.map(({ id }) => id);
	return db
		.selectDistinct({ alertId: alertEvents.alertId, id: alertEvents.actorId })
		.from(alertEvents)
		.where(and(inArray(alertEvents.alertId, ids), isNotNull(alertEvents.actorId), ne(alertEvents.actorId, alertEvents.personId)))
		.all()
		.flatMap(({ alertId, id }) => (id === null ? [] : [{ alertId, id }]));
}
