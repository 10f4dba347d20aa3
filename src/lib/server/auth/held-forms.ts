import { and, asc, eq, gt, lte } from 'drizzle-orm';
import * as v from 'valibot';
import { mayBeHeld } from '../case-content.ts';
import type { Db } from '../db/connection.ts';
import { heldForms } from '../db/schema/people.ts';
import { withTx } from '../db/tx.ts';
import { decrypt, encrypt } from '../encryption.ts';
import { ownNames } from '../own-names.ts';
import type { Viewer } from '../viewer.ts';
import { newToken, tokenHash } from './token.ts';

const keptMs = 3_600_000;
const mostBytes = 64 * 1024;
/** Per person: who holds an old cookie cannot fill the disk with it. */
const mostForms = 10;

const formSchema = v.object({
	/** Path and query that the form was sent to. */
	path: v.string(),
	fields: v.array(v.tuple([v.string(), v.string()])),
	/** Whether a text that looked like case content was left out. */
	leftOut: v.optional(v.literal(true))
});
/** What somebody was sending when their sign-in had ended. */
export type HeldForm = v.InferOutput<typeof formSchema>;

/**
 * Keeps a form for the person whose sign-in ended, for an hour. Returns the token that opens it, or null where it is larger than
 * 64 KB. Passwords are left out, texts that would be refused as case content, and what is too long to be looked at.
 * @throws Refusal `full`
 */
export function holdForm(db: Db, personId: string, form: HeldForm, now: number): string | null {
	const typed = form.fields.filter(([name]) => !name.toLowerCase().includes('password'));
	const mayStand = ownNames(db);
	const fields = typed.filter(([name, text]) => mayBeHeld(name.replace(/\[\]$/, ''), text, mayStand));
	const body = Buffer.from(JSON.stringify({ path: form.path, fields, ...(fields.length < typed.length && { leftOut: true }) }));
	if (body.length > mostBytes) return null;
	const token = newToken();
	const idHash = tokenHash(token);
	// Under the person's key as well: erasing a person must take what they typed out of every copy of the database.
	const sealed = encrypt(db.keys.serverKey, encrypt(db.keys.personKey(personId), body, idHash), context(idHash, personId));
	return withTx(db, () => {
		forgetHeldForms(db, now);
		const held = db
			.select({ idHash: heldForms.idHash })
			.from(heldForms)
			.where(eq(heldForms.personId, personId))
			.orderBy(asc(heldForms.expiresAt))
			.all();
		for (const oldest of held.slice(0, Math.max(0, held.length - mostForms + 1))) {
			db.delete(heldForms).where(eq(heldForms.idHash, oldest.idHash)).run();
		}
		db.insert(heldForms)
			.values({ idHash, personId, sealed, expiresAt: now + keptMs })
			.run();
		return token;
	});
}

/** The form that was kept for the viewer under this token; null for anybody else's, and after an hour. */
export function findHeldForm(db: Db, viewer: Viewer, token: string, now: number): HeldForm | null {
	const idHash = tokenHash(token);
	const row = db
		.select({ sealed: heldForms.sealed })
		.from(heldForms)
		.where(and(eq(heldForms.idHash, idHash), eq(heldForms.personId, viewer.id), gt(heldForms.expiresAt, now)))
		.get();
	if (!row) return null;
	const inner = decrypt(db.keys.serverKey, row.sealed, context(idHash, viewer.id));
	return v.parse(formSchema, JSON.parse(decrypt(db.keys.personKey(viewer.id), inner, idHash).toString()));
}

/** Throws away a form that was kept for the viewer. @throws Refusal `full` */
export function discardHeldForm(db: Db, viewer: Viewer, token: string): void {
	withTx(db, () => {
		db.delete(heldForms)
			.where(and(eq(heldForms.idHash, tokenHash(token)), eq(heldForms.personId, viewer.id)))
			.run();
	});
}

/** Forgets forms that were kept for an hour. @throws Refusal `full` */
export function forgetHeldForms(db: Db, now: number): void {
	withTx(db, () => void db.delete(heldForms).where(lte(heldForms.expiresAt, now)).run());
}

function context(idHash: string, personId: string): string {
	return `held_forms|sealed|${idHash}|${personId}`;
}
