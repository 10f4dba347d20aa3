import { and, inArray, isNotNull, isNull } from 'drizzle-orm';
import type { Db } from './db/connection.ts';
import { roles } from './db/schema/people.ts';
import type { Role } from './viewer.ts';

/** Roles whose holders may be on call: the kinds of people whom somebody can ask for contact. */
export const onCallRoles: readonly Role[] = ['lead', 'welfare', 'peer'];

/** Whether the person is a lead, welfare officer or peer supporter, anywhere: who may be on call. */
export function maySupport(db: Db, personId: string): boolean {
	return supporters(db)
		.all()
		.some(({ id }) => id === personId);
}

/** Everybody who may be on call, as a query: to be run, or looked into by another one. */
export function supporters(db: Db) {
	const held = and(inArray(roles.role, [...onCallRoles]), isNotNull(roles.confirmedAt), isNull(roles.endedAt));
	return db.selectDistinct({ id: roles.personId }).from(roles).where(held);
}
