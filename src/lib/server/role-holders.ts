import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Db } from './db/connection.ts';
import { employers, organisation } from './db/schema/organisation.ts';
import { people, roles } from './db/schema/people.ts';
import type { Role } from './viewer.ts';

export interface Holder {
	/** Of the role. */
	id: string;
	personId: string;
	name: string;
	/** Named where it is another employer than the organisation itself. */
	employer: string | null;
	role: Role;
	teamId: string | null;
	proposed: boolean;
	disabled: boolean;
}

/** Everybody with a role now, or proposed for one; leads in their order. */
export function holdersOf(db: Db, teamId?: string): Holder[] {
	return db
		.select({
			id: roles.id,
			personId: roles.personId,
			name: people.name,
			employerId: people.employerId,
			employer: employers.name,
			own: organisation.employerId,
			role: roles.role,
			teamId: roles.teamId,
			confirmedAt: roles.confirmedAt,
			disabledAt: people.disabledAt
		})
		.from(roles)
		.innerJoin(people, eq(people.id, roles.personId))
		.innerJoin(employers, eq(employers.id, people.employerId))
		.leftJoin(organisation, eq(organisation.id, 1))
		.where(and(isNull(roles.endedAt), teamId === undefined ? undefined : eq(roles.teamId, teamId)))
		.orderBy(asc(roles.position), asc(people.name))
		.all()
		.map(({ employerId, employer, own, confirmedAt, disabledAt, ...holder }) => ({
			...holder,
			employer: employerId === own ? null : employer,
			proposed: confirmedAt === null,
			disabled: disabledAt !== null
		}));
}
