import { and, desc, eq, gt, inArray, isNotNull, or } from 'drizzle-orm';
import type { Reason } from '#lib/domain/facts.ts';
import { kindOf } from '#lib/domain/lines.ts';
import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import { noteReading, reading } from './access-log.ts';
import { namesOf } from './alerts.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { disputes } from './db/schema/disputes.ts';
import { alertEvents, alerts, conversations } from './db/schema/records.ts';
import { withTx } from './db/tx.ts';
import { queueDisputes } from './delivery/dispute-messages.ts';
import { headsTold, openDisputes, type ConversationRow, type DisputeRow } from './dispute-heads.ts';
import { momentWords } from './moments.ts';
import { notFound, Refusal } from './refusal.ts';
import { itemWords, reasonWords } from './support-words.ts';
import { tellPerson } from './telling.ts';
import { chainsChanged } from './news.ts';
import { hasRole, type Viewer } from './viewer.ts';

/** For how long somebody can say that a recorded conversation didn't happen (ms). */
export const disputableMs = 14 * MS_PER_DAY;

/** A conversation that somebody recorded with the viewer. */
export interface RecordedConversation {
	id: string;
	by: string;
	when: string;
	/** What it was noted under. */
	about: string[];
	agreed: string[];
	mayDispute: boolean;
	/** Who is told, were the viewer to say that it didn't happen; or who was. */
	told: string[];
	/** When the viewer said that it didn't happen, and who has acknowledged that; null where they have not. */
	disputed: { when: string; acknowledged: string | null } | null;
}

/** Conversations recorded with the viewer in the last 14 days, and all of which they said that they didn't happen; newest first. */
export function recordedConversations(db: Db, viewer: Viewer, now: Instant): RecordedConversation[] {
	const rows = db
		.select({ conversation: conversations, dispute: disputes })
		.from(conversations)
		.leftJoin(disputes, eq(disputes.conversationId, conversations.id))
		.where(
			and(eq(conversations.personId, viewer.id), or(gt(conversations.recordedAt, now - disputableMs), isNotNull(disputes.conversationId)))
		)
		.orderBy(desc(conversations.recordedAt))
		.all();
	const names = namesOf(
		db,
		rows.flatMap(({ conversation, dispute }) => [conversation.recordedBy, dispute?.acknowledgedBy ?? conversation.recordedBy])
	);
	return rows.map(({ conversation, dispute }) => {
		const { id, recordedBy, recordedAt, items, reasons } = conversation;
		const when = (at: Instant) => momentWords(viewer.zone, at, now);
		const by = dispute?.acknowledgedBy;
		const acknowledged = dispute?.acknowledgedAt && by ? `${names.get(by) ?? 'Somebody'}, ${when(dispute.acknowledgedAt)}` : null;
		return {
			...{ id, by: names.get(recordedBy) ?? 'Somebody', when: when(recordedAt) },
			about: reasons.map((reason) => reasonWords[reason as Reason]),
			agreed: items.map((item) => itemWords[item]),
			mayDispute: dispute === null && recordedAt > now - disputableMs,
			told: namesOfHeads(db, conversation, dispute?.told ?? toldOf(db, conversation), now),
			disputed: dispute && { when: when(dispute.recordedAt), acknowledged }
		};
	});
}

/**
 * "That didn't happen", of a conversation recorded with the viewer. It stays on record beside it, and the head of welfare is told. The prompts that
 * it served stay as they are. Safe to call twice.
 * @throws Refusal `not-found` for a conversation with somebody else; `conflict` after 14 days
 */
export function disputeConversation(db: Db, viewer: Viewer, { conversationId }: { conversationId: string }, now: Instant): void {
	withTx(db, () => {
		const own = and(eq(conversations.id, conversationId), eq(conversations.personId, viewer.id));
		const conversation = db.select().from(conversations).where(own).get();
		if (!conversation) throw notFound();
		if (db.select().from(disputes).where(eq(disputes.conversationId, conversationId)).get()) return;
		if (conversation.recordedAt <= now - disputableMs)
			throw new Refusal('conflict', 'This can be said within 14 days. Please speak with your head of welfare directly; nothing was saved.');
		const told = toldOf(db, conversation);
		db.insert(disputes).values({ conversationId, told, recordedAt: now }).run();
		queueDisputes(db, now);
		chainsChanged(db);
		audit(db, viewer, { action: 'conversation.disputed', subject: { kind: 'conversation', id: conversationId } }, now);
		for (const id of [viewer.id, conversation.recordedBy, ...headsTold(db, conversation, told, now).ids]) tellPerson(db, id);
	});
}

/** What a head of welfare reads of it: who, whose record, and when. Neither what it was about nor what was agreed. */
export interface Dispute {
	conversationId: string;
	person: string;
	/** Who recorded the conversation, and when. */
	by: string;
	recorded: string;
	/** When the person said that it didn't happen. */
	said: string;
}

/** What waits for this head of welfare to acknowledge, oldest first. */
export function disputesFor(db: Db, viewer: Viewer, now: Instant): Dispute[] {
	return reading(db, () => {
		const rows = openFor(db, viewer, now);
		const about = rows.map(({ conversation }) => conversation.personId);
		noteReading(db, viewer, { kind: 'dispute', why: { purpose: 'duty' } }, about, now);
		const names = namesOf(
			db,
			rows.flatMap(({ conversation }) => [conversation.personId, conversation.recordedBy])
		);
		return rows.map(({ conversation, dispute }) => ({
			...{ conversationId: conversation.id, person: names.get(conversation.personId) ?? '', by: names.get(conversation.recordedBy) ?? '' },
			...{ recorded: momentWords(viewer.zone, conversation.recordedAt, now), said: momentWords(viewer.zone, dispute.recordedAt, now) }
		}));
	});
}

/** How many wait for this head of welfare; about whom is not looked at. */
export function disputesWaiting(db: Db, viewer: Viewer, now: Instant): number {
	return openFor(db, viewer, now).length;
}

/**
 * "I have read this and look into it." The person sees who, and when. Safe to call twice.
 * @throws Refusal `not-found` for whoever was not told
 */
export function acknowledgeDispute(db: Db, viewer: Viewer, { conversationId }: { conversationId: string }, now: Instant): void {
	withTx(db, () => {
		const mine = and(eq(disputes.conversationId, conversationId), eq(disputes.acknowledgedBy, viewer.id));
		if (db.select().from(disputes).where(mine).get()) return;
		const open = openFor(db, viewer, now).find(({ conversation }) => conversation.id === conversationId);
		if (!open) throw notFound();
		db.update(disputes).set({ acknowledgedAt: now, acknowledgedBy: viewer.id }).where(eq(disputes.conversationId, conversationId)).run();
		audit(db, viewer, { action: 'conversation.dispute-noted', subject: { kind: 'conversation', id: conversationId } }, now);
		tellPerson(db, open.conversation.personId);
	});
}

/** The instants of those conversations with a person, recorded by the viewer, of which the person says that they didn't happen. */
export function disputedRecords(db: Db, viewer: Viewer, personId: string): Set<Instant> {
	const own = and(eq(conversations.personId, personId), eq(conversations.recordedBy, viewer.id));
	const rows = db
		.select({ at: conversations.recordedAt })
		.from(disputes)
		.innerJoin(conversations, eq(conversations.id, disputes.conversationId))
		.where(own)
		.all();
	return new Set(rows.map(({ at }) => at));
}

function openFor(db: Db, viewer: Viewer, now: Instant): { conversation: ConversationRow; dispute: DisputeRow }[] {
	if (!hasRole(viewer, 'head_of_welfare')) return [];
	return openDisputes(db).filter(({ conversation, dispute }) => headsTold(db, conversation, dispute.told, now).ids.includes(viewer.id));
}

/** By what the conversation served: what belongs to the wellbeing line, or to a peer, stays within the person's own employer. */
function toldOf(db: Db, { personId, recordedAt, recordedBy }: ConversationRow): DisputeRow['told'] {
	const events = db
		.select({ id: alertEvents.alertId })
		.from(alertEvents)
		.where(and(eq(alertEvents.personId, personId), eq(alertEvents.at, recordedAt), eq(alertEvents.actorId, recordedBy)))
		.all();
	const served = db
		.select()
		.from(alerts)
		.where(
			inArray(
				alerts.id,
				events.map(({ id }) => id)
			)
		)
		.all();
	return served.length > 0 && served.every((alert) => kindOf(alert) === 'lead') ? 'host' : 'employer';
}

function namesOfHeads(db: Db, conversation: ConversationRow, told: DisputeRow['told'], now: Instant): string[] {
	const { ids, name } = headsTold(db, conversation, told, now);
	return ids.map((id) => name(id));
}
