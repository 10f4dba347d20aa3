import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import { encryptAnew, openEncrypted } from './db/cipher.ts';
import { cannotOpen, damaged } from './db/faults.ts';
import { decrypt, derive, encrypt } from './encryption.ts';
import { Refusal } from './refusal.ts';

/** The store of person keys: a file of its own, apart from the database, in which each key is wrapped under the secret once more. */
export interface PersonKeys {
	personKey(personId: string): Buffer;
	destroyPersonKey(personId: string): void;
	holders(): ReadonlySet<string>;
	destroyed(): string[];
	/** A random key of the whole Breakwater, made on first use. */
	keptKey(name: string): Buffer;
	/** Wraps every key under this secret instead, and encrypts the file anew for it. Nobody else may have the store open. */
	rewrap(secret: Buffer): void;
	/** What is made from now on is wrapped under this secret; what is under another can still be read. */
	makeUnder(secret: Buffer): void;
	close(): void;
}

/** The person's key is gone for good: nothing that was sealed for them can be read any more, anywhere. */
export class KeyDestroyed extends Refusal {
	constructor() {
		super('not-found', 'This record was erased: its key was destroyed, and nothing of it can be read any more.');
		this.name = 'KeyDestroyed';
	}
}

/** How long another process may go on with a key that this one destroyed. */
const glanceMs = 1000;
const mostKnown = 10_000;

/** What opens the file of the store under a secret (32 bytes). */
export function keyOfStore(secret: Buffer): Buffer {
	return derive(secret, 'person key file');
}

/**
 * @param secrets those that may open it: one, or the two of a rotation that is under way. What is made is wrapped under the first
 * @throws CannotOpen
 */
export function openPersonKeys(file: string, secrets: readonly Buffer[]): PersonKeys {
	const store = openStore(file, secrets);
	const { read, insert, destroy, all, destroyed, version } = statements(store);
	const known = new Map<string, Buffer>();
	let wrapKeys = secrets.map(wrapKeyOf);
	let seen = version.get();
	let lookedAt = performance.now();

	/** Other processes destroy keys as well. */
	function forgetWhatChanged(): void {
		if (performance.now() < lookedAt + glanceMs) return;
		lookedAt = performance.now();
		const before = seen;
		seen = version.get();
		if (seen !== before) known.clear();
	}

	function made(personId: string): Buffer {
		const row = read.get(personId);
		if (row) return row.wrapped ?? gone();
		insert.run(personId, encrypt(wrapKeys[0] ?? gone(), randomBytes(32), contextOf(personId)));
		return read.get(personId)?.wrapped ?? gone();
	}

	return {
		personKey(personId) {
			forgetWhatChanged();
			const cached = known.get(personId);
			if (cached) return cached;
			const key = unwrap(wrapKeys, made(personId), contextOf(personId));
			if (known.size >= mostKnown) known.clear();
			known.set(personId, key);
			return key;
		},
		destroyPersonKey(personId) {
			destroy.run(personId);
			known.get(personId)?.fill(0);
			known.delete(personId);
		},
		holders: () => new Set(all.pluck().all()),
		destroyed: () => destroyed.all(),
		keptKey: (name) => keptKey(store, wrapKeys, name),
		rewrap(secret) {
			const fresh = wrapKeyOf(secret);
			// Behind what there is: until the database has gone over as well, keys are made under the secret that it is under.
			if (!wrapKeys.some((key) => key.equals(fresh))) wrapKeys.push(fresh);
			rewrapAll(store, [fresh, ...wrapKeys]);
			encryptAnew(store, keyOfStore(secret));
		},
		makeUnder(secret) {
			const key = wrapKeyOf(secret);
			wrapKeys = [key, ...without(key, wrapKeys)];
		},
		close: () => void store.close()
	};
}

function gone(): never {
	throw new KeyDestroyed();
}

const contextOf = (personId: string) => `person-key|${personId}`;
const keptContextOf = (name: string) => `kept-key|${name}`;
const wrapKeyOf = (secret: Buffer) => derive(secret, 'person keys');
const without = (key: Buffer, keys: readonly Buffer[]) => keys.filter((other) => !other.equals(key));

function statements(store: Database.Database) {
	return {
		read: store.prepare<[string], { wrapped: Buffer | null }>('select wrapped from person_keys where person_id = ?'),
		insert: store.prepare('insert or ignore into person_keys (person_id, wrapped) values (?, ?)'),
		// The row stays: where nothing is there a key would be made.
		destroy: store.prepare('insert into person_keys (person_id) values (?) on conflict (person_id) do update set wrapped = null'),
		all: store.prepare<[], string>('select person_id from person_keys'),
		destroyed: store.prepare<[], string>('select person_id from person_keys where wrapped is null').pluck(),
		version: store.prepare<[], number>('pragma data_version').pluck()
	};
}

function openStore(file: string, secrets: readonly Buffer[]): Database.Database {
	const what = `The file of person keys ${file}`;
	let store: Database.Database | undefined;
	try {
		store = openEncrypted(file, secrets.map(keyOfStore)).client;
		// With a rollback journal: what was overwritten stands in no log that is kept.
		for (const setting of ['synchronous = FULL', 'temp_store = MEMORY', 'secure_delete = ON']) store.pragma(setting);
		if (store.pragma('quick_check(1)', { simple: true }) !== 'ok') throw damaged(what, 'a check failed');
		store.exec('create table if not exists person_keys (person_id text primary key, wrapped blob) strict, without rowid');
		store.exec('create table if not exists kept_keys (name text primary key, wrapped blob not null) strict, without rowid');
		return store;
	} catch (error) {
		store?.close();
		throw cannotOpen(
			what,
			file,
			error,
			`${what} is under another key than the database, or damaged: put it back, from the same copy as the database.`
		);
	}
}

/** With the first of the keys that fits; the last one says why none does. */
function unwrap(wrapKeys: readonly Buffer[], wrapped: Buffer, context: string): Buffer {
	const [first, ...others] = wrapKeys;
	if (!first) throw new Error('there must be a key');
	if (others.length === 0) return decrypt(first, wrapped, context);
	try {
		return decrypt(first, wrapped, context);
	} catch {
		return unwrap(others, wrapped, context);
	}
}

function keptKey(store: Database.Database, wrapKeys: readonly Buffer[], name: string): Buffer {
	const context = keptContextOf(name);
	const fresh = encrypt(wrapKeys[0] ?? gone(), randomBytes(32), context);
	store.prepare('insert or ignore into kept_keys (name, wrapped) values (?, ?)').run(name, fresh);
	const wrapped = store.prepare<[string], Buffer>('select wrapped from kept_keys where name = ?').pluck().get(name);
	if (!wrapped) throw new Error('a key that was just kept is gone');
	return unwrap(wrapKeys, wrapped, context);
}

interface Wrapped {
	id: string;
	wrapped: Buffer;
}

/** All of them or none. @param wrapKeys the new one first */
function rewrapAll(store: Database.Database, wrapKeys: readonly Buffer[]): void {
	const anew = ({ wrapped }: Wrapped, context: string) => encrypt(wrapKeys[0] ?? gone(), unwrap(wrapKeys, wrapped, context), context);
	const people = store.prepare<[], Wrapped>('select person_id as id, wrapped from person_keys where wrapped is not null');
	const kept = store.prepare<[], Wrapped>('select name as id, wrapped from kept_keys');
	const setPerson = store.prepare<[Buffer, string]>('update person_keys set wrapped = ? where person_id = ?');
	const setKept = store.prepare<[Buffer, string]>('update kept_keys set wrapped = ? where name = ?');
	store.exec('begin immediate');
	try {
		for (const row of people.all()) setPerson.run(anew(row, contextOf(row.id)), row.id);
		for (const row of kept.all()) setKept.run(anew(row, keptContextOf(row.id)), row.id);
		store.exec('commit');
	} catch (error) {
		if (store.inTransaction) store.exec('rollback');
		throw error;
	}
}
