import { desc } from 'drizzle-orm';
import type { Instant } from '#lib/domain/time.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { retentionVersions } from './db/schema/keeping.ts';
import { withTx } from './db/tx.ts';
import { momentWords } from './moments.ts';
import { checkedReason } from './policy-changes.ts';
import { namesById } from './record-people.ts';
import { invalid, Refusal } from './refusal.ts';
import { requireAdmin, type Viewer } from './viewer.ts';

/** How long each class is kept. */
export interface Durations {
	/** Years after somebody has left: sessions, limits, prompts and what followed, and the account. */
	recordYears: number;
	/** Months after it was answered: check-ins. */
	answersMonths: number;
	/** Days after it was written: private words. */
	wordsDays: number;
	/** Years after the look: who has looked at whose record. */
	accessYears: number;
}

export interface DurationField {
	name: keyof Durations;
	label: string;
	unit: string;
	least: number;
	most: number;
	standard: number;
	source: string;
	about: string;
}

/** Each duration with its default, its source and what can sensibly be chosen. */
export const durationFields: readonly DurationField[] = [
	{
		...{ name: 'recordYears', label: 'Sessions, limits passed, prompts and what followed', unit: 'years after leaving' },
		...{ least: 1, most: 12, standard: 6, source: '(ours): set it with counsel' },
		about: 'Claims about harm at work can come years later. After that time everything about the person goes.'
	},
	{
		...{ name: 'answersMonths', label: 'Check-ins', unit: 'months after they were answered' },
		...{ least: 6, most: 72, standard: 24, source: '(ours): long enough for trends' },
		about: 'Answers, scores and concerns. That there was a prompt is kept with the prompts.'
	},
	{
		...{ name: 'wordsDays', label: 'Words that people wrote for themselves', unit: 'days after they were written' },
		...{ least: 7, most: 90, standard: 90, source: '(ours)' },
		about: 'Only their author can read them. They never stay longer than 90 days.'
	},
	{
		...{ name: 'accessYears', label: 'Who has looked at whose record', unit: 'years after the look' },
		...{ least: 1, most: 12, standard: 6, source: '(ours): as long as the record after leaving, so that a look can be asked about' },
		about: 'Each person sees their own log. It goes with the rest of their record at the latest.'
	}
];

export const defaultDurations = Object.fromEntries(durationFields.map(({ name, standard }) => [name, standard])) as unknown as Durations;

export interface RetentionInForce extends Durations {
	/** The version's id; null: the defaults, which nobody has changed. */
	id: string | null;
}

/** The durations in force. */
export function retentionInForce(db: Db): RetentionInForce {
	const row = newest(db);
	if (!row) return { id: null, ...defaultDurations };
	const { id, recordYears, answersMonths, wordsDays, accessYears } = row;
	return { id, recordYears, answersMonths, wordsDays, accessYears };
}

function newest(db: Db) {
	return db.select().from(retentionVersions).orderBy(desc(retentionVersions.recordedAt), desc(retentionVersions.id)).limit(1).get();
}

export interface NewDurations extends Durations {
	/** The form's id, which becomes the version's. */
	id: string;
	reason: string;
	/** The version that the author saw; null: the defaults. */
	basedOn: string | null;
	/** That more goes than before was asked about, and confirmed. */
	sure: boolean;
}

/**
 * Puts other durations in force; the next daily run goes by them. Sent twice, they are stored once.
 * @throws Refusal `not-allowed` for anybody but an admin; `invalid` beside a duration, `reason`, or `sure` for a shorter time that was not confirmed; `conflict` where somebody changed them meanwhile
 */
export function changeRetention(
	db: Db,
	viewer: Viewer,
	{ id, reason: typed, basedOn, sure, ...durations }: NewDurations,
	now: Instant
): void {
	requireAdmin(viewer);
	checkDurations(durations);
	const reason = checkedReason(typed);
	withTx(db, () => {
		const before = newest(db);
		if (before?.id === id) return;
		if ((before?.id ?? null) !== basedOn)
			throw new Refusal('conflict', 'Somebody else has changed this in the meantime. Please load the page again; nothing was saved.');
		const old = before ?? defaultDurations;
		if (durationFields.every(({ name }) => old[name] === durations[name]))
			throw invalid('reason', 'Nothing is different yet, so there is nothing to put in force.');
		if (!sure && durationFields.some(({ name }) => durations[name] < old[name]))
			throw invalid('sure', 'Something would be kept for less time than before, and what has gone cannot be brought back. Is that right?');
		db.insert(retentionVersions)
			.values({ id, ...durations, reason, authorId: viewer.id, recordedAt: Math.max(now, (before?.recordedAt ?? 0) + 1) })
			.run();
		audit(db, viewer, { action: 'record.retention-changed', subject: { kind: 'retention', id }, detail: { ...durations } }, now);
	});
}

/** @throws Refusal `invalid` beside a duration that is not between its least and its most */
export function checkDurations(durations: Durations): void {
	for (const { name, least, most } of durationFields) {
		const value = durations[name];
		if (!Number.isInteger(value) || value < least || value > most)
			throw invalid(name, `Please give a whole number from ${least} to ${most}.`);
	}
}

export interface ShownVersion {
	id: string;
	when: string;
	by: string;
	reason: string;
	durations: string;
}

/** All versions, newest first, in words. @throws Refusal `not-allowed` */
export function retentionVersionsFor(db: Db, viewer: Viewer, now: Instant): ShownVersion[] {
	requireAdmin(viewer);
	const names = namesById(db);
	const rows = db.select().from(retentionVersions).orderBy(desc(retentionVersions.recordedAt)).all();
	return rows.map(({ id, recordedAt, authorId, reason, ...row }) => ({
		...{ id, reason, when: momentWords(viewer.zone, recordedAt, now) },
		by: names.get(authorId ?? '') ?? 'Breakwater',
		durations: `${row.recordYears} years after leaving · check-ins ${row.answersMonths} months · words ${row.wordsDays} days · looks ${row.accessYears} years`
	}));
}
