import { closeSync, openSync, readSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { diskFull, Refusal } from '../refusal.ts';

/** SQLCipher's format, by SQLite3 Multiple Ciphers. */

const plainHeader = 'SQLite format 3\0';

/**
 * Whether the file is a SQLite database that is not encrypted. What cannot be read is none: opening it says why.
 * Not for a file that this process has open: its locks would be given up.
 */
export function isPlain(file: string): boolean {
	try {
		return firstBytes(file).toString('latin1') === plainHeader;
	} catch {
		return false;
	}
}

/** What to say of such a file. */
export function notEncrypted(file: string): string {
	return `${file} is not encrypted, and Breakwater opens encrypted files alone: put the right one back. Nothing was changed.`;
}

/**
 * Opens the file with the first of the keys that fits. The others may be tried safely, also where a transaction was cut off: what a key cannot
 * read it does not touch.
 * @returns which of the keys it was
 * @throws SqliteError of the last key that was tried, `SQLITE_NOTADB` where none fits
 */
export function openEncrypted(
	file: string,
	keys: readonly Buffer[],
	options: Database.Options = {}
): { client: Database.Database; index: number } {
	for (const [index, key] of keys.entries()) {
		const client = new Database(file, options);
		try {
			client.pragma(`cipher = 'sqlcipher'`);
			if (!client.memory) client.pragma(`key = "x'${key.toString('hex')}'"`);
			client.prepare('select count(*) from sqlite_schema').get();
			return { client, index };
		} catch (error) {
			client.close();
			if (index === keys.length - 1 || !isWrongKey(error)) throw error;
		}
	}
	throw new Error('there must be a key');
}

function isWrongKey(error: unknown): boolean {
	return error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB';
}

/**
 * Encrypts the whole file anew, in one transaction of a rollback journal (not in WAL mode): where it is cut off, even by a power cut, the next to
 * open the file with the old key finds it as it was. It takes about 20 ms a MB, and as much memory and as much room on the disk as the file while it
 * lasts: no page may be written before all are in the journal, because what is taken back where the disk fills would be written with the new key.
 *
 * The salt (the file's first 16 bytes, which belong to no page) stays: with another, a file that was cut off while its pages were written could be
 * read with neither key, because the journal needs the old one. SQLite is asked for it: opening and closing the file here would give up every lock
 * that this process has on it (POSIX), and another one could come in between.
 * @throws Refusal `full` where there is too little room: nothing was begun
 */
export function encryptAnew(client: Database.Database, key: Buffer): void {
	if (client.memory) return;
	requireRoom(client);
	const salt = client.pragma('cipher_salt', { simple: true });
	if (typeof salt !== 'string' || !/^[0-9a-f]{32}$/i.test(salt)) throw new Error('an encrypted file has a salt');
	client.pragma('cache_spill = OFF');
	try {
		client.pragma(`rekey = "x'${key.toString('hex')}${salt}'"`);
	} finally {
		client.pragma('cache_spill = ON');
	}
}

/** The journal holds a little more than every page. */
function requireRoom(client: Database.Database): void {
	const bytes = Number(client.pragma('page_count', { simple: true })) * Number(client.pragma('page_size', { simple: true }));
	const { bavail, bsize } = statfsSync(dirname(client.name));
	if (bavail * bsize < 1.1 * bytes + 1_000_000) throw new Refusal('full', diskFull);
}

function firstBytes(file: string): Buffer {
	const bytes = Buffer.alloc(16);
	const handle = openSync(file, 'r');
	try {
		return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, 0));
	} finally {
		closeSync(handle);
	}
}
