import { getTableConfig, type SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { InstrumentId } from '#lib/domain/instruments/instrument.ts';
import { scoresOf } from '#lib/domain/instruments/scores.ts';
import { MS_PER_DAY, personDayOf, type Instant } from '#lib/domain/time.ts';
import { keptIn } from '../check-ins.ts';
import type { Db } from '../db/connection.ts';
import { exposures } from '../db/schema/records.ts';
import { earliestOf } from '../exposure-rows.ts';
import { openSealed } from '../exposure-versions.ts';
import { wordsIn } from '../private-words.ts';
import { putAwayUntil } from '../put-away.ts';
import type { Viewer } from '../viewer.ts';
import { instantCell, type Cell, type Row } from './cells.ts';
import type { ArchiveFile, Kind } from './file.ts';
import { nameReader, type Names } from './names.ts';

type Stored = Record<string, string | number | Buffer | null>;

/** Rows that are read at a time: between two readings others get their turn. */
const atATime = 200;

/** The viewer's own rows of a file, opened and with names in place of ids, some hundred at a time: what is read is forgotten with the next. */
export function* rowsOf(db: Db, viewer: Viewer, file: ArchiveFile): Generator<Row[], void, void> {
	const columns = columnsOf(file);
	const write = writer(db, viewer, file);
	const pages = file.table === exposures ? entries(db, viewer, columns) : pagesOf(db, viewer, file, columns);
	for (const page of pages) if (page.length > 0) yield page.map(write);
}

/** What a file's lines are headed with. */
export function headingsOf(file: ArchiveFile): string[] {
	return columnsOf(file)
		.flatMap(({ key, kind }) => (kind === 'sealed' ? (opened[file.name]?.headings ?? []) : [headingOf(key, kind)]))
		.concat(added[file.name]?.headings ?? []);
}

interface Column {
	key: string;
	kind: Kind;
	column: SQLiteColumn;
}

function columnsOf({ table, columns }: ArchiveFile): Column[] {
	return Object.entries(columns).map(([key, kind]) => {
		const column = (table as unknown as Record<string, SQLiteColumn | undefined>)[key];
		if (!column) throw new Error(`the archive names a column that is not there: ${key}`);
		return { key, kind, column };
	});
}

/** `workTypeId` holds a name once it is written. */
function headingOf(key: string, kind: Kind): string {
	return ['person', 'team', 'employer', 'work', 'partner', 'wording'].includes(kind) ? key.replace(/Id$/, '') : key;
}

function selected(columns: readonly Column[]): string {
	return columns.map(({ key, column }) => `"${column.name}" as "${key}"`).join(', ');
}

function* pagesOf(db: Db, viewer: Viewer, { table, mine }: ArchiveFile, columns: readonly Column[]): Generator<Stored[]> {
	const page = db.$client.prepare<[Record<string, string | number>], Stored & { rowid: number }>(
		`select rowid as "rowid", ${selected(columns)} from "${getTableConfig(table).name}" where ${mine} and rowid > @after order by rowid limit ${atATime}`
	);
	let after = 0;
	for (;;) {
		const rows = page.all({ me: viewer.id, after });
		yield rows;
		const last = rows.at(-1);
		if (!last || rows.length < atATime) return;
		after = last.rowid;
	}
}

const stepMs = 7 * MS_PER_DAY;
const longAgo = '0000-01-01';
const farAhead = '9999-12-31';

/**
 * Every version of every entry: by the ends of what is in force, a week at a time (a person's rows lie scattered over the file, and this is what
 * there is an index for), then day totals and whatever has no end, each with the versions before it.
 */
function* entries(db: Db, viewer: Viewer, columns: readonly Column[]): Generator<Stored[]> {
	const me = viewer.id;
	const find = `select id from exposures where person_id = @me and superseded_at is null and`;
	const ended = db.$client.prepare<[object], string>(`${find} end_at > @from and end_at <= @to order by end_at`).pluck();
	const totals = db.$client.prepare<[object], string>(`${find} date between @from and @to order by date`).pluck();
	const running = db.$client.prepare<[object], string>(`${find} state = 'running'`).pluck();
	const versions = db.$client.prepare<[object], Stored>(
		`select ${selected(columns)} from exposures where id = @id and person_id = @me order by version`
	);
	const whole = (ids: readonly string[]) => ids.flatMap((id) => versions.all({ id, me }));
	const newest = db.$client
		.prepare<[string], Instant | null>(
			'select max(end_at) from exposures where person_id = ? and superseded_at is null and end_at is not null'
		)
		.pluck();
	const first = earliestOf(db, me).end;
	const last = newest.get(me) ?? null;
	for (let from = (first ?? 0) - 1; first !== null && last !== null && from < last; from += stepMs)
		for (const ids of inPages(ended.all({ me, from, to: from + stepMs }))) yield whole(ids);
	for (const ids of inPages(totals.all({ me, from: longAgo, to: farAhead }))) yield whole(ids);
	yield whole(running.all({ me }));
}

function inPages(ids: readonly string[]): string[][] {
	return Array.from({ length: Math.ceil(ids.length / atATime) }, (_, n) => ids.slice(n * atATime, (n + 1) * atATime));
}

/** What stands in place of a sealed column. */
const opened: Record<string, { headings: string[]; open: (db: Db, viewer: Viewer, row: Stored) => Cell[] }> = {
	sessions: {
		headings: ['violent', 'aftermath', 'violentMaterialWeek'],
		open(db, { id: personId }, { id, version, sealed }) {
			const { violent, aftermath, finding } = openSealed(db, {
				id: String(id),
				version: Number(version),
				personId,
				sealed: sealed as Buffer
			});
			return [violent, aftermath, finding];
		}
	},
	'check-ins': {
		headings: ['answers', 'scores', 'concern', 'concernShared'],
		open(db, viewer, { id, instrument, sealed }) {
			if (!sealed) return [null, null, null, null];
			const { answers, concern } = keptIn(db, String(id), viewer, sealed as Buffer);
			const scores = instrument === 'pulse' ? [] : scoresOf(instrument as Exclude<InstrumentId, 'pulse'>, answers);
			const words = scores.map(({ name, score, band }) => `${name}: ${score} (${band})`);
			return [answers, words, concern?.criterion ?? null, concern?.shared ?? null];
		}
	},
	words: {
		headings: ['text'],
		open: (db, viewer, { id, sealed }) => [wordsIn(db, viewer, { id: String(id), sealed: sealed as Buffer })]
	},
	'notices-put-away': {
		headings: ['until'],
		open: (db, viewer) => [instantCell(putAwayUntil(db, viewer.id) || null)]
	}
};

/** What a line holds from a table beside its own. */
const added: Record<string, { headings: string[]; find: (db: Db) => (row: Stored) => Cell[] }> = {
	findings: {
		headings: ['prompts', 'quieted'],
		find(db) {
			const raised = db.$client.prepare<[unknown], string>('select alert_id from alert_findings where finding_id = ?').pluck();
			const quieted = db.$client.prepare<[unknown], Instant>('select at from quieted where finding_id = ?').pluck();
			return ({ id }) => [raised.all(id), instantCell(quieted.get(id) ?? null)];
		}
	}
};

function writer(db: Db, viewer: Viewer, file: ArchiveFile): (row: Stored) => Row {
	const headings = headingsOf(file);
	const columns = columnsOf(file);
	const names = nameReader(db);
	const find = added[file.name]?.find(db);
	return (row) => {
		const cells = columns.flatMap(({ key, kind }) =>
			kind === 'sealed' ? (opened[file.name]?.open(db, viewer, row) ?? []) : [cellOf(kind, row[key] ?? null, names, viewer)]
		);
		const all = [...cells, ...(find?.(row) ?? [])];
		return Object.fromEntries(headings.map((heading, n) => [heading, all[n] ?? null]));
	};
}

function cellOf(kind: Exclude<Kind, 'sealed'>, value: Stored[string], names: Names, { zone, dayStart }: Viewer): Cell {
	if (value === null || Buffer.isBuffer(value)) return null;
	if (kind === 'as-is') return value;
	if (kind === 'instant') return instantCell(Number(value));
	if (kind === 'date') return personDayOf(zone, dayStart, Number(value));
	if (kind === 'yes-no') return value === 1;
	if (kind === 'list') return JSON.parse(String(value)) as (string | number)[];
	if (kind === 'details') return withNames(JSON.parse(String(value)) as Record<string, unknown>, names);
	return names(kind, String(value));
}

/** Of a step: whom it was addressed to, by name. */
function withNames({ toId, ...details }: Record<string, unknown>, names: Names): Record<string, unknown> {
	return typeof toId === 'string' ? { ...details, to: names('person', toId) } : details;
}
