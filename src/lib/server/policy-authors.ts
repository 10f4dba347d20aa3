import type { Db } from './db/connection.ts';
import { ownEmployer } from './employers.ts';
import { Refusal } from './refusal.ts';
import { hasRole, type Actor, type Viewer } from './viewer.ts';

/**
 * Whether the viewer writes the policy: an administrator, or a head of welfare of the organisation itself. Heads of other employers look after their own
 * people's wellbeing, and the policy is about everybody's work: they read it as everybody does.
 */
export function isAuthor(db: Db, viewer: Viewer): boolean {
	return hasRole(viewer, 'admin') || isOwnHead(db, viewer);
}

/** Whether the viewer is a head of welfare of the organisation itself, not of an employer who seconds people to it. */
export function isOwnHead(db: Db, viewer: Viewer): boolean {
	return hasRole(viewer, 'head_of_welfare') && viewer.employerId === ownEmployer(db);
}

/** First line of what only authors of the policy may do; the system may as well. @throws Refusal `not-allowed` */
export function requireAuthor(db: Db, actor: Actor): void {
	if (actor.id === null || isAuthor(db, actor)) return;
	throw new Refusal('not-allowed', 'Only administrators and the heads of welfare of the organisation itself can do this.');
}
