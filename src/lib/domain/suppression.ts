/** How many people a published figure has at least behind it (domain.md §6), where an organisation has not chosen otherwise. */
export const FEWEST_PEOPLE = 10;
/** The least that an organisation may choose. */
export const LEAST_FLOOR = 5;
/** To what published counts are rounded, so that what one person adds or takes away cannot be read off a difference. */
export const ROUNDED_TO = 5;

/** What may be shown of how often something happened. */
export interface Cell {
	/** Rounded to the nearest multiple of ROUNDED_TO. */
	count: number;
	/** Rounded down to one: "10 people or more". */
	people: number;
}

/**
 * A cell out of what each person adds to it; null where it is suppressed: fewer than FEWEST_PEOPLE people are behind it (nobody looks like
 * a few, because "none" would speak of each of them), or more than half of it is one person's.
 */
export function cellOf(perPerson: Iterable<number>): Cell | null {
	let [count, people, most] = [0, 0, 0];
	for (const times of perPerson) {
		if (times <= 0) continue;
		count += times;
		people++;
		most = Math.max(most, times);
	}
	if (people < FEWEST_PEOPLE || most * 2 > count) return null;
	return { count: rounded(count), people: roundedDown(people) };
}

/** A count as it is published: to the nearest `ROUNDED_TO`. */
export const rounded = (count: number) => Math.round(count / ROUNDED_TO) * ROUNDED_TO;
/** A number of people as it is published: never more than there are. */
export const roundedDown = (people: number) => Math.floor(people / ROUNDED_TO) * ROUNDED_TO;

/**
 * A number of people as it is published: rounded down, or as it was when it was last published (`before`) for as long as it is fewer than
 * `fewest` people away from that. So no two reports differ by a few.
 */
export function steadyPeople(people: number, before: number | null, fewest: number): number {
	return before !== null && Math.abs(people - before) < fewest ? before : roundedDown(people);
}

/** What each person adds to a row of a table, measure by measure: `[3, 120]` for three sessions of two hours; `[1]` where people are counted. */
export type Adds = ReadonlyMap<string, readonly number[]>;

/**
 * Whether what these rows hold together may be stated: in each measure at least `fewest` people are behind it, and not more than half of it
 * is one person's.
 */
export function isEnough(rows: readonly Adds[], fewest: number): boolean {
	const together = sumOf(rows);
	const measures = together.values().next().value?.length ?? 0;
	if (measures === 0) return false;
	return Array.from({ length: measures }, (_, at) => at).every((at) => {
		let [sum, people, most] = [0, 0, 0];
		for (const adds of together.values()) {
			const added = adds[at] ?? 0;
			if (added <= 0) continue;
			sum += added;
			people++;
			most = Math.max(most, added);
		}
		return people >= fewest && most * 2 <= sum;
	});
}

/** What each person adds to several rows together. */
export function sumOf(rows: readonly Adds[]): Map<string, number[]> {
	const sum = new Map<string, number[]>();
	for (const row of rows) {
		for (const [person, adds] of row) {
			const before = sum.get(person);
			sum.set(person, before ? before.map((value, at) => value + (adds[at] ?? 0)) : [...adds]);
		}
	}
	return sum;
}

/**
 * The rows of which figures may be shown beside those of the whole: each that may be stated by itself; and where what is left over could be
 * found by subtraction and may not be stated, the smallest of those is held back with it (complementary
 * suppression). A row of nobody counts as left over: that nobody was there would speak of each of them. Where the whole may not be stated
 * nothing is shown: what may be stated, and a rest that may, always make a whole that may. The same rows give the same answer, in whichever
 * order they come.
 */
export function rowsShown(rows: ReadonlyMap<string, Adds>, fewest: number): Set<string> {
	const inOrder = [...rows].sort(([a, some], [b, others]) => others.size - some.size || (a < b ? -1 : 1));
	const mayBeStated = (some: typeof inOrder) => isEnough([...new Map(some).values()], fewest);
	const enough = inOrder.filter((row) => mayBeStated([row]));
	const left = inOrder.filter((row) => !mayBeStated([row]));
	while (left.length > 0 && enough.length > 0 && !mayBeStated(left)) left.push(...enough.splice(-1));
	return new Set(enough.map(([name]) => name));
}

/** The groups of which a figure may be shown beside that of everybody, as {@link rowsShown}; nobody belongs to two, and those of nobody are none. */
export function groupsShown(sizes: ReadonlyMap<string, number>): Set<string> {
	const rows = [...sizes].filter(([, size]) => size > 0);
	const people = (group: string, size: number) => new Map(Array.from({ length: size }, (_, at) => [`${group}/${at}`, [1]]));
	return rowsShown(new Map(rows.map(([group, size]) => [group, people(group, size)])), FEWEST_PEOPLE);
}
