import { eq, and, isNotNull, isNull } from 'drizzle-orm';
import { recipientsAt, type Routed } from '#lib/domain/lines.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { homeTeams, people } from './db/schema/people.ts';
import { rosterFor, type Roster } from './supervisors.ts';
import { hasRole, type Viewer } from './viewer.ts';

/** Who plans a person's appointments stands where a prompt about an overdue one would come first. */
const overdue: Routed = { reason: 'session', level: 0, toId: null, toKind: null, today: false };

/**
 * The officers who see and plan a person's appointments: the welfare officers of their home team and those whom they named, each of their
 * own employer; a deputy while one of these is away; where there is none of them, the employer's other officers. Whoever was passed over is replaced,
 * and stays: dates are for a role, and a name that is missing among all others would tell them.
 */
function officersOn(roster: Roster, personId: string): string[] {
	const { supervisors, standing } = roster.about(personId);
	const lines = [supervisors, { ...supervisors, named: [] }];
	const nobodyAway = { ...standing, away: new Map<string, string | null>() };
	const exceptOne = [...standing.excluded].map((one) => ({
		...nobodyAway,
		excluded: new Set([...standing.excluded].filter((id) => id !== one))
	}));
	// Whoever is passed over names no deputy.
	const all = [standing, nobodyAway, ...exceptOne, { ...nobodyAway, excluded: new Set<string>() }];
	const found = lines.flatMap((line) => all.flatMap((each) => recipientsAt(overdue, line, each)));
	return [...new Set(found.filter(({ as }) => as === 'welfare').map(({ id }) => id))];
}

/** The officers who see and plan a person's appointments, for that person. Not checked for a viewer. */
export function appointmentOfficers(db: Db, personId: string, now: Instant): { id: string; name: string }[] {
	const roster = rosterFor(db, [personId], now);
	return officersOn(roster, personId).map((id) => ({ id, name: roster.name(id) }));
}

/** Whether the viewer sees and plans this person's appointments as a welfare officer. */
export function isOfficerOf(db: Db, viewer: Viewer, personId: string, now: Instant): boolean {
	return hasRole(viewer, 'welfare') && officersOn(rosterFor(db, [personId], now), personId).includes(viewer.id);
}

/** The people whose appointments the viewer sees and plans, by name. */
export function inCareOf(db: Db, viewer: Viewer, now: Instant): { id: string; name: string }[] {
	if (!hasRole(viewer, 'welfare')) return [];
	const colleagues = db
		.select({ id: people.id, name: people.name })
		.from(people)
		.innerJoin(homeTeams, and(eq(homeTeams.personId, people.id), isNull(homeTeams.endedAt)))
		.where(and(eq(people.employerId, viewer.employerId), isNull(people.disabledAt), isNotNull(people.joinedAt)))
		.orderBy(people.name)
		.all();
	const roster = rosterFor(
		db,
		colleagues.map(({ id }) => id),
		now
	);
	return colleagues.filter(({ id }) => officersOn(roster, id).includes(viewer.id));
}
