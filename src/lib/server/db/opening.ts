import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { isPlain, notEncrypted, openEncrypted } from './cipher.ts';
import { cannotOpen, errorCode } from './faults.ts';
import { fileKeyOf, findSecrets, openKeys, type Keys } from '../keys.ts';
import { CannotOpen } from '../refusal.ts';

export interface Files {
	database: string;
	personKeys: string;
}

/** The files of a data directory; they need not be there. */
export function filesOf(dataDir: string): Files {
	return { database: join(dataDir, 'breakwater.db'), personKeys: join(dataDir, 'person-keys.db') };
}

export interface Opened {
	client: Database.Database;
	keys: Keys;
}

/**
 * Opens the database, and after it the store of person keys. Whoever has the database open in WAL mode keeps the keys from being rotated, so from
 * then on neither file goes over to another secret under our hands, and that which opened the database is the one to make keys under: a rotation
 * that is yet to come wraps them anew, and one that is nearly over does not look at them again.
 * @throws CannotOpen with one line; what was there is unchanged then
 */
export function openBoth(dataDir: string, databaseKey: string, isNew: boolean, triesLeft = 3): Opened {
	const files = filesOf(dataDir);
	if (isPlain(files.database)) throw new CannotOpen(`The database ${notEncrypted(files.database)}`);
	if (isPlain(files.personKeys)) throw new CannotOpen(`The file of person keys ${notEncrypted(files.personKeys)}`);
	const secrets = findSecrets(dataDir, databaseKey, isNew && isEmpty(files.personKeys));
	try {
		if (isNew) makePersonKeys(files, secrets);
		return openWith(files, secrets);
	} catch (error) {
		if (!(error instanceof CannotOpen && error.why === 'key')) throw error;
		// Another process may be making the files at this moment: it has begun with a salt of its own.
		const isMade = isNew && triesLeft > 0;
		if (isMade) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, makingMs);
		// A rotation may have begun or ended since the secrets were looked up.
		const isOutdated = isMade || !areSame(secrets, findSecrets(dataDir, databaseKey, false));
		if (isOutdated) return openBoth(dataDir, databaseKey, isNew && isEmpty(files.database), triesLeft - 1);
		throw error;
	}
}

const makingMs = 100;

/** Also where it is not there, or cannot be seen. */
export function isEmpty(file: string): boolean {
	return !existsSync(file) || statSync(file).size === 0;
}

const areSame = (some: readonly Buffer[], others: readonly Buffer[]) => Buffer.concat(some).equals(Buffer.concat(others));

/** Before the database: one without person keys is refused, also where its making was cut off. */
function makePersonKeys({ database, personKeys }: Files, secrets: readonly Buffer[]): void {
	const beside = `The database ${database} is missing or empty, and there are person keys beside it: put the last good copy back. Nothing was changed.`;
	try {
		const store = openKeys(personKeys, secrets);
		const { size } = store.holders();
		store.close();
		if (size > 0) throw new CannotOpen(beside);
	} catch (error) {
		throw error instanceof CannotOpen && error.why === 'key' ? new CannotOpen(beside, 'key') : error;
	}
}

function openWith(files: Files, secrets: readonly Buffer[]): Opened {
	const { client, secret } = openFile(files, secrets);
	try {
		return { client, keys: openKeys(files.personKeys, [secret, ...secrets.filter((other) => other !== secret)]) };
	} catch (error) {
		client.close();
		throw error;
	}
}

function openFile(files: Files, secrets: readonly Buffer[]): { client: Database.Database; secret: Buffer } {
	let client: Database.Database | undefined;
	try {
		const opened = openEncrypted(files.database, secrets.map(fileKeyOf));
		client = opened.client;
		client.pragma('journal_mode = WAL');
		const secret = secrets[opened.index];
		if (!secret) throw new Error('one of the secrets must have opened it');
		return { client, secret };
	} catch (error) {
		client?.close();
		const what = `The database ${files.database}`;
		throw cannotOpen(
			what,
			files.database,
			error,
			errorCode(error) === 'SQLITE_NOTADB' && opensPersonKeys(files, secrets)
				? `${what} cannot be read, while the key opens the person keys beside it: it is damaged, or from another copy than they are.`
				: `${what} cannot be read with this key: it is the wrong key, or the file is damaged.`
		);
	}
}

function opensPersonKeys({ personKeys }: Files, secrets: readonly Buffer[]): boolean {
	try {
		openKeys(personKeys, secrets).close();
		return true;
	} catch {
		return false;
	}
}
