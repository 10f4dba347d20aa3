import { and, eq, gte, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Fact } from '#lib/domain/facts.ts';
import { firedKey, type PersonState, type Session } from '#lib/domain/person-state.ts';
import { isoWeek, personDayOf, personDayStart, type Instant, type LocalDate } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { exposures } from './db/schema/records.ts';
import { violentFired } from './violent-findings.ts';

type Queries = ReturnType<typeof prepare>;
const queriesOf = perDatabase(prepare);

/** How far back somebody's exposure is loaded, and for what. */
export interface Span {
	personId: string;
	zone: string;
	dayStart: string;
	/** The date from which sessions and day totals are loaded. */
	from: LocalDate;
	fact: Fact | null;
	timer: PersonState['timer'];
}

/**
 * What was logged for one person, and what was found of it, from a date on: the sessions in order of their starts, with the one that `fact` amends
 * or voids, however old; the day totals; which findings have fired. Not checked for a viewer.
 */
export function loadHistory(db: Db, span: Span): Pick<PersonState, 'historyFrom' | 'sessions' | 'dayTotals' | 'fired'> {
	const { personId, from, fact, timer } = span;
	const queries = queriesOf(db);
	const since = personDayStart(span.zone, span.dayStart, from);
	const named = isCorrection(fact) ? fact.id : '';
	const bounds = { person: personId, date: from, named };
	const fired = queries.fired.all(personId, Math.min(since, timer?.start ?? since));
	return {
		historyFrom: from,
		sessions: sessionsSince(queries, personId, since, named),
		dayTotals: queries.dayTotals.all(bounds).map(({ id, date, minutes }) => ({ id, date: date ?? '', minutes: minutes ?? 0 })),
		fired: new Set([...fired, ...sealedFired(db, span)])
	};
}

/** The sessions that end after `since`, and the one that is named, however old, in order of their starts. */
function sessionsSince(queries: Queries, person: string, since: Instant, named: string): Session[] {
	if (named === '') return queries.times.all(person, since);
	const recent = queries.sessions.all(person, since);
	if (recent.some(({ id }) => id === named)) return recent;
	const row = queries.session.get({ person, id: named });
	if (!row || row.start === null || row.end === null) return recent;
	return [{ id: row.id, start: row.start, end: row.end }, ...recent].sort((a, b) => a.start - b.start);
}

/** Of findings that are sealed with their sessions, only the one that this fact could fire again is asked for. */
function sealedFired(db: Db, { personId, zone, dayStart, fact, timer }: Span): string[] {
	if ((fact?.type !== 'session' && fact?.type !== 'timer-stop') || fact.violent !== 'yes') return [];
	const start = fact.type === 'session' ? fact.start : timer?.start;
	if (start === undefined) return [];
	const week = isoWeek(personDayOf(zone, dayStart, start));
	return violentFired(db, personId, { zone, dayStart, week }) ? [firedKey('violent-material', week)] : [];
}

/** Whether a fact corrects an entry of the log. */
export function isCorrection(fact: Fact | null): fact is Fact & { type: 'amend' | 'void' | 'day-total-corrected' } {
	return fact?.type === 'amend' || fact?.type === 'void' || fact?.type === 'day-total-corrected';
}

function prepare(db: Db) {
	const person = sql.placeholder('person');
	const current = and(eq(exposures.personId, person), isNull(exposures.supersededAt), sql`${exposures.counts} = 1`);
	return {
		// The longest answers, in every fact: read without the ORM, which costs more than the query, and out of the index alone. Which
		// session is which is asked by corrections only.
		times: db.$client.prepare<[string, Instant], Session>(
			`select '' as id, start_at as start, end_at as end from exposures
			where person_id = ? and superseded_at is null and counts = 1 and state = 'ended' and end_at > ? order by start_at`
		),
		sessions: db.$client.prepare<[string, Instant], Session>(
			`select id, start_at as start, end_at as end from exposures
			where person_id = ? and superseded_at is null and counts = 1 and state = 'ended' and end_at > ? order by start_at`
		),
		fired: db.$client
			.prepare<[string, Instant], string>('select key from findings where person_id = ? and withdrawn_at is null and at >= ?')
			.pluck(),
		session: db
			.select({ id: exposures.id, start: exposures.start, end: exposures.end })
			.from(exposures)
			.where(and(current, eq(exposures.id, sql.placeholder('id')), eq(exposures.state, sql`'ended'`), isNotNull(exposures.end)))
			.prepare(),
		dayTotals: db
			.select({ id: exposures.id, date: exposures.date, minutes: exposures.minutes })
			.from(exposures)
			.where(
				and(
					current,
					eq(exposures.state, sql`'ended'`),
					isNotNull(exposures.date),
					or(gte(exposures.date, sql.placeholder('date')), eq(exposures.id, sql.placeholder('named')))
				)
			)
			.prepare()
	};
}
