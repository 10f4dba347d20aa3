import { and, asc, eq, isNull } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Instant } from '#lib/domain/time.ts';
import { noteReading, reading } from './access-log.ts';
import { plainLookWords } from './access-words.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { accessEntries, accessQuestions, type QuestionAnswer } from './db/schema/access.ts';
import { people } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { momentWords } from './moments.ts';
import { notFound, Refusal } from './refusal.ts';
import { rosterFor } from './supervisors.ts';
import { tellPerson } from './telling.ts';
import { hasRole, type Viewer } from './viewer.ts';

/** Whose record was looked at, and who looked. */
interface Pair {
	personId: string;
	viewerId: string;
}

/**
 * Who can answer a question about an entry: the heads of welfare of the person's own employer, where there is none those of the organisation.
 * Never whoever looked, nobody whom the person passes over. Not checked for a viewer.
 */
export function headsAsked(db: Db, { personId, viewerId }: Pair, now: Instant): { id: string; name: string }[] {
	const roster = rosterFor(db, [personId], now);
	const { supervisors, standing } = roster.about(personId);
	const may = (id: string) => id !== personId && id !== viewerId && !standing.excluded.has(id) && !standing.gone.has(id);
	const own = supervisors.heads.filter(may);
	return (own.length > 0 ? own : supervisors.hostHeads.filter(may)).map((id) => ({ id, name: roster.name(id) }));
}

/**
 * "Why was this looked at?", of an entry about the viewer. The heads of welfare see it; where nobody can answer it, administrators learn that there
 * is such a question, not whose. Asked again it changes nothing.
 * @throws Refusal `not-found` for an entry about somebody else; `conflict` for one that another question of theirs led to
 */
export function askAbout(db: Db, viewer: Viewer, { entryId }: { entryId: string }, now: Instant): void {
	withTx(db, () => {
		const own = and(eq(accessEntries.id, entryId), eq(accessEntries.personId, viewer.id));
		const entry = db.select().from(accessEntries).where(own).get();
		if (!entry) throw notFound();
		if (entry.kind === 'question') throw new Refusal('conflict', 'They looked because you had asked. Nothing was saved.');
		const asked = db.insert(accessQuestions).values({ entryId, askedAt: now }).onConflictDoNothing().run();
		if (asked.changes === 0) return;
		audit(db, viewer, { action: 'record.question-asked', subject: { kind: 'access-entry', id: entryId } }, now);
		for (const { id } of [viewer, ...headsAsked(db, entry, now)]) tellPerson(db, id);
	});
}

/** A question that waits for this head of welfare. */
export interface OpenQuestion {
	entryId: string;
	person: string;
	/** Who looked, at what, when and why. */
	who: string;
	what: string;
	when: string;
	why: string;
	asked: string;
}

/** The questions that wait for this head of welfare, oldest first; noted for whoever asked. For anybody else there is none. */
export function questionsFor(db: Db, viewer: Viewer, now: Instant): OpenQuestion[] {
	return reading(db, () => {
		const rows = openFor(db, viewer, now);
		const about = rows.map(({ entry }) => entry.personId);
		noteReading(db, viewer, { kind: 'question', why: { purpose: 'duty' } }, about, now);
		const when = (at: Instant) => momentWords(viewer.zone, at, now);
		return rows.map(({ entry, person, who, askedAt }) => ({
			...{ entryId: entry.id, person, who, when: when(entry.lastAt), asked: when(askedAt) },
			...plainLookWords(entry.kind, entry.purpose)
		}));
	});
}

/** How many wait for this head of welfare; about whom is not looked at. */
export function questionsWaiting(db: Db, viewer: Viewer, now: Instant): number {
	return openFor(db, viewer, now).length;
}

/**
 * Answers a question about who has looked; the person sees by whom. Safe to send twice.
 * @throws Refusal `not-found` for whoever it was not put to; `conflict` where another head answered meanwhile
 */
export function answerQuestion(db: Db, viewer: Viewer, what: { entryId: string; answer: QuestionAnswer }, now: Instant): void {
	const { entryId, answer } = what;
	withTx(db, () => {
		const row = db
			.select({ question: accessQuestions, entry: accessEntries })
			.from(accessQuestions)
			.innerJoin(accessEntries, eq(accessEntries.id, accessQuestions.entryId))
			.where(eq(accessQuestions.entryId, entryId))
			.get();
		if (!row || !isPutTo(db, viewer, row.entry, now)) throw notFound();
		if (row.question.answeredBy === viewer.id && row.question.answer === answer) return;
		if (row.question.answer !== null) throw new Refusal('conflict', 'This question was answered meanwhile, so nothing was changed.');
		db.update(accessQuestions).set({ answer, answeredAt: now, answeredBy: viewer.id }).where(eq(accessQuestions.entryId, entryId)).run();
		audit(db, viewer, { action: 'record.question-answered', subject: { kind: 'access-entry', id: entryId }, detail: { answer } }, now);
		tellPerson(db, row.entry.personId);
	});
}

function isPutTo(db: Db, viewer: Viewer, entry: Pair, now: Instant): boolean {
	return hasRole(viewer, 'head_of_welfare') && headsAsked(db, entry, now).some(({ id }) => id === viewer.id);
}

function openFor(db: Db, viewer: Viewer, now: Instant) {
	if (!hasRole(viewer, 'head_of_welfare')) return [];
	return openQuestions(db).filter(({ entry }) => isPutTo(db, viewer, entry, now));
}

function openQuestions(db: Db) {
	const looked = alias(people, 'looked');
	return db
		.select({ entry: accessEntries, person: people.name, who: looked.name, askedAt: accessQuestions.askedAt })
		.from(accessQuestions)
		.innerJoin(accessEntries, eq(accessEntries.id, accessQuestions.entryId))
		.innerJoin(people, eq(people.id, accessEntries.personId))
		.innerJoin(looked, eq(looked.id, accessEntries.viewerId))
		.where(isNull(accessQuestions.answeredAt))
		.orderBy(asc(accessQuestions.askedAt))
		.all();
}

/** Whether there is a question that nobody can answer. About whom is for nobody. */
export function isAnyQuestionStranded(db: Db, now: Instant): boolean {
	return openQuestions(db).some(({ entry }) => headsAsked(db, entry, now).length === 0);
}
