import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CannotOpen } from './refusal.ts';

/** The keys of one Breakwater, derived from one secret (HKDF-SHA-256, one label each), and the store of person keys. */
export interface Keys {
	/** Opens the database file (SQLCipher, raw key). */
	readonly fileKey: Buffer;
	/** For keyed hashes of what must be recognised but not read. */
	readonly hashKey: Buffer;
	/** For short-lived things of the server's own, such as forms held over a sign-in. */
	readonly serverKey: Buffer;
	/** Of the audit trail. Random and kept beside the person keys: a new secret must not make older entries look false. */
	readonly auditKey: Buffer;
	/** The person's key (32 bytes), made on first use. @throws Error where it was destroyed. */
	personKey(personId: string): Buffer;
	/** Whose keys there are, destroyed ones too: where there are any there must be a database, and everybody in it must have theirs. */
	holders(): ReadonlySet<string>;
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
	const secret = databaseKey !== '' ? parseSecret(databaseKey, 'DATABASE_KEY') : secretFromFile(join(dataDir, 'database.key'), isNew);
	return keysFrom(secret, join(dataDir, 'person-keys.db'));
}

/** Keys that live in memory alone, for tests. */
export function memoryKeys(): Keys {
	return keysFrom(randomBytes(32), ':memory:');
}

function parseSecret(text: string, where: string): Buffer {
	if (!/^[0-9a-fA-F]{64}$/.test(text.trim())) throw new CannotOpen(`${where} must hold 64 hexadecimal digits (32 bytes).`);
	return Buffer.from(text.trim(), 'hex');
}

function secretFromFile(file: string, isNew: boolean): Buffer {
	if (existsSync(file)) {
		if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
		return parseSecret(readFileSync(file, 'utf8'), file);
	}
	if (!isNew)
		throw new CannotOpen(`The key of the database is missing: set DATABASE_KEY, or put the key file back at ${file}. Nothing was changed.`);
	const secret = randomBytes(32);
	const handle = openSync(file, 'wx', 0o600);
	writeSync(handle, secret.toString('hex') + '\n');
	fsyncSync(handle);
	closeSync(handle);
	return secret;
}

function derive(secret: Buffer, label: string): Buffer {
	return Buffer.from(hkdfSync('sha256', secret, 'breakwater', label, 32));
}

function keysFrom(secret: Buffer, file: string): Keys {
	const fileKey = derive(secret, 'database file');
	const store = openPersonKeys(file, derive(secret, 'person key file'));
	const wrapKey = derive(secret, 'person keys');
	const read = store.prepare<[string], { wrapped: Buffer | null }>('select wrapped from person_keys where person_id = ?');
	const insert = store.prepare('insert or ignore into person_keys (person_id, wrapped) values (?, ?)');
	const known = new Map<string, Buffer>();
	return {
		fileKey,
		hashKey: derive(secret, 'keyed hashes'),
		serverKey: derive(secret, 'server'),
		auditKey: keptKey(store, wrapKey, 'audit trail'),
		personKey(personId) {
			const cached = known.get(personId);
			if (cached) return cached;
			if (!read.get(personId)) insert.run(personId, encrypt(wrapKey, randomBytes(32), `person-key|${personId}`));
			const wrapped = read.get(personId)?.wrapped;
			if (!wrapped) throw new Error('the key of this person was destroyed');
			const key = decrypt(wrapKey, wrapped, `person-key|${personId}`);
			if (known.size >= 10_000) known.clear();
			known.set(personId, key);
			return key;
		},
		holders: () => new Set(store.prepare<[], string>('select person_id from person_keys').pluck().all()),
		close: () => void store.close()
	};
}

/** A random key of the whole Breakwater, wrapped in the store of person keys; made on first use. */
function keptKey(store: Database.Database, wrapKey: Buffer, name: string): Buffer {
	const context = `kept-key|${name}`;
	store.prepare('insert or ignore into kept_keys (name, wrapped) values (?, ?)').run(name, encrypt(wrapKey, randomBytes(32), context));
	const wrapped = store.prepare<[string], Buffer>('select wrapped from kept_keys where name = ?').pluck().get(name);
	if (!wrapped) throw new Error('a key that was just kept is gone');
	return decrypt(wrapKey, wrapped, context);
}

function openPersonKeys(file: string, key: Buffer): Database.Database {
	let store: Database.Database | undefined;
	try {
		store = new Database(file);
		store.pragma(`cipher = 'sqlcipher'`);
		if (file !== ':memory:') store.pragma(`key = "x'${key.toString('hex')}'"`);
		store.pragma('synchronous = FULL');
		store.pragma('temp_store = MEMORY');
		if (store.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new Error('damaged');
		store.exec('create table if not exists person_keys (person_id text primary key, wrapped blob) strict, without rowid');
		store.exec('create table if not exists kept_keys (name text primary key, wrapped blob not null) strict, without rowid');
		return store;
	} catch {
		store?.close();
		throw new CannotOpen(`The person keys in ${file} cannot be read with this key: it is the wrong key, or the file is damaged.`);
	}
}

const formatVersion = 1;

const nonceBytes = 12;
const nonces = Buffer.alloc(nonceBytes * 1024);
let usedNonceBytes = nonces.length;

/** 96 random bits, drawn a thousand at a time: each is used once. */
function freshNonce(): Buffer {
	if (usedNonceBytes === nonces.length) {
		randomFillSync(nonces);
		usedNonceBytes = 0;
	}
	return nonces.subarray(usedNonceBytes, (usedNonceBytes += nonceBytes));
}

/** AES-256-GCM with a fresh 96-bit nonce: `version | nonce | tag | ciphertext`. `context` is the additional data. */
export function encrypt(key: Buffer, plain: Buffer, context: string): Buffer {
	const nonce = freshNonce();
	const cipher = createCipheriv('aes-256-gcm', key, nonce);
	cipher.setAAD(Buffer.from(context));
	const body = Buffer.concat([cipher.update(plain), cipher.final()]);
	return Buffer.concat([Buffer.of(formatVersion), nonce, cipher.getAuthTag(), body]);
}

/** The reverse of {@link encrypt}. @throws Error where key, context or bytes are not the ones it was made with. */
export function decrypt(key: Buffer, sealed: Buffer, context: string): Buffer {
	if (sealed[0] !== formatVersion) throw new Error('unknown format of a sealed value');
	const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
	decipher.setAAD(Buffer.from(context));
	decipher.setAuthTag(sealed.subarray(13, 29));
	return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]);
}

/** HMAC-SHA-256 in hexadecimal: recognises a value without keeping it. */
export function keyedHash(key: Buffer, value: string): string {
	return createHmac('sha256', key).update(value).digest('hex');
}
