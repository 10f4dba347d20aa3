import * as v from 'valibot';
import { criteria, INDEX_SCORES_KEPT } from '#lib/domain/concern.ts';
import { reasons, type Fact } from '#lib/domain/facts.ts';
import type { instrumentIds } from '#lib/domain/instruments/instrument.ts';
import { parsePolicyPatch } from '#lib/domain/policy.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { ordered } from './replay/ordered.ts';
import { exposureFacts } from './stored-exposures.ts';
import { unseal } from './seal.ts';

/**
 * Every fact of replay.md that the tables hold, ordered by when it was recorded; nothing but what is being sorted is held. Facts of one
 * person never share an instant, but for those with which their rules begin. People whose clock stands still have none yet, and those of
 * the others begin with the first fact that the rules looked at. Read it inside a transaction: other processes go on writing.
 */
export function storedFacts(db: Db): Generator<Fact, void, void> {
	const streams = [policyFacts(db), personFacts(db), awayFacts(db), factorFacts(db), sharingFacts(db), appointmentFacts(db)];
	const later = [
		memberFacts(db),
		correctedFacts(db),
		exposureFacts(db),
		checkInFacts(db),
		forgottenFacts(db),
		requestFacts(db),
		conversationFacts(db),
		outcomeFacts(db),
		stepFacts(db)
	];
	// The order at one instant: a policy is in force for the facts recorded with it, and who somebody is comes before what is said of them.
	return ordered([...streams, ...later], (a, b) => a.at < b.at);
}

/**
 * What the policy simulator counts from: who somebody is, absences, factors, appointments and conversations, and the exposure recorded from
 * `since` on. Nothing sealed is opened, so whether material was violent is left out, as is everything that people said of themselves.
 */
export function unsealedFacts(db: Db, since: Instant): Generator<Fact, void, void> {
	const streams = [personFacts(db), awayFacts(db), factorFacts(db), appointmentFacts(db), correctedFacts(db)];
	return ordered([...streams, exposureFacts(db, since), conversationFacts(db), outcomeFacts(db)], (a, b) => a.at < b.at);
}

/** Rows of a query, one at a time. The columns are those of the schema, which holds them to their types. */
function* rows<Row>(db: Db, sql: string): Generator<Row, void, void> {
	yield* db.$client.prepare<[], Row>(sql).iterate();
}

/** The clock of whom a row is about; only of people for whom the rules have begun. */
export function begun(table: string): string {
	return `join clocks on clocks.person_id = ${table}.person_id and clocks.first_fact_at is not null`;
}

/** What was known before the rules began is known from their first fact on. */
const since = (table: string) => `max(${table}.recorded_at, clocks.first_fact_at)`;

/** What ended before the rules began is no fact for them. */
const notBefore = (column: string) => `(${column} is null or ${column} > clocks.first_fact_at)`;

function* policyFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; team: string | null; patch: string }>(
		db,
		'select recorded_at as at, team_id as team, patch from policies order by recorded_at, rowid'
	);
	for (const { at, team, patch } of found) {
		const parsed = parsePolicyPatch(JSON.parse(patch));
		if (!parsed.ok) throw new Error(`a stored policy cannot be: ${parsed.path}`);
		yield { type: 'policy', at, ...(team === null ? {} : { team }), policy: parsed.patch };
	}
}

type Version = { at: Instant; person: string; zone: string; dayStart: string; startDate: string };

function* personFacts(db: Db): Generator<Fact> {
	const found = rows<Version>(
		db,
		`select ${since('p')} as at, p.person_id as person, zone, day_start as dayStart, start_date as startDate
		from person_versions p ${begun('p')}
		where not exists (select 1 from person_versions next where next.person_id = p.person_id and next.version > p.version
			and next.recorded_at <= clocks.first_fact_at)
		order by 1`
	);
	for (const row of found) yield { type: 'person', ...row };
}

function* memberFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; team: string }>(
		db,
		`select h.recorded_at as at, h.person_id as person, h.team_id as team from home_teams h ${begun('h')} order by 1`
	);
	for (const row of found) yield { type: 'member', ...row };
}

function* awayFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; from: string; to: string }>(
		db,
		`select ${since('a')} as at, a.person_id as person, from_date as "from", to_date as "to" from absences a ${begun('a')}
		where ${notBefore('a.ended_at')} order by 1`
	);
	for (const row of found) yield { type: 'absence', ...row };
}

/** Where absences were moved, shortened or taken back: what was left of them, with what came in their place. */
function* correctedFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; absences: string }>(
		db,
		`select distinct c.ended_at as at, c.person_id as person,
			(select json_group_array(json_object('from', a.from_date, 'to', a.to_date) order by a.recorded_at, a.rowid) from absences a
				where a.person_id = c.person_id and a.recorded_at <= c.ended_at and (a.ended_at is null or a.ended_at > c.ended_at)) as absences
		from absences c ${begun('c')} where c.ended_at > clocks.first_fact_at order by 1`
	);
	for (const { absences, ...row } of found) yield { type: 'absences-corrected', ...row, absences: v.parse(datesOf, JSON.parse(absences)) };
}

const datesOf = v.array(v.object({ from: v.string(), to: v.string() }));

function* factorFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; thousandths: number; from: string; to: string | null }>(
		db,
		`select ${since('f')} as at, f.person_id as person, factor_thousandths as thousandths, from_date as "from", to_date as "to"
		from factors f ${begun('f')} order by 1`
	);
	for (const { thousandths, to, ...row } of found)
		yield { type: 'factor', ...row, factor: thousandths / 1000, ...(to === null ? {} : { to }) };
}

/** Only "anybody" and "nobody" matter to the rules: naming one officer more, or another one instead, is no fact. */
function* sharingFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; prompt: number }>(
		db,
		`with changes as (
			select s.person_id, ${since('s')} as at, 1 as named from sharing_choices s ${begun('s')} where kind = 'prompt'
			union all select s.person_id, max(s.ended_at, clocks.first_fact_at), -1 from sharing_choices s ${begun('s')}
				where kind = 'prompt' and s.ended_at is not null),
		counts as (select person_id, at, sum(sum(named)) over (partition by person_id order by at) as named from changes group by person_id, at),
		turns as (select *, lag(named, 1, 0) over (partition by person_id order by at) as before from counts)
		select at, person_id as person, named > 0 as prompt from turns where (named > 0) <> (before > 0) order by at`
	);
	for (const { prompt, ...row } of found) yield { type: 'sharing', ...row, prompt: prompt === 1 };
}

function* appointmentFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; id: string; person: string; kind: 'counselling' | 'assessment'; due: string }>(
		db,
		`select ${since('a')} as at, id, a.person_id as person, kind, due from appointments a ${begun('a')} order by 1`
	);
	for (const row of found) yield { type: 'appointment', ...row };
}

function* outcomeFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; id: string; outcome: 'attended' | 'declined' | 'moved' | 'withdrawn' }>(
		db,
		`select max(outcome_at, clocks.first_fact_at) as at, id, outcome from appointments a ${begun('a')} where outcome is not null order by 1`
	);
	for (const { outcome, ...row } of found) {
		yield { type: outcome === 'attended' || outcome === 'declined' ? `appointment-${outcome}` : 'appointment-drop', ...row };
	}
}

const answersOf = v.object({ answers: v.array(v.number()), concern: v.nullish(v.object({ criterion: v.picklist(criteria) })) });

interface CheckInRow {
	at: Instant;
	id: string;
	person: string;
	instrument: (typeof instrumentIds)[number];
	sealed: Buffer | null;
	/** Whether answers that it may have been judged with are gone. */
	first: number;
}

function* checkInFacts(db: Db): Generator<Fact> {
	const found = rows<CheckInRow>(
		db,
		`select c.recorded_at as at, id, c.person_id as person, instrument, sealed, f.person_id is not null and sealed is not null
			and row_number() over (partition by c.person_id, instrument, sealed is null order by c.recorded_at) <= ${INDEX_SCORES_KEPT} as first
		from check_ins c ${begun('c')} left join forgotten_answers f on f.person_id = c.person_id order by 1`
	);
	for (const { id, sealed, first, ...row } of found) {
		if (sealed === null) yield { type: 'check-in', ...row, skipped: true };
		else {
			const { answers, concern } = v.parse(answersOf, unseal(db, { table: 'check_ins', row: id, person: row.person }, sealed));
			yield { type: 'check-in', ...row, answers, ...(first ? { found: concern?.criterion ?? null } : {}) };
		}
	}
}

/** Prompts about concerns of which the answers are gone: neither a check-in nor "share this" is left of their instant. */
export const forgottenConcerns = `select e.at, e.person_id as person from alert_events e
	join alerts a on a.id = e.alert_id and a.reason = 'concern' ${begun('e')}
	where e.event in ('raised', 'renewed') and exists (select 1 from forgotten_answers f where f.person_id = e.person_id and e.at < f.before)
		and not exists (select 1 from check_ins c where c.person_id = e.person_id and c.recorded_at = e.at)
		and not exists (select 1 from shared_concerns s where s.person_id = e.person_id and s.recorded_at = e.at)
	order by e.at, e.id`;

function* forgottenFacts(db: Db): Generator<Fact> {
	for (const row of rows<{ at: Instant; person: string }>(db, forgottenConcerns)) yield { type: 'concern-forgotten', ...row };
}

function* requestFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; when: 'today' | 'soon' | null }>(
		db,
		`select c.recorded_at as at, c.person_id as person, when_wanted as "when" from contact_requests c ${begun('c')}
		union all select s.recorded_at, s.person_id, null from shared_concerns s ${begun('s')} order by 1`
	);
	for (const { when, ...row } of found) yield when === null ? { type: 'share-concern', ...row } : { type: 'contact-request', ...row, when };
}

const reasonsOf = v.array(v.picklist(reasons));

function* conversationFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; reasons: string }>(
		db,
		`select c.recorded_at as at, c.person_id as person, reasons from conversations c ${begun('c')} order by 1`
	);
	for (const row of found) yield { type: 'conversation', ...row, reasons: v.parse(reasonsOf, JSON.parse(row.reasons)) };
}

const steps = {
	acknowledged: 'acknowledge',
	offered: 'offer',
	'followed-up': 'follow-up',
	withdrawn: 'withdraw',
	closed: 'close'
} as const;

interface Step {
	at: Instant;
	person: string;
	reason: (typeof reasons)[number];
	event: keyof typeof steps | 'answered';
	answer: 'accepted' | 'declined' | 'not-now' | null;
}

/** Steps that somebody took. A withdrawal, and a conversation, closes an alert at its own instant; `close` does it alone. */
function* stepFacts(db: Db): Generator<Fact> {
	const found = rows<Step>(
		db,
		`select e.at, e.person_id as person, a.reason, e.event, e.detail ->> 'answer' as answer
		from alert_events e join alerts a on a.id = e.alert_id ${begun('e')}
		where e.event in ('acknowledged', 'offered', 'answered', 'followed-up', 'withdrawn')
			or e.event = 'closed' and not exists (select 1 from alert_events other
				where other.alert_id = e.alert_id and other.at = e.at and other.event in ('withdrawn', 'conversation'))
		order by e.at, e.id`
	);
	for (const { event, answer, ...row } of found) {
		if (event === 'answered') yield { type: 'response', ...row, answer: answer ?? 'declined' };
		else yield { type: steps[event], ...row };
	}
}
