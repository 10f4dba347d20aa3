import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { audit } from './audit.ts';
import { encryptAnew } from './db/cipher.ts';
import type { Db } from './db/connection.ts';
import { isBusy } from './db/faults.ts';
import { isReading } from './db/reading-now.ts';
import { isFull, withTx } from './db/tx.ts';
import { readRotation, removeRotation, rotationFileOf, writeRotation, type Rotation } from './key-rotation-file.ts';
import { fileKeyOf, keyFileOf, readSecret } from './keys.ts';
import { Refusal } from './refusal.ts';
import { writeSafely } from './safe-file.ts';
import { system } from './viewer.ts';

/**
 * Rotating the secret. `keys:rotate` writes down that it is wanted ({@link Rotation}); the one process that has the database open carries it out, on the
 * connection it has: a running server does that between two requests, and those that come meanwhile wait. Each step can be cut off and is then done again:
 * 1. the file that tells of it is there: either secret opens everything;
 * 2. person keys under the new secret; 3. the database under the new secret;
 * 4. the new secret takes the place of the old one, and only it opens anything: the key file is replaced, or somebody has set the setting.
 */

/** How far it has come: nothing to do; somebody else has the database open; everything is under the new secret, which is yet to be set; finished. */
export type Progress = 'none' | 'busy' | 'to-be-set' | 'finished';

/**
 * Takes a rotation that is under way as far as it goes. Safe to call whenever; cheap where there is none.
 * @param databaseKey the setting, or '' where there is a key file
 * @param now UTC ms
 * @throws CannotOpen where the key is malformed; SqliteError where there is no room: everything is as it was then
 */
export function goOnRotating(db: Db, dataDir: string, databaseKey: string, now: number): Progress {
	const found = find(dataDir, databaseKey);
	if (!found && isInWal(db.$client)) return 'none';
	if (isReading(db.$client)) return 'busy';
	// Where a full disk kept it from going back: out of that mode it would not keep others from rotating the keys.
	backToWal(db.$client);
	if (!found) return 'none';
	const { secret, rotation } = found;
	try {
		if (!rotation.rekeyed && !rekey(db, dataDir, rotation, now)) return 'busy';
		if (databaseKey !== '' && !secret.equals(rotation.new)) return 'to-be-set';
		// The lock of a transaction: two processes must not write the key file at once.
		withTx(db, () => finish(dataDir, databaseKey));
		return 'finished';
	} catch (error) {
		if (isBusy(error)) return 'busy';
		throw error;
	}
}

function finish(dataDir: string, databaseKey: string): void {
	const rotation = find(dataDir, databaseKey)?.rotation;
	if (!rotation) return;
	if (databaseKey === '') writeSafely(keyFileOf(dataDir), `${rotation.new.toString('hex')}\n`);
	removeRotation(dataDir);
}

function find(dataDir: string, databaseKey: string): { secret: Buffer; rotation: Rotation } | null {
	if (!existsSync(rotationFileOf(dataDir))) return null;
	const secret = readSecret(dataDir, databaseKey);
	const rotation = secret && readRotation(dataDir, secret);
	return rotation && { secret, rotation };
}

/** @returns whether it is done; not where anybody else has the database open */
function rekey(db: Db, dataDir: string, rotation: Rotation, now: number): boolean {
	const fileKey = fileKeyOf(rotation.new);
	const done = alone(db.$client, () => {
		db.keys.rewrap(rotation.new);
		if (db.keys.fileKey.equals(fileKey)) return;
		encryptAnew(db.$client, fileKey);
		db.keys.makeUnder(rotation.new);
	});
	if (!done) return false;
	audit(db, system, { action: 'key.rotated' }, now);
	writeRotation(dataDir, { ...rotation, rekeyed: true });
	return true;
}

/**
 * Does the work while no other process or thread can have the database open, out of WAL mode: whoever has it open keeps us from leaving that mode.
 * @returns false, at once and with nothing done, where somebody has
 */
function alone(client: Database.Database, work: () => void): boolean {
	if (client.memory) {
		work();
		return true;
	}
	const patience = Number(client.pragma('busy_timeout', { simple: true }));
	client.pragma('busy_timeout = 0');
	try {
		// First: out of WAL mode the lock is kept then, and nobody can come in between.
		client.pragma('locking_mode = EXCLUSIVE');
		client.pragma('journal_mode = DELETE');
		client.exec('begin exclusive; commit');
		work();
		return true;
	} catch (error) {
		if (isBusy(error)) return false;
		throw error;
	} finally {
		client.pragma(`busy_timeout = ${patience}`);
		backToWal(client);
	}
}

/** Where it cannot be done now, it is tried again at the next look. */
function backToWal(client: Database.Database): void {
	try {
		client.pragma('locking_mode = NORMAL');
		// The lock is given back with the next reading.
		client.prepare('select count(*) from sqlite_schema').get();
		client.pragma('journal_mode = WAL');
	} catch (error) {
		if (!(error instanceof Database.SqliteError)) throw error;
	}
}

function isInWal(client: Database.Database): boolean {
	return client.memory || isReading(client) || client.pragma('journal_mode', { simple: true }) === 'wal';
}

const everyMs = 1000;
/** After a try that failed, which took time and room. */
const restMs = 60_000;
/** Most wait for a moment in which nobody reads. */
const patientTries = 20;

/**
 * Carries out what `keys:rotate` asks for, within a second or two, for as long as the server runs; says in one line what it found and did.
 * @param say prints a line for whoever looks after the machine
 * @returns what ends it
 */
export function watchForRotation(
	db: Db,
	dataDir: string,
	databaseKey: string,
	say: (line: string) => void,
	clock: () => number = Date.now
): () => void {
	let last: string | null = null;
	let tries = 0;
	let restUntil = -Infinity;

	function look(): void {
		if (performance.now() < restUntil) return;
		const line = sentenceOf(attempt());
		if (line !== null && line !== last) say(line);
		last = line;
	}

	function attempt(): Progress | 'full' | 'failed' {
		try {
			const progress = goOnRotating(db, dataDir, databaseKey, clock());
			tries = progress === 'busy' ? tries + 1 : 0;
			return progress === 'busy' && tries < patientTries ? 'none' : progress;
		} catch (fault) {
			restUntil = performance.now() + restMs;
			return isFull(fault) || (fault instanceof Refusal && fault.kind === 'full') ? 'full' : 'failed';
		}
	}

	const found = find(dataDir, databaseKey);
	if (found && !found.rotation.rekeyed) {
		const which = db.keys.fileKey.equals(fileKeyOf(found.rotation.new)) ? 'new' : 'old';
		say(`A rotation of the keys was cut off: the database opened with the ${which} key, and the rotation goes on.`);
	}
	look();
	const timer = setInterval(look, everyMs).unref();
	return () => clearInterval(timer);
}

function sentenceOf(progress: Progress | 'full' | 'failed'): string | null {
	switch (progress) {
		case 'none':
			return null;
		case 'busy':
			return 'The keys are to be rotated, and another process has the database open: stop all but one of them for a moment.';
		case 'to-be-set':
			return 'The keys were rotated. The old DATABASE_KEY still opens everything: set the new one, and start again with it.';
		case 'finished':
			return 'The keys were rotated: the new key opens everything, the old one nothing any more.';
		case 'full':
			return 'The keys are to be rotated, and the disk has no room for it (as much as the database takes). Either key opens everything, and it is tried again each minute.';
		case 'failed':
			return 'The keys are to be rotated, and that did not work. It is tried again each minute; keys:rotate says more.';
	}
}
