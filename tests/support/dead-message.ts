import type { Db } from '#lib/server/db/connection.ts';
import { messages } from '#lib/server/db/schema/delivery.ts';

/** A message that was tried in vain for a day, as the mail server's refusal leaves it. Returns its id. */
export function deadMessage(db: Db, { alertId, recipientId }: { alertId: string; recipientId: string }, at: number): string {
	const id = crypto.randomUUID();
	db.insert(messages)
		.values({
			...{ id, alertId, recipientId, level: 0, channel: 'email', n: 1, urgent: true, state: 'dead', attempts: 31 },
			...{ problem: 'EENVELOPE-550', dueAt: at, createdAt: at - 86_400_000, triedSince: at - 86_400_000, endedAt: at }
		})
		.run();
	return id;
}
