import { eq } from 'drizzle-orm';
import { invite } from './accounts.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { firstTime, withTx } from './db/tx.ts';
import { createPerson, emailKey, setHomeTeam, type NewAccount } from './people.ts';
import { invalid, Refusal } from './refusal.ts';
import { giveRole } from './roles.ts';
import { type Actor, requireAdmin } from './viewer.ts';

export interface Invited extends NewAccount {
	/** The form's id: sent twice it makes one account, and a new link that replaces the first one's. */
	formId: string;
	/** Home team; null for somebody without one. */
	teamId: string | null;
	/** Logs exposure in the home team. */
	moderator: boolean;
}

/**
 * Makes an account with its home team and a link to open it with. The link's token is stored nowhere: show it once.
 * @throws Refusal `not-allowed`; `invalid` for an e-mail that has an account, an unknown employer or team, or a moderator without a
 * team; `conflict` for a used form
 */
export function invitePerson(
	db: Db,
	actor: Actor,
	{ formId, teamId, moderator, ...account }: Invited,
	now: number
): { personId: string; token: string } {
	requireAdmin(actor);
	return withTx(db, () => {
		const personId = firstTime(db, formId, actor.id, now) ? made() : repeated(db, account.email);
		return { personId, token: invite(db, actor, personId, now) };
	});

	function made(): string {
		if (moderator && teamId === null) throw invalid('teamId', 'Please choose the team in which they moderate.');
		const personId = createPerson(db, actor, account, now);
		if (teamId !== null) setHomeTeam(db, actor, { personId, teamId }, now);
		if (moderator) giveRole(db, actor, { id: crypto.randomUUID(), personId, role: 'moderator', teamId }, now);
		return personId;
	}
}

function repeated(db: Db, email: string): string {
	const person = db
		.select({ id: people.id })
		.from(people)
		.where(eq(people.emailKey, emailKey(email)))
		.get();
	if (!person) throw new Refusal('conflict', 'This form was sent before for somebody else. Please load the page again.');
	return person.id;
}
