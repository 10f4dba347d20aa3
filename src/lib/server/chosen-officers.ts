import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Supervisors } from '#lib/domain/lines.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { exclusions, sharingChoices } from './db/schema/people.ts';
import { sharedConcerns } from './db/schema/records.ts';

/** Officers whom a person chose for an alert, and those they have to choose again. */
export type Chosen = Pick<Supervisors, 'named' | 'shared' | 'barred'>;

/** From when to when an alert was open (UTC ms). */
export interface Lifetime {
	raisedAt: Instant;
	closedAt: Instant | null;
}

interface Choice {
	officerId: string;
	recordedAt: Instant;
	endedAt: Instant | null;
}

interface History {
	choices: Choice[];
	shares: Omit<Choice, 'endedAt'>[];
	exclusions: Choice[];
}

/**
 * Whom each of some people chose for one of their alerts. With nobody named any more, those count whom the last save took back, where
 * that was while the alert was open: they were told, and it would go to others instead. An exclusion ends every choice before it, also
 * once it was taken back itself. Without an alert: whom they name now.
 */
export function chosenBy(db: Db, ids: readonly string[]): (personId: string, alert?: Lifetime) => Chosen {
	const histories = historiesOf(db, [...ids]);
	return (personId, alert) => {
		const { choices, shares, exclusions } = histories(personId);
		const stands = ({ officerId, recordedAt }: Omit<Choice, 'endedAt'>) =>
			!exclusions.some((exclusion) => exclusion.officerId === officerId && exclusion.recordedAt >= recordedAt);
		const current = choices.filter(({ endedAt }) => endedAt === null);
		const named = current.length > 0 || !alert ? current : lastTakenBack(choices, alert).filter(stands);
		const until = alert?.closedAt ?? Infinity;
		const shared = alert ? shares.filter(({ recordedAt }) => alert.raisedAt <= recordedAt && recordedAt <= until).filter(stands) : [];
		const excluded = alert ? exclusions.filter(({ endedAt }) => endedAt === null || endedAt > alert.raisedAt) : [];
		const chosen = idsOf([...named, ...shared]);
		return { named: idsOf(named), shared: idsOf(shared), barred: idsOf(excluded).filter((id) => !chosen.includes(id)) };
	};
}

function lastTakenBack(choices: readonly Choice[], { raisedAt }: Lifetime): Choice[] {
	const emptiedAt = Math.max(...choices.map(({ endedAt }) => endedAt ?? 0));
	return emptiedAt > raisedAt ? choices.filter(({ endedAt }) => endedAt === emptiedAt) : [];
}

function idsOf(rows: readonly { officerId: string }[]): string[] {
	return [...new Set(rows.map(({ officerId }) => officerId))];
}

function historiesOf(db: Db, ids: string[]): (personId: string) => History {
	const choices = db
		.select()
		.from(sharingChoices)
		.where(and(inArray(sharingChoices.personId, ids), eq(sharingChoices.kind, 'prompt')))
		.orderBy(asc(sharingChoices.recordedAt), asc(sharingChoices.id))
		.all();
	const shares = db
		.select()
		.from(sharedConcerns)
		.where(inArray(sharedConcerns.personId, ids))
		.orderBy(asc(sharedConcerns.recordedAt))
		.all();
	const excluded = db
		.select({
			personId: exclusions.personId,
			officerId: exclusions.excludedId,
			recordedAt: exclusions.recordedAt,
			endedAt: exclusions.endedAt
		})
		.from(exclusions)
		.where(inArray(exclusions.personId, ids))
		.all();
	const [chosenOf, sharesOf, excludedOf] = [byPerson(choices), byPerson(shares), byPerson(excluded)];
	return (id) => ({ choices: chosenOf.get(id) ?? [], shares: sharesOf.get(id) ?? [], exclusions: excludedOf.get(id) ?? [] });
}

function byPerson<Row extends { personId: string }>(rows: readonly Row[]): Map<string, Row[]> {
	return Map.groupBy(rows, ({ personId }) => personId);
}
