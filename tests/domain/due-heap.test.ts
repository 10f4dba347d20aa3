import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pop, push, type DueHeap } from '../../src/lib/domain/due-heap.ts';
import { runs } from './story.ts';

it('gives the earliest of what was put in and not yet taken, with whose it is', () => {
	fc.assert(
		fc.property(fc.array(fc.option(fc.nat(30)), { maxLength: 80 }), (moves) => {
			const heap: DueHeap = { dues: [], people: [] };
			const held: { due: number; person: number }[] = [];
			moves.forEach((due, person) => {
				if (due !== null) {
					push(heap, due, person);
					held.push({ due, person });
				} else if (held.length > 0) {
					const taken = pop(heap);
					expect(taken.due).toBe(Math.min(...held.map((each) => each.due)));
					const index = held.findIndex((each) => each.due === taken.due && each.person === taken.person);
					expect(index).toBeGreaterThanOrEqual(0);
					held.splice(index, 1);
				}
				expect(heap.dues).toHaveLength(held.length);
				expect(heap.people).toHaveLength(held.length);
				// Whoever looks without taking sees the first.
				if (held.length > 0) expect(heap.dues[0]).toBe(Math.min(...held.map((each) => each.due)));
			});
		}),
		runs(300)
	);
});

it('stays quick with many: a parent is never later than its children', () => {
	const heap: DueHeap = { dues: [], people: [] };
	for (let person = 0; person < 200; person++) push(heap, (person * 7919) % 211, person);
	for (let taken = 0; taken < 100; taken++) pop(heap);
	heap.dues.forEach((due, index) => {
		if (index > 0) expect(heap.dues[(index - 1) >> 1]).toBeLessThanOrEqual(due);
	});
});
