import { advance, applyFact, nextDue } from '#lib/domain/engine.ts';
import type { Fact } from '#lib/domain/facts.ts';
import { headroom } from '#lib/domain/headroom.ts';
import type { Output } from '#lib/domain/output.ts';
import type { PersonState } from '#lib/domain/person-state.ts';
import type { Instant } from '#lib/domain/time.ts';
import { isResting } from './clock-rest.ts';
import { readClock, writeClock, type Clock } from './clocks.ts';
import type { Db } from './db/connection.ts';
import { withTx } from './db/tx.ts';
import { isAnybodyPresent } from './live.ts';
import { keepOutputs } from './outcomes.ts';
import { Refusal } from './refusal.ts';
import { loadPersonState } from './person-states.ts';
import { policyCourse, type PolicyCourse, type PolicyInForce } from './policies.ts';
import { unlessDestroyed } from './seal.ts';
import { tellLeads, tellPerson } from './telling.ts';

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
 * What people say to one another is taken even where the clock was put back by an hour, and letters of it leave by the clock as it is. It is taken too
 * while a clock that jumped ahead is not believed, at the time that is, and so is what decides who sees what: nothing is evaluated up to one that may be still to come.
 * @param now UTC ms, as {@link believedNow} tells it. Facts of one person never share an instant: it moves on by a millisecond where the clock stands still or steps back.
 * @returns the instant it was recorded at and what followed
 * @throws Refusal `conflict` where this machine's clock once stood ahead, or may do so now; InvalidFact where the rules refuse the fact: verbs check beforehand and say it in a plain sentence
 */
export function recordFact(db: Db, now: Instant, { personId, actorId, fact: factAt, write }: NewFact): { at: Instant; outputs: Output[] } {
	return withTx(db, () => {
		const clock = readClock(db, personId);
		const at = Math.max(now, clock.lastFactAt + 1, clock.advancedTo);
		const fact = factAt(at);
		refuseWhileResting(db, fact.type);
		refuseIfAhead(clock, now, fact.type);
		tellPerson(db, personId);
		if (clock.firstFactAt === null && fact.type !== 'member') {
			write(at, []);
			writeClock(db, personId, { ...clock, lastFactAt: at }, clock);
			return { at, outputs: [] };
		}
		const { state, course } = loadPersonState(db, personId, at, fact);
		if (clock.firstFactAt === null) state.advancedTo = at;
		const before = clock.firstFactAt === null ? course : pass(db, state, course, at, now).course;
		const after = fact.type === 'member' ? policyCourse(db, fact.team, at) : before;
		const room = roomOf(db, state, after.inForce, at);
		const outputs = applyFact(state, after.inForce.policy, fact);
		write(at, outputs);
		keepOutputs(db, state, after.inForce, outputs, { actorId, now });
		if (room !== roomOf(db, state, after.inForce, at)) tellLeads(db, personId);
		const nextDueAt = nextDueOf(state, after);
		writeClock(db, personId, { firstFactAt: state.firstFactAt, lastFactAt: at, advancedTo: at, nextDueAt }, clock);
		return { at, outputs };
	});
}

/** The headroom that leads read, where anybody is there to be told that it changed. */
function roomOf(db: Db, state: PersonState, { policy }: PolicyInForce, at: Instant): string {
	if (!isAnybodyPresent(db)) return '';
	const { today, week } = headroom(state, policy, at);
	return `${today} ${week}`;
}

/** A clock that steps back by more than this was wrong before, or is wrong now: what is recorded would get the wrong time. */
const mostAheadMs = 300_000;
/** What people say to one another must arrive, and matters more than its minute: a clock that is put back by an hour keeps none of it back. */
const mostAheadForWordsMs = 7_200_000;
const words: readonly Fact['type'][] = [
	...(['contact-request', 'share-concern', 'withdraw', 'response'] as const),
	...(['acknowledge', 'offer', 'conversation', 'follow-up', 'close'] as const)
];

/** What decides who sees what, and who is asked: taking a choice back or leaving must not wait for a clock. */
const access: readonly Fact['type'][] = ['sharing', 'member', 'absence', 'absences-corrected'];

/**
 * @param type as for {@link refuseIfAhead}
 * @throws Refusal `conflict` while nothing is evaluated because the clock jumped ahead, for all but what people say to one another and what
 * decides who sees what
 */
export function refuseWhileResting(db: Db, type?: Fact['type']): void {
	if (isResting(db) && !isNeverLate(type)) throw new Refusal('conflict', restWords);
}

const isNeverLate = (type: Fact['type'] | undefined) => type !== undefined && (words.includes(type) || access.includes(type));

/**
 * @param type of the fact; without, one whose time is typed, shown and counted
 * @throws Refusal `conflict` where something is recorded or evaluated so far after now that a clock must be wrong
 */
export function refuseIfAhead(
	{ advancedTo, lastFactAt }: Pick<Clock, 'advancedTo' | 'lastFactAt'>,
	now: Instant,
	type?: Fact['type']
): void {
	const aheadMs = Math.max(advancedTo, lastFactAt) - now;
	const most = isNeverLate(type) ? mostAheadForWordsMs : mostAheadMs;
	if (aheadMs > most) throw new Refusal('conflict', aheadMs > mostAheadForWordsMs ? wrongWords : setBackWords(aheadMs - mostAheadMs));
}

const wrongWords =
	'The clock of the machine that Breakwater runs on is wrong, or was: something is recorded at a time that is still to come. So that nothing gets a wrong time, nothing was saved. Please tell your administrator. Whatever you wanted to say to somebody, please say it to them directly; the numbers in “I need help now” work as always.';

const restWords =
	'The clock of the machine that Breakwater runs on has jumped ahead by more than a day, and it may be wrong. So that nothing gets a wrong time, this was not saved. You did nothing wrong: please send it again once your administrator has looked at the clock, or in an hour at the latest. Asking for contact, sharing a concern and answering an offer work all the while.';

function setBackWords(waitMs: number): string {
	const minutes = Math.ceil(waitMs / 60_000);
	return `The clock of the machine that Breakwater runs on was put back, so this would get a wrong time and was not saved. You did nothing wrong: please send it again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}. Asking for contact, sharing a concern and answering an offer work all the while.`;
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
		const loaded = loadPersonState(db, personId, until);
		const { course, outputs } = pass(db, loaded.state, loaded.course, until, now);
		writeClock(db, personId, { ...clock, advancedTo: until, nextDueAt: nextDueOf(loaded.state, course) }, clock);
		return outputs;
	});
}

/**
 * Lets time pass for a person up to and including `until`, and keeps what it makes due. A policy put in force meanwhile is a fact about
 * everybody it is for: what came before is evaluated under the old one, and it makes things true for a running timer at its own instant.
 * Returns what happened, and the policies from `until` on.
 */
function pass(
	db: Db,
	state: PersonState,
	{ inForce, changes }: PolicyCourse,
	until: Instant,
	now: Instant
): { outputs: Output[]; course: PolicyCourse } {
	const all: Output[] = [];
	const keep = (policy: PolicyInForce, outputs: readonly Output[]) => {
		keepOutputs(db, state, policy, outputs, { actorId: null, now });
		all.push(...outputs);
	};
	const due = changes.filter(({ at }) => at <= until);
	for (const { at, inForce: next } of due) {
		keep(inForce, advance(state, inForce.policy, at));
		keep(next, applyFact(state, next.policy, { type: 'policy', at, policy: {} }));
		inForce = next;
	}
	keep(inForce, advance(state, inForce.policy, until));
	return { outputs: all, course: { inForce, changes: changes.slice(due.length) } };
}

/** When time, or a policy that lies ahead, next makes something due. */
function nextDueOf(state: PersonState, { inForce, changes }: PolicyCourse): Instant | null {
	const [due, change] = [nextDue(state, inForce.policy), changes[0]];
	return change === undefined ? due : Math.min(due ?? change.at, change.at);
}

/** As {@link catchUp}, before reading: a full disk, a key that was destroyed or a clock that jumped stops nobody from reading, and what is due stays due. */
export function catchUpToRead(db: Db, personId: string, now: Instant): void {
	if (isResting(db)) return;
	try {
		unlessDestroyed(() => catchUp(db, personId, now));
	} catch (error) {
		if (!(error instanceof Refusal && error.kind === 'full')) throw error;
	}
}
