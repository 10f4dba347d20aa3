import { setImmediate as breathe } from 'node:timers/promises';
import { desc, eq, isNotNull, isNull } from 'drizzle-orm';
import { reportOf, type Report } from '#lib/domain/report.ts';
import { tablesOf } from '#lib/domain/report-tables.ts';
import { firstDateOf, isQuarter, nextQuarter, quarterOf, quartersBefore, spanOf, type Quarter } from '#lib/domain/quarter.ts';
import { addDays, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { noteReading } from './access-log.ts';
import { audit } from './audit.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { reports } from './db/schema/reports.ts';
import { withTx } from './db/tx.ts';
import { dateWords, localDate } from './local-time.ts';
import { findOrganisation, type Organisation } from './organisation.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { isOwnHead } from './policy-authors.ts';
import { countQuarter, peopleCounted } from './report-counts.ts';
import { fewestInForce } from './report-floors.ts';
import type { Viewer } from './viewer.ts';

/** Days after a quarter's end in which what was forgotten is still logged: only then it is counted. */
const daysToWait = 7;
/** How many past quarters can still be counted. */
const quartersBack = 4;

/** Heads of welfare of the organisation itself make and publish reports; nobody else sees one before. @throws Refusal `not-allowed` */
function requireHead(db: Db, viewer: Viewer): void {
	if (isOwnHead(db, viewer)) return;
	throw new Refusal('not-allowed', 'Only the head of welfare of the organisation itself can do this.');
}

/**
 * Counts a quarter and keeps the report that it gives, once: it is never made anew, so that there is nothing to compare it with. Heads of
 * welfare alone see it until one of them publishes it. Others are answered while it is being made. Safe to call twice.
 * That their entries were counted is in the access log of everybody concerned.
 * @param sliceMs for so long others wait at most, but for one person's share
 * @throws Refusal `not-allowed`, `invalid` beside `quarter` for any but the next one
 */
export async function prepareReport(db: Db, viewer: Viewer, quarter: string, now: Instant, sliceMs = 15): Promise<void> {
	requireHead(db, viewer);
	const going = beingMade.get(db);
	if (going) await going;
	if (isMade(db, quarter)) return;
	const making = inSlices(make(db, viewer, quarter, now), sliceMs);
	// Whoever waits learns from their own try what went wrong.
	const settled = making.catch(() => undefined).finally(() => beingMade.delete(db));
	beingMade.set(db, settled);
	await making;
}

const beingMade = new WeakMap<Db, Promise<unknown>>();

async function inSlices(making: Generator<void, void, void>, sliceMs: number): Promise<void> {
	let since = performance.now();
	while (!making.next().done) {
		if (performance.now() - since < sliceMs) continue;
		await breathe();
		since = performance.now();
	}
}

/** As {@link prepareReport}, while everybody else waits: for a command, where nobody does. */
export function prepareReportAtOnce(db: Db, viewer: Viewer, quarter: string, now: Instant): void {
	requireHead(db, viewer);
	if (isMade(db, quarter)) return;
	const making = make(db, viewer, quarter, now);
	while (!making.next().done);
}

function* make(db: Db, viewer: Viewer, quarter: Quarter, now: Instant): Generator<void, void, void> {
	const organisation = findOrganisation(db);
	if (!organisation || quarter !== nextToMake(db, organisation, now))
		throw invalid('quarter', 'This quarter cannot be counted now. Please load the page again: it says which one can.');
	const span = spanOf(quarter, organisation.zone);
	const counted = peopleCounted(db, span);
	noteReading(db, viewer, { kind: 'report', why: { purpose: 'duty' } }, counted, now);
	const { counts, names } = yield* countQuarter(db, counted, span, organisation.fields.includes('partner'));
	withTx(db, () => {
		if (isMade(db, quarter)) return;
		const how = { quarter, fewest: fewestInForce(db), people: counted.length, earlier: reportsMade(db) };
		const report = reportOf(tablesOf(counts, names), how);
		db.insert(reports).values({ quarter, report, preparedAt: now, preparedBy: viewer.id }).run();
		audit(db, viewer, { action: 'report.prepared', subject: { kind: 'report', id: quarter } }, now);
	});
}

function isMade(db: Db, quarter: string): boolean {
	return db.select({ quarter: reports.quarter }).from(reports).where(eq(reports.quarter, quarter)).get() !== undefined;
}

/** Newest first. */
function reportsMade(db: Db): Report[] {
	const made = db.select({ report: reports.report }).from(reports).orderBy(desc(reports.quarter)).all();
	return made.map(({ report }) => report);
}

/** The quarter that can be counted next: over for {@link daysToWait} days, after the last one made and since there is an organisation. */
function nextToMake(db: Db, organisation: Organisation, now: Instant): Quarter | null {
	const next = nextQuarterOf(db, organisation, now);
	return countedFrom(next) <= localDate(organisation.zone, now) ? next : null;
}

function nextQuarterOf(db: Db, { zone, createdAt }: Organisation, now: Instant): Quarter {
	const last = db.select({ quarter: reports.quarter }).from(reports).orderBy(desc(reports.quarter)).limit(1).get();
	const candidates = [quarterOf(localDate(zone, createdAt)), quartersBefore(quarterOf(localDate(zone, now)), quartersBack)];
	if (last) candidates.push(nextQuarter(last.quarter));
	return candidates.sort().at(-1) ?? '';
}

const countedFrom = (quarter: Quarter): LocalDate => addDays(firstDateOf(nextQuarter(quarter)), daysToWait);

/**
 * Publishes a prepared report: from then on everybody with an account reads it, and it stays as it is. Safe to call twice.
 * @param what `sure`: that they have read it, and know that it cannot be undone
 * @throws Refusal `not-allowed`, `not-found`, `invalid` beside `sure`
 */
export function publishReport(db: Db, viewer: Viewer, { quarter, sure }: { quarter: string; sure: boolean }, now: Instant): void {
	requireHead(db, viewer);
	if (!sure) throw invalid('sure', 'Please read it through, and tick this first: publishing cannot be undone.');
	withTx(db, () => {
		const row = db.select({ publishedAt: reports.publishedAt }).from(reports).where(eq(reports.quarter, quarter)).get();
		if (!row) throw notFound();
		if (row.publishedAt !== null) return;
		db.update(reports).set({ publishedAt: now, publishedBy: viewer.id }).where(eq(reports.quarter, quarter)).run();
		audit(db, viewer, { action: 'report.published', subject: { kind: 'report', id: quarter } }, now);
	});
}

/** The list of reports. */
export interface ReportsPage {
	/** Newest first. */
	published: { quarter: Quarter; title: string; when: string }[];
	/** For heads of welfare: what waits to be published, and the quarter that comes next; null for everybody else. */
	making: { prepared: { quarter: Quarter; title: string }[]; next: { quarter: Quarter; title: string; from: string | null } } | null;
	/** Whether there is a head of welfare, who alone can make one. */
	hasHead: boolean;
	fewest: number;
}

/** Published reports, for everybody with an account; what goes before that, for heads of welfare alone. */
export function reportsPage(db: Db, viewer: Viewer, now: Instant): ReportsPage {
	const listed = db.select({ quarter: reports.quarter, publishedAt: reports.publishedAt }).from(reports);
	const published = listed.where(isNotNull(reports.publishedAt)).orderBy(desc(reports.quarter)).all();
	return {
		published: published.map(({ quarter, publishedAt }) => ({
			...{ quarter, title: quarterWords(quarter) },
			when: dayWords(viewer, publishedAt ?? 0, now)
		})),
		making: isOwnHead(db, viewer) ? makingOf(db, viewer, now) : null,
		hasHead: isThereAHead(db),
		fewest: fewestInForce(db)
	};
}

function makingOf(db: Db, viewer: Viewer, now: Instant): ReportsPage['making'] {
	const organisation = findOrganisation(db);
	if (!organisation) return null;
	const waiting = db
		.select({ quarter: reports.quarter })
		.from(reports)
		.where(isNull(reports.publishedAt))
		.orderBy(desc(reports.quarter))
		.all();
	const next = nextQuarterOf(db, organisation, now);
	const from = nextToMake(db, organisation, now) === null ? dateWords(countedFrom(next), localDate(viewer.zone, now)) : null;
	return {
		prepared: waiting.map(({ quarter }) => ({ quarter, title: quarterWords(quarter) })),
		next: { quarter: next, title: quarterWords(next), from }
	};
}

function isThereAHead(db: Db): boolean {
	const head = db.$client.prepare<[], number>(
		`select 1 from roles r join people p on p.id = r.person_id
		where r.role = 'head_of_welfare' and p.employer_id = (select employer_id from organisation) and r.confirmed_at is not null and r.ended_at is null and p.disabled_at is null limit 1`
	);
	return head.get() !== undefined;
}

/** A report as it is read. */
export interface ReportPage {
	report: Report;
	title: string;
	organisation: string;
	/** The first and the last date, in words. */
	dates: string;
	/** By whom and when; null: prepared, and not published yet. */
	published: { who: string; when: string } | null;
}

/** A published report, for everybody with an account; a prepared one for heads of welfare alone. @throws Refusal `not-found` for any other */
export function findReport(db: Db, viewer: Viewer, quarter: string, now: Instant): ReportPage {
	const row = isQuarter(quarter)
		? db
				.select({ made: reports, who: people.name })
				.from(reports)
				.leftJoin(people, eq(people.id, reports.publishedBy))
				.where(eq(reports.quarter, quarter))
				.get()
		: undefined;
	if (!row || (row.made.publishedAt === null && !isOwnHead(db, viewer))) throw notFound();
	const { report, publishedAt } = row.made;
	const { firstDate, lastDate } = spanOf(quarter, 'UTC');
	return {
		...{ report, title: quarterWords(quarter), organisation: findOrganisation(db)?.name ?? '' },
		dates: `${dateWords(firstDate, '')} to ${dateWords(lastDate, '')}`,
		published: publishedAt === null ? null : { who: row.who ?? '', when: dayWords(viewer, publishedAt, now) }
	};
}

const dayWords = ({ zone }: Viewer, at: Instant, now: Instant) => dateWords(localDate(zone, at), localDate(zone, now));

const months = ['January to March', 'April to June', 'July to September', 'October to December'] as const;

/** `July to September 2026`. */
export function quarterWords(quarter: Quarter): string {
	return `${months[Number(quarter.slice(-1)) - 1] ?? ''} ${quarter.slice(0, 4)}`;
}
