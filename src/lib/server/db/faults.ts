import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CannotOpen } from '../refusal.ts';

/** SQLite's own name for an error, such as `SQLITE_FULL`; `unknown` where there is none. Holds nothing of anybody. */
export function errorCode(error: unknown): string {
	return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}

/** Whether somebody else has the file: it may well open in a moment. */
export function isBusy(error: unknown): boolean {
	return error instanceof CannotOpen ? error.why === 'busy' : /^SQLITE_(BUSY|LOCKED)/.test(errorCode(error));
}

/**
 * What to say of an encrypted file that does not open, told apart by what can be done about it.
 * @param what the file and what it is, such as `The database /data/breakwater.db`
 * @param unreadable what to say of it where it is whole and the key does not fit
 */
export function cannotOpen(what: string, file: string, error: unknown, unreadable: string): CannotOpen {
	if (error instanceof CannotOpen) return error;
	const code = errorCode(error);
	if (isBusy(error))
		return new CannotOpen(`${what} is in use; perhaps its keys are being rotated. Start again in a moment. Nothing was changed.`, 'busy');
	if (code === 'SQLITE_NOTADB' && isWhole(file)) return new CannotOpen(`${unreadable} Nothing was changed.`, 'key');
	if (code === 'SQLITE_NOTADB') return damaged(what, 'it was cut short, or is something else');
	if (code.startsWith('SQLITE_CORRUPT')) return damaged(what, code);
	if (!mayUse(file))
		return new CannotOpen(`${what} cannot be opened: this user may not read and write it and its folder. Nothing was changed.`);
	return new CannotOpen(`${what} cannot be opened (${code}). Check the folder, its owner and the free space. Nothing was changed.`);
}

/** What to say of a damaged file. @param what begins the sentence; `how`: what is wrong, in a few words */
export function damaged(what: string, how: string): CannotOpen {
	return new CannotOpen(`${what} is damaged (${how}). Nothing was changed: put back the last good copy.`);
}

const pageBytes = 4096;

function isWhole(file: string): boolean {
	return statSync(file).size % pageBytes === 0;
}

/** Asked of the system, and not by opening the file: where this process has it open already, closing it again would give up the locks. */
function mayUse(file: string): boolean {
	try {
		for (const each of [dirname(file), ...(existsSync(file) ? [file] : [])]) accessSync(each, constants.R_OK | constants.W_OK);
		return true;
	} catch {
		return false;
	}
}
