import { randomUUIDv7 } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { reminderChoices } from './db/schema/delivery.ts';
import { withTx } from './db/tx.ts';
import { addresseeOf } from './delivery/choices.ts';
import { openChannels } from './delivery/outbox.ts';
import { queueReminders } from './delivery/reminders.ts';
import type { Viewer } from './viewer.ts';

/** Of what the viewer asked to be reminded, for their form. */
export interface Reminders {
	/** By e-mail, when a check-in is due. */
	checkIn: boolean;
	/** Address that it goes to, and whether e-mail is set up here. */
	address: string;
	email: boolean;
}

export function remindersOf(db: Db, viewer: Viewer): Reminders {
	return { checkIn: isAsked(db, viewer), address: addresseeOf(db, viewer.id).address, email: openChannels(db).has('email') };
}

/** Whether the viewer is reminded by e-mail when a check-in is due; nobody is, who did not ask. Sent twice it changes nothing. */
export function chooseReminders(db: Db, viewer: Viewer, { checkIn }: { checkIn: boolean }, now: Instant): void {
	withTx(db, () => {
		if (isAsked(db, viewer) === checkIn) return;
		if (!checkIn) return void db.update(reminderChoices).set({ endedAt: now }).where(isOpen(viewer)).run();
		db.insert(reminderChoices).values({ id: randomUUIDv7(), personId: viewer.id, recordedAt: now }).run();
		queueReminders(db, now, viewer.id);
	});
}

const isOpen = ({ id }: Viewer) => and(eq(reminderChoices.personId, id), isNull(reminderChoices.endedAt));

function isAsked(db: Db, viewer: Viewer): boolean {
	return db.select().from(reminderChoices).where(isOpen(viewer)).get() !== undefined;
}
