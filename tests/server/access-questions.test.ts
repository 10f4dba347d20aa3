import { beforeEach, describe, expect, it } from 'vitest';
import { eq } from 'drizzle-orm';
import { noteReading } from '#lib/server/access-log.ts';
import { accessesOf } from '#lib/server/accesses.ts';
import { answerQuestion, askAbout, isAnyQuestionStranded, questionsFor } from '#lib/server/access-questions.ts';
import { openAlarms } from '#lib/server/alarms.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { accessEntries, accessQuestions } from '#lib/server/db/schema/access.ts';
import { auditEntries } from '#lib/server/db/schema/audit.ts';
import { people, roles } from '#lib/server/db/schema/people.ts';
import { disablePerson } from '#lib/server/people.ts';
import { exclude, includeAgain } from '#lib/server/sharing.ts';
import { unopenedFor } from '#lib/server/unopened.ts';
import { startWatcher } from '#lib/server/watcher.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf } from '../support/exposure.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Monday 9 November 2026, 10:00 in London. */
const monday = Date.UTC(2026, 10, 9, 10);

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

/** Somebody looks at somebody's hours; the id of the entry. */
function looked(who: Viewer, at: Viewer): string {
	noteReading(db, who, { kind: 'hours', why: { purpose: 'review' } }, [at.id], monday);
	const row = db.select().from(accessEntries).where(eq(accessEntries.personId, at.id)).all().at(-1);
	return row?.id ?? '';
}
/** What waits for each of these, by the name of who asked. */
const waiting = (...who: Viewer[]) => who.map((each) => questionsFor(db, each, monday + HOUR).map(({ person }) => person));
const questionOf = (who: Viewer) => accessesOf(db, who, 0, monday + HOUR).entries.find(({ question }) => question !== null)?.question;
/** A second head of welfare, without the two people that it takes. */
function head(who: Viewer): Viewer {
	const row = { proposedBy: c.ada.id, proposedAt: monday, confirmedBy: c.hale.id, confirmedAt: monday };
	db.insert(roles)
		.values({ id: crypto.randomUUID(), personId: who.id, role: 'head_of_welfare', ...row })
		.run();
	return c.again(who);
}

describe('a question about who has looked', () => {
	it('goes to the head of welfare, who reads the entry; and to nobody else', () => {
		askAbout(db, c.ines, { entryId: looked(c.edda, c.ines) }, monday + HOUR);
		expect(questionsFor(db, c.hale, monday + HOUR)).toMatchObject([
			{
				...{ person: 'Ines Calder', who: 'Edda Quill', what: 'hours of exposure by week', when: 'today, 10:00' },
				...{ why: 'Purpose given: a review of hours and limits.', asked: 'today, 11:00' }
			}
		]);
		expect(waiting(c.edda, c.mara, c.otto, c.ada, c.ines, c.rui)).toEqual([[], [], [], [], [], []]);
		expect(questionOf(c.ines)).toEqual({ asked: 'today, 11:00', waitsFor: ['Hale Brandt'], answer: null });
		expect(unopenedFor(db, c.hale, monday + HOUR)).toBe(1);
	});

	it('is noted itself when the head reads it, not when it is counted', () => {
		askAbout(db, c.ines, { entryId: looked(c.edda, c.ines) }, monday + HOUR);
		const kinds = () =>
			db
				.select()
				.from(accessEntries)
				.all()
				.map(({ kind }) => kind);
		unopenedFor(db, c.hale, monday + HOUR);
		expect(kinds()).toEqual(['hours']);
		questionsFor(db, c.hale, monday + HOUR);
		expect(kinds()).toEqual(['hours', 'question']);
	});

	it('is asked once for each entry, and only about oneself', () => {
		const entryId = looked(c.edda, c.ines);
		askAbout(db, c.ines, { entryId }, monday + HOUR);
		askAbout(db, c.ines, { entryId }, monday + 2 * HOUR);
		expect(db.select().from(accessQuestions).all()).toMatchObject([{ entryId, askedAt: monday + HOUR }]);
		for (const who of [c.tomas, c.edda, c.hale, c.ada])
			expect(refusalOf(() => askAbout(db, who, { entryId }, monday)).kind).toBe('not-found');
		expect(refusalOf(() => askAbout(db, c.ines, { entryId: crypto.randomUUID() }, monday)).kind).toBe('not-found');
	});

	it('cannot be asked about the reading of a question: it would never end', () => {
		askAbout(db, c.ines, { entryId: looked(c.edda, c.ines) }, monday);
		questionsFor(db, c.hale, monday + HOUR);
		const [read, first] = accessesOf(db, c.ines, 0, monday + HOUR).entries;
		expect([read?.who, read?.mayAsk, first?.mayAsk]).toEqual(['Hale Brandt', false, false]);
		expect(refusalOf(() => askAbout(db, c.ines, { entryId: read?.id ?? '' }, monday + HOUR)).kind).toBe('conflict');
	});

	it('is answered once, by name, and the person reads it', () => {
		const entryId = looked(c.edda, c.ines);
		askAbout(db, c.ines, { entryId }, monday);
		answerQuestion(db, c.hale, { entryId, answer: 'spoken' }, monday + HOUR);
		answerQuestion(db, c.hale, { entryId, answer: 'spoken' }, monday + 2 * HOUR);
		expect(questionOf(c.ines)).toEqual({
			...{ asked: 'today, 10:00', waitsFor: [] },
			answer: { words: 'I have spoken with them about it.', by: 'Hale Brandt', when: 'today, 11:00' }
		});
		expect(waiting(c.hale)).toEqual([[]]);
		expect(refusalOf(() => answerQuestion(db, c.hale, { entryId, answer: 'in-order' }, monday)).kind).toBe('conflict');
		expect(() => db.update(accessQuestions).set({ answer: 'in-order' }).run()).toThrow(/never changed/);
	});

	it('is answered by nobody whom it was not put to', () => {
		const entryId = looked(c.edda, c.ines);
		expect(refusalOf(() => answerQuestion(db, c.hale, { entryId, answer: 'spoken' }, monday)).kind).toBe('not-found');
		askAbout(db, c.ines, { entryId }, monday);
		for (const who of [c.edda, c.mara, c.ada, c.ines])
			expect(refusalOf(() => answerQuestion(db, who, { entryId, answer: 'in-order' }, monday)).kind).toBe('not-found');
	});

	it('stands in the audit trail by its id alone', () => {
		const entryId = looked(c.edda, c.ines);
		askAbout(db, c.ines, { entryId }, monday);
		answerQuestion(db, c.hale, { entryId, answer: 'in-order' }, monday);
		const own = db
			.select()
			.from(auditEntries)
			.all()
			.filter(({ action }) => action.startsWith('record.question'));
		expect(own.map(({ action, actorId, subjectId }) => [action, actorId, subjectId])).toEqual([
			['record.question-asked', c.ines.id, entryId],
			['record.question-answered', c.hale.id, entryId]
		]);
	});
});

describe('whom it is put to', () => {
	it('never to whoever it is about: to another head of welfare', () => {
		const entryId = looked(c.hale, c.ines);
		askAbout(db, c.ines, { entryId }, monday);
		expect(waiting(c.hale)).toEqual([[]]);
		expect(refusalOf(() => answerQuestion(db, c.hale, { entryId, answer: 'in-order' }, monday)).kind).toBe('not-found');
		expect(waiting(head(c.otto))).toEqual([['Ines Calder']]);
	});

	it('nobody whom the person passes over, and not themselves', () => {
		const otto = head(c.otto);
		exclude(db, c.ines, { personId: c.hale.id }, monday);
		askAbout(db, c.ines, { entryId: looked(c.edda, c.ines) }, monday);
		expect(waiting(c.hale, otto)).toEqual([[], ['Ines Calder']]);
		askAbout(db, otto, { entryId: looked(c.edda, otto) }, monday);
		expect(waiting(otto)).toEqual([['Ines Calder']]);
	});

	it('the heads of the person’s own employer; where there is none, those of the organisation', () => {
		askAbout(db, c.kit, { entryId: looked(c.mara, c.kit) }, monday);
		expect(waiting(c.hale)).toEqual([['Kit Ferro']]);
		const pia = head(c.pia);
		expect(waiting(c.hale, pia)).toEqual([[], ['Kit Ferro']]);
	});

	it('where nobody is left, administrators learn that there is such a question, not whose, until somebody can answer', () => {
		askAbout(db, c.ines, { entryId: looked(c.hale, c.ines) }, monday);
		expect(questionOf(c.ines)).toMatchObject({ waitsFor: [] });
		expect(isAnyQuestionStranded(db, monday)).toBe(true);
		const watcher = startWatcher(
			db,
			() => true,
			() => monday + HOUR
		);
		const titles = () => openAlarms(db, c.ada, monday + HOUR).map(({ title }) => title);
		expect(titles()).toContain('A question about who has looked has nobody to answer it');
		expect(JSON.stringify(openAlarms(db, c.ada, monday + HOUR))).not.toMatch(/Ines|Hale/);
		head(c.otto);
		watcher.look();
		expect(titles()).not.toContain('A question about who has looked has nobody to answer it');
		watcher.stop();
	});

	it('not to a head whose account is closed, or who has not joined', () => {
		const otto = head(c.otto);
		askAbout(db, c.ines, { entryId: looked(c.edda, c.ines) }, monday);
		disablePerson(db, c.ada, c.hale.id, monday);
		db.update(people).set({ joinedAt: null }).where(eq(people.id, otto.id)).run();
		expect(isAnyQuestionStranded(db, monday)).toBe(true);
	});

	it('again to somebody whom the person no longer passes over', () => {
		exclude(db, c.ines, { personId: c.hale.id }, monday);
		askAbout(db, c.ines, { entryId: looked(c.edda, c.ines) }, monday);
		expect(isAnyQuestionStranded(db, monday)).toBe(true);
		includeAgain(db, c.ines, { personId: c.hale.id }, monday);
		expect(waiting(c.hale)).toEqual([['Ines Calder']]);
	});
});
