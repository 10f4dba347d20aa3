import { decrypt, encrypt } from './encryption.ts';
import type { Db } from './db/connection.ts';
import { KeyDestroyed } from './person-keys.ts';

/** Where a sealed value stands: bound to it as additional data, so that it cannot be moved to another row or person. */
export interface Place {
	table: 'exposures' | 'check_ins' | 'put_away' | 'private_words';
	row: string;
	person: string;
}

/** Bytes: longer than what is usually sealed there. Sessions are many, and what is sealed of one is short. */
const paddedTo: Record<Place['table'], number> = { exposures: 128, check_ins: 256, put_away: 256, private_words: 1024 };

/** Seals a JSON value under the person's key. Padded to a multiple of its table's length, so that its size says nothing. */
export function seal(db: Db, place: Place, value: unknown): Buffer {
	const json = Buffer.from(JSON.stringify(value));
	const length = paddedTo[place.table];
	const padded = Buffer.alloc(Math.ceil((json.length + 1) / length) * length, 0x20);
	json.copy(padded);
	return encrypt(db.keys.personKey(place.person), padded, contextOf(place));
}

/** Opens what {@link seal} made. @throws Error where it was sealed for another place or the person's key was destroyed. */
export function unseal(db: Db, place: Place, sealed: Buffer): unknown {
	return JSON.parse(decrypt(db.keys.personKey(place.person), sealed, contextOf(place)).toString());
}

/** What `open` gives; nothing where the person's key was destroyed: whoever reads of many people goes on with the others. */
export function unlessDestroyed<T>(open: () => T): T | undefined {
	try {
		return open();
	} catch (fault) {
		if (fault instanceof KeyDestroyed) return;
		throw fault;
	}
}

function contextOf({ table, row, person }: Place): string {
	return `${table}|sealed|${row}|${person}`;
}
