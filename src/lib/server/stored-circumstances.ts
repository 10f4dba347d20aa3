import * as v from 'valibot';
import type { Fact } from '#lib/domain/facts.ts';
import { parsePolicyPatch } from '#lib/domain/policy.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { begun, notBefore, rows, since } from './stored-rows.ts';

/**
 * Every version of the policies, of the organisation and of teams, in the order of their recording.
 * @throws Error for a stored policy that could not have been saved
 */
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

/** How each person's days are counted: what stood when their rules began, and every change since, in order of time. */
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

/** Who got which home team, at the instant itself: before their rules begin too. In order of time. */
export function* memberFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; team: string }>(
		db,
		`select h.recorded_at as at, h.person_id as person, h.team_id as team from home_teams h ${begun('h')} order by 1`
	);
	for (const row of found) yield { type: 'member', ...row };
}

/** Absences as they were entered, in order of time; {@link correctedFacts} says what became of them. */
export function* awayFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; from: string; to: string }>(
		db,
		`select ${since('a')} as at, a.person_id as person, from_date as "from", to_date as "to" from absences a ${begun('a')}
		where ${notBefore('a.ended_at')} order by 1`
	);
	for (const row of found) yield { type: 'absence', ...row };
}

/** Limit factors as they were agreed, in order of time; {@link correctedFacts} says what became of them. */
export function* factorFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; thousandths: number; from: string; to: string | null }>(
		db,
		`select ${since('f')} as at, f.person_id as person, factor_thousandths as thousandths, from_date as "from", to_date as "to"
		from factors f ${begun('f')} where ${notBefore('f.ended_at')} order by 1`
	);
	for (const { thousandths, to, ...row } of found)
		yield { type: 'factor', ...row, factor: thousandths / 1000, ...(to === null ? {} : { to }) };
}

const absence = v.object({ from: v.string(), to: v.string() });
const factor = v.object({ factor: v.number(), from: v.string(), to: v.nullable(v.string()) });

/**
 * Where absences, or agreed factors, were moved, shortened or taken back: what was left of them, with what came in their place. In order of time.
 * @param table which of the two
 */
export function* correctedFacts(db: Db, table: 'absences' | 'factors'): Generator<Fact> {
	const own = table === 'factors' ? `'factor', kept.factor_thousandths / 1000.0, ` : '';
	const found = rows<{ at: Instant; person: string; left: string }>(
		db,
		`select distinct ended.ended_at as at, ended.person_id as person,
			(select json_group_array(json_object(${own}'from', kept.from_date, 'to', kept.to_date) order by kept.recorded_at, kept.rowid)
				from ${table} kept where kept.person_id = ended.person_id
					and kept.recorded_at <= ended.ended_at and (kept.ended_at is null or kept.ended_at > ended.ended_at)) as "left"
		from ${table} ended ${begun('ended')} where ended.ended_at > clocks.first_fact_at order by 1`
	);
	for (const { left, ...row } of found) {
		const kept: unknown = JSON.parse(left);
		if (table === 'absences') yield { type: 'absences-corrected', ...row, absences: v.parse(v.array(absence), kept) };
		else yield { type: 'factors-corrected', ...row, factors: v.parse(v.array(factor), kept) };
	}
}
