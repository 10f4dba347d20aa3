import { closeSync, existsSync, fsyncSync, linkSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './db/faults.ts';

/**
 * Writes a small file for its owner alone (mode 0600), on disk when this returns: whatever happens, there is the old content or all of the new.
 * Two processes must not write the same one at once.
 */
export function writeSafely(file: string, content: string): void {
	const making = `${file}.making`;
	rmSync(making, { force: true });
	make(making, content);
	renameSync(making, file);
	syncFolder(dirname(file));
}

/** As {@link writeSafely}, for a file that is not there yet: of several processes that make it at once, the first one's content stays for all. */
export function createSafely(file: string, content: string): void {
	const making = `${file}.${randomUUID()}.making`;
	try {
		make(making, content);
		putInPlace(making, file, content);
	} catch (error) {
		if (!existsSync(file)) throw error;
	} finally {
		rmSync(making, { force: true });
		sweep(file);
	}
	syncFolder(dirname(file));
}

/** Removes what processes left that were killed as they made this file, which is there now. */
export function sweep(file: string): void {
	if (!existsSync(file)) return;
	const left = readdirSync(dirname(file)).filter((name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.making'));
	for (const name of left) rmSync(join(dirname(file), name), { force: true });
}

function putInPlace(making: string, file: string, content: string): void {
	try {
		linkSync(making, file);
	} catch (error) {
		if (!/^(EPERM|ENOSYS|ENOTSUP|EOPNOTSUPP)$/.test(errorCode(error))) throw error;
		// A file system without hard links.
		make(file, content);
	}
}

function make(making: string, content: string): void {
	const handle = openSync(making, 'wx', 0o600);
	try {
		writeSync(handle, content);
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}

/** Removes a file for good, also after a power cut. */
export function removeSafely(file: string): void {
	if (!existsSync(file)) return;
	rmSync(file);
	syncFolder(dirname(file));
}

function syncFolder(folder: string): void {
	// A folder cannot be opened there, and need not be.
	if (process.platform === 'win32') return;
	const handle = openSync(folder, 'r');
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}
