/** How many people a published figure has at least behind it (domain.md §6). */
export const FEWEST_PEOPLE = 10;
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
	return { count: Math.round(count / ROUNDED_TO) * ROUNDED_TO, people: Math.floor(people / ROUNDED_TO) * ROUNDED_TO };
}

/**
 * The groups of which a figure may be shown beside that of the whole: those of FEWEST_PEOPLE people at least; and where all the others
 * together would be fewer, and could be found by subtraction, the smallest of those is held back with them (complementary suppression).
 * The same sizes give the same groups, in whichever order they come.
 */
export function groupsShown(sizes: ReadonlyMap<string, number>): Set<string> {
	const enough = [...sizes].filter(([, size]) => size >= FEWEST_PEOPLE).sort(([a, sizeA], [b, sizeB]) => sizeB - sizeA || (a < b ? -1 : 1));
	let rest = 0;
	for (const size of sizes.values()) if (size < FEWEST_PEOPLE) rest += size;
	while (rest > 0 && rest < FEWEST_PEOPLE && enough.length > 0) rest += enough.pop()?.[1] ?? 0;
	return new Set(enough.map(([group]) => group));
}
