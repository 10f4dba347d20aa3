import { randomUUIDv7 } from 'node:crypto';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import type { ReadKind, ReadPurpose } from './db/schema/access.ts';
import { withTx } from './db/tx.ts';
import { localDate } from './local-time.ts';
import type { Viewer } from './viewer.ts';

/** What is about to be shown of other people's records, and why. */
export interface Reading {
	kind: ReadKind;
	/** A prompt, or a purpose: the viewer's duty, that the person named them, or what they stated. */
	why: { alertId: string } | { purpose: Exclude<ReadPurpose, 'prompt'> };
}

/** What follows within this time (ms) belongs to the same look: pages renew themselves. */
const sameLookMs = 600_000;

/**
 * Records that the viewer is about to read of these people, in one transaction, before anything of it is returned: call it in the query that
 * reads, not in the route. One entry for each viewer, person, kind, reason and day. Of the viewer's own record nothing is noted.
 * @throws Refusal `full` where it cannot be stored; then nothing may be shown
 */
export function noteReading(db: Db, viewer: Viewer, { kind, why }: Reading, personIds: Iterable<string>, now: Instant): void {
	const { note } = queries(db);
	const [purpose, alertId] = 'alertId' in why ? ['prompt', why.alertId] : [why.purpose, ''];
	const day = localDate(viewer.zone, now);
	const others = [...new Set(personIds)].filter((id) => id !== viewer.id);
	if (others.length === 0) return;
	withTx(db, () => {
		for (const personId of others)
			note.run({ id: randomUUIDv7(), personId, viewerId: viewer.id, kind, purpose, alertId, day, now, sameLookMs });
	});
}

const prepared = new WeakMap<Db, ReturnType<typeof prepare>>();

function queries(db: Db) {
	let known = prepared.get(db);
	if (!known) prepared.set(db, (known = prepare(db)));
	return known;
}

function prepare(db: Db) {
	return {
		note: db.$client.prepare(
			`insert into access_entries (id, person_id, viewer_id, kind, purpose, alert_id, day, first_at, last_at, count)
			values (@id, @personId, @viewerId, @kind, @purpose, @alertId, @day, @now, @now, 1)
			on conflict (person_id, day, viewer_id, kind, purpose, alert_id)
			do update set count = count + (@now - last_at > @sameLookMs), last_at = max(last_at, @now)`
		)
	};
}
