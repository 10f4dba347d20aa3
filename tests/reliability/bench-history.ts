import { randomUUIDv7 } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { advance, applyFact, nextDue } from '#lib/domain/engine.ts';
import type { SessionFact } from '#lib/domain/facts.ts';
import { newPersonState } from '#lib/domain/person-state.ts';
import { defaultPolicy } from '#lib/domain/policy.ts';
import { addDays, dateOf, epochDay, MS_PER_DAY, MS_PER_MINUTE, weekday, type Instant, type LocalDate } from '#lib/domain/time.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { personVersions } from '#lib/server/db/schema/people.ts';
import { withTx } from '#lib/server/db/tx.ts';
import { logSession } from '#lib/server/exposures.ts';
import { loadPersonState } from '#lib/server/person-states.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { temporaryFolder } from '../support/app.ts';
import { cast } from '../support/cast.ts';
import { exposureWork, withDatabase, zone } from './desk.ts';

/**
 * What one new session costs for a person with one year and with ten years of history, in the rules alone and in the server on an
 * encrypted database file. Part of `npm run bench:rules`; alone: `node tests/reliability/bench-history.ts`.
 */

const today: LocalDate = '2026-11-23';
/** Years of history of the two who take turns. */
const years = [1, 10] as const;
const repetitions = Number(process.env['BENCH_REPETITIONS'] ?? 600);
const warmUp = 100;

interface Piece {
	start: Instant;
	end: Instant;
}

/** Six sessions of 42 minutes on each Monday to Friday from `from` on. */
function* pieces(from: LocalDate, until: LocalDate = '9999-12-31'): Generator<Piece, void, void> {
	for (let date = from; date < until; date = addDays(date, 1)) {
		if (weekday(date) >= 5) continue;
		for (let nth = 0; nth < 6; nth++) {
			const start = epochDay(date) * MS_PER_DAY + (8 * 60 + nth * 90) * MS_PER_MINUTE;
			yield { start, end: start + 42 * MS_PER_MINUTE };
		}
	}
}

/** Long before: nobody here is a new starter. */
const startDate: LocalDate = '2010-01-04';
const begin = (count: number): LocalDate => dateOf(epochDay(today) - Math.round(count * 365.25));
/** Logged five minutes after it ended. */
const loggedAt = ({ end }: Piece) => end + 5 * MS_PER_MINUTE;

/** Prints the figures. Setting: BENCH_REPETITIONS. */
export function benchHistory(): void {
	console.log('One new session, microseconds (median of those with 1 year of history, with 10, ratio; p99 of both):');
	report('the rules alone, all history in memory', inDomain());
	const { evaluated, logged } = inServer();
	report('the server: state loaded from the tables and evaluated (to reach: median under 1000, ratio under 1.2)', evaluated);
	report('the server: the whole verb, stored on disk', logged);
}

/** Microseconds of each repetition, of the one with less history and of the other. */
type Times = [number[], number[]];

function inDomain(): Times {
	const lives = years.map((count) => {
		const person = { id: `years ${count}`, zone, startDate };
		const state = newPersonState(person, epochDay(begin(count)) * MS_PER_DAY);
		const take = (piece: Piece, id: string) => {
			const at = loggedAt(piece);
			const fact: SessionFact = { type: 'session', at, id, person: person.id, ...piece };
			const from = performance.now();
			advance(state, defaultPolicy, at);
			applyFact(state, defaultPolicy, fact);
			nextDue(state, defaultPolicy);
			return (performance.now() - from) * 1000;
		};
		for (const piece of pieces(begin(count), today)) take(piece, randomUUIDv7());
		return take;
	});
	return inTurn((who, piece) => lives[who]?.(piece, randomUUIDv7()) ?? NaN);
}

function inServer(): { evaluated: Times; logged: Times } {
	return withDatabase(temporaryFolder('bench-history'), (db) => {
		const { viewers, work } = seed(db);
		let nth = 0;
		const both = inTurn((who, piece) => {
			const viewer = viewers[who] as Viewer;
			// Each session is timed in one way only: whoever comes second would find the pages in memory.
			const timed = nth++ % 4 < 2 ? evaluate : log;
			const took = timed(db, viewer, piece, work);
			if (timed === evaluate) log(db, viewer, piece, work);
			return took;
		}, 2 * repetitions);
		const every = (which: 0 | 1): Times => both.map((times) => times.filter((_, index) => index % 2 === which)) as Times;
		return { evaluated: every(0), logged: every(1) };
	});
}

function evaluate(db: Db, viewer: Viewer, piece: Piece): number {
	const at = loggedAt(piece);
	const fact: SessionFact = { type: 'session', at, id: randomUUIDv7(), person: viewer.id, ...piece };
	return withTx(db, () => {
		const from = performance.now();
		const { state, course } = loadPersonState(db, viewer.id, at, fact);
		advance(state, course.inForce.policy, at);
		applyFact(state, course.inForce.policy, fact);
		nextDue(state, course.inForce.policy);
		return (performance.now() - from) * 1000;
	});
}

function log(db: Db, viewer: Viewer, piece: Piece, workTypeId: string): number {
	const from = performance.now();
	logSession(db, viewer, { id: randomUUIDv7(), ...piece, workTypeId }, loggedAt(piece));
	return (performance.now() - from) * 1000;
}

/** Two moderators whose sessions were logged through the same verb, mixed as they came. */
function seed(db: Db): { viewers: Viewer[]; work: string } {
	const { tomas, ines, again } = cast(db, epochDay(begin(10)) * MS_PER_DAY);
	const work = exposureWork(db);
	for (const { id } of [tomas, ines]) db.update(personVersions).set({ zone, startDate }).where(eq(personVersions.personId, id)).run();
	const viewers = [again(tomas), again(ines)];
	withTx(db, () => {
		for (const piece of pieces(begin(10), today)) {
			if (piece.start >= epochDay(begin(1)) * MS_PER_DAY) log(db, viewers[0] as Viewer, piece, work);
			log(db, viewers[1] as Viewer, piece, work);
		}
	});
	db.$client.pragma('wal_checkpoint(truncate)');
	return { viewers, work };
}

/** The two take turns, and take turns at being first. */
function inTurn(time: (who: 0 | 1, piece: Piece) => number, count = repetitions): Times {
	const times: Times = [[], []];
	let nth = 0;
	for (const piece of pieces(today)) {
		if (nth === count + warmUp) break;
		const order = nth % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
		for (const who of order) {
			const took = time(who, piece);
			if (nth >= warmUp) times[who].push(took);
		}
		nth++;
	}
	return times;
}

function report(what: string, [less, more]: Times): void {
	const at = (times: number[], share: number) => times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? NaN;
	const [one, ten] = [at(less, 0.5), at(more, 0.5)];
	console.log(
		`  ${what}: ${one.toFixed(1)}, ${ten.toFixed(1)}, ratio ${(ten / one).toFixed(2)}; p99 ${at(less, 0.99).toFixed(0)}, ${at(more, 0.99).toFixed(0)} (${less.length} each)`
	);
}

if (import.meta.main) benchHistory();
