import { randomUUIDv7 } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import type { DeliveryChoice } from '#lib/domain/delivery.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { reminderChoices } from './db/schema/delivery.ts';
import { withTx } from './db/tx.ts';
import { addresseeOf, deliveryChoiceOf } from './delivery/choices.ts';
import { openChannels } from './delivery/outbox.ts';
import { queueReminders } from './delivery/reminders.ts';
import { keepChoice, quietOf, toldRoles, type NewQuiet } from './told.ts';
import { hasRole, type Viewer } from './viewer.ts';

/** Of what the viewer asked to be reminded by e-mail, for their form. */
export interface Reminders {
	/** When a check-in, and when a break is due. */
	checkIn: boolean;
	breakDue: boolean;
	/** Address that letters go to, and whether e-mail is set up here. */
	address: string;
	email: boolean;
	/** Nothing is sent then. Somebody who gets other messages as well chooses them there. */
	quiet: DeliveryChoice['quiet'];
}

/** What the viewer asked to be reminded of, and whether it can reach them. */
export function remindersOf(db: Db, viewer: Viewer): Reminders {
	const { address, choice } = addresseeOf(db, viewer.id);
	const asked = { checkIn: isAsked(db, viewer, 'check-in'), breakDue: isAsked(db, viewer, 'break') };
	return { ...asked, address, email: openChannels(db).has('email'), quiet: choice.quiet };
}

export interface NewReminders extends NewQuiet {
	checkIn: boolean;
	breakDue: boolean;
}

/**
 * Of what the viewer is reminded by e-mail, and when not; nobody is, who did not ask. Quiet hours count here for those alone who get no other
 * messages: the others choose them for all together. Sent twice it changes nothing.
 * @throws Refusal `invalid` on `quietFrom` or `quietTo`
 */
export function chooseReminders(db: Db, viewer: Viewer, what: NewReminders, now: Instant): void {
	const getsOthers = hasRole(viewer, ...toldRoles);
	const quiet = getsOthers ? null : quietOf(what);
	withTx(db, () => {
		if (!getsOthers) keepChoice(db, viewer, { ...deliveryChoiceOf(db, viewer.id), quiet }, now);
		ask(db, viewer, 'break', what.breakDue, now);
		if (ask(db, viewer, 'check-in', what.checkIn, now)) queueReminders(db, now, viewer.id);
	});
}

/** Returns whether it is asked for now and was not before. */
function ask(db: Db, viewer: Viewer, about: About, wanted: boolean, now: Instant): boolean {
	if (isAsked(db, viewer, about) === wanted) return false;
	if (wanted) db.insert(reminderChoices).values({ id: randomUUIDv7(), personId: viewer.id, about, recordedAt: now }).run();
	else db.update(reminderChoices).set({ endedAt: now }).where(isOpen(viewer, about)).run();
	return wanted;
}

type About = (typeof reminderChoices.$inferSelect)['about'];

const isOpen = ({ id }: Viewer, about: About) =>
	and(eq(reminderChoices.personId, id), eq(reminderChoices.about, about), isNull(reminderChoices.endedAt));

function isAsked(db: Db, viewer: Viewer, about: About): boolean {
	return db.select().from(reminderChoices).where(isOpen(viewer, about)).get() !== undefined;
}
