import { bandsOf, scaleIds, scales } from '#lib/domain/report-bands.ts';
import type { Counts, Scale } from '#lib/domain/report.ts';
import type { Names } from '#lib/domain/report-tables.ts';
import type { InstrumentId } from '#lib/domain/instruments/instrument.ts';
import type { QuarterSpan } from '#lib/domain/quarter.ts';
import { keptIn } from './check-ins.ts';
import type { Db } from './db/connection.ts';
import { instrumentsOn } from './organisation.ts';
import { workRecords, type WorkRecords } from './report-work.ts';
import { unlessDestroyed } from './seal.ts';

/** What is counted, and what kinds of work and partner bodies are called. */
export interface Counted {
	counts: Counts;
	names: Names;
}

type Grown<K, V> = Map<K, Map<string, V>>;

/** As {@link Counts}, while it grows. */
export interface Growing {
	work: Grown<string, number[]>;
	partners: Grown<string, number[]>;
	limits: Grown<string, number[]>;
	breaks: Record<'kept' | 'missed', Map<string, number[]>>;
	appointments: Record<'counselling' | 'assessment', Record<'attended' | 'declined' | 'open', Map<string, number[]>>>;
	logged: Set<string>;
	answered: Set<string>;
	waits: Record<'acknowledged' | 'offered', Map<string, number[]>>;
	bands: Map<Scale, Map<string, Set<string>>>;
}

/**
 * Everybody who moderated at some time in the quarter. Of somebody who was erased meanwhile the counts were kept for this; those aside of whom even they
 * are gone. Who may ask for it is for the caller to decide.
 */
export function peopleCounted(db: Db, { from, until }: QuarterSpan): string[] {
	return db.$client
		.prepare<[{ from: number; until: number }], string>(
			`select distinct p.id from people p join roles r on r.person_id = p.id and r.role = 'moderator'
			where r.confirmed_at < @until and (r.ended_at is null or r.ended_at >= @from) and (p.disabled_at is null or p.disabled_at >= @from)
				and not exists (select 1 from erasures e where e.person_id = p.id and e.cleared_at is not null)
			order by p.id`
		)
		.pluck()
		.all({ from, until });
}

/**
 * Counts a quarter, one person after the other, and stops after each, so that others are answered in between. Answers are opened here, one
 * check-in at a time, and only who is in which band is kept; that does not outlast the making of the report.
 */
export function* countQuarter(db: Db, people: readonly string[], span: QuarterSpan, partnersOn: boolean): Generator<void, Counted, void> {
	const growing = emptyCounts();
	const names = namesIn(db, span);
	const [records, on] = [workRecords(db, span, names), askedIn(db, span)];
	for (const scale of scaleIds) if (on.has(scales[scale].instrument)) growing.bands.set(scale, new Map());
	const answers = lastAnswers(db);
	for (const person of people) {
		addRecords(growing, records, person);
		for (const { id, instrument, sealed } of answers.all({ person, from: span.from, until: span.until })) {
			const kept = on.has(instrument) ? unlessDestroyed(() => keptIn(db, id, { id: person }, sealed)) : undefined;
			if (kept) addBands(growing, person, bandsOf(instrument, kept.answers));
		}
		yield;
	}
	const { partners, ...others } = growing;
	return { counts: { people: new Set(people), ...others, partners: partnersOn ? partners : null }, names };
}

/** Instruments that are on, and could be answered in the quarter: published ones where their wording was there. */
function askedIn(db: Db, { from, until }: QuarterSpan): Set<InstrumentId> {
	const worded = db.$client
		.prepare<[{ from: number; until: number }], InstrumentId>(
			'select distinct instrument from instrument_packs where recorded_at < @until and (retired_at is null or retired_at >= @from)'
		)
		.pluck()
		.all({ from, until });
	return instrumentsOn(db).intersection(new Set<InstrumentId>(['pulse', ...worded]));
}

function emptyCounts(): Growing {
	const outcomes = () => ({ attended: new Map(), declined: new Map(), open: new Map() });
	return {
		...{ work: new Map(), partners: new Map(), limits: new Map(), breaks: { kept: new Map(), missed: new Map() } },
		appointments: { counselling: outcomes(), assessment: outcomes() },
		...{ logged: new Set(), answered: new Set(), waits: { acknowledged: new Map(), offered: new Map() }, bands: new Map() }
	};
}

/** Those that could be chosen in the quarter: whether anybody did is not told by the list. */
function namesIn(db: Db, { from }: QuarterSpan): Names {
	const list = (sql: string) => new Map(db.$client.prepare<[number], [string, string]>(sql).raw().all(from));
	return {
		work: list(`select id, name from work_types where counts <> 'no' and (retired_at is null or retired_at >= ?) order by position, name`),
		partners: list('select id, name from partners where retired_at is null or retired_at >= ? order by lower(name)')
	};
}

interface Answered {
	id: string;
	instrument: InstrumentId;
	sealed: Buffer;
}

/** The last answered check-in of each instrument. */
function lastAnswers(db: Db) {
	return db.$client.prepare<[{ person: string; from: number; until: number }], Answered>(
		`select id, instrument, sealed, max(recorded_at) from check_ins
		where person_id = @person and recorded_at >= @from and recorded_at < @until and sealed is not null group by instrument`
	);
}

function addBands({ answered, bands }: Growing, person: string, found: Partial<Record<Scale, string>>): void {
	answered.add(person);
	for (const scale of scaleIds) {
		const band = found[scale];
		const members = band === undefined ? undefined : bands.get(scale);
		if (band !== undefined && members) members.set(band, (members.get(band) ?? new Set()).add(person));
	}
}

function addRecords(growing: Growing, records: WorkRecords, person: string): void {
	for (const { work, partner, minutes } of records.entries(person)) {
		add(growing.work, work, person, [1, minutes]);
		add(growing.partners, partner, person, [1, minutes]);
		growing.logged.add(person);
	}
	for (const { rule, times } of records.limits(person)) add(growing.limits, rule, person, [times]);
	const breaks = records.breaks(person);
	for (const key of ['kept', 'missed'] as const) if (breaks[key] > 0) growing.breaks[key].set(person, [breaks[key]]);
	for (const { kind, outcome, times } of records.appointments(person)) growing.appointments[kind][outcome].set(person, [times]);
	const waits = records.waits(person);
	for (const key of ['acknowledged', 'offered'] as const) if (waits[key].length > 0) growing.waits[key].set(person, waits[key]);
}

function add(to: Grown<string, number[]>, key: string, person: string, adds: readonly number[]): void {
	const row = to.get(key) ?? new Map<string, number[]>();
	to.set(key, row);
	const before = row.get(person);
	row.set(person, before ? before.map((value, at) => value + (adds[at] ?? 0)) : [...adds]);
}
