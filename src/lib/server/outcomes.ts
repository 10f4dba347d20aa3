import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import { dueAt, type Alert } from '#lib/domain/alert.ts';
import { firedKey, type PersonState } from '#lib/domain/person-state.ts';
import type { AlertEvent, Evidence, FindingEvent, Output } from '#lib/domain/output.ts';
import type { Reason } from '#lib/domain/facts.ts';
import type { Instant } from '#lib/domain/time.ts';
import type { Db } from './db/connection.ts';
import { perDatabase } from './db/per-database.ts';
import { alertFindings, alerts, contactRequests, findings, quieted, sharedConcerns, type AlertEventDetail } from './db/schema/records.ts';
import { keepEvent } from './alert-events.ts';
import { queueBreak } from './delivery/break-letters.ts';
import { isAsking, queueFor } from './delivery/outbox.ts';
import type { PolicyInForce } from './policies.ts';
import { tellOutputs } from './telling.ts';

/** Findings whose very name says something sealed: kept with the check-in or the session that they follow from, without a row of their own. */
const sealedRules: readonly string[] = ['concern', 'violent-material'];

/**
 * Stores what followed from a fact or from time: findings, alerts, their links and events, and brings the open alerts to the
 * state that the rules left them in. Call it inside the transaction of the fact, after the fact's own row.
 * @param by `actorId`: who recorded the fact, the actor of a `closed` event; steps themselves (`acknowledged`, `offered`, …) are written by their
 *   verbs. `now` (UTC ms): what the clock says, also where a fact is recorded later than that because the clock was put back
 */
export function keepOutputs(
	db: Db,
	state: PersonState,
	inForce: PolicyInForce,
	outputs: readonly Output[],
	{ actorId, now }: { actorId: string | null; now: Instant }
): void {
	const made = new Map<string, string>();
	for (const output of outputs) if (output.kind === 'finding') keepFinding(db, output, inForce, made);
	for (const output of outputs) if (output.kind === 'alert') keepAlertEvent(db, output, made, actorId);
	for (const alert of Object.values(state.alerts)) syncAlert(db, state, alert, inForce);
	tellOutputs(db, state.id, outputs);
	// Last: who is asked follows from the alert as it is stored.
	for (const output of outputs) {
		if (output.kind === 'alert' && isAsking(output.event)) queueFor(db, output, output.event, output.at, now);
		if (output.kind === 'finding' && output.rule === 'break-due') queueBreak(db, state.id, output.period, now);
	}
}

function keepFinding(db: Db, finding: FindingEvent, { policyId, teamPolicyId }: PolicyInForce, made: Map<string, string>): void {
	const { person, rule, period, at, audience } = finding;
	if (sealedRules.includes(rule) || audience === 'private') return;
	const id = randomUUIDv7();
	const key = firedKey(rule, period);
	const value = finding.value ?? null;
	statements(db).finding.run({ id, person, at, key, rule, period, value, audience, policyId, teamPolicyId });
	made.set(key, id);
}

function keepAlertEvent(db: Db, output: AlertEvent, made: Map<string, string>, actorId: string | null): void {
	const { person, reason, at, level, event } = output;
	if (event === 'quieted') return keepQuieted(db, output, made);
	const target = event === 'raised' || event === 'renewed' ? targetOf(db, person, reason, at) : null;
	const alertId = event === 'raised' ? raise(db, output, target) : openAlertId(db, person, reason);
	const byActor = event === 'closed' ? actorId : null;
	keepEvent(db, { alertId, personId: person, at, event, level, actorId: byActor, detail: target?.detail ?? null });
	if (event === 'renewed' && target)
		db.update(alerts).set({ toId: target.toId, toKind: target.toKind }).where(eq(alerts.id, alertId)).run();
	if (event === 'raised' || event === 'evidence') link(db, alertId, output, made);
	if (event === 'corrected' || event === 'closed') {
		db.update(alerts)
			.set({ state: event, closedAt: at, dueAt: null, clockStartedAt: null, clockMs: null, clockWorkingMinutes: null })
			.where(eq(alerts.id, alertId))
			.run();
	}
	if (event === 'corrected') withdraw(db, person, output.causes ?? [], at);
}

interface Target {
	toId: string;
	toKind: 'lead' | 'welfare' | 'peer';
	detail: AlertEventDetail;
}

/** Whom the person chose with the fact recorded at `at`; nobody where the line alone decides. */
function targetOf(db: Db, personId: string, reason: Reason, at: number): Target | null {
	if (reason === 'contact') {
		const request = db
			.select()
			.from(contactRequests)
			.where(and(eq(contactRequests.personId, personId), eq(contactRequests.recordedAt, at)))
			.get();
		return request ? { toId: request.toId, toKind: request.toKind, detail: { toId: request.toId, when: request.when } } : null;
	}
	if (reason !== 'concern') return null;
	const shared = db
		.select()
		.from(sharedConcerns)
		.where(and(eq(sharedConcerns.personId, personId), eq(sharedConcerns.recordedAt, at)))
		.get();
	return shared ? { toId: shared.officerId, toKind: 'welfare', detail: { toId: shared.officerId } } : null;
}

function raise(db: Db, { person, reason, at, level }: AlertEvent, target: Target | null): string {
	// It stands in addresses and letters: it must not tell when the prompt began to somebody who was asked later.
	const id = randomUUID();
	const { toId, toKind } = target ?? { toId: null, toKind: null };
	db.insert(alerts).values({ id, personId: person, reason, state: 'raised', level, raisedAt: at, enteredAt: at, toId, toKind }).run();
	return id;
}

function openAlertId(db: Db, personId: string, reason: Reason): string {
	const row = db
		.select({ id: alerts.id })
		.from(alerts)
		.where(and(eq(alerts.personId, personId), eq(alerts.reason, reason), isNull(alerts.closedAt)))
		.get();
	if (!row) throw new Error(`no open alert for ${reason}`);
	return row.id;
}

function link(db: Db, alertId: string, { person, causes }: AlertEvent, made: Map<string, string>): void {
	for (const cause of causes ?? []) {
		const findingId = made.get(firedKey(cause.rule, cause.period)) ?? findingIdOf(db, person, cause);
		if (findingId) db.insert(alertFindings).values({ alertId, findingId }).onConflictDoNothing().run();
	}
}

function findingIdOf(db: Db, personId: string, { rule, period }: Evidence): string | undefined {
	return db
		.select({ id: findings.id })
		.from(findings)
		.where(and(eq(findings.personId, personId), eq(findings.key, firedKey(rule, period)), isNull(findings.withdrawnAt)))
		.get()?.id;
}

function keepQuieted(db: Db, { person, at, causes }: AlertEvent, made: Map<string, string>): void {
	for (const cause of causes ?? []) {
		const findingId = made.get(firedKey(cause.rule, cause.period));
		if (findingId) db.insert(quieted).values({ findingId, personId: person, at }).run();
	}
}

/** Findings that no longer hold may fire again. */
function withdraw(db: Db, personId: string, causes: readonly Evidence[], at: number): void {
	for (const { rule, period } of causes) {
		db.update(findings)
			.set({ withdrawnAt: at })
			.where(and(eq(findings.personId, personId), eq(findings.key, firedKey(rule, period)), isNull(findings.withdrawnAt)))
			.run();
	}
}

const statements = perDatabase(prepare);

/** Without the ORM: what every logged session can lead to, and an update that needs row values. */
function prepare(db: Db) {
	const columns = 'state, level, entered_at, today, clock_started_at, clock_ms, clock_working_minutes, due_at';
	const values = '@state, @level, @enteredAt, @today, @clockStartedAt, @clockMs, @clockWorkingMinutes, @dueAt';
	return {
		finding: db.$client.prepare(
			`insert into findings (id, person_id, at, key, rule, period, value, audience, policy_id, team_policy_id)
			values (@id, @person, @at, @key, @rule, @period, @value, @audience, @policyId, @teamPolicyId)`
		),
		/** Written only where something differs: most facts leave an open alert as it is. */
		sync: db.$client.prepare(
			`update alerts set (${columns}) = (${values})
			where person_id = @person and reason = @reason and closed_at is null and (${columns}) is not (${values})`
		)
	};
}

function syncAlert(db: Db, state: PersonState, alert: Alert, { policy }: PolicyInForce): void {
	const { clock } = alert;
	statements(db).sync.run({
		person: state.id,
		reason: alert.reason,
		state: alert.state,
		level: alert.level,
		enteredAt: alert.enteredAt,
		today: alert.today ? 1 : 0,
		clockStartedAt: clock?.startedAt ?? null,
		clockMs: clock?.kind === 'elapsed' ? clock.ms : null,
		clockWorkingMinutes: clock?.kind === 'working' ? clock.minutes : null,
		dueAt: dueAt(alert, policy.calendar, state.absences)
	});
}
