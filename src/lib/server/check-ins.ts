import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { criteria } from '#lib/domain/concern.ts';
import { answersProblem, type InstrumentId } from '#lib/domain/instruments/instrument.ts';
import { instruments } from '#lib/domain/instruments/list.ts';
import type { Output } from '#lib/domain/output.ts';
import { dateOf, epochDay, personDayOf, personDayStart, type Instant } from '#lib/domain/time.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { instrumentPacks } from './db/schema/instruments.ts';
import { checkIns } from './db/schema/records.ts';
import { withTx } from './db/tx.ts';
import { weekOf, weekWords } from './moments.ts';
import { instrumentsOn } from './organisation.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { seal, unseal } from './seal.ts';
import type { Viewer } from './viewer.ts';

export interface NewCheckIn {
	/** The form's id, which becomes the row's. */
	id: string;
	instrument: InstrumentId;
	/** The wording that was answered; none for the pulse. */
	packId?: string;
	/** Whole numbers in the instrument's order; `skipped` where the person would rather not. */
	answers: readonly number[] | 'skipped';
}

/** What a check-in keeps under the person's key. */
const keptSchema = v.object({
	answers: v.array(v.number()),
	concern: v.nullable(v.object({ criterion: v.picklist(criteria), shared: v.boolean() }))
});
export type Kept = v.InferOutput<typeof keptSchema>;

/** Whether the weekly pulse is on, and neither answered nor skipped in the ISO week of the viewer's person-day. */
export function checkInDue(db: Db, viewer: Viewer, now: Instant): boolean {
	return instrumentsOn(db).has('pulse') && standing(db, viewer, 'pulse', now).length === 0;
}

/** A check-in because of which the instrument is not asked again yet. */
interface Standing {
	id: string;
	skipped: boolean;
	recordedAt: Instant;
}

/** What the viewer answered or skipped of an instrument in its present period: this ISO week, or as many days back as it waits. */
export function standing(db: Db, viewer: Viewer, instrument: InstrumentId, now: Instant): Standing[] {
	return standingOf(db).all({ person: viewer.id, instrument, from: periodOf(viewer, instrument, now) });
}

/** Asked with every page of a moderator. */
const standingOf = perDatabase((db) => {
	const [person, instrument, from] = [sql.placeholder('person'), sql.placeholder('instrument'), sql.placeholder('from')];
	return db
		.select({ id: checkIns.id, skipped: checkIns.skipped, recordedAt: checkIns.recordedAt })
		.from(checkIns)
		.where(and(eq(checkIns.personId, person), eq(checkIns.instrument, instrument), gte(checkIns.recordedAt, from)))
		.orderBy(desc(checkIns.recordedAt))
		.prepare();
});

function periodOf(viewer: Viewer, instrument: InstrumentId, now: Instant): Instant {
	if (instrument === 'pulse') return weekOf(viewer, now).from;
	const { zone, dayStart } = viewer;
	const today = epochDay(personDayOf(zone, dayStart, now));
	return personDayStart(zone, dayStart, dateOf(today - instruments[instrument].everyDays + 1));
}

/**
 * Stores an answered or skipped check-in about the viewer. The same form sent twice stores once.
 * What was skipped may still be answered; what is answered is not asked again before its time.
 * @returns the id of the check-in that now stands for the form
 * @throws Refusal `invalid` where the answers do not fit; `not-found` for a wording that is not this instrument's; `conflict` where it is answered already, is
 * off, its wording was taken back, or the id means something else
 */
export function recordCheckIn(db: Db, viewer: Viewer, what: NewCheckIn, now: Instant): { id: string } {
	const { id, instrument, answers } = what;
	const problem = answers === 'skipped' ? null : answersProblem(instruments[instrument], answers);
	if (problem) throw invalid('answers', problem);
	return withTx(db, () => {
		if (sentBefore(db, viewer, what)) return { id };
		if (!instrumentsOn(db).has(instrument))
			throw new Refusal('conflict', 'Your organisation has turned this check-in off, so nothing was saved.');
		const before = standing(db, viewer, instrument, now);
		if (answers === 'skipped' && before[0]) return { id: before[0].id };
		if (before.some(({ skipped }) => !skipped)) throw new Refusal('conflict', answeredAlready(instrument));
		if (instrument !== 'pulse') refuseUnlessAsked(db, what, now);
		store(db, viewer, what, now);
		return { id };
	});
}

function answeredAlready(instrument: InstrumentId): string {
	if (instrument === 'pulse') return 'This week’s check-in is answered already, so nothing was changed. The next one comes on Monday.';
	return 'This one is answered already, so nothing was changed. The check-in page says when it opens again.';
}

/** Somebody who was answering as the wording was changed is not sent back to its beginning. */
const stillTakenMs = 86_400_000;

function refuseUnlessAsked(db: Db, { instrument, packId = '', answers }: NewCheckIn, now: Instant): void {
	const packs = db.select().from(instrumentPacks).all();
	const own = packs.filter((pack) => pack.instrument === instrument);
	const asked = answers === 'skipped' ? own.find(({ retiredAt }) => retiredAt === null) : own.find(({ id }) => id === packId);
	if (!asked) throw notFound();
	if (asked.retiredAt !== null && now - asked.retiredAt > stillTakenMs)
		throw new Refusal('conflict', 'This wording is no longer in use. Please load the page again; nothing was saved.');
}

function sentBefore(db: Db, viewer: Viewer, { id, instrument, answers }: NewCheckIn): boolean {
	const row = db.select().from(checkIns).where(eq(checkIns.id, id)).get();
	if (!row) return false;
	if (row.personId !== viewer.id || row.instrument !== instrument || row.skipped !== (answers === 'skipped')) {
		throw new Refusal('conflict', 'This form was used for something else before. Please load the page again; nothing was saved.');
	}
	if (answers !== 'skipped' && row.sealed && keptIn(db, row.id, viewer, row.sealed).answers.join() !== answers.join()) {
		throw new Refusal('conflict', answeredAlready(instrument));
	}
	return true;
}

/** Opens what one of a person's check-ins keeps sealed. Not checked for a viewer. */
export function keptIn(db: Db, row: string, person: { readonly id: string }, sealed: Buffer): Kept {
	return v.parse(keptSchema, unseal(db, { table: 'check_ins', row, person: person.id }, sealed));
}

function store(db: Db, viewer: Viewer, { id, instrument, packId, answers }: NewCheckIn, now: Instant): void {
	const person = viewer.id;
	recordFact(db, now, {
		personId: person,
		actorId: person,
		fact: (at) =>
			answers === 'skipped'
				? { type: 'check-in', at, person, instrument, skipped: true }
				: { type: 'check-in', at, person, instrument, answers: [...answers] },
		write: (at, outputs) => {
			const sealed = answers === 'skipped' ? null : seal(db, { table: 'check_ins', row: id, person }, kept(answers, outputs));
			db.insert(checkIns)
				.values({ id, personId: person, instrument, skipped: answers === 'skipped', sealed, packId: sealed && packId, recordedAt: at })
				.run();
		}
	});
}

function kept(answers: readonly number[], outputs: readonly Output[]): Kept {
	const found = outputs.find((output) => output.kind === 'finding' && output.rule === 'concern');
	if (found?.kind !== 'finding' || found.criterion === undefined) return { answers: [...answers], concern: null };
	return { answers: [...answers], concern: { criterion: found.criterion, shared: found.shared === true } };
}

/** What the check-in's own page needs to know of the pulse before it asks. */
export interface CheckInPage {
	/** Off: it is neither asked nor taken. */
	on: boolean;
	/** Id of this week's, where it is answered. */
	answered: string | null;
	skipped: boolean;
	/** The last answered one of an earlier week. */
	last: { id: string; week: string } | null;
}

/** How the viewer's own pulse stands this week, and which was the last before it. */
export function checkInPage(db: Db, viewer: Viewer, now: Instant): CheckInPage {
	const week = standing(db, viewer, 'pulse', now);
	const answered = week.find(({ skipped }) => !skipped)?.id ?? null;
	const last = lastBefore(db, viewer, weekOf(viewer, now).from);
	return { on: instrumentsOn(db).has('pulse'), answered, skipped: week.length > 0 && answered === null, last };
}

function lastBefore(db: Db, viewer: Viewer, before: Instant): { id: string; week: string } | null {
	const row = db
		.select({ id: checkIns.id, recordedAt: checkIns.recordedAt })
		.from(checkIns)
		.where(
			and(eq(checkIns.personId, viewer.id), eq(checkIns.instrument, 'pulse'), eq(checkIns.skipped, false), lt(checkIns.recordedAt, before))
		)
		.orderBy(desc(checkIns.recordedAt))
		.limit(1)
		.get();
	return row ? { id: row.id, week: weekWords(weekOf(viewer, row.recordedAt).week) } : null;
}
