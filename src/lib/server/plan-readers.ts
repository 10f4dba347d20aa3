import { and, eq, gt, isNull, or, type SQL } from 'drizzle-orm';
import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { plans } from './db/schema/plans.ts';
import { findViewer, hasRole, type Viewer } from './viewer.ts';

/** How long what has ended stays on the lists, and with a supervisor altogether, in days. */
export const shownDays = 28;

/** Whether somebody still has a role in which plans are made. */
export function supervises(viewer: Viewer): boolean {
	return hasRole(viewer, 'lead', 'welfare', 'head_of_welfare');
}

/** What runs, waits, or ended within the last four weeks. */
export function recent(now: Instant): SQL | undefined {
	return or(isNull(plans.endedAt), gt(plans.endedAt, now - shownDays * MS_PER_DAY));
}

/** Who can read a plan of theirs with the viewer at this moment, by name: whoever supervises still, four weeks beyond its end. */
export function planReaders(db: Db, viewer: Viewer, now: Instant): string[] {
	const whose = and(eq(plans.personId, viewer.id), recent(now));
	const rows = db.selectDistinct({ id: plans.supervisorId }).from(plans).where(whose).all();
	const readers = rows.flatMap(({ id }) => findViewer(db, id) ?? []).filter(supervises);
	return readers.map(({ name }) => name).sort();
}
