import { eq } from 'drizzle-orm';
import { audit } from '../audit.ts';
import type { Db } from '../db/connection.ts';
import { people } from '../db/schema/people.ts';
import { withTx } from '../db/tx.ts';
import { emailKey } from '../people.ts';
import { Refusal } from '../refusal.ts';
import { system } from '../viewer.ts';
import { dummyHash, hashPassword, needsRehash, verifyPassword } from './passwords.ts';
import { countTry, forgetFailures } from './throttle.ts';

/** What somebody types to sign in, and from which address. */
export interface Credentials {
	email: string;
	password: string;
	address: string;
}

/**
 * The id of the person whom these credentials belong to. An unknown e-mail, a wrong password, a disabled account and one whose
 * invitation is still open get one answer, after the same work: one hash.
 * @throws Refusal `invalid` or `too-often`
 */
export async function personWith(db: Db, { email, password, address }: Credentials, now: number): Promise<string> {
	countTry(db, email, address, now);
	const person = db
		.select({ id: people.id, hash: people.passwordHash, disabledAt: people.disabledAt })
		.from(people)
		.where(eq(people.emailKey, emailKey(email)))
		.get();
	const fits = await verifyPassword(person?.hash ?? dummyHash, password);
	if (!person?.hash || !fits || person.disabledAt !== null) {
		// By id, where there is one: what was typed may be anything, a password among it.
		audit(db, system, { action: 'sign-in.failed', ...(person && { subject: { kind: 'person', id: person.id } }) }, now);
		throw new Refusal('invalid', 'The e-mail address and the password do not fit together. Please check both and try again.');
	}
	forgetFailures(db, email, address, now);
	if (needsRehash(person.hash)) await renewHash(db, person.id, person.hash, password);
	return person.id;
}

async function renewHash(db: Db, personId: string, old: string, password: string): Promise<void> {
	const passwordHash = await hashPassword(password);
	withTx(db, () => {
		// Not where an invitation has set another password while this one was hashed.
		const current = db.select({ hash: people.passwordHash }).from(people).where(eq(people.id, personId)).get();
		if (current?.hash === old) db.update(people).set({ passwordHash }).where(eq(people.id, personId)).run();
	});
}
