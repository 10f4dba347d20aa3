import { instruments } from '#lib/domain/instruments/list.ts';
import type { PackInstrument, Wording } from '#lib/domain/instruments/wording.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { addPack } from '#lib/server/instrument-packs.ts';
import type { Viewer } from '#lib/server/viewer.ts';

const numbers = ['nought', 'one', 'two', 'three', 'four', 'five'];

/** A wording that nobody has ever published: the words are made up, the structure is the instrument's. */
export function madeUp(instrument: PackInstrument, change: Partial<Wording> = {}): Wording {
	const { items, least, most, name } = instruments[instrument];
	return {
		language: 'en',
		title: `Made-up stand-in for ${name}`,
		intro: 'Sample words: think of the days before this one.',
		items: Array.from({ length: items }, (_, index) => `Sample question ${index + 1}, about nothing?`),
		labels: Array.from({ length: most - least + 1 }, (_, index) => `Sample answer ${numbers[least + index]}`),
		largestFirst: false,
		licence: 'Sample notice: free for any use.',
		owner: 'Nobody in particular',
		...change
	};
}

/** Puts a made-up wording in use; returns its id. */
export function addMadeUp(db: Db, admin: Viewer, instrument: PackInstrument, now: number, change: Partial<Wording> = {}): string {
	const id = crypto.randomUUID();
	addPack(db, admin, { id, instrument, wording: madeUp(instrument, change), mayUse: true }, now);
	return id;
}

/** The same as the form of an administrator sends it. */
export function typedWording(instrument: PackInstrument, change: Partial<Wording> = {}): Record<string, string | string[]> {
	const { items, labels, largestFirst, ...texts } = madeUp(instrument, change);
	return { ...texts, 'items[]': [...items], 'labels[]': [...labels], order: largestFirst ? 'largest' : 'least' };
}

type Json = Record<string, unknown>;
const ordinal = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';

/** The answers of a made-up wording as a file lists them, with the extension that says what each counts as. */
export function answerOptions(instrument: PackInstrument, url = ordinal): Json[] {
	const { least } = instruments[instrument];
	return madeUp(instrument).labels.map((display, index) => ({
		extension: [{ url, valueDecimal: least + index }],
		valueCoding: { system: 'http://example.org/answers', code: `A-${index}`, display }
	}));
}

/** A FHIR R4 Questionnaire with a made-up wording; `change` is laid over it. */
export function questionnaireOf(instrument: PackInstrument, change: Json = {}): Json {
	const { title, items, intro, licence, owner } = madeUp(instrument);
	const questions = items.map((text, index) => ({
		...{ linkId: `q${index + 1}`, type: 'choice', text, required: true },
		answerOption: answerOptions(instrument)
	}));
	return {
		...{ resourceType: 'Questionnaire', status: 'active', language: 'en', title, copyright: licence, publisher: owner },
		item: [{ linkId: 'intro', type: 'display', text: intro }, ...questions],
		...change
	};
}

/** As {@link questionnaireOf}, with one of its questions (from 1) changed. */
export function withQuestion(instrument: PackInstrument, number: number, change: Json): Json {
	const file = questionnaireOf(instrument);
	const item = (file.item as Json[]).map((each, index) => (index === number ? { ...each, ...change } : each));
	return { ...file, item };
}
