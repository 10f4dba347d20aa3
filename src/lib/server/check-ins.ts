import { and, desc, eq, gte, lt } from 'drizzle-orm';
import * as v from 'valibot';
import { criteria } from '#lib/domain/concern.ts';
import { answersProblem, type InstrumentId } from '#lib/domain/instruments/instrument.ts';
import { instruments } from '#lib/domain/instruments/list.ts';
import type { Output } from '#lib/domain/output.ts';
import type { Instant } from '#lib/domain/time.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { checkIns } from './db/schema/records.ts';
import { withTx } from './db/tx.ts';
import { weekOf, weekWords } from './moments.ts';
import { invalid, Refusal } from './refusal.ts';
import { seal, unseal } from './seal.ts';
import type { Viewer } from './viewer.ts';

/** The one instrument that is built in; others come as packs. */
export type Asked = Extract<InstrumentId, 'pulse'>;

export interface NewCheckIn {
	/** The form's id, which becomes the row's. */
	id: string;
	instrument: Asked;
	/** Whole numbers in the instrument's order; `skipped` where the person would rather not. */
	answers: readonly number[] | 'skipped';
}

/** What a check-in keeps under the person's key. */
const keptSchema = v.object({
	answers: v.array(v.number()),
	concern: v.nullable(v.object({ criterion: v.picklist(criteria), shared: v.boolean() }))
});
export type Kept = v.InferOutput<typeof keptSchema>;

/** Whether the weekly pulse has been neither answered nor skipped in the ISO week of the viewer's person-day. */
export function checkInDue(db: Db, viewer: Viewer, now: Instant): boolean {
	return thisWeeks(db, viewer, now).length === 0;
}

function thisWeeks(db: Db, viewer: Viewer, now: Instant): { id: string; skipped: boolean }[] {
	return db
		.select({ id: checkIns.id, skipped: checkIns.skipped })
		.from(checkIns)
		.where(and(eq(checkIns.personId, viewer.id), eq(checkIns.instrument, 'pulse'), gte(checkIns.recordedAt, weekOf(viewer, now).from)))
		.all();
}

/**
 * Stores an answered or skipped check-in about the viewer. The same form sent twice stores once.
 * A week that was skipped may still be answered; an answered one is not asked again.
 * @returns the id of the check-in that now stands for the form
 * @throws Refusal `invalid` where the answers do not fit, `conflict` where this week's is answered already or the id means something else
 */
export function recordCheckIn(db: Db, viewer: Viewer, what: NewCheckIn, now: Instant): { id: string } {
	const { id, instrument, answers } = what;
	const problem = answers === 'skipped' ? null : answersProblem(instruments[instrument], answers);
	if (problem) throw invalid('answers', problem);
	return withTx(db, () => {
		if (sentBefore(db, viewer, what)) return { id };
		const week = thisWeeks(db, viewer, now);
		if (answers === 'skipped' && week[0]) return { id: week[0].id };
		if (week.some(({ skipped }) => !skipped)) {
			throw new Refusal('conflict', answeredAlready);
		}
		store(db, viewer, what, now);
		return { id };
	});
}

const answeredAlready = 'This week’s check-in is answered already, so nothing was changed. The next one comes on Monday.';

function sentBefore(db: Db, viewer: Viewer, { id, answers }: NewCheckIn): boolean {
	const row = db.select().from(checkIns).where(eq(checkIns.id, id)).get();
	if (!row) return false;
	if (row.personId !== viewer.id || row.skipped !== (answers === 'skipped')) {
		throw new Refusal('conflict', 'This form was used for something else before. Please load the page again; nothing was saved.');
	}
	if (answers !== 'skipped' && row.sealed && keptIn(db, row.id, viewer, row.sealed).answers.join() !== answers.join()) {
		throw new Refusal('conflict', answeredAlready);
	}
	return true;
}

/** Opens what one of the viewer's own check-ins keeps sealed. */
export function keptIn(db: Db, row: string, viewer: Viewer, sealed: Buffer): Kept {
	return v.parse(keptSchema, unseal(db, { table: 'check_ins', row, person: viewer.id }, sealed));
}

function store(db: Db, viewer: Viewer, { id, instrument, answers }: NewCheckIn, now: Instant): void {
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
				.values({ id, personId: person, instrument, skipped: answers === 'skipped', sealed, recordedAt: at })
				.run();
		}
	});
}

function kept(answers: readonly number[], outputs: readonly Output[]): Kept {
	const found = outputs.find((output) => output.kind === 'finding' && output.rule === 'concern');
	if (found?.kind !== 'finding' || found.criterion === undefined) return { answers: [...answers], concern: null };
	return { answers: [...answers], concern: { criterion: found.criterion, shared: found.shared === true } };
}

/** What the check-in's own page needs to know before it asks. */
export interface CheckInPage {
	/** Id of this week's, where it is answered. */
	answered: string | null;
	skipped: boolean;
	/** The last answered one of an earlier week. */
	last: { id: string; week: string } | null;
}

export function checkInPage(db: Db, viewer: Viewer, now: Instant): CheckInPage {
	const week = thisWeeks(db, viewer, now);
	const answered = week.find(({ skipped }) => !skipped)?.id ?? null;
	const last = lastBefore(db, viewer, weekOf(viewer, now).from);
	return { answered, skipped: week.length > 0 && answered === null, last };
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
