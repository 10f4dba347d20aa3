import { and, asc, desc, eq, isNull } from 'drizzle-orm';
import { instrumentIds, type InstrumentId } from '#lib/domain/instruments/instrument.ts';
import { instruments } from '#lib/domain/instruments/list.ts';
import { readQuestionnaire } from '#lib/domain/instruments/questionnaire.ts';
import {
	canonicalLanguage,
	languageName,
	packInstruments,
	tidied,
	wordingProblems,
	type PackInstrument,
	type Wording
} from '#lib/domain/instruments/wording.ts';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import { caseContentFound } from './case-content.ts';
import type { Db } from './db/connection.ts';
import { instrumentPacks } from './db/schema/instruments.ts';
import { people } from './db/schema/people.ts';
import { withTx } from './db/tx.ts';
import { momentWords } from './moments.ts';
import { instrumentsOn } from './organisation.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { requireAdmin, type Viewer } from './viewer.ts';

export type Pack = typeof instrumentPacks.$inferSelect;

/** The instrument of a path. @throws Refusal `not-found` where there is none of this name, or it is built in */
export function packInstrument(id: string | undefined): PackInstrument {
	const found = packInstruments.find((each) => each === id);
	if (!found) throw notFound();
	return found;
}

/** An instrument as the list of all has it. */
export interface InstrumentState {
	id: InstrumentId;
	name: string;
	builtIn: boolean;
	/** Whether the organisation has it on. */
	on: boolean;
	/** English names of the languages that it can be asked in. */
	languages: string[];
}

/** All instruments in order, with what each lacks to be asked. */
export function instrumentStates(db: Db): InstrumentState[] {
	const on = instrumentsOn(db);
	const inUse = db.select().from(instrumentPacks).where(isNull(instrumentPacks.retiredAt)).orderBy(asc(instrumentPacks.language)).all();
	return instrumentIds.map((id) => ({
		...{ id, name: instruments[id].name, builtIn: id === 'pulse', on: on.has(id) },
		languages: inUse.filter(({ instrument }) => instrument === id).map(({ language }) => languageName(language))
	}));
}

/** A wording as an administrator sees it. */
export interface PackShown extends Wording {
	id: string;
	languageName: string;
	/** Who added it and when, in words; and when it was taken out of use. */
	added: string;
	retired: string | null;
}

/** The wordings of one instrument: one a language in use, and those that were replaced or taken back, newest first. */
export function packPage(
	db: Db,
	viewer: Viewer,
	instrument: PackInstrument,
	now: Instant
): { on: boolean; inUse: PackShown[]; retired: PackShown[] } {
	const all = db
		.select({ pack: instrumentPacks, by: people.name })
		.from(instrumentPacks)
		.innerJoin(people, eq(people.id, instrumentPacks.recordedBy))
		.where(eq(instrumentPacks.instrument, instrument))
		.orderBy(desc(instrumentPacks.recordedAt))
		.all()
		.map(({ pack, by }) => shown(viewer, pack, by, now));
	const inUse = all.filter(({ retired }) => retired === null).toSorted((a, b) => (a.language < b.language ? -1 : 1));
	return { on: instrumentsOn(db).has(instrument), inUse, retired: all.filter(({ retired }) => retired !== null) };
}

function shown({ zone }: Viewer, pack: Pack, by: string, now: Instant): PackShown {
	const { id, language, title, intro, items, labels, largestFirst, licence, owner, recordedAt, retiredAt } = pack;
	return {
		...{ id, language, title, intro, items, labels, largestFirst, licence, owner },
		languageName: languageName(language),
		added: `${by}, ${momentWords(zone, recordedAt, now)}`,
		retired: retiredAt === null ? null : momentWords(zone, retiredAt, now)
	};
}

/**
 * A wording as it would be kept, to be looked at first. Nothing is stored.
 * @throws Refusal `not-allowed`, `invalid` beside the fields of {@link wordingProblems}
 */
export function checkedWording(actor: Viewer, instrument: PackInstrument, typed: Wording): Wording {
	requireAdmin(actor);
	const wording = tidied(typed);
	const problems = wordingProblems(instruments[instrument], wording);
	const first = problems.items ?? problems.labels ?? 'Nothing was saved yet: please look at the marked fields.';
	if (Object.keys(problems).length > 0) throw new Refusal('invalid', first, problems);
	return wording;
}

/**
 * The wording that a FHIR R4 `Questionnaire` holds, with what its reader should know. Nothing is stored.
 * @param what `file`: the text of a chosen file, or `source`: the same pasted. `language`: for a file that does not say its own; else empty
 * @throws Refusal `not-allowed`, `invalid` beside `language`, or beside `file` or `source` with what is wrong, each in a sentence
 */
export function wordingOfFile(
	actor: Viewer,
	instrument: PackInstrument,
	{ source, file, language }: { source: string; file: string; language: string }
): { wording: Wording; notes: string[] } {
	requireAdmin(actor);
	if (file !== '' && source.trim() !== '') throw invalid('file', 'Please choose a file or paste its text, not both.');
	if (language.trim() !== '' && canonicalLanguage(language) === null)
		throw invalid('language', 'Please give a language code such as en, de or pt-BR, or leave it to the file.');
	const reading = readQuestionnaire(instruments[instrument], file === '' ? source : file, language);
	if ('problems' in reading) {
		const field = file === '' ? 'source' : 'file';
		throw new Refusal('invalid', 'The file was not taken, and nothing was saved: see below.', { [field]: reading.problems.join(' ') });
	}
	const { title, intro, items, labels } = reading.wording;
	const found = caseContentFound({ title, intro, items, labels });
	if (found) throw invalid(file === '' ? 'source' : 'file', Object.values(found.errors)[0] ?? found.message);
	return reading;
}

export interface NewPack {
	/** The form's id, which becomes the pack's. */
	id: string;
	instrument: PackInstrument;
	wording: Wording;
	/** "We may use this wording" was ticked. */
	mayUse: boolean;
}

/**
 * Puts a wording in use from now on, in place of the one in its language. Sent twice, it is added once.
 * @throws Refusal `not-allowed`; `invalid` beside the fields of {@link wordingProblems}, or `mayUse`; `conflict` for a used form
 */
export function addPack(db: Db, actor: Viewer, { id, instrument, wording: typed, mayUse }: NewPack, now: number): void {
	const wording = checkedWording(actor, instrument, typed);
	if (!mayUse) throw invalid('mayUse', 'Please say that you may use this wording. Without that it cannot be added.');
	withTx(db, () => {
		const before = db.select().from(instrumentPacks).where(eq(instrumentPacks.id, id)).get();
		if (before && before.instrument === instrument && sameWording(before, wording)) return;
		if (before) throw new Refusal('conflict', 'This form was sent before with something else in it. Please load the page again.');
		const own = and(eq(instrumentPacks.instrument, instrument), eq(instrumentPacks.language, wording.language));
		retire(db, actor, and(own, isNull(instrumentPacks.retiredAt)), now);
		db.insert(instrumentPacks)
			.values({ ...wording, id, instrument, items: [...wording.items], labels: [...wording.labels], recordedAt: now, recordedBy: actor.id })
			.run();
		audit(db, actor, { action: 'organisation.instrument-added', subject: { kind: 'instrument-pack', id }, detail: { instrument } }, now);
	});
}

function sameWording(pack: Pack, wording: Wording): boolean {
	return Object.entries(wording).every(([field, value]) => JSON.stringify(pack[field as keyof Wording]) === JSON.stringify(value));
}

/**
 * Takes a wording out of use: nobody is asked with it any more; what was answered with it is kept. Safe to call twice.
 * @throws Refusal `not-allowed`, `not-found`
 */
export function retirePack(db: Db, actor: Viewer, { id, instrument }: { id: string; instrument: PackInstrument }, now: number): void {
	requireAdmin(actor);
	withTx(db, () => {
		const pack = db.select().from(instrumentPacks).where(eq(instrumentPacks.id, id)).get();
		if (pack?.instrument !== instrument) throw notFound();
		if (pack.retiredAt !== null) return;
		retire(db, actor, eq(instrumentPacks.id, id), now);
		const what = { subject: { kind: 'instrument-pack', id }, detail: { instrument } };
		audit(db, actor, { action: 'organisation.instrument-retired', ...what }, now);
	});
}

function retire(db: Db, actor: Viewer, which: ReturnType<typeof and>, now: number): void {
	db.update(instrumentPacks).set({ retiredAt: now, retiredBy: actor.id }).where(which).run();
}
