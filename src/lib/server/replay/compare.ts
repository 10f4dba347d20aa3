import { InvalidFact } from '#lib/domain/invalid-fact.ts';
import { formatOutput } from '#lib/domain/output.ts';
import { replay } from '#lib/domain/replay.ts';
import { formatInstant, type Instant } from '#lib/domain/time.ts';
import type { Db } from '../db/connection.ts';
import { storedFacts } from '../stored-facts.ts';
import { storedOutputs, type Printed, type StoredOutput } from '../stored-outputs.ts';
import { Unusable } from './unusable.ts';

/** Something that only one side came to. */
export type Difference = { only: 'replay' | 'stored' } & Printed;

export interface Agreement {
	/** How many findings and alert events both sides have. */
	findings: number;
	alertEvents: number;
	differences: number;
}

/**
 * Replays the facts that are stored, for each person up to the instant to which their clock was advanced, and compares what comes out with
 * what is stored. Both are gone through in step, so nothing but one instant is held; the database is as it was at one moment.
 * @param tell is given each difference, ordered by instant
 * @throws Unusable (status 1) where the stored facts cannot follow one another
 */
export function compareWithReplay(db: Db, tell: (difference: Difference) => void): Agreement {
	const agreement: Agreement = { findings: 0, alertEvents: 0, differences: 0 };
	db.$client.exec('begin');
	try {
		const sides = inStep(replayed(db), storedOutputs(db));
		for (const [ofReplay, ofStore] of sides) compareInstant(ofReplay, ofStore, agreement, tell);
		return agreement;
	} catch (error) {
		if (!(error instanceof InvalidFact)) throw error;
		throw new Unusable(`The stored facts cannot be replayed: fact ${(error.index ?? 0) + 1}, field "${error.field}": ${error.message}`, 1);
	} finally {
		db.$client.exec('rollback');
	}
}

/** What replay makes of the stored facts, as far as each person's clock has come. */
function* replayed(db: Db): Generator<StoredOutput, void, void> {
	const clocks = db.$client.prepare<[], [string, Instant]>('select person_id, advanced_to from clocks where first_fact_at is not null');
	const advancedTo = new Map(clocks.raw().all() as [string, Instant][]);
	let until = -Infinity;
	for (const at of advancedTo.values()) until = Math.max(until, at);
	if (until === -Infinity) return;
	for (const output of replay(storedFacts(db), {}, until)) {
		if (output.at <= (advancedTo.get(output.person) ?? -Infinity)) yield { at: output.at, printed: formatOutput(output) };
	}
}

/** What each of two ordered streams has at each instant at which either has anything. */
function* inStep(a: Iterable<StoredOutput>, b: Iterable<StoredOutput>): Generator<[Printed[], Printed[]], void, void> {
	const [left, right] = [instants(a), instants(b)];
	try {
		let [nextLeft, nextRight] = [left.next(), right.next()];
		while (!nextLeft.done || !nextRight.done) {
			const at = Math.min(nextLeft.done ? Infinity : nextLeft.value.at, nextRight.done ? Infinity : nextRight.value.at);
			const fromLeft = !nextLeft.done && nextLeft.value.at === at ? nextLeft.value.all : null;
			const fromRight = !nextRight.done && nextRight.value.at === at ? nextRight.value.all : null;
			yield [fromLeft ?? [], fromRight ?? []];
			if (fromLeft) nextLeft = left.next();
			if (fromRight) nextRight = right.next();
		}
	} finally {
		left.return();
		right.return();
	}
}

function* instants(outputs: Iterable<StoredOutput>): Generator<{ at: Instant; all: Printed[] }, void, void> {
	let at = -Infinity;
	let all: Printed[] = [];
	for (const output of outputs) {
		if (output.at < at) throw new Error(`not in order at ${formatInstant(output.at)}`);
		if (output.at !== at && all.length > 0) {
			yield { at, all };
			all = [];
		}
		at = output.at;
		all.push(output.printed);
	}
	if (all.length > 0) yield { at, all };
}

function compareInstant(
	ofReplay: readonly Printed[],
	ofStore: readonly Printed[],
	agreement: Agreement,
	tell: (d: Difference) => void
): void {
	const missing = new Map<string, Printed[]>();
	for (const printed of ofReplay) missing.set(keyOf(printed), [...(missing.get(keyOf(printed)) ?? []), printed]);
	const different: Difference[] = [];
	for (const printed of ofStore) {
		if (missing.get(keyOf(printed))?.pop() === undefined) different.push({ only: 'stored', ...printed });
		else if ('rule' in printed) agreement.findings++;
		else agreement.alertEvents++;
	}
	for (const left of missing.values()) for (const printed of left) different.push({ only: 'replay', ...printed });
	agreement.differences += different.length;
	different.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
	for (const difference of different) tell(difference);
}

const keyOf = (printed: Printed) => JSON.stringify(Object.entries(printed).sort());
const sortKey = ({ person, rule, event, only }: Difference) => [person, rule ?? event, only].join('|');
