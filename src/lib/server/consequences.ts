import { advance, applyFact, nextDue } from '#lib/domain/engine.ts';
import type { Fact } from '#lib/domain/facts.ts';
import type { Output } from '#lib/domain/output.ts';
import type { Instant } from '#lib/domain/time.ts';
import { readClock, writeClock, type Clock } from './clocks.ts';
import type { Db } from './db/connection.ts';
import { withTx } from './db/tx.ts';
import { keepOutputs } from './outcomes.ts';
import { Refusal } from './refusal.ts';
import { loadPersonState } from './person-states.ts';
import { policyFor } from './policies.ts';

/** A fact about one person, in the making. */
export interface NewFact {
	personId: string;
	/** Who records it: the actor of a `closed` event that follows. */
	actorId: string | null;
	/** The fact as the rules take it; `at` is when it is recorded. */
	fact: (at: Instant) => Fact;
	/** Stores the fact itself. `outputs` is what follows from it, for facts that keep it sealed beside themselves. */
	write: (at: Instant, outputs: readonly Output[]) => void;
}

/**
 * Records a fact and everything that follows from it (findings, alerts, their events, the next due instant), in one
 * transaction: all of it is stored, or nothing. What was due by then is evaluated first. A person's rules begin with their first home
 * team: until then (an administrator, an officer of another house) versions are kept and nothing is evaluated.
 * @param now UTC ms. Facts of one person never share an instant: it moves on by a millisecond where the clock stands still or steps back.
 * @returns the instant it was recorded at and what followed
 * @throws Refusal `conflict` where this machine's clock once stood ahead; InvalidFact where the rules refuse the fact: verbs check beforehand and say it in a plain sentence
 */
export function recordFact(db: Db, now: Instant, { personId, actorId, fact: factAt, write }: NewFact): { at: Instant; outputs: Output[] } {
	return withTx(db, () => {
		const clock = readClock(db, personId);
		refuseIfAhead(clock, now);
		const at = Math.max(now, clock.lastFactAt + 1, clock.advancedTo);
		const fact = factAt(at);
		if (clock.firstFactAt === null && fact.type !== 'member') {
			write(at, []);
			writeClock(db, personId, { ...clock, lastFactAt: at }, clock);
			return { at, outputs: [] };
		}
		const { state, inForce } = loadPersonState(db, personId, at, fact);
		if (clock.firstFactAt === null) state.advancedTo = at;
		else keepOutputs(db, state, inForce, advance(state, inForce.policy, at), null);
		const after = fact.type === 'member' ? policyFor(db, fact.team) : inForce;
		const outputs = applyFact(state, after.policy, fact);
		write(at, outputs);
		keepOutputs(db, state, after, outputs, actorId);
		const nextDueAt = nextDue(state, after.policy);
		writeClock(db, personId, { firstFactAt: state.firstFactAt, lastFactAt: at, advancedTo: at, nextDueAt }, clock);
		return { at, outputs };
	});
}

/** A clock that steps back by more than this was wrong before, or is wrong now: what is recorded would get the wrong time. */
const mostAheadMs = 300_000;

function refuseIfAhead({ advancedTo, lastFactAt }: Clock, now: Instant): void {
	if (Math.max(advancedTo, lastFactAt) <= now + mostAheadMs) return;
	throw new Refusal(
		'conflict',
		'The clock of the machine that Breakwater runs on is wrong, or was: something is recorded at a time that is still to come. So that nothing gets a wrong time, nothing was saved. Please tell your administrator.'
	);
}

/**
 * Evaluates what time alone makes due for a person: break notices, overdue steps, the start of a day. Safe to call at any time
 * and twice. Where nothing is due it only reads.
 */
export function catchUp(db: Db, personId: string, now: Instant): Output[] {
	const due = readClock(db, personId).nextDueAt;
	if (due === null || due > now) return [];
	return withTx(db, () => {
		const clock = readClock(db, personId);
		const until = Math.max(now, clock.advancedTo);
		const { state, inForce } = loadPersonState(db, personId, until);
		const outputs = advance(state, inForce.policy, until);
		keepOutputs(db, state, inForce, outputs, null);
		writeClock(db, personId, { ...clock, advancedTo: until, nextDueAt: nextDue(state, inForce.policy) }, clock);
		return outputs;
	});
}

/** As {@link catchUp}, before reading: a full disk stops nobody from reading, and what is due stays due. */
export function catchUpToRead(db: Db, personId: string, now: Instant): void {
	try {
		catchUp(db, personId, now);
	} catch (error) {
		if (!(error instanceof Refusal && error.kind === 'full')) throw error;
	}
}
