import { and, asc, eq, isNull } from 'drizzle-orm';
import { addDays, daysBetween, personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { factors } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { rightsOverOne } from './person-rights.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { findViewer, type Viewer } from './viewer.ts';

export type FactorRow = typeof factors.$inferSelect;

/** Days that lower limits are agreed for at most: then it is time to speak again. */
export const mostDays = 366;
/** How many days ago they may have ended, entered now: what was counted before stays. */
export const oldestDays = 7;
/** How many days ahead they may begin. */
export const mostAhead = 366;

export interface NewFactor {
	/** The form's id, which becomes the entry's. */
	id: string;
	personId: string;
	/** The part of the usual limits, 1–99 %. */
	percent: number;
	from: LocalDate;
	/** The last date, included. */
	to: LocalDate;
}

/** Limit factors that stand, soonest first. Not checked for a viewer. */
export function factorsOf(db: Db, personId: string): FactorRow[] {
	return db
		.select()
		.from(factors)
		.where(and(eq(factors.personId, personId), isNull(factors.endedAt)))
		.orderBy(asc(factors.from), asc(factors.recordedAt))
		.all();
}

/**
 * Enters lower limits that were agreed with somebody: a part of the usual ones and dates from today on, never why. Where several cover a day the
 * lowest counts.
 * Welfare officers enter it for their home team, heads of welfare for people of their employer, nobody for themselves. Sent twice it is recorded once.
 * @throws Refusal `not-found` for somebody with whom it is not the viewer's to agree; `invalid` on `percent`, `from` or `to`; `conflict` for a form id that stands for something else, or for limits that were ended since
 */
export function agreeFactor(db: Db, viewer: Viewer, what: NewFactor, now: Instant): void {
	withTx(db, () => {
		const person = agreeing(db, viewer, what.personId);
		if (isRepeated(db, what)) return;
		checkNew(db, what, personDayOf(person.zone, person.dayStart, now));
		const { id, personId, percent, from, to } = what;
		recordFact(db, now, {
			...{ personId, actorId: viewer.id },
			fact: (at) => ({ type: 'factor', at, person: personId, factor: percent / 100, from, to }),
			write: (at) => insert(db, viewer, { id, personId, factor: percent * 10, from, to }, at)
		});
		audit(db, viewer, { action: 'factor.agreed', subject: { kind: 'factor', id } }, now);
	});
}

/**
 * Ends agreed lower limits early, or takes them back altogether where they end on the date they began. Safe to call twice.
 * @param what `from`: the first date on which they apply no longer; `formId` becomes the id of what is left of them
 * @throws Refusal `not-found` for those that are not the viewer's to end, or not this person's; `conflict` where they were ended in another way
 * meanwhile, and for a form id that stands for something else; `invalid` on `from`
 */
export function endFactor(
	db: Db,
	viewer: Viewer,
	what: { formId: string; personId: string; id: string; from: LocalDate },
	now: Instant
): void {
	withTx(db, () => {
		const row = factorOf(db, what.id);
		if (row?.personId !== what.personId) throw notFound();
		const person = agreeing(db, viewer, row.personId);
		const left = leftOf(row, what);
		if (row.endedAt !== null) return refuseUnless(wasEndedSo(db, row, left));
		refuseUnless(left === null || factorOf(db, left.id) === undefined);
		checkEnd(row, what.from, personDayOf(person.zone, person.dayStart, now));
		correctFactors(db, viewer, row, left, now);
		audit(db, viewer, { action: 'factor.ended', subject: { kind: 'factor', id: row.id } }, now);
	});
}

/** The person with whom the viewer agrees lower limits. @throws Refusal `not-found` for anybody else, and for the viewer */
function agreeing(db: Db, viewer: Viewer, personId: string): Viewer {
	const rights = rightsOverOne(db, viewer, personId);
	const person = rights?.agreed ? findViewer(db, personId) : undefined;
	if (!person) throw notFound();
	return person;
}

function factorOf(db: Db, id: string): FactorRow | undefined {
	return db.select().from(factors).where(eq(factors.id, id)).get();
}

function isRepeated(db: Db, { id, personId, percent, from, to }: NewFactor): boolean {
	const earlier = factorOf(db, id);
	if (!earlier) return false;
	if (earlier.personId === personId && earlier.factor === percent * 10 && earlier.from === from && earlier.to === to) {
		// Ended since: taken for the same once more, it would look as if it counted.
		refuseUnless(earlier.endedAt === null);
		return true;
	}
	throw new Refusal('conflict', 'This form was sent before, with something else in it. Please load the page again; nothing new was saved.');
}

/** @param today the person's own date */
function checkNew(db: Db, { personId, percent, from, to }: NewFactor, today: LocalDate): void {
	if (!Number.isInteger(percent) || percent < 1 || percent > 99) throw invalid('percent', 'Please give a whole number from 1 to 99.');
	if (from < today) throw invalid('from', 'This day has passed. What was counted by then stays as it was; please choose today or later.');
	if (from > addDays(today, mostAhead)) throw invalid('from', 'This is more than a year ahead. Please check the year.');
	if (to < from) throw invalid('to', 'The last day lies before the first. Please check both dates.');
	if (daysBetween(from, to) >= mostDays) {
		throw invalid('to', 'Lower limits are agreed for a year at most, and then anew. Please choose an earlier last day.');
	}
	const same = factorsOf(db, personId).some((row) => row.factor === percent * 10 && row.from === from && row.to === to);
	if (same) throw invalid('from', 'Exactly this is agreed already. Nothing new was saved.');
}

function checkEnd({ from: first, to }: FactorRow, from: LocalDate, today: LocalDate): void {
	if (from < first) throw invalid('from', 'This is before they began. To take them back altogether, choose the day they began.');
	if (to !== null && from > to) throw invalid('from', 'They have ended by then. Please choose an earlier day.');
	if (from < addDays(today, -oldestDays)) {
		throw invalid('from', 'This is more than a week ago. What was counted by then stays as it was; please choose a later day.');
	}
}

type NewRow = Pick<FactorRow, 'id' | 'personId' | 'factor' | 'from' | 'to'>;

/** What is left of lower limits that end early; null: nothing, they were taken back. */
function leftOf({ personId, factor, from }: FactorRow, end: { formId: string; from: LocalDate }): NewRow | null {
	return end.from <= from ? null : { id: end.formId, personId, factor, from, to: addDays(end.from, -1) };
}

/** Whether this is how they were ended before: the same form once more, or taken back twice. */
function wasEndedSo(db: Db, { personId, endedAt }: FactorRow, left: NewRow | null): boolean {
	// Facts of one person never share an instant: what was put in their place is what was recorded as they ended.
	const there = and(eq(factors.personId, personId), eq(factors.recordedAt, endedAt ?? 0));
	const put = db.select().from(factors).where(there).get();
	return put?.id === left?.id && put?.to === left?.to;
}

function refuseUnless(same: boolean): void {
	if (!same) throw new Refusal('conflict', 'These limits were changed meanwhile. Please look at the list again; nothing new was saved.');
}

/** Ends one and puts what is left of it in its place, in one fact: at no instant does neither stand. */
function correctFactors(db: Db, viewer: Viewer, { id, personId: person }: FactorRow, left: NewRow | null, now: Instant): void {
	const others = factorsOf(db, person).filter((row) => row.id !== id);
	const standing = [...others, ...(left ? [left] : [])].map(({ factor, from, to }) => ({ factor: factor / 1000, from, to }));
	recordFact(db, now, {
		...{ personId: person, actorId: viewer.id },
		fact: (at) => ({ type: 'factors-corrected', at, person, factors: standing }),
		write: (at) => {
			db.update(factors).set({ endedAt: at, endedBy: viewer.id }).where(eq(factors.id, id)).run();
			if (left) insert(db, viewer, left, at);
		}
	});
}

function insert(db: Db, actor: Pick<Viewer, 'id'>, row: NewRow, recordedAt: Instant): void {
	db.insert(factors)
		.values({ ...row, recordedAt, recordedBy: actor.id })
		.run();
}
