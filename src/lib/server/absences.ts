import { randomUUID } from 'node:crypto';
import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { addDays, personDayOf, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { checkDates, checkFree, type Dates } from './absence-dates.ts';
import { audit } from './audit.ts';
import { recordFact } from './consequences.ts';
import type { Db } from './db/connection.ts';
import { absences } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { linesChanged } from './lines-changed.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { onCallRoles } from './supporters.ts';
import { findViewer, hasRole, teamsAs, type Actor, type Viewer } from './viewer.ts';

export type AbsenceRow = typeof absences.$inferSelect;

/** Dates as somebody typed them. */
export interface TypedDates extends Dates {
	/** The last date that was asked about and confirmed, where the absence is a long one. */
	sure: LocalDate | null;
}

/** Whether the viewer leads somebody's home team: its leads see and enter absences. */
function leads(viewer: Viewer, teamId: string | undefined): boolean {
	return teamId !== undefined && teamsAs(viewer, 'lead').includes(teamId);
}

/** Absences that stand, in order of their dates. Not checked for a viewer. */
export function absencesOf(db: Db, personId: string): AbsenceRow[] {
	return db
		.select()
		.from(absences)
		.where(and(eq(absences.personId, personId), isNull(absences.endedAt)))
		.orderBy(asc(absences.from), asc(absences.recordedAt))
		.all();
}

/**
 * Whether the viewer may change an absence: their own, and as a lead of the home team one that a lead entered. What somebody entered or
 * changed themselves is theirs.
 * @param teamId the person's home team
 */
export function mayChange(viewer: Viewer, teamId: string | undefined, row: Pick<AbsenceRow, 'personId' | 'recordedBy'>): boolean {
	if (row.personId === viewer.id) return true;
	return leads(viewer, teamId) && row.recordedBy !== null && row.recordedBy !== row.personId;
}

/**
 * Enters dates away (no kind, no reason) for oneself, or as a lead for somebody of the home team. Sent twice it is recorded once.
 * @param what `id` is the form's and becomes the absence's
 * @throws Refusal `invalid` on `personId` (not of a team that the viewer leads), `from`, `to` or `sure`; `conflict` for a form id that stands for something else
 */
export function enterAbsence(db: Db, viewer: Viewer, what: { id: string; personId: string } & TypedDates, now: Instant): void {
	const { id, personId, from, to } = what;
	withTx(db, () => {
		const person = personId === viewer.id ? viewer : findViewer(db, personId);
		if (!person || !(personId === viewer.id || leads(viewer, person.homeTeam?.id))) {
			throw invalid('personId', 'Please choose somebody from the list.');
		}
		if (isRepeated(db, id, { personId, from, to })) return;
		checkDates(what, personDayOf(person.zone, person.dayStart, now));
		checkFree(absencesOf(db, personId), what, person.id === viewer.id);
		recordAbsence(db, viewer, { id, personId, from, to, deputyId: null }, now);
		auditForSomebody(db, viewer, 'absence.entered', { id, personId }, now);
	});
}

/**
 * Gives an absence other dates: moved, longer or shorter. The deputy stays.
 * @param what `formId` becomes the id of the absence with the new dates
 * @throws Refusal `not-found` for one that is not the viewer's to change; `conflict` where it was changed meanwhile; `invalid` as {@link enterAbsence}
 */
export function changeAbsence(db: Db, viewer: Viewer, what: { formId: string; id: string } & TypedDates, now: Instant): void {
	const { formId, id, from, to } = what;
	withTx(db, () => {
		const { row, person } = changeable(db, viewer, id);
		const { personId, deputyId } = row;
		if (isRepeated(db, formId, { personId, from, to })) return;
		if (row.endedAt !== null) {
			throw new Refusal(
				'conflict',
				'These dates were changed or taken back meanwhile. Please look at the list again; nothing new was saved.'
			);
		}
		if (row.from === from && row.to === to) return;
		checkDates(what, personDayOf(person.zone, person.dayStart, now), row);
		checkFree(
			absencesOf(db, personId).filter((other) => other.id !== id),
			what,
			personId === viewer.id
		);
		correctAbsences(db, viewer, { personId, ended: [id], put: [{ id: formId, personId, from, to, deputyId }] }, now);
		auditForSomebody(db, viewer, 'absence.changed', { id: formId, personId }, now);
	});
}

/**
 * Takes an absence back: none of its dates was one, as far as anything is counted from now on. Safe to call twice.
 * @throws Refusal `not-found` for one that is not the viewer's to change
 */
export function takeBackAbsence(db: Db, viewer: Viewer, id: string, now: Instant): void {
	withTx(db, () => {
		const { row } = changeable(db, viewer, id);
		if (row.endedAt !== null) return;
		correctAbsences(db, viewer, { personId: row.personId, ended: [id], put: [] }, now);
		auditForSomebody(db, viewer, 'absence.taken-back', row, now);
	});
}

type AbsenceAction = 'absence.entered' | 'absence.changed' | 'absence.taken-back';

/** One's own are one's own: they are in the table, with who and when, and nobody else decided on them. */
function auditForSomebody(
	db: Db,
	viewer: Viewer,
	action: AbsenceAction,
	{ id, personId }: Pick<AbsenceRow, 'id' | 'personId'>,
	now: Instant
): void {
	if (personId !== viewer.id) audit(db, viewer, { action, subject: { kind: 'absence', id } }, now);
}

/** "I'm back": whatever holds the viewer's own date ended yesterday. What is to come stays. Safe to call twice. */
export function comeBack(db: Db, viewer: Viewer, now: Instant): void {
	withTx(db, () => {
		const today = personDayOf(viewer.zone, viewer.dayStart, now);
		const current = coveringDay(absencesOf(db, viewer.id), today);
		if (current.length === 0) return;
		const put = current
			.filter(({ from }) => from < today)
			.map(({ personId, from, deputyId }) => ({ id: randomUUID(), personId, from, to: addDays(today, -1), deputyId }));
		correctAbsences(db, viewer, { personId: viewer.id, ended: current.map(({ id }) => id), put }, now);
	});
}

/** Those that hold a date. */
export function coveringDay(rows: readonly AbsenceRow[], day: LocalDate): AbsenceRow[] {
	return rows.filter(({ from, to }) => from <= day && day <= to);
}

function changeable(db: Db, viewer: Viewer, id: string): { row: AbsenceRow; person: Viewer } {
	const row = db.select().from(absences).where(eq(absences.id, id)).get();
	const person = row && (row.personId === viewer.id ? viewer : findViewer(db, row.personId));
	if (!row || !person || !mayChange(viewer, person.homeTeam?.id, row)) throw notFound();
	return { row, person };
}

/** Whether this form was taken before. @throws Refusal `conflict` where something else was in it */
export function isRepeated(db: Db, id: string, sent: Partial<NewRow>): boolean {
	const earlier: Partial<NewRow> | undefined = db.select().from(absences).where(eq(absences.id, id)).get();
	if (!earlier) return false;
	const columns = ['personId', 'from', 'to', 'deputyId'] as const;
	if (columns.every((column) => sent[column] === undefined || sent[column] === earlier[column])) return true;
	throw new Refusal('conflict', 'This form was sent before, with something else in it. Please load the page again; nothing new was saved.');
}

type NewRow = Pick<AbsenceRow, 'id' | 'personId' | 'from' | 'to' | 'deputyId'>;

/** Records dates away beside those that stand. Call it inside the verb's transaction, after its checks. */
export function recordAbsence(db: Db, actor: Pick<Actor, 'id'>, row: NewRow, now: Instant): void {
	const { personId: person, from, to } = row;
	recordFact(db, now, {
		...{ personId: person, actorId: actor.id },
		fact: (at) => ({ type: 'absence', at, person, from, to }),
		write: (at) => insert(db, actor, row, at)
	});
	queueInstead(db, person, now);
}

/** Ends some of a person's absences and puts others in their place, in one fact. Call it inside the verb's transaction, after its checks. */
export function correctAbsences(
	db: Db,
	actor: Pick<Viewer, 'id'>,
	{ personId: person, ended, put }: { personId: string; ended: string[]; put: readonly NewRow[] },
	now: Instant
): void {
	const kept = absencesOf(db, person).filter(({ id }) => !ended.includes(id));
	const left = [...kept, ...put].map(({ from, to }) => ({ from, to }));
	recordFact(db, now, {
		...{ personId: person, actorId: actor.id },
		fact: (at) => ({ type: 'absences-corrected', at, person, absences: left }),
		write: (at) => {
			db.update(absences).set({ endedAt: at, endedBy: actor.id }).where(inArray(absences.id, ended)).run();
			for (const row of put) insert(db, actor, row, at);
		}
	});
	queueInstead(db, person, now);
}

/** Prompts go to others while a supervisor is away, and to them again when they are back. */
function queueInstead(db: Db, personId: string, now: Instant): void {
	const person = findViewer(db, personId);
	if (person && hasRole(person, ...onCallRoles, 'head_of_welfare')) linesChanged(db, now);
}

function insert(db: Db, actor: Pick<Actor, 'id'>, row: NewRow, recordedAt: Instant): void {
	db.insert(absences)
		.values({ ...row, recordedAt, recordedBy: actor.id })
		.run();
}
