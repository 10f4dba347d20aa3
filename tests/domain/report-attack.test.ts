import { describe, expect, test } from 'vitest';
import { tablesOf } from '#lib/domain/report-tables.ts';
import { reportOf, totalKey, type Choose, type CountedTable, type Report, type ReportTable } from '#lib/domain/report.ts';
import { isEnough, sumOf, type Adds } from '#lib/domain/suppression.ts';
import { randomNames, randomQuarters } from '../support/random-quarters.ts';
import { mutating, runs } from './story.ts';

/**
 * Somebody who has the published reports and nothing else tries to find out what was left out of them. Each cell of a table that has a total is
 * an unknown, each total an equation; tables that count the same thing share theirs. The attacker is given more than is published: also the
 * exact figures behind those that were rounded.
 */

interface Range {
	low: number;
	high: number;
}
/** Unknowns by name, and sums: the last one is that of the others. */
interface System {
	ranges: Map<string, Range>;
	sums: { parts: string[]; whole: string }[];
	hidden: Set<string>;
}

/** Tables whose totals are one and the same. */
const shared: Record<string, string> = { work: 'exposure', partner: 'exposure', 'proqol5-burnout': 'proqol5', 'proqol5-trauma': 'proqol5' };
const wholeOf = (table: string, measure: number) => `${shared[table] ?? table}/all/${measure}`;
const measuresOf = (table: CountedTable) => Math.max(1, table.columns.length);
const addedUp = (adds: Adds, measure: number) => [...adds.values()].reduce((sum, values) => sum + (values[measure] ?? 0), 0);

const unknown = (): Range => ({ low: 0, high: Infinity });

/** What a report says about each unknown: by `known`, what is learnt from a cell that is shown. */
function systemOf(
	tables: readonly CountedTable[],
	report: Report,
	known: (table: ReportTable, key: string, measure: number) => Range
): System {
	const system: System = { ranges: new Map(), sums: [], hidden: new Set() };
	const learn = (name: string, range: Range) => {
		const before = system.ranges.get(name) ?? unknown();
		system.ranges.set(name, { low: Math.max(before.low, range.low), high: Math.min(before.high, range.high) });
	};
	for (const table of report.tables.filter(({ total }) => total !== null)) {
		const counted = tables.find(({ id }) => id === table.id) as CountedTable;
		for (let measure = 0; measure < measuresOf(counted); measure++) {
			const parts = table.rows.map(({ key }) => `${table.id}/${key}/${measure}`);
			const whole = wholeOf(table.id, measure);
			for (const row of table.rows) {
				const name = `${table.id}/${row.key}/${measure}`;
				learn(name, row.cell ? known(table, row.key, measure) : unknown());
				if (!row.cell) system.hidden.add(name);
			}
			learn(whole, table.total?.cell ? known(table, totalKey, measure) : unknown());
			if (!table.total?.cell) system.hidden.add(whole);
			system.sums.push({ parts, whole });
		}
	}
	return system;
}

/** Narrows the ranges until nothing moves: everything is a whole number of minutes, times or people, and none is negative. */
function solve({ ranges, sums }: System): void {
	const of = (name: string) => ranges.get(name) as Range;
	for (let moved = true; moved;) {
		moved = false;
		const narrow = (name: string, low: number, high: number) => {
			const before = of(name);
			const after = { low: Math.max(before.low, Math.ceil(low - 1e-6)), high: Math.min(before.high, Math.floor(high + 1e-6)) };
			if (after.low > before.low || after.high < before.high) {
				ranges.set(name, after);
				moved = true;
			}
		};
		for (const { parts, whole } of sums) {
			const low = parts.reduce((sum, name) => sum + of(name).low, 0);
			const high = parts.reduce((sum, name) => sum + of(name).high, 0);
			narrow(whole, low, high);
			for (const name of parts) {
				const others = { low: low - of(name).low, high: parts.reduce((sum, each) => (each === name ? sum : sum + of(each).high), 0) };
				narrow(name, of(whole).low - others.high, of(whole).high - others.low);
			}
		}
	}
}

/** Cells that were left out, and are known all the same. */
function recovered(system: System): string[] {
	solve(system);
	return [...system.hidden].filter((name) => {
		const { low, high } = system.ranges.get(name) as Range;
		return low >= high;
	});
}

/** Sums of cells that were left out, found by subtraction, behind which are too few people (or mainly one). */
function sumsOfFew(tables: readonly CountedTable[], report: Report): string[] {
	const known = new Set(report.tables.flatMap(({ id, total }) => (total?.cell ? [shared[id] ?? id] : [])));
	// A total that was left out is found where another table shows all that it is made of.
	for (const { id, rows, total } of report.tables) if (total && rows.every(({ cell }) => cell)) known.add(shared[id] ?? id);
	return report.tables.flatMap(({ id, rows, total }) => {
		const left = rows.filter(({ cell }) => !cell).map(({ key }) => key);
		if (!total || left.length === 0 || !known.has(shared[id] ?? id)) return [];
		const adds = (tables.find((table) => table.id === id)?.rows ?? []).filter(({ key }) => left.includes(key)).map((row) => row.adds);
		return isEnough(adds, report.fewest) ? [] : [`${id}: ${left.join(' + ')}`];
	});
}

const exactly = (tables: readonly CountedTable[]) => (table: ReportTable, key: string, measure: number) => {
	const rows = tables.find(({ id }) => id === table.id)?.rows ?? [];
	const adds = key === totalKey ? sumOf(rows.map((row) => row.adds)) : (rows.find((row) => row.key === key)?.adds ?? new Map());
	const sum = addedUp(adds, measure);
	return { low: sum, high: sum };
};

/** What a number of people that was published says: it may be the one of the report before, which it is kept near to. */
function peopleBehind(people: number, kept: boolean, fewest: number): Range {
	return kept
		? { low: Math.max(fewest, people - fewest + 1), high: people + fewest - 1 }
		: { low: Math.max(people, fewest), high: people + 4 };
}

const cellIn = (report: Report | null, id: string, key: string) => {
	const table = report?.tables.find((each) => each.id === id);
	return (key === totalKey ? table?.total : table?.rows.find((row) => row.key === key))?.cell ?? null;
};

const asPublished = (report: Report, before: Report | null) => (table: ReportTable, key: string, measure: number) => {
	const cell = cellIn(report, table.id, key);
	const people = cell?.people ?? 0;
	const kind = table.columns[measure]?.kind;
	if (kind === undefined) return peopleBehind(people, cellIn(before, table.id, key)?.people === people, report.fewest);
	const figure = cell?.figures[measure] ?? 0;
	if (kind === 'hours') return { low: Math.max(0, (figure - 2.5) * 60), high: (figure + 2.5) * 60 };
	return { low: Math.max(report.fewest, figure - 2), high: figure + 2 };
};

/** Rows that may be stated by themselves, whatever follows from them: without complementary suppression. */
const onlyThemselves: Choose = (rows, fewest) => new Set([...rows.keys()].filter((key) => isEnough([rows.get(key) ?? new Map()], fewest)));

/** The reports of a random organisation, and what the attacker finds in them. */
function attack(seed: number, fewest: number, choose?: Choose) {
	const found: string[] = [];
	let [before, left]: [Report | null, number] = [null, 0];
	for (const [at, counts] of randomQuarters(seed).entries()) {
		const tables = tablesOf(counts, randomNames);
		const report = reportOf(tables, { quarter: `2026-Q${at + 1}`, fewest, people: counts.people.size, before }, choose);
		for (const known of [exactly(tables), asPublished(report, before)]) {
			const system = systemOf(tables, report, known);
			left += system.hidden.size;
			found.push(...recovered(system));
		}
		found.push(...sumsOfFew(tables, report));
		before = report;
	}
	return { found, left };
}

const organisations = Array.from({ length: runs(400).numRuns }, (_, seed) => seed);

describe.each([10, 5])('reports of four quarters in a row of small organisations, of %i people at least', (fewest) => {
	test('give away nothing that was left out of them', () => {
		let left = 0;
		for (const seed of organisations) {
			const result = attack(seed, fewest);
			expect(result.found, `organisation ${seed}`).toEqual([]);
			left += result.left;
		}
		// There was something to find.
		expect(left).toBeGreaterThan(25 * organisations.length);
	});

	test('would, were only small cells left out', () => {
		const broken = organisations.filter((seed) => attack(seed, fewest, onlyThemselves).found.length > 0);
		expect(broken.length).toBeGreaterThan(organisations.length / 4);
	});

	test('say nothing at all of fewer people than that', () => {
		for (const seed of organisations) {
			for (const counts of randomQuarters(seed)) {
				const how = { quarter: '2026-Q1', fewest, people: counts.people.size, before: null };
				const report = reportOf(tablesOf(counts, randomNames), how);
				if (counts.people.size < fewest) expect(report).toMatchObject({ tooFew: true, tables: [] });
				for (const { people } of report.tables.flatMap(({ rows, total }) => [...rows, total].flatMap((row) => row?.cell ?? [])))
					expect(people ?? fewest).toBeGreaterThanOrEqual(Math.min(fewest, 5));
			}
		}
	});
});

/** A table of people in bands, as it is published. */
function bandsOf(sizes: readonly number[], fewest: number, before: Report | null, choose?: Choose): Report {
	const rows = sizes.map((size, at) => ({
		...{ key: String(at), label: '' },
		adds: new Map(Array.from({ length: size }, (_, each) => [`${at}/${each}`, [1]]))
	}));
	const table: CountedTable = { id: 'bands', title: '', about: '', columns: [], rows, total: 'all' };
	return reportOf([table], { quarter: '2026-Q1', fewest, people: sizes.reduce((a, b) => a + b, 0), before }, choose);
}

function* splits(bands: number, most: number): Generator<number[]> {
	if (bands === 0) return void (yield []);
	for (let size = 0; size <= most; size++) for (const others of splits(bands - 1, most - size)) yield [size, ...others];
}

/**
 * The strongest attacker: knows how reports are made, and tries every organisation there can be. Those whose report is the same one cannot be
 * told apart; what is the same in all of them is known. Gives the fewest values that anything left out can have.
 */
function fewestValues(bands: number, most: number, fewest: number, choose?: Choose): number {
	const alike = new Map<string, { report: Report; sizes: number[][] }>();
	for (const sizes of splits(bands, most)) {
		const report = bandsOf(sizes, fewest, null, choose);
		const said = JSON.stringify(report);
		const group = alike.get(said) ?? { report, sizes: [] };
		group.sizes.push(sizes);
		alike.set(said, group);
	}
	let least = Infinity;
	for (const { report, sizes } of alike.values()) {
		// Where larger ones were not tried, there are more.
		if (sizes.some((each) => each.reduce((a, b) => a + b, 0) > most - 5)) continue;
		for (const [at, row] of (report.tables[0]?.rows ?? []).entries())
			if (!row.cell) least = Math.min(least, new Set(sizes.map((each) => each[at])).size);
	}
	return least;
}

describe('somebody who tries every organisation that could have such a report', () => {
	const all = [
		[2, 50, 10],
		[3, 45, 10],
		[4, 30, 10],
		[3, 30, 5]
	];
	test.each(mutating ? [[3, 20, 5]] : all)(
		'of %i bands, up to %i people, %i at least, is left with three values or more for each that was left out',
		(bands, most, fewest) => {
			const values = fewestValues(bands, most, fewest);
			expect(values).toBeGreaterThanOrEqual(3);
			// Something was left out.
			expect(values).toBeLessThan(Infinity);
		}
	);

	test.skipIf(mutating)('and compares two quarters, is left with four values or more for each change', () => {
		const [fewest, most] = [5, 24];
		const changes = new Map<string, Set<number>[]>();
		/** Where larger ones were not tried, there are more. */
		const edge = new Set<string>();
		const all = [...splits(2, most)];
		const isLarge = (sizes: readonly number[]) => sizes.reduce((a, b) => a + b, 0) > most - fewest;
		for (const first of all) {
			const before = bandsOf(first, fewest, null);
			const said = JSON.stringify(before);
			for (const second of all) {
				const both = said + JSON.stringify(bandsOf(second, fewest, before));
				const known = changes.get(both) ?? [new Set(), new Set()];
				for (const at of [0, 1]) known[at]?.add((second[at] ?? 0) - (first[at] ?? 0));
				changes.set(both, known);
				if (isLarge(first) || isLarge(second)) edge.add(both);
			}
		}
		const sizes = [...changes].flatMap(([both, known]) => (edge.has(both) ? [] : known.map(({ size }) => size)));
		expect(sizes.length).toBeGreaterThan(100);
		expect(Math.min(...sizes)).toBeGreaterThanOrEqual(4);
	});
});
