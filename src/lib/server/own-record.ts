import { and, count, eq, isNull, ne } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { appointmentOfficers } from './appointment-officers.ts';
import type { Db } from './db/connection.ts';
import { sharingChoices } from './db/schema/people.ts';
import { alerts, checkIns, exposures } from './db/schema/records.ts';
import { officersOf } from './sharing.ts';
import { rosterFor } from './supervisors.ts';
import { hasRole, type Viewer } from './viewer.ts';

/** What is kept about the viewer, how much of it, and who can see it now by name. Counts are of current entries. */
export interface OwnRecord {
	sessions: number;
	checkIns: number;
	alerts: number;
	/** Who learns that a limit for hours was passed: the leads. */
	limits: string[];
	/** Who sees whether room is left today and this week: the leads, also those passed over, whom a gap in their list would tell. */
	headroom: string[];
	/** Who sees the dates of absences: the leads, in the same way; and who sees and plans appointments. */
	absences: string[];
	appointments: string[];
	/** Whom a concern prompts, and who may see bands and trends: those named who can still be. */
	prompted: string[];
	trends: string[];
}

export function ownRecord(db: Db, viewer: Viewer, now: Instant): OwnRecord {
	const roster = rosterFor(db, [viewer.id], now);
	const { supervisors, standing } = roster.about(viewer.id);
	const names = (ids: readonly string[]) => ids.map((id) => roster.name(id));
	const leads = supervisors.leads.filter((id) => id !== viewer.id && !standing.gone.has(id));
	const named = namedBy(db, viewer);
	return {
		...counts(db, viewer),
		limits: names(leads.filter((id) => !standing.excluded.has(id))),
		headroom: hasRole(viewer, 'moderator') ? names(leads) : [],
		absences: names(leads),
		appointments: appointmentOfficers(db, viewer.id, now).map(({ name }) => name),
		prompted: named('prompt'),
		trends: named('trends')
	};
}

function counts(db: Db, viewer: Viewer): Pick<OwnRecord, 'sessions' | 'checkIns' | 'alerts'> {
	const current = and(eq(exposures.personId, viewer.id), isNull(exposures.supersededAt), ne(exposures.state, 'void'));
	const answered = and(eq(checkIns.personId, viewer.id), eq(checkIns.skipped, false));
	return {
		sessions: db.select({ n: count() }).from(exposures).where(current).get()?.n ?? 0,
		checkIns: db.select({ n: count() }).from(checkIns).where(answered).get()?.n ?? 0,
		alerts: db.select({ n: count() }).from(alerts).where(eq(alerts.personId, viewer.id)).get()?.n ?? 0
	};
}

function namedBy(db: Db, viewer: Viewer): (kind: 'prompt' | 'trends') => string[] {
	const rows = db
		.select({ kind: sharingChoices.kind, officerId: sharingChoices.officerId })
		.from(sharingChoices)
		.where(and(eq(sharingChoices.personId, viewer.id), isNull(sharingChoices.endedAt)))
		.all();
	const officers = officersOf(db, viewer);
	return (kind) => officers.filter(({ id }) => rows.some((row) => row.kind === kind && row.officerId === id)).map(({ name }) => name);
}
