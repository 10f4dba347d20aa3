import type { InstrumentId } from './instruments/instrument.ts';
import type { Quarter } from './quarter.ts';
import { isEnough, rounded, rowsShown, steadyPeople, sumOf, type Adds } from './suppression.ts';

/** What a figure of a table is: a count, hours, the least share of people in per cent, working minutes. */
export type FigureKind = 'times' | 'hours' | 'share' | 'wait';

/** What is published of one row. */
export interface ReportCell {
	/** About how many people are behind it; null where the table says nothing of how many there are. */
	people: number | null;
	/** One for each column of the table. */
	figures: number[];
}

export interface ReportRow {
	key: string;
	label: string;
	/** null: suppressed. */
	cell: ReportCell | null;
}

export interface ReportTable {
	id: string;
	title: string;
	/** What is counted, and who is behind it. */
	about: string;
	columns: { title: string; kind: FigureKind }[];
	rows: ReportRow[];
	/** Of all rows together; null where they are not to be added up. */
	total: ReportRow | null;
}

/** The organisation's report of a quarter, as it is published: words and figures, the same for everybody. */
export interface Report {
	quarter: Quarter;
	/** Fewer people than this are behind no figure. */
	fewest: number;
	/** Fewer people than that moderated in the quarter: then nothing is said of them, and there are no tables. */
	tooFew: boolean;
	tables: ReportTable[];
}

/** One row of a table before anything is suppressed. */
export interface CountedRow {
	key: string;
	label: string;
	/** What each person adds to each measure. */
	adds: Adds;
	/** The figures, where they are not the sums of the measures: such as a median. */
	figures?: number[];
}

export interface CountedTable extends Omit<ReportTable, 'rows' | 'total'> {
	rows: readonly CountedRow[];
	/** What the sum of all rows is called; null: the rows overlap and are not added up. */
	total: string | null;
	/** No number of people is given. */
	withoutPeople?: true;
}

/** Which of the rows that add up to a whole may be shown. */
export type Choose = (rows: ReadonlyMap<string, Adds>, fewest: number) => Set<string>;

/** How a report is made. */
export interface Publishing {
	quarter: Quarter;
	fewest: number;
	/** Everybody whom the report is about. */
	people: number;
	/** Those made before, newest first. */
	earlier: readonly Report[];
}

/** The report that these tables give: what may not be shown is left out of it, and what is shown is rounded. */
export function reportOf(tables: readonly CountedTable[], how: Publishing, choose: Choose = rowsShown): Report {
	const { quarter, fewest, people } = how;
	const tooFew = people < fewest;
	return { quarter, fewest, tooFew, tables: tooFew ? [] : tables.map((table) => published(table, how, choose)) };
}

function published(table: CountedTable, how: Publishing, choose: Choose): ReportTable {
	const { id, title, about, columns, rows, total } = table;
	const shown = total === null ? eachEnough(rows, how.fewest) : choose(new Map(rows.map(({ key, adds }) => [key, adds])), how.fewest);
	const all: CountedRow = { key: totalKey, label: total ?? '', adds: sumOf(rows.map(({ adds }) => adds)) };
	return {
		...{ id, title, about, columns },
		rows: rows.map((row) => ({ key: row.key, label: row.label, cell: shown.has(row.key) ? cell(table, row, how) : null })),
		total: total === null ? null : { key: totalKey, label: total, cell: isEnough([all.adds], how.fewest) ? cell(table, all, how) : null }
	};
}

export const totalKey = 'total';

function eachEnough(rows: readonly CountedRow[], fewest: number): Set<string> {
	return new Set(rows.filter(({ adds }) => isEnough([adds], fewest)).map(({ key }) => key));
}

function cell(
	{ id, columns, withoutPeople }: CountedTable,
	{ key, adds, figures }: CountedRow,
	{ earlier, fewest }: Publishing
): ReportCell {
	const people = withoutPeople ? null : steadyPeople(adds.size, lastStated(earlier, id, key), mostEver(earlier, fewest));
	const sums = (at: number) => [...adds.values()].reduce((sum, values) => sum + (values[at] ?? 0), 0);
	return { people, figures: figures ?? columns.map(({ kind }, at) => rounded(kind === 'hours' ? sums(at) / 60 : sums(at))) };
}

/** The highest floor that there was: one that was lowered in between would tell more about the reports before. */
const mostEver = (earlier: readonly Report[], fewest: number) => Math.max(fewest, ...earlier.map((each) => each.fewest));

/** The number of people last published of a row, however long ago: one that was left out in between, and begun anew, would tell what changed. */
function lastStated(earlier: readonly Report[], table: string, key: string): number | null {
	for (const { tables } of earlier) {
		const found = tables.find(({ id }) => id === table);
		const row = key === totalKey ? found?.total : found?.rows.find((each) => each.key === key);
		if (row?.cell) return row.cell.people;
	}
	return null;
}

/** Of people who were asked, or could have done something: the least of these shares that is reached, in per cent. */
export function coarseShare(some: number, all: number): number {
	return [75, 50].find((share) => some * 100 >= share * all) ?? 0;
}

/** The value that a share (0 to 1) of all do not exceed (nearest rank); NaN where there are none. */
export function percentile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Everything that a report is made of: of each person what they add to it, and nothing of what they said. */
export interface Counts {
	/** Everybody who moderated at some time in the quarter. */
	people: ReadonlySet<string>;
	/** Entries and minutes per person, by kind of work and by partner body; '' where none of those listed was named. `partners` is null where the field is off. */
	work: ReadonlyMap<string, Adds>;
	partners: ReadonlyMap<string, Adds> | null;
	/** Times per person, by rule. */
	limits: ReadonlyMap<string, Adds>;
	/** Stretches of exposure per person, by whether a break came in time. */
	breaks: Readonly<Record<'kept' | 'missed', Adds>>;
	/** Appointments per person. */
	appointments: Readonly<Record<'counselling' | 'assessment', Readonly<Record<'attended' | 'declined' | 'open', Adds>>>>;
	/** Whoever logged exposure, and whoever answered a check-in. */
	logged: ReadonlySet<string>;
	answered: ReadonlySet<string>;
	/** Working minutes of each prompt, per person. */
	waits: Readonly<Record<'acknowledged' | 'offered', ReadonlyMap<string, readonly number[]>>>;
	/** By scale (of instruments that are on), and by its band, who was in it at their last answer. */
	bands: ReadonlyMap<Scale, ReadonlyMap<string, ReadonlySet<string>>>;
}

/** What is put into bands: an instrument, or one of its scales. */
export type Scale = Exclude<InstrumentId, 'proqol5'> | 'proqol5-satisfaction' | 'proqol5-burnout' | 'proqol5-trauma';
