import { randomUUID } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { recordCheckIn } from '#lib/server/check-ins.ts';
import type { NewDisclosure } from '#lib/server/disclosures.ts';
import { exceed, HOUR, monday } from './alerting.ts';
import { cast } from './cast.ts';
import { memoryDb } from './database.ts';

/** The cast, of whom Ines has worked past a limit and answered a check-in. */
export function office() {
	const db = memoryDb();
	const people = cast(db, monday);
	exceed(db, people.ines, monday + HOUR);
	recordCheckIn(db, people.ines, { id: randomUUID(), instrument: 'pulse', answers: [3, 1, 2, 0] }, monday + 2 * HOUR);
	return { db, ...people };
}

export const asked = (personId: string, more: Partial<NewDisclosure> = {}): NewDisclosure => ({
	...{ id: randomUUID(), personId, reason: 'court', answers: 'none' },
	...more
});

export const byConsent = (personId: string) => asked(personId, { reason: 'lawyer', answers: 'consent' });

/** The files of a copy, by name. */
export async function opened(pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>): Promise<Record<string, string>> {
	const all: Uint8Array[] = [];
	for await (const piece of pieces) all.push(piece);
	return Object.fromEntries(Object.entries(unzipSync(Buffer.concat(all))).map(([name, bytes]) => [name, strFromU8(bytes)]));
}
