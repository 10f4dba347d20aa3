import { createHmac } from 'node:crypto';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { withTx } from './db/tx.ts';
import type { Actor } from './viewer.ts';

/** What can be in the audit trail, by area: `area.what-happened`. */
export type AuditAction =
	`${'account' | 'role' | 'team' | 'organisation' | 'policy' | 'alert' | 'sign-in' | 'export' | 'record' | 'report' | 'key' | 'delivery'}.${string}`;

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
 * @throws Refusal `full`; then the change is undone as well
 */
export function audit(db: Db, actor: Actor, { action, subject, detail }: Audited, now: Instant): void {
	withTx(db, () => {
		const { newest, insert } = queries(db);
		const last = newest.get();
		const entry: Omit<AuditRow, 'mac'> = {
			...{ seq: (last?.seq ?? 0) + 1, at: now, actorId: actor.id, action },
			...{ subject: subject?.kind ?? null, subjectId: subject?.id ?? null },
			detail: detail === undefined ? null : JSON.stringify(detail)
		};
		insert.run({ ...entry, mac: macOf(db.keys.auditKey, last?.mac ?? beginning, entry) });
	});
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

const prepared = new WeakMap<Db, ReturnType<typeof prepare>>();

function queries(db: Db) {
	let known = prepared.get(db);
	if (!known) prepared.set(db, (known = prepare(db)));
	return known;
}

function prepare(db: Db) {
	return {
		newest: db.$client.prepare<[], { seq: number; mac: Buffer }>('select seq, mac from audit_entries order by seq desc limit 1'),
		insert: db.$client.prepare(
			`insert into audit_entries (seq, at, actor_id, action, subject, subject_id, detail, mac)
			values (@seq, @at, @actorId, @action, @subject, @subjectId, @detail, @mac)`
		)
	};
}
