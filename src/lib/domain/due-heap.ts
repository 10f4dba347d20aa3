import type { Instant } from './time.ts';

/** Who is due when: a binary heap; entries are never taken back, so the reader checks that one still stands. */
export interface DueHeap {
	dues: Instant[];
	people: number[];
}

function swap({ dues, people }: DueHeap, a: number, b: number): void {
	const due = dues[a] as Instant;
	const person = people[a] as number;
	dues[a] = dues[b] as Instant;
	people[a] = people[b] as number;
	dues[b] = due;
	people[b] = person;
}

/** Adds an entry. */
export function push(heap: DueHeap, due: Instant, person: number): void {
	let at = heap.dues.push(due) - 1;
	heap.people.push(person);
	while (at > 0) {
		const parent = (at - 1) >> 1;
		if ((heap.dues[parent] as number) <= due) return;
		swap(heap, at, parent);
		at = parent;
	}
}

/** Takes the earliest entry away; the heap must not be empty. */
export function pop(heap: DueHeap): { due: Instant; person: number } {
	const { dues, people } = heap;
	swap(heap, 0, dues.length - 1);
	const top = { due: dues.pop() as Instant, person: people.pop() as number };
	let at = 0;
	for (;;) {
		let least = at;
		for (let child = 2 * at + 1; child <= 2 * at + 2; child++) {
			if (child < dues.length && (dues[child] as number) < (dues[least] as number)) least = child;
		}
		if (least === at) return top;
		swap(heap, at, least);
		at = least;
	}
}
