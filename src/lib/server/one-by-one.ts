import { errorCode } from './db/connection.ts';
import { Refusal } from './refusal.ts';

/** For how many something was done, and for how many it could not be. */
export interface Tally {
	done: number;
	failed: number;
}

/**
 * Does the work for each by themselves: where it cannot be done for one of them, it is done for everybody else.
 * @param work false where there was nothing to do
 * @throws what keeps it from being done for anybody: Refusal `full`, or a database that cannot be written
 */
export function oneByOne<T>(all: Iterable<T>, work: (one: T) => boolean): Tally {
	const tally = { done: 0, failed: 0 };
	for (const one of all) {
		try {
			if (work(one)) tally.done++;
		} catch (fault) {
			countFault(fault);
			tally.failed++;
		}
	}
	return tally;
}

/** Lets pass what is wrong with one person's record alone, and notes it without saying whose. @throws the fault, where it is everybody's */
export function countFault(fault: unknown): void {
	const everybodys = fault instanceof Refusal ? fault.kind === 'full' : /^SQLITE_(BUSY|READONLY|LOCKED)/.test(errorCode(fault));
	if (everybodys) throw fault;
	const code = fault instanceof Refusal ? fault.kind : errorCode(fault);
	console.error(`The record of one person could not be kept up (${code}); it is tried again.`);
}
