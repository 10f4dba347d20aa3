/**
 * Compares the wall clock with the time that passed.
 * @param clock UTC ms; the wall clock, or a test's
 * @param passed ms that passed since some moment, whatever the wall clock does
 * @returns how far (ms) the wall clock ran ahead since it was asked last; negative where it was put back
 */
export function watchDrift(clock: () => number, passed: () => number): () => number {
	let seen = clock() - passed();
	return () => {
		const before = seen;
		seen = clock() - passed();
		return seen - before;
	};
}
