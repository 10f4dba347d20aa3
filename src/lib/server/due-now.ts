import type { Instant } from '#lib/domain/time.ts';
import { nextBreak } from './breaks.ts';
import { checkInDue } from './check-ins.ts';
import type { Db } from './db/connection.ts';
import { hasRole, type Viewer } from './viewer.ts';

/** What the viewer's own pages remind them of. */
export interface DueNow {
	/** When a break is due, or was (UTC ms), if the running timer runs on; null without one. */
	breakAt: Instant | null;
	/** The weekly check-in is neither answered nor skipped. */
	checkIn: boolean;
}

/** For the viewer alone; null for whoever does no exposure work. Asked with every page, so nothing is evaluated for it. */
export function dueNow(db: Db, viewer: Viewer, now: Instant): DueNow | null {
	if (!hasRole(viewer, 'moderator')) return null;
	return { breakAt: nextBreak(db, viewer.id, now)?.at ?? null, checkIn: checkInDue(db, viewer, now) };
}
