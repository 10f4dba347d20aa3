import { and, eq, isNull } from 'drizzle-orm';
import { planAppointment } from '#lib/server/appointments.ts';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import { catchUp } from '#lib/server/consequences.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { workTypes } from '#lib/server/db/schema/organisation.ts';
import { people, roles } from '#lib/server/db/schema/people.ts';
import { alerts } from '#lib/server/db/schema/records.ts';
import { logSession } from '#lib/server/exposures.ts';
import { openPrompt } from '#lib/server/opened-prompt.ts';
import { createPerson, setHomeTeam } from '#lib/server/people.ts';
import { confirmRole, endRole, giveRole } from '#lib/server/roles.ts';
import { chooseSharing } from '#lib/server/sharing.ts';
import { system, type Role, type Viewer } from '#lib/server/viewer.ts';
import { DAY, HOUR, MINUTE } from './alerting.ts';
import type { Cast } from './cast.ts';

type Reason = (typeof alerts.$inferSelect)['reason'];

/**
 * Those who once stood nearer, and those who stand between two employers, as of `now` (UTC ms): Ari has moved from Harbour to Quay with an open
 * prompt that Mara had opened; Lior led Harbour until just now and had opened Bea's; Kit, the secondee, was over the limit of a day and shared a
 * concern with Pia, whom he has named.
 */
export function plantRelations(db: Db, c: Cast, bea: string, now: number) {
	const exposure = workTypeThatCounts(db);
	const ari = joined(db, c, 'Ari Mool', now - 19 * DAY);
	hold(db, c, ari, 'moderator', now - 19 * DAY);
	const lior = joined(db, c, 'Lior Haas', now - 19 * DAY);
	const led = hold(db, c, lior, 'lead', now - 19 * DAY);
	openPrompt(db, c.again(lior), bea, now - 4 * MINUTE);
	endRole(db, c.ada, led, now - 3 * MINUTE);

	overTheLimit(db, c.again(ari), exposure, now);
	const ariExposure = openAlert(db, ari, 'exposure');
	openPrompt(db, c.mara, ariExposure, now - 15 * MINUTE);
	moveToQuay(db, c, ari, now - 10 * MINUTE);

	chooseSharing(db, c.kit, { prompt: [c.pia.id], trends: [c.pia.id] }, now - 2 * DAY);
	overTheLimit(db, c.kit, exposure, now);
	recordCheckIn(db, c.kit, { id: crypto.randomUUID(), instrument: 'pulse', answers: [4, 4, 1, 3] }, now - 14 * MINUTE);
	catchUp(db, c.kit.id, now);
	const kitAppointment = crypto.randomUUID();
	const due = new Date(now + 6 * DAY).toISOString().slice(0, 10);
	planAppointment(db, c.pia, { id: kitAppointment, personId: c.kit.id, kind: 'counselling', due }, now - 2 * MINUTE);
	return {
		...{ ari: ari.id, lior: lior.id, kitAppointment, ariExposure },
		kitExposure: openAlert(db, c.kit, 'exposure'),
		kitConcern: openAlert(db, c.kit, 'concern')
	};
}

function workTypeThatCounts(db: Db): string {
	const counting = and(isNull(workTypes.retiredAt), eq(workTypes.counts, 'yes'));
	return db.select({ id: workTypes.id }).from(workTypes).where(counting).get()?.id ?? '';
}

function joined(db: Db, c: Cast, name: string, now: number): Viewer {
	const email = `${name.toLowerCase().replace(' ', '.')}@example.org`;
	const days = { zone: 'Europe/London', dayStart: '00:00', startDate: '2024-01-08' };
	const id = createPerson(db, system, { name, email, employerId: c.ownEmployer, ...days }, now);
	db.update(people).set({ joinedAt: now }).where(eq(people.id, id)).run();
	setHomeTeam(db, system, { personId: id, teamId: c.harbour }, now);
	return c.again({ id });
}

/** In Harbour; a lead is confirmed by Hale. Returns the role's id. */
function hold(db: Db, c: Cast, { id: personId }: Viewer, role: Role, now: number): string {
	const id = crypto.randomUUID();
	giveRole(db, c.ada, { id, personId, role, teamId: c.harbour }, now);
	confirmRole(db, c.hale, id, now);
	return id;
}

/** With everything that held them to Harbour ended. */
function moveToQuay(db: Db, c: Cast, { id: personId }: Viewer, now: number): void {
	const held = and(eq(roles.personId, personId), isNull(roles.endedAt));
	for (const { id } of db.select({ id: roles.id }).from(roles).where(held).all()) endRole(db, c.ada, id, now);
	setHomeTeam(db, c.ada, { personId, teamId: c.quay }, now);
	giveRole(db, c.ada, { id: crypto.randomUUID(), personId, role: 'moderator', teamId: c.quay }, now);
}

/** Seven hours and a half, until half past three of yesterday in London. */
function overTheLimit(db: Db, who: Viewer, workTypeId: string, now: number): void {
	const yesterday = Temporal.Instant.fromEpochMilliseconds(now - 41 * MINUTE)
		.toZonedDateTimeISO('Europe/London')
		.subtract({ days: 1 });
	const end = yesterday.with({ hour: 15, minute: 30, second: 0, millisecond: 0 }).epochMilliseconds;
	logSession(db, who, { id: crypto.randomUUID(), start: end - 7.5 * HOUR, end, workTypeId }, now - 40 * MINUTE);
	catchUp(db, who.id, now - 20 * MINUTE);
}

function openAlert(db: Db, { id }: Viewer, reason: Reason): string {
	const theirs = and(eq(alerts.personId, id), eq(alerts.reason, reason), isNull(alerts.closedAt));
	const found = db.select({ id: alerts.id }).from(alerts).where(theirs).get();
	if (!found) throw new Error(`no open ${reason} alert`);
	return found.id;
}
