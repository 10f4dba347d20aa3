import { and, eq, gt, inArray, isNotNull, isNull, lte, ne, notInArray, or, type SQL } from 'drizzle-orm';
import { recipientsAt, standsInLine, type Recipient, type RecipientKind, type RoutedAs } from '#lib/domain/lines.ts';
import type { Instant } from '#lib/domain/time.ts';
import { dayRanges, nextWorkingInstant } from '#lib/domain/working-time.ts';
import type { Db } from './db/connection.ts';
import { homeTeams, onCall, people } from './db/schema/people.ts';
import { alertEvents, alerts } from './db/schema/records.ts';
import { policyFor } from './policies.ts';
import { absencesFrom, rosterFor, type Roster } from './supervisors.ts';
import { hasRole, teamsAs, type Viewer } from './viewer.ts';

export type AlertRow = typeof alerts.$inferSelect;

/** An alert that a viewer may open, and as what they see it. */
export interface Route {
	alert: AlertRow;
	as: RoutedAs;
}

/** Everybody who sees an alert now, in the order in which they were asked; none where its chain is broken. Not checked for a viewer. */
export function recipientsOf(db: Db, alert: AlertRow, now: Instant): (Recipient & { name: string })[] {
	const roster = rosterFor(db, [alert.personId], now);
	return recipientsOn(roster, alert).map((recipient) => ({ ...recipient, name: roster.name(recipient.id) }));
}

/** Who is asked about some alerts. */
export interface Lines {
	/** As {@link recipientsOf}. */
	recipients(alert: AlertRow): Recipient[];
	/** Whether somebody who took a step of an alert can be expected to see to it: asked about it now, or in its line and not away. */
	isThere(alert: AlertRow, id: string): boolean;
	/** Whether somebody is on call for the person an alert is about: on the list of their home team, and nobody who can be asked has taken over. */
	isOnCall(alert: AlertRow, id: string): boolean;
}

/** Who is asked about each of a number of alerts now, with a fixed number of queries. Not checked for a viewer. */
export function linesAmong(db: Db, rows: readonly AlertRow[], now: Instant): Lines {
	if (rows.length === 0) return { recipients: () => [], isThere: () => false, isOnCall: () => false };
	const roster = rosterFor(
		db,
		rows.map(({ personId }) => personId),
		now
	);
	const known = new Map<string, Recipient[]>();
	const recipients = (alert: AlertRow) => {
		const found = known.get(alert.id) ?? recipientsOn(roster, alert);
		known.set(alert.id, found);
		return found;
	};
	return {
		recipients,
		isThere(alert, id) {
			const { supervisors, standing } = roster.about(alert.personId, alert);
			const stands = !standing.away.has(id) && standsInLine(alert, supervisors, standing, id) !== null;
			return stands || recipients(alert).some((recipient) => recipient.id === id);
		},
		isOnCall(alert, id) {
			const { onCall: called } = roster.about(alert.personId, alert).supervisors;
			return [...called.lead, ...called.welfare, ...called.peer].includes(id);
		}
	};
}

function recipientsOn(roster: Roster, alert: AlertRow): Recipient[] {
	const { supervisors, standing } = roster.about(alert.personId, alert);
	return recipientsAt(alert, supervisors, standing);
}

/** The open alerts that this viewer sees now: routed or escalated to them, or opened by them while they were. */
export function routesOf(db: Db, viewer: Viewer, now: Instant): Route[] {
	const reach = reachOf(db, viewer);
	if (!reach) return [];
	const rows = db
		.select({ alert: alerts })
		.from(alerts)
		.innerJoin(people, eq(people.id, alerts.personId))
		.leftJoin(homeTeams, and(eq(homeTeams.personId, alerts.personId), isNull(homeTeams.endedAt)))
		.where(and(isNull(alerts.closedAt), ne(alerts.personId, viewer.id), reach))
		.all()
		.map(({ alert }) => alert);
	return routesAmong(db, viewer, rows, now);
}

/** People about whom something is overdue at `now` that could come to the viewer by it. */
export function overdueFor(db: Db, viewer: Viewer, now: Instant): string[] {
	const reach = reachOf(db, viewer);
	if (!reach) return [];
	return db
		.selectDistinct({ id: alerts.personId })
		.from(alerts)
		.innerJoin(people, eq(people.id, alerts.personId))
		.leftJoin(homeTeams, and(eq(homeTeams.personId, alerts.personId), isNull(homeTeams.endedAt)))
		.where(and(isNull(alerts.closedAt), lte(alerts.dueAt, now), ne(alerts.personId, viewer.id), reach))
		.all()
		.map(({ id }) => id);
}

/** Whose alerts could concern the viewer at all: narrows the query, decides nothing. */
function reachOf(db: Db, viewer: Viewer): SQL | undefined {
	const calls = db
		.select({ teamId: onCall.teamId })
		.from(onCall)
		.where(and(eq(onCall.personId, viewer.id), isNull(onCall.endedAt)))
		.all();
	const teamIds = [...teamsAs(viewer, 'lead'), ...teamsAs(viewer, 'peer'), ...calls.map(({ teamId }) => teamId)];
	return or(
		teamIds.length > 0 ? inArray(homeTeams.teamId, teamIds) : undefined,
		hasRole(viewer, 'welfare', 'head_of_welfare') ? eq(people.employerId, viewer.employerId) : undefined,
		hasRole(viewer, 'head_of_welfare') ? eq(alerts.reason, 'contact') : undefined
	);
}

function routesAmong(db: Db, viewer: Viewer, rows: readonly AlertRow[], now: Instant): Route[] {
	if (rows.length === 0) return [];
	const roster = rosterFor(
		db,
		rows.map(({ personId }) => personId),
		now
	);
	const touched = touchedBy(db, viewer, rows);
	return rows.flatMap((alert) => {
		const as = routedAs(roster, alert, viewer, touched.has(alert.id));
		return as === null ? [] : [{ alert, as }];
	});
}

function routedAs(roster: Roster, alert: AlertRow, viewer: Viewer, touched: boolean): RoutedAs | null {
	const now = alert.closedAt === null ? recipientsOn(roster, alert).find(({ id }) => id === viewer.id) : undefined;
	if (now) return now.as;
	const { supervisors, standing } = roster.about(alert.personId, alert);
	return touched ? standsInLine(alert, supervisors, standing, viewer.id) : null;
}

/** Which of these the viewer has opened, or recorded a step of: only those who may see an alert ever could. */
function touchedBy(db: Db, viewer: Viewer, rows: readonly AlertRow[]): Set<string> {
	const ids = rows.map(({ id }) => id);
	const touched = db
		.selectDistinct({ id: alertEvents.alertId })
		.from(alertEvents)
		.where(and(inArray(alertEvents.alertId, ids), eq(alertEvents.actorId, viewer.id)))
		.all();
	return new Set(touched.map(({ id }) => id));
}

/**
 * The alert with this id and as what the viewer sees it; null for a stranger's or unknown one. A closed one stays open to whoever
 * had opened it.
 */
export function routeOf(db: Db, viewer: Viewer, alertId: string, now: Instant): Route | null {
	const alert = db.select().from(alerts).where(eq(alerts.id, alertId)).get();
	if (!alert || alert.personId === viewer.id) return null;
	return routesAmong(db, viewer, [alert], now)[0] ?? null;
}

/** Somebody whom a person can ask for contact. */
export interface PossibleRecipient {
	id: string;
	name: string;
	kind: RecipientKind;
	/** The first instant from now on in the working hours of their team on a day they are not away. Null: nobody can say. */
	nextThere: Instant | null;
}

/**
 * Whom a person can ask for contact: the leads of the home team in order, the welfare officers of their own employer (those of the home
 * team first), the peers of the home team. Not themself, nobody disabled or excluded by them; the absent are there, with their return.
 * Not checked for a viewer: the caller has checked that it is the person who asks.
 */
export function possibleRecipients(db: Db, personId: string, now: Instant): PossibleRecipient[] {
	const roster = rosterFor(db, [personId], now);
	const { supervisors, standing } = roster.about(personId);
	const { leads, homeOfficers, officers, peers } = supervisors;
	const may = (id: string) => id !== personId && !standing.excluded.has(id) && !standing.gone.has(id);
	const asked = (kind: RecipientKind, ids: readonly string[]) => [...new Set(ids)].filter(may).map((id) => ({ id, kind }));
	const all = [...asked('lead', leads), ...asked('welfare', [...homeOfficers, ...officers]), ...asked('peer', peers)];
	const there = nextThere(
		db,
		personId,
		all.map(({ id }) => id),
		now
	);
	return all.map(({ id, kind }) => ({ id, kind, name: roster.name(id), nextThere: there(id) }));
}

/** By the calendar of each one's home team; where they have none, of the home team of the person who asks. */
function nextThere(db: Db, personId: string, ids: readonly string[], now: Instant): (id: string) => Instant | null {
	const current = and(inArray(homeTeams.personId, [...ids, personId]), isNull(homeTeams.endedAt));
	const rows = db.select({ id: homeTeams.personId, teamId: homeTeams.teamId }).from(homeTeams).where(current).all();
	const teamOf = new Map(rows.map(({ id, teamId }) => [id, teamId]));
	const absent = absencesFrom(db, ids, now);
	return (id) => {
		const teamId = teamOf.get(id) ?? teamOf.get(personId);
		if (teamId === undefined) return null;
		return nextWorkingInstant(policyFor(db, teamId).policy.calendar, dayRanges(absent.get(id) ?? []), now);
	};
}

/**
 * Whether an open alert has nobody left who could see it: admins learn that, not about whom. Hours and routine talks of people
 * without a home team do not count: they have no lead line that could break.
 * @param afterEvent only alerts of which there is an event with a greater id
 */
export function isAnyChainBroken(db: Db, now: Instant, afterEvent?: number): boolean {
	const changed = db
		.select({ id: alertEvents.alertId })
		.from(alertEvents)
		.where(gt(alertEvents.id, afterEvent ?? 0));
	const open = db
		.select({ alert: alerts })
		.from(alerts)
		.leftJoin(homeTeams, and(eq(homeTeams.personId, alerts.personId), isNull(homeTeams.endedAt)))
		.where(
			and(
				isNull(alerts.closedAt),
				or(isNotNull(homeTeams.teamId), notInArray(alerts.reason, ['exposure', 'routine'])),
				afterEvent === undefined ? undefined : inArray(alerts.id, changed)
			)
		)
		.all()
		.map(({ alert }) => alert);
	if (open.length === 0) return false;
	const roster = rosterFor(
		db,
		open.map(({ personId }) => personId),
		now
	);
	return open.some((alert) => recipientsOn(roster, alert).length === 0);
}
