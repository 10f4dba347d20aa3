import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { AlertState } from '#lib/domain/alert.ts';
import type { RoutedAs } from '#lib/domain/lines.ts';
import { epochDay, MS_PER_DAY, MS_PER_MINUTE, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { noteReading, reading } from './access-log.ts';
import { askedAt, chosenDates, eventsFor } from './alert-events.ts';
import { catchUpEach } from './catching-up.ts';
import type { Db } from './db/connection.ts';
import { people } from './db/schema/people.ts';
import { alertFindings, findings } from './db/schema/records.ts';
import { localDate } from './local-time.ts';
import { dueDateWords, dueWords, figureWords, nextSteps, promptReasons, sinceWords, type Due } from './prompt-words.ts';
import { overdueFor, routesOf, type AlertRow, type Route } from './recipients.ts';
import type { Viewer } from './viewer.ts';

/** An open alert as a supervisor reads it. It has no field for a check-in, question, answer, score or criterion, and none may come. */
export interface Prompt {
	id: string;
	/** The name of the person. */
	person: string;
	reason: string;
	/** Hours, where the reason is a limit of hours; hours are work data. */
	figure: string | null;
	/** A contact that was asked for today. */
	today: boolean;
	since: string;
	next: string;
	/** When the next step is due; null where nothing waits. */
	due: Due | null;
	/** Passed on to the next in line, once or twice. */
	level: number;
	as: RoutedAs;
}

/**
 * The open alerts routed or escalated to this viewer, most urgent first. What is overdue by now is passed on beforehand. Noted for whom they are about.
 * @throws Refusal `full` where that cannot be noted
 */
export function promptsFor(db: Db, viewer: Viewer, now: Instant): Prompt[] {
	catchUpEach(db, overdueFor(db, viewer, now), now);
	return reading(db, () => {
		const routes = routesOf(db, viewer, now);
		const about = routes.map(({ alert }) => alert.personId);
		noteReading(db, viewer, { kind: 'prompts', why: { purpose: 'duty' } }, about, now);
		return promptsIn(db, viewer, routes, now);
	});
}

function promptsIn(db: Db, viewer: Viewer, routes: Route[], now: Instant): Prompt[] {
	const rows = routes.map(({ alert }) => alert);
	const names = namesOf(
		db,
		rows.map(({ personId }) => personId)
	);
	const figures = figuresOf(db, viewer, rows, now);
	const events = eventsFor(
		db,
		viewer,
		rows.filter(({ state, reason }) => state === 'accepted' || reason === 'contact')
	);
	const dates = chosenDates(events);
	const since = askedAt(events);
	return routes.sort(byUrgency(dates)).map((route) =>
		promptOf(
			viewer,
			route,
			{
				name: names.get(route.alert.personId) ?? '',
				figures: figures.get(route.alert.id) ?? [],
				on: dates.get(route.alert.id),
				since: since(route.alert)
			},
			now
		)
	);
}

/** Contact for today first, then what is due soonest: on the date chosen, where one was. */
function byUrgency(dates: ReadonlyMap<string, LocalDate>): (a: Route, b: Route) => number {
	const due = ({ id, dueAt }: AlertRow) => {
		const on = dates.get(id);
		return on === undefined ? (dueAt ?? Infinity) : epochDay(on) * MS_PER_DAY;
	};
	const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);
	return ({ alert: a }, { alert: b }) =>
		Number(b.today) - Number(a.today) || compare(due(a), due(b)) || compare(a.raisedAt, b.raisedAt) || (a.id < b.id ? -1 : 1);
}

interface Shown {
	name: string;
	figures: readonly string[];
	/** The date chosen to follow up. */
	on: LocalDate | undefined;
	/** Since when, by what the viewer sees of it. */
	since: Instant;
}

/** An alert in the words of its supervisor. */
export function promptOf({ zone }: Viewer, { alert, as }: Route, { name, figures, on, since }: Shown, now: Instant): Prompt {
	const { id, reason, level } = alert;
	return {
		...{ id, person: name, reason: promptReasons[reason], figure: figures.at(-1) ?? null, today: alert.today && reason === 'contact' },
		...{ since: sinceWords(zone, since, now), next: nextOf(alert), due: dueOf(zone, alert, on, now), level, as }
	};
}

function nextOf({ state }: AlertRow): string {
	if (state === 'corrected' || state === 'closed') return 'Closed';
	return nextSteps[state satisfies AlertState];
}

/** The chosen date for a follow-up; else the clock's. At the highest level nothing runs out any more: then what waits is due at once. */
export function dueOf(zone: string, alert: AlertRow, on: LocalDate | undefined, now: Instant): Due | null {
	if (alert.closedAt !== null) return null;
	if (alert.state === 'accepted' && on !== undefined) return dueDateWords(on, localDate(zone, now));
	if (alert.dueAt !== null) return dueWords(zone, alert.dueAt, now);
	if (alert.state === 'accepted') return dueWords(zone, followUpAt(alert), now);
	return alert.clockStartedAt === null ? null : { words: 'as soon as you can', soon: true, late: false };
}

/** When an accepted offer is to be followed up at the latest (UTC ms), also at the highest level, where it escalates no further. */
export function followUpAt({ enteredAt, clockStartedAt, clockMs, clockWorkingMinutes }: AlertRow): Instant {
	return (clockStartedAt ?? enteredAt) + (clockMs ?? (clockWorkingMinutes ?? 0) * MS_PER_MINUTE);
}

/** Names of people by id. For whoever may read them already: it is not checked here. */
export function namesOf(db: Db, ids: readonly string[]): Map<string, string> {
	if (ids.length === 0) return new Map();
	const rows = db
		.select({ id: people.id, name: people.name })
		.from(people)
		.where(inArray(people.id, [...ids]))
		.all();
	return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The figures of exposure alerts, oldest first; of no other reason is any finding read. */
export function figuresOf(db: Db, { zone }: Viewer, of: readonly AlertRow[], now: Instant): Map<string, string[]> {
	const ids = of.filter(({ reason }) => reason === 'exposure').map(({ id }) => id);
	if (ids.length === 0) return new Map();
	const rows = db
		.select({ alertId: alertFindings.alertId, rule: findings.rule, period: findings.period, value: findings.value })
		.from(alertFindings)
		.innerJoin(findings, eq(findings.id, alertFindings.findingId))
		.where(and(inArray(alertFindings.alertId, ids), isNull(findings.withdrawnAt)))
		.orderBy(asc(findings.at), asc(findings.period))
		.all();
	const figures = new Map<string, string[]>();
	for (const { alertId, ...finding } of rows) {
		const words = figureWords(finding, localDate(zone, now));
		if (words !== null) figures.set(alertId, [...(figures.get(alertId) ?? []), words]);
	}
	return figures;
}
