import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unusable } from './unusable.ts';

/** Lines that are held back until all is known to be right: in memory up to a size, else in a file without a name. */
export interface Spool {
	add(line: string): void;
	/** Everything that was added, in order. */
	chunks(): Generator<Buffer, void, void>;
	close(): void;
}

const inMemory = 4 * 1024 * 1024;
const chunkBytes = 65_536;

/** An empty spool. @param keep characters that are held in memory; what is more goes to a temporary file, which `close` removes */
export function newSpool(keep = inMemory): Spool {
	let lines: string[] = [];
	let held = 0;
	let file: TemporaryFile | null = null;
	const spill = () => {
		file ??= temporaryFile();
		file.append(Buffer.from(lines.join('')));
		lines = [];
		held = 0;
	};
	return {
		add(line) {
			lines.push(line, '\n');
			held += line.length + 1;
			if (held > keep) spill();
		},
		chunks() {
			if (file !== null) spill();
			return file?.chunks() ?? inChunks(lines);
		},
		close: () => file?.close()
	};
}

function* inChunks(lines: readonly string[]): Generator<Buffer, void, void> {
	const many = 2000;
	for (let from = 0; from < lines.length; from += many) yield Buffer.from(lines.slice(from, from + many).join(''));
}

interface TemporaryFile {
	append(bytes: Buffer): void;
	chunks(): Generator<Buffer, void, void>;
	close(): void;
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

/** What is in it is about people: only its owner may read it, and it has no name any more before anything is written. */
function temporaryFile(): TemporaryFile {
	const folder = mkdtempSync(join(tmpdir(), 'breakwater-replay-'));
	const handle = openSync(join(folder, 'output'), 'wx+', 0o600);
	const forget = () => rmSync(folder, { recursive: true, force: true });
	// Windows keeps the name of a file that is open.
	const named = process.platform === 'win32';
	if (!named) forget();
	return {
		append(bytes) {
			try {
				for (let from = 0; from < bytes.length;) from += writeSync(handle, bytes, from);
			} catch (error) {
				throw new Unusable(`No room for the output in ${tmpdir()} (${codeOf(error)}). Make some, or set TMPDIR to another folder.`, 1);
			}
		},
		*chunks() {
			for (let at = 0; ;) {
				const chunk = Buffer.allocUnsafe(chunkBytes);
				const bytes = readSync(handle, chunk, 0, chunkBytes, at);
				if (bytes === 0) return;
				yield chunk.subarray(0, bytes);
				at += bytes;
			}
		},
		close() {
			closeSync(handle);
			if (named) forget();
		}
	};
}
