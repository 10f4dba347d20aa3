import { and, desc, eq, gte, isNull, sql } from 'drizzle-orm';
import type { Moment } from '#lib/domain/rules/rule.ts';
import { allRules, ruleOf, type RuleId } from '#lib/domain/rules/list.ts';
import { dateOf, formatInstant, isoWeekOfDay, MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { findings } from './db/schema/records.ts';
import { notFound } from './refusal.ts';
import { unseal } from './seal.ts';
import type { Figures, Levels } from './today-figures.ts';
import type { Viewer } from './viewer.ts';

/** A finding that its person alone is shown. */
export interface Notice {
	id: string;
	rule: RuleId;
	sentence: string;
}

interface Found {
	id: string;
	rule: RuleId;
	period: string;
}

const oldestDays = 35;
const byDb = new WeakMap<Db, ReturnType<typeof prepare>>();

function prepare(db: Db) {
	const { id, rule, period, sealed } = findings;
	return db
		.select({ id, rule, period, sealed })
		.from(findings)
		.where(
			and(
				eq(findings.personId, sql.placeholder('person')),
				gte(findings.at, sql.placeholder('since')),
				eq(findings.audience, 'notice'),
				isNull(findings.dismissedAt),
				isNull(findings.withdrawnAt)
			)
		)
		.orderBy(desc(findings.at))
		.prepare();
}

/** The viewer's notices that were not put away and still mean something at this moment, newest first; one per rule. */
export function noticesFor(db: Db, viewer: Viewer, moment: Moment, { breaks, today, week }: Figures): Notice[] {
	let query = byDb.get(db);
	if (!query) byDb.set(db, (query = prepare(db)));
	const rows = query.all({ person: viewer.id, since: moment.now - oldestDays * MS_PER_DAY });
	const said = new Set<string>();
	return rows
		.flatMap((row) => found(db, viewer, row))
		.filter((notice) => stillMeant(notice, moment, breaks.since))
		.filter(({ rule }) => !(rule === 'day-action' && isOver(today)) && !(rule === 'week-action' && isOver(week)))
		.filter(({ rule }) => !said.has(rule) && said.add(rule))
		.filter(({ rule }) => !coveredBy(rule, said))
		.map(({ id, rule }) => ({ id, rule, sentence: ruleOf(rule).sentence }));
}

/** "Getting close" is no longer true of what has passed its limit: the figure says so itself. */
function isOver({ ms, limit }: Levels): boolean {
	return limit !== null && ms > limit;
}

function found(
	db: Db,
	viewer: Viewer,
	{ id, rule, period, sealed }: { id: string; rule: string | null; period: string | null; sealed: Buffer | null }
): Found[] {
	const open =
		sealed === null
			? { rule, period }
			: (unseal(db, { table: 'findings', row: id, person: viewer.id }, sealed) as { rule: unknown; period: unknown });
	const known = allRules.find((each) => each.id === open.rule);
	return known && typeof open.period === 'string' ? [{ id, rule: known.id, period: open.period }] : [];
}

/** One notice at a time about the same thing: a timer that may be wrong, a stretch that became long. */
function coveredBy(rule: RuleId, said: ReadonlySet<string>): boolean {
	if (rule === 'break-due' && said.has('break-missed')) return true;
	return (
		said.has('timer-forgotten') && (rule === 'break-due' || rule === 'break-missed' || rule === 'day-action' || rule === 'week-action')
	);
}

/** A notice about a day, week, timer or stretch that has passed says nothing any more. */
function stillMeant({ rule, period }: Found, { state, measures, today }: Moment, breakSince: Instant | null): boolean {
	switch (rule) {
		case 'break-due':
			return state.timer !== null && breakSince !== null && period === formatInstant(breakSince);
		case 'break-missed':
			return measures.days.of(Date.parse(period)) >= today || (breakSince !== null && period === formatInstant(breakSince));
		case 'timer-forgotten':
			return state.timer?.id === period;
		case 'day-action':
			return period === dateOf(today);
		case 'week-action':
		case 'ramp':
		case 'violent-material':
			return period === isoWeekOfDay(today);
		case 'nothing-logged':
			return !(state.timer !== null || exposureSince(measures, period));
		default:
			return true;
	}
}

/** Whether anything was logged for a day after `date`. */
function exposureSince({ union, totals, days }: Moment['measures'], date: string): boolean {
	const lastEnd = union.ends.at(-1);
	if (lastEnd !== undefined && dateOf(days.of(lastEnd - 1)) > date) return true;
	return [...totals].some(([day, ms]) => ms > 0 && dateOf(day) > date);
}

/** Puts a notice away; a second time changes nothing. @throws Refusal `not-found` for an unknown or another person's */
export function dismissNotice(db: Db, viewer: Viewer, id: string, now: Instant): void {
	const mine = and(eq(findings.id, id), eq(findings.personId, viewer.id), eq(findings.audience, 'notice'));
	if (!db.select({ id: findings.id }).from(findings).where(mine).get()) throw notFound();
	db.update(findings)
		.set({ dismissedAt: now })
		.where(and(mine, isNull(findings.dismissedAt)))
		.run();
}
