import type { Measures } from '../measures.ts';
import type { EpochDay } from '../time.ts';

/** How many days after `from`, up to and including `to`, are no absences. */
export function daysPresent(measures: Measures, from: EpochDay, to: EpochDay): number {
	let count = Math.max(0, to - from);
	const { absences } = measures;
	// Absences may overlap: a day away counts once, so those that an earlier one covered are skipped.
	let counted = from;
	for (const absence of absences) {
		const first = Math.max(absence.from, counted + 1);
		const last = Math.min(absence.to, to);
		if (last < first) continue;
		count -= last - first + 1;
		counted = last;
	}
	return count;
}
