import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { InstrumentId } from '#lib/domain/instruments/instrument.ts';
import { instruments } from '#lib/domain/instruments/list.ts';
import { changeWords, scoresOf } from '#lib/domain/instruments/scores.ts';
import type { PackInstrument } from '#lib/domain/instruments/wording.ts';
import { promptsFor } from '#lib/server/alerts.ts';
import { checkInResult, shareConcern } from '#lib/server/check-in-results.ts';
import { checkInDue, checkInPage, recordCheckIn } from '#lib/server/check-ins.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { organisation } from '#lib/server/db/schema/organisation.ts';
import { alerts, checkIns, findings } from '#lib/server/db/schema/records.ts';
import { retirePack } from '#lib/server/instrument-packs.ts';
import { offeredTo, questionnaireFor, questionnairesDue, typedAnswers } from '#lib/server/questionnaires.ts';
import { recipientsOf } from '#lib/server/recipients.ts';
import { compareWithReplay } from '#lib/server/replay/compare.ts';
import { chooseSharing } from '#lib/server/sharing.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { alertOf, DAY, HOUR, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf } from '../support/exposure.ts';
import { addMadeUp, madeUp } from '../support/wording.ts';

let db: Db;
let c: Cast;
let packs: Record<PackInstrument, string>;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
	packs = Object.fromEntries(
		(['who5', 'phq4', 'proqol5'] as const).map((id) => [id, addMadeUp(db, c.ada, id, monday - DAY)])
	) as typeof packs;
});

const uuid = () => crypto.randomUUID();
const answer = (who: Viewer, instrument: PackInstrument, answers: number[], now: number, id: string = uuid(), packId = packs[instrument]) =>
	recordCheckIn(db, who, { id, instrument, packId, answers }, now).id;
const skip = (who: Viewer, instrument: PackInstrument, now: number) =>
	recordCheckIn(db, who, { id: uuid(), instrument, answers: 'skipped' }, now).id;
const turnOn = (...on: InstrumentId[]) => void db.update(organisation).set({ instruments: on }).run();
const fine: Record<PackInstrument, number[]> = { who5: [4, 4, 4, 4, 4], phq4: [0, 1, 0, 1], proqol5: Array<number>(30).fill(3) };
const offer = (who: Viewer, instrument: PackInstrument, now: number) =>
	offeredTo(db, who, now).find((each) => each.instrument === instrument);

describe('what Ines is offered', () => {
	it('is each instrument that is on and has a wording, in every language that there is', () => {
		addMadeUp(db, c.ada, 'phq4', monday, { language: 'de' });
		turnOn('pulse', 'phq4', 'proqol5');
		retirePack(db, c.ada, { id: packs.proqol5, instrument: 'proqol5' }, monday);
		expect(offeredTo(db, c.ines, monday)).toEqual([
			{
				...{ instrument: 'phq4', name: 'PHQ-4', questions: 4, opens: null, skipped: false, last: null },
				languages: [
					{ tag: 'de', name: 'German' },
					{ tag: 'en', name: 'English' }
				]
			}
		]);
		for (const gone of ['who5', 'proqol5'] as const) expect(() => questionnaireFor(db, c.ines, gone, null, monday)).toThrow(/nothing here/);
	});

	it('is asked in the language she chooses, else in that of last time, else in English', () => {
		const german = addMadeUp(db, c.ada, 'phq4', monday, { language: 'de', largestFirst: true });
		const asked = (language: string | null, now = monday) => questionnaireFor(db, c.ines, 'phq4', language, now).wording;
		expect(asked(null)).toMatchObject({ id: packs.phq4, language: 'en', answers: [{ value: 0 }, {}, {}, { value: 3 }] });
		expect(asked('de')).toMatchObject({ id: german, answers: [{ value: 3, label: 'Sample answer three' }, {}, {}, { value: 0 }] });
		expect(asked('cy').language).toBe('en');
		answer(c.ines, 'phq4', fine.phq4, monday, uuid(), german);
		expect(asked(null, monday + 14 * DAY).language).toBe('de');
	});

	it('is what Today reminds of, until it is answered or skipped', () => {
		expect(questionnairesDue(db, c.ines, monday)).toEqual(['WHO-5', 'PHQ-4', 'ProQOL 5']);
		answer(c.ines, 'who5', fine.who5, monday);
		skip(c.ines, 'phq4', monday);
		expect(questionnairesDue(db, c.ines, monday)).toEqual(['ProQOL 5']);
		expect(questionnairesDue(db, c.ines, monday + 14 * DAY)).toEqual(['WHO-5', 'PHQ-4', 'ProQOL 5']);
	});
});

describe('an instrument', () => {
	it.each([
		['who5', 14],
		['phq4', 14],
		['proqol5', 91]
	] as const)('%s is asked again after %i days, by her own days', (instrument, days) => {
		// 10:00 in London.
		const id = answer(c.ines, instrument, fine[instrument], monday);
		const again = () => answer(c.ines, instrument, fine[instrument], now);
		// One minute before midnight (in winter time throughout).
		let now = monday + (days - 1) * DAY + 14 * HOUR - 60_000;
		expect(offer(c.ines, instrument, now)?.opens).toBe('tomorrow');
		expect(refusalOf(again)).toMatchObject({ kind: 'conflict', message: expect.stringMatching(/answered already/) });
		expect(skip(c.ines, instrument, now)).toBe(id);
		now += 60_000;
		expect(offer(c.ines, instrument, now)?.opens).toBeNull();
		// Where a day begins at noon, she answered on Sunday's: it opens twelve hours earlier.
		const nights = { ...c.ines, dayStart: '12:00' };
		expect(offer(nights, instrument, now - 12 * HOUR - 60_000)?.opens).not.toBeNull();
		expect(offer(nights, instrument, now - 12 * HOUR)?.opens).toBeNull();
		expect(again()).not.toBe(id);
		expect(db.select().from(checkIns).all()).toHaveLength(2);
	});

	it('may be answered after it was skipped, which nobody learns', () => {
		skip(c.ines, 'who5', monday);
		skip(c.ines, 'who5', monday + HOUR);
		expect(offer(c.ines, 'who5', monday)).toMatchObject({ opens: null, skipped: true, last: null });
		answer(c.ines, 'who5', fine.who5, monday + 2 * HOUR);
		expect(offer(c.ines, 'who5', monday + 3 * HOUR)).toMatchObject({ opens: 'Monday 23 November', skipped: false, last: { day: 'today' } });
		expect(db.select().from(checkIns).all()).toHaveLength(2);
		expect(db.select().from(alerts).all()).toEqual([]);
	});

	it('does not keep another one, or the pulse, from being asked', () => {
		answer(c.ines, 'who5', fine.who5, monday);
		answer(c.ines, 'phq4', fine.phq4, monday);
		expect(checkInDue(db, c.ines, monday + HOUR)).toBe(true);
		recordCheckIn(db, c.ines, { id: uuid(), instrument: 'pulse', answers: [1, 1, 1, 1] }, monday + HOUR);
		expect(
			db
				.select()
				.from(checkIns)
				.all()
				.map(({ instrument, packId }) => [instrument, packId])
		).toEqual([
			['who5', packs.who5],
			['phq4', packs.phq4],
			['pulse', null]
		]);
	});

	it('is taken once where the form is sent twice, and never under the id of something else', () => {
		const id = answer(c.ines, 'who5', fine.who5, monday);
		expect(answer(c.ines, 'who5', fine.who5, monday + 5, id)).toBe(id);
		expect(() => answer(c.ines, 'who5', [1, 1, 1, 1, 1], monday + 5, id)).toThrow(/answered already/);
		expect(() => answer(c.ines, 'phq4', fine.phq4, monday + 5, id)).toThrow(/something else/);
		expect(() => answer(c.tomas, 'who5', fine.who5, monday + 5, id)).toThrow(/something else/);
	});

	it('that is off is neither asked nor stored, the pulse as well', () => {
		turnOn('phq4');
		expect(refusalOf(() => answer(c.ines, 'who5', fine.who5, monday)).message).toMatch(/turned this check-in off/);
		expect(refusalOf(() => skip(c.ines, 'who5', monday)).kind).toBe('conflict');
		const pulse = () => recordCheckIn(db, c.ines, { id: uuid(), instrument: 'pulse', answers: [1, 1, 1, 1] }, monday);
		expect(refusalOf(pulse).message).toMatch(/turned this check-in off/);
		expect(checkInDue(db, c.ines, monday)).toBe(false);
		expect(checkInPage(db, c.ines, monday).on).toBe(false);
		expect(questionnairesDue(db, c.ines, monday)).toEqual(['PHQ-4']);
		expect(db.select().from(checkIns).all()).toEqual([]);
	});

	it('needs a wording of its own; one that was replaced while she answered is still taken for a day', () => {
		expect(refusalOf(() => answer(c.ines, 'who5', fine.who5, monday, uuid(), packs.phq4)).kind).toBe('not-found');
		expect(refusalOf(() => recordCheckIn(db, c.ines, { id: uuid(), instrument: 'who5', answers: fine.who5 }, monday)).kind).toBe(
			'not-found'
		);
		addMadeUp(db, c.ada, 'who5', monday, { title: 'Sample, put right' });
		expect(refusalOf(() => answer(c.ines, 'who5', fine.who5, monday + DAY + 1)).message).toMatch(/no longer in use/);
		const id = answer(c.ines, 'who5', fine.who5, monday + DAY);
		expect(db.select().from(checkIns).where(eq(checkIns.id, id)).get()?.packId).toBe(packs.who5);
	});

	it.each([
		['who5', [5, 5, 5, 5]],
		['who5', [5, 5, 5, 5, 6]],
		['phq4', [0, 0, 0, 4]],
		['phq4', [0, 0, 0, 0.5]],
		['proqol5', Array<number>(30).fill(0)],
		['proqol5', Array<number>(29).fill(1)]
	] as const)('%s does not take %j', (instrument, answers) => {
		expect(refusalOf(() => answer(c.ines, instrument, [...answers], monday)).kind).toBe('invalid');
		expect(db.select().from(checkIns).all()).toEqual([]);
	});

	it('of a form is told which questions have no answer', () => {
		expect(typedAnswers('phq4', { item0: '0', item1: '3', item2: '1', item3: '2' })).toEqual([0, 3, 1, 2]);
		const refusal = refusalOf(() => typedAnswers('phq4', { item0: '4', item1: ['1', '1'], item2: '1', item3: '' }));
		expect(Object.keys(refusal.fields)).toEqual(['item0', 'item1', 'item3']);
		expect(refusal.message).toMatch(/^3 of 4 questions have no answer yet/);
		expect(refusalOf(() => typedAnswers('who5', { item0: '0', item1: '0', item2: '0', item3: '0' })).message).toMatch(
			/^1 of 5 questions has/
		);
	});
});

describe('a result', () => {
	it('shows the times before of the same instrument, oldest first, to her alone', () => {
		const first = answer(c.ines, 'who5', [2, 2, 2, 2, 3], monday);
		answer(c.ines, 'phq4', fine.phq4, monday);
		skip(c.ines, 'who5', monday + 14 * DAY);
		const second = answer(c.ines, 'who5', fine.who5, monday + 15 * DAY);
		const result = checkInResult(db, c.ines, second, monday + 15 * DAY);
		expect(result).toMatchObject({ instrument: 'who5', checkIn: { day: 'today', answers: fine.who5 } });
		expect(result.history.map(({ id, day }) => [id, day])).toEqual([
			[first, 'Monday 9 November'],
			[second, 'today']
		]);
		for (const other of [c.tomas, c.mara, c.edda, c.hale, c.ada])
			expect(() => checkInResult(db, other, second, monday)).toThrow(/nothing here/);
	});

	it('stays readable once its wording is out of use and its instrument off', () => {
		const id = answer(c.ines, 'who5', fine.who5, monday);
		retirePack(db, c.ada, { id: packs.who5, instrument: 'who5' }, monday + HOUR);
		turnOn('pulse');
		expect(checkInResult(db, c.ines, id, monday + HOUR).checkIn.answers).toEqual(fine.who5);
	});

	it('is sealed: no answer, score, criterion or mark of a concern stands in the database', () => {
		const ids = [answer(c.ines, 'proqol5', Array<number>(30).fill(5), monday), answer(c.tomas, 'phq4', [0, 0, 0, 0], monday)];
		const lengths = ids.map((id) => db.select().from(checkIns).where(eq(checkIns.id, id)).get()?.sealed?.length);
		expect(lengths[0]).toBe(lengths[1]);
		const bytes = db.$client.serialize();
		for (const text of ['proqol-trauma', 'criterion', '"answers":', '5,5,5,5']) expect(bytes.includes(text), text).toBe(false);
		expect(
			db
				.select()
				.from(findings)
				.all()
				.filter(({ rule }) => rule === 'concern')
		).toEqual([]);
	});
});

/** Answers that are a concern, and what she reads. ProQOL's turned-round questions answered with 1 weigh 5. */
const trauma = [2, 5, 7, 9, 11, 13, 14, 23, 25, 28];
const proqol = (heavy: readonly number[], turned: number) =>
	Array.from({ length: 30 }, (_, index) => (heavy.includes(index + 1) ? 5 : [1, 4, 15, 17].includes(index + 1) ? turned : 3));
const concerns: [name: string, PackInstrument, number[], words: RegExp][] = [
	['a very low WHO-5', 'who5', [1, 1, 1, 2, 2], /28 or less/],
	['anxiety', 'phq4', [2, 1, 0, 0], /questions 1 and 2 add up to 3/],
	['depression', 'phq4', [1, 1, 1, 2], /questions 3 and 4 add up to 3/],
	['burnout at 42', 'proqol5', proqol([8, 10], 1), /burnout is 42 or more/],
	['secondary trauma at 42', 'proqol5', proqol(trauma.slice(0, 6), 3), /secondary traumatic stress is 42 or more/]
];
/** The same, one point lighter. */
const under: [name: string, PackInstrument, number[]][] = [
	['WHO-5 at 32', 'who5', [1, 1, 2, 2, 2]],
	['anxiety and depression at 2', 'phq4', [1, 1, 2, 0]],
	['burnout at 41', 'proqol5', proqol([8, 10], 1).with(28, 4)],
	['secondary trauma at 41', 'proqol5', proqol(trauma.slice(0, 5), 3).with(12, 4)]
];

function expectReplayAgrees(): void {
	const differences: unknown[] = [];
	compareWithReplay(db, (difference) => differences.push(difference));
	expect(differences).toEqual([]);
}

describe('a concern', () => {
	it.each(concerns)('of %s stays with her until she shares it', (_, instrument, answers, words) => {
		const id = answer(c.ines, instrument, answers, monday);
		const result = checkInResult(db, c.ines, id, monday);
		expect(result.noticed).toMatchObject({ shared: false, readers: [], sharedWith: [], words: expect.stringMatching(words) });
		expect(result.officers.map(({ name }) => name)).toContain('Edda Quill');
		expect(
			db
				.select()
				.from(alerts)
				.all()
				.filter(({ reason }) => reason === 'concern')
		).toEqual([]);
		shareConcern(db, c.ines, { id: uuid(), checkInId: id, officerId: c.edda.id }, monday + HOUR);
		expect(recipientsOf(db, alertOf(db, c.ines), monday + HOUR).map(({ name }) => name)).toEqual(['Edda Quill']);
		expect(JSON.stringify(promptsFor(db, c.edda, monday + HOUR))).not.toMatch(/who5|phq4|proqol|score|answer|criterion/i);
		expectReplayAgrees();
	});

	it.each(concerns)('of %s prompts whom she has named, and no lead', (_, instrument, answers) => {
		chooseSharing(db, c.ines, { prompt: [c.edda.id], trends: [] }, monday);
		const id = answer(c.ines, instrument, answers, monday + HOUR);
		expect(checkInResult(db, c.ines, id, monday + HOUR).noticed).toMatchObject({ shared: true, readers: ['Edda Quill'] });
		expect(promptsFor(db, c.edda, monday + HOUR)).toHaveLength(1);
		expect(promptsFor(db, c.mara, monday + HOUR)).toEqual([]);
		expectReplayAgrees();
	});

	it.each(under)('is none with %s', (_, instrument, answers) => {
		const id = answer(c.ines, instrument, answers, monday);
		expect(checkInResult(db, c.ines, id, monday)).toMatchObject({ noticed: null, officers: [] });
	});

	it('is a low WHO-5 twice running, skips between them ignored, and a fall to 50 or less', () => {
		answer(c.ines, 'who5', [2, 2, 2, 2, 3], monday);
		skip(c.ines, 'who5', monday + 14 * DAY);
		const low = answer(c.ines, 'who5', [2, 2, 2, 3, 3], monday + 28 * DAY);
		expect(checkInResult(db, c.ines, low, monday + 28 * DAY).noticed?.words).toMatch(/as it was the last time/);
		for (const times of [0, 1]) answer(c.tomas, 'who5', [3, 3, 3, 3, 4], monday + times * 14 * DAY);
		const fallen = answer(c.tomas, 'who5', [2, 2, 2, 3, 3], monday + 28 * DAY);
		expect(checkInResult(db, c.tomas, fallen, monday + 28 * DAY).noticed?.words).toMatch(/under what was usual/);
	});
});

describe('scores', () => {
	const shown = (instrument: PackInstrument, answers: number[]) =>
		scoresOf(instrument, answers).map(({ score, band }) => `${score} ${band}`);

	it.each([
		['who5', [1, 1, 1, 2, 2], ['28 very low']],
		['who5', [1, 1, 2, 2, 2], ['32 low']],
		['who5', [2, 2, 2, 3, 3], ['48 low']],
		['who5', [2, 2, 3, 3, 3], ['52 not low']],
		['phq4', [1, 1, 0, 0], ['2 normal', '2 under the mark of 3', '0 under the mark of 3']],
		['phq4', [0, 0, 0, 3], ['3 mild', '0 under the mark of 3', '3 at the mark of 3 or over it']],
		['phq4', [2, 1, 2, 1], ['6 moderate', '3 at the mark of 3 or over it', '3 at the mark of 3 or over it']],
		['phq4', [3, 3, 3, 0], ['9 severe', '6 at the mark of 3 or over it', '3 at the mark of 3 or over it']],
		['proqol5', Array<number>(30).fill(5), ['50 high', '30 moderate', '50 high']],
		['proqol5', Array<number>(30).fill(2), ['20 low', '30 moderate', '20 low']]
	] as const)('of %s %j', (instrument, answers, bands) => expect(shown(instrument, [...answers])).toEqual(bands));

	it('say whether a difference counts as a change, where a mark is set for it', () => {
		expect(changeWords('who5', 40, 50)).toBe('10 less than last time, which counts as a change');
		expect(changeWords('who5', 52, 44)).toBe('8 more than last time, too little to count as a change');
		expect(changeWords('who5', 52, 52)).toBe('the same as last time');
		expect(changeWords('phq4', 6, 2)).toBe('4 more than last time');
	});

	it('belong to made-up wordings here', () => {
		for (const id of ['who5', 'phq4', 'proqol5'] as const) expect(madeUp(id).items).toHaveLength(instruments[id].items);
	});
});
