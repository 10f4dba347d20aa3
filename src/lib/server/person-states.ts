import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Alert, Clock as AlertClock } from '#lib/domain/alert.ts';
import type { Fact } from '#lib/domain/facts.ts';
import { historyStart, lastingKeys, olderHistoryNeeded } from '#lib/domain/history.ts';
import type { RuleId } from '#lib/domain/rules/list.ts';
import type { PersonState } from '#lib/domain/person-state.ts';
import { addDays, personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { answeredCheckIns } from './answers.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { sharingChoices } from './db/schema/people.ts';
import { alertFindings, alerts, findings } from './db/schema/records.ts';
import { isCorrection, loadHistory } from './person-history.ts';
import { policyCourse, type PolicyCourse } from './policies.ts';

const MORE_DAYS = 56;

type Queries = ReturnType<typeof prepare>;
const queriesOf = perDatabase(prepare);

/**
 * What the rules need to know about a person at `at` (UTC ms), as far as they were evaluated (`advancedTo`), and the policies in force for
 * them from then on. Sessions reach back as far as history.ts asks for; what only some facts need (answered check-ins, an old session to
 * amend) is loaded for `fact`. Call it inside the transaction. Not checked for a viewer.
 */
export function loadPersonState(
	db: Db,
	personId: string,
	at: Instant,
	fact: Fact | null = null
): { state: PersonState; course: PolicyCourse } {
	const queries = queriesOf(db);
	const row = queries.person.get(personId);
	if (!row) throw new Error('this person has no clock');
	const { lastEnd: _, lastTotal: __, ...base } = row;
	const course = policyCourse(db, base.team, base.firstFactAt === null ? at : base.advancedTo);
	const first = Math.min(at, course.changes[0]?.at ?? at);
	const rest = beside(db, queries, personId, fact);
	const last = lastExposure(row);
	let from: LocalDate | null = historyStart(personDayOf(base.zone, base.dayStart, first), last);
	let state: PersonState;
	do {
		state = {
			id: personId,
			...base,
			firstFactAt: base.firstFactAt ?? at,
			...rest,
			...loadHistory(db, { personId, ...base, from, fact, timer: rest.timer })
		};
		const older = olderNeeded(state, course, first, isCorrection(fact));
		// What is asked for can grow with what is seen, a run of days by a day each time: so by more than asked for.
		from = older && addDays(older, -MORE_DAYS);
	} while (from !== null);
	for (const key of lastingKeys(state)) if (queries.hasFired.get(personId, key) !== undefined) state.fired.add(key);
	return { state, course };
}

/** The least date that any of the policies asks for. */
function olderNeeded(state: PersonState, { inForce, changes }: PolicyCourse, at: Instant, correcting: boolean): LocalDate | null {
	let least = olderHistoryNeeded(state, inForce.policy, at, correcting);
	for (const change of changes) {
		const older = olderHistoryNeeded(state, change.inForce.policy, at, correcting);
		if (older !== null && (least === null || older < least)) least = older;
	}
	return least;
}

/** The last date with exposure, however old. */
function lastExposure({ zone, dayStart, lastEnd, lastTotal }: PersonRow): LocalDate | null {
	const ofSession = lastEnd === null ? '' : personDayOf(zone, dayStart, lastEnd - 1);
	const ofTotal = lastTotal ?? '';
	return (ofSession > ofTotal ? ofSession : ofTotal) || null;
}

/** Everything that does not depend on how far back the sessions are loaded. */
function beside(db: Db, queries: Queries, personId: string, fact: Fact | null) {
	const of = { person: personId };
	const checkIn = fact?.type === 'check-in';
	return {
		timer: queries.timer.get(personId) ?? null,
		factors: queries.factors.all(personId),
		absences: queries.absences.all(personId),
		appointments: queries.appointments.all(personId),
		...(checkIn ? answeredCheckIns(db, personId) : { lastPulse: null, indexScores: [] }),
		prompt: checkIn && queries.prompt.get(of) !== undefined,
		alerts: Object.fromEntries(queries.alerts.all(of).map((row) => [row.reason, alertOf(queries, row)]))
	};
}

function alertOf(queries: Queries, row: typeof alerts.$inferSelect): Alert {
	const { reason, level, raisedAt, enteredAt, today } = row;
	// Rows that are not closed are in one of the states of open alerts (a CHECK of the table).
	const state = row.state as Alert['state'];
	const evidence = queries.evidence.all({ alert: row.id }).map(({ rule, period }) => ({ rule: rule as RuleId, period }));
	return { reason, state, level, raisedAt, enteredAt, today, clock: clockOf(row), evidence };
}

function clockOf({ clockStartedAt, clockMs, clockWorkingMinutes }: typeof alerts.$inferSelect): AlertClock | null {
	if (clockStartedAt === null) return null;
	if (clockMs !== null) return { kind: 'elapsed', ms: clockMs, startedAt: clockStartedAt };
	return clockWorkingMinutes === null ? null : { kind: 'working', minutes: clockWorkingMinutes, startedAt: clockStartedAt };
}

/** What is one value each, and how long ago exposure was known last. */
type PersonRow = Pick<
	PersonState,
	| 'zone'
	| 'dayStart'
	| 'startDate'
	| 'team'
	| 'advancedTo'
	| 'exposureClosedAt'
	| 'lastRoutineClosedAt'
	| 'lastConversationAt'
	| 'lastContactAt'
> & { firstFactAt: Instant | null; lastEnd: Instant | null; lastTotal: LocalDate | null };

/**
 * In one query, because it is asked with every fact. A LIMIT and what a partial index asks for are written out, here and below:
 * SQLite compiles a statement anew each time where such a value is bound.
 */
const personQuery = `
	select zone, day_start as dayStart, start_date as startDate, team_id as team, first_fact_at as firstFactAt, advanced_to as advancedTo,
		(select end_at from exposures
			where person_id = clock.person_id and superseded_at is null and counts = 1 and state = 'ended' and end_at is not null
			order by end_at desc limit 1) as lastEnd,
		(select date from exposures
			where person_id = clock.person_id and superseded_at is null and counts = 1 and state = 'ended' and date is not null
			order by date desc limit 1) as lastTotal,
		(select case state when 'closed' then closed_at end from alerts
			where person_id = clock.person_id and reason = 'exposure' and closed_at is not null
			order by closed_at desc limit 1) as exposureClosedAt,
		(select max(closed_at) from alerts where person_id = clock.person_id and reason = 'routine') as lastRoutineClosedAt,
		(select max(recorded_at) from conversations where person_id = clock.person_id) as lastConversationAt,
		(select max(recorded_at) from contact_requests where person_id = clock.person_id) as lastContactAt
	from clocks as clock
	join person_versions as version on version.person_id = clock.person_id
	left join home_teams as home on home.person_id = clock.person_id and home.ended_at is null
	where clock.person_id = ?
	order by version.version desc limit 1`;

function prepare(db: Db) {
	const person = sql.placeholder('person');
	return {
		person: db.$client.prepare<[string], PersonRow>(personQuery),
		hasFired: db.$client.prepare<[string, string], unknown>(
			'select 1 from findings where person_id = ? and key = ? and withdrawn_at is null'
		),
		timer: db.$client.prepare<[string], NonNullable<PersonState['timer']>>(
			`select id, start_at as start from exposures where person_id = ? and superseded_at is null and counts = 1 and state = 'running'`
		),
		factors: db.$client.prepare<[string], PersonState['factors'][number]>(
			'select factor_thousandths / 1000.0 as factor, from_date as "from", to_date as "to" from factors where person_id = ? and ended_at is null'
		),
		absences: db.$client.prepare<[string], PersonState['absences'][number]>(
			'select from_date as "from", to_date as "to" from absences where person_id = ? and ended_at is null'
		),
		appointments: db.$client.prepare<[string], PersonState['appointments'][number]>(
			'select id, kind, due from appointments where person_id = ? and outcome is null order by recorded_at'
		),
		prompt: db
			.select({ id: sharingChoices.id })
			.from(sharingChoices)
			.where(and(eq(sharingChoices.personId, person), eq(sharingChoices.kind, 'prompt'), isNull(sharingChoices.endedAt)))
			.prepare(),
		alerts: db
			.select()
			.from(alerts)
			.where(and(eq(alerts.personId, person), isNull(alerts.closedAt)))
			.prepare(),
		evidence: db
			.select({ rule: findings.rule, period: findings.period })
			.from(alertFindings)
			.innerJoin(findings, eq(findings.id, alertFindings.findingId))
			.where(eq(alertFindings.alertId, sql.placeholder('alert')))
			.orderBy(asc(findings.at))
			.prepare()
	};
}
