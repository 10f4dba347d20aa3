import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { derive } from './encryption.ts';
import { secretsOf } from './key-rotation-file.ts';
import { openPersonKeys } from './person-keys.ts';
import { CannotOpen } from './refusal.ts';

/** The keys of one Breakwater, derived from one secret (HKDF-SHA-256, one label each), and the store of person keys. */
export interface Keys {
	/** Opens the database file (SQLCipher, raw key). Another one after a rotation. */
	readonly fileKey: Buffer;
	/** Those that may open it: one, or the two of a rotation that is under way. Whoever opened it says with which ({@link opened}). */
	readonly fileKeys: readonly Buffer[];
	opened(fileKey: Buffer): void;
	/** For keyed hashes of what must be recognised but not read. This, and the next two, are random and kept beside the person keys: rotating the secret leaves them. */
	readonly hashKey: Buffer;
	/** For short-lived things of the server's own, such as forms held over a sign-in. */
	readonly serverKey: Buffer;
	/** Of the audit trail. */
	readonly auditKey: Buffer;
	/** The person's key (32 bytes), made on first use. @throws KeyDestroyed */
	personKey(personId: string): Buffer;
	/**
	 * Destroys the person's key for good: its bytes are overwritten in the file, this process forgets it at once and every other one within a second.
	 * What was sealed with it throws {@link KeyDestroyed} from then on. Safe to call twice. Not undone with a transaction of the database: call it last.
	 */
	destroyPersonKey(personId: string): void;
	/** Whose keys there are, destroyed ones too: where there are any there must be a database, and everybody in it must have theirs. */
	holders(): ReadonlySet<string>;
	/** Puts the store of person keys under another secret. */
	rewrap(secret: Buffer): void;
	close(): void;
}

/**
 * Reads the secret (from the setting, else from the key file, which is made with mode 0600 for a new database) and opens the
 * store of person keys beside the database.
 * @throws CannotOpen where the key is malformed, or missing for a database that exists.
 */
export function loadKeys(dataDir: string, databaseKey: string, isNew: boolean): Keys {
	try {
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
	} catch {
		throw new CannotOpen(`The folder ${dataDir} cannot be made. Check DATA_DIR and who owns the folder above it.`);
	}
	const secret = readSecret(dataDir, databaseKey) ?? makeSecret(dataDir, isNew);
	return keysFrom(secretsOf(dataDir, secret), join(dataDir, 'person-keys.db'));
}

/** Keys that live in memory alone, for tests. */
export function memoryKeys(): Keys {
	return keysFrom([randomBytes(32)], ':memory:');
}

/** What opens the database file under a secret. */
export function fileKeyOf(secret: Buffer): Buffer {
	return derive(secret, 'database file');
}

export function keyFileOf(dataDir: string): string {
	return join(dataDir, 'database.key');
}

/** The secret out of the setting, else out of the key file; null where there is neither. @throws CannotOpen where it is malformed */
export function readSecret(dataDir: string, databaseKey: string): Buffer | null {
	if (databaseKey !== '') return parseSecret(databaseKey, 'DATABASE_KEY');
	const file = keyFileOf(dataDir);
	if (!existsSync(file)) return null;
	if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
	return parseSecret(readFileSync(file, 'utf8'), file);
}

/** @param where whose content it is, for the sentence. @throws CannotOpen */
export function parseSecret(text: string, where: string): Buffer {
	if (!/^[0-9a-fA-F]{64}$/.test(text.trim())) throw new CannotOpen(`${where} must hold 64 hexadecimal digits (32 bytes).`);
	return Buffer.from(text.trim(), 'hex');
}

function makeSecret(dataDir: string, isNew: boolean): Buffer {
	const file = keyFileOf(dataDir);
	if (!isNew)
		throw new CannotOpen(`The key of the database is missing: set DATABASE_KEY, or put the key file back at ${file}. Nothing was changed.`);
	const secret = randomBytes(32);
	const handle = openSync(file, 'wx', 0o600);
	writeSync(handle, secret.toString('hex') + '\n');
	fsyncSync(handle);
	closeSync(handle);
	return secret;
}

function keysFrom(secrets: readonly Buffer[], file: string): Keys {
	const { keptKey, ...store } = openPersonKeys(file, secrets);
	const fileKeys = secrets.map(fileKeyOf);
	let [fileKey = Buffer.alloc(0)] = fileKeys;
	return {
		...store,
		fileKeys,
		get fileKey() {
			return fileKey;
		},
		opened: (key) => void (fileKey = key),
		hashKey: keptKey('keyed hashes'),
		serverKey: keptKey('server'),
		auditKey: keptKey('audit trail')
	};
}
