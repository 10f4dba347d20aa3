import * as v from 'valibot';
import type { Fact, Violent } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { unseal } from './seal.ts';

interface Version {
	at: Instant;
	id: string;
	version: number;
	person: string;
	kind: 'session' | 'timer' | 'day-total';
	state: 'running' | 'ended' | 'void';
	start: Instant | null;
	end: Instant | null;
	date: string | null;
	minutes: number | null;
	stateBefore: Version['state'] | null;
}

/**
 * The facts behind the versions of sessions, timers and day totals. None are: work that does not count, another kind of work or other
 * details with the times as they were, a running timer that is named. Work that turned out to count differently is voided and logged
 * anew under another id by its verb, so an entry counts in all its versions or in none.
 * @param unsealedSince only what was recorded from then on, without opening what is sealed: whether material was violent stays unsaid
 */
export function* exposureFacts(db: Db, unsealedSince?: Instant): Generator<Fact, void, void> {
	const found = db.$client.prepare<[Instant], Version>(
		`select max(e.recorded_at, clocks.first_fact_at) as at, e.id, e.version, e.person_id as person, e.kind, e.state, e.start_at as start,
			e.end_at as "end", e.date, e.minutes, b.state as stateBefore
		from exposures e join clocks on clocks.person_id = e.person_id and clocks.first_fact_at is not null
		left join exposures b on b.id = e.id and b.version = e.version - 1
		where e.counts and e.recorded_at >= ? and (b.state is null or b.state <> e.state or (b.start_at, b.end_at, b.date, b.minutes) is not (e.start_at, e.end_at, e.date, e.minutes))
		order by 1, e.rowid`
	);
	const sealed = db.$client.prepare<[string, number], Buffer>('select sealed from exposures where id = ? and version = ?').pluck();
	for (const row of found.iterate(unsealedSince ?? 0)) {
		yield factOf(row, () => (unsealedSince === undefined ? violentIn(db, row, sealed.get(row.id, row.version)) : {}));
	}
}

/** `violent` is opened only where a session first becomes one: what is said of it later is no fact. */
function factOf(row: Version, violent: () => { violent?: Violent }): Fact {
	const { at, id, person, kind, state, start, end, stateBefore } = row;
	if (state === 'void') return { type: stateBefore === 'running' ? 'timer-drop' : 'void', at, id };
	if (kind === 'day-total') {
		const total = { at, id, date: row.date ?? '', minutes: row.minutes ?? 0 };
		return stateBefore === null ? { type: 'day-total', ...total, person } : { type: 'day-total-corrected', ...total };
	}
	if (state === 'running') return { type: 'timer-start', at, id, person };
	if (start === null || end === null) throw new Error('an ended session has a start and an end');
	if (stateBefore === 'ended') return { type: 'amend', at, id, start, end };
	if (stateBefore === 'running') return { type: 'timer-stop', at, id, end, ...violent() };
	return { type: 'session', at, id, person, start, end, ...violent() };
}

const kept = v.object({ violent: v.nullish(v.picklist(['yes', 'no', 'undisclosed'])) });

function violentIn(db: Db, { id, version, person }: Version, sealed: Buffer | undefined): { violent?: Violent } {
	if (!sealed) throw new Error('this version was there a moment ago');
	const { violent } = v.parse(kept, unseal(db, { table: 'exposures', row: `${id}/${version}`, person }, sealed));
	return violent ? { violent } : {};
}
