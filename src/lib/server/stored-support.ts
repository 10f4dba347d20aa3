import * as v from 'valibot';
import { reasons, type Fact } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { begun, rows, since } from './stored-rows.ts';

/** Appointments as they were planned, in order of time; {@link outcomeFacts} says what became of them. */
export function* appointmentFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; id: string; person: string; kind: 'counselling' | 'assessment'; due: string }>(
		db,
		`select ${since('a')} as at, id, a.person_id as person, kind, due from appointments a ${begun('a')} order by 1`
	);
	for (const row of found) yield { type: 'appointment', ...row };
}

/** Appointments that were attended or declined, or dropped because they were moved or withdrawn; in order of time. */
export function* outcomeFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; id: string; outcome: 'attended' | 'declined' | 'moved' | 'withdrawn' }>(
		db,
		`select max(outcome_at, clocks.first_fact_at) as at, id, outcome from appointments a ${begun('a')} where outcome is not null order by 1`
	);
	for (const { outcome, ...row } of found) {
		yield { type: outcome === 'attended' || outcome === 'declined' ? `appointment-${outcome}` : 'appointment-drop', ...row };
	}
}

/** Requests for contact, and concerns that were shared, in order of time. */
export function* requestFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; when: 'today' | 'soon' | null }>(
		db,
		`select c.recorded_at as at, c.person_id as person, when_wanted as "when" from contact_requests c ${begun('c')}
		union all select s.recorded_at, s.person_id, null from shared_concerns s ${begun('s')} order by 1`
	);
	for (const { when, ...row } of found) yield when === null ? { type: 'share-concern', ...row } : { type: 'contact-request', ...row, when };
}

const reasonsOf = v.array(v.picklist(reasons));

/** Conversations that were noted, with the reasons they served, in order of time. */
export function* conversationFacts(db: Db): Generator<Fact> {
	const found = rows<{ at: Instant; person: string; reasons: string }>(
		db,
		`select c.recorded_at as at, c.person_id as person, reasons from conversations c ${begun('c')} order by 1`
	);
	for (const row of found) yield { type: 'conversation', ...row, reasons: v.parse(reasonsOf, JSON.parse(row.reasons)) };
}

const steps = {
	acknowledged: 'acknowledge',
	offered: 'offer',
	'followed-up': 'follow-up',
	withdrawn: 'withdraw',
	closed: 'close'
} as const;

interface Step {
	at: Instant;
	person: string;
	reason: (typeof reasons)[number];
	event: keyof typeof steps | 'answered';
	answer: 'accepted' | 'declined' | 'not-now' | null;
}

/** Steps that somebody took. A withdrawal, and a conversation, closes an alert at its own instant; `close` does it alone. */
export function* stepFacts(db: Db): Generator<Fact> {
	const found = rows<Step>(
		db,
		`select e.at, e.person_id as person, a.reason, e.event, e.detail ->> 'answer' as answer
		from alert_events e join alerts a on a.id = e.alert_id ${begun('e')}
		where e.event in ('acknowledged', 'offered', 'answered', 'followed-up', 'withdrawn')
			or e.event = 'closed' and not exists (select 1 from alert_events other
				where other.alert_id = e.alert_id and other.at = e.at and other.event in ('withdrawn', 'conversation'))
		order by e.at, e.id`
	);
	for (const { event, answer, ...row } of found) {
		if (event === 'answered') yield { type: 'response', ...row, answer: answer ?? 'declined' };
		else yield { type: steps[event], ...row };
	}
}
