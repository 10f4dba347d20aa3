import { attributedMs } from '#lib/domain/attributed.ts';
import { unionOf } from '#lib/domain/exposure.ts';
import type { QuarterSpan } from '#lib/domain/quarter.ts';
import type { Names } from '#lib/domain/report-tables.ts';
import { stretchesOverlapping } from '#lib/domain/stretch.ts';
import { MS_PER_MINUTE, type Instant } from '#lib/domain/time.ts';
import { waitsOf, type Step } from '#lib/domain/waits.ts';
import { dayRanges, workingMinutesBetween, type DayRange } from '#lib/domain/working-time.ts';
import type { Db } from './db/connection.ts';
import { policyFor } from './policies.ts';

/** One entry that counts as exposure: kind of work and partner body ('' for none that is listed), and the minutes that it adds. */
interface Entry {
	work: string;
	partner: string;
	minutes: number;
}

/** What is stored of one person's work in a quarter, nothing of it sealed. */
export interface WorkRecords {
	entries: (person: string) => Entry[];
	limits: (person: string) => { rule: string; times: number }[];
	breaks: (person: string) => { kept: number; missed: number };
	appointments: (person: string) => { kind: 'counselling' | 'assessment'; outcome: 'attended' | 'declined' | 'open'; times: number }[];
	/** Working minutes. */
	waits: (person: string) => Record<'acknowledged' | 'offered', number[]>;
}

/** Reads what is stored of people's work in a quarter. */
export function workRecords(db: Db, span: QuarterSpan, names: Names): WorkRecords {
	const { sessions, totals, limits, missed, appointments, erased } = prepare(db);
	const { from, until, firstDate, lastDate } = span;
	const timed = (person: string) => sessions.all({ person, from, until });
	const rulesOf = rulesByTeam(db, span);
	const waits = waitReader(db, span, rulesOf);
	return {
		entries(person) {
			const rows = timed(person);
			const ms = attributedMs(rows);
			const named = (row: { work: string | null; partner: string | null }) => ({
				work: names.work.has(row.work ?? '') ? (row.work ?? '') : '',
				partner: names.partners.has(row.partner ?? '') ? (row.partner ?? '') : ''
			});
			return [
				...rows.map((row) => ({ ...named(row), minutes: (ms.get(row.id) ?? 0) / MS_PER_MINUTE })),
				...totals.all({ person, firstDate, lastDate }).map((row) => ({ ...named(row), minutes: row.minutes }))
			];
		},
		limits: (person) => limits.all({ person, from, until }),
		breaks(person) {
			// That a break was missed was said to them alone, and went with their record: what is left would read as if each had been kept.
			if (erased.get(person)) return { kept: 0, missed: 0 };
			const union = unionOf(timed(person));
			const stretches = stretchesOverlapping(union, rulesOf(person).breakLength, -Infinity, Infinity).length;
			const times = Math.min(missed.get({ person, from, until }) ?? 0, stretches);
			return { kept: stretches - times, missed: times };
		},
		appointments: (person) => appointments.all({ person, firstDate, lastDate }),
		waits
	};
}

function prepare({ $client: client }: Db) {
	type Person = { person: string; from: Instant; until: Instant };
	type Dates = { person: string; firstDate: string; lastDate: string };
	type Described = { work: string | null; partner: string | null };
	const current = `person_id = @person and superseded_at is null and state = 'ended' and counts`;
	return {
		sessions: client.prepare<[Person], Described & { id: string; start: Instant; end: Instant }>(
			`select id, start_at as start, end_at as "end", work_type_id as work, partner_id as partner from exposures
			where ${current} and end_at > @from and end_at <= @until`
		),
		totals: client.prepare<[Dates], Described & { minutes: number }>(
			`select minutes, work_type_id as work, partner_id as partner from exposures
			where ${current} and date between @firstDate and @lastDate`
		),
		erased: client.prepare<[string], string>('select person_id from erasures where person_id = ?').pluck(),
		limits: client.prepare<[Person], { rule: string; times: number }>(
			`select rule, count(*) as times from findings
			where person_id = @person and at >= @from and at < @until and withdrawn_at is null and audience in ('review', 'alert') group by rule`
		),
		missed: client
			.prepare<[Person], number>(
				`select count(*) from findings
				where person_id = @person and at >= @from and at < @until and withdrawn_at is null and rule = 'break-missed'`
			)
			.pluck(),
		appointments: client.prepare<[Dates], ReturnType<WorkRecords['appointments']>[number]>(
			`select kind, coalesce(outcome, 'open') as outcome, count(*) as times from appointments
			where person_id = @person and due between @firstDate and @lastDate and (outcome is null or outcome in ('attended', 'declined'))
			group by 1, 2`
		)
	};
}

type TeamRules = Pick<ReturnType<typeof policyFor>['policy'], 'breakLength' | 'calendar'>;

/** Break length and working hours of somebody's home team at the end of the quarter, as they are now. */
function rulesByTeam(db: Db, { until }: QuarterSpan): (person: string) => TeamRules {
	const teamOf = db.$client
		.prepare<[string, Instant], string>(
			'select team_id from home_teams where person_id = ? and recorded_at < ? order by recorded_at desc, rowid desc limit 1'
		)
		.pluck();
	const known = new Map<string | null, TeamRules>();
	return (person) => {
		const team = teamOf.get(person, until) ?? null;
		const rules = known.get(team) ?? policyFor(db, team).policy;
		known.set(team, rules);
		return rules;
	};
}

function waitReader(db: Db, { from, until }: QuarterSpan, rulesOf: (person: string) => TeamRules): WorkRecords['waits'] {
	const alerts = db.$client.prepare<[{ person: string; from: Instant; until: Instant }], { id: string; reason: string }>(
		'select id, reason from alerts where person_id = @person and raised_at < @until and (closed_at is null or closed_at >= @from)'
	);
	const steps = db.$client.prepare<[string], Step>('select event, at from alert_events where alert_id = ? order by id');
	const absences = db.$client.prepare<[string], { from: string; to: string }>(
		'select from_date as "from", to_date as "to" from absences where person_id = ? and ended_at is null'
	);
	return (person) => {
		const found: ReturnType<WorkRecords['waits']> = { acknowledged: [], offered: [] };
		const { calendar } = rulesOf(person);
		const away = dayRanges(absences.all(person));
		for (const { id, reason } of alerts.all({ person, from, until })) {
			// Whoever asked for contact is answered though they are away (domain.md §5).
			const paused: DayRange[] = reason === 'contact' ? [] : away;
			for (const wait of waitsOf(steps.all(id))) {
				if (wait.from < from || wait.from >= until) continue;
				for (const step of ['acknowledged', 'offered'] as const) {
					const at = wait[step];
					if (at !== null) found[step].push(workingMinutesBetween(calendar, paused, wait.from, at));
				}
			}
		}
		return found;
	};
}
