import { eq } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { declineReasons, erasureRequests, type DeclineReason } from './db/schema/erasure.ts';
import { withTx } from './db/tx.ts';
import { erasePerson } from './erasures.ts';
import { isHeld } from './holds.ts';
import { notFound, Refusal } from './refusal.ts';
import { tellAdmins, tellPerson } from './telling.ts';
import { requireAdmin, type Viewer } from './viewer.ts';

export { declineReasons };

/** Why a wish to be erased is not carried out, in words for the person. */
export const declineWords: Record<DeclineReason, string> = {
	'legal-hold': 'A legal hold stands on the record.',
	'legal-duty': 'The law asks for this record to be kept.',
	'legal-claim': 'It is needed for a legal claim.',
	'asked-by-mistake': 'It was asked for by mistake.'
};

/** Carries out an erasure that somebody asked for. Safe to call twice. @throws Refusal `not-found`, and as {@link erasePerson} */
export function carryOutErasure(db: Db, viewer: Viewer, { id }: { id: string }, now: Instant): void {
	requireAdmin(viewer);
	withTx(db, () => {
		const request = requestWithId(db, id);
		if (request.carriedOutAt !== null) return;
		refuseAnswered(request);
		erasePerson(db, viewer, request.personId, now);
	});
}

/** Declines an erasure that somebody asked for; they read why. Safe to call twice. @throws Refusal `not-allowed`, `not-found`, `conflict` */
export function declineErasure(db: Db, viewer: Viewer, { id, reason }: { id: string; reason: DeclineReason }, now: Instant): void {
	requireAdmin(viewer);
	withTx(db, () => {
		const request = requestWithId(db, id);
		if (request.declinedAt !== null) return;
		refuseAnswered(request);
		if (request.personId === viewer.id) throw new Refusal('not-allowed', 'This is about you, so somebody else answers it.');
		if (reason === 'legal-hold' && !isHeld(db, request.personId, now))
			throw new Refusal('invalid', 'No legal hold stands on this record.', { reason: 'No legal hold stands on this record.' });
		const declined = { declinedAt: now, declinedBy: viewer.id, declinedFor: reason };
		db.update(erasureRequests).set(declined).where(eq(erasureRequests.id, id)).run();
		const subject = { kind: 'person', id: request.personId };
		audit(db, viewer, { action: 'record.erasure-declined', subject, detail: { reason } }, now);
		tellPerson(db, request.personId);
		tellAdmins(db);
	});
}

type RequestRow = typeof erasureRequests.$inferSelect;

function requestWithId(db: Db, id: string): RequestRow {
	const request = db.select().from(erasureRequests).where(eq(erasureRequests.id, id)).get();
	if (!request) throw notFound();
	return request;
}

function refuseAnswered({ takenBackAt, carriedOutAt, declinedAt }: RequestRow): void {
	if (takenBackAt !== null) throw new Refusal('conflict', 'They have taken this back meanwhile. Nothing was changed.');
	if (carriedOutAt !== null) throw new Refusal('conflict', 'This was carried out meanwhile.');
	if (declinedAt !== null) throw new Refusal('conflict', 'This was declined meanwhile. Nothing was changed.');
}
