/**
 * Several ordered streams as one, ordered as well; what is equal comes in the order of the streams. Holds one thing of each.
 * @param isBefore whether `a` comes before `b`
 */
export function* ordered<T>(streams: readonly Iterable<T>[], isBefore: (a: T, b: T) => boolean): Generator<T, void, void> {
	const iterators = streams.map((stream) => stream[Symbol.iterator]());
	try {
		const heads = iterators.map((iterator) => iterator.next());
		for (;;) {
			let first = -1;
			for (const [index, head] of heads.entries()) {
				if (head.done) continue;
				const best = heads[first];
				if (best === undefined || best.done || isBefore(head.value, best.value)) first = index;
			}
			const head = heads[first];
			const iterator = iterators[first];
			if (head === undefined || head.done || iterator === undefined) return;
			yield head.value;
			heads[first] = iterator.next();
		}
	} finally {
		for (const iterator of iterators) iterator.return?.();
	}
}
