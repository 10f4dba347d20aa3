import { createHmac } from 'node:crypto';
import type { Instant } from '#lib/domain/time.ts';
import type { AuditAction } from './audit-words.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { withTx } from './db/tx.ts';
import type { Actor } from './viewer.ts';

/** One change. Ids, numbers and fixed words alone: never a name, an address or a typed text. */
export interface Audited {
	action: AuditAction;
	/** What it was done to. */
	subject?: { kind: string; id: string };
	detail?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface AuditRow {
	seq: number;
	at: Instant;
	actorId: string | null;
	action: string;
	subject: string | null;
	subjectId: string | null;
	/** JSON text, as it is stored. */
	detail: string | null;
	mac: Buffer;
}

/** What the first entry is bound to. */
export const beginning = Buffer.alloc(32);

/**
 * Adds an entry to the audit trail, in the transaction of the change that it tells of. Each holds an HMAC-SHA-256 over the one before and
 * itself, under a key that lies outside the database.
 * @param actor who did it; `{ id: null }` where the clock, a rule or somebody unknown did
 * @throws Refusal `full`; then the change is undone as well. Error where a value is neither an id nor a fixed word
 */
export function audit(db: Db, actor: Pick<Actor, 'id'>, { action, subject, detail }: Audited, now: Instant): void {
	const entry = {
		...{ at: now, actorId: actor.id, action },
		...{ subject: subject?.kind ?? null, subjectId: subject?.id ?? null },
		detail: detail === undefined ? null : JSON.stringify(detail)
	};
	for (const value of [entry.actorId, action, entry.subject, entry.subjectId, ...Object.entries(detail ?? {}).flat()]) refuseText(value);
	// A savepoint around one statement would cost more than the entry.
	if (db.$client.inTransaction) append(db, entry);
	else withTx(db, () => append(db, entry));
}

/** An id or a fixed word: nothing that somebody typed can stand here for ever. */
const word = /^[\w:.+-]{1,80}$/;

function refuseText(value: unknown): void {
	if (typeof value === 'string' && !word.test(value)) throw new Error('an audit entry holds ids, numbers and fixed words alone');
}

function append(db: Db, entry: Omit<AuditRow, 'seq' | 'mac'>): void {
	const { newest, insert } = queries(db);
	const last = newest.get();
	const numbered = { seq: (last?.seq ?? 0) + 1, ...entry };
	insert.run({ ...numbered, mac: macOf(db.keys.auditKey, last?.mac ?? beginning, numbered) });
}

/** The HMAC of an entry: over that of the one before and each of its fields, in a form in which no two entries are alike. */
export function macOf(
	key: Buffer,
	before: Buffer,
	{ seq, at, actorId, action, subject, subjectId, detail }: Omit<AuditRow, 'mac'>
): Buffer {
	const fields = JSON.stringify([seq, at, actorId, action, subject, subjectId, detail]);
	return createHmac('sha256', key).update(before).update(fields).digest();
}

const queries = perDatabase(prepare);

function prepare(db: Db) {
	return {
		newest: db.$client.prepare<[], { seq: number; mac: Buffer }>('select seq, mac from audit_entries order by seq desc limit 1'),
		insert: db.$client.prepare(
			`insert into audit_entries (seq, at, actor_id, action, subject, subject_id, detail, mac)
			values (@seq, @at, @actorId, @action, @subject, @subjectId, @detail, @mac)`
		)
	};
}
