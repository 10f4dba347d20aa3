import { and, desc, eq, gt } from 'drizzle-orm';
import * as v from 'valibot';
import { MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import { caseContentOf, caseContentSentence, isId } from './case-content.ts';
import type { Db } from './db/connection.ts';
import { privateWords } from './db/schema/words.ts';
import { withTx } from './db/tx.ts';
import { isHeld } from './holds.ts';
import { dayWords, momentWords } from './moments.ts';
import { recordsChanged } from './news.ts';
import { wordsOn } from './organisation.ts';
import { ownNames } from './own-names.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { retentionInForce } from './retention.ts';
import { seal, unseal } from './seal.ts';
import type { Viewer } from './viewer.ts';

/** UTF-16 units, a line break being one. */
export const longestWords = 200;

/** How long words are kept (ms), as the organisation has it. */
function keptMs(db: Db): number {
	return retentionInForce(db).wordsDays * MS_PER_DAY;
}

const kept = v.object({ text: v.string() });

/** A few words that the viewer wrote for themselves. */
export interface OwnWords {
	id: string;
	text: string;
	recordedAt: Instant;
	/** When they were written, in words. */
	written: string;
	/** On which day they go: `tomorrow`, `on Monday 8 February 2027`. Null while a legal hold stands: nothing of the viewer's goes by itself then. */
	goes: string | null;
}

/**
 * The viewer's own words, newest first, also where the organisation has turned writing off since. Nobody else can read them. What is over is not shown
 * any more, until the next daily run takes it away (`retention-runs.ts`); under a legal hold it stays, and is shown.
 */
export function ownWords(db: Db, viewer: Viewer, now: Instant): OwnWords[] {
	const [ms, held] = [keptMs(db), isHeld(db, viewer.id, now)];
	const own = eq(privateWords.personId, viewer.id);
	return db
		.select()
		.from(privateWords)
		.where(held ? own : and(own, gt(privateWords.recordedAt, now - ms)))
		.orderBy(desc(privateWords.recordedAt), desc(privateWords.id))
		.all()
		.map(({ id, recordedAt, sealed }) => ({
			...{ id, recordedAt, text: wordsIn(db, viewer, { id, sealed }) },
			written: momentWords(viewer.zone, recordedAt, now),
			goes: held ? null : onDay(dayWords(viewer.zone, recordedAt + ms, now))
		}));
}

const onDay = (words: string) => (words.includes(' ') ? `on ${words}` : words);

/** Opens what the viewer wrote. */
export function wordsIn(db: Db, viewer: Viewer, { id, sealed }: { id: string; sealed: Buffer }): string {
	return v.parse(kept, unseal(db, place(viewer, id), sealed)).text;
}

/**
 * Keeps a few words for the viewer, sealed under their key. Sent twice, they are kept once.
 * @throws Refusal `invalid` beside `text`; `conflict` where the organisation has this off, or the id means something else
 */
export function writeWords(db: Db, viewer: Viewer, what: { id: string; text: string }, now: Instant): void {
	const text = checkedWords(db, what.text);
	withTx(db, () => {
		if (!wordsOn(db)) throw new Refusal('conflict', 'Your organisation has turned this off, so nothing was saved.');
		const before = db.select().from(privateWords).where(eq(privateWords.id, what.id)).get();
		if (before?.personId === viewer.id) return;
		if (before)
			throw new Refusal('conflict', 'This form was used for something else before. Please load the page again; nothing was saved.');
		const sealed = seal(db, place(viewer, what.id), { text });
		db.insert(privateWords).values({ id: what.id, personId: viewer.id, recordedAt: now, sealed }).run();
	});
}

function checkedWords(db: Db, typed: string): string {
	const text = typed.replace(/\r\n?/g, '\n').trim();
	if (text === '') throw invalid('text', 'Please write a few words, or leave it.');
	if (text.length > longestWords) throw invalid('text', `Please keep this to ${longestWords} characters; it has ${text.length}.`);
	if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text.replaceAll('\n', '')) || !text.isWellFormed())
		throw invalid('text', 'There is a character in it that cannot be kept. Please use plain text.');
	const found = isId(text) ? 'fingerprint' : caseContentOf('text', text, ownNames(db));
	if (found !== null) throw invalid('text', caseContentSentence(found));
	return text;
}

/** Deletes one of the viewer's own. @throws Refusal `not-found` for anybody else's, and for what is gone */
export function deleteWords(db: Db, viewer: Viewer, id: string): void {
	withTx(db, () => {
		const own = and(eq(privateWords.id, id), eq(privateWords.personId, viewer.id));
		if (db.delete(privateWords).where(own).run().changes === 0) throw notFound();
		recordsChanged(db);
	});
}

/** Deletes all of the viewer's own words, now. Safe to call twice. @returns how many there were */
export function deleteAllWords(db: Db, viewer: Viewer): number {
	return withTx(db, () => {
		const { changes } = db.delete(privateWords).where(eq(privateWords.personId, viewer.id)).run();
		recordsChanged(db);
		return changes;
	});
}

const place = (viewer: Viewer, row: string) => ({ table: 'private_words', row, person: viewer.id }) as const;
