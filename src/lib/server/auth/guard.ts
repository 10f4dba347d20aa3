import { error } from '@sveltejs/kit';
import type { RequestEvent } from '@sveltejs/kit';
import { client } from '../db/client.ts';
import { isAuthor } from '../policy-authors.ts';
import { hasRole, type Role, type Viewer } from '../viewer.ts';

/** Who may knock at a door. `nobody` is for the public pages: everybody may. */
export type Guard = (viewer: Viewer | null) => boolean;

/** Signed in or not: the public pages. */
export const anybody: Guard = () => true;
/** Everybody with an account, whatever their roles. */
export const signedIn: Guard = (viewer) => viewer !== null;
/** Any of these roles, in whichever team: what exactly is visible is decided by the query. */
export const anyOf =
	(...wanted: readonly Role[]): Guard =>
	(viewer) =>
		viewer !== null && hasRole(viewer, ...wanted);

/** Who writes the policy: administrators, and the heads of welfare of the organisation itself. */
export const author: Guard = (viewer) => viewer !== null && isAuthor(client(), viewer);

/**
 * First line of every load and endpoint behind a sign-in: the viewer, or the same 404 as for a page that does not exist.
 * (Nobody signed in never gets here: `requireSignIn` in `hooks.server.ts` has sent them to the sign-in page.)
 */
export function requireViewer(event: Pick<RequestEvent, 'locals'>, guard: Guard = signedIn): Viewer {
	const { viewer } = event.locals;
	if (!viewer || !guard(viewer)) error(404, 'There is nothing here, or it is not for you to see.');
	return viewer;
}
