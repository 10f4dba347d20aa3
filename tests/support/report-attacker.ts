import type { CountedTable, Counts, Report, ReportCell } from '#lib/domain/report.ts';
import { totalKey } from '#lib/domain/report.ts';
import { sumOf, type Adds } from '#lib/domain/suppression.ts';

/**
 * Somebody who has the published reports of consecutive quarters, and knows things beside them, tries to find out what was left out. Every cell of
 * every table and quarter is an unknown, and so is how many people are behind it; all of it is one system: totals are sums, tables that count the
 * same thing share theirs, nobody is behind more than there are people, and what the attacker knows besides ties one quarter to the next.
 */

export interface Range {
	low: number;
	high: number;
}

/** Unknowns by name; and what holds between them: the whole is the sum of its parts, and something from `rest.low` to `rest.high`. */
export interface System {
	ranges: Map<string, Range>;
	sums: { parts: readonly string[]; whole: string; rest: Range }[];
	hidden: Set<string>;
}

/** A quarter: what was counted, and the report of it. */
export interface Quarterly {
	counts: Counts;
	tables: readonly CountedTable[];
	report: Report;
	/** Newest first. */
	earlier: readonly Report[];
}

/** What is learnt from a cell that is shown: by measure, or of the people behind it. */
export type Reading = (quarter: Quarterly, table: CountedTable, key: string, measure: Measure) => Range;
export type Measure = number | 'people';

/** Tables whose totals are one and the same. */
export const shared: Readonly<Record<string, string>> = {
	...{ work: 'exposure', partner: 'exposure' },
	...{ 'proqol5-burnout': 'proqol5', 'proqol5-trauma': 'proqol5' }
};

const nothing: Range = { low: 0, high: 0 };
const more: Range = { low: 0, high: Infinity };
const less: Range = { low: -Infinity, high: 0 };

export const nameOf = (quarter: number, table: string, key: string, measure: Measure) =>
	key === totalKey ? `${quarter}/${shared[table] ?? table}/all/${measure}` : `${quarter}/${table}/${key}/${measure}`;

export function learn({ ranges }: System, name: string, { low, high }: Range): void {
	const before = ranges.get(name) ?? more;
	ranges.set(name, { low: Math.max(before.low, low), high: Math.min(before.high, high) });
}

export function tie(system: System, whole: string, parts: readonly string[], rest: Range = nothing): void {
	for (const name of [whole, ...parts]) learn(system, name, more);
	system.sums.push({ parts, whole, rest });
}

/** What is counted in a table: sums of figures, and people. A share, or how long something took, is no sum. */
export const measuresOf = ({ columns }: CountedTable): Measure[] => [
	...columns.flatMap(({ kind }, at) => (kind === 'times' || kind === 'hours' ? [at] : [])),
	'people'
];

const addsOf = (table: CountedTable, key: string): Adds =>
	key === totalKey ? sumOf(table.rows.map(({ adds }) => adds)) : (table.rows.find((row) => row.key === key)?.adds ?? new Map());

/** What is really in a cell; of one person, what they add to it. */
export function truth(table: CountedTable, key: string, measure: Measure, person?: string): number {
	const adds = addsOf(table, key);
	if (person !== undefined) return measure === 'people' ? Number(adds.has(person)) : (adds.get(person)?.[measure] ?? 0);
	return measure === 'people' ? adds.size : [...adds.values()].reduce((sum, values) => sum + (values[measure] ?? 0), 0);
}

/** What is published of a cell; null where nothing is. */
export function cellIn(report: Report | null, id: string, key: string): ReportCell | null {
	const table = report?.tables.find((each) => each.id === id);
	return (key === totalKey ? table?.total : table?.rows.find((row) => row.key === key))?.cell ?? null;
}

/** Every cell that there is, shown or not. */
export function cellsOf({ tables, report }: Quarterly): { table: CountedTable; key: string; measure: Measure; cell: ReportCell | null }[] {
	return tables
		.filter(({ id }) => id !== 'participation')
		.flatMap((table) =>
			measuresOf(table).flatMap((measure) =>
				[...table.rows.map(({ key }) => key), ...(table.total === null ? [] : [totalKey])].map((key) => ({
					...{ table, key, measure, cell: cellIn(report, table.id, key) }
				}))
			)
		);
}

/** The reports of all quarters as one system. `read`: what is learnt from a cell that is shown; none: what holds of such reports without seeing them. */
export function systemOf(quarters: readonly Quarterly[], read: Reading | null): System {
	const system: System = { ranges: new Map(), sums: [], hidden: new Set() };
	for (const [at, quarter] of quarters.entries()) {
		for (const { table, key, measure, cell } of cellsOf(quarter)) {
			const name = nameOf(at, table.id, key, measure);
			learn(system, name, cell && read ? read(quarter, table, key, measure) : more);
			if (!cell) system.hidden.add(name);
			// Whoever is counted adds one at least.
			if (measure === 0) tie(system, name, [nameOf(at, table.id, key, 'people')], more);
		}
		for (const table of quarter.tables.filter(({ total }) => total !== null)) addUp(system, at, table);
	}
	return system;
}

function addUp(system: System, at: number, table: CountedTable): void {
	for (const measure of measuresOf(table)) {
		const parts = table.rows.map(({ key }) => nameOf(at, table.id, key, measure));
		const whole = nameOf(at, table.id, totalKey, measure);
		if (measure !== 'people' || table.columns.length === 0) tie(system, whole, parts);
		else {
			// One person can be behind several rows.
			tie(system, whole, parts, less);
			for (const part of parts) tie(system, whole, [part], more);
		}
	}
}

/** Who knows how many people moderated, learns from the shares about how many logged, and how many answered. */
export function takePart(system: System, at: number, { counts, tables, report }: Quarterly): void {
	const all = counts.people.size;
	for (const { key, cell } of report.tables.find(({ id }) => id === 'participation')?.rows ?? []) {
		const share = cell?.figures[0] ?? 0;
		const next = [50, 75].find((step) => step > share);
		const name = `${at}/${key}`;
		learn(system, name, { low: (share * all) / 100, high: next === undefined ? all : Math.ceil((next * all) / 100) - 1 });
	}
	tie(system, nameOf(at, 'work', totalKey, 'people'), [`${at}/logged`]);
	for (const { id, columns, total } of tables)
		if (total !== null && columns.length === 0) tie(system, `${at}/answered`, [nameOf(at, id, totalKey, 'people')], more);
}

/** Unknowns that are known: by narrowing what each can be, and by elimination. @throws Error where what the attacker holds for true cannot be */
export function determined(system: System): Set<string> {
	narrow(system);
	const known = new Set<string>();
	for (const [name, { low, high }] of system.ranges) {
		if (low > high) throw new Error(`${name} can be nothing: ${low} to ${high}`);
		if (low === high) known.add(name);
	}
	for (const name of eliminated(system, known)) known.add(name);
	return known;
}

/** Everything is a whole number of minutes, times or people, and none is negative. */
function narrow({ ranges, sums }: System): void {
	const of = (name: string) => ranges.get(name) as Range;
	for (let moved = true; moved;) {
		moved = false;
		const to = (name: string, low: number, high: number) => {
			const before = of(name);
			const after = { low: Math.max(before.low, Math.ceil(low - 1e-6)), high: Math.min(before.high, Math.floor(high + 1e-6)) };
			if (after.low <= before.low && after.high >= before.high) return;
			ranges.set(name, after);
			moved = true;
		};
		for (const { parts, whole, rest } of sums) {
			const low = parts.reduce((sum, name) => sum + of(name).low, 0);
			const high = parts.reduce((sum, name) => sum + of(name).high, 0);
			to(whole, low + rest.low, high + rest.high);
			for (const name of parts) {
				const others = { low: low - of(name).low, high: parts.reduce((sum, each) => (each === name ? sum : sum + of(each).high), 0) };
				to(name, of(whole).low - rest.high - others.high, of(whole).high - rest.low - others.low);
			}
		}
	}
}

/** What Gauss finds in the equations between unknowns that are not known yet. */
function eliminated({ sums }: System, known: ReadonlySet<string>): string[] {
	const done: { pivot: string; row: Map<string, number> }[] = [];
	const subtract = (row: Map<string, number>, other: Map<string, number>, times: number) => {
		for (const [name, value] of other) {
			const left = (row.get(name) ?? 0) - times * value;
			if (Math.abs(left) < 1e-9) row.delete(name);
			else row.set(name, left);
		}
	};
	for (const { parts, whole, rest } of sums) {
		if (rest.low !== rest.high) continue;
		const row = new Map(
			[[whole, -1], ...parts.map((name) => [name, 1] as const)].filter(([name]) => !known.has(name as string)) as [string, number][]
		);
		for (const { pivot, row: other } of done) subtract(row, other, row.get(pivot) ?? 0);
		const [pivot, value] = row.entries().next().value ?? [];
		if (pivot === undefined || value === undefined) continue;
		for (const [name, each] of row) row.set(name, each / value);
		for (const { row: other } of done) subtract(other, row, other.get(pivot) ?? 0);
		done.push({ pivot, row });
	}
	return done.flatMap(({ pivot, row }) => (row.size === 1 ? [pivot] : []));
}
