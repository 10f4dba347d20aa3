import type { Instant } from '#lib/domain/time.ts';

/** Something that somebody is going to do. */
export interface Planned {
	at: Instant;
	/** Whose alerts it can change. */
	personId: string;
	run: (at: Instant) => void;
}

interface Entry extends Planned {
	/** What was planned first comes first where the instants are equal. */
	order: number;
}

/** What is planned, taken out in the order of time: a binary heap. */
export interface Agenda {
	add(planned: Planned): void;
	/** The earliest entry, taken out; undefined when nothing is left. */
	take(): Planned | undefined;
	/** Instant of the earliest entry. */
	next(): Instant | undefined;
}

/** An agenda with nothing planned yet. What is planned for one instant is taken in the order in which it was added. */
export function emptyAgenda(): Agenda {
	const heap: Entry[] = [];
	let added = 0;
	return {
		add(planned) {
			heap.push({ ...planned, order: added++ });
			rise(heap, heap.length - 1);
		},
		take() {
			const first = heap[0];
			const last = heap.pop();
			if (first === undefined || last === undefined || heap.length === 0) return first;
			heap[0] = last;
			sink(heap, 0);
			return first;
		},
		next: () => heap[0]?.at
	};
}

function isBefore(a: Entry | undefined, b: Entry | undefined): boolean {
	if (a === undefined || b === undefined) return b === undefined && a !== undefined;
	return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function swap(heap: Entry[], a: number, b: number): void {
	[heap[a], heap[b]] = [heap[b] as Entry, heap[a] as Entry];
}

function rise(heap: Entry[], from: number): void {
	for (let at = from; at > 0;) {
		const parent = (at - 1) >> 1;
		if (!isBefore(heap[at], heap[parent])) return;
		swap(heap, at, parent);
		at = parent;
	}
}

function sink(heap: Entry[], from: number): void {
	for (let at = from; ;) {
		let least = at;
		for (const child of [2 * at + 1, 2 * at + 2]) if (isBefore(heap[child], heap[least])) least = child;
		if (least === at) return;
		swap(heap, at, least);
		at = least;
	}
}
