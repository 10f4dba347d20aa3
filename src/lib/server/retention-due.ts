import type { Instant, LocalDate } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { localDate } from './local-time.ts';
import { findOrganisation } from './organisation.ts';
import { checkDurations, type Durations } from './retention.ts';
import { requireAdmin, type Viewer } from './viewer.ts';

/** What would go, by class. */
export interface Going {
	/** People of whom everything goes, because the time after they left is over. */
	records: number;
	/** Check-ins, answered and skipped. */
	answers: number;
	words: number;
	access: number;
	shortLived: number;
	/** People on whose record a legal hold stands, whether or not anything of theirs would go: that would tell what they wrote. */
	held: number;
}

/** {@link Going} as anybody sees it. What people wrote or did is rounded down to tens, null for fewer than ten (domain.md §6): neither a figure nor
 *  the difference of two, with other times or on the next day, then tells of one person. Who left and who is held is known to whoever sees it. */
export type GoingShown = Pick<Going, 'records' | 'held'> & Record<Exclude<keyof Going, 'records' | 'held'>, number | null>;

/** As {@link GoingShown} has it. */
export function shownGoing({ records, answers, words, access, shortLived, held }: Going): GoingShown {
	const tens = (count: number) => (count < 10 ? null : Math.floor(count / 10) * 10);
	return { records, answers: tens(answers), words: tens(words), access: tens(access), shortLived: tens(shortLived), held };
}

/** Before which instant what was recorded goes; of those who left, before which date. */
export interface Cutoffs {
	left: LocalDate;
	answers: Instant;
	words: Instant;
	access: Instant;
	shortLived: Instant;
}

/** Links and messages that are over stay for so long, for whoever asks what became of them. */
export const shortLivedDays = 90;

/** Dates are those of the organisation's zone. */
export function cutoffsOf(db: Db, { recordYears, answersMonths, wordsDays, accessYears }: Durations, now: Instant): Cutoffs {
	const zone = findOrganisation(db)?.zone ?? 'UTC';
	const today = Temporal.PlainDate.from(localDate(zone, now));
	const start = (date: Temporal.PlainDate) => date.toZonedDateTime(zone).epochMilliseconds;
	return {
		left: today.subtract({ years: recordYears }).toString(),
		answers: start(today.subtract({ months: answersMonths })),
		words: start(today.subtract({ days: wordsDays })),
		access: start(today.subtract({ years: accessYears })),
		shortLived: start(today.subtract({ days: shortLivedDays }))
	};
}

/** Questions that are put to each class: whose rows are over, and how many. `@held` people are in none of them. */
const over = {
	answers: 'from check_ins where recorded_at < @answers',
	words: 'from private_words where recorded_at <= @words',
	access: 'from access_entries where last_at < @access'
} as const;

const heldPeople = '(select distinct person_id from holds where lifted_at is null and until_at > @now)';
const free = `person_id not in ${heldPeople}`;

/** Those who left before the date; of somebody who was erased without having left, the day of that counts. */
const leftBefore = `select d.person_id from departures d left join erasures e on e.person_id = d.person_id
	where d.ended_at is null and d.closed_at is not null and d.from_date <= @left and e.cleared_at is null`;

/** A table whose rows go some time after they are over. */
export interface ShortLived {
	table: string;
	/** Which rows are over. */
	over: string;
	/** Which rows are those of `people`, a list in SQL; null for a table of nobody. */
	of: ((people: string) => string) | null;
}

const theirOwn = (people: string) => `person_id in ${people}`;
const about = (people: string) => `recipient_id in ${people} or alert_id in (select id from alerts where person_id in ${people})
	or dispute_id in (select id from conversations where person_id in ${people})`;

export const shortLived: readonly ShortLived[] = [
	{ table: 'sign_ins', over: 'expires_at < @shortLived', of: theirOwn },
	{ table: 'sign_in_failures', over: 'last_at < @shortLived', of: null },
	{ table: 'invitations', over: 'expires_at < @shortLived', of: theirOwn },
	{ table: 'calendar_feeds', over: 'revoked_at < @shortLived', of: theirOwn },
	{
		table: 'messages',
		over: `ended_at < @shortLived and (alert_id is null and alarm_id in (select id from alarms where ended_at < @shortLived)
			or alert_id in (select id from alerts where closed_at < @shortLived)
			or check_in_of is not null or break_of is not null or dispute_id in (select conversation_id from disputes where acknowledged_at < @shortLived))`,
		of: about
	}
];

/** Rows of a table that are over and nobody's on whose record a legal hold stands. */
export function goingRows({ table, over, of }: ShortLived): string {
	return `from ${table} where (${over})${of === null ? '' : ` and (${of(heldPeople)}) is not true`}`;
}

export type OverClass = keyof typeof over;

/** People of whom something of a class is over, held ones left out. */
export function peopleOver(db: Db, what: OverClass | 'records', cutoffs: Cutoffs, now: Instant): string[] {
	const sql =
		what === 'records' ? `select person_id from (${leftBefore}) where ${free}` : `select distinct person_id ${over[what]} and ${free}`;
	return db.$client
		.prepare<[Cutoffs & { now: Instant }], string>(sql)
		.pluck()
		.all({ ...cutoffs, now });
}

/** How many of a class would go, everybody's but of those held. */
export function goingNow(db: Db, durations: Durations, now: Instant): Going {
	const parameters = { ...cutoffsOf(db, durations, now), now };
	const count = (sql: string) => db.$client.prepare<[typeof parameters], number>(`select count(*) ${sql}`).pluck().get(parameters) ?? 0;
	return {
		records: count(`from (${leftBefore}) where ${free}`),
		answers: count(`${over.answers} and ${free}`),
		words: count(`${over.words} and ${free}`),
		access: count(`${over.access} and ${free}`),
		shortLived: shortLived.reduce((sum, each) => sum + count(goingRows(each)), 0),
		held: count(`from ${heldPeople}`)
	};
}

/** As {@link goingNow}, for the screen. @throws Refusal `not-allowed`; `invalid` beside a duration that cannot be */
export function dryRun(db: Db, viewer: Viewer, durations: Durations, now: Instant): GoingShown {
	requireAdmin(viewer);
	checkDurations(durations);
	return shownGoing(goingNow(db, durations, now));
}
