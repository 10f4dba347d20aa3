import * as v from 'valibot';
import { criteria } from '#lib/domain/concern.ts';
import type { formatOutput } from '#lib/domain/output.ts';
import { formatInstant, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { findingIn } from './exposure-versions.ts';
import { ordered } from './replay/ordered.ts';
import { unseal } from './seal.ts';
import { forgottenConcerns } from './stored-answers.ts';
import { begun } from './stored-rows.ts';

/** A finding or an alert event, in the form in which replay prints it. */
export type Printed = ReturnType<typeof formatOutput>;

export interface StoredOutput {
	at: Instant;
	printed: Printed;
}

/**
 * What is stored of findings and of the alert events that the rules bring about, ordered by instant; those that a correction withdrew
 * included: they fired. Read it inside a transaction.
 */
export function storedOutputs(db: Db): Generator<StoredOutput, void, void> {
	return ordered([storedFindings(db), storedConcerns(db), forgotten(db), storedViolent(db), storedEvents(db)], (a, b) => a.at < b.at);
}

interface FindingRow {
	at: Instant;
	person: string;
	rule: string;
	period: string;
	value: number | null;
}

function* storedFindings(db: Db): Generator<StoredOutput> {
	const found = db.$client.prepare<[], FindingRow>(
		`select at, f.person_id as person, rule, period, value from findings f ${begun('f')} order by at, f.rowid`
	);
	for (const { at, value, ...row } of found.iterate()) {
		const printed = { at: formatInstant(at), ...row };
		yield { at, printed: value === null ? printed : { ...printed, value } };
	}
}

type EndedRow = { at: Instant; id: string; version: number; personId: string };

/** Nor has violent material: it is sealed with the session that was logged, or the timer that was stopped. */
function* storedViolent(db: Db): Generator<StoredOutput> {
	// Without the sealed part, which would have to be sorted with it.
	const ended = db.$client.prepare<[], EndedRow>(
		`select recorded_at as at, id, version, e.person_id as personId from exposures e ${begun('e')}
		where counts and state = 'ended' and end_at is not null order by 1, e.rowid`
	);
	const sealedOf = db.$client.prepare<[string, number], Buffer>('select sealed from exposures where id = ? and version = ?').pluck();
	for (const { at, ...row } of ended.iterate()) {
		const sealed = sealedOf.get(row.id, row.version);
		const period = sealed ? findingIn(db, { ...row, sealed }) : null;
		if (period !== null) yield { at, printed: { at: formatInstant(at), person: row.personId, rule: 'violent-material', period } };
	}
}

const keptConcern = v.object({ concern: v.nullish(v.object({ criterion: v.picklist(criteria), shared: v.boolean() })) });

/** A concern has no row among the findings: it is sealed with the check-in. */
function* storedConcerns(db: Db): Generator<StoredOutput> {
	const found = db.$client.prepare<[], { at: Instant; id: string; person: string; sealed: Buffer }>(
		`select recorded_at as at, id, c.person_id as person, sealed from check_ins c ${begun('c')} where sealed is not null order by 1, c.rowid`
	);
	for (const { at, id, person, sealed } of found.iterate()) {
		const { concern } = v.parse(keptConcern, unseal(db, { table: 'check_ins', row: id, person }, sealed));
		if (!concern) continue;
		const period = formatInstant(at);
		yield { at, printed: { at: period, person, rule: 'concern', period, criterion: concern.criterion, shared: concern.shared } };
	}
}

/** Of a concern whose answers are gone, that it prompted somebody is all that is left. */
function* forgotten(db: Db): Generator<StoredOutput> {
	for (const { at, person } of db.$client.prepare<[], { at: Instant; person: string }>(forgottenConcerns).iterate()) {
		const period = formatInstant(at);
		yield { at, printed: { at: period, person, rule: 'concern', period, shared: true } };
	}
}

type EventRow = { at: Instant; person: string; reason: string; event: string; level: number };

/** Steps that people take are facts; these follow from facts and from time. */
function* storedEvents(db: Db): Generator<StoredOutput> {
	const found = db.$client.prepare<[], EventRow>(
		`select e.at, e.person_id as person, a.reason, e.event, e.level from alert_events e join alerts a on a.id = e.alert_id ${begun('e')}
		where e.event in ('raised', 'evidence', 'renewed', 'unanswered', 'escalated', 'corrected', 'closed')
		union all select q.at, q.person_id, 'exposure', 'quieted', 0 from quieted q ${begun('q')} order by 1`
	);
	for (const row of found.iterate()) yield { at: row.at, printed: { ...row, at: formatInstant(row.at) } };
}
