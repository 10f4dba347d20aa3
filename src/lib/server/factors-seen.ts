import { randomUUID } from 'node:crypto';
import { inArray } from 'drizzle-orm';
import { addDays, daysBetween, personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { absencesOf } from './absences.ts';
import { noteReading, type Reading } from './access-log.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { factorsOf, mostAhead, mostDays, oldestDays, type FactorRow } from './factors.ts';
import { dateWords, datesWords } from './local-time.ts';
import type { Rights } from './person-rights.ts';
import { findViewer, type Viewer } from './viewer.ts';

/** Lower limits that were agreed with somebody and have not passed, without a reason: none is stored. */
export interface AgreedLimits {
	id: string;
	/** Of the usual limits. */
	percent: number;
	/** `23 November to 6 December`. */
	words: string;
	/** They count today. */
	now: boolean;
	/** Who entered them. */
	by: string | null;
}

/** Lower limits as those read them who agree on them, with what their forms offer. */
export interface FactorsSeen {
	part: 'agreed';
	agreed: (AgreedLimits & {
		/** Of the form that ends them early. */
		formId: string;
		/** The first date without them: what is proposed, and between which dates it can be. */
		end: LocalDate;
		earliest: LocalDate;
		latest: LocalDate;
	})[];
	/** Of the form that enters more. */
	form: { id: string; percent: number | null; from: LocalDate; to: LocalDate | null; earliest: LocalDate; latest: LocalDate };
	/** The day on which they come back, or came, after a long absence, where lower limits are proposed; else null. */
	back: string | null;
}

/** An absence of so many days is a long one (domain.md §4). */
const longDays = 28;
/** How many days before they are back it is proposed. */
const proposedDays = 14;
/** What is proposed on return, one after the other (ours: domain.md §4). */
const gentle = [
	{ percent: 50, days: 14 },
	{ percent: 75, days: 14 }
] as const;

/**
 * What is agreed with one person, and the form to agree on more; after a long absence with a proposal. That the dates of an absence show in it is
 * noted as well. The caller has checked and noted that the viewer looks.
 */
export function factorsSeen(
	db: Db,
	viewer: Viewer,
	{ id }: Rights,
	{ now, why }: { now: Instant; why: Extract<Reading['why'], { purpose: unknown }>['purpose'] }
): FactorsSeen {
	const person = findViewer(db, id);
	if (!person) throw new Error('nobody, or disabled');
	const today = personDayOf(person.zone, person.dayStart, now);
	const rows = factorsOf(db, id).filter(({ to }) => to === null || to >= today);
	const back = backFrom(absencesOf(db, id), today);
	const [first] = back === null ? [] : proposals(rows, back, today);
	if (first) noteReading(db, viewer, { kind: 'absences', why: { purpose: why } }, [id], now);
	const { percent, from, to } = first ?? { percent: null, from: today, to: null };
	return {
		part: 'agreed',
		agreed: agreedOf(db, rows, today).map((each, index) => ({ ...each, ...endOf(rows[index] as FactorRow, today) })),
		form: { id: randomUUID(), percent, from, to, earliest: today, latest: addDays(today, mostAhead + mostDays - 1) },
		back: first && back ? dateWords(back, today) : null
	};
}

/** What is agreed with the viewer: now and to come. */
export function ownAgreed(db: Db, viewer: Viewer, now: Instant): AgreedLimits[] {
	const today = personDayOf(viewer.zone, viewer.dayStart, now);
	const rows = factorsOf(db, viewer.id).filter(({ to }) => to === null || to >= today);
	return agreedOf(db, rows, today);
}

function agreedOf(db: Db, rows: readonly FactorRow[], today: LocalDate): AgreedLimits[] {
	if (rows.length === 0) return [];
	const ids = rows.flatMap(({ recordedBy }) => recordedBy ?? []);
	const entered = db.select({ id: people.id, name: people.name }).from(people).where(inArray(people.id, ids)).all();
	const names = new Map(entered.map(({ id, name }) => [id, name]));
	return rows.map(({ id, factor, from, to, recordedBy }) => ({
		...{ id, percent: factor / 10, now: from <= today },
		words: to === null ? `from ${dateWords(from, today)} on` : datesWords(from, to, today),
		by: names.get(recordedBy ?? '') ?? null
	}));
}

function endOf({ from, to }: FactorRow, today: LocalDate) {
	const earliest = later(from, addDays(today, -oldestDays));
	return { formId: randomUUID(), end: later(from, today), earliest, latest: to ?? addDays(today, mostAhead) };
}

const later = (a: LocalDate, b: LocalDate) => (a > b ? a : b);

/** The first day after a long absence, where it is close to today; dates away that follow one another are one absence. */
function backFrom(absences: readonly { from: LocalDate; to: LocalDate }[], today: LocalDate): LocalDate | null {
	let run: { from: LocalDate; to: LocalDate } | null = null;
	let back: LocalDate | null = null;
	for (const { from, to } of absences) {
		run = run !== null && from <= addDays(run.to, 1) ? { from: run.from, to: later(run.to, to) } : { from, to };
		if (daysBetween(run.from, run.to) + 1 >= longDays && addDays(run.to, 1 - proposedDays) <= today) back = addDays(run.to, 1);
	}
	return back;
}

/** What is left to propose: not what is over, and not where something is agreed already. */
function proposals(agreed: readonly FactorRow[], back: LocalDate, today: LocalDate): { percent: number; from: LocalDate; to: LocalDate }[] {
	let begin = back;
	const steps = gentle.map(({ percent, days }) => {
		const step = { percent, from: begin, to: addDays(begin, days - 1) };
		begin = addDays(begin, days);
		return step;
	});
	return steps
		.filter((step) => step.to >= today && !agreed.some(({ from, to }) => from <= step.to && (to === null || to >= step.from)))
		.map((step) => ({ ...step, from: later(step.from, today) }));
}
