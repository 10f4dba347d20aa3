import { and, desc, eq, isNotNull } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import { confirmPassword } from './auth/own-password.ts';
import { checkPassword, hashPassword } from './auth/passwords.ts';
import { endAllSessions } from './auth/session.ts';
import type { Db } from './db/connection.ts';
import { invitations, people, personVersions } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { dayWords } from './moments.ts';
import { findOrganisation } from './organisation.ts';
import { changeDays } from './person-days.ts';
import { invalid, notFound } from './refusal.ts';
import type { Viewer } from './viewer.ts';

/** What a person may change about themself. */
export interface OwnDetails {
	name: string;
	/** IANA zone and `HH:MM` at which their day begins. */
	zone: string;
	dayStart: string;
}

export const looks = ['auto', 'light', 'dark', 'grey', 'grey-dark'] as const;

/** The viewer's own details, for their form. */
export function ownDetails(db: Db, viewer: Viewer): OwnDetails & { email: string } {
	const row = db.select({ email: people.email }).from(people).where(eq(people.id, viewer.id)).get();
	return { name: viewer.name, zone: viewer.zone, dayStart: viewer.dayStart, email: row?.email ?? '' };
}

/**
 * When a link last set the viewer's password, and who made it, in one sentence; null where none did. Whoever makes a link could use
 * it, so the person it is for is told.
 */
export function lastLink(db: Db, viewer: Viewer, now: Instant): string | null {
	const row = db
		.select({ at: invitations.usedAt, by: people.name })
		.from(invitations)
		.leftJoin(people, eq(people.id, invitations.createdBy))
		.where(and(eq(invitations.personId, viewer.id), isNotNull(invitations.usedAt)))
		.orderBy(desc(invitations.usedAt))
		.get();
	if (!row || row.at === null) return null;
	const maker = row.by === null ? '' : ` that ${row.by} had made`;
	return `A link${maker} last set your password: ${dayWords(viewer.zone, row.at, now)}. If that was not you, please tell your head of welfare or a second administrator.`;
}

/** Changes the viewer's name, zone and start of day: all dates are read with the new ones from then on. Sent twice it changes nothing. */
export function changeOwnDetails(db: Db, viewer: Viewer, { name, zone, dayStart }: OwnDetails, now: Instant): void {
	withTx(db, () => {
		const before = db
			.select({ startDate: personVersions.startDate, name: people.name })
			.from(personVersions)
			.innerJoin(people, eq(people.id, personVersions.personId))
			.where(eq(personVersions.personId, viewer.id))
			.orderBy(desc(personVersions.version))
			.limit(1)
			.get();
		if (!before) throw notFound();
		if (name !== before.name) {
			db.update(people).set({ name }).where(eq(people.id, viewer.id)).run();
			audit(db, viewer, { action: 'account.renamed', subject: { kind: 'person', id: viewer.id } }, now);
		}
		changeDays(db, viewer, { personId: viewer.id, zone, dayStart, startDate: before.startDate }, now);
	});
}

/**
 * Sets a new password and ends every sign-in of the viewer: the caller signs this browser in again.
 * @throws Refusal `invalid` beside `currentPassword` where the present one does not fit, beside `password` where the new one is not taken; `too-often`
 */
export async function changePassword(
	db: Db,
	viewer: Viewer,
	{ currentPassword, password }: { currentPassword: string; password: string },
	now: Instant
): Promise<void> {
	const hash = await confirmPassword(db, viewer, { field: 'currentPassword', password: currentPassword }, now);
	checkPassword(password, { name: viewer.name, email: ownDetails(db, viewer).email, organisation: findOrganisation(db)?.name ?? '' });
	const passwordHash = await hashPassword(password);
	withTx(db, () => {
		// Only where it is still the one that was checked: two changes at once don't pass each other unseen.
		const changed = db
			.update(people)
			.set({ passwordHash })
			.where(and(eq(people.id, viewer.id), eq(people.passwordHash, hash)))
			.run();
		if (changed.changes === 0)
			throw invalid('currentPassword', 'Your password was changed meanwhile. Please type the present one once more.');
		endAllSessions(db, viewer.id);
		audit(db, viewer, { action: 'account.password-changed', subject: { kind: 'person', id: viewer.id } }, now);
	});
}
