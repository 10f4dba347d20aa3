import { readSync } from 'node:fs';

const chunkBytes = 65_536;
const longestBytes = 16 * 1024 * 1024;
const lineFeed = 0x0a;
const retryMs = 5;

/** A line that is no text: too long, or not UTF-8. */
export class BadLine extends Error {}

/**
 * The lines of an open file or pipe, one after the other; never more than a chunk or one line is held. Line ends are LF or CRLF.
 * @throws BadLine for a line that is not UTF-8 or longer than 16 MiB
 */
export function* linesOf(handle: number): Generator<string, void, void> {
	let first = true;
	for (const bytes of blocksOf(handle)) {
		const { lines, bad } = decoded(bytes);
		if (first && lines[0] !== undefined) lines[0] = lines[0].replace(/^\uFEFF/, '');
		first = false;
		for (const line of lines) yield line;
		if (bad) throw new BadLine('This line is not UTF-8 text.');
	}
}

/** The bytes of one or more whole lines, without the last one's end. */
function* blocksOf(handle: number): Generator<Buffer, void, void> {
	let begun: Buffer[] = [];
	let length = 0;
	for (let chunk = read(handle); chunk !== null; chunk = read(handle)) {
		const end = chunk.lastIndexOf(lineFeed);
		if (end !== -1) {
			yield Buffer.concat([...begun, chunk.subarray(0, end)]);
			begun = [];
			length = 0;
		}
		if (end + 1 === chunk.length) continue;
		begun.push(chunk.subarray(end + 1));
		length += chunk.length - end - 1;
		if (length > longestBytes) throw new BadLine('This line is longer than 16 MiB.');
	}
	if (begun.length > 0) yield Buffer.concat(begun);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The lines in these bytes; where one of them is not UTF-8, only those before it. */
function decoded(bytes: Buffer): { lines: string[]; bad: boolean } {
	const text = textOf(bytes);
	if (text !== null) return { lines: text.split('\n'), bad: false };
	const lines: string[] = [];
	for (let from = 0; ;) {
		const to = bytes.indexOf(lineFeed, from);
		const line = textOf(bytes.subarray(from, to === -1 ? bytes.length : to));
		if (line === null) return { lines, bad: true };
		lines.push(line);
		if (to === -1) return { lines, bad: false };
		from = to + 1;
	}
}

function textOf(bytes: Buffer): string | null {
	try {
		return decoder.decode(bytes);
	} catch {
		return null;
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
