import { and, eq, isNull } from 'drizzle-orm';
import { stepsAllowed, type AlertState } from '#lib/domain/alert.ts';
import { MS_PER_DAY, type Instant, type LocalDate } from '#lib/domain/time.ts';
import { noteReading, reading } from './access-log.ts';
import { askedAt, chosenDates, eventsFor, eventsOf, keepEvent, type EventRow } from './alert-events.ts';
import { figuresOf, followUpAt, namesOf, promptOf, type Prompt } from './alerts.ts';
import { catchUpEach } from './catching-up.ts';
import type { Db } from './db/connection.ts';
import { homeTeams } from './db/schema/people.ts';
import { alerts } from './db/schema/records.ts';
import { disputedRecords } from './disputes.ts';
import { localDate } from './local-time.ts';
import { momentWords } from './moments.ts';
import { policyFor } from './policies.ts';
import { promptReasons, promptStepWords } from './prompt-words.ts';
import { routeOf, routesOf, type AlertRow, type Route } from './recipients.ts';
import { notFound } from './refusal.ts';
import { hasOpened } from './unopened.ts';
import type { Viewer } from './viewer.ts';

/** Steps that a supervisor can take; answering and withdrawing are the person's. */
export type SupervisorStep = 'acknowledge' | 'offer' | 'conversation' | 'follow-up' | 'close';

/** One alert with its steps, as a supervisor reads it. As {@link Prompt}, without anything of what the person answered in a check-in. */
export interface OpenedPrompt extends Prompt {
	/** All its limits that were passed, where the reason is exposure. */
	figures: string[];
	/** Closed, and by its last step it says why. */
	closed: boolean;
	/** The offer found no answer: a word in person is asked for. */
	inPerson: boolean;
	steps: { when: string; words: string }[];
	allowed: SupervisorStep[];
	/** Open alerts about the person that a conversation can have served: this one and others that the viewer sees. */
	servable: { id: string; reason: string }[];
	/** Within which a date to speak again can be chosen. */
	speakAgain: { from: LocalDate; to: LocalDate };
}

/**
 * One alert that the viewer may see. Opening it is a step that the person sees: "seen" is stored, once per viewer since the alert was
 * raised, last renewed, or an offer stayed unanswered, and each look in the access log, before anything is shown.
 * @throws Refusal `not-found` for a stranger's or unknown one; `full` where that cannot be stored
 */
export function openPrompt(db: Db, viewer: Viewer, alertId: string, now: Instant): OpenedPrompt {
	return reading(db, () => {
		const route = currentRoute(db, viewer, alertId, now);
		noteReading(db, viewer, { kind: 'prompt', why: { alertId } }, [route.alert.personId], now);
		noteSeen(db, viewer, route.alert, now);
		return opened(db, viewer, route, now);
	});
}

/** The alert after what time made due by now. @throws Refusal `not-found` where it is not the viewer's to see */
export function currentRoute(db: Db, viewer: Viewer, alertId: string, now: Instant): Route {
	const about = db.select({ personId: alerts.personId }).from(alerts).where(eq(alerts.id, alertId)).get();
	if (!about) throw notFound();
	// It may be escalated to the viewer only by what is due by now; for a stranger nothing else happens than at the next tick.
	catchUpEach(db, [about.personId], now);
	const route = routeOf(db, viewer, alertId, now);
	if (!route) throw notFound();
	return route;
}

function noteSeen(db: Db, viewer: Viewer, { id, personId, level, closedAt }: AlertRow, now: Instant): void {
	if (closedAt !== null) return;
	if (hasOpened(viewer, eventsOf(db, [{ id }]))) return;
	keepEvent(db, { alertId: id, personId, at: now, event: 'seen', level, actorId: viewer.id });
}

function opened(db: Db, viewer: Viewer, route: Route, now: Instant): OpenedPrompt {
	const { alert } = route;
	const events = eventsFor(db, viewer, [alert]);
	const name = namesOf(db, [alert.personId]).get(alert.personId) ?? '';
	const figures = figuresOf(db, viewer, [alert], now).get(alert.id) ?? [];
	const disputed = disputedRecords(db, viewer, alert.personId);
	return {
		...promptOf(viewer, route, { name, figures, on: chosenDates(events).get(alert.id), since: askedAt(events)(alert) }, now),
		figures,
		closed: alert.closedAt !== null,
		inPerson: alert.state === 'unanswered',
		// Withdrawing is a step of its own; that it closed the alert needs no second line.
		steps: events
			.filter(({ event, actorId }) => event !== 'closed' || actorId !== alert.personId)
			.map((event) => stepOf(viewer, alert, event, { person: name, disputed: disputed.has(event.at) }, now)),
		allowed: allowedOn(alert),
		servable:
			alert.closedAt === null
				? servableBy(db, viewer, alert.personId, now).map(({ id, reason }) => ({ id, reason: promptReasons[reason] }))
				: [],
		speakAgain: { from: localDate(viewer.zone, now), to: lastDayToSpeak(db, viewer, [alert], now) }
	};
}

function stepOf(
	{ id, zone }: Viewer,
	{ reason }: AlertRow,
	{ event, actorId, actor, detail, at }: EventRow,
	{ person, disputed }: { person: string; disputed: boolean },
	now: Instant
) {
	const by = actorId === id ? 'You' : actor;
	const words = promptStepWords({ reason, event, by, person, detail, today: localDate(zone, now) });
	const marked = disputed && event === 'conversation' && actorId === id;
	return { when: momentWords(zone, at, now), words: marked ? `${words} ${person} has marked it as not having happened.` : words };
}

/** What a supervisor can do about an alert in this state. */
export function allowedOn({ state, reason }: Pick<AlertRow, 'state' | 'reason'>): SupervisorStep[] {
	if (state === 'closed' || state === 'corrected') return [];
	const steps: readonly string[] = stepsAllowed({ state: state satisfies AlertState, reason });
	// A conversation can always be recorded: people talk, whatever the state.
	return (['acknowledge', 'offer', 'conversation', 'follow-up', 'close'] as const).filter(
		(step) => step === 'conversation' || steps.includes(step)
	);
}

/** The open alerts about a person that the viewer sees. */
export function servableBy(db: Db, viewer: Viewer, personId: string, now: Instant): AlertRow[] {
	return routesOf(db, viewer, now)
		.map(({ alert }) => alert)
		.filter((alert) => alert.personId === personId)
		.sort((a, b) => a.raisedAt - b.raisedAt);
}

/** The last date that can be chosen for speaking again: no later than the clocks of the alerts served would ask for it. */
export function lastDayToSpeak(db: Db, { zone }: Viewer, served: readonly AlertRow[], now: Instant): LocalDate {
	const { followUpDays } = policyFor(db, homeTeamOf(db, served[0]?.personId ?? '')).policy.alerts;
	const latest = served.map((alert) => (alert.state === 'accepted' ? followUpAt(alert) : now + followUpDays * MS_PER_DAY));
	return localDate(zone, Math.max(now, Math.min(...latest)));
}

function homeTeamOf(db: Db, personId: string): string | null {
	const current = and(eq(homeTeams.personId, personId), isNull(homeTeams.endedAt));
	return db.select({ id: homeTeams.teamId }).from(homeTeams).where(current).get()?.id ?? null;
}
