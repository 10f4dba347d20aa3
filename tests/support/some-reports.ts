import { tablesOf } from '#lib/domain/report-tables.ts';
import { reportOf, type Counts } from '#lib/domain/report.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { reports } from '#lib/server/db/schema/reports.ts';
import type { Viewer } from '#lib/server/viewer.ts';
import { randomNames, randomQuarters } from './random-quarters.ts';

export const publishedQuarter = '2020-Q1';
export const preparedQuarter = '2020-Q2';

/** Two reports of another, larger organisation, long ago: one is published, and the other is still to be. */
export function addReports(db: Db, head: Viewer, now: number): void {
	const counts = randomQuarters(11, 1)[0] as Counts;
	for (const quarter of [publishedQuarter, preparedQuarter]) {
		const report = reportOf(tablesOf(counts, randomNames), { quarter, fewest: 5, people: counts.people.size, earlier: [] });
		const published = quarter === publishedQuarter ? { publishedAt: now, publishedBy: head.id } : {};
		db.insert(reports)
			.values({ quarter, report, preparedAt: now, preparedBy: head.id, ...published })
			.run();
	}
}
