import { randomUUIDv7 } from 'node:crypto';
import { and, asc, eq, isNull } from 'drizzle-orm';
import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import { alarmWords } from './alarm-words.ts';
import { audit } from './audit.ts';
import { believeClock } from './clock-rest.ts';
import type { Db } from './db/connection.ts';
import { alarms, type AlarmKind } from './db/schema/alarms.ts';
import { withTx } from './db/tx.ts';
import { queueAlarm } from './delivery/alarm-messages.ts';
import { dayWords, momentWords } from './moments.ts';
import { notFound } from './refusal.ts';
import { tellAdmins } from './telling.ts';
import { hasRole, requireAdmin, type Viewer } from './viewer.ts';

/** These come with a prompt: the minute would tell who it is about, beside that of a sign-in. */
const daysAlone: readonly AlarmKind[] = ['chain', 'unreachable'];
const whenWords = (kind: AlarmKind, ...when: Parameters<typeof momentWords>) =>
	(daysAlone.includes(kind) ? dayWords : momentWords)(...when);

/** These tell of something that happened, not of how it is: they end when an administrator has put them away. */
const happened: readonly AlarmKind[] = ['undelivered', 'clock', 'trail'];

/**
 * Raises an operational alarm, or notes that it was seen again; the administrators get a message when it is raised. Put away, and still there a
 * day later, it is raised anew: nobody can switch one off for good.
 * @throws Refusal `full`
 */
export function raiseAlarm(db: Db, kind: AlarmKind, now: Instant): void {
	withTx(db, () => {
		const open = openOf(db, kind);
		if (open && (open.dismissedAt === null || now < open.dismissedAt + MS_PER_DAY)) {
			db.update(alarms)
				.set({ lastSeenAt: now, count: open.count + 1 })
				.where(eq(alarms.id, open.id))
				.run();
			return;
		}
		if (open) db.update(alarms).set({ endedAt: now }).where(eq(alarms.id, open.id)).run();
		const id = randomUUIDv7();
		db.insert(alarms).values({ id, kind, since: now, lastSeenAt: now }).run();
		queueAlarm(db, id, now);
		tellAdmins(db);
	});
}

/** Ends an alarm: what it was about is no longer so. Without one, nothing is written. @throws Refusal `full` */
export function endAlarm(db: Db, kind: AlarmKind, now: Instant): void {
	if (!openOf(db, kind)) return;
	withTx(db, () => {
		db.update(alarms).set({ endedAt: now }).where(isOpen(kind)).run();
		tellAdmins(db);
	});
}

const isOpen = (kind: AlarmKind) => and(eq(alarms.kind, kind), isNull(alarms.endedAt));

function openOf(db: Db, kind: AlarmKind) {
	return db.select().from(alarms).where(isOpen(kind)).get();
}

export interface OpenAlarm {
	id: string;
	title: string;
	todo: string;
	/** `today, 09:12`. */
	since: string;
	/** The same, of when it was last seen; null where that is when it began. */
	seen: string | null;
	/** Ends with being put away, and not by itself. */
	stays: boolean;
}

/** What is wrong with Breakwater itself and was not put away, for an administrator; for anybody else nothing. */
export function openAlarms(db: Db, viewer: Viewer, now: Instant): OpenAlarm[] {
	if (!hasRole(viewer, 'admin')) return [];
	const shown = and(isNull(alarms.endedAt), isNull(alarms.dismissedAt));
	const rows = db.select().from(alarms).where(shown).orderBy(asc(alarms.since)).all();
	return rows.map(({ id, kind, since, lastSeenAt }) => ({
		...{ id, ...alarmWords[kind] },
		since: whenWords(kind, viewer.zone, since, now),
		seen: lastSeenAt === since ? null : whenWords(kind, viewer.zone, lastSeenAt, now),
		stays: happened.includes(kind)
	}));
}

/**
 * Puts an alarm away, for every administrator. What happened once ends by it; what goes on comes back a day later. A second time changes nothing.
 * Whoever puts that of the clock away has looked at it: it is believed from then on.
 * @throws Refusal `not-allowed`, `not-found`
 */
export function dismissAlarm(db: Db, actor: Viewer, id: string, now: Instant): void {
	requireAdmin(actor);
	withTx(db, () => {
		const alarm = db.select().from(alarms).where(eq(alarms.id, id)).get();
		if (!alarm) throw notFound();
		if (alarm.dismissedAt !== null) return;
		const ended = alarm.endedAt ?? (happened.includes(alarm.kind) ? now : null);
		db.update(alarms).set({ dismissedAt: now, dismissedBy: actor.id, endedAt: ended }).where(eq(alarms.id, id)).run();
		audit(db, actor, { action: 'delivery.alarm-put-away', subject: { kind: 'alarm', id }, detail: { kind: alarm.kind } }, now);
		tellAdmins(db);
		if (alarm.kind === 'clock') believeClock(db);
	});
}
