import * as v from 'valibot';
import type { Fact } from '#lib/domain/facts.ts';
import { parsePolicyPatch } from '#lib/domain/policy.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { begun, notBefore, rows, since } from './stored-rows.ts';

export function* policyFacts(db: Db): Generator<Fact> {
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

export function* personFacts(db: Db): Generator<Fact> {
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

export function* memberFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; team: string }>(
		db,
		`select h.recorded_at as at, h.person_id as person, h.team_id as team from home_teams h ${begun('h')} order by 1`
	);
	for (const row of found) yield { type: 'member', ...row };
}

export function* awayFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; from: string; to: string }>(
		db,
		`select ${since('a')} as at, a.person_id as person, from_date as "from", to_date as "to" from absences a ${begun('a')}
		where ${notBefore('a.ended_at')} order by 1`
	);
	for (const row of found) yield { type: 'absence', ...row };
}

/** Where absences were moved, shortened or taken back: what was left of them, with what came in their place. */
export function* correctedFacts(db: Db): Generator<Fact> {
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

export function* factorFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; thousandths: number; from: string; to: string | null }>(
		db,
		`select ${since('f')} as at, f.person_id as person, factor_thousandths as thousandths, from_date as "from", to_date as "to"
		from factors f ${begun('f')} where ${notBefore('f.ended_at')} order by 1`
	);
	for (const { thousandths, to, ...row } of found)
		yield { type: 'factor', ...row, factor: thousandths / 1000, ...(to === null ? {} : { to }) };
}

/** Where agreed factors ended early or were taken back: what was left of them, with what came in their place. */
export function* endedFactorFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; factors: string }>(
		db,
		`select distinct e.ended_at as at, e.person_id as person,
			(select json_group_array(json_object('factor', f.factor_thousandths / 1000.0, 'from', f.from_date, 'to', f.to_date)
				order by f.recorded_at, f.rowid) from factors f
				where f.person_id = e.person_id and f.recorded_at <= e.ended_at and (f.ended_at is null or f.ended_at > e.ended_at)) as factors
		from factors e ${begun('e')} where e.ended_at > clocks.first_fact_at order by 1`
	);
	for (const { factors, ...row } of found) yield { type: 'factors-corrected', ...row, factors: v.parse(factorsOf, JSON.parse(factors)) };
}

const factorsOf = v.array(v.object({ factor: v.number(), from: v.string(), to: v.nullable(v.string()) }));
