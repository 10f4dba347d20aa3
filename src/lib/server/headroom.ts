import { and, asc, eq, inArray, isNotNull, isNull } from 'drizzle-orm';
import { headroom, type Headroom } from '#lib/domain/headroom.ts';
import type { Instant } from '#lib/domain/time.ts';
import { noteReading, reading } from './access-log.ts';
import { orLogged } from './catching-up.ts';
import type { Db } from './db/connection.ts';
import { homeTeams, people, roles } from './db/schema/people.ts';
import { loadPersonState } from './person-states.ts';
import { teamsAs, type Viewer } from './viewer.ts';

/** All that a lead reads of somebody's hours: no figure, and nothing to sort by but the name. */
export interface HeadroomOf extends Headroom {
	id: string;
	name: string;
}

/** Headroom today and this week of the moderators whose home team the viewer leads, by name; noted for each of them. Nobody for anyone else. */
export function headroomFor(db: Db, viewer: Viewer, now: Instant): HeadroomOf[] {
	const teamIds = teamsAs(viewer, 'lead');
	if (teamIds.length === 0) return [];
	return reading(db, () => {
		const moderators = moderatorsOf(db, teamIds);
		const about = moderators.map(({ id }) => id);
		noteReading(db, viewer, { kind: 'headroom', why: { purpose: 'duty' } }, about, now);
		return moderators.flatMap(({ id, name }) => {
			const room = roomOf(db, id, now);
			return room ? [{ id, name, today: room.today, week: room.week }] : [];
		});
	});
}

function roomOf(db: Db, personId: string, now: Instant): Headroom | undefined {
	return orLogged(personId, () => {
		const {
			state,
			course: { inForce }
		} = loadPersonState(db, personId, now);
		return headroom(state, inForce.policy, now);
	});
}

function moderatorsOf(db: Db, teamIds: readonly string[]): { id: string; name: string }[] {
	return db
		.selectDistinct({ id: people.id, name: people.name })
		.from(homeTeams)
		.innerJoin(people, eq(people.id, homeTeams.personId))
		.innerJoin(roles, and(eq(roles.personId, people.id), eq(roles.role, 'moderator'), isNull(roles.endedAt), isNotNull(roles.confirmedAt)))
		.where(and(inArray(homeTeams.teamId, [...teamIds]), isNull(homeTeams.endedAt), isNull(people.disabledAt)))
		.orderBy(asc(people.name), asc(people.id))
		.all();
}
