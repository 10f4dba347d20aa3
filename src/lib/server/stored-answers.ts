import * as v from 'valibot';
import { criteria, INDEX_SCORES_KEPT } from '#lib/domain/concern.ts';
import type { Fact } from '#lib/domain/facts.ts';
import type { instrumentIds } from '#lib/domain/instruments/instrument.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { unseal } from './seal.ts';
import { begun, rows, since } from './stored-rows.ts';

/** Only "anybody" and "nobody" matter to the rules: naming one officer more, or another one instead, is no fact. */
export function* sharingFacts(db: Db): Generator<Fact> {
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

/**
 * Check-ins, answered and skipped, in order of time. Where answers that one may have been judged with are gone, it says what was found of it.
 * @throws Error for answers whose key is gone, or that are no answers
 */
export function* checkInFacts(db: Db): Generator<Fact> {
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

/** The prompts of {@link forgottenConcerns}, in order of time. */
export function* forgottenFacts(db: Db): Generator<Fact> {
	for (const row of rows<{ at: Instant; person: string }>(db, forgottenConcerns)) yield { type: 'concern-forgotten', ...row };
}
