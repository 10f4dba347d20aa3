import { and, eq, isNotNull, ne } from 'drizzle-orm';
import { recipientsAt, standsInLine } from '#lib/domain/lines.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { alertEvents } from './db/schema/records.ts';
import type { AlertRow } from './recipients.ts';
import { rosterFor } from './supervisors.ts';

/**
 * The names of everybody who can open an alert now, for the person whom it is about: those it is routed or escalated to while it is
 * open, and those who opened it and still stand in its line, also once it is closed.
 */
export function readersOf(db: Db, alert: AlertRow, now: Instant): string[] {
	const roster = rosterFor(db, [alert.personId], now);
	const { supervisors, standing } = roster.about(alert.personId, alert.raisedAt);
	const routed = alert.closedAt === null ? recipientsAt(alert, supervisors, standing).map(({ id }) => id) : [];
	const kept = touchedBy(db, alert).filter((id) => standsInLine(alert, supervisors, standing, id) !== null);
	return [...new Set([...routed, ...kept])].map((id) => roster.name(id));
}

function touchedBy(db: Db, { id, personId }: AlertRow): string[] {
	return db
		.selectDistinct({ id: alertEvents.actorId })
		.from(alertEvents)
		.where(and(eq(alertEvents.alertId, id), isNotNull(alertEvents.actorId), ne(alertEvents.actorId, personId)))
		.all()
		.flatMap((row) => row.id ?? []);
}
