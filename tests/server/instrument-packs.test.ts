import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { largestFile } from '#lib/domain/instruments/questionnaire.ts';
import type { Wording } from '#lib/domain/instruments/wording.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { instrumentPacks } from '#lib/server/db/schema/instruments.ts';
import { organisation } from '#lib/server/db/schema/organisation.ts';
import {
	addPack,
	checkedWording,
	instrumentStates,
	packInstrument,
	packPage,
	retirePack,
	wordingOfFile
} from '#lib/server/instrument-packs.ts';
import { DAY, HOUR, monday } from '../support/alerting.ts';
import { cast, type Cast } from '../support/cast.ts';
import { memoryDb } from '../support/database.ts';
import { refusalOf } from '../support/exposure.ts';
import { addMadeUp, madeUp, questionnaireOf, withQuestion } from '../support/wording.ts';

let db: Db;
let c: Cast;
beforeEach(() => {
	db = memoryDb();
	c = cast(db, monday - 2 * DAY);
});

const uuid = () => crypto.randomUUID();
const all = () => db.select().from(instrumentPacks).all();

describe('the list of instruments', () => {
	it('says that the pulse is built in and what wording the others lack', () => {
		expect(instrumentStates(db)).toEqual([
			{ id: 'pulse', name: 'Pulse', builtIn: true, on: true, languages: [] },
			{ id: 'who5', name: 'WHO-5', builtIn: false, on: true, languages: [] },
			{ id: 'phq4', name: 'PHQ-4', builtIn: false, on: true, languages: [] },
			{ id: 'proqol5', name: 'ProQOL 5', builtIn: false, on: true, languages: [] }
		]);
		addMadeUp(db, c.ada, 'who5', monday, { language: 'pt-BR' });
		addMadeUp(db, c.ada, 'who5', monday, { language: 'de' });
		db.update(organisation)
			.set({ instruments: ['pulse', 'phq4'] })
			.run();
		expect(instrumentStates(db)[1]).toMatchObject({ on: false, languages: ['German', 'Portuguese (Brazil)'] });
	});

	it.each(['pulse', 'who6', '', 'constructor', undefined])('has no page for %s', (id) =>
		expect(() => packInstrument(id)).toThrow(/nothing here/)
	);
});

describe('a wording that Ada adds', () => {
	it('is kept as it was typed, with who added it', () => {
		const id = uuid();
		addPack(db, c.ada, { id, instrument: 'phq4', wording: madeUp('phq4', { title: ' Sample ', language: 'EN-gb' }), mayUse: true }, monday);
		expect(packPage(db, c.ada, 'phq4', monday + HOUR)).toMatchObject({
			on: true,
			inUse: [
				{
					...madeUp('phq4', { title: 'Sample', language: 'en-GB' }),
					id,
					languageName: 'English (United Kingdom)',
					added: 'Ada Finch, today, 10:00'
				}
			],
			retired: []
		});
	});

	it('takes the place of the one in its language from then on; the earlier one is kept', () => {
		const first = addMadeUp(db, c.ada, 'phq4', monday);
		const german = addMadeUp(db, c.ada, 'phq4', monday, { language: 'de' });
		const second = addMadeUp(db, c.ada, 'phq4', monday + HOUR, { title: 'Sample, put right' });
		const { inUse, retired } = packPage(db, c.ada, 'phq4', monday + 2 * HOUR);
		expect(inUse.map(({ id }) => id)).toEqual([german, second]);
		expect(retired).toMatchObject([{ id: first, title: madeUp('phq4').title, retired: 'today, 11:00' }]);
	});

	it('is added once where the form is sent twice, and refused where it holds something else', () => {
		const id = uuid();
		const add = (wording: Wording, instrument: 'phq4' | 'who5' = 'phq4') =>
			addPack(db, c.ada, { id, instrument, wording, mayUse: true }, monday + HOUR);
		add(madeUp('phq4'));
		add(madeUp('phq4'));
		expect(all()).toHaveLength(1);
		expect(refusalOf(() => add(madeUp('phq4', { title: 'Other' }))).kind).toBe('conflict');
		expect(refusalOf(() => add(madeUp('who5'), 'who5')).kind).toBe('conflict');
		expect(all()).toMatchObject([{ retiredAt: null }]);
	});

	it('is refused without the tick, with a fault in it, and for anybody but an administrator', () => {
		const pack = { id: uuid(), instrument: 'phq4', wording: madeUp('phq4'), mayUse: true } as const;
		expect(refusalOf(() => addPack(db, c.ada, { ...pack, mayUse: false }, monday)).fields).toHaveProperty('mayUse');
		const short = madeUp('phq4', { items: ['One?'], licence: '' });
		expect(Object.keys(refusalOf(() => addPack(db, c.ada, { ...pack, wording: short }, monday)).fields)).toEqual([
			'item-1',
			'item-2',
			'item-3',
			'licence'
		]);
		for (const other of [c.mara, c.hale, c.edda, c.ines]) {
			expect(refusalOf(() => addPack(db, other, pack, monday)).kind, other.name).toBe('not-allowed');
			expect(refusalOf(() => checkedWording(other, 'phq4', madeUp('phq4'))).kind).toBe('not-allowed');
			expect(refusalOf(() => wordingOfFile(other, 'phq4', { file: '', source: '{}', language: '' })).kind).toBe('not-allowed');
		}
		expect(all()).toEqual([]);
	});

	it('that is taken out of use is kept; taken out twice it changes nothing', () => {
		const id = addMadeUp(db, c.ada, 'phq4', monday);
		expect(refusalOf(() => retirePack(db, c.mara, { id, instrument: 'phq4' }, monday)).kind).toBe('not-allowed');
		expect(refusalOf(() => retirePack(db, c.ada, { id, instrument: 'who5' }, monday)).kind).toBe('not-found');
		expect(refusalOf(() => retirePack(db, c.ada, { id: uuid(), instrument: 'phq4' }, monday)).kind).toBe('not-found');
		retirePack(db, c.ada, { id, instrument: 'phq4' }, monday + HOUR);
		retirePack(db, c.ada, { id, instrument: 'phq4' }, monday + 2 * HOUR);
		expect(all()).toMatchObject([{ id, retiredAt: monday + HOUR, retiredBy: c.ada.id }]);
		// And one in its language may follow.
		addMadeUp(db, c.ada, 'phq4', monday + 3 * HOUR);
		expect(packPage(db, c.ada, 'phq4', monday + 4 * HOUR).inUse).toHaveLength(1);
	});

	it('is never changed or deleted, whatever is tried', () => {
		const id = addMadeUp(db, c.ada, 'phq4', monday);
		const row = eq(instrumentPacks.id, id);
		expect(() => db.update(instrumentPacks).set({ title: 'Other' }).where(row).run()).toThrow(/never changed/);
		expect(() => db.update(instrumentPacks).set({ title: 'Other', retiredAt: monday, retiredBy: c.ada.id }).where(row).run()).toThrow(
			/never changed/
		);
		retirePack(db, c.ada, { id, instrument: 'phq4' }, monday);
		expect(() => db.update(instrumentPacks).set({ retiredAt: null, retiredBy: null }).where(row).run()).toThrow(/never changed/);
		expect(() => db.delete(instrumentPacks).where(row).run()).toThrow(/append-only/);
	});
});

describe('a file that Ada chooses', () => {
	const source = JSON.stringify(questionnaireOf('phq4'));
	const fault = (what: Partial<{ file: string; source: string; language: string }>) =>
		refusalOf(() => wordingOfFile(c.ada, 'phq4', { file: '', source: '', language: '', ...what })).fields;

	it('is read, chosen or pasted, and nothing is stored', () => {
		expect(wordingOfFile(c.ada, 'phq4', { file: source, source: '', language: '' }).wording).toEqual(madeUp('phq4'));
		expect(wordingOfFile(c.ada, 'phq4', { file: '', source, language: '' }).wording).toEqual(madeUp('phq4'));
		expect(all()).toEqual([]);
	});

	it('is refused with every fault in a sentence', () => {
		expect(fault({}).source).toMatch(/choose a file/);
		expect(fault({ file: source, source }).file).toMatch(/not both/);
		expect(fault({ source, language: 'German, please' }).language).toMatch(/such as en, de/);
		expect(fault({ source, language: 'de' }).source).toMatch(/language is en, and you chose de/);
		expect(fault({ file: ' '.repeat(largestFile + 1) + source }).file).toMatch(/200 KB/);
		const two = { ...withQuestion('phq4', 2, { repeats: true }), status: 'done' };
		expect(fault({ file: JSON.stringify(two) }).file).toBe(
			'The file has no status (draft, active, retired or unknown). Question 2 (linkId “q2”) takes several answers; every question has to take one.'
		);
	});
});
