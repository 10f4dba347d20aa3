import { and, eq, isNull } from 'drizzle-orm';
import { randomUUIDv7 } from 'node:crypto';
import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import { keepEvent } from './alert-events.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { erasureRequests } from './db/schema/erasure.ts';
import { departures, erasures } from './db/schema/keeping.ts';
import { homeTeams, people } from './db/schema/people.ts';
import { alerts, clocks } from './db/schema/records.ts';
import { withTx } from './db/tx.ts';
import { closeAccount, currentDeparture } from './departures.ts';
import { throughTheGate } from './erasing.ts';
import { isHeld } from './holds.ts';
import { recordsChanged } from './news.ts';
import { linesChanged } from './lines-changed.ts';
import { localDate } from './local-time.ts';
import { dayWords } from './moments.ts';
import { oneByOne, type Tally } from './one-by-one.ts';
import { personTables } from './record-classes.ts';
import { nameOfErased, recordPerson } from './record-people.ts';
import { Refusal } from './refusal.ts';
import { endAllRoles } from './roles.ts';
import { tellAdmins } from './telling.ts';
import { type Actor, requireAdmin, system, type Viewer } from './viewer.ts';

/** For so long copies of the person keys are kept: then nothing of somebody whose key was destroyed can be read anywhere. */
export const keyCopiesDays = 30;

/**
 * Erases somebody, for good: their account is closed; what they answered, wrote, chose and agreed on is deleted, and so is who has looked at it; their
 * name and address are blanked. What the counts of the organisation need stays under an id without a name (how long which kind of work took, which limits
 * were passed, when the steps of a prompt were taken) until the time after leaving is over. Their key is destroyed once this is stored.
 * Safe to call twice.
 * @throws Refusal `not-allowed`, `not-found`; `conflict` under a legal hold, for oneself, or for the last administrator
 */
export function erasePerson(db: Db, actor: Actor, personId: string, now: Instant): void {
	requireAdmin(actor);
	withTx(db, () => {
		const person = recordPerson(db, personId);
		if (person.erasedAt !== null) return;
		if (actor.id === personId)
			throw new Refusal('conflict', 'Somebody else carries this out: you would be signed out in the middle of it.');
		if (isHeld(db, personId, now)) throw new Refusal('conflict', 'A legal hold stands on this record, so nothing of it may go.');
		erase(db, actor, personId, now);
	});
}

/**
 * Erases once more whoever was erased before and is there again because an older copy of the database was put back: their key is destroyed. A legal hold
 * of that copy is older than the erasure, so it does not stand in the way. What the erasure had left for the counts stays.
 * @throws Refusal `full`
 */
export function eraseAgain(db: Db, now: Instant): Tally {
	const back = db.$client
		.prepare<[string], string>(
			'select id from people where id in (select value from json_each(?)) and id not in (select person_id from erasures)'
		)
		.pluck()
		.all(JSON.stringify(db.keys.destroyed()));
	return oneByOne(back, (personId) =>
		withTx(db, () => {
			// Another process may have been quicker.
			if (recordPerson(db, personId).erasedAt !== null) return false;
			erase(db, system, personId, now);
			return true;
		})
	);
}

function erase(db: Db, actor: Actor, personId: string, now: Instant): void {
	withTx(db, () => {
		closeAccount(db, actor, personId, now);
		endWhatGoesOn(db, actor, personId, now);
		throughTheGate(db, personId, () => {
			for (const { table, mine, erased } of personTables) {
				if (erased === 'deleted') db.$client.prepare(`delete from ${table} where ${mine}`).run({ person: personId });
			}
			leaveCounts(db, personId);
		});
		blank(db, personId);
		db.insert(erasures).values({ personId, erasedAt: now, erasedBy: actor.id }).run();
		const open = and(eq(erasureRequests.personId, personId), notAnswered);
		db.update(erasureRequests).set({ carriedOutAt: now, carriedOutBy: actor.id }).where(open).run();
		audit(db, actor, { action: 'record.erased', subject: { kind: 'person', id: personId } }, now);
		linesChanged(db, now);
		tellAdmins(db);
		recordsChanged(db);
	});
}

const notAnswered = and(isNull(erasureRequests.takenBackAt), isNull(erasureRequests.carriedOutAt), isNull(erasureRequests.declinedAt));

/** Open prompts about them close, their roles end, and the rules have nothing to look at any more. */
function endWhatGoesOn(db: Db, actor: Actor, personId: string, now: Instant): void {
	const open = db
		.select()
		.from(alerts)
		.where(and(eq(alerts.personId, personId), isNull(alerts.closedAt)))
		.all();
	for (const { id, level } of open) {
		keepEvent(db, { alertId: id, personId, at: now, event: 'closed', level, actorId: null, detail: null });
		const closed = { state: 'closed', closedAt: now, dueAt: null, clockStartedAt: null, clockMs: null, clockWorkingMinutes: null } as const;
		db.update(alerts).set(closed).where(eq(alerts.id, id)).run();
	}
	endAllRoles(db, actor, personId, now);
	db.update(homeTeams)
		.set({ endedAt: now })
		.where(and(eq(homeTeams.personId, personId), isNull(homeTeams.endedAt)))
		.run();
	db.update(clocks).set({ firstFactAt: null, nextDueAt: null }).where(eq(clocks.personId, personId)).run();
	if (currentDeparture(db, personId)) return;
	const from = localDate(recordPerson(db, personId).zone, now);
	const recordedBy = actor.id ?? personId;
	const left = { id: randomUUIDv7(), personId, from, fromAt: now, recordedBy, recordedAt: now, closedAt: now };
	db.insert(departures).values(left).run();
}

/** Of what is counted, everything goes that is not. */
function leaveCounts(db: Db, person: string): void {
	const gone = `(select id from findings where person_id = @person and (withdrawn_at is not null or audience = 'notice'))`;
	for (const statement of [
		`delete from alert_findings where finding_id in ${gone}`,
		`delete from quieted where finding_id in ${gone}`,
		`delete from findings where id in ${gone}`,
		'update findings set value = null where person_id = @person',
		'update alerts set to_id = null, to_kind = null where person_id = @person',
		'update alert_events set detail = null where person_id = @person',
		`delete from exposures where person_id = @person and (superseded_at is not null or state <> 'ended' or not counts)`,
		`update exposures set sealed = zeroblob(0), material = null, context = null, filters = null where person_id = @person`
	])
		db.$client.prepare(statement).run({ person });
}

function blank(db: Db, personId: string): void {
	db.update(people)
		.set({ name: nameOfErased, email: '', emailKey: `erased:${personId}`, passwordHash: null })
		.where(eq(people.id, personId))
		.run();
	db.$client
		.prepare(
			`delete from person_versions where person_id = @personId
			and version < (select max(version) from person_versions where person_id = @personId)`
		)
		.run({ personId });
	db.$client.prepare(`update person_versions set start_date = '1970-01-01' where person_id = ?`).run(personId);
}

/**
 * Takes away what was left of somebody who was erased, once the time after leaving is over. Their id remains, without a name. Safe to call twice.
 * @throws Refusal `conflict` for somebody who is not erased
 */
export function clearErased(db: Db, personId: string, now: Instant): void {
	throughTheGate(db, personId, () => {
		for (const { table, mine } of personTables) db.$client.prepare(`delete from ${table} where ${mine}`).run({ person: personId });
		const uncleared = and(eq(erasures.personId, personId), isNull(erasures.clearedAt));
		if (db.update(erasures).set({ clearedAt: now }).where(uncleared).run().changes === 0) return;
		audit(db, { id: null }, { action: 'record.cleared', subject: { kind: 'person', id: personId } }, now);
	});
}

/**
 * Destroys the keys of everybody who was erased and still has one, or has it again because an older copy of the keys was put back. Only after the
 * erasure is stored: a key cannot be brought back where storing it fails.
 * @throws Refusal `full`
 */
export function destroyErasedKeys(db: Db, now: Instant): Tally {
	const destroyed = new Set(db.keys.destroyed());
	const all = db.select().from(erasures).all();
	const left = all.filter(({ personId, keyDestroyedAt }) => keyDestroyedAt === null || !destroyed.has(personId));
	return oneByOne(left, ({ personId, erasedAt, keyDestroyedAt }) => {
		db.keys.destroyPersonKey(personId);
		const at = Math.max(now, erasedAt);
		withTx(db, () => {
			if (keyDestroyedAt === null) db.update(erasures).set({ keyDestroyedAt: at }).where(eq(erasures.personId, personId)).run();
			audit(db, { id: null }, { action: 'key.destroyed', subject: { kind: 'person', id: personId } }, at);
		});
		return true;
	});
}

/** Somebody who was erased, for administrators. */
export interface ErasedShown {
	erased: string;
	/** From when nothing of theirs can be read anywhere; null while their key is about to be destroyed. */
	unreadable: string | null;
}

/** Null for somebody who was not erased. @throws Refusal `not-allowed` */
export function erasureOf(db: Db, viewer: Viewer, personId: string, now: Instant): ErasedShown | null {
	requireAdmin(viewer);
	const row = db.select().from(erasures).where(eq(erasures.personId, personId)).get();
	if (!row) return null;
	const words = (at: Instant) => dayWords(viewer.zone, at, now);
	const unreadable = row.keyDestroyedAt === null ? null : words(row.keyDestroyedAt + keyCopiesDays * MS_PER_DAY);
	return { erased: words(row.erasedAt), unreadable };
}
