import { randomUUIDv7 } from 'node:crypto';
import type { Instant } from '#lib/domain/time.ts';
import { errorCode, type Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import type { ReadKind, ReadPurpose } from './db/schema/access.ts';
import { withTx } from './db/tx.ts';
import { localDate } from './local-time.ts';
import { Refusal } from './refusal.ts';
import type { Viewer } from './viewer.ts';

/** What is about to be shown of other people's records, and why. */
export interface Reading {
	kind: ReadKind;
	/** A prompt, or a purpose: the viewer's duty, that the person named them, or what they stated. */
	why: { alertId: string } | { purpose: Exclude<ReadPurpose, 'prompt'> };
}

/** What follows within this time (ms) belongs to the same look: pages renew themselves. */
const sameLookMs = 600_000;
/** What follows within this time (ms) is not written at all: a page that renews itself costs the disk nothing. */
const sameMomentMs = 60_000;

const unnoted =
	'Before anybody’s record is shown, it is noted who looks. That cannot be stored at the moment, so nothing is shown. Please tell your administrator: the disk is full, or cannot be written.';

/**
 * Reads of other people's records and notes that they were read, in one transaction: together or not at all. Give it all of what one page
 * shows, so that it is written once.
 * @throws Refusal `full` where it cannot be stored, and then nothing may be shown; anything `read` throws
 */
export function reading<T>(db: Db, read: () => T extends PromiseLike<unknown> ? never : T): T {
	try {
		return withTx(db, read);
	} catch (fault) {
		const full = fault instanceof Refusal ? fault.kind === 'full' : errorCode(fault).startsWith('SQLITE_READONLY');
		throw full ? new Refusal('full', unnoted) : fault;
	}
}

/**
 * Records that the viewer is about to read of these people, before anything of it is returned: call it in the query that reads, inside of
 * {@link reading}, not in the route. One entry for each viewer, person, kind, reason and day; of a copy for a court or a lawyer one for each opening. Of the
 * viewer's own record nothing is noted, nor of whoever is erased: nobody is there to read it.
 * @throws Refusal `full` where it cannot be stored; then nothing may be shown
 */
export function noteReading(db: Db, viewer: Viewer, { kind, why }: Reading, personIds: Iterable<string>, now: Instant): void {
	const { note } = queries(db);
	const [purpose, alertId] = 'alertId' in why ? ['prompt', why.alertId] : [why.purpose, ''];
	const day = localDate(viewer.zone, now);
	const others = [...new Set(personIds)].filter((id) => id !== viewer.id);
	if (others.length === 0) return;
	const list = JSON.stringify(others.map((personId) => [randomUUIDv7(), personId]));
	reading(db, () => {
		note.run({ list, viewerId: viewer.id, kind, purpose, alertId, day, now, sameLookMs, sameMomentMs });
	});
}

const queries = perDatabase(prepare);

function prepare(db: Db) {
	return {
		// One statement for all of them: a list of hundreds is looked at again and again. After the clock was put back each look counts for itself, rather than none.
		note: db.$client.prepare(
			`insert into access_entries (id, person_id, viewer_id, kind, purpose, alert_id, opening, day, first_at, last_at, count)
			select looked.value ->> 0, looked.value ->> 1, @viewerId, @kind, @purpose, @alertId,
				iif(@kind = 'disclosure', looked.value ->> 0, ''), @day, @now, @now, 1
			from json_each(@list) as looked where not exists (select 1 from erasures where person_id = looked.value ->> 1)
			on conflict (day, person_id, viewer_id, kind, purpose, alert_id, opening)
			do update set count = count + (abs(@now - last_at) > @sameLookMs), last_at = max(last_at, @now)
			where abs(@now - last_at) >= @sameMomentMs`
		)
	};
}
