import { beginning, macOf, type AuditRow } from './audit.ts';
import type { ExportedHead } from './audit-heads.ts';
import type { Db } from './db/connection.ts';

/** How the trail is broken, and at which entry for the first time. */
export interface Break {
	seq: number;
	how: 'changed' | 'missing' | 'inserted' | 'reordered' | 'cut-off';
	/** One plain sentence. */
	words: string;
}

/** An entry that later ones are bound to. */
export interface Bound {
	seq: number;
	mac: Buffer;
}

export interface Verified {
	/** The last entry that holds, together with all before it. */
	last: Bound;
	broken: Break | null;
}

/**
 * Proves the trail entry by entry under its key, then compares it with the heads that were exported. It keeps nothing of what it read, so its memory
 * does not grow with the trail. Call it in one read transaction, with heads that were exported before that began.
 * @returns how many heads agree, too
 */
export function verifyTrail(db: Db, heads: Iterable<ExportedHead>): Verified & { heads: number } {
	const { last, broken } = verifyEntries(db);
	return broken ? { last, broken, heads: 0 } : { last, ...compareHeads(db, last.seq, heads) };
}

const columns = 'seq, at, actor_id as actorId, action, subject, subject_id as subjectId, detail, mac';
const first: Bound = { seq: 0, mac: beginning };

/** Proves the entries after one that is known to be as it was; by default all of them. */
export function verifyEntries(db: Db, known?: Bound): Verified {
	const rows = db.$client.prepare<[number], AuditRow>(`select ${columns} from audit_entries where seq > ? order by seq`);
	let last = known ?? first;
	let found: AuditRow | undefined;
	// Also what stands before the first: a number below one is not ours.
	for (const row of rows.iterate(known?.seq ?? Number.MIN_SAFE_INTEGER)) {
		if (row.seq !== last.seq + 1 || !isBound(db, row, last.mac)) {
			found = row;
			break;
		}
		last = { seq: row.seq, mac: row.mac };
	}
	return { last, broken: found ? diagnose(db, last, found) : null };
}

/** Whether an entry is as it was written after the one with this HMAC, as it stands or under another number. */
function isBound(db: Db, row: AuditRow, before: Buffer, seq = row.seq): boolean {
	return Buffer.isBuffer(row.mac) && Buffer.isBuffer(before) && macOf(db.keys.auditKey, before, { ...row, seq }).equals(row.mac);
}

/** What was done, as far as the entries around tell. */
function diagnose(db: Db, last: Bound, row: AuditRow): Break {
	const seq = last.seq + 1;
	if (row.seq > seq) return { seq, how: 'missing', words: `Entry ${seq} is missing.` };
	const inserted: Break = { seq: row.seq, how: 'inserted', words: `Entry ${row.seq} was put in: Breakwater did not write it.` };
	if (row.seq < seq) return inserted;
	const changed: Break = { seq, how: 'changed', words: `Entry ${seq} is not as it was written.` };
	const next = db.$client.prepare<[number], AuditRow>(`select ${columns} from audit_entries where seq > ? order by seq limit 1`).get(seq);
	if (!next) return changed;
	// What follows is bound to this one: to the HMAC that it has, or to the one that it had.
	if (isBound(db, next, row.mac) || isBound(db, next, macOf(db.keys.auditKey, last.mac, row))) return changed;
	const swapped = isBound(db, row, next.mac, seq + 1);
	if (!swapped && isBound(db, next, last.mac, seq)) return inserted;
	if (!swapped && isBound(db, next, row.mac, next.seq + 1))
		return { seq, how: 'missing', words: `Entry ${seq} is missing: those after it were numbered anew.` };
	const own = swapped ? seq + 1 : placeOf(db, row);
	if (own === null) return changed;
	return { seq, how: 'reordered', words: `Entry ${seq} is not in its place: it was written as entry ${own}.` };
}

/** Under which other number an entry holds, after one that has not moved; null where under none. */
function placeOf(db: Db, row: AuditRow): number | null {
	const all = db.$client.prepare<[], Bound>('select seq, mac from audit_entries order by seq');
	for (const before of all.iterate()) if (isBound(db, row, before.mac, before.seq + 1)) return before.seq + 1;
	return null;
}

/** Compares the trail with what was exported. A cut shows only here: what is left is whole, and so is what was written since. */
export function compareHeads(db: Db, lastSeq: number, heads: Iterable<ExportedHead>): { heads: number; broken: Break | null } {
	const macOfEntry = db.$client.prepare<[number], Buffer>('select mac from audit_entries where seq = ?').pluck();
	let compared = 0;
	let gone: ExportedHead | undefined;
	let differs: ExportedHead | undefined;
	for (const head of heads) {
		const mac = macOfEntry.get(head.seq);
		if (mac === undefined) gone = gone && gone.seq > head.seq ? gone : head;
		else if (mac.toString('hex') === head.mac) compared++;
		else differs = differs && differs.seq < head.seq ? differs : head;
	}
	return { heads: compared, broken: differs ? continued(differs) : gone ? cut(lastSeq, gone) : null };
}

function cut(lastSeq: number, { seq, at }: ExportedHead): Break {
	const words = `The trail was cut off: it ends with entry ${lastSeq}, and at ${at} it had ${seq}.`;
	return { seq: lastSeq + 1, how: 'cut-off', words };
}

function continued({ seq, at }: ExportedHead): Break {
	const words = `Entry ${seq} is not the one that was exported at ${at}: the trail was cut off before it, and went on.`;
	return { seq, how: 'cut-off', words };
}
