import { and, asc, eq, gte } from 'drizzle-orm';
import { bandsOf, scaleIds, scales } from '#lib/domain/report-bands.ts';
import type { Scale } from '#lib/domain/report.ts';
import type { Instant } from '#lib/domain/time.ts';
import { keptIn } from './check-ins.ts';
import type { Db } from './db/connection.ts';
import { checkIns } from './db/schema/records.ts';
import { localDate, monthWords } from './local-time.ts';
import { momentWords } from './moments.ts';
import { instrumentsOn } from './organisation.ts';
import type { Rights } from './person-rights.ts';
import { unlessDestroyed } from './seal.ts';
import type { Viewer } from './viewer.ts';

/** Bands of check-ins over time, for somebody whom the person has named. It has no field for an answer or a score. */
export interface TrendsSeen {
	part: 'trends';
	/** Since when the person names the viewer, in words: what was answered before is not shown. */
	since: string;
	scales: Trend[];
}

export interface Trend {
	title: string;
	/** What the bands are. */
	about: string;
	/** The last band of each month in which there was an answer, newest first. */
	months: { month: string; band: string }[];
	/** How the last month compares with the one before it; null with one month alone. */
	direction: 'lighter' | 'the same' | 'heavier' | null;
}

const monthsShown = 12;
/** Of this one a high band is the light one. */
const reversed: Scale = 'proqol5-satisfaction';

/**
 * The bands of what somebody answered since they named the viewer, one for each month and scale: by week, gaps would tell which check-ins were
 * skipped. Of instruments that are off nothing. The caller has checked and noted that the viewer looks.
 */
export function trendsSeen(db: Db, viewer: Viewer, { id, namedAt }: Rights, now: Instant): TrendsSeen {
	if (namedAt === null) throw new Error('not named');
	const on = instrumentsOn(db);
	const answered = answeredSince(db, id, namedAt).filter(({ instrument }) => on.has(instrument));
	const today = localDate(viewer.zone, now);
	const found = scaleIds.flatMap((scale) => {
		const months = new Map<string, string>();
		for (const { at, bands } of answered) {
			const band = bands[scale];
			if (band !== undefined) months.set(localDate(viewer.zone, at).slice(0, 7), band);
		}
		return months.size > 0 ? [trendOf(scale, [...months].reverse().slice(0, monthsShown), today)] : [];
	});
	return { part: 'trends', since: momentWords(viewer.zone, namedAt, now), scales: found };
}

function trendOf(scale: Scale, months: readonly [month: string, band: string][], today: string): Trend {
	const { title, about, bands } = scales[scale];
	const labels = new Map(bands);
	return {
		...{ title, about },
		months: months.map(([month, band]) => ({ month: monthWords(`${month}-01`, today), band: labels.get(band) ?? band })),
		direction: directionOf(scale, months)
	};
}

function directionOf(scale: Scale, [last, before]: readonly [month: string, band: string][]): Trend['direction'] {
	if (!last || !before) return null;
	const order = scales[scale].bands.map(([key]) => key);
	const apart = order.indexOf(last[1]) - order.indexOf(before[1]);
	if (apart === 0) return 'the same';
	return apart > 0 === (scale !== reversed) ? 'heavier' : 'lighter';
}

function answeredSince(db: Db, personId: string, since: Instant) {
	return db
		.select({ id: checkIns.id, instrument: checkIns.instrument, at: checkIns.recordedAt, sealed: checkIns.sealed })
		.from(checkIns)
		.where(and(eq(checkIns.personId, personId), eq(checkIns.skipped, false), gte(checkIns.recordedAt, since)))
		.orderBy(asc(checkIns.recordedAt))
		.all()
		.flatMap(({ id, instrument, at, sealed }) => {
			const kept = sealed && unlessDestroyed(() => keptIn(db, id, { id: personId }, sealed));
			return kept ? [{ instrument, at, bands: bandsOf(instrument, kept.answers) }] : [];
		});
}
