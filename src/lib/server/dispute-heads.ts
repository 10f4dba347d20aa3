import { asc, eq, isNull } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { disputes } from './db/schema/disputes.ts';
import { conversations } from './db/schema/records.ts';
import { rosterFor } from './supervisors.ts';

export type ConversationRow = typeof conversations.$inferSelect;
export type DisputeRow = typeof disputes.$inferSelect;

/** The heads of welfare who are told of a dispute: not the person, nobody they have passed over, and not whoever recorded the conversation. */
export function headsTold(
	db: Db,
	{ personId, recordedBy }: ConversationRow,
	told: DisputeRow['told'],
	now: Instant
): { ids: string[]; name: (id: string) => string } {
	const roster = rosterFor(db, [personId], now);
	const { supervisors, standing } = roster.about(personId);
	const heads = told === 'host' ? supervisors.hostHeads : supervisors.heads;
	const may = (id: string) => id !== personId && id !== recordedBy && !standing.excluded.has(id) && !standing.gone.has(id);
	return { ids: heads.filter(may), name: roster.name };
}

/** The disputes that nobody has acknowledged, oldest first, each with its conversation. Not checked for a viewer. */
export function openDisputes(db: Db): { conversation: ConversationRow; dispute: DisputeRow }[] {
	return db
		.select({ conversation: conversations, dispute: disputes })
		.from(disputes)
		.innerJoin(conversations, eq(conversations.id, disputes.conversationId))
		.where(isNull(disputes.acknowledgedAt))
		.orderBy(asc(disputes.recordedAt))
		.all();
}

/** Whether there is an open dispute of which no head of welfare can be told. */
export function isAnyDisputeUntold(db: Db, now: Instant): boolean {
	return openDisputes(db).some(({ conversation, dispute }) => headsTold(db, conversation, dispute.told, now).ids.length === 0);
}
