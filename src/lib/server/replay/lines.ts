import { readSync } from 'node:fs';

const chunkBytes = 65_536;
const longestBytes = 16 * 1024 * 1024;
const lineFeed = 0x0a;
const retryMs = 5;

/** A line that is no text: too long, or not UTF-8. */
export class BadLine extends Error {}

/**
 * The lines of an open file or pipe, one after the other; never more than one of them is held. Line ends are LF or CRLF.
 * @throws BadLine for a line that is not UTF-8 or longer than 16 MiB
 */
export function* linesOf(handle: number): Generator<string, void, void> {
	const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
	let begun: Buffer[] = [];
	let length = 0;
	let first = true;
	const take = (end: Buffer) => {
		const line = decode(decoder, begun.length === 0 ? end : Buffer.concat([...begun, end]));
		begun = [];
		length = 0;
		const text = first ? line.replace(/^\uFEFF/, '') : line;
		first = false;
		return text;
	};
	for (let chunk = read(handle); chunk !== null; chunk = read(handle)) {
		let from = 0;
		for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, from)) {
			yield take(chunk.subarray(from, at));
			from = at + 1;
		}
		if (from === chunk.length) continue;
		begun.push(chunk.subarray(from));
		length += chunk.length - from;
		if (length > longestBytes) throw new BadLine('This line is longer than 16 MiB.');
	}
	if (begun.length > 0) yield take(Buffer.alloc(0));
}

function decode(decoder: TextDecoder, bytes: Buffer): string {
	try {
		return decoder.decode(bytes);
	} catch {
		throw new BadLine('This line is not UTF-8 text.');
	}
}

/** The next bytes, or null at the end. */
function read(handle: number): Buffer | null {
	const chunk = Buffer.allocUnsafe(chunkBytes);
	for (;;) {
		try {
			const bytes = readSync(handle, chunk, 0, chunkBytes, null);
			return bytes === 0 ? null : chunk.subarray(0, bytes);
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code;
			// So Windows says that a pipe has ended.
			if (code === 'EOF') return null;
			if (code !== 'EAGAIN') throw error;
			// A pipe that somebody made non-blocking, and nothing has come yet.
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
		}
	}
}
