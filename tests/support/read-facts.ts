import { asc, eq, isNotNull } from 'drizzle-orm';
import type { Fact, Reason } from '#lib/domain/facts.ts';
import type { Db } from '#lib/server/db/connection.ts';
import { policies } from '#lib/server/db/schema/organisation.ts';
import { absences, homeTeams, personVersions, sharingChoices } from '#lib/server/db/schema/people.ts';
import {
	alertEvents,
	alerts,
	appointments,
	checkIns,
	contactRequests,
	conversations,
	exposures,
	sharedConcerns
} from '#lib/server/db/schema/records.ts';
import { openPrivate } from '#lib/server/exposure-versions.ts';
import { unseal } from '#lib/server/seal.ts';

/** The facts of replay.md that the tables hold, in the order in which they were recorded. Knows no `factor` and no changed work type. */
export function factsOf(db: Db): Fact[] {
	const facts = [
		...policyFacts(db),
		...personFacts(db),
		...exposureFacts(db),
		...checkInFacts(db),
		...sharingFacts(db),
		...requestFacts(db),
		...appointmentFacts(db),
		...stepFacts(db)
	];
	return facts.sort((a, b) => a.at - b.at);
}

function policyFacts(db: Db): Fact[] {
	const rows = db.select().from(policies).orderBy(asc(policies.recordedAt)).all();
	return rows.map(({ recordedAt, teamId, patch }) => ({
		type: 'policy',
		at: recordedAt,
		...(teamId === null ? {} : { team: teamId }),
		policy: patch
	}));
}

function personFacts(db: Db): Fact[] {
	const versions = db.select().from(personVersions).orderBy(asc(personVersions.version)).all();
	const away = db.select().from(absences).all();
	return [
		...versions.map(({ personId: person, recordedAt: at, zone, dayStart, startDate }) => ({
			type: 'person' as const,
			at,
			person,
			zone,
			dayStart,
			startDate
		})),
		...db
			.select()
			.from(homeTeams)
			.all()
			.map(({ personId: person, recordedAt: at, teamId: team }) => ({ type: 'member' as const, at, person, team })),
		...away.map(({ personId: person, recordedAt: at, from, to }) => ({ type: 'absence' as const, at, person, from, to }))
	];
}

type Version = typeof exposures.$inferSelect;

function exposureFacts(db: Db): Fact[] {
	const before = new Map<string, Version>();
	const rows = db.select().from(exposures).where(eq(exposures.counts, true)).orderBy(asc(exposures.version)).all();
	return rows.flatMap((row) => {
		const facts = factsOfVersion(db, row, before.get(row.id));
		before.set(row.id, row);
		return facts;
	});
}

function factsOfVersion(db: Db, row: Version, before: Version | undefined): Fact[] {
	const { id, personId: person, recordedAt: at, start, end, date, minutes } = row;
	const open = openPrivate(db, row);
	const violent = open.violent ? { violent: open.violent } : {};
	if (row.state === 'void') return [{ type: 'void', at, id }];
	if (row.kind === 'day-total') return [{ type: 'day-total', at, id, person, date: date ?? '', minutes: minutes ?? 0 }];
	if (!before && row.state === 'running') return [{ type: 'timer-start', at, id, person }];
	if (start === null || end === null) return [];
	if (!before) return [{ type: 'session', at, id, person, start, end, ...violent }];
	if (before.state === 'running') return [{ type: 'timer-stop', at, id, end, ...violent }];
	return before.start === start && before.end === end ? [] : [{ type: 'amend', at, id, start, end }];
}

function checkInFacts(db: Db): Fact[] {
	return db
		.select()
		.from(checkIns)
		.all()
		.map(({ id, personId: person, recordedAt: at, instrument, sealed }) => {
			if (sealed === null) return { type: 'check-in', at, person, instrument, skipped: true };
			const { answers } = unseal(db, { table: 'check_ins', row: id, person }, sealed) as { answers: number[] };
			return { type: 'check-in', at, person, instrument, answers };
		});
}

/** Only "anybody" and "nobody" matter to the rules: who names one officer and keeps them changes once. */
function sharingFacts(db: Db): Fact[] {
	const named = db.select().from(sharingChoices).where(eq(sharingChoices.kind, 'prompt')).all();
	const shared = db.select().from(sharedConcerns).all();
	return [
		...named.map(({ personId: person, recordedAt: at }) => ({ type: 'sharing' as const, at, person, prompt: true })),
		...shared.map(({ personId: person, recordedAt: at }) => ({ type: 'share-concern' as const, at, person }))
	];
}

function requestFacts(db: Db): Fact[] {
	const asked = db.select().from(contactRequests).all();
	const spoken = db.select().from(conversations).all();
	return [
		...asked.map(({ personId: person, recordedAt: at, when }) => ({ type: 'contact-request' as const, at, person, when })),
		...spoken.map(({ personId: person, recordedAt: at, reasons }) => ({
			type: 'conversation' as const,
			at,
			person,
			reasons: reasons as Reason[]
		}))
	];
}

function appointmentFacts(db: Db): Fact[] {
	const entered = db.select().from(appointments).all();
	const settled = db.select().from(appointments).where(isNotNull(appointments.outcome)).all();
	return [
		...entered.map(({ id, personId: person, recordedAt: at, kind, due }) => ({ type: 'appointment' as const, at, id, person, kind, due })),
		...settled.map(({ id, outcome, outcomeAt }) => ({ type: `appointment-${outcome ?? 'attended'}` as const, at: outcomeAt ?? 0, id }))
	];
}

const steps = { acknowledged: 'acknowledge', offered: 'offer', 'followed-up': 'follow-up', withdrawn: 'withdraw' } as const;

function stepFacts(db: Db): Fact[] {
	const rows = db
		.select({
			at: alertEvents.at,
			alertId: alertEvents.alertId,
			person: alertEvents.personId,
			event: alertEvents.event,
			detail: alertEvents.detail,
			reason: alerts.reason
		})
		.from(alertEvents)
		.innerJoin(alerts, eq(alerts.id, alertEvents.alertId))
		.orderBy(asc(alertEvents.id))
		.all();
	// A withdrawal and a conversation close an alert at their own instant; `close` does it alone.
	const closing = new Set(
		rows.flatMap(({ event, alertId, at }) => (event === 'withdrawn' || event === 'conversation' ? [`${alertId}|${at}`] : []))
	);
	return rows.flatMap(({ at, alertId, person, reason, event, detail }): Fact[] => {
		if (event === 'closed') return closing.has(`${alertId}|${at}`) ? [] : [{ type: 'close', at, person, reason }];
		if (event === 'answered') return [{ type: 'response', at, person, reason, answer: detail?.answer ?? 'declined' }];
		return event in steps ? [{ type: steps[event as keyof typeof steps], at, person, reason }] : [];
	});
}
