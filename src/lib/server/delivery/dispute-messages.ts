import type { Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { headsTold, openDisputes } from '../dispute-heads.ts';
import { openChannels, queueAsChosen } from './outbox.ts';

/**
 * Queues a message for every head of welfare who is to be told of an open dispute and was not: "there is something for you", with their digest or at
 * once, as they chose. Call it inside the transaction that stores a dispute, and of one that changes who is told.
 */
export function queueDisputes(db: Db, at: Instant): void {
	if (openChannels(db).size === 0) return;
	for (const { conversation, dispute } of openDisputes(db)) {
		for (const recipientId of headsTold(db, conversation, dispute.told, at).ids) {
			// It waits as a routine conversation does: nothing is on fire, and they read it by name in Breakwater alone.
			queueAsChosen(db, { disputeId: dispute.conversationId }, { recipientId, asked: { reason: 'routine', at, onCall: false }, at });
		}
	}
}

/** Why a message about a dispute need not be sent any more; null where it must be. */
export function disputeSettled(db: Db, disputeId: string, recipientId: string, now: Instant): 'in-hand' | 'passed-over' | null {
	const open = openDisputes(db).find(({ dispute }) => dispute.conversationId === disputeId);
	if (!open) return 'in-hand';
	return headsTold(db, open.conversation, open.dispute.told, now).ids.includes(recipientId) ? null : 'passed-over';
}
