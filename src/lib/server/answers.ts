import { and, desc, eq, isNotNull } from 'drizzle-orm';
import * as v from 'valibot';
import { who5Score } from '#lib/domain/instruments/who5.ts';
import type { PersonState } from '#lib/domain/person-state.ts';
import type { Db } from './db/connection.ts';
import { checkIns } from './db/schema/records.ts';
import { unseal } from './seal.ts';

const answersOnly = v.object({ answers: v.array(v.number()) });
const scoresKept = 4;

/** What the concern criteria look back on: the last pulse's answers and the last up to four WHO-5 scores, oldest first. */
export function answeredCheckIns(db: Db, personId: string): Pick<PersonState, 'lastPulse' | 'indexScores'> {
	return {
		lastPulse: lastAnswers(db, personId, 'pulse', 1)[0] ?? null,
		indexScores: lastAnswers(db, personId, 'who5', scoresKept).map(who5Score)
	};
}

function lastAnswers(db: Db, personId: string, instrument: 'pulse' | 'who5', most: number): number[][] {
	return db
		.select({ id: checkIns.id, sealed: checkIns.sealed })
		.from(checkIns)
		.where(and(eq(checkIns.personId, personId), eq(checkIns.instrument, instrument), isNotNull(checkIns.sealed)))
		.orderBy(desc(checkIns.recordedAt))
		.limit(most)
		.all()
		.reverse()
		.flatMap(({ id, sealed }) =>
			sealed ? [v.parse(answersOnly, unseal(db, { table: 'check_ins', row: id, person: personId }, sealed)).answers] : []
		);
}
