import * as settings from '$app/env/private';
import type { RequestEvent } from '@sveltejs/kit';
import { client } from '../db/client.ts';
import { isInForce, readSession, signIn, signOut, type Reading } from './session.ts';
import { tokenHash } from './token.ts';

type Visit = Pick<RequestEvent, 'cookies'> & { locals: Pick<App.Locals, 'now' | 'byItself'> };

const cookieName = 'breakwater';

/**
 * Without an end of its own: closing the browser signs out on a shared desk, and after the limits of the server the cookie still
 * tells whose form it was.
 */
function options() {
	return { path: '/', httpOnly: true, sameSite: 'lax', secure: settings.ORIGIN.startsWith('https:') } as const;
}

/** Who the browser's cookie belongs to. */
export async function whoCalls({ cookies, locals }: Visit): Promise<Reading> {
	const id = cookies.get(cookieName);
	return id ? await readSession(client(), id, Date.now(), settings, !locals.byItself) : { viewer: null, expired: null };
}

/** Which sign-in the browser's cookie belongs to, as it is stored: the hash of its id. */
export function signInOf({ cookies }: Pick<RequestEvent, 'cookies'>): string {
	return tokenHash(cookies.get(cookieName) ?? '');
}

/** Whether the sign-in of this browser is still in force, whenever that is asked later on. */
export function stillSignedIn({ cookies }: Pick<RequestEvent, 'cookies'>): () => boolean {
	const idHash = signInOf({ cookies });
	return () => isInForce(client(), idHash, Date.now(), settings);
}

/** Signs this browser in as a person, with a new session id; what it had before ends. @throws Refusal `full` */
export async function enter({ cookies }: Pick<Visit, 'cookies'>, personId: string): Promise<void> {
	const { id } = await signIn(client(), personId, Date.now(), settings, cookies.get(cookieName));
	cookies.set(cookieName, id, options());
}

/** Signs this browser out, here and in the database. @throws Refusal `full` */
export function leave({ cookies }: Pick<Visit, 'cookies'>): void {
	const id = cookies.get(cookieName);
	cookies.delete(cookieName, options());
	if (id) signOut(client(), id, Date.now());
}
