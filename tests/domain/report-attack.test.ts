import { describe, expect, test } from 'vitest';
import { tablesOf } from '#lib/domain/report-tables.ts';
import { reportOf, totalKey, type Choose, type CountedTable, type Counts, type Report } from '#lib/domain/report.ts';
import { isEnough, sumOf } from '#lib/domain/suppression.ts';
import { randomNames, randomQuarters, steadyQuarters } from '../support/random-quarters.ts';
import {
	cellIn,
	cellsOf,
	determined,
	learn,
	nameOf,
	shared,
	systemOf,
	takePart,
	tie,
	truth,
	type Quarterly,
	type Range,
	type Reading,
	type System
} from '../support/report-attacker.ts';
import { mutating, runs } from './story.ts';

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

/** The exact figures, also behind those that were rounded: more than is published. */
const exactly: Reading = (_, table, key, measure) => {
	const sum = truth(table, key, measure);
	return { low: sum, high: sum };
};

/** What a number of people that was published says: it may be the one of the report before, which it is kept near to. */
function peopleBehind(people: number, before: number | null, fewest: number, far: number): Range {
	if (people === before) return { low: Math.max(fewest, people - far + 1), high: people + far - 1 };
	return { low: Math.max(people, fewest, before !== null && people > before ? before + far : 0), high: people + 4 };
}

/** What the published figures say, as they are rounded. */
const asPublished: Reading = ({ report, earlier }, table, key, measure) => {
	const cell = cellIn(report, table.id, key);
	if (measure === 'people') {
		const last = earlier.map((each) => cellIn(each, table.id, key)).find((each) => each !== null);
		return peopleBehind(
			cell?.people ?? 0,
			last?.people ?? null,
			report.fewest,
			Math.max(...[report, ...earlier].map(({ fewest }) => fewest))
		);
	}
	const figure = cell?.figures[measure] ?? 0;
	if (table.columns[measure]?.kind === 'hours') return { low: Math.max(0, (figure - 2.5) * 60), high: (figure + 2.5) * 60 };
	return { low: Math.max(report.fewest, figure - 2), high: figure + 2 };
};

/** Rows that may be stated by themselves, whatever follows from them: without complementary suppression. */
const onlyThemselves: Choose = (rows, fewest) => new Set([...rows.keys()].filter((key) => isEnough([rows.get(key) ?? new Map()], fewest)));

function publish(all: readonly Counts[], floors: readonly number[], choose?: Choose): Quarterly[] {
	const earlier: Report[] = [];
	return all.map((counts, at) => {
		const tables = tablesOf(counts, randomNames);
		const how = { quarter: `2026-Q${at + 1}`, fewest: floors[at] ?? 10, people: counts.people.size, earlier: [...earlier] };
		const quarter = { counts, tables, report: reportOf(tables, how, choose), earlier: how.earlier };
		earlier.unshift(quarter.report);
		return quarter;
	});
}

/**
 * What the attacker knows besides: how many people moderated, who joined and who left, how many are behind each table; and, being the one who
 * did most, all of their own.
 */
function fromInside(system: System, quarters: readonly Quarterly[], numbers = true): void {
	const hours = sumOf([...(quarters[0]?.counts.work.values() ?? [])]);
	const [insider = ''] = [...hours].sort(([, some], [, others]) => (others[1] ?? 0) - (some[1] ?? 0))[0] ?? [];
	for (const [at, quarter] of quarters.entries()) {
		const { people } = quarter.counts;
		const earlier = quarters[at - 1]?.counts.people;
		const joined = earlier ? people.size - earlier.size : people.size;
		if (earlier) tie(system, `${at}/moderators`, [`${at - 1}/moderators`], { low: joined, high: joined });
		else learn(system, `${at}/moderators`, { low: joined, high: joined });
		if (numbers) takePart(system, at, quarter);
		for (const { table, key, measure } of cellsOf(quarter)) {
			const name = nameOf(at, table.id, key, measure);
			learn(system, name, { low: truth(table, key, measure, insider), high: Infinity });
			if (measure !== 'people' || !numbers) continue;
			tie(system, `${at}/moderators`, [name], { low: 0, high: Infinity });
			if (key === totalKey) learn(system, name, exactly(quarter, table, key, measure));
		}
	}
}

/** And that nothing else changed from a quarter to the next: who joined adds something to this cell or that, who left takes it away. */
function everythingElseTheSame(system: System, quarters: readonly Quarterly[]): void {
	fromInside(system, quarters, false);
	for (const [at, now] of quarters.entries()) {
		const earlier = quarters[at - 1];
		if (!earlier) continue;
		const [some, others] = [earlier.counts.people.size, now.counts.people.size];
		for (const { table, key, measure } of cellsOf(now)) {
			const [before, after] = [nameOf(at - 1, table.id, key, measure), nameOf(at, table.id, key, measure)];
			const added = `added/${after}`;
			const most = measure === 'people' ? 1 : Infinity;
			learn(system, added, { low: 0, high: some === others ? 0 : most });
			if (some <= others) tie(system, after, [before, added]);
			else tie(system, before, [after, added]);
		}
		// In tables of bands one is in one row.
		for (const { id, rows, total } of now.tables.filter(({ columns }) => columns.length === 0))
			if (total !== null)
				tie(
					system,
					`added/${nameOf(at, id, totalKey, 'people')}`,
					rows.map(({ key }) => `added/${nameOf(at, id, key, 'people')}`)
				);
	}
}

/** Cells that were left out, and are known all the same: not from what the attacker knew before. */
function attack(
	quarters: readonly Quarterly[],
	read: Reading,
	know: (system: System, quarters: readonly Quarterly[]) => void
): { found: string[]; left: number } {
	const [without, system] = [systemOf(quarters, null), systemOf(quarters, read)];
	for (const each of [without, system]) know(each, quarters);
	const [before, after] = [determined(without), determined(system)];
	const left = [...system.hidden].filter((name) => !before.has(name));
	return { found: left.filter((name) => after.has(name)), left: left.length };
}

const few = (quarters: readonly Quarterly[]) => quarters.flatMap(({ tables, report }) => sumsOfFew(tables, report));

const organisations = Array.from({ length: runs(80).numRuns }, (_, seed) => seed);

describe.each([
	['of 10 people at least', [10, 10, 10, 10], 0],
	['of 5 people at least', [5, 5, 5, 5], 0],
	['of 10, then 5, then 10 people at least', [10, 5, 10, 5], 0.03]
] as const)('reports of four quarters in a row of small organisations, %s', (_, floors, most) => {
	test('give away nothing that was left out of them', () => {
		let left = 0;
		for (const seed of organisations) {
			const quarters = publish(randomQuarters(seed), floors);
			for (const read of [exactly, asPublished]) {
				const result = attack(quarters, read, fromInside);
				expect(result.found, `organisation ${seed}`).toEqual([]);
				left += result.left;
			}
			expect(few(quarters)).toEqual([]);
		}
		// There was something to find.
		expect(left).toBeGreaterThan(25 * organisations.length);
	});

	// Nobody knows that everybody else did and answered the same again. Where the floor was lowered meanwhile, they would learn from a number that
	// passes it, now and then: no fixed floor keeps two reports apart that differ in nothing but one person on it.
	test('nor, or hardly ever, to somebody who knows that all is as it was but for one who joined or left', () => {
		const tried = organisations.filter((seed) => seed % 3 === 0);
		const results = tried.map((seed) => attack(publish(steadyQuarters(seed), floors), asPublished, everythingElseTheSame));
		const broken = results.filter(({ found }) => found.length > 0);
		expect(broken.length, JSON.stringify(broken)).toBeLessThanOrEqual(Math.ceil(most * tried.length));
		expect(results.reduce((sum, { left }) => sum + left, 0)).toBeGreaterThan(25 * tried.length);
	});

	test('would, were only small cells left out', () => {
		const broken = organisations.filter((seed) => {
			const quarters = publish(randomQuarters(seed), floors, onlyThemselves);
			return few(quarters).length > 0 || attack(quarters, exactly, fromInside).found.length > 0;
		});
		expect(broken.length).toBeGreaterThan(organisations.length / 4);
	});

	test('say nothing at all of fewer people than that', () => {
		for (const seed of organisations) {
			for (const [at, counts] of randomQuarters(seed).entries()) {
				const fewest = floors[at] ?? 10;
				const how = { quarter: '2026-Q1', fewest, people: counts.people.size, earlier: [] };
				const report = reportOf(tablesOf(counts, randomNames), how);
				if (counts.people.size < fewest) expect(report).toMatchObject({ tooFew: true, tables: [] });
				for (const { people } of report.tables.flatMap(({ rows, total }) => [...rows, total].flatMap((row) => row?.cell ?? [])))
					expect(people ?? fewest).toBeGreaterThanOrEqual(Math.min(fewest, 5));
			}
		}
	});
});

/** A table of people in bands, as it is published. */
function bandsOf(sizes: readonly number[], fewest: number, earlier: readonly Report[], choose?: Choose): Report {
	const rows = sizes.map((size, at) => ({
		...{ key: String(at), label: '' },
		adds: new Map(Array.from({ length: size }, (_, each) => [`${at}/${each}`, [1]]))
	}));
	const table: CountedTable = { id: 'bands', title: '', about: '', columns: [], rows, total: 'all' };
	return reportOf([table], { quarter: '2026-Q1', fewest, people: sizes.reduce((a, b) => a + b, 0), earlier }, choose);
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
		const report = bandsOf(sizes, fewest, [], choose);
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
			const before = bandsOf(first, fewest, []);
			const said = JSON.stringify(before);
			for (const second of all) {
				const both = said + JSON.stringify(bandsOf(second, fewest, [before]));
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
