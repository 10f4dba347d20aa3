import { asc, eq } from 'drizzle-orm';
import { dateValue } from '#lib/domain/evaluation.ts';
import { thresholdMs } from '#lib/domain/factor.ts';
import { WINDOW_DAYS } from '#lib/domain/history.ts';
import { momentOf } from '#lib/domain/moment.ts';
import type { PersonState } from '#lib/domain/person-state.ts';
import type { Policy } from '#lib/domain/policy.ts';
import type { Moment } from '#lib/domain/rules/rule.ts';
import { dateOf, epochDay, personDayStart, type EpochDay, type Instant } from '#lib/domain/time.ts';
import { mondayOfPeriod } from '#lib/domain/weekly-list.ts';
import { minutesOf } from '#lib/domain/window.ts';
import { orLogged } from './catching-up.ts';
import type { Db } from './db/connection.ts';
import { factors, personVersions } from './db/schema/people.ts';
import { lastCorrection, sessionsBetween, totalsBetween } from './exposure-rows.ts';
import type { LimitFound, LimitRule } from './limits-found.ts';
import { loadPersonState } from './person-states.ts';
import { policyOfVersions } from './policies.ts';

/** A limit found passed, by the log as it stands now: more may have been logged since, or corrected. Nothing else changes it. */
export interface LimitPassed extends LimitFound {
	/** Whether it still holds under the policy, the limit factors and the person's days that it was found under. */
	holds: boolean;
	/** Where it does not: when the log was last corrected (UTC ms). Nothing else ends it. */
	endedAt: Instant | null;
	/** Of the person: minutes, days in a row, or the clock time after which there should be none. */
	limit: number | string;
}

/** How each of one person's limits stands at `now`. What cannot be evaluated is shown as it was found. */
export function asTheyStand(db: Db, personId: string, limits: readonly LimitFound[], now: Instant): LimitPassed[] {
	const stored = (): LimitPassed[] =>
		limits.map((each) => ({ ...each, holds: each.withdrawnAt === null, endedAt: each.withdrawnAt, limit: limitInPolicy(db, each) }));
	if (limits.length === 0) return [];
	const evaluated = orLogged(personId, () => {
		const state = stateSince(db, personId, earliestNeeded(limits), now);
		const then = stateThen(db, state);
		return limits.map((each) => asItStands(db, then(each.at), each, now));
	});
	return evaluated ?? stored();
}

function earliestNeeded(limits: readonly LimitFound[]): EpochDay {
	const firsts = limits.map(
		({ rule, period, value }) => (rule.period === 'date' ? epochDay(period) : mondayOfPeriod(period)) - (rule.unit === 'days' ? value : 0)
	);
	// Before the dates themselves: the longest window, and what another zone and start of day can make of a date.
	return Math.min(...firsts) - WINDOW_DAYS - 2;
}

/** The person's state with sessions and day totals from `first` on, however long ago. */
function stateSince(db: Db, personId: string, first: EpochDay, now: Instant): PersonState {
	const { state } = loadPersonState(db, personId, now);
	const from = dateOf(first);
	if (state.historyFrom === null || state.historyFrom <= from) return state;
	const counted = (row: { state: string; counts: boolean }) => row.state === 'ended' && row.counts;
	const since = personDayStart(state.zone, state.dayStart, from);
	return {
		...state,
		historyFrom: from,
		sessions: sessionsBetween(db, personId, since, now)
			.filter(counted)
			.map(({ id, start, end }) => ({ id, start: start ?? 0, end: end ?? 0 })),
		dayTotals: totalsBetween(db, personId, from, '9999-12-31')
			.filter(counted)
			.map(({ id, date, minutes }) => ({ id, date: date ?? '', minutes: minutes ?? 0 }))
	};
}

/**
 * The same state with the limit factors, zone, start of day and start date that stood at an instant. A limit stays the one that was passed: one that
 * changed as something was agreed, or taken back, would tell everybody who had read it, and nobody empties a list by counting their days anew.
 */
function stateThen(db: Db, state: PersonState): (at: Instant) => PersonState {
	const rows = db.select().from(factors).where(eq(factors.personId, state.id)).all();
	const versions = db.select().from(personVersions).where(eq(personVersions.personId, state.id)).orderBy(asc(personVersions.version)).all();
	const states = new Map<string, PersonState>();
	return (at) => {
		const days = versions.findLast(({ recordedAt }) => recordedAt <= at) ?? versions[0];
		const then = rows.filter(({ recordedAt, endedAt }) => recordedAt <= at && (endedAt === null || endedAt > at));
		const key = [days?.version, ...then.map(({ id }) => id)].join();
		const known = states.get(key) ?? {
			...state,
			...(days && { zone: days.zone, dayStart: days.dayStart, startDate: days.startDate }),
			factors: then.map(({ factor, from, to }) => ({ factor: factor / 1000, from, to }))
		};
		// One state for all that were found under it: what is summed up for it is kept with it.
		states.set(key, known);
		return known;
	};
}

function asItStands(db: Db, state: PersonState, limit: LimitFound, now: Instant): LimitPassed {
	const { policy } = policyOfVersions(db, limit.policyId, limit.teamPolicyId);
	const moment = momentOf(state, policy, now);
	const best = greatest(moment, limit);
	const endedAt = limit.withdrawnAt ?? (best === null ? correctedAt(db, moment, limit) : null);
	const value = best === null ? limit.value : limit.rule.unit === 'ms' ? minutesOf(best.value) : best.value;
	return { ...limit, holds: endedAt === null, endedAt, value, limit: limitOn(moment, limit.rule, best?.day ?? lastDay(moment, limit)) };
}

/** When something that was logged for the dates of a limit was last amended or voided. */
function correctedAt(db: Db, moment: Moment, limit: LimitFound): Instant | null {
	const { days } = moment.measures;
	const { rule, period, value } = limit;
	const back = rule.unit === 'days' ? value : rule.length - 1;
	const first = (rule.period === 'date' ? epochDay(period) : mondayOfPeriod(period)) - back;
	const last = lastDay(moment, limit);
	return lastCorrection(
		db,
		limit.personId,
		{ from: days.start(first), to: days.start(last + 1) },
		{ from: dateOf(first), to: dateOf(last) }
	);
}

function lastDay({ today }: Moment, { rule, period }: LimitFound): EpochDay {
	return rule.period === 'date' ? epochDay(period) : Math.min(mondayOfPeriod(period) + 6, today);
}

/** Of a week: the date on which the sum of the days up to it is greatest. */
function greatest(moment: Moment, { rule, period }: LimitFound): { day: EpochDay; value: number } | null {
	const first = rule.period === 'date' ? epochDay(period) : mondayOfPeriod(period);
	let best: { day: EpochDay; value: number } | null = null;
	for (let day = first; day <= (rule.period === 'date' ? first : Math.min(first + 6, moment.today)); day++) {
		const value = dateValue(moment, rule, day);
		if (value !== null && (best === null || value > best.value)) best = { day, value };
	}
	return best;
}

/** The person's own limit on a day: of hours, the policy's times the mean factor of the days it spans. Why it is lower stays hidden. */
function limitOn({ measures, policy }: Moment, { id, length }: LimitRule, day: EpochDay): number | string {
	const parameters = policy.rules[id];
	if (!('minutes' in parameters)) return limitIn(policy, id);
	return minutesOf(thresholdMs(measures, policy.newStarter, parameters.minutes, day, length));
}

function limitInPolicy(db: Db, { rule, policyId, teamPolicyId }: LimitFound): number | string {
	return limitIn(policyOfVersions(db, policyId, teamPolicyId).policy, rule.id);
}

/** What a policy sets: minutes, days in a row, or a clock time. */
function limitIn({ rules }: Policy, id: LimitRule['id']): number | string {
	const parameters = rules[id];
	if ('after' in parameters) return parameters.after;
	return 'days' in parameters ? parameters.days : parameters.minutes;
}
