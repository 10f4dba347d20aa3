import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { derive } from './encryption.ts';
import { secretsOf } from './key-rotation-file.ts';
import { cannotOpen, errorCode } from './db/faults.ts';
import { openPersonKeys, type PersonKeys } from './person-keys.ts';
import { CannotOpen } from './refusal.ts';
import { createSafely, sweep } from './safe-file.ts';

/** The keys of one Breakwater, derived from one secret (HKDF-SHA-256, one label each), and the store of person keys. */
export interface Keys {
	/** Opens the database file (SQLCipher, raw key). Another one after a rotation. */
	readonly fileKey: Buffer;
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
	/** Whose keys were destroyed: they were erased, also where an older copy of the database knows them still. */
	destroyed(): string[];
	/** Puts the store of person keys under another secret. What is made is under the one before until {@link makeUnder}, and both can be read. */
	rewrap(secret: Buffer): void;
	/** The database is under this secret from now on: person keys are made under it as well. */
	makeUnder(secret: Buffer): void;
	close(): void;
}

/**
 * The secret (from the setting, else from the key file, which is made with mode 0600 for a new database), and the other one of a rotation that is
 * under way.
 * @throws CannotOpen where the key is malformed, or missing for a database that exists
 */
export function findSecrets(dataDir: string, databaseKey: string, isNew: boolean): readonly Buffer[] {
	try {
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
	} catch {
		throw new CannotOpen(`The folder ${dataDir} cannot be made. Check DATA_DIR and who owns the folder above it.`);
	}
	sweep(keyFileOf(dataDir));
	return secretsOf(dataDir, readSecret(dataDir, databaseKey) ?? makeSecret(dataDir, isNew));
}

/**
 * Opens the store of person keys.
 * @param secrets that which opened the database first: what is made is under it
 * @throws CannotOpen
 */
export function openKeys(file: string, secrets: readonly Buffer[]): Keys {
	const { keptKey, makeUnder, ...store } = openPersonKeys(file, secrets);
	let [fileKey = Buffer.alloc(0)] = secrets.map(fileKeyOf);
	return {
		...store,
		...keptKeys(file, store, keptKey),
		get fileKey() {
			return fileKey;
		},
		makeUnder(secret) {
			makeUnder(secret);
			fileKey = fileKeyOf(secret);
		}
	};
}

function keptKeys(
	file: string,
	store: { close(): void },
	keptKey: PersonKeys['keptKey']
): Pick<Keys, 'hashKey' | 'serverKey' | 'auditKey'> {
	try {
		return { hashKey: keptKey('keyed hashes'), serverKey: keptKey('server'), auditKey: keptKey('audit trail') };
	} catch (error) {
		store.close();
		if (errorCode(error).startsWith('SQLITE_')) throw cannotOpen(`The file of person keys ${file}`, file, error, '');
		throw new CannotOpen(
			`The keys in ${file} are under another key than the file: a rotation was cut off, and its key-rotation.json is missing. Put it back, or the last good copy. Nothing was changed.`,
			'key'
		);
	}
}

/** Keys that live in memory alone, for tests. */
export function memoryKeys(): Keys {
	return openKeys(':memory:', [randomBytes(32)]);
}

/** What opens the database file under a secret. */
export function fileKeyOf(secret: Buffer): Buffer {
	return derive(secret, 'database file');
}

/** Where a data directory keeps its secret, where no setting holds it. */
export function keyFileOf(dataDir: string): string {
	return join(dataDir, 'database.key');
}

/** The secret out of the setting, else out of the key file; null where there is neither. @throws CannotOpen where it is malformed */
export function readSecret(dataDir: string, databaseKey: string): Buffer | null {
	if (databaseKey !== '') return parseSecret(databaseKey, 'DATABASE_KEY');
	const file = keyFileOf(dataDir);
	if (!existsSync(file)) return null;
	return parseSecret(readKeyFile(file), file);
}

function readKeyFile(file: string): string {
	try {
		if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new CannotOpen(`The key file ${file} cannot be read (${errorCode(error)}): it must belong to this user. Nothing was changed.`);
	}
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
	try {
		createSafely(file, `${randomBytes(32).toString('hex')}\n`);
	} catch (error) {
		const code = errorCode(error);
		throw new CannotOpen(
			`The key file ${file} cannot be made (${code}): check the folder, its owner and the free space, or set DATABASE_KEY.`
		);
	}
	// Another process may have been quicker: its key is the one.
	return parseSecret(readKeyFile(file), file);
}
