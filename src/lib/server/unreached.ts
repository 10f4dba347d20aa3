import { and, inArray, isNull } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { alerts } from './db/schema/records.ts';
import { askingOf, isInHand } from './delivery/askings.ts';
import { deliveryChoiceOf, reachedBy } from './delivery/choices.ts';
import { openChannels } from './delivery/outbox.ts';
import { linesAmong } from './recipients.ts';
import { toldRoles } from './told.ts';

/** Somebody whom nothing that is set up reaches. */
export interface Unreached {
	id: string;
	name: string;
}

/**
 * Whoever supervises or administers and is told by none of the channels that are set up, by name. Nobody where none is set up: then everybody knows
 * that prompts are met in Breakwater alone. Not checked for a viewer.
 */
export function unreached(db: Db): Unreached[] {
	const open = openChannels(db);
	if (open.size === 0) return [];
	return told(db)
		.all(JSON.stringify(toldRoles))
		.filter(({ id }) => reachedBy(deliveryChoiceOf(db, id), open).length === 0);
}

/**
 * Whether somebody asked for contact, or shared a concern, nobody has it in hand, and of all who see it none is told by a channel that is set up.
 * Not where nobody sees it: then its chain is broken.
 */
export function isAnyCallUnheard(db: Db, now: Instant): boolean {
	const deaf = new Set(unreached(db).map(({ id }) => id));
	if (deaf.size === 0) return false;
	const urgent = and(isNull(alerts.closedAt), inArray(alerts.reason, ['contact', 'concern']));
	const open = db.select().from(alerts).where(urgent).all();
	const lines = linesAmong(db, open, now);
	return open.some((alert) => {
		const asked = lines.recipients(alert);
		if (asked.length === 0 || asked.some(({ id }) => !deaf.has(id))) return false;
		return !isInHand(askingOf(db, alert.id), (id) => lines.isThere(alert, id));
	});
}

const told = perDatabase((db) =>
	// Who has joined and is not disabled: the others are passed over anyway.
	db.$client.prepare<[string], Unreached>(
		`select distinct person.id, person.name from people as person join roles as role on role.person_id = person.id
		where role.role in (select value from json_each(?)) and role.ended_at is null and role.confirmed_at is not null
			and person.joined_at is not null and person.disabled_at is null
		order by person.name, person.id`
	)
);
