import { prepareReportAtOnce, publishReport, reportsPage } from '../reports.ts';
import { viewerOf, type World } from './world.ts';

/** The head of welfare publishes the report of the last quarter, where it can be counted yet. */
export function publishLastQuarter(world: World): void {
	const { db, now } = world;
	const hale = viewerOf(world, 'hale');
	const next = reportsPage(db, hale, now).making?.next;
	if (!next || next.from !== null) return;
	prepareReportAtOnce(db, hale, next.quarter, now);
	publishReport(db, hale, { quarter: next.quarter, sure: true }, now);
}
