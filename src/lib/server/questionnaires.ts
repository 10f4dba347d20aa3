import { and, asc, desc, eq, isNull } from 'drizzle-orm';
import { instruments } from '#lib/domain/instruments/list.ts';
import { languageName, packInstruments, type PackInstrument } from '#lib/domain/instruments/wording.ts';
import { dateOf, epochDay, personDayOf, personDayStart, type Instant } from '#lib/domain/time.ts';
import { standing } from './check-ins.ts';
import type { Db } from './db/connection.ts';
import { instrumentPacks } from './db/schema/instruments.ts';
import { checkIns } from './db/schema/records.ts';
import type { Pack } from './instrument-packs.ts';
import { dayWords } from './moments.ts';
import { instrumentsOn } from './organisation.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Viewer } from './viewer.ts';

interface Language {
	tag: string;
	name: string;
}

/** A published instrument that the viewer can be asked with, and when. */
export interface Offered {
	instrument: PackInstrument;
	name: string;
	questions: number;
	languages: Language[];
	/** From which day on it can be answered again; null: now. */
	opens: string | null;
	/** Skipped since it was last open: nothing reminds of it, and it can still be answered. */
	skipped: boolean;
	/** The last one answered. */
	last: { id: string; day: string } | null;
}

/** The instruments that are on and have a wording, in order. */
export function offeredTo(db: Db, viewer: Viewer, now: Instant): Offered[] {
	const all = packsInUse(db);
	if (all.length === 0) return [];
	const on = instrumentsOn(db);
	return packInstruments.flatMap((instrument) => {
		const packs = all.filter((pack) => pack.instrument === instrument);
		if (packs.length === 0 || !on.has(instrument)) return [];
		const { name, items } = instruments[instrument];
		return [{ ...{ instrument, name, questions: items, languages: packs.map(languageOf) }, ...stateOf(db, viewer, instrument, now) }];
	});
}

/** Names of the instruments that can be answered now and were not skipped: what Today reminds of. */
export function questionnairesDue(db: Db, viewer: Viewer, now: Instant): string[] {
	return offeredTo(db, viewer, now)
		.filter(({ opens, skipped }) => opens === null && !skipped)
		.map(({ name }) => name);
}

function packsInUse(db: Db): Pack[] {
	return db.select().from(instrumentPacks).where(isNull(instrumentPacks.retiredAt)).orderBy(asc(instrumentPacks.language)).all();
}

function languageOf({ language }: Pack): Language {
	return { tag: language, name: languageName(language) };
}

function stateOf(db: Db, viewer: Viewer, instrument: PackInstrument, now: Instant): Pick<Offered, 'opens' | 'skipped' | 'last'> {
	const present = standing(db, viewer, instrument, now);
	const answered = present.find(({ skipped }) => !skipped);
	const last = lastAnswered(db, viewer, instrument);
	return {
		opens: answered ? opensAgain(viewer, instrument, answered.recordedAt, now) : null,
		skipped: !answered && present.length > 0,
		last: last ? { id: last.id, day: dayWords(viewer.zone, last.recordedAt, now) } : null
	};
}

/** The first person-day that lies as many days later as the instrument waits. */
function opensAgain({ zone, dayStart }: Viewer, instrument: PackInstrument, answeredAt: Instant, now: Instant): string {
	const date = dateOf(epochDay(personDayOf(zone, dayStart, answeredAt)) + instruments[instrument].everyDays);
	return dayWords(zone, personDayStart(zone, dayStart, date), now);
}

function lastAnswered(
	db: Db,
	viewer: Viewer,
	instrument: PackInstrument
): { id: string; recordedAt: Instant; packId: string | null } | undefined {
	return db
		.select({ id: checkIns.id, recordedAt: checkIns.recordedAt, packId: checkIns.packId })
		.from(checkIns)
		.where(and(eq(checkIns.personId, viewer.id), eq(checkIns.instrument, instrument), eq(checkIns.skipped, false)))
		.orderBy(desc(checkIns.recordedAt))
		.get();
}

/** A wording as the person reads it; its answers in the order in which they are shown. */
export interface AskedWording {
	id: string;
	language: string;
	title: string;
	intro: string;
	items: string[];
	answers: { value: number; label: string }[];
	licence: string;
	owner: string;
}

export interface Questionnaire extends Omit<Offered, 'instrument'> {
	wording: AskedWording;
}

/**
 * An instrument with the wording to answer, in the language asked for; else in that of last time, in English, or in the first there is.
 * @throws Refusal `not-found` where it is off or has no wording
 */
export function questionnaireFor(db: Db, viewer: Viewer, instrument: PackInstrument, language: string | null, now: Instant): Questionnaire {
	const offer = offeredTo(db, viewer, now).find((each) => each.instrument === instrument);
	const packs = packsInUse(db).filter((pack) => pack.instrument === instrument);
	const before = lastLanguage(db, viewer, instrument);
	const pack = [language, before, 'en'].flatMap((tag) => packs.find((each) => each.language === tag) ?? [])[0] ?? packs[0];
	if (!offer || !pack) throw notFound();
	return { ...offer, wording: askedWording(instrument, pack) };
}

function lastLanguage(db: Db, viewer: Viewer, instrument: PackInstrument): string | null {
	const packId = lastAnswered(db, viewer, instrument)?.packId;
	if (!packId) return null;
	return db.select().from(instrumentPacks).where(eq(instrumentPacks.id, packId)).get()?.language ?? null;
}

/** A wording with its answers in the order in which they are shown. */
export function askedWording(
	instrument: PackInstrument,
	pack: Omit<Pack, 'recordedAt' | 'recordedBy' | 'retiredAt' | 'retiredBy' | 'instrument'>
): AskedWording {
	const { id, language, title, intro, items, labels, largestFirst, licence, owner } = pack;
	const answers = labels.map((label, index) => ({ value: instruments[instrument].least + index, label }));
	return { id, language, title, intro, items, answers: largestFirst ? answers.toReversed() : answers, licence, owner };
}

/**
 * The answers of a form with the fields `item0`, `item1`, ….
 * @throws Refusal `invalid` beside each question that has none
 */
export function typedAnswers(instrument: PackInstrument, typed: Readonly<Record<string, unknown>>): number[] {
	const { items, least, most } = instruments[instrument];
	const errors: Record<string, string> = {};
	const answers = Array.from({ length: items }, (_, index) => {
		const text = typed[`item${index}`];
		const answer = typeof text === 'string' && /^\d$/.test(text) ? Number(text) : NaN;
		if (!(answer >= least && answer <= most)) errors[`item${index}`] = 'Please choose one answer here, or skip this questionnaire.';
		return answer;
	});
	const missing = Object.keys(errors).length;
	const message = `${missing} of ${items} questions ${missing === 1 ? 'has' : 'have'} no answer yet. Nothing was saved; the others are still filled in.`;
	if (missing > 0) throw new Refusal('invalid', message, errors);
	return answers;
}
