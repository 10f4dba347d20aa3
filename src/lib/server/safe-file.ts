import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a small file for its owner alone (mode 0600), on disk when this returns: whatever happens, there is the old content or all of the new.
 */
export function writeSafely(file: string, content: string): void {
	const making = `${file}.making`;
	rmSync(making, { force: true });
	const handle = openSync(making, 'wx', 0o600);
	try {
		writeSync(handle, content);
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
	renameSync(making, file);
	syncFolder(dirname(file));
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
