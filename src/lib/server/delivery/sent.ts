import { pauseAfter, triedForMs } from '#lib/domain/delivery.ts';
import type { Instant } from '#lib/domain/time.ts';
import { raiseAlarm } from '../alarms.ts';
import type { Db } from '../db/connection.ts';
import { perDatabase } from '../db/per-database.ts';
import { withTx } from '../db/tx.ts';
import type { Batch } from './sending.ts';

/** Gives back what was taken and not begun. @throws Refusal `full`; then it is free when its lease ends */
export function giveBack(db: Db, batches: readonly Batch[]): void {
	withTx(db, () => {
		for (const { ids, until } of batches) for (const id of ids) queries(db).free.run(id, until);
	});
}

/** Leases what is under way anew, unless somebody else has taken it over. @throws Refusal `full` */
export function keepLeased(db: Db, batch: Batch, until: Instant): void {
	const kept = batch.ids.filter((id) => queries(db).keep.run(until, id, batch.until).changes > 0);
	if (kept.length > 0) batch.until = until;
}

/** Notes that a batch was taken by the other side. @throws Refusal `full`; then it is sent again, which is better than never */
export function markSent(db: Db, { ids }: Batch, now: Instant): void {
	withTx(db, () => {
		for (const id of ids) endMessage(db, id, 'sent', now, null);
	});
}

/** What went wrong, without a word of the other side's. */
export interface Failure {
	code: string;
	/** Whether trying again is of no use. */
	forGood: boolean;
}

/**
 * Notes that a batch could not be sent, unless somebody else has taken it over meanwhile: it is tried again after a pause, for a day; refused for
 * good, or after the day, it is dead, and an admin sees it. Either raises an alarm. A letter about a break is dropped instead, and only the
 * channel's alarm is raised.
 * @param random in [0, 1)
 */
export function markFailed(db: Db, { ids, channel, until }: Batch, now: Instant, { code, forGood }: Failure, random: number): void {
	withTx(db, () => {
		for (const id of ids) {
			const row = queries(db).tried.get(id, until);
			if (!row) continue;
			const at = now + pauseAfter(row.attempts, random);
			const isDead = forGood || at >= row.triedSince + triedForMs;
			if (!isDead) queries(db).retry.run(at, code, id);
			// Whoever saw it among the dead would learn when somebody's break was due; an hour later it is of no use to anybody.
			else endMessage(db, id, row.breakOf === null ? 'dead' : 'dropped', now, code);
			raiseAlarm(db, isDead && row.breakOf === null ? 'undelivered' : channel, now);
		}
	});
}

/** A message is not tried any more; `problem`: a short code of why it was dropped or is dead. One that ended before stays as it is. */
export function endMessage(db: Db, id: string, state: 'sent' | 'dropped' | 'dead', now: Instant, problem: string | null): void {
	queries(db).end.run(state, now, problem, id);
}

const queries = perDatabase(prepare);

function prepare({ $client }: Db) {
	return {
		free: $client.prepare(
			`update messages set leased_until = 0, attempts = attempts - 1, letter_id = iif(attempts = 1, null, letter_id) where id = ? and state = 'waiting' and leased_until = ?`
		),
		keep: $client.prepare(`update messages set leased_until = ? where id = ? and state = 'waiting' and leased_until = ?`),
		retry: $client.prepare('update messages set due_at = ?, leased_until = 0, problem = ? where id = ?'),
		tried: $client.prepare<[string, Instant], { attempts: number; triedSince: Instant; breakOf: string | null }>(
			`select attempts, tried_since as triedSince, break_of as breakOf from messages where id = ? and state = 'waiting' and leased_until = ?`
		),
		end: $client.prepare(`update messages set state = ?, ended_at = ?, leased_until = 0, problem = ? where id = ? and state = 'waiting'`)
	};
}
