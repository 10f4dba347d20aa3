import { existsSync, readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { wrap, type Db } from './db/connection.ts';
import { errorCode, isBusy } from './db/faults.ts';
import { isFull, withTx } from './db/tx.ts';
import { goOnRotating, type Progress } from './key-rotation.ts';
import { readRotation, writeRotation, type Rotation } from './key-rotation-file.ts';
import { keyFileOf, parseSecret, readSecret } from './keys.ts';
import { CannotOpen, Refusal } from './refusal.ts';
import { isUnreadable, openToRead } from './replay/open-to-read.ts';
import { writeSafely } from './safe-file.ts';
import { readSettings } from './settings.ts';

export interface Surroundings {
	args: readonly string[];
	env: Record<string, string | undefined>;
	/** Folder of the database's migrations: they say of which version it has to be. */
	migrations: string;
	out: Writable;
	error: Writable;
	/** How long a running server may take, in ms. */
	patienceMs?: number;
}

const help = `npm run -s keys:rotate [-- --key-file FILE]

Makes a new key: every person key is wrapped anew under it, and both database files are encrypted anew. A server that is running does it itself and
goes on answering; requests wait meanwhile, about 20 ms for each MB of the database. Where it is cut off, run it again: it goes on.

Where the key is in the file database.key, that file is replaced at the end.
Where it is in the setting DATABASE_KEY, FILE says where to put the new key (or has it already: 64 hexadecimal digits). It must lie outside
DATA_DIR. The old key works until Breakwater was started with the new one. No key is ever printed.

Copies made before open with the old key alone: keep it as long as them.
`;

/** What was asked and cannot be: one line. */
class Unusable extends Error {}

interface Task extends Required<Pick<Surroundings, 'migrations' | 'out' | 'patienceMs'>> {
	dataDir: string;
	databaseKey: string;
	secret: Buffer;
	/** Where the new key goes; null where the key file is replaced. */
	keyFile: string | null;
}

/**
 * `npm run -s keys:rotate`.
 * @returns the exit status: 0; 1 where something got in the way; 2 for what was given and cannot be
 * @throws Error where the fault is ours
 */
export async function rotateKeys(around: Surroundings): Promise<0 | 1 | 2> {
	try {
		const task = taskOf(around);
		if (task === null) around.out.write(help);
		return task === null ? 0 : await rotate(task);
	} catch (error) {
		const known = isFull(error) || (error instanceof Refusal && error.kind === 'full') ? new CannotOpen(noRoom) : error;
		if (!(known instanceof CannotOpen || known instanceof Unusable)) throw error;
		around.error.write(`${known.message}\n`);
		return known instanceof Unusable ? 2 : 1;
	}
}

const noRoom =
	'The disk has no room for it: as much is needed as the database takes. Nothing is lost, and the key that is in use opens everything. Make room, and run it again.';

function taskOf({ args, env, migrations, out, patienceMs = 600_000 }: Surroundings): Task | null {
	const { help: wanted, 'key-file': keyFile = null } = optionsOf(args);
	if (wanted) return null;
	const { DATA_DIR, DATABASE_KEY } = settingsOf(env);
	const secret = readSecret(DATA_DIR, DATABASE_KEY);
	if (!secret) throw new CannotOpen(`There is no key: set DATABASE_KEY, or put the key file back at ${keyFileOf(DATA_DIR)}.`);
	if (DATABASE_KEY === '' && keyFile !== null)
		throw new Unusable(`--key-file is for a key in the setting DATABASE_KEY; here it is in ${keyFileOf(DATA_DIR)}, which is replaced.`);
	if (DATABASE_KEY !== '' && keyFile === null)
		throw new Unusable('The key is in the setting DATABASE_KEY: say with --key-file FILE where to put the new one. Nothing was changed.');
	if (keyFile !== null && isWithin(DATA_DIR, keyFile))
		throw new Unusable('--key-file must lie outside DATA_DIR: who has a copy of the data must not have the key with it.');
	return { dataDir: DATA_DIR, databaseKey: DATABASE_KEY, secret, keyFile, migrations, out, patienceMs };
}

function isWithin(folder: string, file: string): boolean {
	const way = relative(resolve(folder), resolve(file));
	return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function optionsOf(args: readonly string[]): { help?: boolean; 'key-file'?: string } {
	try {
		return parseArgs({ args: [...args], options: { help: { type: 'boolean' }, 'key-file': { type: 'string' } } }).values;
	} catch (error) {
		throw new Unusable(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
	}
}

function settingsOf(env: Record<string, string | undefined>): ReturnType<typeof readSettings> {
	try {
		return readSettings(env);
	} catch (error) {
		throw new Unusable(error instanceof Error ? error.message : String(error));
	}
}

async function rotate(task: Task): Promise<0> {
	const underWay = readRotation(task.dataDir, task.secret);
	// It is gone on with. No second one is begun, and the key is given out again where it was mislaid.
	if (underWay && task.keyFile !== null && !underWay.new.equals(task.secret)) newSecret(task.keyFile, task.secret, underWay);
	const state = { begun: underWay !== null };
	let progress = attempt(task, state);
	if (progress === 'busy') task.out.write(waitingWords(state.begun));
	const until = performance.now() + task.patienceMs;
	for (let seconds = 1; progress === 'busy' && performance.now() < until; seconds++) {
		await sleep(1000);
		// The server may have been stopped since: then it is for us to do.
		progress = !state.begun || seconds % 3 === 0 ? attempt(task, state) : lookAt(task);
	}
	if (progress === 'busy') throw new CannotOpen(stillBusyWords(state.begun));
	task.out.write(closingWords(task, progress));
	return 0;
}

function waitingWords(begun: boolean): string {
	return begun
		? 'Breakwater is running: it does it itself, within some seconds. Waiting for it.\n'
		: 'The database is in use by another process that lets nobody else in. Waiting until it does.\n';
}

function stillBusyWords(begun: boolean): string {
	return begun
		? 'Another process has the database open, and it could not be done yet. If more than one server runs on this DATA_DIR, stop all but one: it will go on by itself. Run this again to see how far it is.'
		: 'Another process had the database to itself all the while: no rotation was begun, and nothing was changed. Stop that process, or run this again later.';
}

/** How far a server has come meanwhile. */
function lookAt({ dataDir, secret, keyFile }: Task): Progress {
	const rotation = readRotation(dataDir, secret);
	if (rotation && !rotation.rekeyed) return 'busy';
	return rotation && keyFile !== null ? 'to-be-set' : rotation ? 'busy' : 'finished';
}

/** Opens the database, begins a rotation unless one was begun, and goes on as far as it goes. */
function attempt(task: Task, state: { begun: boolean }): Progress {
	let bare: Db | undefined;
	try {
		bare = openToRead(task.dataDir, task.databaseKey, task.migrations);
		bare.$client.pragma('query_only = OFF');
		const db = wrap(bare.$client, bare.keys);
		// The lock of a transaction: of two that are run at once, one begins it.
		if (!state.begun) withTx(db, () => begin(task));
		state.begun = true;
		const progress = goOnRotating(db, task.dataDir, task.databaseKey, Date.now());
		return progress === 'none' ? 'finished' : progress;
	} catch (error) {
		// While the files are encrypted anew nobody else can open them.
		if (isBusy(error)) return 'busy';
		throw isUnreadable(error) ? damagedWhileRotating(error) : error;
	} finally {
		bare?.$client.close();
		bare?.keys.close();
	}
}

/** Opening reads a few pages alone; encrypting anew reads all of them. */
function damagedWhileRotating(error: unknown): CannotOpen {
	return new CannotOpen(
		`The database is damaged (${errorCode(error)}), so its keys cannot be rotated: put back the last good copy, and run this again.`
	);
}

/** Writes down what is wanted: the new key first to where somebody will need it, then that it is to be used. */
function begin({ dataDir, databaseKey, secret: before, keyFile }: Task): void {
	const secret = readSecret(dataDir, databaseKey);
	if (!secret) throw new CannotOpen(`There is no key any more: put the key file back at ${keyFileOf(dataDir)}.`);
	// Somebody else's: begun since we looked, or finished already.
	const underWay = readRotation(dataDir, secret);
	if (underWay?.new.equals(secret) || !secret.equals(before)) return;
	const fresh = keyFile === null ? (underWay?.new ?? randomBytes(32)) : newSecret(keyFile, secret, underWay);
	if (!underWay) writeRotation(dataDir, { old: secret, new: fresh, rekeyed: false });
}

function newSecret(keyFile: string, secret: Buffer, underWay: Rotation | null): Buffer {
	if (existsSync(keyFile)) {
		const given = parseSecret(readFileSync(keyFile, 'utf8'), keyFile);
		if (given.equals(secret)) throw new Unusable(`${keyFile} holds the key that is in use. Nothing was changed.`);
		if (underWay && !given.equals(underWay.new))
			throw new Unusable(`A rotation to another key than that in ${keyFile} is under way: name another file, and that key is put there.`);
		return given;
	}
	const fresh = underWay?.new ?? randomBytes(32);
	try {
		writeSafely(keyFile, `${fresh.toString('hex')}\n`);
	} catch {
		throw new CannotOpen(`The new key cannot be written to ${keyFile}. Nothing was changed.`);
	}
	return fresh;
}

function closingWords({ dataDir, keyFile }: Task, progress: Progress): string {
	const copies = 'Copies made before open with the old key alone: keep it as long as them, and apart from them.\n';
	if (progress !== 'to-be-set' || keyFile === null)
		return `The keys were rotated: the new key opens everything, the old one nothing any more.${keyFile === null ? ` The new one is in ${join(dataDir, 'database.key')}.` : ''}\n${copies}`;
	return `The keys were rotated. The old DATABASE_KEY still opens everything, until you have done this:
1. Put the 64 digits in ${keyFile} where the service has its DATABASE_KEY, and a second copy in a safe place.
2. Start Breakwater again: it says that the old key opens nothing any more.
3. Delete ${keyFile}.
${copies}`;
}
