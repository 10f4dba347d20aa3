import { and, eq, gte, isNull, ne, sql } from 'drizzle-orm';
import type { Moment } from '#lib/domain/rules/rule.ts';
import { allRules, dateRules, ruleOf, type RuleId } from '#lib/domain/rules/list.ts';
import { dateOf, epochDay, formatInstant, isoWeekOfDay, mondayOf, MS_PER_DAY, type Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { findings } from './db/schema/records.ts';
import { withTx } from './db/tx.ts';
import { versionsOf } from './exposure-rows.ts';
import { findingIn } from './exposure-versions.ts';
import { keepPutAway, putAwayUntil } from './put-away.ts';
import { notFound } from './refusal.ts';
import { tellPerson } from './telling.ts';
import type { Figures, Levels } from './today-figures.ts';
import type { Viewer } from './viewer.ts';
import { violentFindings } from './violent-findings.ts';

/** A finding that its person alone is shown. */
export interface Notice {
	id: string;
	rule: RuleId;
	sentence: string;
}

interface Found {
	id: string;
	at: Instant;
	rule: RuleId;
	period: string;
}

const oldestDays = 35;
/** A limit passed stays on Today for a week, unless it is put away. */
const reviewDays = 7;
const queryOf = perDatabase(prepare);

function prepare(db: Db) {
	const { id, at, rule, period } = findings;
	return db
		.select({ id, at, rule, period })
		.from(findings)
		.where(
			and(
				eq(findings.personId, sql.placeholder('person')),
				gte(findings.at, sql.placeholder('since')),
				// What goes on a lead's list as well is the person's to know first.
				ne(findings.audience, 'alert'),
				isNull(findings.dismissedAt),
				isNull(findings.withdrawnAt)
			)
		)
		.prepare();
}

/** The viewer's notices that were not put away and still mean something at this moment, newest first; one per rule. */
export function noticesFor(db: Db, viewer: Viewer, moment: Moment, { breaks, today, week }: Figures): Notice[] {
	const rows = queryOf(db).all({ person: viewer.id, since: moment.now - oldestDays * MS_PER_DAY });
	const said = new Set<string>();
	return [...rows.flatMap(found), ...violentOf(db, viewer, moment)]
		.sort((a, b) => b.at - a.at)
		.filter((notice) => stillMeant(notice, moment, breaks.since))
		.filter(({ rule }) => (rule !== 'day-action' || isNear(today)) && (rule !== 'week-action' || isNear(week)))
		.filter(({ rule }) => !said.has(rule) && said.add(rule))
		.filter(({ rule }) => !coveredBy(rule, said))
		.map(({ id, rule }) => ({ id, rule, sentence: ruleOf(rule).sentence }));
}

/** "Getting close" is not true of what turned out to be less, nor of what has passed its limit: the figure says so itself. */
function isNear({ ms, action, limit }: Levels): boolean {
	return action !== null && ms >= action && (limit === null || ms <= limit);
}

function found({ rule, ...row }: { id: string; at: Instant; rule: string; period: string }): Found[] {
	const known = allRules.find((each) => each.id === rule);
	return known ? [{ ...row, rule: known.id }] : [];
}

const violentDays = 7;

/** From under the seal of the sessions they followed from: on the day of the session, and for a week after. */
function violentOf(db: Db, viewer: Viewer, { measures, today, now }: Moment): Found[] {
	const all = [...violentFindings(db, viewer.id, measures.days.start(today - violentDays), now)];
	if (all.length === 0) return [];
	const until = putAwayUntil(db, viewer.id);
	return all.filter(({ at }) => at > until).map((each) => ({ ...each, rule: 'violent-material' }));
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
			if (breakSince !== null && period === formatInstant(breakSince)) return true;
			// What began the stretch may have been taken out of the count since.
			return measures.days.of(Date.parse(period)) >= today && measures.union.starts.includes(Date.parse(period));
		case 'timer-forgotten':
			return state.timer?.id === period;
		case 'day-action':
			return period === dateOf(today);
		case 'week-action':
		case 'ramp':
			return period === isoWeekOfDay(today);
		case 'nothing-logged':
			return !(state.timer !== null || exposureSince(measures, period));
		default:
			return !dateRules.some(({ id }) => id === rule) || lastDateOf(period) > today - reviewDays;
	}
}

/** Of a date itself; of an ISO week its Sunday. */
const lastDateOf = (period: string) => (period.includes('W') ? mondayOf(period) + 6 : epochDay(period));

/** Whether anything was logged for a day after `date`. */
function exposureSince({ union, totals, days }: Moment['measures'], date: string): boolean {
	const lastEnd = union.ends.at(-1);
	if (lastEnd !== undefined && dateOf(days.of(lastEnd - 1)) > date) return true;
	return [...totals].some(([day, ms]) => ms > 0 && dateOf(day) > date);
}

/** Puts a notice away; a second time changes nothing. @throws Refusal `not-found` for an unknown or another person's */
export function dismissNotice(db: Db, viewer: Viewer, id: string, now: Instant): void {
	withTx(db, () => {
		const mine = and(eq(findings.id, id), eq(findings.personId, viewer.id), ne(findings.audience, 'alert'));
		const row = db.select({ dismissedAt: findings.dismissedAt }).from(findings).where(mine).get();
		const violentAt = row ? null : violentAtOf(db, viewer, id);
		if (!row && violentAt === null) throw notFound();
		if (row?.dismissedAt === null) db.update(findings).set({ dismissedAt: now }).where(mine).run();
		keepPutAway(db, viewer.id, violentAt);
		tellPerson(db, viewer.id);
	});
}

/** When the finding sealed in one of the viewer's own entries was made; null where there is none. */
function violentAtOf(db: Db, viewer: Viewer, id: string): Instant | null {
	return versionsOf(db, viewer.id, id).find((version) => findingIn(db, version) !== null)?.recordedAt ?? null;
}
