import { catchUpToRead } from './consequences.ts';
import { errorCode, type Db } from './db/connection.ts';
import { Refusal } from './refusal.ts';

/**
 * Does something for one of many people. Where it fails for them, that is logged with their id alone, and undefined is returned:
 * nobody else waits for them.
 * @throws Refusal `full`: then there is no room for anybody
 */
export function orLogged<T>(personId: string, evaluate: () => T): T | undefined {
	try {
		return evaluate();
	} catch (fault) {
		if (fault instanceof Refusal && fault.kind === 'full') throw fault;
		const what = fault instanceof Error ? fault.constructor.name : typeof fault;
		console.error(`Person ${personId} could not be evaluated (${what}, ${errorCode(fault)}); it is tried again later.`);
		return undefined;
	}
}

/** Evaluates what has run out by now, so that nothing depends on the scheduler having been awake; else what is stored is shown. */
export function catchUpEach(db: Db, personIds: readonly string[], now: number): void {
	for (const id of personIds) orLogged(id, () => catchUpToRead(db, id, now));
}
