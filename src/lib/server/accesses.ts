import type { Reason } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import { answerWords, lookWords, timesWords } from './access-words.ts';
import { headsAsked } from './access-questions.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import type { QuestionAnswer, ReadKind, ReadPurpose } from './db/schema/access.ts';
import { looksAt } from './looks-at.ts';
import { momentWords } from './moments.ts';
import type { Viewer } from './viewer.ts';

/** One entry of the access log as the person it is about reads it. */
export interface Look {
	id: string;
	/** By name. */
	who: string;
	/** Goes on from the name: `looked at the limits you passed`. */
	what: string;
	/** `Monday 9 November, 10:02`; of several times that day the last. */
	when: string;
	/** `twice that day`; empty for once. */
	times: string;
	/** A sentence. */
	why: string;
	/** Whether the person can ask about it: once, and not where somebody looked because they had asked. */
	mayAsk: boolean;
	/** What the person asked about it; null where they have not. */
	question: Question | null;
}

export interface Question {
	asked: string;
	/** Who can answer it, by name; nobody once it is answered. */
	waitsFor: string[];
	answer: { words: string; by: string; when: string } | null;
}

export interface Looks {
	entries: Look[];
	page: number;
	/** Whether there are any before these. */
	older: boolean;
}

export const looksPerPage = 25;
const mostPages = 1_000;

/** Who has looked at the viewer's record, newest first, in pages from 0 on. What the viewer looks at of their own is not among it. */
export function accessesOf(db: Db, viewer: Viewer, page: number, now: Instant): Looks {
	const at = Math.min(mostPages, Math.max(0, Math.trunc(page) || 0));
	const rows = rowsOf(db).all({ personId: viewer.id, most: looksPerPage + 1, skip: at * looksPerPage });
	return {
		entries: rows.slice(0, looksPerPage).map((row) => lookOf(db, viewer, row, now)),
		page: at,
		older: rows.length > looksPerPage
	};
}

interface Row {
	id: string;
	viewerId: string;
	who: string;
	kind: ReadKind;
	purpose: ReadPurpose;
	reason: Reason | null;
	lastAt: Instant;
	count: number;
	askedAt: Instant | null;
	answer: QuestionAnswer | null;
	answeredAt: Instant | null;
	answeredBy: string | null;
}

function lookOf(db: Db, viewer: Viewer, row: Row, now: Instant): Look {
	const { what, why } = lookWords(row.kind, row.purpose, row.reason);
	const when = (at: Instant) => momentWords(viewer.zone, at, now);
	const { answer, answeredAt, answeredBy } = row;
	return {
		...{ id: row.id, who: row.who, what: `looked at ${what}`, when: when(row.lastAt), times: timesWords(row.count), why },
		mayAsk: row.askedAt === null && row.kind !== 'question',
		question:
			row.askedAt === null
				? null
				: {
						asked: when(row.askedAt),
						waitsFor: answer === null ? headsAsked(db, { personId: viewer.id, viewerId: row.viewerId }, now).map(({ name }) => name) : [],
						answer:
							answer && answeredAt !== null ? { words: answerWords[answer], by: answeredBy ?? 'Somebody', when: when(answeredAt) } : null
					}
	};
}

const rowsOf = perDatabase(prepare);

function prepare(db: Db) {
	return db.$client.prepare<[{ personId: string; most: number; skip: number }], Row>(
		`select entry.id, entry.viewer_id as viewerId, viewer.name as who, entry.kind, entry.purpose, alert.reason,
			entry.last_at as lastAt, entry.count, question.asked_at as askedAt, question.answer, question.answered_at as answeredAt,
			head.name as answeredBy
		from access_entries as entry
		join people as viewer on viewer.id = entry.viewer_id
		left join alerts as alert on alert.id = entry.alert_id
		left join access_questions as question on question.entry_id = entry.id
		left join people as head on head.id = question.answered_by
		where entry.${looksAt('@personId')}
		order by entry.last_at desc, entry.id desc limit @most offset @skip`
	);
}
