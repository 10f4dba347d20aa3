import { errorCode } from '../db/connection.ts';
import { Refusal } from '../refusal.ts';

/** Says of a fault, such as a full disk, that it happened: what waits in the outbox stays, and is met again. Returns whether there was none. */
export function guarded(done: string, work: () => void): boolean {
	try {
		work();
		return true;
	} catch (fault) {
		const code = fault instanceof Refusal ? fault.kind : errorCode(fault);
		console.error(`The outbox could not be ${done} (${code}); it is tried again.`);
		return false;
	}
}
