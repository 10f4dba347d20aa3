import { eq } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from '../audit.ts';
import type { Db } from '../db/connection.ts';
import { people } from '../db/schema/people.ts';
import { invalid } from '../refusal.ts';
import type { Viewer } from '../viewer.ts';
import { verifyPassword } from './passwords.ts';
import { countTry, forgetFailures } from './throttle.ts';

/**
 * Asks the viewer for their present password once more, before what a browser that was left open must not give to anybody who sits down at it.
 * Slowed like signing in: a screen left open is no way to find out a password.
 * @param field beside which it is said that it does not fit
 * @returns the hash that it fits
 * @throws Refusal `invalid` beside the field; `too-often`
 */
export async function confirmPassword(
	db: Db,
	viewer: Viewer,
	{ field, password }: { field: string; password: string },
	now: Instant
): Promise<string> {
	const tries = `change ${viewer.id}`;
	countTry(db, tries, tries, now);
	const hash = db.select({ hash: people.passwordHash }).from(people).where(eq(people.id, viewer.id)).get()?.hash;
	if (!hash || !(await verifyPassword(hash, password))) {
		audit(db, viewer, { action: 'sign-in.wrong-password', subject: { kind: 'person', id: viewer.id } }, now);
		throw invalid(field, 'This is not your present password. Please type it once more.');
	}
	forgetFailures(db, tries, tries, now);
	return hash;
}
