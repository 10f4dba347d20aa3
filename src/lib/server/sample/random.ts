/** Chance that comes out the same every time: a stream of numbers from a seed (mulberry32). */
export interface Random {
	/** 0 ≤ n < 1. */
	next(): number;
	/** A whole number, both ends included. */
	between(least: number, most: number): number;
	/** Whether something happens that happens in a share `p` of all cases. */
	chance(p: number): boolean;
	/** One of a list that is not empty. */
	pick<T>(list: readonly T[]): T;
	/** A version 4 UUID. */
	uuid(): string;
}

/** The same name gives the same stream. */
export function randomFor(name: string): Random {
	const next = mulberry32(seedOf(name));
	const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
	return {
		next,
		between,
		chance: (p) => next() < p,
		pick: <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T,
		uuid: () => uuidOf(() => between(0, 255))
	};
}

function mulberry32(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** FNV-1a, 32 bits. */
function seedOf(name: string): number {
	let hash = 0x811c9dc5;
	for (const char of name) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
	return hash >>> 0;
}

function uuidOf(byte: () => number): string {
	const bytes = Array.from({ length: 16 }, byte);
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	const hex = bytes.map((each) => each.toString(16).padStart(2, '0')).join('');
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
