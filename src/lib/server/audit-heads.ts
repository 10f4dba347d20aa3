import { chmodSync, closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';

/** The newest entry of the audit trail as it was noted outside the database: whoever cuts the trail off behind it is found out. */
export interface ExportedHead {
	seq: number;
	/** When it was exported: ISO 8601, UTC. */
	at: string;
	/** HMAC of the entry, in hexadecimal. */
	mac: string;
	/** How many entries there were. */
	count: number;
	/** The trail did not hold then: nothing is proven by what follows from this head. */
	broken?: true;
}

const headSchema = v.object({
	...{ seq: v.number(), at: v.string(), mac: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), count: v.number() },
	broken: v.exactOptional(v.literal(true))
});

/** Where heads are noted, one JSON object a line. */
export function headsFile(dataDir: string): string {
	return join(dataDir, 'audit-heads.jsonl');
}

/** The newest entry, for export at `now`; null before the first. */
export function headOf(db: Db, now: Instant): ExportedHead | null {
	const row = db.$client
		.prepare<[], { seq: number; mac: string }>('select seq, lower(hex(mac)) as mac from audit_entries order by seq desc limit 1')
		.get();
	if (!row) return null;
	const least = db.$client.prepare<[], number>('select min(seq) from audit_entries').pluck().get() ?? row.seq;
	return { seq: row.seq, at: new Date(now).toISOString(), mac: row.mac, count: row.seq - least + 1 };
}

/** Adds a head at the end of the file, on disk when this returns. The file is readable by its owner alone. @throws Error where it cannot be written */
export function noteHead(file: string, head: ExportedHead): void {
	const handle = openSync(file, 'a+', 0o600);
	try {
		const { size, mode } = fstatSync(handle);
		if (process.platform !== 'win32' && (mode & 0o077) !== 0) chmodSync(file, 0o600);
		const last = Buffer.alloc(1);
		const torn = size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
		writeSync(handle, `${torn ? '\n' : ''}${JSON.stringify(head)}\n`);
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}

/**
 * The heads that stand in the file by now, oldest first; what is added while they are read is left out. A line that a power cut has torn is passed over.
 * @returns none where there is no such file
 */
export function exportedHeads(file: string): Iterable<ExportedHead> {
	return existsSync(file) ? read(file, statSync(file).size) : [];
}

/**
 * Up to where the trail held when that was noted last, and whether it has held since; the head that was noted last, whether it held then or not.
 * Heads are null where there is none.
 */
export function lastHeld(file: string): { head: ExportedHead | null; since: boolean; last: ExportedHead | null } {
	let head: ExportedHead | null = null;
	let last: ExportedHead | null = null;
	for (const each of exportedHeads(file)) {
		last = each;
		if (!each.broken) head = each;
	}
	return { head, since: !last?.broken, last };
}

const chunkBytes = 64 * 1024;

function* read(file: string, size: number): Generator<ExportedHead> {
	const handle = openSync(file, 'r');
	try {
		const chunk = Buffer.alloc(chunkBytes);
		let rest = '';
		for (let at = 0; at < size;) {
			const length = readSync(handle, chunk, 0, Math.min(chunkBytes, size - at), at);
			if (length === 0) break;
			at += length;
			const lines = (rest + chunk.toString('latin1', 0, length)).split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) yield* headIn(line);
		}
		yield* headIn(rest);
	} finally {
		closeSync(handle);
	}
}

function headIn(line: string): ExportedHead[] {
	try {
		const parsed = v.safeParse(headSchema, JSON.parse(line));
		return parsed.success ? [parsed.output] : [];
	} catch {
		return [];
	}
}
